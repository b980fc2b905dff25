"""Becoming somebody: one-time invites by code or QR, confirmed in the chat."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.understanding.text import normalize
from models.actions import people
from models.actions.access import create_key
from models.rules.numbers import ticket_id_of
from models.tables import Contact, Enterprise, Invite, Message, Official, Person, Ticket
from tests.flows.owning import another_enterprise
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

PAVING = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"


def invite(
    world: World, *, official: str | None = None, enterprise: str | None = None, code: str | None = None
) -> str:
    code = code or secrets.token_hex(16)
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


def test_question_can_be_answered_however_long_the_names_are(world: World) -> None:
    code = invite(world, enterprise="yunshanli")
    with world.database.transaction() as session:
        firm = session.get_one(Enterprise, world.roster.enterprises["yunshanli"])
        firm.name = "沈阳云杉里" + "精密机械" * 15 + "有限公司"
        session.execute(update(Invite).values(contact_role="分管财务与法务的副总经理"))
    phone = world.phone("o-new")

    said = phone.say(f"{code} 供电的事一直没人管，请帮忙")
    assert "编号" in said
    assert "…" in said
    assert phone.tap("确认绑定").startswith("绑定成功")


def test_code_works_once(world: World) -> None:
    code = invite(world, official="leader")
    first, second = world.phone("o-first"), world.phone("o-second")
    assert "副省长 安予诚" in first.say(f"绑定 {code}")
    assert "副省长 安予诚" in second.say(f"绑定 {code}")

    assert first.tap("确认绑定").startswith("绑定成功")
    assert second.tap("确认绑定").startswith("这个邀请码不能用")
    assert world.phone("o-third").say(f"绑定 {code}").startswith("这个邀请码不能用")

    with world.database.reading() as session:
        bound = session.scalars(select(Person.openid).where(Person.official_id.is_not(None)))
        assert set(bound) == {"o-aide", "o-office", "o-first"}


def test_code_expires(world: World) -> None:
    code = invite(world, official="leader")
    world.clock.advance(timedelta(days=7, seconds=1))

    assert world.phone("o-late").say(f"绑定 {code}").startswith("这个邀请码不能用")


def test_code_that_expires_before_the_confirmation_binds_nobody(world: World) -> None:
    code = invite(world, official="leader")
    phone = world.phone("o-slow")
    phone.say(f"绑定 {code}")
    world.clock.advance(timedelta(minutes=29))
    with world.database.transaction() as session:
        session.execute(update(Invite).values(expires_at=world.clock()))

    assert phone.say("确认绑定").startswith("这个邀请码不能用")


def test_question_is_not_open_for_ever(world: World) -> None:
    phone = world.phone("o-slow")
    phone.say(f"绑定 {invite(world, official='leader')}")
    world.clock.advance(timedelta(minutes=31))

    assert phone.say("确认绑定").startswith("现在没有待确认的绑定")


def test_question_is_dropped_when_cancelled(world: World) -> None:
    phone = world.phone("o-wary")
    phone.say(f"绑定 {invite(world, official='leader')}")
    assert phone.tap("取消").startswith("好的，没有绑定")
    assert phone.say("确认绑定").startswith("现在没有待确认的绑定")


def test_scanning_binds_followers_and_newcomers_alike(world: World) -> None:
    follower = world.phone("o-follower")
    assert "副省长 安予诚" in follower.act("scan", scene=people.BIND_SCENE + invite(world, official="leader"))
    assert follower.tap("确认绑定").startswith("绑定成功")

    newcomer = world.phone("o-newcomer")
    newcomer.act("unfollow")
    asked = newcomer.act("scan", scene=people.BIND_SCENE + invite(world, enterprise="yunshanli"))
    assert "沈阳云杉里精密机械有限公司" in asked
    assert newcomer.tap("确认绑定").startswith("绑定成功")


def seen_by_shenyang(world: World, number: str) -> int:
    """Return how the API answers a key for Shenyang that asks for a ticket."""
    raw = secrets.token_hex(16)
    with world.database.transaction() as session:
        create_key(session, raw, name="沈阳", role="viewer", region="210100", now=world.clock())
    answer = world.web.get(f"/api/v1/tickets/{number}", headers={"Authorization": f"Bearer {raw}"})
    return answer.status_code


def test_stranger_is_served_first_and_bound_later(world: World) -> None:
    stranger = world.phone("o-unknown")
    receipt = stranger.say("我们公司的施工许可证跑了三个月办不下来，窗口每次说法都不一样")
    number = number_in(receipt)
    assert "省营商局局长 简闻和" in receipt
    assert "绑定 邀请码" in receipt
    assert seen_by_shenyang(world, number) == 404

    stranger.say(f"绑定 {invite(world, enterprise='yunshanli')}")
    stranger.tap("确认绑定")

    with world.database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        assert ticket.enterprise_id == world.roster.enterprises["yunshanli"]
        assert ticket.owner_id == world.roster.officials["office"]
        assert ticket.region == "210100"
    assert number in stranger.say("进度")
    assert seen_by_shenyang(world, number) == 200


def test_official_cannot_speak_for_an_enterprise_as_well(world: World) -> None:
    leader, code = world.phone(LEADER), invite(world, enterprise="yunshanli")

    assert leader.say(f"绑定 {code}") == (
        "没有绑定：这个微信已经是副省长 安予诚，不能同时绑定为别人或代表企业；请邀请码的本人用自己的微信绑定。邀请码没有用掉。"
    )
    assert leader.act("scan", scene=people.BIND_SCENE + code).startswith("没有绑定")
    assert leader.say("确认绑定").startswith("现在没有待确认的绑定")

    newcomer = world.phone("o-new")
    newcomer.say(f"绑定 {code}")
    assert newcomer.tap("确认绑定").startswith("绑定成功")


def test_newest_telephone_of_a_post_replaces_the_lost_one(world: World) -> None:
    lost, number = world.phone(LEADER), number_in(world.phone(OWNER).say(PAVING))
    new, code = world.phone("o-new"), invite(world, official="leader")

    assert "原来绑定的微信从此不再能办件" in new.say(f"绑定 {code}")
    assert number in new.tap("确认绑定")

    assert "受理" in new.say(f"受理 {number}")
    assert lost.say(f"详情 {number}").startswith("没有查到编号")
    assert world.phone(OWNER).news()["text"].startswith(number) or number in world.phone(OWNER).say("进度")


def test_official_who_scans_another_posts_code_keeps_their_own(world: World) -> None:
    leader, code = world.phone(LEADER), invite(world, official="aide")

    assert leader.act("scan", scene=people.BIND_SCENE + code).startswith(
        "没有绑定：这个微信已经是副省长 安予诚"
    )
    assert "待办" in leader.say("帮助")
    assert world.phone("o-another").say(f"绑定 {code}").startswith("将把这个微信绑定为")


def test_stranger_who_waits_for_an_answer_cannot_become_an_official_with_the_same_wechat(
    world: World,
) -> None:
    stranger, code = world.phone("o-stranger"), invite(world, official="aide")
    number = number_in(stranger.say(PAVING))

    assert stranger.say(f"绑定 {code}") == (
        "没有绑定：您用这个微信反映的诉求还在办，绑定为干部就收不到答复了。请本人换一个微信绑定。邀请码没有用掉。"
    )
    assert number in stranger.say("进度")
    stranger.say(f"撤回 {number}")
    assert stranger.say(f"绑定 {code}").startswith("将把这个微信绑定为")


def test_contact_cannot_become_an_official_as_well(world: World) -> None:
    owner, code = world.phone(OWNER), invite(world, official="leader")
    number = number_in(owner.say(PAVING))

    assert owner.say(f"绑定 {code}") == (
        "没有绑定：这个微信已经是沈阳云杉里精密机械有限公司的联系人，不能同时绑定为干部；请本人换一个微信绑定。邀请码没有用掉。"
    )
    assert number in owner.say("进度")


def test_side_is_looked_at_again_when_the_binding_is_confirmed(world: World) -> None:
    phone = world.phone("o-both")
    firm, office = invite(world, enterprise="yunshanli"), invite(world, official="leader")
    phone.say(f"绑定 {office}")
    with world.database.transaction() as session:
        who = people.meet(session, "o-both", now=world.clock())
        people.bind(session, who, people.find_invite(session, firm, now=world.clock()).id, now=world.clock())

    assert phone.say("确认绑定").startswith("没有绑定")
    with world.database.reading() as session:
        assert session.scalars(select(Person.official_id).where(Person.openid == "o-both")).one() is None
        assert session.scalars(select(Invite.used_at).where(Invite.official_id.is_not(None))).all() == [None]


def test_official_who_left_office_may_become_a_contact(world: World) -> None:
    with world.database.transaction() as session:
        session.get_one(Official, world.roster.officials["leader"]).is_active = False
    phone = world.phone(LEADER)
    phone.say(f"绑定 {invite(world, enterprise='yunshanli')}")
    assert phone.tap("确认绑定").startswith("绑定成功")

    with world.database.reading() as session:
        assert session.scalars(select(Person.official_id).where(Person.openid == LEADER)).one() is None


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return len(session.scalars(select(Ticket)).all())


@pytest.mark.parametrize(
    "yes", ["是", "是的", "是我", "对", "对的", "可以", "好的", "嗯", "确认", "没错，是我本人"]
)
def test_yes_in_any_words_confirms_the_binding(world: World, yes: str) -> None:
    phone = world.phone("o-new")
    phone.act("scan", scene=people.BIND_SCENE + invite(world, enterprise="yunshanli"))

    assert phone.say(yes).startswith("绑定成功")
    assert tickets(world) == 0


@pytest.mark.parametrize("no", ["不是", "不", "不是我", "否", "不对", "算了", "取消绑定", "发错人了"])
def test_no_in_any_words_binds_nobody_and_opens_no_case(world: World, no: str) -> None:
    phone, code = world.phone("o-new"), invite(world, enterprise="yunshanli")
    phone.say(f"绑定 {code}")

    assert phone.say(no).startswith("好的，没有绑定，邀请码没有用掉。要绑定时，请本人再扫一次二维码")
    assert tickets(world) == 0
    assert phone.say("确认绑定").startswith("现在没有待确认的绑定。请再扫一次邀请二维码")
    assert phone.say(code).startswith("将把这个微信绑定为")


def test_question_stays_open_beside_other_words(world: World) -> None:
    phone = world.phone("o-wary")
    phone.say(f"绑定 {invite(world, enterprise='yunshanli')}")

    assert "刚才的邀请码，是您本人的吗" in phone.say("你好")
    assert number_in(phone.say(PAVING))
    world.clock.advance(timedelta(minutes=29))
    assert phone.say("是我").startswith("绑定成功")


def test_words_beside_the_question_do_not_keep_it_for_ever(world: World) -> None:
    phone = world.phone("o-wary")
    phone.say(f"绑定 {invite(world, enterprise='yunshanli')}")
    world.clock.advance(timedelta(minutes=29))
    phone.say("你好")
    world.clock.advance(timedelta(minutes=2))

    assert phone.say("确认绑定").startswith("现在没有待确认的绑定")


@pytest.mark.parametrize(
    "how",
    [
        "{}",
        "绑定{}",
        "邀请码 {}",
        "我要绑定 {}",
        "绑定 「{}」",
        "绑定 码 {}",
        "绑定 {} 谢谢",
        "你好，邀请码是{}",
    ],
)
@pytest.mark.parametrize("code", ["b48d" + "0a1c" * 7, "mfzwcytdmfzwcytdmfzwcytdmf"])
def test_code_is_read_however_it_is_sent(world: World, how: str, code: str) -> None:
    invite(world, enterprise="yunshanli", code=code)
    phone = world.phone("o-new")

    assert "沈阳云杉里精密机械有限公司" in phone.say(how.format(code.upper() if "绑定{}" in how else code))
    assert phone.say("是的").startswith("绑定成功")
    assert tickets(world) == 0


def test_text_that_holds_a_code_is_never_filed(world: World) -> None:
    phone, owner, leader = world.phone("o-new"), world.phone(OWNER), world.phone(LEADER)
    code = invite(world, enterprise="yunshanli")
    number = number_in(owner.say(PAVING))

    assert owner.say(f"补充 {number} {code}").startswith("将把这个微信绑定为")
    assert leader.say(code).startswith("没有绑定：这个微信已经是副省长")
    assert "这个邀请码不能用" in phone.say(secrets.token_hex(16))
    assert "这个邀请码不能用" in phone.say(f"邀请码 {code[:28]}")
    told = phone.say(f"我们厂房漏水半年没人管，邀请码 {secrets.token_hex(16)}")
    assert "您说的事还没有登记，请不带邀请码再发一次" in told
    assert tickets(world) == 1
    assert code not in "".join([*leader.silence(), *owner.silence(), leader.say(f"详情 {number}")])


@pytest.mark.parametrize(
    "answer", ["对", "不是我", "取消", "这是什么意思", "先不绑，你先看看停电的事", "进度", None]
)
def test_matter_told_beside_a_code_is_filed_at_once_and_goes_with_the_binding(
    world: World, answer: str | None
) -> None:
    phone, code = world.phone("o-new"), invite(world, enterprise="yunshanli")
    told = phone.say(f"{code} 我们是沈阳铁西的，厂里停电三天了没人管，损失很大，请帮忙协调恢复供电")
    assert "是您本人吗" in told
    if answer is None:
        world.advance(minutes=31)
    else:
        phone.say(answer)

    ticket_id = ticket_id_of(number_in(told))
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        firm = world.roster.enterprises["yunshanli"] if answer == "对" else None
        assert ticket.enterprise_id == firm
        said = session.scalars(select(Message.text).where(Message.ticket_id == ticket_id)).first()
        assert said == normalize("我们是沈阳铁西的，厂里停电三天了没人管，损失很大，请帮忙协调恢复供电")
    assert world.unsettled() == 0


def test_matter_with_two_codes_is_said_not_to_be_filed(world: World) -> None:
    phone, first = world.phone("o-new"), invite(world, enterprise="yunshanli")
    second = invite(world, official="leader")
    told = phone.say(f"供电局停电三天了厂里停产，邀请码 {first}，还有一个 {second}")

    assert "您说的事还没有登记" in told
    assert tickets(world) == 0


def test_matter_told_beside_an_officials_code_is_said_not_to_be_filed(world: World) -> None:
    phone = world.phone("o-new")
    told = phone.say(f"供电局停电三天了厂里停产，邀请码 {invite(world, official='leader')}")

    assert "您说的事还没有登记" in told
    assert "绑定成功" in phone.say("是我")


def test_figures_and_links_are_no_codes(world: World) -> None:
    phone = world.phone("o-new")
    assert number_in(phone.say("政府采购订单 20261103000000000000000000000017 的货款拖了八个月不给"))
    assert (
        "邀请码" not in phone.say(f"新诉求 https://shop.example/p?id={secrets.token_hex(16)}").split("\n")[0]
    )
    assert number_in(phone.say(f"新诉求 平台扣着我们货款不给，订单号 {secrets.token_hex(16)}"))
    assert number_in(
        phone.say(f"新诉求 网上有人卖假冒我们商标的产品 https://shop.example/p?id={secrets.token_hex(16)}")
    )


@pytest.mark.parametrize("words", ["是的", "是我", "不是我", "没错，是我本人"])
def test_answer_that_comes_too_late_says_what_to_do_and_opens_no_case(world: World, words: str) -> None:
    phone = world.phone("o-slow")
    phone.act("scan", scene=people.BIND_SCENE + invite(world, enterprise="yunshanli"))
    world.clock.advance(timedelta(minutes=31))

    assert phone.say(words).startswith("现在没有待确认的绑定。请再扫一次邀请二维码")
    assert tickets(world) == 0


@pytest.mark.parametrize("said", ["这是什么意思", "绑定了有什么用", "稍等"])
def test_wondering_what_the_code_is_about_opens_no_case(world: World, said: str) -> None:
    phone = world.phone("o-new")
    phone.say(f"绑定 {invite(world, official='leader')}")

    assert "只有本人可以确认" in phone.say(said)

    with world.database.reading() as session:
        assert session.scalars(select(Ticket.id)).all() == []
    assert "绑定成功" in phone.tap("确认绑定")


def test_courtesy_after_something_else_binds_nobody(world: World) -> None:
    phone = world.phone("o-new")
    phone.say(f"绑定 {invite(world, official='leader')}")
    phone.say(PAVING)

    assert "绑定成功" not in phone.say("好的，谢谢")


@pytest.mark.parametrize(
    "said",
    [
        "供电局停电三天了厂里停产，邀请码code{code}",
        "供应商拖欠我们货款两百万，合同哈希" + "a1" * 16 + "，{code}",
        "{code[0]} {code[1]}",
    ],
)
def test_live_code_is_never_filed_wherever_it_stands(world: World, said: str) -> None:
    phone, code = world.phone("o-new"), invite(world, official="leader")
    text = said.format(code=(code[:16], code[16:])) if "[0]" in said else said.format(code=code)

    assert "是您本人吗" in phone.say(text)

    with world.database.reading() as session:
        assert session.scalars(select(Ticket.id)).all() == []


def test_yes_to_an_official_binds_nobody_elsewhere(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(PAVING))
    leader.say(f"受理 {number}")
    world.roster.enterprises["elsewhere"] = another_enterprise(world, "大连别家贸易有限公司")
    owner.say(f"绑定 {invite(world, enterprise='elsewhere')}")
    world.advance(minutes=1)
    leader.say(f"回复 {number} 您是同意走调解，对吗？")
    world.deliver()

    assert "绑定成功" not in owner.say("对，同意")
    assert "绑定成功" in owner.tap("确认绑定")
