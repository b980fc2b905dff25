"""A stone is taken away: a patch is opened, put before those concerned, issued, told once, and judged."""

import secrets
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, select

from models.actions import access, roster, secrecy
from models.queries import proof
from models.rules.numbers import ticket_id_of
from models.tables import (
    Enterprise,
    Message,
    Official,
    Outbox,
    Patch,
    PatternMember,
    Person,
    Ticket,
    TicketVector,
)
from tests.alike import ARREARS, firm
from tests.conftest import Makers
from tests.databases import KINDS
from tests.flows.reading import number_in
from tests.flows.test_patterns import compare
from tests.flows.test_pictures_and_voices import PNG
from tests.roster import LEADER, OFFICE, supervisor
from tests.world import Phone, World

AGAIN = "澜河县城投欠我们护坡工程的工程款五十万，验收两年了一直不付"
LATER = (
    AGAIN,
    "澜河县城投又欠我们工程款了，桥涵加固的活去年交的工，七十万一分没给",
    "请协调澜河城投支付工程款，我们承建的广场铺装竣工一年，结算审完了还是不付",
    "澜河县城市建设投资有限公司拖欠工程款，我司做的是雨污分流，尾款一百三十万要不回来",
    "给澜河县城投做的围挡和临时道路，工程款拖了快两年，工人工资都是我垫的",
    "我公司中标澜河县城投的外墙保温工程，验收合格后工程款只付了两成，余款催不动",
)
"""Six who are owed by the same debtor after all."""
CHANGE = "验收后60日内付清工程款，逾期按日计息"


@dataclass
class Story:
    """A pattern of seven arrears against one debtor, and whoever works on it."""

    world: World
    leader: Phone
    firms: list[Phone]
    numbers: list[str]
    key: str
    patch: int = 0

    def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Call the API as a supervisor."""
        headers = {"Authorization": f"Bearer {self.key}"}
        answer = self.world.web.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code in {200, 201}, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def act(self, verb: str, body: Any = None) -> dict[str, Any]:
        """Take a step with the patch as a supervisor."""
        return self.call("POST", f"/patches/{self.patch}/actions/{verb}", body)

    def strike(self) -> None:
        """Do what has fallen due, until nothing has."""
        while self.world.strike():
            pass

    def read(self) -> dict[str, Any]:
        """Return the patch as it is now."""
        return self.call("GET", f"/patches/{self.patch}")

    def newcomer(self, name: str, text: str = AGAIN) -> tuple[Phone, str]:
        """Let another enterprise bring a case."""
        phone = cared_for(self.world, name)
        number = number_in(phone.say(text))
        compare(self.world)
        self.world.advance(minutes=5)
        return phone, number

    def hear(self) -> str:
        """Return all that the leader is told, who writes as long as more waits (five fit one window)."""
        found: list[str] = []
        while True:
            self.leader.say("待办")
            news = self.leader.silence()
            if not news:
                return "\n".join(found)
            found += news

    def in_effect(self) -> None:
        """Take every step up to effect, and tell everybody."""
        self.act("draft")
        self.act("consult", {"asks_enterprises": False})
        self.act("issue", {"effective_on": "2026-11-24"})
        self.strike()
        self.world.advance(minutes=5)
        self.hear()
        for phone in self.firms:
            phone.silence()


def cared_for(world: World, name: str) -> Phone:
    """Put an enterprise on the roster that is in the leader's care; return its phone."""
    openid = firm(world.database, name)
    with world.database.transaction() as session:
        row = session.scalars(select(Enterprise).where(Enterprise.name == f"{name}有限公司")).one()
        leader = world.roster.officials["leader"]
        roster.pair(session, enterprise_id=row.id, official_id=leader, now=world.clock())
    return world.phone(openid)


