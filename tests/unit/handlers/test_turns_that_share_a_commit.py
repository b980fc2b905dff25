"""Turns that share one commit do not harm each other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from handlers.desk import Answer, take, take_together
from handlers.turn import Incoming, Kind
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
    makers: Makers, kind: str, *batches: Sequence[tuple[datetime, Incoming]]
) -> tuple[list[Answer], list[Answer]]:
    """Return what people hear of the same batches, taken one after the other and taken together.

    What they leave behind is the same.
    """
    alone, together = staffed(makers[kind]()), staffed(makers[kind]())
    one_by_one: list[Answer] = []
    at_once: list[Answer] = []
    for batch in batches:
        for at, each in batch:
            with alone.transaction() as session:
                one_by_one.append(take(session, each, at, MEANS))
        with together.transaction() as session:
            at_once += take_together(session, [each for _, each in batch], batch[0][0], MEANS)
    assert stored(together) == stored(alone)
    alone.dispose()
    together.dispose()
    return one_by_one, at_once


def now(*pushes: Incoming, at: datetime = TUESDAY) -> list[tuple[datetime, Incoming]]:
    return [(at, each) for each in pushes]


@pytest.mark.parametrize("kind", KINDS)
def test_turns_taken_together_answer_and_leave_what_they_would_alone(fresh_url: Makers, kind: str) -> None:
    first = now(*(each for each in ALL if each is not ALL[1]))
    alone, together = alone_and_together(fresh_url, kind, first, now(ALL[1]))
    assert together == alone
    assert {answer.outcome for answer in alone} >= {"ticket", "shelved", "refusal", "answer", None}


@pytest.mark.parametrize("kind", KINDS)
def test_colleagues_who_write_at_once_know_of_each_other(fresh_url: Makers, kind: str) -> None:
    """Of two who say the same the second is asked whether it is the same matter."""
    alone, together = alone_and_together(fresh_url, kind, now(said(OWNER, REQUEST), said(PARTNER, REQUEST)))
    assert together == alone
    assert any("并案" in part[0] for part in together[1].speech if isinstance(part, tuple))


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
