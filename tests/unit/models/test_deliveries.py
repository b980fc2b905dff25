"""Claiming: in order, one a person at a time, counted, and by the way that is open."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import event

from models.actions import media, people
from models.actions.deliveries import LEASE
from models.actions.settlements import Fate, Settlement
from models.actions.ways import Channels
from models.rules.windows import Channel, Trigger
from models.session import Database
from models.tables import Consent, Delivery, Outbox, Person
from tests.unit.models.mail import (
    BARE,
    NOTICES,
    claimed,
    consent,
    ids_of,
    item,
    outbox,
    person,
    settled,
    states,
    subscriber,
    waiting,
)
from tests.unit.models.stage import NOW, a_person, known


def test_one_message_a_person_is_claimed_and_the_oldest_first(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"], "b": ["b1", "b2"]})

    first = claimed(database)
    assert ids_of(first) == [ids["a1"], ids["b1"]]
    assert claimed(database) == []

    settled(database, Settlement(first[1], Fate.SENT))
    assert ids_of(claimed(database)) == [ids["b2"]]
    assert states(database) == {"a1": "sending", "a2": "pending", "b1": "sent", "b2": "sending"}


def test_message_that_must_wait_is_not_overtaken(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    again = NOW + timedelta(minutes=5)
    settled(database, Settlement(claimed(database)[0], Fate.AGAIN, again_at=again))

    assert claimed(database, at=again - timedelta(seconds=1)) == []
    assert ids_of(claimed(database, at=again)) == [ids["a1"]]


def test_message_that_is_done_with_lets_the_next_one_go(database: Database) -> None:
    ends = (Fate.SENT, Fate.DEAD, Fate.PARKED)
    ids = waiting(database, {fate: [f"{fate}1", f"{fate}2"] for fate in ends})
    settled(database, *map(Settlement, claimed(database), ends))

    assert ids_of(claimed(database)) == [ids[f"{fate}2"] for fate in ends]


def test_picture_waits_until_it_is_fetched_and_holds_up_nothing(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    with database.transaction() as session:
        picture = media.keep(session, "M1", kind="image", now=NOW)
        session.get_one(Outbox, ids["a1"]).media_id = picture
    [text] = claimed(database)
    assert item(text).id == ids["a2"]
    settled(database, Settlement(text, Fate.SENT))
    assert claimed(database) == []

    with database.transaction() as session:
        media.failed(session, picture, again_at=None, now=NOW)
    assert ids_of(claimed(database)) == [ids["a1"]]


def test_claim_takes_no_more_than_its_limit_and_the_oldest(database: Database) -> None:
    ids = waiting(database, {f"p{n}": [f"p{n}"] for n in range(40)})

    assert ids_of(claimed(database, limit=7)) == sorted(ids.values())[:7]
    assert ids_of(claimed(database, limit=64)) == sorted(ids.values())[7:]


def test_claim_finds_what_is_due_by_the_partial_indexes(database: Database) -> None:
    """In the plan of either database, once it has reason to want an index."""
    waiting(database, {"a": ["a1"]})
    asked: list[tuple[str, Any]] = []
    event.listen(database.engine, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
    claimed(database)
    find, look, *_ = [(sql, values) for sql, values in asked if sql.startswith("SELECT")]

    found, looked = plan(database, *find), plan(database, *look)
    assert "ix_outbox_due" in found
    assert "ix_outbox_open" in found
    assert "ix_outbox_open" in looked


def plan(database: Database, sql: str, values: Any) -> str:
    with database.engine.connect() as connection:
        if database.is_sqlite:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        else:
            for dear in ("seqscan", "bitmapscan", "sort"):
                connection.exec_driver_sql(f"SET LOCAL enable_{dear} = off")
            rows = connection.exec_driver_sql(f"EXPLAIN {sql}", values)
        return "\n".join(str(row) for row in rows)


def test_lease_lapses_and_another_worker_takes_over(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    claimed(database)

    assert claimed(database, at=NOW + LEASE - timedelta(microseconds=1)) == []
    taken = claimed(database, at=NOW + LEASE)

    assert [(item(each).id, item(each).attempt) for each in taken] == [(ids["a1"], 2)]


def test_window_is_counted_down_before_anything_is_sent(database: Database) -> None:
    waiting(database, {"a": ["a1", "a2", "a3"]}, left=2)
    with database.transaction() as session:
        who = a_person(session, "a")

    for left in (1, 0):
        [one] = claimed(database)
        assert (one.channel, person(database, who).window_left) == (Channel.CUSTOM, left)
        settled(database, Settlement(one, Fate.SENT))

    assert claimed(database) == []
    assert states(database) == {"a1": "sent", "a2": "sent", "a3": "parked"}


def test_parked_messages_go_out_in_order_once_the_person_writes(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]}, left=0)
    claimed(database)
    claimed(database)
    assert states(database) == {"a1": "parked", "a2": "parked"}

    with database.transaction() as session:
        who = known(session, "a")
        people.heard(
            session, who, Trigger.MESSAGE, hand_ticket_id=None, hand_until=None, pending=None, now=NOW
        )

    order = []
    while taken := claimed(database):
        order += ids_of(taken)
        settled(database, *(Settlement(each, Fate.SENT) for each in taken))
    assert order == [ids["a1"], ids["a2"]]


def test_parking_counts_as_no_failure(database: Database) -> None:
    waiting(database, {"a": ["a1"]}, left=0)
    claimed(database)

    row = outbox(database)["a1"]
    assert (row.state, row.misses, row.doubts, row.reason) == (Delivery.PARKED, 0, 0, "window")


ALLOWED: list[tuple[int, int, Channels, Channel | None]] = [
    (1, 1, NOTICES, Channel.CUSTOM),
    (0, 1, NOTICES, Channel.SUBSCRIPTION),
    (0, -1, NOTICES, Channel.SUBSCRIPTION),
    (0, 0, NOTICES, Channel.TEMPLATE),
    (0, 1, Channels(template_id="tmpl"), Channel.TEMPLATE),
    (0, 1, Channels(subscription_id="another"), None),
    (0, 1, BARE, None),
]


def test_channel_follows_the_persons_allowances(database: Database) -> None:
    found = []
    for place, (left, consents, channels, _) in enumerate(ALLOWED):
        waiting(database, {f"{place}": [f"{place}"]}, left=left)
        with database.transaction() as session:
            session.add(Consent(person_id=a_person(session, f"{place}"), template_id="sub", left=consents))
        taken = claimed(database, channels=channels)
        found.append(taken[0].channel if taken else None)

    assert found == [channel for *_, channel in ALLOWED]


def test_consent_is_used_up_by_one_a_notice(database: Database) -> None:
    for left in (2, 1, -1):
        subscriber(database, left, f"{left}")
    assert [consent(database, f"{left}") for left in (2, 1, -1)] == [1, 0, -1]


def test_person_who_left_or_refused_gets_nothing_and_keeps_it(database: Database) -> None:
    waiting(database, {"gone": ["a1"], "deaf": ["b1"]})
    with database.transaction() as session:
        session.get_one(Person, a_person(session, "gone")).follows = False
        session.get_one(Person, a_person(session, "deaf")).is_reachable = False

    assert claimed(database, channels=NOTICES) == []
    assert {key: row.reason for key, row in outbox(database).items()} == {"a1": "left", "b1": "refused"}


def test_media_are_not_taken_twice_while_the_lease_runs(database: Database) -> None:
    with database.transaction() as session:
        medium = media.keep(session, "M1", kind="image", now=NOW)

    def take(at: datetime) -> list[media.Due]:
        with database.transaction() as session:
            return media.to_fetch(session, limit=8, now=at)

    assert take(NOW) == [media.Due(medium, "M1", "image", 1)]
    assert take(NOW) == []
    assert take(NOW + LEASE) == [media.Due(medium, "M1", "image", 2)]
    with database.transaction() as session:
        media.failed(session, medium, again_at=None, now=NOW)
    assert take(NOW + LEASE * 9) == []
