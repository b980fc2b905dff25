"""Somebody rings and says they are an official: the owner asks, and a fake becomes a lead for the supervisors."""

import json
from datetime import date

from sqlalchemy import select

from models.rules.phones import only_number
from models.tables import FraudLead, Inbox, Person
from tests.flows.reading import number_in
from tests.flows.telephones import (
    LEADERS,
    REQUEST,
    RIVAL_OWNER,
    RIVALS,
    STRANGE,
    SUPERVISOR,
    Town,
    labels,
    read_all,
)
from tests.roster import LEADER, OFFICE, OWNER, PARTNER
from tests.world import World

SAFETY = "不管谁来电，都不要转账，不要报验证码、密码。"


def test_fake_call_becomes_a_lead_and_the_supervisor_hears(world: World) -> None:
    Town.of(world)
    owner, supervisor = world.phone(OWNER), world.phone(SUPERVISOR)
    supervisor.say("待办")

    answer = owner.say(f"刚才有人打电话自称安副省长，让交保证金，号码是{STRANGE}")
    assert answer == (
        "请立即挂断，不要照做。\n尾号2222：没有登记。\n已作为线索交督查核实。\n"
        "对方自称的安予诚，登记的是尾号3059。\n"
        f"您的责任领导是副省长 安予诚（尾号3059）。\n{SAFETY}"
    )
    lead = supervisor.news()
    assert lead["text"].startswith(
        "可疑来电线索 1：尾号2222，未登记。自称副省长 安予诚。\n反映人：沈阳云杉里精密机械有限公司\n"
    )
    assert "让交保证金" in lead["text"]
    assert labels(lead) == ["是诈骗", "属实", "说不清"]

    assert "没有登记" in world.phone(PARTNER).say(f"核验 {STRANGE}")
    assert supervisor.silence() == []

    assert supervisor.tap("是诈骗") == "线索 1 已记为：诈骗，会告诉反映的企业。"
    for phone in (owner, world.phone(PARTNER)):
        assert "经督查核实是诈骗" in read_all(phone)
    world.advance(days=1)
    assert "此前已核实为诈骗，请立即挂断、拉黑" in owner.say(f"核验 {STRANGE}")
    with world.database.reading() as session:
        leads = session.scalars(select(FraudLead).order_by(FraudLead.id)).all()
        assert [(row.day, row.tail, row.finding) for row in leads] == [
            (date(2026, 11, 24), "2222", "fraud"),
            (date(2026, 11, 25), "2222", None),
        ]
    assert world.unsettled() == 0


def test_registered_number_is_named_only_to_those_it_answers_to(world: World) -> None:
    town = Town.of(world)
    owner, rivals_owner, stranger = world.phone(OWNER), world.phone(RIVAL_OWNER), world.phone("o-somebody")

    assert owner.say(f"核验 {LEADERS}").startswith(
        "尾号3059：是副省长 安予诚登记的号码，但没有跟您约过来电。"
    )
    theirs = owner.say(f"核验 {RIVALS}")
    assert theirs.startswith("尾号8541：是一位在册干部登记的号码，但没有跟您约过来电。来电显示可以伪造")
    assert "柏知远" not in theirs
    assert rivals_owner.say(f"核验 {RIVALS}").startswith("尾号8541：是副省长 柏知远登记的号码")
    told = stranger.say(f"核验 {RIVALS}")
    assert told == theirs.replace("您的责任领导是副省长 安予诚（尾号3059）。\n", "")

    assert [(row.verdict, row.lead_id) for row in town.asked()] == [("registered", None)] * 4
    whole = json.dumps([town.get("/verifications"), town.get("/outbox")], ensure_ascii=False)
    assert [number for number in (LEADERS, RIVALS) if number.replace(" ", "") in whole] == []


