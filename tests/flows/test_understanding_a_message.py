"""What happens to words: a new case, more about one, a question back, an answer; never nothing."""

import json

import pytest
from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import Clock, Inbox, Message, Ticket
from tests.flows import owning
from tests.flows.reading import number_in
from tests.flows.test_dates_of_a_case import supervisor
from tests.roster import LEADER, OFFICE, OWNER
from tests.world import World

ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万"
UNSURE = "我们这个事跑了好几趟了，一直没有个说法，请领导关心一下"


def ticket_of(world: World, number: str) -> Ticket:
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        session.expunge(ticket)
        return ticket


def test_unsure_type_is_asked_while_the_ticket_exists(world: World) -> None:
    owner = world.phone(OWNER)
    receipt = owner.say(UNSURE)
    number = number_in(receipt)
    assert "属于哪一类" in receipt
    for name in ("政策落实", "要素保障", "行政审批", "拖欠账款", "知识产权", "产业链协同"):
        assert name in receipt
    assert ticket_of(world, number).status == "open"

    assert (
        owner.tap("拖欠账款")
        == f"{number}「我们这个事跑了好几趟了，一直没有个说法，请领导…」的类型已改为：拖欠账款。"
    )

    ticket = ticket_of(world, number)
    assert (ticket.type, ticket.type_source) == ("arrears", "enterprise")
    with world.database.reading() as session:
        names = set(session.scalars(select(Clock.name).where(Clock.ticket_id == ticket.id)))
    assert {"accept", "first_contact", "result"} <= names


def test_wrong_guess_is_corrected_in_two_taps(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.news()
    owner.tap("不对，改一下")
    owner.tap("政策落实")

    assert ticket_of(world, number).type == "policy"
    assert "类型改为：政策落实" in leader.news()["text"]


def test_type_is_settled_once_accepted(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    world.phone(LEADER).say(f"受理 {number}")

    assert owner.say(f"改类型 {number} 政策落实").startswith(
        f"{number}「给开发区管委会干…」已经受理编号，类型不能再改"
    )
    assert ticket_of(world, number).type == "arrears"


def test_further_words_join_the_case_in_hand(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say("合同是前年三月签的").startswith(f"已记到 {number}")

    with world.database.reading() as session:
        said = session.scalars(select(Message.text).where(Message.ticket_id == ticket_id_of(number)))
        assert list(said) == [ARREARS, "合同是前年三月签的"]


def test_another_matter_opens_another_case(world: World) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))

    second = number_in(owner.say(POWER))

    assert second != first
    assert ticket_of(world, second).type == "factors"


def test_another_matter_can_be_told_apart_by_tapping(world: World) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))
    owner.say("还有一件是隔壁那个厂子的")

    assert number_in(owner.tap("不是这件事")) != first


def test_words_of_the_same_kind_after_the_case_left_the_hand_are_asked_about(world: World) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))
    world.advance(minutes=11)

    assert owner.say("第二笔工程款也到期了没给").startswith(
        f"您说的是哪一件？点一下就记上：\n{first} 给开发区"
    )
    assert number_in(owner.tap("不是这件，另立新诉求")) != first


def test_first_words_after_a_picture_settle_the_type(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.act("location", latitude=41.8, longitude=123.4, label="沈阳市浑南区某厂"))
    assert ticket_of(world, number).type_source == "guess"

    assert owner.say(ARREARS).startswith(f"已记到 {number}")

    ticket = ticket_of(world, number)
    assert ticket.type == "arrears"
    assert ticket.title.startswith("给开发区管委会")


