"""The same fact is told to a person once; nothing is told to nobody."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import CheckConstraint, select

from models.actions import media
from models.actions.outbox import FOR_OFFICES, Causeless, Notice, release, tell
from models.queries.outbox import counts
from models.session import Database
from models.tables import Outbox
from tests.unit.models.stage import NOW, a_cause, a_message, a_person, a_ticket, staffed


def rows(database: Database) -> list[tuple[str, int, int | None]]:
    with database.reading() as session:
        found = session.execute(select(Outbox.kind, Outbox.person_id, Outbox.media_id).order_by(Outbox.id))
        return [(row[0], row[1], row[2]) for row in found]


def test_same_fact_is_told_to_each_person_once(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        ticket = a_ticket(session)
        a, b = a_person(session, "a"), a_person(session, "b")
    told = len(rows(database))
    for people in ([a], [a, b], [b, b]):
        with database.transaction() as session:
            tell(session, people, Notice.URGED, {}, ticket_id=ticket.id, event_id=1, now=NOW)

    assert rows(database)[told:] == [("urged", a, None), ("urged", b, None)]


def test_different_facts_are_told_apart(database: Database) -> None:
    staffed(database)
    with database.transaction() as session:
        ticket, who = a_ticket(session), a_person(session, "a")
    told = len(rows(database))
    with database.transaction() as session:
        tell(session, [who], Notice.URGED, {}, ticket_id=ticket.id, event_id=1, now=NOW)
        tell(session, [who], Notice.REPLIED, {}, ticket_id=ticket.id, event_id=1, now=NOW)
        tell(session, [who], Notice.URGED, {}, ticket_id=ticket.id, event_id=1, now=NOW, key="again")

    assert [row[0] for row in rows(database)[told:]] == ["urged", "replied", "urged"]


def test_medium_follows_its_words_as_a_message_of_its_own(database: Database) -> None:
    with database.transaction() as session:
        who, medium = a_person(session, "a"), media.keep(session, "M", kind="image", now=NOW)
        case = a_cause(session, who)
        for _ in range(2):
            tell(
                session, [who], Notice.REPLIED, {"kind": "image"},
                ticket_id=case, event_id=1, now=NOW, media_id=medium, key="k",
            )  # fmt: skip
    assert rows(database) == [("replied", who, None), ("media", who, medium)]


def test_nobody_to_tell_is_no_row(database: Database) -> None:
    with database.transaction() as session:
        tell(session, [], Notice.URGED, {}, ticket_id=1, event_id=1, now=NOW, key="k")
    assert rows(database) == []


def is_told(database: Database, notice: Notice, **cause: Any) -> bool:
    """Whether something can be told for this cause, and none else."""
    usual: dict[str, Any] = {"ticket_id": None, "event_id": None, "now": NOW}
    try:
        with database.transaction() as session:
            tell(session, [], notice, {}, **(usual | cause))
    except Causeless:
        return False
    return True


def test_nothing_is_told_without_a_cause(database: Database) -> None:
    causes: list[dict[str, Any]] = [
        {"ticket_id": 1, "event_id": 1}, {"visit_id": 1}, {"verification_id": 1}, {"key": "k"},
        {"ticket_id": 1, "key": "k"}, {"event_id": 1, "key": "k"}, {},
    ]  # fmt: skip
    for notice in Notice:
        told = [is_told(database, notice, **cause) for cause in causes]
        may_go_without = notice in FOR_OFFICES
        assert told == [True, True, True, *[may_go_without] * 3, False], notice


def test_what_enterprises_hear_cannot_be_stored_without_a_cause() -> None:
    """The database knows every kind of message but those that officials alone are told."""
    [rule] = [
        str(each.sqltext)
        for each in Outbox.__table__.constraints
        if isinstance(each, CheckConstraint) and str(each.name) == "ck_outbox_has_cause"
    ]
    bound = set(re.findall("'([a-z_]+)'", rule))
    of_another_cause = {Notice.VISITED, Notice.LEAD_DECIDED}
    assert bound | FOR_OFFICES | FOR_DESKS | of_another_cause == set(Notice)
    assert bound & FOR_OFFICES == set()


FOR_DESKS = {
    Notice.UNREACHABLE, Notice.TAKEN_BACK, Notice.DONE_BY_AIDE, Notice.AIDE_WROTE, Notice.CALL_BRIEFED, Notice.CALL_ANSWERED,
    Notice.CALL_OVER, Notice.VISIT_ASKED, Notice.WARNED, Notice.EXTENSION_ASKED, Notice.RECKONED,
    Notice.CALLED_IN, Notice.JOINED, Notice.HELP_REFUSED, Notice.CONTRIBUTED, Notice.HELP_OVER, Notice.HELP_PASSED, Notice.HELP_LATE,
    Notice.APPEALED, Notice.APPEAL_LATE, Notice.MOVED_AWAY, Notice.SPLIT_OFF, Notice.STUMBLED, Notice.CHANGED_ENTERPRISE,
    Notice.MERGE_OFFERED,
}  # fmt: skip
"""What desks and supervisors are told of one case: `tell` asks for its cause."""


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Outbox.state).order_by(Outbox.id)))


def test_only_the_writers_parked_messages_are_released(database: Database) -> None:
    with database.transaction() as session:
        mine, other = a_person(session, "a"), a_person(session, "b")
        for who, key, state in (
            (mine, "p", "parked"),
            (mine, "h", "held"),
            (mine, "d", "dead"),
            (mine, "s", "sent"),
            (other, "o", "parked"),
        ):
            session.get_one(Outbox, a_message(session, who, key)).state = state
        session.flush()
        release(session, mine, now=NOW + timedelta(days=3))

    assert states(database) == ["pending", "pending", "dead", "sent", "parked"]
    with database.reading() as session:
        assert session.scalars(select(Outbox.due_at).order_by(Outbox.id)).first() == NOW + timedelta(days=3)


def test_counts_show_what_still_needs_somebody(database: Database) -> None:
    with database.transaction() as session:
        for n, state in enumerate(("pending", "parked", "parked", "held", "dead", "sent")):
            session.get_one(Outbox, a_message(session, a_person(session, "a"), f"k{n}")).state = state
    with database.reading() as session:
        assert counts(session) == {"pending": 1, "sending": 0, "held": 1, "parked": 2, "dead": 1}
