"""A large model from outside: off by default; on, it may settle a doubt in the worker, and nobody waits for it."""

import pytest
from sqlalchemy import select

from handlers.understanding.classifier import default_classifier
from handlers.understanding.deep import default_deep
from models.rules.numbers import ticket_id_of
from models.session import Database
from models.tables import Event, Suggestion, Ticket
from tests.conftest import Makers
from tests.databases import KINDS
from tests.endpoint import Endpoint, mute, names
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.unit.bot.test_second_look import settle
from tests.world import World

TORN = "说好给的装修补助拖到现在一分没见"
"""To the fast path more likely of `policy` than of `arrears`, and neither for certain."""


def look(world: World) -> int:
    """Take a second look, as the worker does."""
    second_look = world.service.second_look
    assert second_look is not None
    settle(world.database)
    return world.loop.run(second_look.once())


def type_of(database: Database, number: str) -> str:
    with database.reading() as session:
        return session.get_one(Ticket, ticket_id_of(number)).type


def test_the_text_of_these_stories_leaves_the_fast_path_in_doubt() -> None:
    verdict = default_classifier().classify(TORN)
    assert (verdict.type, verdict.second) == ("policy", "arrears")
    assert verdict.confidence < 0.75


def test_off_by_default_nothing_leaves(world: World) -> None:
    assert (world.settings.llm_url, world.settings.llm_model, world.settings.llm_key) == (None, None, None)
    with Endpoint.open(names("arrears")) as endpoint:
        number = number_in(world.phone(OWNER).say(TORN))
        assert world.service.second_look is None
        assert endpoint.asked == []
    assert type_of(world.database, number) == "policy"


@pytest.mark.parametrize("kind", KINDS)
def test_an_address_without_a_model_is_off(fresh_url: Makers, kind: str) -> None:
    with (
        Endpoint.open(names("arrears")) as endpoint,
        World.running(fresh_url[kind](), llm_url=endpoint.url) as world,
    ):
        world.phone(OWNER).say(TORN)
        assert world.service.second_look is None
        assert endpoint.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_doubt_is_settled_behind_the_answer_and_measured_by_what_people_do(
    fresh_url: Makers, kind: str
) -> None:
    with (
        Endpoint.open(names("arrears")) as endpoint,
        World.running(fresh_url[kind](), llm_url=endpoint.url, llm_model="m-1") as world,
    ):
        look(world)
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        number = number_in(owner.say(f"{TORN}，有事打13912345678找林向晚"))
        assert endpoint.asked == []
        assert type_of(world.database, number) == "policy"
        owner.silence()
        leader.silence()

        assert look(world) == 1
        [letter] = endpoint.letters
        assert letter == f"{TORN}，有事打…5678找【姓名】"
        assert (owner.silence(), leader.silence()) == ([], [])
        assert "拖欠账款" in owner.say(f"进度 {number}")

        leader.say(f"受理 {number}")
        look(world)
        with world.database.reading() as session:
            [kept] = session.scalars(select(Suggestion)).all()
            assert (kept.model, kept.type, kept.decided) == ("m-1", "arrears", "arrears")


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_waits_for_a_model_that_never_answers(fresh_url: Makers, kind: str) -> None:
    with (
        Endpoint.open(mute) as endpoint,
        World.running(fresh_url[kind](), llm_url=endpoint.url, llm_model="m-1") as world,
    ):
        look(world)
        number = number_in(world.phone(OWNER).say(TORN))
        assert "政策落实" in world.phone(OWNER).say(f"进度 {number}")
        assert endpoint.asked == []


@pytest.mark.parametrize("kind", KINDS)
def test_with_the_shipped_deep_path_its_word_is_weighed_with_both(fresh_url: Makers, kind: str) -> None:
    assert default_deep().classify(TORN).type == "policy"
    with (
        Endpoint.open(names("arrears")) as endpoint,
        World.running(fresh_url[kind](), deep=True, llm_url=endpoint.url, llm_model="m-1") as world,
    ):
        look(world)
        number = number_in(world.phone(OWNER).say(TORN))
        assert look(world) == 1
        assert endpoint.letters == [TORN]
        assert type_of(world.database, number) == "arrears"
        with world.database.reading() as session:
            last = (
                select(Event.data).where(Event.ticket_id == ticket_id_of(number)).order_by(Event.seq.desc())
            )
            data = session.scalars(last.limit(1)).one()
        assert (data["type"], data["suggested"], data["deep"]) == ("arrears", "arrears", True)