def begin(world: World) -> Story:
    """Let seven enterprises stumble, and a supervisor open a patch."""
    compare(world)
    leader = world.phone(LEADER)
    leader.say("待办")
    owners = [cared_for(world, f"firm{n}") for n in range(len(ARREARS))]
    numbers = [number_in(phone.say(text)) for phone, text in zip(owners, ARREARS, strict=True)]
    compare(world)
    world.advance(minutes=5)
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="督查室", role="supervisor", region=None, now=world.clock())
    story = Story(world, leader, owners, numbers, raw)
    pattern = story.call("GET", "/patterns")["items"][0]["id"]
    opened = story.call(
        "POST",
        "/patches",
        {
            "pattern_id": pattern,
            "title": "工程款限期支付",
            "cause": "not_executed",
            "owner_id": world.roster.officials["leader"],
            "regions": ["210000"],
            "due_on": "2026-12-31",
            "steps": [{"what": "起草通知"}, {"what": "合法性审查", "due_on": "2026-12-10"}],
            "document_title": "关于限期支付工程款的通知",
            "document_no": "辽政办〔2026〕12号",
            "clause": "第三条",
            "change": CHANGE,
        },
    )
    story.patch = opened["id"]
    return story


@pytest.mark.parametrize("kind", KINDS)
def test_patch_is_worked_in_the_chat_and_told_once(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind](), deep=True) as world:
        story = begin(world)
        leader = story.leader
        assert "由您牵头" in story.hear()
        assert "工程款限期支付" in leader.say("补丁")
        assert "政策没落实" in leader.say(f"补丁 {story.patch}")
        assert "已拟制" in leader.say(f"补丁 {story.patch} 拟制")
        assert "已记下" in leader.say("补丁 完成 1")
        assert "已记下" in leader.say("补丁 进展 已报司法审查")
        assert "已征求意见（7家企业）" in leader.say("补丁 征求意见")

        for phone in story.firms:
            phone.silence()
        story.strike()
        for phone in story.firms:
            (asked,) = phone.silence()
            assert "怎样改才管用" in asked
        before = len(cases(world))
        assert "意见已记下" in story.firms[0].say("建议把付款期限写进合同，超过的按天算利息")
        assert len(cases(world)) == before
        assert "建议把付款期限写进合同" in leader.say(f"补丁 {story.patch}")
        story.strike()
        assert "收到企业意见1条" in story.hear()

        assert "还差" in leader.say("补丁 印发")
        assert "还不能修改" not in leader.say("补丁 施行 今天")
        assert "已印发" in leader.say("补丁 印发")
        for phone in story.firms:
            phone.silence()
        story.strike()
        told = story.hear()
        assert told.count("施行：") == 1
        assert "与您的7件诉求有关" in told
        for phone, number in zip(story.firms, story.numbers, strict=True):
            (told,) = phone.silence()
            assert CHANGE in told
            assert number in told
            assert "关于限期支付工程款的通知》（辽政办〔2026〕12号）第三条" in told
        story.strike()
        assert [story.hear(), *(phone.silence() for phone in story.firms)] == ["", *([] for _ in range(7))]
        assert (story.read()["affected"], story.read()["told"]) == (7, 7)
        assert proof.verify(world.database).flaws == []


