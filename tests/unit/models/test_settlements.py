"""Settling: every attempt is written, the platform's word is learnt, and nothing is lost."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bot.wechat.replies import render
from handlers import say
from models.actions import people, settlements
from models.actions.deliveries import LEASE, Claimed
from models.actions.outbox import Notice
from models.actions.settlements import Fate, Settlement
from models.rules.retry import Failure
from models.rules.windows import Channel, Trigger
from models.session import Database
from models.tables import Delivery, Outbox, Person
from tests.roster import LEADER, OWNER
from tests.unit.models.mail import (
    LATER,
    NOTICES,
    attempts,
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
from tests.unit.models.stage import NOW, a_message, a_person, a_ticket, known, open_window, staffed


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


@pytest.mark.parametrize(("left", "after"), [(5, 2), (2, 0)])
def test_every_part_of_a_message_is_counted_and_no_window_owes_any(
    database: Database, left: int, after: int
) -> None:
    waiting(database, {"a": ["a1"]}, left=left)
    [one] = claimed(database)
    settled(database, Settlement(one, Fate.SENT, parts=3))
    assert person(database, one.person_id).window_left == after


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
    Fate.NEXT_CHANNEL: Delivery.SENDING,
    Fate.PARKED: Delivery.PARKED,
    Fate.DEAD: Delivery.DEAD,
}


def test_every_fate_is_settled_and_its_attempt_written(database: Database) -> None:
    waiting(database, {fate: [fate] for fate in Fate})
    taken = dict(zip(Fate, claimed(database), strict=True))
    settled(
        database,
        *(
            Settlement(one, fate, 40001, "why", ["what was said"], "4711", LATER)
            for fate, one in taken.items()
        ),
    )

    after = outbox(database)
    assert {fate: after[fate].state for fate in Fate} == STATE_AFTER
    for fate, row in after.items():
        if fate == Fate.NEXT_CHANNEL:
            continue
        assert (row.lease_until, row.channel, row.reason) == (None, Channel.CUSTOM, "why")
        assert (row.settled_at is not None) == (STATE_AFTER[Fate(fate)] is not Delivery.PENDING), fate
    assert attempts(database) == [(item(one).id, fate) for fate, one in taken.items()]


@pytest.mark.parametrize("left", [2, -1])
def test_notice_that_goes_another_way_costs_no_consent_and_ends_by_what_came_of_that(
    database: Database, left: int
) -> None:
    one = subscriber(database, left)
    refused = Settlement(one, Fate.NEXT_CHANNEL, 40037, was_counted=False)
    by_template = replace(one, channel=Channel.TEMPLATE, template_id="tmpl")
    settled(database, refused, Settlement(by_template, Fate.SENT, platform_id="4711"))

    row = outbox(database)["a1"]
    assert (row.state, row.channel, row.platform_id) == (Delivery.SENT, Channel.TEMPLATE, "4711")
    assert attempts(database) == [(item(one).id, Fate.NEXT_CHANNEL), (item(one).id, Fate.SENT)]
    assert consent(database) == left


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


@pytest.mark.parametrize("fate", [Fate.WINDOW_CLOSED, Fate.CHANNEL_CLOSED])
def test_late_word_of_the_platform_does_not_close_a_window_opened_since(
    database: Database, fate: Fate
) -> None:
    waiting(database, {"a": ["a1"]}, left=2)
    [one] = claimed(database)
    with database.transaction() as session:
        who = known(session, "a")
        people.heard(
            session, who, Trigger.MESSAGE, hand_ticket_id=None, hand_until=None, pending=None, now=NOW
        )
    settled(database, Settlement(one, fate))

    now = person(database, one.person_id)
    assert (now.window_left, now.is_reachable) == (5, True)


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
    [theirs] = [each for each in claimed(database, at=lapsed) if item(each).id == item(mine).id]

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
    return next(each for each in claimed(database) if item(each).id == reply)


def told_unreachable(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.reading() as session:
        rows = session.execute(
            select(Person.openid, Outbox.payload)
            .join(Outbox, Outbox.person_id == Person.id)
            .where(Outbox.kind == Notice.UNREACHABLE)
            .order_by(Person.id)
        )
        return [(row[0], row[1]) for row in rows]


@pytest.mark.parametrize(
    ("fate", "failure", "why", "promised"),
    [
        (Fate.DEAD, None, "dead", False),
        (Fate.PARKED, None, "parked", True),
        (Fate.PARKED, Failure.MISSED, "failed", True),
        (Fate.PARKED, Failure.DOUBTFUL, "doubtful", True),
    ],
)
def test_owners_desk_is_told_once_and_truly_that_the_enterprise_is_out_of_reach(
    database: Database, *, fate: Fate, failure: Failure | None, why: str, promised: bool
) -> None:
    one = reply_in_hand(database)
    settled(database, Settlement(one, fate, failure=failure))
    with database.transaction() as session:
        people.heard(
            session, known(session, OWNER), Trigger.MESSAGE,
            hand_ticket_id=None, hand_until=None, pending=None, now=NOW,
        )  # fmt: skip
    is_released = outbox_state(database, one) == Delivery.PENDING
    with database.transaction() as session:
        settlements.rearm(session, item(one).id, now=NOW)
    [again] = [each for each in claimed(database) if item(each).id == item(one).id]
    settled(database, Settlement(again, fate, failure=failure))

    told = told_unreachable(database)
    assert [(who, news["why"]) for who, news in told] == [("o-leader", why), ("o-aide", why)]
    [words] = render(say.notice(Notice.UNREACHABLE, told[0][1]))
    assert ("对方再说话时自动送达" in words) == promised == is_released
    assert ("不会再发" in words) != promised


def outbox_state(database: Database, one: Claimed) -> str:
    with database.reading() as session:
        return session.get_one(Outbox, item(one).id).state


def test_officials_out_of_reach_are_nobodys_news(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        a_ticket(session)
    for _ in range(3):
        claimed(database)

    with database.reading() as session:
        assert list(session.scalars(select(Outbox.state))) == [Delivery.PARKED] * 2
    assert told_unreachable(database) == []


def test_rearming_is_for_what_is_dead_or_parked(database: Database) -> None:
    ids = waiting(database, {"a": ["a1"]})
    with database.transaction() as session:
        assert settlements.rearm(session, ids["a1"], now=NOW) is False
    settled(database, Settlement(claimed(database)[0], Fate.DEAD))
    with database.transaction() as session:
        assert settlements.rearm(session, ids["a1"], now=NOW) is True

    assert ids_of(claimed(database)) == [ids["a1"]]


def test_rearming_forgets_failures_but_no_worker_from_before_can_settle_it(database: Database) -> None:
    ids = waiting(database, {"a": ["a1"]})
    [slow] = claimed(database)
    [second] = claimed(database, at=NOW + LEASE)
    settled(database, Settlement(second, Fate.DEAD, failure=Failure.DOUBTFUL))
    with database.transaction() as session:
        assert settlements.rearm(session, ids["a1"], now=NOW)
    [third] = claimed(database)
    assert (item(third).misses, item(third).doubts) == (0, 0)

    settled(database, Settlement(slow, Fate.SENT), Settlement(second, Fate.DEAD))

    assert states(database) == {"a1": "sending"}


def test_failures_of_each_kind_are_counted_apart_and_pauses_not_at_all(database: Database) -> None:
    waiting(database, {"a": ["a1"]})
    for failure in (Failure.MISSED, None, Failure.DOUBTFUL, Failure.DOUBTFUL, None):
        [one] = claimed(database)
        settled(database, Settlement(one, Fate.AGAIN, again_at=NOW, failure=failure, was_counted=False))

    [one] = claimed(database)
    assert (item(one).attempt, item(one).misses, item(one).doubts) == (6, 1, 2)


def test_release_keeps_what_was_counted(database: Database) -> None:
    waiting(database, {"a": ["a1"]}, left=1)
    settled(database, Settlement(claimed(database)[0], Fate.AGAIN, again_at=NOW, failure=Failure.DOUBTFUL))
    assert claimed(database) == []
    assert states(database) == {"a1": "parked"}
    with database.transaction() as session:
        who = known(session, "a")
        people.heard(
            session, who, Trigger.MESSAGE, hand_ticket_id=None, hand_until=None, pending=None, now=NOW
        )

    [one] = claimed(database)
    assert (item(one).misses, item(one).doubts) == (0, 1)
