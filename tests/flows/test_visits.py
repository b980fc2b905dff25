"""An official visits an enterprise: the enterprise confirms it, and what came up becomes a case."""

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select

from models.actions import access, roster
from models.tables import Contact, Event, OfficialKind, Ticket, Visit
from tests.flows.reading import number_in
from tests.flows.test_leader_on_leave import WATCH, bind
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER
from tests.world import World

NOTE = "看了三号车间，订单比去年多两成，缺熟练焊工"
FIRM = "沈阳云杉里精密机械有限公司"
ISSUE = "管委会欠我们厂区道路工程款两百万，拖了一年不给"


def visits(world: World) -> Sequence[Visit]:
    with world.database.reading() as session:
        rows = session.scalars(select(Visit).order_by(Visit.id)).all()
        session.expunge_all()
        return rows


@pytest.fixture
def talking(world: World) -> World:
    """A world in which everybody has just written."""
    for openid in (OWNER, PARTNER, LEADER, AIDE, OFFICE):
        world.phone(openid).say("帮助")
    return world


def test_visit_is_noted_in_one_message_and_confirmed_in_one_tap(talking: World) -> None:
    partner, leader = talking.phone(PARTNER), talking.phone(LEADER)
    noted = leader.say(f"走访 云杉里 {NOTE}")
    assert noted == f"已记11月24日走访{FIRM}，会请企业确认。\n把这条变成诉求"

    [asked] = [phone for phone in (talking.phone(OWNER), partner) if phone.silence()]
    [row] = visits(talking)
    assert (row.note, row.day.isoformat(), row.confirmed_at) == (NOTE, "2026-11-24", None)
    assert asked.tap("来过") == "谢谢，已记下。当时没说完的，直接发来就行。"
    assert visits(talking)[0].confirmed_at is not None
    assert asked.say(f"走访 没来过 {row.id}") == "这次走访贵企业已经答复过了，谢谢。"
    assert visits(talking)[0].disputed_at is None


def test_visit_that_did_not_take_place_goes_to_the_supervisor(talking: World) -> None:
    leader = talking.phone(LEADER)
    bind(talking, WATCH, "佟望川", kind=OfficialKind.SUPERVISOR)
    leader.say(f"走访 {FIRM} {NOTE}")
    [row] = visits(talking)

    assert talking.phone("o-else").say(f"走访 没来过 {row.id}") == "没有查到这次走访。"
    assert "转督查核实" in talking.phone(OWNER).say(f"走访 没来过 {row.id}")
    told = talking.phone(WATCH).news()["text"]
    assert "走访存疑：副省长 安予诚记了11月24日走访" in told
    assert NOTE in told
    assert visits(talking)[0].disputed_at is not None


def test_what_came_up_becomes_a_case_with_one_tap_and_only_once(talking: World) -> None:
    leader, office = talking.phone(LEADER), talking.phone(OFFICE)
    leader.say(f"走访 云杉里 {ISSUE}")
    [row] = visits(talking)
    said = leader.tap("把这条变成诉求")
    assert "已立诉求" in said
    assert "已经立过诉求" in leader.say(f"走访 立诉求 {row.id}")
    assert office.say(f"走访 立诉求 {row.id}") == "没有查到这次走访。"

    with talking.database.reading() as session:
        ticket = session.scalars(select(Ticket)).one()
        event = session.scalars(select(Event)).one()
        assert (ticket.owner_id, ticket.enterprise_id, ticket.type) == (
            talking.roster.officials["leader"],
            talking.roster.enterprises["yunshanli"],
            "arrears",
        )
        assert (event.actor_role, event.data["visit"], event.data["raised_by"]) == (
            "enterprise",
            row.id,
            talking.roster.officials["leader"],
        )
        assert event.actor_id == ticket.person_id
        author = session.scalars(
            select(Contact.id).where(Contact.person_id == ticket.person_id)
        ).one_or_none()
        assert author is not None


def test_lines_that_name_a_request_become_cases_in_the_same_step(talking: World) -> None:
    owner, partner, aide = talking.phone(OWNER), talking.phone(PARTNER), talking.phone(AIDE)
    said = aide.say(f"走访 云杉里 {NOTE}\n诉求：{ISSUE}\n诉求: 变压器增容三个月批不下来，车间没法投产")
    assert said.count("负责人副省长 安予诚") == 2
    assert ["拖欠账款" in said, "要素保障" in said] == [True, True]

    [card] = [*owner.silence(), *partner.silence()]
    assert card.startswith("专班联络员 程小满记了11月24日到贵企业走访。当时说到的事已立诉求：")
    [number, _] = card.split("已立诉求：")[1].split("。")[0].split("、")
    assert "副省长 安予诚" in owner.say(f"进度 {number}")
    assert ISSUE in talking.phone(LEADER).say(f"详情 {number}")


