"""Batches in front of the database: order of one person's words, the bound of the queue, patience."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select

from bot.web.intake import MOST_OF_ONE, Busy, Intake, TooLate
from handlers.desk import Answer
from handlers.turn import Incoming, Kind
from models.session import Database
from models.tables import Inbox, Message
from tests.means import MEANS
from tests.roster import OWNER, PARTNER, load
from tests.world import TUESDAY

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
HANGS_UP = 5.0
"""Seconds after which the platform no longer listens."""
ROUNDS = 25
CROWD = 8


def said(openid: str, text: str, count: int = 0) -> Incoming:
    return Incoming(f"m:{openid}:{count}:{text}", openid, Kind.TEXT, "text", text, "sealed", 1)


@pytest.fixture
def staffed(database: Database) -> Iterator[Database]:
    with database.transaction() as session:
        load(session, TUESDAY)
    yield database


@pytest.fixture
def intake(staffed: Database) -> Iterator[Intake]:
    running = Intake(staffed, lambda: TUESDAY, MEANS, lambda: None)
    yield running
    running.close()


def number_in(answer: Answer) -> str:
    return re.findall(r"编号 (\d+)", words(answer))[0]


def words(answer: Answer) -> str:
    return "".join(part if isinstance(part, str) else part[0] for part in answer.speech)


def test_what_one_person_says_is_taken_in_order(intake: Intake) -> None:
    async def talk(openid: str) -> tuple[Answer, Answer]:
        asked = asyncio.create_task(intake.take(said(openid, REQUEST)))
        looked = asyncio.create_task(intake.take(said(openid, "进度")))
        crowd = [asyncio.create_task(intake.take(said(f"{openid}-{n}", "你好"))) for n in range(CROWD)]
        await asyncio.gather(*crowd)
        return await asked, await looked

    async def talks() -> list[tuple[Answer, Answer]]:
        return [await talk(f"o-stranger-{count}") for count in range(ROUNDS)]

    for asked, looked in asyncio.run(talks()):
        assert asked.outcome == "ticket"
        assert number_in(asked) in words(looked)


def test_turn_that_breaks_harms_none_of_those_it_shares_a_commit_with(
    staffed: Database, intake: Intake
) -> None:
    """Half a character cannot be stored, which only shows when its turn has begun."""

    async def talk() -> list[Answer]:
        odd = replace(said("o-odd", "货款\ud800一直不给"), key="m:odd")
        pushes = (said(OWNER, REQUEST), odd, said("o-else", REQUEST))
        return await asyncio.gather(*(intake.take(push) for push in pushes))

    taken, broken, other = asyncio.run(talk())
    assert [taken.outcome, broken.outcome, other.outcome] == ["ticket", "shelved", "ticket"]
    assert words(broken)
    with staffed.reading() as session:
        assert sorted(session.scalars(select(Message.text))) == [REQUEST, REQUEST]
        assert session.scalars(select(Inbox.outcome).order_by(Inbox.dedupe_key)).all().count(None) == 1


def test_nobody_fills_the_queue_alone(intake: Intake) -> None:
    async def flood() -> tuple[list[Answer | BaseException], Answer, Answer]:
        flooding = asyncio.gather(
            *(intake.take(said(OWNER, "你好", count)) for count in range(2 * MOST_OF_ONE)),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
        other = await intake.take(said(PARTNER, REQUEST))
        return await flooding, other, await intake.take(said(OWNER, REQUEST))

    flooded, other, after = asyncio.run(flood())
    assert [isinstance(each, Busy) for each in flooded] == [False] * MOST_OF_ONE + [True] * MOST_OF_ONE
    assert other.outcome == "ticket"
    assert after.outcome == "ticket"


def test_what_names_nobody_is_no_one_persons(intake: Intake) -> None:
    async def flood() -> list[Answer]:
        odd = [
            Incoming(f"h:{n}", "", Kind.UNREADABLE, "unknown", "", "sealed", 1)
            for n in range(2 * MOST_OF_ONE)
        ]
        return await asyncio.gather(*(intake.take(each) for each in odd))

    assert {each.outcome for each in asyncio.run(flood())} == {"shelved"}


def test_full_queue_refuses_at_once_and_serves_those_who_wait(staffed: Database) -> None:
    intake = Intake(staffed, lambda: TUESDAY, MEANS, lambda: None, longest_queue=2)

    async def rush() -> tuple[list[Answer | BaseException], Answer]:
        people = (OWNER, PARTNER, "o-late")
        rushed = await asyncio.gather(
            *(intake.take(said(who, REQUEST)) for who in people), return_exceptions=True
        )
        return rushed, await intake.take(said("o-late", REQUEST))

    rushed, again = asyncio.run(rush())
    intake.close()
    assert [type(each) for each in rushed] == [Answer, Answer, Busy]
    assert again.outcome == "ticket"


def test_turn_that_takes_too_long_is_let_go_while_the_platform_still_listens(staffed: Database) -> None:
    goes_on = threading.Event()

    def clock() -> datetime:
        goes_on.wait()
        return TUESDAY

    intake = Intake(staffed, clock, MEANS, lambda: None)

    async def wait() -> tuple[float, Answer]:
        began = time.monotonic()
        with pytest.raises(TooLate):
            async with asyncio.timeout(HANGS_UP):
                await intake.take(said(OWNER, REQUEST))
        waited = time.monotonic() - began
        goes_on.set()
        return waited, await intake.take(said(OWNER, REQUEST))

    waited, again = asyncio.run(wait())
    intake.close()
    assert waited < HANGS_UP
    assert (again.outcome, number_in(again)) == (None, "1010")  # it was stored after all
