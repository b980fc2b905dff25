"""What is due to one person at once travels as one message, in order, and is settled each on its own."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.actions import media
from models.actions.deliveries import LEASE, Claimed
from models.actions.outbox import CAN_WAIT, Notice
from models.actions.settlements import Fate, Settlement
from models.queries.outbox import LOOKED_AT
from models.rules.retry import Failure
from models.rules.windows import Channel
from models.session import Database
from models.tables import Attempt, Delivery, Outbox
from tests.unit.models.mail import (
    LATER,
    NOTICES,
    attempts,
    claimed,
    ids_of,
    outbox,
    person,
    settled,
    states,
    waiting,
)
from tests.unit.models.stage import NOW, a_message, a_person, open_window


def bundle(database: Database, **more: object) -> Claimed:
    """Claim as much as possible for the only person to whom anything is due."""
    [one] = claimed(database, how_many=len, **more)  # type: ignore[arg-type]
    return one


def test_what_is_due_to_one_person_travels_together_and_costs_one(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3"], "b": ["b1"]})
    taken = claimed(database, how_many=len)

    assert [ids_of([one]) for one in taken] == [[ids["a1"], ids["a2"], ids["a3"]], [ids["b1"]]]
    assert [person(database, one.person_id).window_left for one in taken] == [4, 4]
    assert set(states(database).values()) == {Delivery.SENDING}


def test_no_more_travel_together_than_fit(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3"]})
    [first] = claimed(database, how_many=lambda line: min(2, len(line)))
    settled(database, Settlement(first, Fate.SENT))

    assert ids_of([first]) == [ids["a1"], ids["a2"]]
    assert ids_of([bundle(database)]) == [ids["a3"]]


def test_long_line_goes_in_order_message_by_message(database: Database) -> None:
    ids = waiting(database, {"a": [f"a{n}" for n in range(2 * LOOKED_AT + 1)]})
    order, messages = [], 0
    while taken := claimed(database, how_many=len):
        order += ids_of(taken)
        messages += len(taken)
        settled(database, *(Settlement(one, Fate.SENT) for one in taken))
    assert (order, messages) == (sorted(ids.values()), 3)


def test_media_travel_alone_and_keep_their_place(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3", "a4"]})
    with database.transaction() as session:
        session.get_one(Outbox, ids["a2"]).kind = Notice.MEDIA
    order = []
    while taken := claimed(database, how_many=len):
        order += [ids_of([one]) for one in taken]
        settled(database, *(Settlement(one, Fate.SENT) for one in taken))
    assert order == [[ids["a1"]], [ids["a2"]], [ids["a3"], ids["a4"]]]


def test_picture_still_being_fetched_parts_nothing(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3"]})
    with database.transaction() as session:
        picture = media.keep(session, "M1", kind="image", now=NOW)
        session.get_one(Outbox, ids["a2"]).media_id = picture
    assert ids_of([bundle(database)]) == [ids["a1"], ids["a3"]]


def test_what_is_not_due_yet_ends_the_message(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3"]})
    with database.transaction() as session:
        session.get_one(Outbox, ids["a2"]).due_at = NOW + timedelta(seconds=1)
    assert ids_of([bundle(database)]) == [ids["a1"]]


def test_what_failed_apart_travels_apart(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3"]})
    [first] = claimed(database)
    settled(database, Settlement(first, Fate.AGAIN, again_at=NOW, failure=Failure.DOUBTFUL))

    again = bundle(database)
    assert ids_of([again]) == [ids["a1"]]
    settled(database, Settlement(again, Fate.SENT))
    assert ids_of([bundle(database)]) == [ids["a2"], ids["a3"]]


def test_what_failed_together_is_counted_each_and_travels_together_again(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    one = bundle(database)
    settled(
        database,
        Settlement(one, Fate.AGAIN, again_at=NOW, failure=Failure.MISSED, was_counted=False),
    )
    assert person(database, one.person_id).window_left == 5

    again = bundle(database)
    assert [(each.id, each.attempt, each.misses) for each in again.items] == [
        (ids["a1"], 2, 1),
        (ids["a2"], 2, 1),
    ]


def test_each_message_of_a_bundle_has_its_own_attempt_and_words(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    settled(database, Settlement(bundle(database), Fate.SENT, said=["one", "two"]))

    assert states(database) == {"a1": "sent", "a2": "sent"}
    assert attempts(database) == [(ids["a1"], Fate.SENT), (ids["a2"], Fate.SENT)]
    assert said(database) == {ids["a1"]: "one", ids["a2"]: "two"}


def said(database: Database) -> dict[int, str | None]:
    with database.reading() as session:
        rows = session.execute(select(Attempt.outbox_id, Attempt.said))
        return {row[0]: row[1] for row in rows}


def test_halves_are_settled_apart_and_the_second_goes_next(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2", "a3"]})
    one = bundle(database)
    first, second = one.halves()
    settled(database, Settlement(first, Fate.SENT), Settlement(second, Fate.AGAIN, 45002, again_at=NOW))

    assert person(database, one.person_id).window_left == 4
    again = bundle(database)
    assert ids_of([again]) == [ids["a2"], ids["a3"]]
    assert [(each.misses, each.doubts) for each in again.items] == [(0, 0), (0, 0)]


def test_bundle_of_a_dead_worker_is_taken_over_whole(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]})
    slow = bundle(database)
    again = bundle(database, at=NOW + LEASE)
    settled(database, Settlement(slow, Fate.DEAD), at=NOW + LEASE)

    assert ids_of([again]) == [ids["a1"], ids["a2"]]
    assert states(database) == {"a1": "sending", "a2": "sending"}


def test_notices_go_one_by_one(database: Database) -> None:
    ids = waiting(database, {"a": ["a1", "a2"]}, left=0)
    one = bundle(database, channels=NOTICES)
    assert (one.channel, ids_of([one])) == (Channel.TEMPLATE, [ids["a1"]])
    assert states(database) == {"a1": "sending", "a2": "pending"}


def test_all_that_is_due_is_parked_at_once(database: Database) -> None:
    waiting(database, {"a": ["a1", "a2", "a3"]}, left=0)
    assert claimed(database, how_many=len) == []
    assert set(states(database).values()) == {Delivery.PARKED}


def news(database: Database, *notices: Notice, left: int = 1) -> None:
    """Queue messages of these kinds, named for them, for somebody with so many left in a long window."""
    with database.transaction() as session:
        who = a_person(session, "a")
        open_window(session, who, left=left, until=LATER)
        for notice in notices:
            a_message(session, who, notice, notice=notice)


@pytest.mark.parametrize("notice", sorted(CAN_WAIT))
def test_last_message_of_a_window_is_not_for_what_can_wait(database: Database, notice: Notice) -> None:
    news(database, notice, left=2)
    settled(database, Settlement(bundle(database), Fate.SENT))
    news(database, Notice.PROGRESSED if notice is not Notice.PROGRESSED else Notice.ACCEPTED)

    assert claimed(database, how_many=len) == []
    waits = next(row for row in outbox(database).values() if row.state == Delivery.PARKED)
    assert waits.reason == "kept"
    news(database, Notice.RESOLVED)
    assert bundle(database).channel is Channel.CUSTOM


def test_last_message_takes_along_what_could_wait(database: Database) -> None:
    news(database, Notice.ACCEPTED, Notice.PROGRESSED, Notice.RESOLVED)
    assert len(bundle(database).items) == 3


def test_last_message_is_kept_for_what_does_not_fit_with_the_rest(database: Database) -> None:
    news(database, Notice.ACCEPTED, Notice.RESOLVED)
    [one] = claimed(database)
    assert [each.kind for each in one.items] == [Notice.RESOLVED]
    assert states(database) == {"accepted": "parked", "resolved": "sending"}


def test_what_can_wait_goes_by_template_where_there_is_one(database: Database) -> None:
    news(database, Notice.ACCEPTED)
    assert bundle(database, channels=NOTICES).channel is Channel.TEMPLATE
