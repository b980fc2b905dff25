"""The platform repeats and overtakes itself: what was done last counts, not what arrived last."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Inbox, Message, Person
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import Phone, World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
FAULTS = "/faults"


@contextmanager
def overtaken(world: World, phone: Phone, act: str, **body: str) -> Iterator[None]:
    """Let something be done whose push is held back until what happens inside has been pushed."""
    world.sim.post(FAULTS, json={"kind": "reordered_push"}).raise_for_status()
    done = threading.Thread(target=_does, args=(world, phone.openid, act, body))
    done.start()
    world.until(lambda: world.sim.get(FAULTS).json()["faults"] == [])
    world.advance(seconds=10)
    yield
    done.join(timeout=30)


def _does(world: World, openid: str, act: str, body: dict[str, str]) -> None:
    world.sim.post(f"/phones/{openid}/{act}", json=body).raise_for_status()


def follows(world: World, openid: str) -> bool:
    with world.database.reading() as session:
        return session.scalars(select(Person.follows).where(Person.openid == openid)).one()


def kinds(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(Inbox.kind).order_by(Inbox.id)))


def test_late_news_of_leaving_does_not_undo_coming_back(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))

    with overtaken(world, owner, "unfollow"):
        owner.act("follow")

    assert kinds(world)[-2:] == ["event:subscribe", "event:unsubscribe"]
    assert follows(world, OWNER)
    leader.say(f"受理 {number}")
    assert "已受理您的诉求" in owner.news()["text"]


def test_late_words_do_not_bring_back_who_has_left(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say("待办")
    leader.silence()

    with overtaken(world, owner, "say", text=f"补充 {number} 合同在手"):
        owner.act("unfollow")

    assert kinds(world)[-2:] == ["event:unsubscribe", "text"]
    assert not follows(world, OWNER)
    assert "合同在手" in leader.news()["text"]
    leader.say(f"受理 {number}")
    assert "已取消关注" in leader.news()["text"]
    owner.act("follow")
    assert "已受理您的诉求" in owner.news()["text"]


def test_words_that_arrive_in_another_order_are_all_kept(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(REQUEST))

    with overtaken(world, owner, "say", text="合同是前年三月签的"):
        owner.say("验收单在监理那里")

    with world.database.reading() as session:
        said = session.scalars(
            select(Message.text).where(Message.ticket_id == ticket_id_of(number)).order_by(Message.id)
        )
        assert list(said) == [REQUEST, "验收单在监理那里", "合同是前年三月签的"]
    assert world.unsettled() == 0


@pytest.mark.parametrize("openid", [OWNER, "o-never-met"])
def test_leaving_in_good_order_is_leaving(world: World, openid: str) -> None:
    world.phone(openid).act("unfollow")
    assert not follows(world, openid)
