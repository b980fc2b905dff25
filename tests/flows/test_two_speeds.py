"""A type guessed in haste is put right a moment later: nobody is rung, and everybody sees it from then on."""

import pytest
from sqlalchemy import select

from handlers.understanding.classifier import default_classifier
from handlers.understanding.deep import default_deep
from models.rules.lifecycle import Verb
from models.rules.numbers import ticket_id_of
from models.tables import Event, Ticket
from tests.conftest import Makers
from tests.databases import KINDS
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.unit.bot.test_second_look import look as look_once
from tests.unit.bot.test_second_look import settle, verdict
from tests.world import World

HASTY = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
SAID = (HASTY, "说好给的装修补助拖到现在一分没见", "新车间盖好了不让用，说要验一遍才行")


def look(world: World, kind: str) -> int:
    """Take a second look whose deep path thinks so."""
    return look_once(world.database, lambda _: verdict(kind), world.clock)


def test_hasty_type_is_put_right_and_both_sides_see_it_without_being_rung(world: World) -> None:
    look(world, "ip")
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(HASTY))
    owner.silence()
    leader.silence()
    assert look(world, "policy") == 1

    assert (owner.silence(), leader.silence()) == ([], [])
    assert "政策落实" in owner.say(f"进度 {number}")
    assert "政策落实" in leader.say(f"详情 {number}")
    listed = leader.say("待办")
    assert number in listed
    assert "拖欠账款" not in listed
    assert "受理" in leader.say(f"受理 {number}")
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        assert (ticket.type, ticket.ledger_no) == ("policy", 1)


def test_their_own_correction_is_the_last_word(world: World) -> None:
    look(world, "ip")
    owner = world.phone(OWNER)
    number = number_in(owner.say(HASTY))
    owner.say(f"改类型 {number} 行政审批")
    assert look(world, "policy") == 1
    with world.database.reading() as session:
        assert session.get_one(Ticket, ticket_id_of(number)).type == "approval"


@pytest.mark.parametrize("kind", KINDS)
def test_the_shipped_deep_path_has_looked_at_every_type_in_the_end(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind](), deep=True) as world:
        look_again = world.service.second_look
        assert look_again is not None
        world.loop.run(look_again.once())
        numbers = [number_in(world.phone(f"o-new-{n}").say(text)) for n, text in enumerate(SAID)]
        settle(world.database)
        world.loop.run(look_again.once())
        with world.database.reading() as session:
            found = [session.get_one(Ticket, ticket_id_of(number)).type for number in numbers]
            deep = [
                session.scalars(
                    select(Event.data).where(
                        Event.ticket_id == ticket_id_of(number), Event.verb == Verb.SUBMIT
                    )
                ).one()
                for number in numbers
            ]
    for text, type_, first in zip(SAID, found, deep, strict=True):
        best = default_deep().classify(text)
        kept = best.is_sure or first.get("deep", False)
        assert type_ == (best.type if kept else default_classifier().classify(text).type)


def test_switched_off_there_is_no_second_look(world: World) -> None:
    assert world.service.second_look is None