def test_new_case_stumbles_and_the_patch_is_cited_with_one_tap(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.in_effect()
        phone, number = story.newcomer("later")
        assert story.read()["stumbled"] == 1
        assert f"再绊：{number}" in story.hear()
        assert "再绊：已有补丁《关于限期支付工程款的通知》" in story.leader.say(f"详情 {number}")
        story.leader.tap("引用补丁")
        phone.silence()
        assert CHANGE in "".join(message_texts(world, number))
        assert "已经引用过" in story.leader.say(f"引用补丁 {number}")
        assert "".join(message_texts(world, number)).count(CHANGE) == 1
        story.strike()
        assert "新增再绊1件（1家企业）" in story.hear()
        assert proof.verify(world.database).flaws == []


def test_flood_of_one_enterprise_is_told_once_and_counted_once(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.in_effect()
        flood, _ = story.newcomer("flood")
        for n in range(4):
            flood.say(f"新诉求 澜河县城投还欠我们第{n}个标段护坡的工程款{n + 2}十万，验收两年了")
        compare(world)
        assert story.read()["stumbled"] > 1
        assert story.read()["stumblers"] == 1
        assert story.read()["effect"]["after"]["met"] == 1
        for _ in range(3):
            story.strike()
        assert story.hear().count("新增再绊") == 1


def test_people_say_that_it_is_no_stumble(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.in_effect()
        _, number = story.newcomer("later")
        assert "不再算作再绊" in story.leader.say(f"不是再绊 {number}")
        assert "没有标为再绊" in story.leader.say(f"不是再绊 {number}")
        assert (story.read()["stumbled"], story.read()["effect"]["after"]["met"]) == (0, 0)
        with world.database.transaction() as session:  # as if it came from before what compares it now
            session.execute(delete(TicketVector).where(TicketVector.ticket_id == ticket_id_of(number)))
        assert world.service.patterns is not None
        world.service.patterns._behind = 0  # a process that has just started looks at those of before
        compare(world)
        with world.database.reading() as session:
            assert session.get_one(TicketVector, ticket_id_of(number)).vector is not None
            assert session.get(PatternMember, ticket_id_of(number)) is None
        story.strike()
        assert "再绊" not in story.leader.say(f"详情 {number}")
        assert proof.verify(world.database).flaws == []


def test_words_that_were_no_comment_become_a_case_with_one_tap(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.act("draft")
        story.act("consult", {})
        story.strike()
        phone = story.firms[0]
        phone.silence()
        before = len(cases(world))
        phone.say("我们厂门口的路一直没修，货车进不来，请协调")
        assert len(cases(world)) == before
        assert number_in(phone.tap("作为新诉求"))
        assert len(cases(world)) == before + 1
        assert story.read()["comments"] == []
        assert proof.verify(world.database).flaws == []


def supervise(world: World, openid: str, region: str) -> Phone:
    """Put a supervisor of a region on the roster; return their phone."""
    with world.database.transaction() as session:
        supervisor(session, openid, region=region, name="岑若水", now=world.clock())
    return world.phone(openid)


def post(world: World, supervisor: Phone, region: str, patch: int, covered: str) -> None:
    """Move a supervisor to another region, and a patch to what it covers now."""
    with world.database.transaction() as session:
        who = session.scalars(select(Person).where(Person.openid == supervisor.openid)).one()
        session.get_one(Official, who.official_id).region = region
        session.get_one(Patch, patch).regions = [covered]


def shown(phone: Phone) -> str:
    """Send a picture where we asked for words; return what came back at once."""
    sent = {"media": ("a.png", PNG, "image/png")}
    answer = phone.world.sim.post(f"/phones/{phone.openid}/image", files=sent).raise_for_status()
    return "".join(each["text"] for each in answer.json()["entries"] if each["direction"] == "account")


def test_supervisor_decides_in_the_chat_and_what_is_no_words_is_not_lost(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        province, city = supervise(world, "o-above", "210000"), supervise(world, "o-city", "210100")
        assert "工程款限期支付" in province.say("补丁")
        assert "工程款限期支付" in city.say(f"补丁 {story.patch}")
        assert "由上一级督查来定" in city.say(f"补丁 {story.patch} 下一步")
        assert story.read()["state"] == "proposed"
        assert "请说明是哪一个" in province.say("补丁 下一步")
        assert "已拟制" in province.say(f"补丁 {story.patch} 下一步")
        assert "没有再往下走" in province.say(f"补丁 {story.patch} 进入下一步")
        assert story.read()["state"] == "drafting"
        world.advance(minutes=2)
        assert "已征求意见（7家企业）" in province.say(f"补丁 {story.patch} 进入下一步")
        story.strike()
        spoken, pictured = story.firms[:2]
        for phone in (spoken, pictured):
            phone.silence()
        before = len(cases(world))
        assert "意见已记下" in spoken.act("voice", recognition="建议把付款期限写进合同，超过的按天算利息")
        noted = shown(pictured)
        assert f"已记到 {story.numbers[1]}" in noted
        assert "请再打一句字" in noted
        assert len(cases(world)) == before
        with world.database.reading() as session:
            kept = select(Message.media_id).where(
                Message.ticket_id == ticket_id_of(story.numbers[1]), Message.kind == "image"
            )
            assert session.scalars(kept).one() is not None
        assert "意见已记下" in pictured.say("发票开了才给钱，这一条也得改")
        assert sorted(each["words"] for each in story.read()["comments"]) == [
            "发票开了才给钱，这一条也得改",
            "建议把付款期限写进合同，超过的按天算利息",
        ]
        assert "为什么要撤销" in province.say(f"补丁 {story.patch} 撤销")
        assert story.read()["state"] == "consulting"
        assert "为什么要撤销" in province.say("撤销了会怎么样？")
        for covered, told in (("210000", "由上一级督查来定"), ("210200", "没有找到这个制度补丁")):
            post(world, province, "210100", story.patch, covered)
            assert told in province.say("省里已经有同样的文件")
            post(world, province, "210000", story.patch, "210000")
            assert story.read()["state"] == "consulting"
            assert "为什么要撤销" in province.say(f"补丁 {story.patch} 撤销")
        assert "已撤销" in province.say("省里已经有同样的文件")
        dropped = story.call("GET", f"/patches/{story.patch}/events")["items"][-1]
        assert (dropped["to_state"], dropped["signed"]) == ("dropped", "督查专员 岑若水")
        assert dropped["data"]["note"] == "省里已经有同样的文件"
        assert proof.verify(world.database).flaws == []


def test_supervisor_gives_a_patch_to_another_leader_in_the_chat(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        province, city = supervise(world, "o-above", "210000"), supervise(world, "o-city", "210100")
        patch, offices = story.patch, world.roster.officials
        world.phone(OFFICE).say("待办")
        assert "补丁" in province.say("帮助")
        assert f"变化：{CHANGE}" in province.say(f"补丁 {patch}")
        assert "换牵头人由督查来定" in story.leader.say(f"补丁 {patch} 换牵头人 简闻和 分工调整")
        assert "由上一级督查来定" in city.say(f"补丁 {patch} 换牵头人 简闻和 分工调整")
        assert "本来就由" in province.say(f"补丁 {patch} 换牵头人 安予诚 分工调整")
        assert "没有找到“没这个人”" in province.say(f"补丁 {patch} 换牵头人 没这个人 分工调整")
        assert story.read()["owner"]["id"] == offices["leader"]

        assert "换谁牵头" in province.say(f"补丁 {patch} 换牵头人")
        assert "为什么要换牵头人" in province.say("简闻和")
        assert "为什么要换牵头人" in province.say("好的")
        assert story.read()["owner"]["id"] == offices["leader"]
        assert "改由省营商局局长 简闻和牵头" in province.say("原牵头人分工调整，交由营商局统筹")
        assert story.read()["owner"]["id"] == offices["office"]
        given = story.call("GET", f"/patches/{patch}/events")["items"][-1]
        assert (given["verb"], given["signed"]) == ("give", "督查专员 岑若水")
        assert given["data"]["reason"] == "原牵头人分工调整，交由营商局统筹"
        office = world.phone(OFFICE)
        assert any("由您牵头" in text for text in office.silence())
        passed = [text for text in story.leader.silence() if "不用再跟" in text]
        assert len(passed) == 1
        assert "改由省营商局局长 简闻和牵头" in passed[0]
        assert "理由：原牵头人分工调整，交由营商局统筹" in passed[0]
        assert "没有牵头" in story.leader.say("补丁")

        assert "改由副省长 安予诚牵头" in province.say(f"补丁 {patch} 换牵头人 安予诚，仍由省领导牵头")
        assert story.read()["owner"]["id"] == offices["leader"]
        assert sum("改由副省长 安予诚牵头" in text for text in office.silence()) == 1
        world.advance(minutes=5)
        story.act("give", {"owner_id": offices["office"], "reason": "仍由营商局统筹"})
        assert sum("理由：仍由营商局统筹" in text for text in story.leader.silence()) == 1
        assert not any("不用再跟" in text for text in office.silence()), "the new lead has lost nothing"
        assert proof.verify(world.database).flaws == []


def test_who_calls_it_off_gives_keeps_and_drops_nothing(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        patch, province = story.patch, supervise(world, "o-above", "210000")
        events = f"/patches/{patch}/events"
        before = story.call("GET", events)["items"]
        for order in (f"补丁 {patch} 换牵头人 简闻和", f"补丁 {patch} 撤销", f"补丁 {patch} 换牵头人"):
            for words in ("不换了", "算了，先不换", "等一下", "不撤销了，保留", "取消换牵头人", "我再想想吧"):
                province.say(order)
                assert f"补丁{patch}没有改动" in province.say(words), (order, words)
        for order in (
            "撤销 算了",
            "撤销，不撤销了，保留",
            "换牵头人 算了不换了",
            "换牵头人 简闻和 算了，不换了",
            "算了",
        ):
            assert f"补丁{patch}没有改动" in province.say(f"补丁 {patch} {order}"), order
        assert story.call("GET", events)["items"] == before
        assert "改由" not in province.say("分工调整，由营商局统筹"), "the question is closed"
        assert story.call("GET", events)["items"] == before
        assert "为什么要换牵头人" in province.say(f"补丁 {patch} 换牵头人 简闻和")
        assert "改由" in province.say("原牵头人取消了分管，不再牵头")


def test_words_that_were_not_understood_are_never_the_reason(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        patch, province = story.patch, supervise(world, "o-above", "210000")
        give = f"补丁 {patch} 换牵头人"
        assert "没有找到“我想换成”" in province.say(f"{give} 我想换成 营商局的 简闻和")
        assert "为什么要换牵头人" in province.say("简闻和")
        assert "为什么要换牵头人" in province.say(f"{give} 简闻和")
        assert "没有找到“住建局”，没有换。是不是要换成：" in province.say(f"{give} 住建局 分工调整")
        assert "为什么要换牵头人" in province.say("简闻和")
        assert story.read()["owner"]["id"] == world.roster.officials["leader"]
        with world.database.transaction() as session:
            for department in ("辽宁省水利厅", "辽宁省交通运输厅"):
                roster.add_official(
                    session, name="冯知节", post="厅长", department=department, region="210000",
                    kind="leader", now=world.clock(),
                )  # fmt: skip
        assert "“冯知节”有2位，请点一位" in province.say(f"{give} 冯知节 分工调整，由其统筹")
        assert "没有找到“没这个人”" in province.say("没这个人")
        assert "改由厅长 冯知节牵头" in province.say("辽宁省水利厅 冯知节")
        given = story.call("GET", f"/patches/{patch}/events")["items"][-1]
        assert given["data"]["reason"] == "分工调整，由其统筹"
        assert "改由副省长 安予诚牵头" in province.say(f"{give}安予诚 原牵头人不知如何推进")


def test_nothing_is_said_of_the_patch_behind_another_question_and_else_on_its_own_line(
    sqlite_url: str,
) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        several, without = story.firms[2:4]
        assert number_in(several.say("新诉求 厂门口的路灯坏了半年，晚上工人下班看不见路，请协调更换"))
        story.act("draft")
        story.act("consult", {})
        story.strike()
        for phone in story.firms:
            phone.silence()
        world.advance(minutes=30)
        which = shown(several)
        assert "您说的是哪一件" in which
        assert "工程款限期支付" not in which
        without.say(f"撤回 {story.numbers[3]}")
        assert "\n请说说您对「工程款限期支付」的意见" in without.act("voice", recognition="好的")
        assert "意见已记下" in without.say("建议把付款期限写进合同，超过的按天算利息")


def test_question_about_a_patch_does_nothing_with_it(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        province = supervise(world, "o-above", "210000")
        events = f"/patches/{story.patch}/events"
        before = story.call("GET", events)["items"]
        for words in (
            "撤销了吗", "撤销？", "撤銷了嗎", "撤销 行不行", "进展怎么样了", "进展 到哪一步了", "下一步要做什么",
            "下一步是什么？", "下一步 是什么", "拟制好了吗", "变化大不大", "文件发了吗",
        ):  # fmt: skip
            for phone in (province, story.leader):
                assert "像是在问，没有改动" in phone.say(f"补丁 {story.patch} {words}"), words
        assert "没看懂" in province.say(f"补丁 {story.patch} 撤销了")
        for words in ("换牵头人了吗", "换牵头人 换谁好呢", "换牵头人 简闻和 行不行", "撤销 什么时候"):
            assert "像是在问，没有改动" in province.say(f"补丁 {story.patch} {words}"), words
        assert "为什么要撤销" in province.say(f"补丁 {story.patch} 撤销 好的")
        assert story.call("GET", events)["items"] == before
        assert "已记下" in story.leader.say("补丁 进展：见 https://a.cn/b?c=1")
        assert "已记下" in story.leader.say("补丁 变化 如何付款以合同为准")
        assert "已记下" in story.leader.say("补丁 完成1")
        assert "已撤销" in province.say(f"补丁 {story.patch} 撤销，省里已经有同样的文件")


def test_what_was_not_yet_asked_takes_no_words(sqlite_url: str) -> None:
    """The question waits for quiet hours to end; what they say meanwhile is what it is."""
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.act("draft")
        story.act("consult", {})
        world.advance(hours=12)
        story.strike()
        phone = story.firms[0]
        before = len(cases(world))
        phone.say("新办的用地手续卡在自然资源局三个月了，请帮忙协调")
        assert len(cases(world)) == before + 1


def test_question_about_a_patch_keeps_to_the_budget(sqlite_url: str) -> None:
    """Who has heard three things unasked today is asked once the next day comes, or they write."""
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        spent, number, fresh = story.firms[0], story.numbers[0], story.firms[1]
        for phone in (spent, fresh):
            phone.silence()
        world.advance(days=1)
        for step in ("第一步", "第二步", "第三步"):
            story.leader.say(f"回复 {number} {step}")
            world.deliver()
        assert len(spent.silence()) == 3
        story.act("draft")
        story.act("consult", {})
        story.strike()
        assert any("怎样改才管用" in text for text in fresh.silence())
        assert not any("怎样改才管用" in text for text in spent.silence())
        spent.say("进度")
        assert any("怎样改才管用" in text for text in spent.silence()), "it waited for them to write"


def told_of_patches(story: Story, number: str) -> list[dict[str, Any]]:
    """Return the events of a case that say which patch it met."""
    items = story.call("GET", "/events?limit=200")["items"]
    theirs = [each for each in items if each["ticket"] == number]
    return [each for each in theirs if each["data"].keys() & {"patch", "patches", "head", "cites"}]


def test_shielded_case_is_nowhere(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        with world.database.transaction() as session:
            secrecy.shield(session, [session.get_one(Ticket, ticket_id_of(story.numbers[0]))])
        story.act("draft")
        story.act("consult", {})
        for phone in story.firms:
            phone.silence()
        story.strike()
        assert [len(phone.silence()) for phone in story.firms] == [0, 1, 1, 1, 1, 1, 1]
        story.firms[1].say("建议写进合同")
        with world.database.transaction() as session:
            secrecy.shield(session, [session.get_one(Ticket, ticket_id_of(story.numbers[1]))])
        assert story.read()["comments"] == []
        story.act("issue", {"effective_on": "2026-11-24"})
        story.strike()
        assert [len(phone.silence()) for phone in story.firms] == [0, 0, 1, 1, 1, 1, 1]
        assert story.read()["affected"] == 5
        _, number = story.newcomer("later")
        story.leader.say(f"引用补丁 {number}")
        met = {"stumble", "reply"}
        assert {each["verb"] for each in told_of_patches(story, number)} >= met, "known before"
        with world.database.transaction() as session:
            secrecy.shield(session, [session.get_one(Ticket, ticket_id_of(number))])
        assert told_of_patches(story, number) == []
        seen = story.read()
        assert (seen["stumbled"], seen["stumbles"], seen["effect"]["after"]["met"]) == (0, [], 0)


def test_patch_that_does_not_work_says_so_by_itself(sqlite_url: str) -> None:
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.in_effect()
        for n, text in enumerate(LATER):
            story.newcomer(f"later{n}", text)
        world.advance(days=91)
        story.strike()
        assert story.read()["state"] == "ineffective"
        assert "没有起到作用，建议重启" in story.hear()
        assert "已重启" in story.leader.say("补丁 重启")
        assert (story.read()["state"], story.read()["round"]) == ("drafting", 2)
        assert proof.verify(world.database).flaws == []


def test_patch_that_the_same_firms_stumble_over_again_is_not_effective(sqlite_url: str) -> None:
    """An enterprise that says it once more, in other words, after the day of effect has met the stone again."""
    with World.running(sqlite_url, deep=True) as world:
        story = begin(world)
        story.in_effect()
        world.advance(days=20)
        for phone, text in zip(story.firms, (AGAIN, *LATER), strict=False):
            phone.say(f"新诉求 {text}")
        compare(world)
        world.advance(minutes=5)
        told = story.read()
        assert told["stumblers"] == told["effect"]["after"]["met"] >= 5
        world.advance(days=71)
        story.strike()
        assert story.read()["state"] == "ineffective"


def cases(world: World) -> list[int]:
    """Return the ids of all cases."""
    with world.database.reading() as session:
        return list(session.scalars(select(Ticket.id)))


def message_texts(world: World, number: str) -> list[str]:
    """Return what the enterprise of a case was told in replies."""
    with world.database.reading() as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.ticket_id == ticket_id_of(number), Outbox.kind == "replied")
        )
        return [row.payload["text"] for row in rows]
