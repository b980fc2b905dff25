"""The second look: what was guessed wrongly is put right once, unless somebody knew better; nothing is lost."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.led_loop import HELD
from bot.second_look import MOST_TRIES, READER, SecondLook
from bot.simulator import Clock
from handlers.understanding.classifier import Verdict
from handlers.understanding.embedding import NoEmbedding
from handlers.understanding.model import TYPES
from models.actions import retyping, tickets
from models.actions.conversation import Words
from models.actions.tickets import Guess
from models.queries.feed import end_of_events
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.session import Database
from models.tables import Clock as Promise
from models.tables import Event, FeedCursor, Outbox, Ticket
from tests.roster import OWNER, PARTNER
from tests.unit.models.stage import NOW, SURE, known, staffed

ASK_BELOW = 0.6
WORDS = "说好给的装修补助拖到现在一分没见"
Classify = Callable[[str], Verdict]


class Died(BaseException):
    """The process ends here."""


def verdict(kind: str, confidence: float = 0.9) -> Verdict:
    rest = (1 - confidence) / (len(TYPES) - 1)
    return Verdict.of({each: confidence if each == kind else rest for each in TYPES}, ASK_BELOW)


def policy(_text: str) -> Verdict:
    return verdict("policy")


@pytest.fixture
def clock() -> Clock:
    return Clock(frozen_at=NOW)


@pytest.fixture
def office(database: Database) -> Iterator[Database]:
    """A database with people, whose second look has begun."""
    staffed(database)
    assert look(database, policy) == 0
    yield database


def settle(database: Database) -> None:
    """Wait until the feed shows all that is committed: others work in the same cluster, and hold it back."""
    pause = threading.Event()
    newest = select(Event.tx, Event.id).order_by(Event.tx.desc(), Event.id.desc()).limit(1)
    for _ in range(1000):
        with database.reading() as session:
            last = session.execute(newest).one_or_none()
            if last is None or end_of_events(session) == tuple(last):
                return
        pause.wait(0.01)
    raise AssertionError("the feed stands still")


def look(database: Database, classify: Classify, clock: Callable[[], datetime] = lambda: NOW) -> int:
    """Look once, as a process does that has just started and holds no lease of a live one."""
    settle(database)
    return look_now(database, classify, clock)


def look_now(database: Database, classify: Classify, clock: Callable[[], datetime] = lambda: NOW) -> int:
    """Look once at what the feed shows by now."""
    loop = SecondLook(database, clock, classify)

    async def once() -> int:
        try:
            return await loop.once()
        finally:
            loop.stop()
            await loop.run()

    return asyncio.run(once())


def submit(session: Session, words: str = WORDS, guess: Guess = SURE, who: str = OWNER) -> int:
    party = known(session, who)
    return tickets.submit(session, party, Words("text", words), guess, title=words, now=NOW).id


def case(database: Database, words: str = WORDS, guess: Guess = SURE) -> int:
    with database.transaction() as session:
        return submit(session, words, guess)


def told(database: Database, ticket_id: int) -> tuple[str, str, int, list[tuple[str, str]]]:
    """Return type, source, owner and the steps of a ticket."""
    with database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        steps = session.execute(
            select(Event.verb, Event.actor_role).where(Event.ticket_id == ticket_id).order_by(Event.seq)
        )
        return ticket.type, ticket.type_source, ticket.owner_id, [(verb, role) for verb, role in steps]


def types(database: Database, *ids: int) -> list[str]:
    return [told(database, each)[0] for each in ids]


def outcomes(outcome: str) -> float:
    return REGISTRY.get_sample_value("liaison_second_looks_total", {"outcome": outcome}) or 0.0


def test_wrong_guess_is_corrected_with_an_event_and_nobody_is_told(office: Database) -> None:
    wrong = case(office)
    owner, before = told(office, wrong)[2], outcomes("corrected")
    with office.reading() as session:
        outbox = session.scalar(select(func.count()).select_from(Outbox))
    assert look(office, policy) == 1
    assert told(office, wrong) == ("policy", "guess", owner, [("submit", "enterprise"), ("retype", "system")])
    assert outcomes("corrected") - before == 1
    with office.reading() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert event is not None
        corrected = {"type": "policy", "type_before": "arrears", "confidence": 0.9, "deep": True}
        assert {name: value for name, value in event.data.items() if name != "due"} == corrected
        assert session.scalar(select(func.count()).select_from(Outbox)) == outbox
        sources = session.scalars(select(Promise.source).where(Promise.ticket_id == wrong)).all()
    with office.transaction() as session:
        asked = submit(session, guess=Guess("policy", 0.9, None, is_sure=True))
        fresh = session.scalars(select(Promise.source).where(Promise.ticket_id == asked)).all()
    assert sorted(sources) == sorted(fresh)


def test_what_was_there_before_the_first_look_is_let_be(database: Database) -> None:
    staffed(database)
    old = case(database)
    assert look(database, policy) == 0
    new = case(database)
    assert look(database, policy) == 1
    assert types(database, old, new) == ["arrears", "policy"]


@pytest.mark.parametrize("said", [verdict("policy", 0.59), verdict("arrears")])
def test_doubt_and_agreement_change_nothing(office: Database, said: Verdict) -> None:
    right = case(office)
    assert look(office, lambda _: said) == 1
    assert told(office, right)[3] == [("submit", "enterprise")]


def test_deep_guesses_and_named_types_are_passed_by(office: Database) -> None:
    case(office, guess=Guess("arrears", 0.7, None, is_sure=True, is_deep=True))
    with office.transaction() as session:
        guess = Guess("arrears", 1.0, None, is_sure=True, source="supervisor")
        tickets.submit(
            session, known(session, OWNER), Words("text", WORDS), guess, title=WORDS, now=NOW, key_id=None
        )
    asked: list[str] = []

    def ask(text: str) -> Verdict:
        asked.append(text)
        return policy(text)

    look(office, ask)
    assert asked == []


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.OWNER])
def test_somebodys_own_correction_stands_even_one_made_meanwhile(office: Database, role: Role) -> None:
    before, meanwhile = case(office), case(office, words="车间用电一直接不上")

    def correct(ticket_id: int) -> None:
        with office.transaction() as session:
            ticket = session.get_one(Ticket, ticket_id)
            who = Actor(role, known(session, OWNER).person_id, desk_id=ticket.owner_id)
            retyping.retype(session, ticket, who, "approval", now=NOW)

    def slow(text: str) -> Verdict:
        assert text != WORDS  # it was corrected before we looked: not even read
        correct(meanwhile)
        return policy(text)

    correct(before)
    assert look(office, slow) == 2
    assert types(office, before, meanwhile) == ["approval", "approval"]


def test_case_accepted_meanwhile_keeps_the_type_of_its_ledger(office: Database) -> None:
    mine = case(office)

    def slow(text: str) -> Verdict:
        with office.transaction() as session:
            session.get_one(Ticket, mine).status = "accepted"
        return policy(text)

    assert look(office, slow) == 1
    assert told(office, mine)[3] == [("submit", "enterprise")]


def test_better_guess_of_later_words_is_not_undone(office: Database) -> None:
    mine = case(office)
    with office.transaction() as session:
        for better in ("ip", "arrears"):  # back to the type that it had
            guess = Guess(better, 0.9, None, is_sure=True)
            retyping.reguess(session, session.get_one(Ticket, mine), guess, title="x", now=NOW)
    look(office, policy)
    assert types(office, mine) == ["arrears"]


def test_looking_twice_does_nothing(office: Database) -> None:
    with office.reading() as session:
        start = session.execute(select(FeedCursor.tx, FeedCursor.event_id)).one()
    wrong = case(office)
    look(office, policy)
    with office.transaction() as session:
        cursor = session.get_one(FeedCursor, READER)
        cursor.tx, cursor.event_id = start
    assert look(office, lambda _: verdict("ip")) == 1
    assert types(office, wrong) == ["policy"]


def test_dying_between_computing_and_committing_costs_a_look_done_again(office: Database) -> None:
    wrong = case(office)
    dies: list[bool] = []

    def sees(text: str) -> Verdict:
        dies.append(True)
        return policy(text)

    def clock() -> datetime:
        if dies:
            raise Died
        return NOW

    settle(office)
    loop = SecondLook(office, clock, sees)
    with pytest.raises(Died):
        asyncio.run(loop.once())
    assert told(office, wrong)[3] == [("submit", "enterprise")]
    assert look(office, policy, lambda: NOW + 2 * HELD) == 1
    assert told(office, wrong)[3] == [("submit", "enterprise"), ("retype", "system")]


def test_text_that_ends_the_process_ends_it_only_so_often(office: Database) -> None:
    deadly, next_one = case(office, words="deadly"), case(office)
    begun: list[str] = []

    def dies(text: str) -> Verdict:
        begun.append(text)
        if text == "deadly":
            raise Died
        return policy(text)

    for _ in range(MOST_TRIES):
        with pytest.raises(Died):
            look(office, dies)
    look(office, dies)
    assert begun == ["deadly"] * MOST_TRIES + [WORDS]
    assert types(office, deadly, next_one) == ["arrears", "policy"]


def test_text_that_breaks_the_model_is_skipped_and_its_words_stay_out_of_the_log(
    office: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    bad, good = case(office, words="坏掉的话"), case(office)
    before = outcomes("failed")

    def breaks(text: str) -> Verdict:
        if text != WORDS:
            raise ValueError(text)
        return policy(text)

    assert look(office, breaks) == 2
    assert types(office, bad, good) == ["arrears", "policy"]
    assert outcomes("failed") - before == 1
    log = "".join(capsys.readouterr())
    assert "second_look_failed" in log
    assert "坏掉的话" not in log


def test_without_an_embedding_the_loop_ends_and_nothing_is_passed_over(office: Database) -> None:
    wrong = case(office)

    def nothing() -> None:
        raise NoEmbedding("none here")

    loop = SecondLook(office, lambda: NOW, policy, nothing)
    asyncio.run(asyncio.wait_for(loop.run(), 10))
    assert types(office, wrong) == ["arrears"]
    look(office, policy)
    assert types(office, wrong) == ["policy"]


def test_one_process_at_a_time_looks(office: Database, clock: Clock) -> None:
    first, second = (SecondLook(office, clock, policy) for _ in range(2))

    async def story() -> list[int]:
        looked = [await first.once()]
        case(office)
        settle(office)
        looked += [await second.once(), await first.once()]
        case(office)
        settle(office)
        clock.advance(HELD + timedelta(seconds=1))
        return [*looked, await second.once()]

    assert asyncio.run(story()) == [0, 0, 1, 1]


def test_database_from_another_cluster_is_read_from_its_end(office: Database) -> None:
    case(office)
    settle(office)
    with office.transaction() as session:
        session.get_one(FeedCursor, READER).tx = 2**40
    assert look(office, policy) == 0
    new = case(office)
    assert look(office, policy) == 1
    assert types(office, new) == ["policy"]


def test_event_that_commits_late_is_not_missed(postgresql_url: str) -> None:
    database, other = Database(postgresql_url), Database(postgresql_url)
    staffed(database)
    look(database, policy)
    with other.transaction() as session:
        late = submit(session, who=PARTNER)
        early = case(database)
        assert look_now(database, policy) == 0  # what is older may still appear before it
    assert look(database, policy) == 2
    assert types(database, late, early) == ["policy", "policy"]
    database.dispose()
    other.dispose()
