"""Who is forgotten takes nothing of a colleague's with them: no name, no number, no day that a case is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.understanding.masking import erase
from models.actions import forgetting, retention
from models.rules.numbers import ticket_id_of
from models.tables import Contact, Event, Message, Person, Ticket
from tests.flows.owning import a_minute_later
from tests.flows.reading import number_in
from tests.flows.test_forgotten import NAME, PHONE, admin, forget
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

SWITCHBOARD = "单位总机024-86892345"


def said_in(world: World, number: str) -> list[str]:
    """Return what is left of what the enterprise said in a case, and of the case's title."""
    with world.database.reading() as session:
        case = session.get_one(Ticket, ticket_id_of(number) or 0)
        wrote = select(Message.text).where(Message.ticket_id == case.id).order_by(Message.id)
        return [case.title, *session.scalars(wrote)]


def brought(world: World, words: str) -> str:
    """Let the owner bring a case, then a colleague one with these words; return the number of theirs."""
    world.phone(LEADER).silence()
    world.phone(OWNER).say(f"管委会欠我们工程尾款320万，{SWITCHBOARD}，我的{PHONE}")
    a_minute_later(world)
    return number_in(world.phone(PARTNER).say(f"新诉求 {words}"))


def test_number_that_a_colleague_wrote_too_stays_in_their_case(world: World) -> None:
    theirs = brought(world, f"供电所不给增容，请打{SWITCHBOARD}找我王二麻，别找{NAME}")
    forget(world, world.roster.people[OWNER], admin(world))
    left = str(said_in(world, theirs))
    assert f"请打{SWITCHBOARD}找我王二麻" in left
    assert NAME not in left


@pytest.mark.parametrize("colleague", [NAME, "邵其琛"])
def test_name_by_which_a_colleague_goes_too_stays_in_their_case(world: World, colleague: str) -> None:
    with world.database.transaction() as session:
        mine = update(Contact).where(Contact.person_id == world.roster.people[PARTNER])
        session.execute(mine.values(name=colleague))
    theirs = brought(world, f"供电所不给增容，有事找{NAME}")
    forget(world, world.roster.people[OWNER], admin(world))
    stays = f"有事找{NAME}" in str(said_in(world, theirs))
    assert stays == (colleague == NAME)


def test_case_is_kept_no_longer_as_somebody_who_is_named_in_it_is_forgotten(world: World) -> None:
    theirs = brought(world, f"供电所不给增容，有事找{NAME}")
    partner, begun, days = world.phone(PARTNER), world.clock(), 90
    if "确认" in partner.say(f"撤回 {theirs}"):
        partner.say("是")
    with world.database.transaction() as session:
        assert session.get_one(Ticket, ticket_id_of(theirs) or 0).status == "withdrawn"
        nearly = begun + timedelta(days=days - 1)
        assert forgetting.forget(session, world.roster.people[OWNER], erase=erase, now=nearly)
        redacted = select(Event.at).where(Event.ticket_id == ticket_id_of(theirs), Event.verb == "redact")
        assert session.scalars(redacted).all() == [nearly]
    with world.database.transaction() as session:
        later = begun + timedelta(days=days + 1)
        assert retention.strike(session, later, limit=50, days=days, erase=erase) == 1
        assert session.get_one(Person, world.roster.people[PARTNER]).forgotten_at == later
