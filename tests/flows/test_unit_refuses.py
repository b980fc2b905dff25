"""A unit that says no is heard as saying no; one that has not answered may still say it."""

import pytest
from sqlalchemy import select

from models.rules.numbers import ticket_id_of
from models.tables import CoHandling
from tests.flows.owning import verbs
from tests.flows.reading import number_in
from tests.flows.test_help_from_others import Case
from tests.flows.test_pictures_and_voices import send_picture
from tests.world import World


@pytest.fixture
def asked(world: World) -> Case:
    """A case for which the tax bureau was asked to help, and its leader has it open."""
    case = Case(world)
    case.leader.say(f"协办 {case.number} 税务局 请核实返还进度")
    case.tax.news()
    case.tax.say(f"详情 {case.number}")
    case.leader.silence()
    return case


def state(case: Case) -> tuple[str, str | None, bool]:
    with case.world.database.reading() as session:
        row = session.scalars(select(CoHandling)).one()
        return row.state, row.reason, row.answered_at is not None


@pytest.mark.parametrize(
    "words",
    [
        "我们不管这个",
        "这不是我们的活，找财政",
        "这事不归我们管，请退回",
        "{n}我们税务没法办",
        "我们最近实在没人手，抱歉",
        "恕难配合，人手不足",
    ],
)
def test_plain_refusal_is_one_and_the_owner_reads_it(asked: Case, words: str) -> None:
    said = words.format(n=asked.number)
    assert asked.tax.say(said) == f"已告诉责任领导，{asked.number} 您这边不协办。补充理由"
    assert state(asked)[0] == "refused"
    [told] = asked.leader.silence()
    assert "不" in told
    assert asked.owner.silence() == []


@pytest.mark.parametrize(
    "words", ["不接受协办 {n} 年底清算抽不出人", "理由是年底清算抽不出人", "不接受协办 年底清算抽不出人"]
)
def test_unit_that_refused_in_few_words_adds_why(asked: Case, words: str) -> None:
    asked.tax.say("我们不管这个")
    asked.leader.silence()

    for _ in "twice":
        answer = asked.tax.say(words.format(n=asked.number))
        assert answer == f"理由已补充，责任领导会看到。{asked.number} 仍是您这边不协办。"
    assert state(asked) == ("refused", "我们不管这个；年底清算抽不出人", False)
    [told] = asked.leader.silence()
    assert "不接受协办" in told
    assert "补充理由：\n年底清算抽不出人" in told
    assert asked.owner.silence() == []
    assert asked.tax.say("算了我们办吧").startswith(f"已接受协办 {asked.number}")


def test_reason_of_a_refusal_is_asked_for_with_one_tap_and_nobody_else_may_add_one(asked: Case) -> None:
    asked.tax.say("我们不管这个")
    asked.leader.silence()

    assert asked.tax.tap("补充理由") == f"{asked.number} 为什么不能协办？请说一句，责任领导会看到。"
    assert asked.tax.say("好的").startswith(f"{asked.number} 为什么不能协办？")
    assert asked.tax.say("年底清算，抽不出人").startswith("理由已补充")
    assert state(asked) == ("refused", "我们不管这个；年底清算，抽不出人", False)
    assert "没有查到编号" in asked.power.say(f"不接受协办 {asked.number} 也没人")
    asked.world.advance(days=8)
    assert "没有查到编号" in asked.tax.say(f"不接受协办 {asked.number} 还有别的")


@pytest.mark.parametrize("words", ["算了我们办吧", "还是我们来协办", "接受协办 {n}", "接受协办"])
def test_refusal_is_taken_back_while_nobody_else_was_asked(asked: Case, words: str) -> None:
    asked.tax.say("这不是我们的事")
    asked.leader.silence()

    answer = asked.tax.say(words.format(n=asked.number))

    assert answer.startswith(f"已接受协办 {asked.number}")
    assert [verb for verb in verbs(asked.world, asked.number) if verb in {"refuse", "join"}] == [
        "refuse",
        "join",
    ]
    [told] = asked.leader.silence()
    assert "接受" in told


@pytest.mark.parametrize("words", ["算了我们办吧", "接受协办 {n}"])
def test_refusal_stands_once_somebody_else_was_asked(asked: Case, words: str) -> None:
    asked.tax.say("这不是我们的事")
    asked.leader.say(f"协办 {asked.number} 国网沈阳供电公司 查一下")

    assert f"请责任领导重新发：协办 {asked.number}" in asked.tax.say(words.format(n=asked.number))
    assert "join" not in verbs(asked.world, asked.number)


@pytest.mark.parametrize("words", ["我们办公室搬家了", "我们办不了", "好的"])
def test_other_words_after_a_refusal_take_nothing_on(asked: Case, words: str) -> None:
    asked.tax.say("这不是我们的事")

    asked.tax.say(words)

    assert "join" not in verbs(asked.world, asked.number)


@pytest.mark.parametrize("words", ["没空", "不接", "退回"])
def test_curt_refusal_is_asked_for_its_reason(asked: Case, words: str) -> None:
    assert asked.tax.say(words) == f"{asked.number} 为什么不能协办？请说一句，责任领导会看到。"
    assert state(asked) == ("asked", None, False)
    asked.tax.say("年底清算，抽不出人")
    assert state(asked) == ("refused", "年底清算，抽不出人", False)


def test_refusal_with_nothing_in_hand_is_for_the_only_task(asked: Case) -> None:
    asked.world.advance(hours=1)
    asked.tax.say("我们不管这个")
    assert state(asked)[:2] == ("refused", "我们不管这个")


