"""Turns that share one commit do not harm each other."""

from datetime import timedelta

from sqlalchemy import func, select

from handlers.desk import take
from handlers.turn import Incoming, Kind
from models.rules.numbers import number_of
from models.session import Database
from models.tables import Clock, Inbox, Message, Outbox
from tests.means import MEANS
from tests.roster import LEADER, OFFICE, OWNER, load
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