def test_more_about_the_same_visit_does_not_ask_twice(talking: World) -> None:
    leader = talking.phone(LEADER)
    leader.say(f"走访 云杉里 {NOTE}")
    leader.say("走访 云杉里 还去了食堂")
    talking.deliver()

    assert [row.note for row in visits(talking)] == [f"{NOTE}\n还去了食堂"]
    assert [row.kind for row in talking.outbox() if row.kind == "visited"] == ["visited"]


def test_name_that_is_only_alike_is_asked_back_and_the_note_is_kept(talking: World) -> None:
    leader = talking.phone(LEADER)
    asked = leader.say(f"走访 沈阳云山里精密机械 {NOTE}")
    assert asked == f"走访的是哪一家？情况已记住，点一下就行：\n{FIRM}\n"
    assert visits(talking) == []

    assert "已记11月24日走访" in leader.tap(FIRM)
    assert [row.note for row in visits(talking)] == [NOTE]


def test_only_own_enterprises_and_those_of_ones_cases_are_visited(talking: World) -> None:
    owner, leader, office = talking.phone(OWNER), talking.phone(LEADER), talking.phone(OFFICE)
    with talking.database.transaction() as session:
        roster.add_enterprise(
            session,
            name="大连槐序食品有限公司",
            credit_code=None,
            region="210200",
            stage=None,
            now=talking.clock(),
        )
    assert "您这里还没有" in office.say(f"走访 云杉里 {NOTE}")
    assert "走访的是哪一家" in leader.say(f"走访 大连槐序食品有限公司 {NOTE}")
    number = number_in(owner.say(f"新诉求 {ISSUE}"))
    assert "没有查到编号" in office.say(f"走访 {number} {NOTE}")
    assert "已记11月24日走访" in leader.say(f"走访 {number} {NOTE}")
    assert [row.official_id for row in visits(talking)] == [talking.roster.officials["leader"]]


def test_visits_are_listed_by_the_api(talking: World) -> None:
    key = "k" * 43
    with talking.database.transaction() as session:
        access.create_key(session, key, name="admin", role="viewer", region="210100", now=talking.clock())
    talking.phone(LEADER).say(f"走访 云杉里 {NOTE}")

    answer = talking.web.get("/api/v1/visits", headers={"Authorization": f"Bearer {key}"}).json()
    assert [(item["note"], item["day"], item["confirmed_at"]) for item in answer["items"]] == [
        (NOTE, "2026-11-24", None)
    ]


def test_visit_without_words_tells_how_and_which_are_owed(talking: World) -> None:
    leader = talking.phone(LEADER)
    assert leader.say("走访").endswith("会直接立成诉求。")
    talking.advance(days=91)
    assert "好久没去的有1家" in leader.say("走访")
    assert "请把情况一起发来" in leader.say("走访 云杉里")
    leader.say(f"走访 云杉里 {NOTE}")
    assert "好久没去" not in leader.say("走访")


def asked(world: World, *openids: str) -> list[str]:
    """Return whose phone shows the card of a visit."""
    return [openid for openid in openids if any("请您证实" in text for text in world.phone(openid).silence())]


def test_card_goes_to_whoever_can_be_reached_and_was_heard_last(talking: World) -> None:
    leader, owner, partner = (talking.phone(each) for each in (LEADER, OWNER, PARTNER))
    talking.advance(minutes=5)
    owner.say("你好")
    leader.say(f"走访 云杉里 {NOTE}")
    assert asked(talking, OWNER, PARTNER) == [OWNER]

    owner.tap("来过")
    talking.advance(minutes=5)
    partner.say("你好")
    leader.say(f"走访 云杉里 {NOTE}")
    assert asked(talking, OWNER, PARTNER) == [PARTNER]

    partner.tap("来过")
    partner.act("unfollow")
    leader.say(f"走访 云杉里 {NOTE}")
    assert asked(talking, OWNER, PARTNER) == [OWNER]


def test_leader_is_told_when_nobody_can_be_asked_and_the_card_waits(talking: World) -> None:
    leader, owner, partner = (talking.phone(each) for each in (LEADER, OWNER, PARTNER))
    owner.act("unfollow")
    talking.advance(minutes=5)
    partner.act("unfollow")
    said = leader.say(f"走访 云杉里 {NOTE}")
    assert "但企业的联系人现在都收不到消息，等对方回来再请其确认" in said
    assert asked(talking, OWNER, PARTNER) == []
    partner.act("follow")
    partner.say("你好")
    assert asked(talking, OWNER, PARTNER) == [PARTNER]