def test_doubtful_words_are_kept_until_the_unit_says_which(asked: Case) -> None:
    said = asked.tax.say("这笔返还我们这边没法单独核定，要财政先出意见")
    assert said.startswith(f"您只是协办 {asked.number}，这句还没有发给责任领导")
    assert state(asked) == ("asked", None, False)
    assert asked.leader.silence() == []

    asked.tax.tap("接受，并把这句发给责任领导")
    assert state(asked) == ("joined", None, True)
    assert any("没法单独核定" in text for text in asked.leader.silence())


def test_doubtful_words_become_the_reason_of_a_refusal(asked: Case) -> None:
    asked.tax.say("这笔返还我们这边没法单独核定，要财政先出意见")
    asked.tax.tap("不接受，这句作为理由")
    assert state(asked)[:2] == ("refused", "这笔返还我们这边没法单独核定，要财政先出意见")


def test_passing_on_by_command_is_asked_about(asked: Case) -> None:
    said = asked.tax.say(f"转给 {asked.number} 财政局")
    assert said.startswith(f"您只是协办 {asked.number}，这句还没有发给责任领导")
    assert state(asked)[0] == "asked"


def test_unit_that_accepted_by_mistake_may_refuse_until_it_has_answered(asked: Case) -> None:
    asked.tax.say(f"接受协办 {asked.number}")
    assert asked.tax.say("这事不归我们管").startswith("已告诉责任领导")
    assert state(asked)[0] == "refused"


def test_unit_that_has_answered_cannot_refuse(asked: Case) -> None:
    asked.tax.say("退库手续已办完，三日内到账")
    assert asked.tax.say(f"不接受协办 {asked.number} 太忙了顾不上").startswith("这件协办您已经答复过")
    assert state(asked) == ("joined", None, True)


def test_plain_words_with_the_tasks_number_go_to_the_task(asked: Case) -> None:
    asked.world.advance(hours=1)
    said = asked.tax.say(f"{asked.number} 退库手续已办完")
    assert said.startswith("已转给责任领导副省长 安予诚")
    assert any("退库手续已办完" in text for text in asked.leader.silence())
    assert asked.owner.silence() != []  # that help was taken on, which the enterprise is told once
    assert asked.owner.silence() == []


def test_unit_takes_a_task_on_in_its_own_words(asked: Case) -> None:
    assert asked.tax.say("这个我们接了").startswith(f"已接受协办 {asked.number}")


@pytest.fixture
def idle(asked: Case) -> Case:
    """Its unit has nothing in hand any more, and nothing to do but this."""
    asked.world.advance(hours=1)
    return asked


@pytest.mark.parametrize(
    "words", ["发票核完了，没问题", "核完了", "退库手续已经办好了", "办完了", "已办结，款已退"]
)
def test_words_with_nothing_in_hand_are_the_answer_to_the_only_task(idle: Case, words: str) -> None:
    assert idle.tax.say(words).startswith("已转给责任领导副省长 安予诚")
    assert state(idle) == ("joined", None, True)
    assert any(words in text for text in idle.leader.silence())
    assert not any(words in text for text in idle.owner.silence())


@pytest.mark.parametrize(
    "words",
    [
        *("接受", "好的我们接", "我们接了", "好的，收到，我们马上办", "可以", "同意协办", "没问题，这就安排"),
        *("行，我们尽快核实", "接下来了"),
    ],
)
def test_only_task_is_taken_on_in_own_words(idle: Case, words: str) -> None:
    assert idle.tax.say(words).startswith(f"已接受协办 {idle.number}")
    assert state(idle) == ("joined", None, False)


@pytest.mark.parametrize("words", ["好的", "收到", "谢谢", "嗯"])
def test_what_only_shows_that_it_was_read_takes_nothing_on(idle: Case, words: str) -> None:
    idle.tax.say(words)
    assert state(idle) == ("asked", None, False)
    assert idle.leader.silence() == []


def test_picture_with_nothing_in_hand_is_for_the_only_task(idle: Case) -> None:
    send_picture(idle.tax)
    assert state(idle) == ("joined", None, True)


def test_words_of_a_unit_with_several_tasks_are_kept_until_it_says_which(idle: Case) -> None:
    other = number_in(idle.owner.say("新诉求 科技局答应的研发补贴一年了还没拨下来"))
    idle.leader.say(f"受理 {other}")
    idle.leader.say(f"协办 {other} 税务局 请核补贴")
    assert idle.tax.say("发票核完了，没问题").startswith("这句话没有发给任何人，先替您留着。是给哪一件的？")
    assert state_of(idle, other) == "asked"
    assert idle.tax.tap(f"答复{other}责任领导").startswith("已转给责任领导")
    assert state_of(idle, other) == "joined"
    assert any("发票核完了，没问题" in text for text in idle.leader.silence())


def test_more_about_an_answered_task_is_kept_and_one_tap_sends_it(idle: Case) -> None:
    idle.tax.say("发票核完了，没问题")
    idle.leader.silence()
    idle.world.advance(hours=1)
    assert "先替您留着" in idle.tax.say("补充一点，还有一张红字发票")
    assert idle.tax.tap(f"答复{idle.number}责任领导").startswith("已转给责任领导")
    assert any("红字发票" in text for text in idle.leader.silence())


def state_of(case: Case, number: str) -> str:
    with case.world.database.reading() as session:
        found = select(CoHandling.state).where(CoHandling.ticket_id == ticket_id_of(number))
        return session.scalars(found).one()
