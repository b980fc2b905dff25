"""A leader goes away: a deputy acts, the owner stays the owner, and nothing is left to nobody."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.actions import delegations, roster
from models.actions.delegations import DelegationRefused, Why
from models.actions.people import meet
from models.rules.numbers import ticket_id_of
from models.tables import Delegation, Event, OfficialKind, Person, Ticket
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OFFICE, OWNER
from tests.world import World

REQUEST = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
WATCH = "o-watch"


def bind(world: World, openid: str, name: str, *, kind: OfficialKind = OfficialKind.LEADER) -> int:
    """Put another official of the province on the roster, with a phone."""
    with world.database.transaction() as session:
        row = roster.add_official(
            session,
            name=name,
            post="处长",
            department="督查室",
            region="210000",
            kind=kind,
            now=world.clock(),
        )
        person_id = meet(session, openid, now=world.clock()).person_id
        session.get_one(Person, person_id).official_id = row.id
        official_id = row.id
    world.phone(openid).say("帮助")
    return official_id


def test_deputy_acts_under_both_names_and_the_owner_stays(world: World) -> None:
    owner, leader, deputy = world.phone(OWNER), world.phone(LEADER), world.phone(OFFICE)
    deputy.say("帮助")
    number = number_in(owner.say(REQUEST))
    leader.silence()
    assert "没有查到编号" in deputy.say(f"详情 {number}")

    assert leader.say("委托 简闻和 今天到下周五").startswith("已委托省营商局局长 简闻和，11月24日至12月4日")
    assert "副省长 安予诚已委托省营商局局长 简闻和：11月24日至12月4日" in deputy.news()["text"]
    leader.silence()

    assert number in deputy.say("待办")
    deputy.say(f"受理 {number}")
    accepted = owner.news()["text"]
    assert "受副省长 安予诚委托，省营商局局长 简闻和已受理您的诉求" in accepted
    deputy.say("明天到现场看")
    assert "受副省长 安予诚委托，省营商局局长 简闻和就" in owner.news()["text"]
    assert "受托 简闻和：明天到现场看" in leader.say(f"详情 {number}")

    owner.say(f"补充 {number} 合同已备好")
    assert ["合同已备好" in phone.news()["text"] for phone in (leader, deputy)] == [True, True]
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        assert ticket.owner_id == world.roster.officials["leader"]
        reply = session.scalars(select(Event).where(Event.verb == "reply")).one()
        assert (reply.actor_id, reply.data["deputy_for"]) == (
            world.roster.officials["office"],
            world.roster.officials["leader"],
        )


def test_delegation_begins_and_ends_by_itself(world: World) -> None:
    owner, leader, deputy = world.phone(OWNER), world.phone(LEADER), world.phone(OFFICE)
    number = number_in(owner.say(REQUEST))
    leader.say("委托 简闻和 11月26日-11月27日")

    found = []
    for _ in range(5):
        found.append("没有查到编号" not in deputy.say(f"详情 {number}"))
        world.advance(days=1)
    assert found == [False, False, True, True, False]


def test_deputy_reads_in_whose_place_and_both_hear_when_it_has_run_out(world: World) -> None:
    owner, leader, deputy = world.phone(OWNER), world.phone(LEADER), world.phone(OFFICE)
    number = number_in(owner.say(REQUEST))
    leader.say("委托 简闻和 今天")
    shown = deputy.say(f"详情 {number}")
    assert "受副省长 安予诚委托，由您代办：" in shown
    assert "尚未绑定" not in shown
    for phone in (leader, deputy):
        phone.silence()

    world.advance(hours=21)
    world.strike()
    assert (leader.silence(), deputy.silence()) == ([], [])  # at seven nobody is told
    world.advance(hours=2)
    world.strike()
    over = "副省长 安予诚对省营商局局长 简闻和的委托（11月24日）已到期，在办诉求仍由委托人办理。"
    assert [sum(over in text for text in phone.silence()) for phone in (leader, deputy)] == [1, 1]
    assert deputy.say("再跟管委会谈谈") == "这句话没有发给任何企业。\n手头没有待办诉求。"
    world.strike()
    assert [text for text in leader.silence() if "委托" in text] == []


def test_what_ran_out_long_ago_is_over_without_a_word(world: World) -> None:
    world.phone(LEADER).say("委托 简闻和 今天")
    world.phone(OFFICE).silence()
    world.advance(days=10)
    world.strike()
    world.phone(OFFICE).say("待办")
    assert [text for text in world.phone(OFFICE).silence() if "已到期" in text] == []
    with world.database.reading() as session:
        assert session.scalars(select(Delegation.ended_at)).one() is not None


def test_delegation_ended_early_is_over_at_once(world: World) -> None:
    owner, leader, deputy = world.phone(OWNER), world.phone(LEADER), world.phone(OFFICE)
    number = number_in(owner.say(REQUEST))
    leader.say("委托 简闻和 今天到下周五")
    assert "11月24日至12月4日委托简闻和" in leader.say("委托")
    assert number in deputy.say(f"详情 {number}")

    assert leader.say("委托 取消") == "已结束：11月24日至12月4日委托简闻和。"
    assert "没有查到编号" in deputy.say(f"详情 {number}")
    assert leader.say("委托 取消").startswith("现在没有委托。")


def test_leave_without_a_deputy_is_reported_to_the_supervisor(world: World) -> None:
    leader = world.phone(LEADER)
    bind(world, WATCH, "佟望川", kind=OfficialKind.SUPERVISOR)

    assert "无人代办，已报督查" in leader.say("委托 无人 12月1日-12月5日")
    assert world.phone(WATCH).news()["text"] == (
        "副省长 安予诚12月1日至12月5日不在岗，没有人受托代办。请督促安排。"
    )


def test_aide_deputises_for_the_own_desk_but_delegates_nothing(world: World) -> None:
    owner, leader, aide = world.phone(OWNER), world.phone(LEADER), world.phone(AIDE)
    number = number_in(owner.say(REQUEST))
    assert aide.say("委托 简闻和 今天") == "委托由领导本人来办。"

    assert "已委托专班联络员 程小满，11月24日至11月27日" in leader.say("委托 程小满今天到周五")
    aide.say(f"回复 {number} 我先来对接")
    owner_news = [text for text in owner.silence() if "我先来对接" in text]
    assert ["受副省长 安予诚委托，专班联络员 程小满" in text for text in owner_news] == [True]


def test_delegations_neither_overlap_nor_chain(world: World) -> None:
    third = bind(world, "o-third", "连山月")
    fourth = bind(world, "o-fourth", "沐春和")
    leader, office, aide = (world.roster.officials[name] for name in ("leader", "office", "aide"))
    today = date(2026, 11, 24)

    def delegated(who: int, deputy: int | None, first: int, last: int) -> Why | None:
        try:
            with world.database.transaction() as session:
                delegations.delegate(
                    session,
                    official_id=who,
                    deputy_id=deputy,
                    starts_on=today + timedelta(days=first),
                    ends_on=today + timedelta(days=last),
                    now=world.clock(),
                )
        except DelegationRefused as refused:
            return refused.why
        return None

    assert delegated(leader, office, 0, 5) is None
    assert delegated(leader, third, 5, 6) is Why.OVERLAPS
    assert delegated(leader, third, 6, 7) is None
    assert delegated(office, third, 5, 9) is Why.CHAINS
    assert delegated(fourth, leader, 3, 3) is Why.CHAINS
    assert delegated(fourth, leader, 8, 9) is None
    assert delegated(third, third, 20, 21) is Why.UNFIT
    assert delegated(third, aide, 20, 21) is Why.UNFIT
    assert delegated(aide, third, 20, 21) is Why.NOT_A_LEADER
    assert delegated(third, None, -3, -1) is Why.PAST
    assert delegated(third, None, 20, 400) is Why.TOO_LONG
    with world.database.reading() as session:
        assert len(session.scalars(select(Delegation.id)).all()) == 3


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("委托 查无此人 今天到周五", "没有找到可以受托的"),
        ("委托 简闻和", "委托简闻和哪几天？"),
        ("委托 简闻和 昨天吧", "委托简闻和哪几天？"),
    ],
)
def test_words_that_name_nobody_or_no_days_change_nothing(world: World, words: str, answer: str) -> None:
    assert answer in world.phone(LEADER).say(words)
    with world.database.reading() as session:
        assert session.scalars(select(Delegation.id)).all() == []


def test_two_of_one_name_are_told_apart_by_a_tap(world: World) -> None:
    leader = world.phone(LEADER)
    for openid in ("o-one", "o-two"):
        bind(world, openid, "连山月")

    asked = leader.say("委托 连山月 明天到周五")
    assert asked == "叫这个名字的不止一位，委托哪一位？\n处长 连山月\n处长 连山月\n"
    assert leader.tap("处长 连山月").startswith("已委托处长 连山月，11月25日至11月27日")


@pytest.mark.parametrize(
    "said",
    [
        "我回来了，委托取消",
        "我提前回来了，取消委托吧",
        "委托可以结束了",
        "我已经回来了，不用程小满代了",
        "取消委托，我回单位了",
    ],
)
def test_who_is_back_ends_the_delegation_in_plain_words(world: World, said: str) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    owner.silence()
    leader.say("委托 程小满 今天 下周五")

    assert leader.say(said).startswith("已结束：11月24日至12月4日委托程小满")
    assert leader.say("委托").startswith("现在没有委托")
    assert owner.silence() == []


def test_who_is_back_and_says_so_to_the_enterprise_ends_nothing(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    number = number_in(owner.say(REQUEST))
    leader.say(f"受理 {number}")
    owner.silence()
    leader.say("委托 程小满 今天 下周五")

    leader.say(f"详情 {number}")
    leader.say("我回来了，明天到您厂里看看")
    assert len(owner.silence()) == 1
    assert "程小满" in leader.say("委托")
