"""The enterprise has the last word on whether it is solved, however it is put, and about the right case."""

import pytest
from sqlalchemy import func, select

from models.rules.numbers import ticket_id_of
from models.tables import Ticket
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import World

MATTERS = (
    "新诉求 给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结",
    "新诉求 新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万",
    "新诉求 网上有人卖假冒我们商标的产品，包装一模一样，投诉了也没人管",
)


def resolved(world: World, matter: str, openid: str = OWNER) -> str:
    """Bring a case to where the enterprise is asked whether it is solved; it is in nobody's hand."""
    number = number_in(world.phone(openid).say(matter))
    world.phone(LEADER).say(f"受理 {number}")
    world.phone(LEADER).say(f"办结 {number} 已经办妥")
    world.advance(minutes=11)
    return number


def status(world: World, number: str) -> tuple[str, int]:
    """Return where a case stands, and how often it came back."""
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        return ticket.status, ticket.rebounds


def test_bare_objection_with_several_cases_waiting_asks_and_reopens_nothing(world: World) -> None:
    owner = world.phone(OWNER)
    closed, *waiting = (resolved(world, matter) for matter in MATTERS)
    owner.say(f"确认 {closed}")

    answer = owner.say("没解决")

    assert answer.startswith("要反映没解决哪一件？")
    assert all(number in answer for number in waiting)
    assert [status(world, number) for number in (closed, *waiting)] == [
        ("closed", 0),
        ("resolved", 0),
        ("resolved", 0),
    ]


def test_bare_objection_means_the_case_that_waits_and_not_the_one_written_off(world: World) -> None:
    owner = world.phone(OWNER)
    closed, waiting = (resolved(world, matter) for matter in MATTERS[:2])
    owner.say(f"确认 {closed}")

    assert owner.say("没解决 还差一半").startswith(f"好，{waiting}「新车间下个月投产")
    assert [status(world, number) for number in (closed, waiting)] == [("closed", 0), ("accepted", 0)]


def test_bare_objection_while_looking_at_a_written_off_case_asks(world: World) -> None:
    owner = world.phone(OWNER)
    closed, waiting = (resolved(world, matter) for matter in MATTERS[:2])
    owner.say(f"确认 {closed}")
    owner.say(f"进度 {closed}")

    assert owner.say("没解决").startswith("要反映没解决哪一件？")
    assert [status(world, number) for number in (closed, waiting)] == [("closed", 0), ("resolved", 0)]


def test_bare_objection_with_nothing_waiting_is_a_rebound(world: World) -> None:
    owner = world.phone(OWNER)
    closed = resolved(world, MATTERS[0])
    owner.say(f"确认 {closed}")

    assert owner.say("没解决 又欠了").startswith(f"好，{closed}「给开发区管委会")
    assert status(world, closed) == ("accepted", 1)


def test_traditional_characters_confirm_and_object(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    first, second = (resolved(world, matter) for matter in MATTERS[:2])
    leader.silence()

    assert owner.say(f"沒解決 {first} 還差一半").startswith(f"好，{first}「")
    assert "還差一半" in leader.news()["text"]
    assert owner.say(f"確認 {second}").startswith(f"谢谢您的认可，{second}「")
    assert [status(world, number) for number in (first, second)] == [("accepted", 0), ("closed", 0)]


def tickets(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Ticket)) or 0


PLAIN = ("已经解决了，谢谢", "解决了", "謝謝領導，已經解決了", "问题已解决", "终于办好了，非常感谢各位领导")
RATED = {"满意": "satisfied", "非常满意，谢谢": "satisfied", "不满意": "dissatisfied", "五星": "satisfied"}
UNSURE = ("解决了？", "解决", "款到了，问题解决了")


def test_plain_words_confirm_the_only_case_that_waits(world: World) -> None:
    owner = world.phone(OWNER)
    for words in PLAIN:
        number = resolved(world, MATTERS[0])
        assert owner.say(words).startswith(f"谢谢您的认可，{number}「"), words
        assert status(world, number) == ("closed", 0)
    assert tickets(world) == len(PLAIN)


