"""A digest seals everything an event says to everything said before it."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models.rules.chain import (
    GENESIS,
    LEAF,
    anchor_digest,
    audit_digest,
    digest,
    heads_of,
    leaves_of,
    row_digest,
)

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DIGESTS = st.text("0123456789abcdef", min_size=64, max_size=64)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
FACTS = st.dictionaries(
    st.text(max_size=4), LEAVES | st.dictionaries(st.text(max_size=3), LEAVES, max_size=3)
)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- zone beside
EVENTS = st.tuples(DIGESTS, st.integers(1, 10**12), st.integers(1, 999), MOMENTS, FACTS)
Said = tuple[str, int, int, datetime, dict[str, Any]]


def seal(event: Said) -> str:
    previous, ticket_id, seq, at, fact = event
    return digest(previous, ticket_id=ticket_id, seq=seq, at=at, fact=fact)


def test_digest_is_sha256_of_canonical_json_and_stays_so() -> None:
    canonical = f'["{GENESIS}",7,1,"2026-11-24T02:00:00.000000+00:00",{{"a":1,"verb":"受理"}}]'
    assert digest(GENESIS, ticket_id=7, seq=1, at=AT, fact={"verb": "受理", "a": 1}) == (
        hashlib.sha256(canonical.encode()).hexdigest()
    )


@given(EVENTS, EVENTS)
def test_events_share_a_digest_only_if_they_say_the_same(one: Said, other: Said) -> None:
    assert (seal(one) == seal(other)) == (repr(one) == repr(other) or _same(one, other))


def _same(one: Said, other: Said) -> bool:
    return one[:4] == other[:4] and _ordered(one[4]) == _ordered(other[4])


def _ordered(value: Any) -> Any:
    """Return a fact with its keys in order; the type tells 1, 1.0 and True apart as JSON does."""
    if isinstance(value, dict):
        return sorted((key, _ordered(each)) for key, each in value.items())
    return repr(value)


@given(EVENTS, st.integers(0, 4))
def test_changing_one_part_changes_the_digest(event: Said, part: int) -> None:
    changed = list(event)
    changed[part] = [
        GENESIS if event[0] != GENESIS else "f" * 64,
        event[1] + 1,
        event[2] + 1,
        event[3] + timedelta(microseconds=1),
        event[4] | {"more": 1},
    ][part]
    assert seal(tuple(changed)) != seal(event)  # type: ignore[arg-type]  # one part of each kind was swapped


@given(EVENTS, st.integers(-12, 14))
def test_order_of_keys_and_time_zone_do_not_matter(event: Said, hours: int) -> None:
    previous, ticket_id, seq, at, fact = event
    elsewhere = at.astimezone(timezone(timedelta(hours=hours)))
    turned = dict(reversed(fact.items()))
    assert seal((previous, ticket_id, seq, elsewhere, turned)) == seal(event)


ROWS = st.tuples(
    DIGESTS,
    st.integers(1, 10**12),
    st.integers(1, 999),
    MOMENTS,
    st.text(max_size=8),
    st.text(max_size=8),
    st.none() | st.integers(0, 10**12),
    st.none() | st.text(max_size=8),
    st.text(max_size=8),
    FACTS,
)


@given(ROWS, st.sampled_from([None, 1]))
def test_row_as_the_database_gives_it_has_the_same_digest(row: Any, indent: int | None) -> None:
    previous, ticket_id, seq, at, verb, role, actor_id, source, target, data = row
    fact = {
        "verb": verb,
        "actor_role": role,
        "actor_id": actor_id,
        "from_status": source,
        "to_status": target,
        "data": data,
    }
    stored = json.dumps(dict(reversed(data.items())), indent=indent)
    said = (verb, role, actor_id, source, target, stored)
    moment = at.isoformat(timespec="microseconds")
    assert row_digest(previous, ticket_id, seq, moment, said) == (
        digest(previous, ticket_id=ticket_id, seq=seq, at=at, fact=fact)
    )


HEADS = st.dictionaries(st.integers(0, 2**63 - 1), st.tuples(st.integers(1, 2**31), DIGESTS), max_size=9)


@given(HEADS)
def test_anchored_heads_are_read_back_and_forty_four_bytes_each(heads: dict[int, tuple[int, str]]) -> None:
    assert heads_of(leaves_of(heads)) == heads
    assert len(leaves_of(heads)) == LEAF * len(heads)


def test_head_that_is_no_digest_can_stop_no_anchor() -> None:
    assert heads_of(leaves_of({1: (1, "x")})) == {1: (1, hashlib.sha256(b"x").hexdigest())}
    assert leaves_of({1: (1, "x")}) != leaves_of({1: (1, "")})


def test_digests_of_events_audit_and_anchors_are_never_the_same_thing() -> None:
    audit = audit_digest(GENESIS, chain=1, seq=1, at=AT, fact={"deed": "read"})
    body = f'["{GENESIS}","audit",1,1,"2026-11-24T02:00:00.000000+00:00",{{"deed":"read"}}]'
    assert audit == hashlib.sha256(body.encode()).hexdigest()
    anchor = anchor_digest(GENESIS, day="2026-11-24", upto=(1, 2, 3), blocks=[(-1, "a"), (0, "b")])
    body = f'["{GENESIS}","anchor","2026-11-24",[1,2,3],[[-1,"a"],[0,"b"]]]'
    assert anchor == hashlib.sha256(body.encode()).hexdigest()
