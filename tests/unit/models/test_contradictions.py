"""`liaison verify` names each ticket whose row was changed without an event."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from models.actions import office, ratings, tickets
from models.actions.conversation import Words
from models.queries.contradictions import contradictions
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.rules.satisfaction import Rating
from models.session import Database
from models.tables import Clock, Event, Official, Ticket
from tests.unit.models.stage import NOW, a_ticket, staffed

HOUR = timedelta(hours=1)


def a_life(database: Database) -> str:
    """A case that was closed, came back and was closed again, and one that is open; return its number."""
    staffed(database)
    with database.transaction() as session:
        row = a_ticket(session)
        a_ticket(session, text="厂房电容量不够")
        desk = Actor(Role.OWNER, None, row.owner_id, row.owner_id)
        firm = Actor(Role.ENTERPRISE, row.person_id)
        office.accept(session, row, desk, now=NOW + HOUR)
        for n in (2, 6):
            office.resolve(session, row, desk, Words("text", "已付"), now=NOW + n * HOUR)
            ratings.rate(session, row, firm, result=Rating.SATISFIED, now=NOW + (n + 1) * HOUR)
            tickets.confirm(session, row, firm, now=NOW + (n + 2) * HOUR)
            if n == 2:
                tickets.dispute(session, row, firm, Words("text", "又不付了"), now=NOW + 5 * HOUR)
        return number_of(row.id)


def said(database: Database) -> list[str]:
    with database.reading() as session:
        return [str(each) for each in contradictions(session, batch=1)]


def test_tickets_that_were_written_by_events_bear_them_out(database: Database) -> None:
    a_life(database)
    assert said(database) == []


LATE = datetime(2026, 1, 1, tzinfo=NOW.tzinfo)


@pytest.mark.parametrize(
    ("forged", "says"),
    [
        ({"status": "resolved"}, "status is resolved, its events say closed"),
        ({"accepted_at": LATE}, f"accepted_at is {LATE}, its events say {NOW + HOUR}"),
        ({"first_contact_at": None}, f"first_contact_at is empty, its events say {NOW + 2 * HOUR}"),
        ({"resolved_at": LATE}, f"resolved_at is {LATE}, its events say {NOW + 6 * HOUR}"),
        ({"confirmed_at": None}, f"confirmed_at is empty, its events say {NOW + 8 * HOUR}"),
        ({"closed_at": None}, f"closed_at is empty, its events say {NOW + 8 * HOUR}"),
        ({"rated_result": "fairly"}, "rated_result is fairly, its events say satisfied"),
        ({"rated_attitude": "satisfied"}, "rated_attitude is satisfied, its events say empty"),
        ({"rebounds": 0}, "rebounds is 0, its events say 1"),
        ({"hops": 3}, "hops is 3, its events say 0"),
        ({"ledger_no": 77}, "ledger_no is 77, its events say 1"),
        ({"region": "210900"}, "region is 210900, its events say "),
        ({"enterprise_id": None}, "enterprise_id is empty, its events say "),
    ],
)
def test_row_that_was_changed_without_an_event_is_named(
    database: Database, forged: dict[str, Any], says: str
) -> None:
    number = a_life(database)
    with database.transaction() as session:
        wanted = Ticket.closed_at.is_not(None)
        session.execute(update(Ticket).where(wanted).values(forged))
    [found] = said(database)
    assert found.startswith(f"ticket {number}: {says}"), found
    assert ", its" not in found.partition(", its")[2], "nothing else is wrong"


def test_owner_and_type_that_were_changed_without_an_event_are_named(database: Database) -> None:
    number = a_life(database)
    with database.transaction() as session:
        was = session.scalars(select(Ticket.owner_id).where(Ticket.closed_at.is_not(None))).one()
        other = session.scalars(select(func.min(Official.id)).where(Official.id != was)).one()
        forged = {"owner_id": other, "type": "ip"}
        session.execute(update(Ticket).where(Ticket.closed_at.is_not(None)).values(forged))
    assert said(database) == [
        f"ticket {number}: type is ip, its events say arrears, owner_id is {other}, its events say {was}"
    ]


def test_what_older_events_do_not_tell_is_not_compared(database: Database) -> None:
    a_life(database)
    with database.transaction() as session:
        for row in session.scalars(select(Event).where(Event.verb.in_(["submit", "accept"]))):
            less = {"enterprise_id", "region", "due", "ledger", "entered"}
            row.data = {name: value for name, value in row.data.items() if name not in less}
    assert said(database) == []


def test_dates_of_a_case_that_came_before_events_told_them_are_not_compared(database: Database) -> None:
    """One that was moved, and then begun anew by a report whose event tells no date."""
    staffed(database)
    with database.transaction() as session:
        row = a_ticket(session)
        desk = Actor(Role.OWNER, None, row.owner_id, row.owner_id)
        office.accept(session, row, desk, now=NOW + HOUR)
        office.progress(session, row, desk, Words("text", "在对账"), now=NOW + 2 * HOUR)
        submitted, accepted, reported = session.scalars(select(Event).order_by(Event.seq))
        for old in (submitted, accepted, reported):
            old.data = {name: value for name, value in old.data.items() if name != "due"}
        date = (NOW + 3 * HOUR).isoformat()
        accepted.data = accepted.data | {"moved": [["progress", date, date]]}
    assert said(database) == []


def test_what_a_stranger_had_asked_for_may_be_their_enterprises_by_now(database: Database) -> None:
    a_life(database)
    with database.transaction() as session:
        for row in session.scalars(select(Event).where(Event.verb == "submit")):
            row.data = row.data | {"enterprise_id": None, "region": "210000"}
    assert said(database) == []
    with database.transaction() as session:
        session.execute(update(Ticket).values(enterprise_id=None))
    assert len(said(database)) == 2, "which still lie where they were brought"


def test_events_that_make_no_sense_are_named_and_stop_nothing(database: Database) -> None:
    number = a_life(database)
    with database.transaction() as session:
        accepted = session.scalars(select(Event).where(Event.verb == "accept")).one()
        accepted.data = {"ledger": "x"}
    assert said(database) == [f"ticket {number}: its events cannot be followed"]
    with database.transaction() as session:
        session.execute(text("UPDATE events SET verb = 'urge'"))
    assert len(said(database)) == 2


def test_date_that_was_moved_taken_away_or_kept_without_an_event_is_named(database: Database) -> None:
    a_life(database)
    with database.reading() as session:
        mine = select(Clock).join(Ticket, Ticket.id == Clock.ticket_id).where(Ticket.status == "open")
        clock = session.scalars(mine.order_by(Clock.id)).first()
    assert clock is not None
    events_say, later = f"its events say {clock.due_at}", clock.due_at + HOUR
    for change, stands in (
        (update(Clock).values(due_at=later), f"{later}"),
        (update(Clock).values(met_at=NOW), f"{later}, kept {NOW}"),
        (delete(Clock), "empty"),
    ):
        with database.transaction() as session:
            session.execute(change.where(Clock.id == clock.id))
        [found] = said(database)
        assert found == f"ticket {number_of(clock.ticket_id)}: clock {clock.name} is {stands}, {events_say}"
