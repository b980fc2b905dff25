"""Say it once: short messages, pictures and afterthoughts become one case, and a wrong guess leaves no trace."""

from sqlalchemy import func, select

from models.tables import Message, Outbox
from tests.flows.owning import (
    ARREARS,
    POWER,
    a_minute_later,
    case,
    facts,
    pushes,
    strike,
    verbs,
    words,
)
from tests.flows.reading import number_in
from tests.flows.test_pictures_and_voices import PNG, picture_on, send_picture
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World


def gathered(world: World) -> int:
    """Return how many words are gathered."""
    with world.database.reading() as session:
        waiting = select(func.count()).select_from(Message).where(Message.gathered_until.is_not(None))
        return session.scalar(waiting) or 0


def told(world: World) -> list[str]:
    """Return the kinds of all that was ever queued for the leader."""
    return [row.kind for row in world.outbox() if row.person_id == world.roster.people[LEADER]]


def test_five_short_messages_and_two_pictures_reach_the_leader_as_one_piece_of_news(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(ARREARS))
    assert ARREARS in leader.news()["text"]

    said = ["合同是前年三月签的", "验收单也有", "他们换了领导", "新来的说不知道", "工人还等着发工资"]
    for text in said:
        assert owner.say(text).startswith(f"已记到 {number}「给开发区管委会")
    send_picture(owner)
    send_picture(owner)
    assert strike(world) == 0
    assert (gathered(world), verbs(world, number)) == (7, ["submit"])
    assert pushes(world, number) == ["ticket", *["follow_up"] * 7]

    assert a_minute_later(world) == 1

    news = leader.news()["text"]
    assert news.startswith(
        f"{number}「给开发区管委会干的厂区道路工程，验收一年多了，…」企业补充：\n" + "\n".join(said)
    )
    assert news.count("［图片］") == 2
    assert [picture_on(leader), picture_on(leader)] == [PNG, PNG]
    assert leader.silence() == []
    assert verbs(world, number) == ["submit", "follow_up"]
    assert gathered(world) == 0
    assert a_minute_later(world) == 0


