"""Turns that share one commit do not harm each other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from handlers.desk import Answer, take, take_together
from handlers.turn import Incoming, Kind
from models.actions import people, roster
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Clock, Inbox, Message, Outbox, Person, Ticket
from tests.conftest import Makers
from tests.databases import KINDS
from tests.means import MEANS
from tests.roster import LEADER, OFFICE, OWNER, PARTNER, load
from tests.world import TUESDAY

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def said(openid: str, text: str) -> Incoming:
    return Incoming(f"m:{openid}:{text}", openid, Kind.TEXT, "text", text, "sealed", 1)


def test_refused_turn_takes_back_nothing_of_the_others(database: Database) -> None:
    with database.transaction() as session:
        load(session, TUESDAY)
    with database.transaction() as session:
        taken = take(session, said(OWNER, REQUEST), TUESDAY, MEANS)
        session.expunge_all()
        refused = take(session, said(OFFICE, f"详情 {number_of(1)}"), TUESDAY, MEANS)
        session.expunge_all()
        seen = take(session, said(LEADER, f"受理 {number_of(1)}"), TUESDAY + timedelta(seconds=1), MEANS)

    assert [answer.outcome for answer in (taken, refused, seen)] == ["ticket", "refusal", "follow_up"]
    with database.reading() as session:
        counts = {
            table: session.scalar(select(func.count()).select_from(table)) for table in (Message, Outbox)
        }
        assert counts == {Message: 1, Outbox: 3}
        assert session.scalars(select(Inbox.outcome).order_by(Inbox.id)).all() == [
            "ticket",
            "refusal",
            "follow_up",
        ]
        assert session.scalar(select(func.count()).select_from(Clock).where(Clock.name == "result")) == 1


ALL = (
    said(OWNER, REQUEST),
    said(OWNER, REQUEST),
    replace(said("", ""), kind=Kind.UNREADABLE, key="x:1"),
    said(LEADER, "待办"),
    said(OFFICE, f"详情 {number_of(999)}"),
    said("o-stranger", "有人打电话说是省里的，是真的吗"),
    said("o-other", "环评报告报上去4个月了，一直排不上专家评审"),
    replace(said("o-third", ""), kind=Kind.FOLLOW, name="subscribe"),
)
"""Of each kind of push one, and one that comes twice: it is taken in the batch after."""


def stored(database: Database) -> list[list[str]]:
    """Return what turns left behind, but for what is drawn by lot."""
    facts: tuple[Select[Any], ...] = (
        select(Inbox.dedupe_key, Inbox.outcome, Inbox.reply),
        select(Person.openid, Person.cases, Person.hand_ticket_id, Person.pending),
        select(Ticket.person_id, Ticket.owner_id, Ticket.type, Ticket.status),
        select(Message.ticket_id, Message.text),
        select(Outbox.person_id, Outbox.kind),
    )
    with database.reading() as session:
        return [sorted(map(repr, map(tuple, session.execute(each)))) for each in facts]


def staffed(url: str) -> Database:
    database = Database(url)
    with database.transaction() as session:
        load(session, TUESDAY)
    return database


def alone_and_together(
    makers: Makers,
    kind: str,
    *batches: Sequence[tuple[datetime, Incoming]],
    before: Callable[[Session], object] = lambda _: None,
) -> tuple[list[Answer], list[Answer]]:
    """Return what people hear of the same batches, taken one after the other and taken together.

    Together they come in the order of their names with the platform. What they leave behind is the same.
    """
    alone, together = staffed(makers[kind]()), staffed(makers[kind]())
    for database in (alone, together):
        with database.transaction() as session:
            before(session)
    one_by_one: list[Answer] = []
    at_once: list[Answer] = []
    for batch in batches:
        for at, each in batch:
            with alone.transaction() as session:
                one_by_one.append(take(session, each, at, MEANS))
        pushes = sorted((each for _, each in batch), key=lambda each: each.openid)
        with together.transaction() as session:
            answers = take_together(session, pushes, batch[0][0], MEANS)
        heard = {each.key: answer for each, answer in zip(pushes, answers, strict=True)}
        at_once += [heard[each.key] for _, each in batch]
    assert stored(together) == stored(alone)
    alone.dispose()
    together.dispose()
    return one_by_one, at_once


def now(*pushes: Incoming, at: datetime = TUESDAY) -> list[tuple[datetime, Incoming]]:
    return [(at, each) for each in pushes]


@pytest.mark.parametrize("kind", KINDS)
def test_turns_taken_together_answer_and_leave_what_they_would_alone(fresh_url: Makers, kind: str) -> None:
    officials_last = sorted(ALL, key=lambda each: (each.openid in {LEADER, OFFICE}, each.openid))
    first = now(*(each for each in officials_last if each is not ALL[1]))
    alone, together = alone_and_together(fresh_url, kind, first, now(ALL[1]))
    assert together == alone
    assert {answer.outcome for answer in alone} >= {"ticket", "shelved", "refusal", "answer", None}


POLITELY = f"尊敬的领导您好，我们是一家本地的制造业企业，在贵地经营多年，{REQUEST}"
SHORTLY = "麻烦反映个情况，开发区管委会欠我们厂区道路工程尾款320万，验收一年多不给结"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("first", "second"), [(REQUEST, REQUEST), (POLITELY, SHORTLY)])
def test_colleagues_who_write_at_once_know_of_each_other(
    fresh_url: Makers, kind: str, first: str, second: str
) -> None:
    """Of two who say the same, be it far behind a title, the second is asked whether it is the same matter."""
    alone, together = alone_and_together(fresh_url, kind, now(said(OWNER, first), said(PARTNER, second)))
    assert together == alone
    assert any("并案" in part[0] for part in together[1].speech if isinstance(part, tuple))


CODE = "ab12cd34ef56ab12cd34ef56ab12cd34"
ALONE_THERE = "o-solo"
JOINS = "o-a-joins"


def invited(session: Session) -> None:
    """An enterprise with one speaker, and an invite for another."""
    firm = roster.add_enterprise(
        session, name="抚顺青岚化工有限公司", credit_code=None, region="210400", stage="mature", now=TUESDAY
    )
    person = people.meet(session, ALONE_THERE, now=TUESDAY).person_id
    people.join(session, person, firm.id, name="闻向北", role="法定代表人", now=TUESDAY)
    people.invite(
        session, CODE, enterprise_id=firm.id, contact_name="程远志", contact_role="经办", now=TUESDAY
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("openid", "text"),
    [
        (ALONE_THERE, REQUEST),
        (ALONE_THERE, "我要投诉办事的人态度差"),
        ("o-stranger", f"{REQUEST}，合同号HT{CODE}Z"),
    ],
)
def test_who_joins_an_enterprise_at_the_same_moment_is_somebody_new(
    fresh_url: Makers, kind: str, openid: str, text: str
) -> None:
    """Whoever else writes is heard as if nobody had joined yet, nor used up the code; so is who joins, after that."""
    alone, together = alone_and_together(
        fresh_url,
        kind,
        now(said(JOINS, REQUEST)),
        now(said(JOINS, f"绑定 {CODE}")),
        now(said(openid, text), said(JOINS, "确认绑定")),
        before=invited,
    )
    assert together == alone


REFUSAL = "不予办理 {} 民事纠纷 双方对工程质量有争议，宜由法院判定，可向区人民法院起诉"
OBJECTION = "不同意，是你们招商的时候亲口答应我们的，白纸黑字写在合同里"


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_objects_to_what_an_official_says_at_the_same_moment(fresh_url: Makers, kind: str) -> None:
    """They object to the refusal they have read, and to no other: it is one of two once the official spoke."""
    later = TUESDAY + timedelta(days=1)
    alone, together = alone_and_together(
        fresh_url,
        kind,
        now(said(OWNER, REQUEST)),
        now(said(OWNER, "新诉求 厂房电容量不够，想增容到800千伏安")),
        now(said(LEADER, REFUSAL.format(number_of(1)))),
        now(said(OWNER, OBJECTION), said(LEADER, REFUSAL.format(number_of(2))), at=later),
    )
    assert together == alone
    assert number_of(1) in "".join(map(str, together[-2].speech)), "the only one that was refused by then"


@pytest.mark.parametrize("kind", KINDS)
def test_official_knows_what_was_said_at_the_same_moment(fresh_url: Makers, kind: str) -> None:
    number = number_of(1)
    alone, together = alone_and_together(
        fresh_url,
        kind,
        now(said(OWNER, REQUEST)),
        now(said(OWNER, f"撤回 {number}"), said(LEADER, f"受理 {number}"), said(OFFICE, "待办")),
    )
    assert together == alone
    assert [answer.outcome for answer in together[-3:]] == ["follow_up", "refusal", "answer"]
