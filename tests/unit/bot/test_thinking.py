"""The deep path inside a request: only at an idle desk, only for requests, and never for long."""

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from bot.web.intake import QUIET_FOR, Intake
from bot.web.thinking import Thinking, is_worth_it
from handlers.desk import Answer
from handlers.turn import Kind
from handlers.understanding.classifier import Verdict, default_classifier
from models.rules.lifecycle import Verb
from models.session import Database
from models.tables import Event
from tests.means import MEANS
from tests.roster import OWNER, PARTNER
from tests.unit.bot.test_intake import REQUEST, number_in, said, staffed, words
from tests.unit.bot.test_second_look import verdict
from tests.world import TUESDAY

__all__ = ["staffed"]

LONG_ENOUGH = 10.0
OTHER_REQUEST = "新车间下个月投产，变压器增容报了三个月还排不上"


@contextmanager
def desk(
    database: Database, classify: Callable[[str], Verdict], *, wait: float = LONG_ENOUGH
) -> Iterator[tuple[Intake, Thinking]]:
    thinking = Thinking(classify, wait=wait)
    intake = Intake(database, lambda: TUESDAY, MEANS, lambda: None, thinking=thinking)
    yield intake, thinking
    intake.close()


def guesses(database: Database) -> Sequence[tuple[str, bool]]:
    """Return type of every first guess, and whether it was a deep one."""
    with database.reading() as session:
        data = session.scalars(select(Event.data).where(Event.verb == Verb.SUBMIT).order_by(Event.id)).all()
    return [(each["type"], each.get("deep", False)) for each in data]


def chain(_text: str) -> Verdict:
    return verdict("chain")


def fast(text: str) -> tuple[str, bool]:
    return default_classifier().classify(text).type, False


def test_request_at_an_idle_desk_is_of_the_deep_paths_type(staffed: Database) -> None:
    with desk(staffed, chain) as (intake, _):
        answer = asyncio.run(intake.take(said(OWNER, REQUEST)))
    assert answer.outcome == "ticket"
    assert "产业链协同" in words(answer)
    assert guesses(staffed) == [("chain", True)]


def test_who_comes_right_behind_another_is_not_thought_about(staffed: Database) -> None:
    async def both(intake: Intake) -> None:
        await intake.take(said(OWNER, REQUEST))
        await intake.take(said(PARTNER, OTHER_REQUEST))

    with desk(staffed, chain) as (intake, _):
        asyncio.run(both(intake))
    assert guesses(staffed) == [("chain", True), fast(OTHER_REQUEST)]
    assert 0 < QUIET_FOR < 1


def test_crowd_is_not_thought_about(staffed: Database) -> None:
    asked: list[str] = []

    def ask(text: str) -> Verdict:
        asked.append(text)
        return chain(text)

    async def crowd(intake: Intake) -> None:
        people = [intake.take(said(f"o-{n}", f"{REQUEST}{n}")) for n in range(9)]
        await asyncio.gather(*people)

    with desk(staffed, ask) as (intake, _):
        asyncio.run(crowd(intake))
    assert asked == [f"{REQUEST}0"]
    assert sorted(guesses(staffed)) == sorted(
        [("chain", True), *[fast(f"{REQUEST}{n}") for n in range(1, 9)]]
    )


@pytest.mark.parametrize(
    "text", ["进度", "你好", "催办 1010", "新诉求 尾款一直不给结", "谢谢", "多久能办好", ""]
)
def test_what_is_no_request_by_its_words_is_not_thought_about(text: str) -> None:
    assert not is_worth_it(said(OWNER, text))


def test_only_texts_are_thought_about() -> None:
    assert is_worth_it(said(OWNER, REQUEST))
    assert said(OWNER, REQUEST).kind is Kind.TEXT


def test_thought_that_takes_too_long_is_left_alone(staffed: Database) -> None:
    goes_on = threading.Event()

    def slow(text: str) -> Verdict:
        goes_on.wait(LONG_ENOUGH)
        return chain(text)

    async def story(intake: Intake, thinking: Thinking) -> None:
        await intake.take(said(OWNER, REQUEST))
        assert not thinking.is_free  # nobody else is kept waiting for it
        goes_on.set()

    with desk(staffed, slow, wait=0.01) as (intake, thinking):
        asyncio.run(story(intake, thinking))
    assert guesses(staffed) == [fast(REQUEST)]


def test_deep_path_that_breaks_costs_nothing_but_its_verdict(
    staffed: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    def breaks(text: str) -> Verdict:
        raise ValueError(text)

    with desk(staffed, breaks) as (intake, _):
        answer = asyncio.run(intake.take(said(OWNER, REQUEST)))
    assert answer.outcome == "ticket"
    assert guesses(staffed) == [fast(REQUEST)]
    log = "".join(capsys.readouterr())
    assert "deep_path_failed" in log
    assert REQUEST not in log


def test_what_the_same_person_says_meanwhile_comes_after_it_and_others_before(staffed: Database) -> None:
    goes_on = threading.Event()

    def slow(text: str) -> Verdict:
        goes_on.wait(LONG_ENOUGH)
        return chain(text)

    async def story(intake: Intake) -> tuple[Answer, Answer, Answer]:
        asked = asyncio.create_task(intake.take(said(OWNER, REQUEST)))
        await asyncio.sleep(0)
        looked = asyncio.create_task(intake.take(said(OWNER, "进度")))
        other = await intake.take(said(PARTNER, "你好"))
        assert not asked.done()
        assert not looked.done()
        goes_on.set()
        return await asked, await looked, other

    with desk(staffed, slow) as (intake, _):
        asked, looked, other = asyncio.run(story(intake))
    assert asked.outcome == "ticket"
    assert number_in(asked) in words(looked)
    assert other.outcome == "answer"
