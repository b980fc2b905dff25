"""Claiming and settling: in order, one a person at a time, counted, and never lost."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.actions import deliveries, media, people, settlements
from models.actions.deliveries import LEASE, Channels, Claimed
from models.actions.outbox import Notice
from models.actions.settlements import Fate, Settlement
from models.rules.windows import Channel, Trigger
from models.session import Database
from models.tables import Attempt, Consent, Delivery, Outbox, Person
from tests.roster import LEADER, OWNER
from tests.unit.models.stage import NOW, a_message, a_person, a_ticket, known, open_window, staffed

BARE = Channels()
NOTICES = Channels(subscription_id="sub", template_id="tmpl")
LATER = NOW + timedelta(days=30)


def claimed(
    database: Database, *, at: datetime = NOW, limit: int = 64, channels: Channels = BARE
) -> list[Claimed]:
    with database.transaction() as session:
        return deliveries.claim(session, "w", channels=channels, limit=limit, now=at)


def settled(database: Database, *outcomes: Settlement, at: datetime = NOW) -> None:
    with database.transaction() as session:
        settlements.settle(session, outcomes, at)


def outbox(database: Database) -> dict[str, Outbox]:
    """Return the outbox by the first part of the dedupe key."""
    with database.reading() as session:
        rows = {
            row.dedupe_key.split(":")[0]: row for row in session.scalars(select(Outbox).order_by(Outbox.id))
        }
        session.expunge_all()
        return rows


def states(database: Database) -> dict[str, str]:
    return {key: row.state for key, row in outbox(database).items()}


def person(database: Database, person_id: int) -> Person:
    with database.reading() as session:
        found = session.get_one(Person, person_id)
        session.expunge(found)
        return found


def attempts(database: Database) -> list[tuple[int, str]]:
    with database.reading() as session:
        rows = session.execute(select(Attempt.outbox_id, Attempt.outcome).order_by(Attempt.id))
        return [(row[0], row[1]) for row in rows]


def waiting(database: Database, who: dict[str, Iterable[str]], *, left: int = 5) -> dict[str, int]:
    """Queue messages by key for each person, whose window is open; return the ids by key."""
    with database.transaction() as session:
        ids: dict[str, int] = {}
        for openid, keys in who.items():
            person_id = a_person(session, openid)
            open_window(session, person_id, left=left, until=LATER)
            ids |= {key: a_message(session, person_id, key) for key in keys}
        return ids


def test_one_message_a_person_is_claimed_and_the_oldest_first(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"], "b": ["b1", "b2"]})

    first = claimed(database)
    assert [each.id for each in first] == [ids["a1"], ids["b1"]]
    assert claimed(database) == []

    settled(database, Settlement(first[1], Fate.SENT))
    assert [each.id for each in claimed(database)] == [ids["b2"]]
    assert states(database) == {"a1": "sending", "a2": "pending", "b1": "sent", "b2": "sending"}


def test_message_that_must_wait_is_not_overtaken(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    again = NOW + timedelta(minutes=5)
    settled(database, Settlement(claimed(database)[0], Fate.AGAIN, again_at=again))

    assert claimed(database, at=again - timedelta(seconds=1)) == []
    assert [each.id for each in claimed(database, at=again)] == [ids["a1"]]


def test_message_that_is_done_with_lets_the_next_one_go(database: Database) -> None:
    ends = (Fate.SENT, Fate.DEAD, Fate.PARKED)
    ids = waiting(database, {fate: [f"{fate}1", f"{fate}2"] for fate in ends})
    settled(database, *map(Settlement, claimed(database), ends))

    assert [each.id for each in claimed(database)] == [ids[f"{fate}2"] for fate in ends]


def test_picture_waits_until_it_is_fetched_and_holds_up_nothing(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    with database.transaction() as session:
        picture = media.keep(session, "M1", kind="image", now=NOW)
        session.get_one(Outbox, ids["a1"]).media_id = picture
    [text] = claimed(database)
    assert text.id == ids["a2"]
    settled(database, Settlement(text, Fate.SENT))
    assert claimed(database) == []

    with database.transaction() as session:
        media.failed(session, picture, again_at=None)
    assert [each.id for each in claimed(database)] == [ids["a1"]]


def test_claim_takes_no_more_than_its_limit_and_the_oldest(database: Database) -> None:
    ids = waiting(database, {f"p{n}": [f"p{n}"] for n in range(40)})

    assert [each.id for each in claimed(database, limit=7)] == sorted(ids.values())[:7]
    assert [each.id for each in claimed(database, limit=64)] == sorted(ids.values())[7:]


def test_lease_lapses_and_another_worker_takes_over(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    claimed(database)

    assert claimed(database, at=NOW + LEASE - timedelta(microseconds=1)) == []
    taken = claimed(database, at=NOW + LEASE)

    assert [(each.id, each.attempts) for each in taken] == [(ids["a1"], 2)]


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
        order += [each.id for each in taken]
        settled(database, *(Settlement(each, Fate.SENT) for each in taken))
    assert order == [ids["a1"], ids["a2"]]


def test_parking_costs_no_attempt(database: Database) -> None:
    waiting(database, {"a": ["a1"]}, left=0)
    claimed(database)

    row = outbox(database)["a1"]
    assert (row.state, row.attempts, row.reason) == (Delivery.PARKED, 0, "window")


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


def consent(database: Database, openid: str = "a") -> int:
    with database.reading() as session:
        return session.scalars(select(Consent.left).join(Person).where(Person.openid == openid)).one()


def subscriber(database: Database, left: int, openid: str = "a") -> Claimed:
    """Claim a message for somebody with so many consents and no open window."""
    waiting(database, {openid: [f"{openid}1"]}, left=0)
    with database.transaction() as session:
        session.add(Consent(person_id=a_person(session, openid), template_id="sub", left=left))
    [one] = claimed(database, channels=NOTICES)
    return one


def test_consent_is_used_up_by_one_a_notice(database: Database) -> None:
    for left in (2, 1, -1):
        subscriber(database, left, f"{left}")
    assert [consent(database, f"{left}") for left in (2, 1, -1)] == [1, 0, -1]


def test_consent_is_given_back_when_the_platform_took_nothing(database: Database) -> None:
    one = subscriber(database, 1)
    settled(database, Settlement(one, Fate.AGAIN, again_at=LATER, was_counted=False))
    assert consent(database) == 1


def test_consent_used_up_elsewhere_is_forgotten(database: Database) -> None:
    one = subscriber(database, 3)
    settled(database, Settlement(one, Fate.CONSENT_USED, 43101))

    assert consent(database) == 0
    assert [each.channel for each in claimed(database, channels=NOTICES)] == [Channel.TEMPLATE]


def test_allowance_is_given_back_when_the_platform_took_nothing(database: Database) -> None:
    waiting(database, {"a": ["a1"]}, left=3)
    [one] = claimed(database)
    settled(database, Settlement(one, Fate.AGAIN, again_at=LATER, was_counted=False))
    assert person(database, one.person_id).window_left == 3


def test_giving_back_never_makes_a_sixth(database: Database) -> None:
    waiting(database, {"a": ["a1"]})
    [one] = claimed(database)
    with database.transaction() as session:
        who = known(session, "a")
        people.heard(
            session, who, Trigger.MESSAGE, hand_ticket_id=None, hand_until=None, pending=None, now=NOW
        )
    settled(database, Settlement(one, Fate.AGAIN, again_at=LATER, was_counted=False))
    assert person(database, one.person_id).window_left == 5


STATE_AFTER = {
    Fate.SENT: Delivery.SENT,
    Fate.AGAIN: Delivery.PENDING,
    Fate.WINDOW_CLOSED: Delivery.PENDING,
    Fate.CHANNEL_CLOSED: Delivery.PENDING,
    Fate.CONSENT_USED: Delivery.PENDING,
    Fate.PARKED: Delivery.PARKED,
    Fate.DEAD: Delivery.DEAD,
}


def test_every_fate_is_settled_and_its_attempt_written(database: Database) -> None:
    waiting(database, {fate: [fate] for fate in Fate})
    taken = dict(zip(Fate, claimed(database), strict=True))
    settled(
        database,
        *(Settlement(one, fate, 40001, "why", "what was said", "4711", LATER) for fate, one in taken.items()),
    )

    after = outbox(database)
    assert {fate: after[fate].state for fate in Fate} == STATE_AFTER
    for fate, row in after.items():
        assert (row.lease_until, row.channel, row.reason) == (None, Channel.CUSTOM, "why")
        assert (row.settled_at is not None) == (STATE_AFTER[Fate(fate)] is not Delivery.PENDING), fate
    assert attempts(database) == [(one.id, fate) for fate, one in taken.items()]


@pytest.mark.parametrize(
    ("fate", "expected"), [(Fate.WINDOW_CLOSED, (0, True)), (Fate.CHANNEL_CLOSED, (0, False))]
)
def test_platforms_word_overrides_the_ledger(
    database: Database, fate: Fate, expected: tuple[int, bool]
) -> None:
    waiting(database, {"a": ["a1"]})
    [one] = claimed(database)
    settled(database, Settlement(one, fate))

    learnt = person(database, one.person_id)
    assert (learnt.window_left, learnt.is_reachable) == expected
    assert claimed(database) == []
    assert states(database) == {"a1": "parked"}


def test_late_settlement_of_a_lost_lease_only_writes_its_attempt(database: Database) -> None:
    ids = waiting(database, {"a": ["a1"]})
    [mine] = claimed(database)
    lapsed = NOW + LEASE
    [theirs] = claimed(database, at=lapsed)
    before = outbox(database)["a1"]

    settled(database, Settlement(mine, Fate.SENT, platform_id="4711"), at=lapsed)

    after = outbox(database)["a1"]
    fields = ("state", "lease_until", "claimed_by", "attempts", "channel", "platform_id", "settled_at")
    assert {name: getattr(after, name) for name in fields} == {name: getattr(before, name) for name in fields}
    assert attempts(database) == [(ids["a1"], Fate.SENT)]
    settled(database, Settlement(theirs, Fate.SENT), at=lapsed)
    assert states(database) == {"a1": "sent"}


def test_late_failure_of_a_lost_lease_warns_nobody(database: Database) -> None:
    mine = reply_in_hand(database)
    lapsed = NOW + LEASE
    [theirs] = [each for each in claimed(database, at=lapsed) if each.id == mine.id]

    settled(database, Settlement(theirs, Fate.SENT), Settlement(mine, Fate.DEAD), at=lapsed)

    assert told_unreachable(database) == []


def reply_in_hand(database: Database, *, left: int = 5) -> Claimed:
    """Claim a reply on its way to the owner of an enterprise, who has an open window."""
    staffed(database)
    with database.transaction() as session:
        who = a_person(session, OWNER)
        open_window(session, who, left=left, until=LATER)
        open_window(session, a_person(session, LEADER), left=5, until=LATER)
        reply = a_message(session, who, "reply", ticket=a_ticket(session))
    return next(each for each in claimed(database) if each.id == reply)


def told_unreachable(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as session:
        rows = session.execute(
            select(Person.openid, Outbox.payload)
            .join(Outbox, Outbox.person_id == Person.id)
            .where(Outbox.kind == Notice.UNREACHABLE)
            .order_by(Person.id)
        )
        return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize("fate", [Fate.DEAD, Fate.PARKED])
def test_owners_desk_is_told_once_that_the_enterprise_is_out_of_reach(database: Database, fate: Fate) -> None:
    one = reply_in_hand(database)
    settled(database, Settlement(one, fate))
    with database.transaction() as session:
        assert settlements.rearm(session, one.id, now=NOW)
    [again] = [each for each in claimed(database) if each.id == one.id]
    settled(database, Settlement(again, fate))

    assert [(who, news["why"]) for who, news in told_unreachable(database)] == [
        ("o-leader", fate),
        ("o-aide", fate),
    ]


def test_officials_out_of_reach_are_nobodys_news(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
    for _ in range(3):
        claimed(database)

    with database.reading() as session:
        assert list(session.scalars(select(Outbox.state))) == [Delivery.PARKED] * 2
    assert told_unreachable(database) == []


def test_person_who_left_or_refused_gets_nothing_and_keeps_it(database: Database) -> None:
    waiting(database, {"gone": ["a1"], "deaf": ["b1"]})
    with database.transaction() as session:
        session.get_one(Person, a_person(session, "gone")).follows = False
        session.get_one(Person, a_person(session, "deaf")).is_reachable = False

    assert claimed(database, channels=NOTICES) == []
    assert {key: row.reason for key, row in outbox(database).items()} == {"a1": "left", "b1": "refused"}


def test_rearming_is_for_what_is_dead_or_parked(database: Database) -> None:
    ids = waiting(database, {"a": ["a1"]})
    with database.transaction() as session:
        assert settlements.rearm(session, ids["a1"], now=NOW) is False
    settled(database, Settlement(claimed(database)[0], Fate.DEAD))
    with database.transaction() as session:
        assert settlements.rearm(session, ids["a1"], now=NOW) is True

    assert [(each.id, each.attempts) for each in claimed(database)] == [(ids["a1"], 1)]


def test_media_are_not_taken_twice_while_the_lease_runs(database: Database) -> None:
    with database.transaction() as session:
        medium = media.keep(session, "M1", kind="image", now=NOW)

    def take(at: datetime) -> list[tuple[int, str, int]]:
        with database.transaction() as session:
            return media.to_fetch(session, limit=8, now=at)

    assert take(NOW) == [(medium, "M1", 1)]
    assert take(NOW) == []
    assert take(NOW + LEASE) == [(medium, "M1", 2)]
    with database.transaction() as session:
        media.failed(session, medium, again_at=None)
    assert take(NOW + LEASE * 9) == []