def test_unsure_words_offer_both_answers_and_change_nothing(world: World) -> None:
    owner = world.phone(OWNER)
    number = resolved(world, MATTERS[0])
    for words in UNSURE:
        answer = owner.say(words)
        assert answer.startswith("谢谢您告诉我们。是哪一件、解决了没有？"), words
        assert number in answer
        assert status(world, number) == ("resolved", 0)
    assert tickets(world) == 1

    assert owner.tap("确认解决").startswith(f"谢谢您的认可，{number}「")


def test_content_is_a_rating_and_the_last_word_is_still_asked_for(world: World) -> None:
    owner = world.phone(OWNER)
    number = resolved(world, MATTERS[0])
    for words, rating in RATED.items():
        assert owner.say(words).endswith("是否解决，还等您一句话：确认解决　没解决"), words
        assert status(world, number) == ("resolved", 0)
        with world.database.reading() as session:
            assert session.get_one(Ticket, ticket_id_of(number)).rated_result == rating
    assert tickets(world) == 1

    assert owner.tap("确认解决").startswith(f"谢谢您的认可，{number}「")


def test_plain_words_are_not_acted_on_while_several_cases_wait(world: World) -> None:
    owner = world.phone(OWNER)
    numbers = [resolved(world, matter) for matter in MATTERS[:2]]

    answer = owner.say("已经解决了，谢谢")

    assert all(number in answer for number in numbers)
    assert [status(world, number) for number in numbers] == [("resolved", 0)] * 2
    owner.tap("没解决")
    assert sorted(status(world, number)[0] for number in numbers) == ["accepted", "resolved"]


def test_plain_words_are_not_acted_on_while_another_case_is_spoken_about(world: World) -> None:
    owner = world.phone(OWNER)
    waiting = resolved(world, MATTERS[0])
    owner.say(MATTERS[1])

    assert waiting in owner.say("已经解决了")
    assert status(world, waiting) == ("resolved", 0)


def test_word_on_a_colleagues_case_is_asked_for(world: World) -> None:
    number = resolved(world, MATTERS[0], PARTNER)

    assert number in world.phone(OWNER).say("已经解决了，谢谢")
    assert status(world, number) == ("resolved", 0)


@pytest.mark.parametrize("words", ["问题还没解决", "没办好", "沒有解決"])
def test_plain_objection_reopens_the_only_case_that_waits(world: World, words: str) -> None:
    owner = world.phone(OWNER)
    number = resolved(world, MATTERS[0])

    assert "请说说还差什么" in owner.say(words)
    assert status(world, number) == ("accepted", 0)
    assert owner.say("只到了一半").startswith(f"已记到 {number}")


@pytest.mark.parametrize("openid", [OWNER, "o-nobody"])
def test_how_it_went_opens_no_ticket_where_nothing_waits(world: World, openid: str) -> None:
    for words in ("满意", "已经解决了，谢谢", "问题还没解决", "不满意", "五星", "差评"):
        answer = world.phone(openid).say(words)
        assert answer.startswith("谢谢您告诉我们。现在没有等您确认的诉求"), words
    assert tickets(world) == 0
    assert world.unsettled() == 0


def test_good_end_before_the_owner_says_so_is_passed_on(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(MATTERS[0]))
    leader.say(f"受理 {number}")
    leader.silence()

    assert owner.say("已经解决了，谢谢").endswith("，转给了负责人。办结后会请您确认。")
    assert "已经解决了，谢谢" in leader.news()["text"]
    assert owner.say("还是没解决").endswith("，转给了负责人。还差什么，接着发就行。")
    assert (status(world, number), tickets(world)) == (("accepted", 0), 1)


def test_good_end_of_another_matter_can_be_told_apart_by_tapping(world: World) -> None:
    owner = world.phone(OWNER)
    number = resolved(world, MATTERS[0])
    owner.say("隔壁欠的货款也都解决了")

    assert number_in(owner.tap("都不是，这是新诉求")) != number
    assert status(world, number) == ("resolved", 0)
