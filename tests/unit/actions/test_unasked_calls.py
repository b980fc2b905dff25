"""Announcements without asking have their limit, also for two desks that announce at the same moment."""

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from models.actions import calls, courtesies, tickets, unasked_calls
from models.actions.conversation import Words
from models.queries.tickets import actor_on, by_id
from models.rules.calling import Span
from models.rules.disturbance import Quiet
from models.session import Database
from models.tables import Event
from tests.roster import LEADER, OWNER, Roster
from tests.unit.actions.test_calls_machine import ready
from tests.unit.models.stage import NOW, a_person, a_ticket, known

LATER = NOW + timedelta(hours=1)
"""When the enterprise is no longer in the conversation."""
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def roster(database: Database) -> Roster:
    """Two cases of one enterprise with its leader."""
    made = ready(database)
    with database.transaction() as session:
        a_ticket(session)
    return made


def announce(database: Database, roster: Roster, ticket_id: int, *, hour: int, now: datetime = LATER) -> None:
    begins = TOMORROW.replace(hour=hour)
    with database.transaction() as session:
        who = known(session, LEADER)
        ticket = by_id(session, ticket_id, seen_by=who)
        calls.announce(
            session, ticket, actor_on(session, who, ticket), caller_id=roster.officials["leader"],
            window=Span(begins, begins + timedelta(minutes=30)), phrase="青山 白鹭", now=now,
        )  # fmt: skip


def announced(database: Database) -> int:
    with database.reading() as session:
        wanted = select(func.count()).select_from(Event).where(Event.verb == "announce_call")
        return session.scalar(wanted) or 0


def test_two_at_once_do_not_announce_one_too_many(database: Database, roster: Roster) -> None:
    announce(database, roster, 1, hour=2)
    start, refused = Barrier(2), []

    def work(ticket_id: int) -> None:
        start.wait()
        try:
            announce(database, roster, ticket_id, hour=4)
        except unasked_calls.AnnouncedEnough as enough:
            refused.append((enough.most, enough.again_at.isoformat()))

    threads = [Thread(target=work, args=(ticket_id,)) for ticket_id in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert refused == [(2, "2026-11-25T00:00:00+08:00")]
    assert announced(database) == 2


def test_day_of_shanghai_begins_anew_and_words_of_the_enterprise_ask_for_it(
    database: Database, roster: Roster
) -> None:
    for hour in (2, 3):
        announce(database, roster, 1, hour=hour)
    with pytest.raises(unasked_calls.AnnouncedEnough):
        announce(database, roster, 2, hour=4)
    with database.transaction() as session:
        who = known(session, OWNER)
        ticket = by_id(session, 2, seen_by=who)
        words = Words("text", "请给我打个电话")
        tickets.follow_up(session, ticket, actor_on(session, who, ticket), words, now=LATER)
    announce(database, roster, 2, hour=4, now=LATER + timedelta(minutes=30))
    with pytest.raises(unasked_calls.AnnouncedEnough):
        announce(database, roster, 2, hour=5, now=LATER + timedelta(minutes=31))
    midnight = NOW.replace(hour=16)
    announce(database, roster, 2, hour=6, now=midnight)
    assert announced(database) == 4


def test_strangers_call_is_not_counted_with_those_of_others(database: Database, roster: Roster) -> None:
    for hour in (2, 3):
        announce(database, roster, 1, hour=hour)
    with database.transaction() as session:
        a_person(session, "o-stranger")
        assert unasked_calls.count(session, a_ticket(session, "o-stranger"), now=LATER) is False


def test_own_quiet_hours_hold_and_those_of_everybody_are_the_habits_affair(
    database: Database, roster: Roster
) -> None:
    with database.transaction() as session:
        person = known(session, OWNER)
        assert person.enterprise is not None
        courtesies.ask_for_quiet(
            session, person.enterprise.id, Quiet.read("09:00-12:00"), person_id=person.person_id, now=NOW
        )
    with pytest.raises(unasked_calls.QuietThen) as refused:
        announce(database, roster, 1, hour=2)
    assert str(refused.value.quiet) == "09:00-12:00"
    assert refused.value.window is not None
    assert refused.value.window.begins == TOMORROW.replace(hour=4)
    assert announced(database) == 0
    announce(database, roster, 1, hour=4)
    assert announced(database) == 1
