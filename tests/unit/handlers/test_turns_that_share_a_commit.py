"""Turns that share one commit do not harm each other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

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


def stored(database: Database) -> dict[str, list[Any]]:
    """Return what turns left behind, but for what is drawn by lot."""
    with database.reading() as session:
        return {
            "inbox": [
                tuple(row) for row in session.execute(select(Inbox.dedupe_key, Inbox.outcome, Inbox.reply))
            ],
            "people": [
                tuple(row)
                for row in session.execute(select(Person.openid, Person.cases, Person.hand_ticket_id))
            ],
            "tickets": [
                tuple(row) for row in session.execute(select(Ticket.person_id, Ticket.owner_id, Ticket.type))
            ],
            "messages": [tuple(row) for row in session.execute(select(Message.ticket_id, Message.text))],
            "outbox": [tuple(row) for row in session.execute(select(Outbox.person_id, Outbox.kind))],
        }


def staffed(url: str) -> Database:
    database = Database(url)
    with database.transaction() as session:
        load(session, TUESDAY)
    return database


@pytest.mark.parametrize("kind", KINDS)
def test_turns_taken_together_answer_and_leave_what_they_would_alone(fresh_url: Makers, kind: str) -> None:
    batches = [[each for each in ALL if each is not ALL[1]], [ALL[1]]]
    alone, together = staffed(fresh_url[kind]()), staffed(fresh_url[kind]())
    answers: dict[Database, list[Answer]] = {alone: [], together: []}
    for batch in batches:
        for each in batch:
            with alone.transaction() as session:
                answers[alone].append(take(session, each, TUESDAY, MEANS))
        with together.transaction() as session:
            answers[together] += take_together(session, batch, TUESDAY, MEANS)
    assert answers[together] == answers[alone]
    assert {answer.outcome for answer in answers[alone]} >= {"ticket", "shelved", "refusal", "answer", None}
    assert {name: sorted(map(repr, rows)) for name, rows in stored(together).items()} == {
        name: sorted(map(repr, rows)) for name, rows in stored(alone).items()
    }
    alone.dispose()
    together.dispose()


def test_colleagues_who_write_at_once_are_both_heard(database: Database) -> None:
    """Neither is known to the other's turn before it is over, as in two processes: nothing is lost by that."""
    with database.transaction() as session:
        load(session, TUESDAY)
    with database.transaction() as session:
        first, second = take_together(
            session, [said(OWNER, REQUEST), said(PARTNER, f"{REQUEST}，财务一直推")], TUESDAY, MEANS
        )
    assert first.outcome == "ticket"
    assert second.speech
    with database.reading() as session:
        words = session.scalars(select(Message.text).order_by(Message.id)).all()
    assert [text for text in words if text and text.startswith(REQUEST)] == [
        REQUEST,
        f"{REQUEST}，财务一直推",
    ]
