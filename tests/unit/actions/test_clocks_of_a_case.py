"""What is promised on a case when it is disputed, comes back, or is retyped."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from models.actions import clocks, office, retyping, tickets
from models.actions.conversation import Words
from models.queries.tickets import actor_on, by_id
from models.rules.lifecycle import Verb
from models.session import Database
from models.tables import Clock
from tests.roster import LEADER, OWNER
from tests.unit.models.stage import NOW, a_ticket, known, staffed

DONE = Words("text", "办好了")
STILL = Words("text", "还差一半")
DAY = timedelta(days=1)


class Case:
    """One ticket in a staffed database, and what its two sides do to it on which day."""

    def __init__(self, database: Database) -> None:
        staffed(database)
        self.database = database
        with database.transaction() as session:
            self.id = a_ticket(session).id

    def does(self, openid: str, verb: str, *, day: int) -> None:
        """Do one thing on a day after submission."""
        at = NOW + day * DAY
        with self.database.transaction() as session:
            who = known(session, openid)
            ticket = by_id(session, self.id, seen_by=who)
            actor = actor_on(session, who, ticket)
            match verb:
                case "accept":
                    office.accept(session, ticket, actor, now=at)
                case "progress":
                    office.progress(session, ticket, actor, DONE, now=at)
                case "resolve":
                    office.resolve(session, ticket, actor, DONE, now=at)
                case "confirm":
                    tickets.confirm(session, ticket, actor, now=at)
                case "dispute":
                    tickets.dispute(session, ticket, actor, STILL, now=at)
                case _:
                    retyping.retype(session, ticket, actor, verb, now=at)

    def clocks(self, *, running: bool) -> list[tuple[str, datetime]]:
        """Return name and start of the clocks that run, or that were met."""
        with self.database.reading() as session:
            rows = session.execute(
                select(Clock.name, Clock.started_at)
                .where(
                    Clock.ticket_id == self.id,
                    Clock.met_at.is_(None) if running else Clock.met_at.is_not(None),
                )
                .order_by(Clock.name, Clock.started_at)
            )
            return [(row[0], row[1]) for row in rows]

    def running(self) -> list[str]:
        """Return the names of the clocks that run."""
        return [name for name, _ in self.clocks(running=True)]


@pytest.fixture
def case(database: Database) -> Case:
    return Case(database)


@pytest.fixture
def resolved(case: Case) -> Case:
    case.does(LEADER, "accept", day=0)
    case.does(LEADER, "resolve", day=3)
    return case


@pytest.fixture
def written_off(resolved: Case) -> Case:
    resolved.does(OWNER, "confirm", day=4)
    return resolved


def test_acceptance_meets_its_clock_and_starts_the_next(case: Case) -> None:
    assert case.running() == ["accept", "first_contact", "result"]
    case.does(LEADER, "accept", day=0)
    assert case.running() == ["answer", "first_contact", "forward", "progress", "result", "total"]


def test_progress_is_due_again_from_each_report(case: Case) -> None:
    case.does(LEADER, "accept", day=0)
    case.does(LEADER, "progress", day=2)
    case.does(LEADER, "progress", day=4)
    assert [start for name, start in case.clocks(running=True) if name == "progress"] == [NOW + 4 * DAY]


def test_disputed_case_keeps_its_date_for_a_result(resolved: Case) -> None:
    resolved.does(OWNER, "dispute", day=4)
    assert [start for name, start in resolved.clocks(running=True) if name == "result"] == [NOW]


def test_disputed_case_is_reported_on_again(resolved: Case) -> None:
    resolved.does(OWNER, "dispute", day=4)
    assert resolved.running().count("progress") == 1


def test_rebound_case_is_promised_a_result_again(written_off: Case) -> None:
    written_off.does(OWNER, "dispute", day=20)
    assert [each for each in written_off.clocks(running=True) if each[0] == "result"] == [
        ("result", NOW + 20 * DAY)
    ]


def test_rebound_case_is_reported_on_again(written_off: Case) -> None:
    written_off.does(OWNER, "dispute", day=20)
    assert [each for each in written_off.clocks(running=True) if each[0] == "progress"] == [
        ("progress", NOW + 20 * DAY)
    ]


def test_dispute_after_a_rebound_leaves_the_first_life_alone(written_off: Case) -> None:
    first_life = written_off.clocks(running=False)
    written_off.does(OWNER, "dispute", day=20)
    written_off.does(LEADER, "resolve", day=22)
    written_off.does(OWNER, "dispute", day=23)
    assert [each for each in first_life if each not in written_off.clocks(running=False)] == []


def test_clock_that_ran_out_is_still_on_record_after_write_off(case: Case) -> None:
    case.does(LEADER, "accept", day=0)
    case.does(LEADER, "resolve", day=100)
    case.does(OWNER, "confirm", day=101)
    with case.database.reading() as session:
        names = set(session.scalars(select(Clock.name).where(Clock.ticket_id == case.id)))
    assert "forward" in names


def test_retyped_case_has_the_clocks_of_its_type_from_the_first_day(case: Case) -> None:
    case.does(OWNER, "ip", day=1)
    assert case.clocks(running=True) == [("accept", NOW), ("first_contact", NOW), ("result", NOW)]


def test_statutory_clocks_start_at_acceptance_and_count_from_it_or_from_the_request(case: Case) -> None:
    case.does(LEADER, "accept", day=1)
    started = dict(case.clocks(running=True))
    assert (started["answer"], started["total"], started["forward"]) == (NOW, NOW, NOW + DAY)


def test_progress_shows_that_the_case_was_forwarded(case: Case) -> None:
    case.does(LEADER, "accept", day=0)
    case.does(LEADER, "progress", day=2)
    assert "forward" not in case.running()


def test_resolving_answers_in_writing_and_leaves_nothing_but_the_enterprises_word(resolved: Case) -> None:
    assert resolved.running() == ["confirmation"]
    assert {"answer", "total", "forward", "result"} <= {name for name, _ in resolved.clocks(running=False)}


def test_disputed_case_keeps_its_statutory_dates(resolved: Case) -> None:
    resolved.does(OWNER, "dispute", day=4)
    started = dict(resolved.clocks(running=True))
    assert (started["answer"], started["total"]) == (NOW, NOW)
    assert "forward" not in started


def test_rebound_case_is_promised_a_statutory_answer_again(written_off: Case) -> None:
    written_off.does(OWNER, "dispute", day=20)
    started = dict(written_off.clocks(running=True))
    assert (started["answer"], started["total"]) == (NOW + 20 * DAY, NOW + 20 * DAY)


def test_case_retyped_to_arrears_was_about_arrears_from_the_first_day(case: Case) -> None:
    case.does(OWNER, "ip", day=0)
    case.does(OWNER, "arrears", day=1)
    case.does(LEADER, "accept", day=2)
    assert dict(case.clocks(running=True))["answer"] == NOW


@pytest.mark.parametrize(
    ("verb", "kept"),
    [
        (Verb.ACCEPT, {"accept"}),
        (Verb.CALL_IN, {"forward"}),
        (Verb.PROGRESS, {"forward", "progress"}),
        (Verb.RESOLVE, {"answer", "forward", "progress", "result", "total"}),
        (Verb.DECLINE, {"answer", "first_contact", "forward", "progress", "result", "total"}),
        (Verb.URGE, set()),
        (Verb.REPLY, set()),
    ],
)
def test_step_keeps_its_promises(case: Case, verb: Verb, kept: set[str]) -> None:
    with case.database.transaction() as session:
        for name in ("forward", "progress", "answer", "total"):
            session.add(
                Clock(
                    ticket_id=case.id,
                    name=name,
                    started_at=NOW,
                    due_at=NOW + DAY,
                    source="s",
                    explanation="e",
                )
            )
        session.flush()
        clocks.keep(session, case.id, verb, NOW)
    assert {name for name, _ in case.clocks(running=False)} == kept
