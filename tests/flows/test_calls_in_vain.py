"""Nobody answers the telephone: it is logged, and the next way to the enterprise is taken, each once."""

from models.queries.reach import failed_attempts
from models.rules.numbers import ticket_id_of
from tests.flows.telephones import Town, labels, phrase_in, read_all
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World


def test_failed_call_becomes_a_question_and_the_answer_a_call(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = town.case()

    done = leader.say("对方没人接")
    assert (
        done
        == f"已登记 {number} 打不通（第1天）。已在对话里告诉林向晚您来过电话，并问怎么联系方便；有回音马上转给您。"
    )
    asked = owner.news()
    assert "副省长 安予诚就" in asked["text"]
    assert "给您打过电话（尾号3059），没有打通" in asked["text"]
    assert labels(asked) == ["明天上午", "明天下午", "不用打了"]

    agreed = owner.say("明天上午10点")
    assert "已改好并告诉对方" in agreed
    heard = read_all(leader)
    assert "企业把来电时间定在：11月25日10:00-10:30" in heard
    assert phrase_in(heard) == phrase_in(agreed)
    world.advance(hours=24)
    assert phrase_in(owner.say("核验 13840003059")) == phrase_in(agreed)
    assert town.get(f"/tickets/{number}")["reach"]["failed_calls"] == 1
    with world.database.reading() as session:
        assert failed_attempts(session, ticket_id_of(number) or 0) == ()


def test_every_way_to_an_enterprise_is_tried_once_and_the_last_is_a_visit(world: World) -> None:
    town = Town.of(world)
    owner, partner, leader = world.phone(OWNER), world.phone(PARTNER), world.phone(LEADER)
    local = world.phone("o-local-office")
    local.say("待办")
    partner.say("你好")
    number = town.case()

    assert "已在对话里告诉林向晚" in leader.say(f"打不通 {number} 我用13840003059打的，关机")
    assert town.events(number, "call_failed")[0][1]["note"] == "我用…3059打的，关机"
    assert "没有打通" in owner.news()["text"]
    world.advance(hours=24)
    assert "改问另一位联系人邵其琛" in leader.say(f"{number} 还是没人接")
    assert "给您的同事打电话（尾号3059）没有打通" in partner.news()["text"]
    world.advance(hours=1)
    assert "已请沈阳市营商环境建设局局长 项南乔上门走访" in leader.say(f"打不通 {number}")
    visit = local.news()["text"]
    assert visit.startswith("请上门走访：沈阳云杉里精密机械有限公司。")
    assert "尾款" not in visit
    assert "也已请属地上门" in leader.say(f"打不通 {number}")
    assert owner.silence() == partner.silence() == local.silence() == []

    ways = [data["way"] for _, data in town.events(number, "call_failed")]
    assert ways == ["chat", "colleague", "visit", "wait"]
    with world.database.reading() as session:
        days = failed_attempts(session, ticket_id_of(number) or 0)
    assert [day.isoformat() for day in days] == ["2026-11-24", "2026-11-25"]
    assert "打不通4次" in leader.say(f"详情 {number}")


def test_enterprise_that_left_the_account_is_reached_through_its_colleague(world: World) -> None:
    town = Town.of(world)
    owner, partner, leader = world.phone(OWNER), world.phone(PARTNER), world.phone(LEADER)
    partner.say("你好")
    number = town.case()
    owner.act("unfollow")

    assert leader.say("被拉黑了").endswith(
        "提出诉求的联系人现在收不到消息，改问另一位联系人邵其琛；有回音马上转给您。"
    )
    assert "没有打通" in partner.news()["text"]
    reach = town.get(f"/tickets/{number}")["reach"]
    assert (reach["follows"], reach["window_open"], reach["failed_calls"]) == (False, False, 1)
    assert "已取消关注，发消息收不到，打不通1次" in leader.say(f"详情 {number}")


def test_who_wants_no_calls_is_written_to_and_not_asked_for_a_time(world: World) -> None:
    town = Town.of(world)
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    town.case()
    town.refuse_calls(OWNER)

    leader.say("打不通")
    asked = owner.news()
    assert "请在这里回一句话就行" in asked["text"]
    assert labels(asked) == ["补充"]
    assert "已记到" in owner.say("明天上午10点我们去管委会")


def test_way_just_taken_has_its_time_before_the_next(world: World) -> None:
    town = Town.of(world)
    owner, partner, leader = world.phone(OWNER), world.phone(PARTNER), world.phone(LEADER)
    partner.say("你好")
    number = town.case()
    assert "已在对话里告诉林向晚" in leader.say(f"打不通 {number}")
    owner.silence()

    for _ in range(2):
        world.advance(seconds=5)
        assert leader.say(f"打不通 {number} 还是没人接") == (
            f"已登记 {number} 打不通（第1天）。刚在对话里问过林向晚，先等对方回话；"
            "60分钟还没有回音，再登记一次，就换下一个办法。"
        )
    world.advance(minutes=59)
    assert partner.silence() == owner.silence() == []

    world.advance(minutes=1)
    assert "前面的联系人没有回音，改问另一位联系人邵其琛" in leader.say(f"打不通 {number}")
    assert "没有打通" in partner.news()["text"]
    ways = [data["way"] for _, data in town.events(number, "call_failed")]
    assert ways == ["chat", "soon", "soon", "colleague"]


def test_nobody_is_asked_whose_window_is_shut_and_the_case_says_what_was_tried(world: World) -> None:
    town = Town.of(world)
    leader = world.phone(LEADER)
    number = town.case()
    world.advance(days=3)
    done = leader.say(f"打不通 {number}")
    assert "已在对话里告诉" not in done
    assert "上门走访" in done
    shown = leader.say(f"详情 {number}")
    assert "联系：林向晚，11月24日" in shown
    assert "已试：请属地上门" in shown


def test_case_speaks_of_whoever_would_be_called(world: World) -> None:
    town = Town.of(world)
    partner, leader = world.phone(PARTNER), world.phone(LEADER)
    number = town.case()
    world.advance(hours=2)
    partner.say("进度")
    leader.say(f"打不通 {number}")
    shown = leader.say(f"详情 {number}")
    assert "联系：林向晚，" in shown
    assert "打不通1次" in shown
    assert "已试：在对话里问林向晚" in shown