def test_strangers_number_that_ends_like_the_leaders_is_said_to_be_another(world: World) -> None:
    town = Town.of(world)
    owner = world.phone(OWNER)

    said = owner.say("核验 13912343059")
    assert said.startswith("尾号3059：没有登记。")
    assert "尾号和副省长 安予诚的一样，但不是同一个号码，请挂断。" in said
    posed = owner.say("13912343059打来说是安省长，让我交保证金")
    assert posed.startswith("请立即挂断，不要照做。\n尾号3059：没有登记。尾号和副省长 安予诚的一样")
    assert "不是同一个号码" not in owner.say(f"核验 {STRANGE}")

    assert [row.verdict for row in town.asked()] == ["unknown"] * 3


def test_who_poses_as_a_leader_without_a_number_is_told_in_a_sentence(world: World) -> None:
    said = world.phone(OWNER).say("13911112222打来说是安省长，让我交保证金")
    assert "对方自称的安予诚，还没有登记号码。" in said


def test_number_is_asked_for_once_and_then_things_take_their_course(world: World) -> None:
    Town.of(world)
    owner = world.phone(OWNER)

    asked = owner.say("刚才有人打电话说是省里的")
    assert asked == f"请把来电号码发过来，马上替您核验。\n您的责任领导是副省长 安予诚（尾号3059）。\n{SAFETY}"
    assert owner.say("幺三九幺幺幺幺二二二二").startswith("尾号2222：没有登记")
    assert owner.act("menu", key="核验来电") == asked
    assert owner.say("号码没存").startswith("没有号码就没法核验")
    assert owner.say("核验 86892345").startswith("请带上区号")
    assert owner.say("024－８６８９２３４５").startswith("尾号2345：是专班联络员 程小满登记的号码")
    owner.say("核验")
    assert number_in(owner.say(REQUEST)) != ""
    owner.say("核验")
    assert number_in(owner.say("新诉求 厂房漏雨三个月了，物业电话13911112222没人管")) != ""
    with world.database.reading() as session:
        said = session.scalars(select(Person.pending).where(Person.openid == OWNER)).one()
    assert said is None


def test_questions_in_plain_words_are_questions_about_a_caller(world: World) -> None:
    Town.of(world)
    owner = world.phone(OWNER)
    for words in (
        "这个号码是真的吗 024-86892345",
        "13840003059 是你们的电话吗",
        "138 4000 3059这个是骗子吗",
        "接到电话自称安省长，号码13840003059，可信吗",
        "核验一下13840003059",
    ):
        world.advance(hours=1)
        assert owner.say(words).startswith("尾号"), words


def test_guessing_is_limited_and_the_limit_passes(world: World) -> None:
    town = Town.of(world)
    owner = world.phone(OWNER)
    for last in range(5):
        assert "没有登记" in owner.say(f"核验 1391111333{last}")

    refused = owner.say(f"核验 {LEADERS}")
    assert refused.startswith("您核验得太频繁了，11月24日10:10以后可以再查。")
    assert "安予诚" not in refused
    assert owner.say("13840003059是真的吗").startswith("您核验得太频繁了")
    assert len(town.asked()) == 5
    assert world.phone(PARTNER).say(f"核验 {LEADERS}").startswith("尾号3059：是副省长 安予诚")
    world.advance(minutes=10)
    assert owner.say(f"核验 {LEADERS}").startswith("尾号3059：是副省长 安予诚登记的号码")
    for _ in range(14):
        world.advance(minutes=11)
        owner.say(f"核验 {LEADERS}")
    world.advance(minutes=11)
    assert owner.say(f"核验 {LEADERS}").startswith("您核验得太频繁了，11月25日10:00以后可以再查。")


def test_several_numbers_in_one_message_are_told_apart_and_count_each(world: World) -> None:
    town = Town.of(world)
    owner, supervisor = world.phone(OWNER), world.phone(SUPERVISOR)
    supervisor.say("待办")

    answer = owner.say(f"刚才有人打电话说是省里的，先用{LEADERS}，又用{STRANGE}，让我转账")
    lines = answer.split("\n")
    assert lines[1].startswith("尾号3059显示的是副省长 安予诚登记的号码")
    assert lines[2].startswith("尾号2222：没有登记")
    assert [row.verdict for row in town.asked()] == ["registered", "unknown"]
    told = read_all(supervisor)
    assert f"又用{STRANGE}" in told
    assert "先用…3059" in told
    assert LEADERS.replace(" ", "") not in told
    kept = [row.said for row in town.asked()]
    assert kept == [
        "刚才有人打电话说是省里的，先用…3059，又用…2222，让我转账",
        f"刚才有人打电话说是省里的，先用…3059，又用{STRANGE}，让我转账",
    ]


