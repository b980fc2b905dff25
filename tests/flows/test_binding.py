"""Becoming somebody: one-time invites by code or QR, confirmed in the chat."""

import secrets
from datetime import timedelta

from sqlalchemy import select, update

from models.actions import people
from models.tables import Contact, Invite, Person, Ticket
from tests.flows.reading import number_in
from tests.world import World


def invite(world: World, *, official: str | None = None, enterprise: str | None = None) -> str:
    code = secrets.token_hex(16)
    with world.database.transaction() as session:
        people.invite(
            session,
            code,
            official_id=world.roster.officials[official] if official else None,
            enterprise_id=world.roster.enterprises[enterprise] if enterprise else None,
            contact_name="白露",
            contact_role="财务经理",
            now=world.clock(),
        )
    return code


def test_code_binds_a_contact_after_asking_back(world: World) -> None:
    phone = world.phone("o-new")
    code = invite(world, enterprise="yunshanli")

    assert "沈阳云杉里精密机械有限公司" in phone.say(f"绑定 {code}")
    with world.database.reading() as session:
        assert session.scalars(select(Contact).where(Contact.name == "白露")).all() == []
    assert phone.tap("确认绑定") == "绑定成功，您现在代表沈阳云杉里精密机械有限公司。有事直接说。"

    assert "副省长 安予诚" in phone.say("管委会欠我们工程尾款320万，验收一年多了还不给")
    with world.database.reading() as session:
        contact = session.scalars(select(Contact).where(Contact.name == "白露")).one()
        assert contact.role == "财务经理"


def test_code_works_once(small_world: World) -> None:
    code = invite(small_world, official="leader")
    first, second = small_world.phone("o-first"), small_world.phone("o-second")
    assert "副省长 安予诚" in first.say(f"绑定 {code}")
    assert "副省长 安予诚" in second.say(f"绑定 {code}")

    assert first.tap("确认绑定").startswith("绑定成功")
    assert second.tap("确认绑定").startswith("这个邀请码不能用")
    assert small_world.phone("o-third").say(f"绑定 {code}").startswith("这个邀请码不能用")

    with small_world.database.reading() as session:
        bound = session.scalars(select(Person.openid).where(Person.official_id.is_not(None)))
        assert set(bound) == {"o-leader", "o-aide", "o-office", "o-first"}


def test_code_expires(small_world: World) -> None:
    code = invite(small_world, official="leader")
    small_world.clock.advance(timedelta(days=7, seconds=1))

    assert small_world.phone("o-late").say(f"绑定 {code}").startswith("这个邀请码不能用")


def test_code_that_expires_before_the_confirmation_binds_nobody(small_world: World) -> None:
    code = invite(small_world, official="leader")
    phone = small_world.phone("o-slow")
    phone.say(f"绑定 {code}")
    small_world.clock.advance(timedelta(minutes=29))
    with small_world.database.transaction() as session:
        session.execute(update(Invite).values(expires_at=small_world.clock()))

    assert phone.say("确认绑定").startswith("这个邀请码不能用")


def test_question_is_not_open_for_ever(small_world: World) -> None:
    phone = small_world.phone("o-slow")
    phone.say(f"绑定 {invite(small_world, official='leader')}")
    small_world.clock.advance(timedelta(minutes=31))

    assert phone.say("确认绑定").startswith("现在没有待确认的绑定")


def test_question_is_dropped_when_cancelled_or_passed_over(small_world: World) -> None:
    phone = small_world.phone("o-wary")
    phone.say(f"绑定 {invite(small_world, official='leader')}")
    assert phone.tap("取消") == "好的，已取消。"
    assert phone.say("确认绑定").startswith("现在没有待确认的绑定")

    phone.say(f"绑定 {invite(small_world, official='leader')}")
    phone.say("你好")
    assert phone.say("确认绑定").startswith("现在没有待确认的绑定")


def test_scanning_binds_followers_and_newcomers_alike(small_world: World) -> None:
    follower = small_world.phone("o-follower")
    assert "副省长 安予诚" in follower.act(
        "scan", scene=people.BIND_SCENE + invite(small_world, official="leader")
    )
    assert follower.tap("确认绑定").startswith("绑定成功")

    newcomer = small_world.phone("o-newcomer")
    newcomer.act("unfollow")
    asked = newcomer.act("scan", scene=people.BIND_SCENE + invite(small_world, enterprise="yunshanli"))
    assert "沈阳云杉里精密机械有限公司" in asked
    assert newcomer.tap("确认绑定").startswith("绑定成功")


def test_stranger_is_served_first_and_bound_later(small_world: World) -> None:
    stranger = small_world.phone("o-unknown")
    receipt = stranger.say("我们公司的施工许可证跑了三个月办不下来，窗口每次说法都不一样")
    number = number_in(receipt)
    assert "省营商局局长 简闻和" in receipt
    assert "绑定 邀请码" in receipt

    stranger.say(f"绑定 {invite(small_world, enterprise='yunshanli')}")
    stranger.tap("确认绑定")

    with small_world.database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.enterprise_id == small_world.roster.enterprises["yunshanli"]
        assert ticket.owner_id == small_world.roster.officials["office"]
    assert number in stranger.say("进度")
