"""What reached us and ended in nothing is listed, also where its outcome says otherwise (MISSION.md, 1)."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from models.queries.growing import Behind
from models.queries.registry import unsettled, unsettled_in_all
from models.session import Database
from models.tables import Inbox, Message
from tests.flows.reading import number_in
from tests.roster import OWNER
from tests.unit.models.stage import NOW
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def listed(database: Database, now: datetime = NOW) -> list[int]:
    with database.reading() as session:
        rows = [row[0] for row in unsettled(session, after=Behind(), limit=10, now=now)]
        assert unsettled_in_all(session, now)[0] == len(rows)
        return rows


@pytest.mark.parametrize("outcome", ["ticket", "follow_up"])
def test_ticket_and_follow_up_are_about_a_case(world: World, outcome: str) -> None:
    world.phone(OWNER).say("帮助")
    with pytest.raises(IntegrityError, match="has_ticket"), world.database.transaction() as session:
        session.execute(update(Inbox).values(outcome=outcome, ticket_id=None))


def test_request_whose_words_are_nowhere_is_listed(world: World) -> None:
    number_in(world.phone(OWNER).say(REQUEST))
    assert listed(world.database, world.clock()) == []
    with world.database.transaction() as session:
        kept = [dict(row) for row in session.execute(select(Message.__table__)).mappings()]
        session.execute(delete(Message))
        inbox_id = session.scalars(select(Inbox.id).where(Inbox.outcome == "ticket")).one()
    assert listed(world.database, world.clock()) == [inbox_id]
    with world.database.transaction() as session:
        session.execute(insert(Message), kept)
    assert listed(world.database, world.clock()) == []


def test_words_that_were_gathered_and_forgotten_are_listed(world: World) -> None:
    owner = world.phone(OWNER)
    number_in(owner.say(REQUEST))
    with world.database.transaction() as session:
        inbox_id = session.scalars(select(Inbox.id).where(Inbox.outcome == "ticket")).one()
        session.execute(update(Message).values(gathered_until=world.clock()))
    assert listed(world.database, world.clock() + timedelta(minutes=59)) == []
    assert listed(world.database, world.clock() + timedelta(minutes=61)) == [inbox_id]
    with world.database.transaction() as session:
        session.execute(update(Message).values(gathered_until=None))