def test_leads_are_read_and_decided_through_the_api(world: World) -> None:
    town = Town.of(world)
    owner, rivals_owner, stranger = world.phone(OWNER), world.phone(RIVAL_OWNER), world.phone("o-somebody")
    owner.say(f"核验 {STRANGE} 说是税务局的")
    rivals_owner.say(f"核验 {STRANGE} 说是办公厅的")
    stranger.say("核验 13911113333")

    here = town.get("/leads", "supervisor", "210100")["items"]
    assert [(lead["tail"], lead["finding"], len(lead["reports"])) for lead in here] == [("2222", None, 1)]
    assert [report["enterprise"]["name"] for report in here[0]["reports"]] == ["沈阳云杉里精密机械有限公司"]
    assert "税务局" in here[0]["reports"][0]["said"]
    there = town.get("/leads", "supervisor", "210200")["items"]
    assert [report["said"] for report in there[0]["reports"]] == [f"核验 {STRANGE} 说是办公厅的"]
    both = town.get("/leads", "supervisor")["items"]
    assert [(lead["tail"], len(lead["reports"])) for lead in both] == [("2222", 2), ("3333", 1)]

    path, decision = (
        f"/api/v1/leads/{both[0]['id']}/decision",
        {"finding": "genuine", "note": "税务局的回访电话"},
    )
    key = town.key("supervisor", "210100") | {"Idempotency-Key": "one"}
    first, again = (world.web.post(path, headers=key, json=decision) for _ in range(2))
    assert (first.status_code, first.json()) == (200, again.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert (first.json()["finding"], first.json()["note"]) == ("genuine", "税务局的回访电话")
    for phone in (owner, rivals_owner):
        assert read_all(phone).count("来电属实") == 1
    assert town.get("/leads", "supervisor", open=True)["items"] == both[1:]
    assert [lead["tail"] for lead in town.get("/leads", "admin", finding="genuine")["items"]] == ["2222"]
    assert [row["verdict"] for row in town.get("/verifications", verdict="unknown")["items"]] == [
        "unknown"
    ] * 3
    assert world.web.get("/api/v1/leads", headers=town.key("viewer")).status_code == 403
    elsewhere = f"/api/v1/leads/{both[1]['id']}/decision"
    assert (
        world.web.post(elsewhere, headers=town.key("supervisor", "210100"), json=decision).status_code == 404
    )


def test_open_leads_are_on_the_supervisors_list_until_somebody_says_what_became_of_them(world: World) -> None:
    Town.of(world)
    owner, supervisor = world.phone(OWNER), world.phone(SUPERVISOR)
    assert "可疑来电" not in supervisor.say("待办")
    owner.say(f"核验 {STRANGE} 说是省里的")
    owner.say("核验 13922223333")

    assert supervisor.say("待办").startswith("可疑来电等您核实 2 条，发“线索”看。")
    listed = supervisor.say("线索")
    assert "线索 1 尾号2222，11月24日\n线索 2 尾号3333，11月24日\n" in listed
    shown = supervisor.tap("线索 1")
    assert shown.startswith("可疑来电线索 1：尾号2222，11月24日\n沈阳云杉里精密机械有限公司：")
    assert "说是省里的" in shown
    assert supervisor.tap("是诈骗").startswith("线索 1 已记为：诈骗")

    assert "核实 1 条" in supervisor.say("待办")
    assert "线索 1 尾号" not in supervisor.say("线索")
    assert "已记为：诈骗" in supervisor.say("线索 1")


def test_lead_of_another_region_is_on_nobodys_list_here(world: World) -> None:
    Town.of(world)
    supervisor = world.phone(SUPERVISOR)
    world.phone(RIVAL_OWNER).say(f"核验 {STRANGE}")

    assert "可疑来电" not in supervisor.say("待办")
    assert supervisor.say("线索 1") == "没有查到线索 1。"


def test_supervisor_decides_in_the_chat_only_about_leads_of_the_region(world: World) -> None:
    town = Town.of(world)
    supervisor = world.phone(SUPERVISOR)
    world.phone(RIVAL_OWNER).say(f"核验 {STRANGE}")

    assert supervisor.say("线索 1 诈骗") == "没有查到线索 1。"
    assert supervisor.say("线索 999999999999999999999 诈骗").startswith("请发：线索 编号")
    world.phone(OWNER).say(f"核验 {STRANGE}")
    assert supervisor.say("线索 1 属于什么").startswith("请发：线索 编号")
    assert supervisor.say("线索 1 不清，查过运营商，没有结果").startswith("线索 1 已记为：不清")
    lead = town.get("/leads/1")
    assert (lead["finding"], lead["note"]) == ("unclear", "查过运营商,没有结果")
    assert lead["decided_by_official"] == town.officials["supervisor"]


def test_without_a_supervisor_the_provincial_office_hears(world: World) -> None:
    Town.of(world)
    office = world.phone(OFFICE)
    office.say("待办")

    world.phone("o-somebody").say(f"核验 {STRANGE}")

    assert office.news()["text"].startswith("可疑来电线索 1：尾号2222")


def test_number_of_an_official_who_left_is_nobodys(world: World) -> None:
    town = Town.of(world)
    phones = town.get(f"/officials/{town.officials['leader']}/phones")["items"]
    assert [(row["tail"], row["ended_at"]) for row in phones] == [("3059", None)]
    path = f"/api/v1/officials/{town.officials['leader']}/phones/{phones[0]['id']}"
    assert world.web.delete(path, headers=town.key()).status_code == 204

    assert "没有登记" in world.phone(OWNER).say(f"核验 {LEADERS}")


def test_numbers_are_nowhere_in_the_clear(world: World) -> None:
    """Not in our answers, not in what was sent, not in any row: only in the platform's own ciphertext."""
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()
    leader.say(f"约电话 {number} 今天下午3点 用{LEADERS}打")
    owner.say(f"核验 {LEADERS}")
    owner.say("13840003059 是真的吗")
    world.deliver()

    digits = only_number(LEADERS)
    assert digits is not None
    found = []
    with world.database.reading() as session:
        for table in ("official_phones", "calls", "verifications", "fraud_leads", "outbox", "attempts", "events",
                      "idempotent_answers", "people", "messages"):  # fmt: skip
            rows = session.connection().exec_driver_sql(f"SELECT * FROM {table}").all()
            found += [
                table for row in rows for value in row if digits.dialled[3:] in str(value).replace(" ", "")
            ]
        replies = session.scalars(select(Inbox.reply)).all()
    assert found == []
    assert digits.dialled[3:] not in json.dumps(replies, ensure_ascii=False)


def test_tale_of_money_without_a_number_is_a_lead_all_the_same(world: World) -> None:
    town = Town.of(world)
    owner, supervisor = world.phone(OWNER), world.phone(SUPERVISOR)
    supervisor.say("待办")
    supervisor.silence()

    assert owner.say("有人打电话让我交保证金，说是你们平台的").startswith(
        "请先挂断，不要照做。请把来电号码发过来"
    )
    assert "您说的情况已报给督查。" in owner.say("号码没存")

    heard = supervisor.news()["text"]
    assert "有人打电话让我交保证金" in heard
    assert "尾号没有记下，未登记" in heard
    assert [(row.verdict, row.tail) for row in town.asked()] == [("unknown", "没有记下")]


def test_idle_question_without_a_number_is_no_lead(world: World) -> None:
    town = Town.of(world)
    owner = world.phone(OWNER)
    owner.say("你们昨天谁给我打电话了")

    assert owner.say("没存").startswith("没有号码就没法核验。真是我们的人")
    assert town.asked() == []