def test_who_goes_on_and_on_is_heard_after_five_minutes_all_the_same(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    struck = []
    for minute in range(7):
        owner.say(f"还有一张单子，第{minute}张")
        world.advance(seconds=50)
        struck.append(strike(world))

    assert struck == [0, 0, 0, 0, 0, 1, 0]
    assert verbs(world, number) == ["submit", "follow_up"]


def test_command_about_the_case_passes_on_first_what_was_gathered(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say("待办")
    leader.silence()
    owner.say("合同是前年三月签的")

    owner.say(f"催办 {number}")

    heard = "\n".join(leader.silence())
    assert 0 < heard.index("合同是前年三月签的") < heard.index("企业催办了")
    assert verbs(world, number) == ["submit", "follow_up", "urge"]


def test_words_given_to_a_number_reach_the_leader_at_once(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say("待办")
    leader.silence()

    owner.say(f"补充 {number} 验收单也有")

    assert "验收单也有" in leader.news()["text"]


def test_gathered_words_taken_back_leave_no_trace_on_the_wrong_case(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    leader.say("待办")
    leader.silence()
    owner.say("隔壁厂子也一样")
    send_picture(owner)
    before = told(world)

    answer = owner.say("说的不是这个")

    other = number_in(answer)
    assert answer.startswith(f"好，刚才的话不算在 {number}「给开发区管委会干…」里，已另立一件。")
    assert other != number
    assert (words(world, number), verbs(world, number), facts(world, number)[0].get("moved_to")) == (
        [ARREARS],
        ["submit"],
        None,
    )
    assert (words(world, other), verbs(world, other)) == (["隔壁厂子也一样", ""], ["submit"])
    assert (pushes(world, number), pushes(world, other)) == (
        ["ticket"],
        ["follow_up", "follow_up", "ticket"],
    )
    assert told(world)[len(before) :] == ["new_ticket", "media"]
    a_minute_later(world)
    assert other in leader.news()["text"]
    assert picture_on(leader) == PNG
    assert leader.silence() == []


def test_words_taken_back_later_leave_an_event_on_both_and_both_owners_know(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(ARREARS))
    owner.say("隔壁厂子也一样")
    a_minute_later(world)
    leader.say("待办")
    leader.silence()

    answer = owner.tap("不是这件事")

    other = number_in(answer)
    assert "那边的负责人已知道，两边都有记录" in answer
    ids = [case(world, each).id for each in (number, other)]
    assert facts(world, number)[-1]["moved_to"] == ids[1]
    assert facts(world, other)[0]["moved_from"] == ids[0]
    assert (words(world, number), words(world, other)) == ([ARREARS], ["隔壁厂子也一样"])
    heard = "\n".join(leader.silence())
    assert f"企业说这段补充不是这件事，已另立 {other}" in heard
    assert f"新诉求 {other}" in heard
    assert owner.say(f"不是这件事 {number}").startswith("刚才没有话是记到别的诉求里的")


def test_wrong_type_is_still_corrected_where_nothing_was_put_to_a_case(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))

    assert owner.say("搞错了").startswith(f"{number} 属于哪一类？")


def test_picture_first_is_typed_and_titled_by_the_words_that_follow(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    send_picture(owner)
    assert "［图片］" in leader.news()["text"]

    answer = owner.say("喂那个领导你好啊我就是想说一下这个事情就是" + ARREARS)

    number = answer.split("「")[0].removeprefix("已记到 ")
    ticket = case(world, number)
    assert (ticket.type, ticket.title) == ("arrears", "给开发区管委会干的厂区道路工程，验收一年多了，…")
    news = leader.news()["text"]
    while ARREARS not in news:
        news = leader.news()["text"]


def test_picture_place_voice_and_words_are_one_case(world: World) -> None:
    owner = world.phone(OWNER)
    send_picture(owner)
    owner.act("location", latitude=41.8, longitude=123.4, label="沈阳市云杉路8号")
    number = owner.act("voice", recognition="我们厂门口这条路").split("「")[0].removeprefix("已记到 ")

    said = "修了半年了，大货车进不来，要影响交货了"
    assert owner.say(said).startswith(f"已记到 {number}「")

    assert case(world, number).type == "factors"
    assert words(world, number)[-1] == said
    assert number_in(owner.say("另外还有一件事，网上有人卖假冒我们商标的产品")) != number


def test_greeting_and_matter_are_one_case(world: World) -> None:
    owner = world.phone(OWNER)
    owner.say("你好")
    first = number_in(owner.say("我是云杉里的老林，有个事想麻烦领导"))
    owner.say("是这样的")

    assert owner.say(ARREARS).startswith(f"已记到 {first}「")

    ticket = case(world, first)
    assert (ticket.type, verbs(world, first)) == (
        "arrears",
        ["submit", "follow_up", "follow_up", "retype"],
    )


def test_gathered_words_of_a_case_that_was_written_off_meanwhile_are_still_told(world: World) -> None:
    owner, partner, leader = (world.phone(each) for each in (OWNER, PARTNER, LEADER))
    number = number_in(owner.say(ARREARS))
    leader.say(f"受理 {number}")
    leader.say(f"办结 {number} 尾款已到账")
    owner.say(f"进度 {number}")
    owner.say("到账的数目不大对")
    partner.say(f"确认 {number}")
    leader.silence()

    a_minute_later(world)

    assert verbs(world, number)[-2:] == ["follow_up", "confirm"]
    assert gathered(world) == 0


def test_another_sure_matter_is_never_gathered(world: World) -> None:
    owner = world.phone(OWNER)
    first = number_in(owner.say(ARREARS))

    assert number_in(owner.say(POWER)) != first
    assert gathered(world) == 0


def test_nothing_that_was_said_is_unaccounted_for(world: World) -> None:
    owner = world.phone(OWNER)
    number = number_in(owner.say(ARREARS))
    owner.say("合同是前年三月签的")
    owner.say("不是这件事")
    owner.say("还有验收单")
    assert world.unsettled() == 0

    a_minute_later(world)

    with world.database.reading() as session:
        lost = session.scalars(select(Message.id).where(Message.gathered_until.is_not(None))).all()
        causeless = session.scalars(select(Outbox.id).where(Outbox.ticket_id.is_(None))).all()
    assert (lost, causeless, world.unsettled()) == ([], [], 0)
    assert verbs(world, number) == ["submit"]