@pytest.mark.parametrize("words", ["我那个事咋样了", "进度", "办到哪一步了"])
def test_asking_in_free_words_shows_progress(world: World, words: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    world.advance(hours=1)

    answer = owner.say(words)

    assert answer.startswith(f"{number}「")
    assert "待受理" in answer


def test_urging_reaches_the_owner_once_a_day(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    leader.news()

    assert owner.say(f"催办 {number}").startswith(f"已替您催办 {number}")
    assert "企业催办了" in leader.news()["text"]
    assert "24小时内已经催过" in owner.say(f"催办 {number}")
    world.advance(hours=25)
    assert owner.say(f"催办 {number}").startswith("已替您催办")


@pytest.mark.parametrize("said", ["再不管我就上访", "催办 {n} 再不管我就上访"])
def test_what_is_said_beside_urging_reaches_the_owner_however_often_it_was_urged(
    world: World, said: str
) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    owner.say(f"催办 {number}")
    leader.silence()

    for _ in "twice":
        answer = owner.say(said.format(n=number))
        assert "24小时内已经催过" in answer
        assert "您的原话已记在这件里" in answer
    assert [text for text in leader.silence() if "再不管我就上访" in text] != []
    assert len([text for text in owning.words(world, number) if "再不管我就上访" in text]) == 1
    assert "原话" not in owner.say("尾款的事催一下")
    assert leader.silence() == []


def test_urging_climbs_while_nothing_is_done_and_says_who_was_told(world: World) -> None:
    owner, leader, office = world.phone(OWNER), world.phone(LEADER), world.phone(OFFICE)
    above = supervisor(world)
    number = number_in(owner.say("新诉求 科技局答应的研发补贴一年了还没拨下来"))
    leader.say(f"受理 {number}")
    leader.say(f"回复 {number} 正在问科技局")
    assert "副省长 安予诚会收到提醒，这次催办已记录" in owner.say(f"催办 {number}")
    for phone in (leader, office, above):
        phone.silence()

    world.advance(hours=25)
    office.say("待办")
    leader.say("待办")
    assert owner.say(f"催办 {number}").endswith(
        "前1次催办之后还没有新的办理动作，这次同时报告了省营商局局长 简闻和。这次催办已记录。"
    )
    told = office.news()
    assert told["text"].startswith(f"企业催办 {number}「")
    assert "还没有新的办理动作，请您督促。\n责任领导：副省长 安予诚" in told["text"]
    assert any("这是第2次催办" in text for text in leader.silence())
    assert above.silence() == []

    world.advance(hours=25)
    above.say("待办")
    assert "这次同时报告了沈阳市督查" in owner.say(f"催办 {number}")
    assert any(text.startswith(f"企业催办 {number}") for text in above.silence())

    leader.say(f"进展 {number} 科技局已列入下批拨付")
    world.advance(hours=25)
    assert "同时报告" not in owner.say(f"催办 {number}")
    assert [text for text in above.silence() if "催办" in text] == []


def test_withdrawing_stops_the_clocks(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say(f"撤回 {number}").startswith(
        f"{number}「给开发区管委会干的厂区道路工程，验收一年多了，…」已撤回"
    )

    assert ticket_of(world, number).status == "withdrawn"
    with world.database.reading() as session:
        running = session.scalars(
            select(Clock.id).where(Clock.ticket_id == ticket_id_of(number), Clock.met_at.is_(None))
        )
        assert list(running) == []


@pytest.mark.parametrize("hail", ["喂", "喂喂，在吗", "喂，有人吗", "你好"])
def test_greeting_is_answered_with_one_and_offers_nothing_that_is_not_there(world: World, hail: str) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    for _ in "twice":
        answer = owner.say(hail)
        assert answer.startswith("您好，沈阳云杉里精密机械有限公司。")
        assert "第2页" not in answer
        world.advance(hours=1)
    assert owning.words(world, number) == [ARREARS]


def test_every_message_ends_in_an_outcome(world: World) -> None:
    owner = world.phone(OWNER)
    for words in (
        "你好",
        "帮助",
        ARREARS,
        "补充 合同在手",
        "谢谢",
        "。",
        "进度",
        "催办",
        "确认",
        "没解决",
        "撤回 12345",
    ):
        assert owner.say(words) != "", words
    owner.act("menu", key="我的诉求")

    with world.database.reading() as session:
        assert list(session.scalars(select(Inbox.outcome).where(Inbox.outcome.is_(None)))) == []
        sealed = session.scalars(select(Inbox.sealed)).all()
    assert not any("管委会" in json.dumps(row, ensure_ascii=False) for row in sealed)


def test_live_links_typed_by_people_are_dead_on_the_other_phone(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    owner.say(
        '欠款的单位在这里<a href="weixin://bizmsgmenu?msgmenucontent=撤回&msgmenuid=1">点我</a>尾款320万不给'
    )

    told = leader.news()

    assert {label for label, _ in told["links"]} == {"受理", "详情"}
    assert "＜a href" in told["text"]
