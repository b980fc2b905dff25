"""Enterprises that stumble over one stone: what they say, and the loop that puts it together."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import select

from bot.large_model import LargeModel
from bot.patterns_loop import PatternsLoop
from handlers.understanding.embedding import SHARED
from models.actions import people, roster, tickets
from models.actions.conversation import Words
from models.actions.tickets import Guess
from models.queries.people import party
from models.session import Database
from models.tables import Pattern, PatternMember, Ticket, TicketVector
from tests.unit.bot.test_second_look import settle
from tests.unit.models.stage import NOW

MODEL: Final = "e5 test"
vector: Final = cache(SHARED.vector)
ARREARS: Final = (
    "澜河县城投欠我们工程款三年了，一共二百六十万，年年说明年给",
    "给澜河城投修的滨河路，早通车了，尾款一分没见着",
    "我公司承建澜河县城市建设投资有限公司的排水管网，验收两年，尚欠工程款418万元，恳请协调支付",
    "澜河的城投公司太难要账了，绿化工程干完两年多，九十几万工程款就是拖着不给",
    "做路灯安装的，活是澜河县城投发包的，结算单都盖章了，工程尾款说账上没钱，让等",
    "我在澜河干的老旧小区改造，甲方是澜河县城投，去年就审计完了，工程款到现在只给了三成",
    "请帮忙催催澜河县城投，欠我家市政工程的混凝土工程款七十六万，三年了，厂子快转不动了",
)
"""Seven arrears of one debtor, in seven voices."""
APPROVAL: Final = "拖延审批三年了，规划许可报上去一直压着不批，来回跑了几十趟"


def firm(database: Database, name: str, *, region: str = "210100") -> str:
    """Put an enterprise with one contact on the roster; return the contact's openid."""
    openid = f"o-{name}"
    with database.transaction() as session:
        added = roster.add_enterprise(
            session, name=f"{name}有限公司", credit_code=None, region=region, stage="growing", now=NOW
        )
        person = people.meet(session, openid, now=NOW).person_id
        people.join(session, person, added.id, name="闻向北", role="法定代表人", now=NOW)
    return openid


def bring(database: Database, openid: str, text: str, *, kind: str = "arrears", at: datetime = NOW) -> int:
    """Let somebody, a stranger perhaps, bring a case; return its id."""
    with database.transaction() as session:
        people.meet(session, openid, now=at)
        who = party(session, openid)
        assert who is not None
        guess = Guess(kind, 0.9, None, is_sure=True)
        return tickets.submit(session, who, Words("text", text), guess, title=text[:20], now=at).id


def seven(database: Database, *, region: str = "210100") -> list[int]:
    """Let seven enterprises bring the seven arrears."""
    firms = [firm(database, f"firm{n}", region=region) for n in range(len(ARREARS))]
    return [bring(database, openid, text) for openid, text in zip(firms, ARREARS, strict=True)]


def loop_on(
    database: Database,
    clock: Callable[[], datetime] = lambda: NOW,
    model: str = MODEL,
    *,
    large: LargeModel | None = None,
) -> PatternsLoop:
    """Return what compares, as a process has it that has just started."""
    return PatternsLoop(database, clock, vector, model, large=large)


def compare(database: Database, loop: PatternsLoop | None = None) -> int:
    """Compare all that came, and leave the lease to others."""
    settle(database)
    compares = loop or loop_on(database)

    async def once() -> int:
        done = await compares.once()
        await compares._give_up()
        compares._held_until = None
        return done

    return asyncio.run(once())


def groups(database: Database) -> list[tuple[str, list[int]]]:
    """Return the state and the cases of every pattern that has any."""
    with database.reading() as session:
        found: dict[int, list[int]] = {}
        for member in session.scalars(select(PatternMember).order_by(PatternMember.ticket_id)):
            found.setdefault(member.pattern_id, []).append(member.ticket_id)
        return [(session.get_one(Pattern, each).state, cases) for each, cases in sorted(found.items())]


def shown(database: Database) -> Sequence[Pattern]:
    """Return the patterns that are shown."""
    with database.reading() as session:
        return session.scalars(select(Pattern).where(Pattern.state == "open").order_by(Pattern.id)).all()


def read(database: Database, ticket_id: int) -> TicketVector | None:
    """Return what a case is compared by."""
    with database.reading() as session:
        return session.get(TicketVector, ticket_id)


def ticket(database: Database, ticket_id: int) -> Ticket:
    """Return a case as it stands."""
    with database.reading() as session:
        return session.get_one(Ticket, ticket_id)