@pytest.mark.parametrize("words", ["没来过，瞎写", "没见过这个人", "根本没人来过！", "瞎写的"])
def test_plain_words_deny_the_visit_that_was_asked_about(talking: World, words: str) -> None:
    bind(talking, WATCH, "佟望川", kind=OfficialKind.SUPERVISOR)
    talking.phone(WATCH).say("待办")
    talking.phone(LEADER).say(f"走访 {FIRM} {NOTE}")
    talking.deliver()
    before = number_of_tickets(talking)

    assert "转督查核实" in talking.phone(OWNER).say(words)

    assert visits(talking)[0].disputed_at is not None
    assert f"企业说没来过。原话：“{words}”" in "".join(talking.phone(WATCH).silence())
    assert number_of_tickets(talking) == before


def test_plain_words_that_deny_nothing_or_one_of_two_visits(talking: World) -> None:
    owner = talking.phone(OWNER)
    before = number_of_tickets(talking)
    owner.say("没来过，瞎写")
    assert number_of_tickets(talking) >= before
    talking.phone(LEADER).say(f"走访 {FIRM} {NOTE}")
    talking.phone(AIDE).say(f"走访 {FIRM} {NOTE}")
    owner.say("车间三天没来过电，停工了")
    assert [row.disputed_at for row in visits(talking)] == [None, None]
    which = owner.say("没来过")
    assert which.startswith("您说的是哪一次走访？")
    assert "转督查核实" in owner.tap("没来过")
    assert len([row for row in visits(talking) if row.disputed_at]) == 1


def number_of_tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


@pytest.mark.parametrize(
    ("note", "day"),
    [
        ("昨天下午去的，看了车间", "2026-11-23"),
        ("11月20日 看了车间", "2026-11-20"),
        ("前天去看了看", "2026-11-22"),
        ("上周五去的，缺焊工", "2026-11-20"),
        ("三天前去的", "2026-11-21"),
        ("20号看了生产线", "2026-11-20"),
        ("25日那天去的是10月的事", ""),
        ("今天上午看了车间", "2026-11-24"),
        ("看了3号车间，12月1日投产", "2026-11-24"),
    ],
)
def test_visit_is_of_the_day_its_note_begins_with(small_talk: World, note: str, day: str) -> None:
    said = small_talk.phone(LEADER).say(f"走访 云杉里 {note}")
    assert [row.day.isoformat() for row in visits(small_talk)] == [day] * bool(day)
    assert said.startswith("已记" if day else "这个时间还没到")


@pytest.fixture
def small_talk(world: World) -> World:
    """A world on one database in which leader and enterprise have just written."""
    for openid in (OWNER, LEADER):
        world.phone(openid).say("帮助")
    return world


@pytest.mark.parametrize("note", ["10月20日去的", "40天前去的", "2月30日去的"])
def test_visit_of_long_ago_is_not_noted(small_talk: World, note: str) -> None:
    assert small_talk.phone(LEADER).say(f"走访 云杉里 {note}").startswith("走访只能补记30天以内的")
    assert visits(small_talk) == []


def test_card_asks_about_the_day_of_the_visit(small_talk: World) -> None:
    small_talk.phone(LEADER).say("走访 云杉里 昨天下午去的，看了车间")
    assert any("记了11月23日到贵企业走访" in text for text in small_talk.phone(OWNER).silence())


@pytest.mark.parametrize(
    "said",
    [
        "昨天走访了云杉里，老板反映招工难",
        "今天去了云杉里看了看",
        "今天走访云杉里，企业反映招工难",
        "昨天到云杉里走访，反映用电贵",
    ],
)
def test_plain_words_of_a_visit_are_noted_with_one_tap(small_talk: World, said: str) -> None:
    leader = small_talk.phone(LEADER)
    assert leader.say(said).startswith("这句没有发给企业，先替您留着。是去走访了吗？")
    assert leader.tap(FIRM).startswith(f"已记11月{23 if '昨天' in said else 24}日走访")
    assert [row.note for row in visits(small_talk)] == [said]


def test_plain_words_of_a_visit_may_be_sent_all_the_same(small_talk: World) -> None:
    owner, leader = small_talk.phone(OWNER), small_talk.phone(LEADER)
    number = number_in(owner.say(f"新诉求 {ISSUE}"))
    leader.say(f"受理 {number}")
    owner.silence()
    leader.say("今天去了云杉里看了看，进展不错")
    leader.tap(f"发给{number} 沈阳云杉里精密机…")
    assert any("今天去了云杉里看了看" in text for text in owner.silence())
    assert visits(small_talk) == []


def test_visit_told_with_nothing_in_hand_is_offered_beside_the_cases(small_talk: World) -> None:
    owner, leader = small_talk.phone(OWNER), small_talk.phone(LEADER)
    number = number_in(owner.say(f"新诉求 {ISSUE}"))
    said = leader.say("今天走访云杉里，企业反映招工难")
    assert FIRM in said
    assert f"发给{number}" in said
    assert leader.tap(FIRM).startswith("已记11月24日走访")
