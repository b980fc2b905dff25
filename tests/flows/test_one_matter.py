"""An enterprise says the same thing twice: one matter, one line, until somebody takes it apart."""

import csv
import io
import secrets
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.verifying import CHECKS
from models.actions import access
from models.queries import marks, past_wall, proof
from models.queries.comparing import changes
from models.queries.ledger import Asked, entries
from models.queries.second_look import Position
from models.rules.numbers import ticket_id_of
from models.rules.replay import replay
from models.tables import Clock, Event, Merge, Outbox, Ticket
from tests.conftest import Makers
from tests.databases import KINDS
from tests.flows.reading import number_in
from tests.roster import AIDE, LEADER, OWNER, PARTNER, supervisor
from tests.unit.bot.test_second_look import settle
from tests.world import Phone, World

DEBT = "开发区管委会欠我们厂区道路工程款三百二十万，验收一年多了一直不给结"
AGAIN = "开发区管委会欠我们厂区道路工程款三百二十万，验收都一年多了还是不给结清"
OTHER = "滨河新区管委会欠我们厂区道路工程款三百二十万，验收一年多了一直不给结"


def twice(world: World) -> tuple[str, str]:
    """Let an enterprise say one thing, and a colleague the same as a new request."""
    first = number_in(world.phone(OWNER).say(DEBT))
    world.advance(hours=3)
    return first, number_in(world.phone(PARTNER).say(f"新诉求 {AGAIN}"))


def twice_in_hand(world: World, *, is_taken_on: bool) -> tuple[str, str]:
    """Let both bring the same matter to a leader who is there, and who has taken both on or has not yet."""
    leader = world.phone(LEADER)
    leader.say("待办")
    numbers = twice(world)
    for number in numbers if is_taken_on else ():
        leader.say(f"受理 {number}")
    return numbers


def stored(world: World, number: str) -> tuple[Any, ...]:
    """Return all that is stored of a case and of its clocks."""
    key = ticket_id_of(number)
    with world.database.reading() as session:
        row = session.execute(select(*Ticket.__table__.c).where(Ticket.id == key)).one()
        columns = [each for each in Clock.__table__.c if each.name != "id"]
        clocks = select(*columns).where(Clock.ticket_id == key).order_by(Clock.name, Clock.started_at)
        return row, [tuple(each) for each in session.execute(clocks)]


def is_whole(world: World) -> None:
    """Everything that is kept is what the events tell, and every chain is whole."""
    assert proof.verify(world.database).flaws == []
    with world.database.reading() as session:
        assert [(name, list(check(session, world.clock()))) for name, check in CHECKS] == [
            (name, []) for name, _ in CHECKS
        ]
    assert world.unsettled() == 0


def ask(world: World, path: str, **params: Any) -> Any:
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(
            session, raw, name=secrets.token_hex(4), role="supervisor", region=None, now=world.clock()
        )
    answer = world.web.get(f"/api/v1{path}", params=params, headers={"Authorization": f"Bearer {raw}"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def watch(world: World, openid: str = "o-watch", region: str = "210000") -> Phone:
    """Put a supervisor of a region on the roster; return their phone."""
    with world.database.transaction() as session:
        supervisor(session, openid, region=region, now=world.clock())
    return world.phone(openid)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_once_more_is_offered_merged_told_and_taken_apart_as_it_was(
    fresh_url: Makers, kind: str
) -> None:
    with World.running(fresh_url[kind]()) as world:
        leader, owner, partner = world.phone(LEADER), world.phone(OWNER), world.phone(PARTNER)
        leader.say("待办")
        first, second = twice(world)
        world.advance(hours=1)
        owner.say("进度")
        for phone in (leader, owner, partner):
            phone.silence()
        before = stored(world, first), stored(world, second)

        told = partner.tap("是，并案")
        assert told.startswith(f"{second} 已并入 {first}")
        assert "期限按先提的算" in told
        (desk,) = leader.silence()
        assert f"{second}「" in desk
        assert f"已由企业并入 {first}" in desk
        (colleague,) = owner.silence()
        assert f"已由企业并入 {first}" in colleague
        assert stored(world, first)[1] == before[0][1], "the earlier case's clocks are as they were"
        assert stored(world, second)[1] == [], "and the later one has none"
        is_whole(world)

        taken = partner.say(f"拆案 {second}")
        assert taken.startswith(f"{second}「")
        assert stored(world, first) == before[0]
        assert stored(world, second) == before[1]
        assert any("拆开" in text for text in leader.silence())
        assert any("拆开" in text for text in owner.silence())
        is_whole(world)


def test_another_debtor_is_not_offered_and_a_word_more_of_one_is(world: World) -> None:
    owner = world.phone(OWNER)
    number_in(owner.say(DEBT))
    assert "并案" not in owner.say(f"新诉求 {OTHER}")
    assert "并案" not in owner.say("新诉求 厂房电容量不够，想增容到800千伏安，供电所说线路满了")
    assert "并案" in owner.say(f"新诉求 {AGAIN}")


def test_what_happens_to_the_main_case_is_told_to_both_authors_once(world: World) -> None:
    leader, owner, partner = world.phone(LEADER), world.phone(OWNER), world.phone(PARTNER)
    leader.say("待办")
    first, second = twice(world)
    partner.tap("是，并案")
    for phone in (leader, owner, partner):
        phone.silence()
    leader.say(f"受理 {first}")
    leader.say(f"办结 {second} 已协调付清全部款项")  # the number of the merged case stands for its main one
    for phone in (owner, partner):
        heard = phone.silence()
        assert sum("已协调付清全部款项" in text for text in heard) == 1, heard
        assert all(second not in text for text in heard)
    assert first in partner.say(f"进度 {second}")
    assert partner.say(f"确认 {second}").count(first)
    is_whole(world)


def test_words_for_the_merged_number_reach_the_main_case(world: World) -> None:
    leader, partner = world.phone(LEADER), world.phone(PARTNER)
    leader.say("待办")
    first, second = twice(world)
    partner.tap("是，并案")
    leader.silence()
    assert f"已记到 {first}" in partner.say(f"补充 {second} 他们上周又说要等审计")
    assert any("又说要等审计" in text and first in text for text in leader.silence())
    is_whole(world)


def test_owner_merges_and_the_enterprise_hears_and_can_undo_it(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    first = number_in(owner.say(DEBT))
    second = number_in(owner.say(f"新诉求 {OTHER}"))
    owner.silence()
    assert leader.say(f"并案 {first} {second}").startswith(f"{second} 已并入 {first}")
    (told,) = owner.silence()
    assert f"已由责任领导并入 {first}" in told
    assert owner.tap("不是一件事，拆案").startswith(f"{second}「")
    assert world.phone(AIDE).say(f"并案 {second} {first}").startswith(f"{second} 已并入 {first}")
    is_whole(world)


def test_refusals_say_why(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    first = number_in(owner.say(DEBT))
    second = number_in(owner.say(f"新诉求 {AGAIN}"))
    assert owner.say(f"并案 {first}").startswith("哪两件是同一件事")
    assert owner.say(f"并案 {first} {first}").startswith("这是同一个编号")
    assert "没有查到编号" in owner.say(f"并案 {first} 1234")
    assert "这里没有并过的诉求" in owner.say(f"拆案 {second}")
    leader.say(f"受理 {second}")
    assert "请先受理先提的一件" in owner.say(f"并案 {second} {first}")
    leader.say(f"办结 {second} 已协调付清全部款项")
    assert "不能并案" in owner.say(f"并案 {second} {first}")
    stranger = world.phone("o-nobody")
    mine = number_in(stranger.say("厂房电容量不够，想增容到800千伏安"))
    assert "没有查到编号" in stranger.say(f"并案 {mine} {first}")
    is_whole(world)


def test_a_case_with_help_asked_for_cannot_be_merged(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    first = number_in(owner.say(DEBT))
    second = number_in(owner.say(f"新诉求 {AGAIN}"))
    leader.say(f"协办 {second} 省营商局 核实欠款")
    assert "办完再并案" in owner.say(f"并案 {second} {first}")
    leader.say(f"结束协办 {second} 简闻和")
    assert owner.say(f"并案 {second} {first}").startswith(f"{second} 已并入")


@pytest.mark.parametrize("kind", KINDS)
def test_one_matter_is_one_line_in_ledgers_and_rates_now_and_as_it_was(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind]()) as world:
        leader, partner = world.phone(LEADER), world.phone(PARTNER)
        first, second = twice(world)
        two = world.clock()
        world.advance(hours=1)
        partner.tap("是，并案") if partner.say("进度") else None
        one = world.clock()
        world.advance(hours=1)
        leader.say(f"受理 {first}")
        accepted = world.clock()

        def received(at: Any) -> tuple[int, int]:
            with world.database.reading() as session:
                places = past_wall.wall_at(session, None, at, now=world.clock()).places
            return sum(each.received for each in places.values()), sum(c.merged for c in places.values())

        assert [received(at) for at in (two, one, accepted)] == [(2, 0), (1, 1), (1, 1)]
        with world.database.reading() as session:
            lines = list(entries(session, Asked("arrears", accepted)))
        assert [each.ticket_id for each in lines] == [ticket_id_of(first)]
        total = ask(world, "/rates", by="type")
        assert [each["counts"]["received"] for each in total["items"] if each["key"] == "arrears"] == [1]
        shown = ask(world, f"/tickets/{second}")
        assert (shown["status"], shown["merged_into"]) == ("merged", first)

        world.advance(hours=1)
        partner.say(f"拆案 {second}")
        leader.say(f"受理 {second}")
        assert [received(at) for at in (two, one, world.clock())] == [(2, 0), (1, 1), (2, 0)]
        with world.database.reading() as session:
            now = list(entries(session, Asked("arrears", world.clock())))
            then = list(entries(session, Asked("arrears", accepted)))
        assert [each.place.number for each in now] == [1, 2], "no number was lost"
        assert [each.ticket_id for each in then] == [ticket_id_of(first)]
        is_whole(world)


def test_a_merged_case_goes_where_its_main_case_goes(world: World) -> None:
    partner = world.phone(PARTNER)
    first, second = twice(world)
    partner.tap("是，并案")
    watch(world).say(f"改派 {first} 简闻和 原责任领导回避")
    with world.database.reading() as session:
        rows = session.scalars(select(Ticket).order_by(Ticket.id)).all()
        assert len({row.owner_id for row in rows}) == 1
        assert rows[0].owner_id == world.roster.officials["office"]
        assert [row.hops for row in rows] == [1, 0], "nobody passed the later one on: it went along"
    is_whole(world)
    partner.say(f"拆案 {second}")
    is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_taken_on", [False, True])
def test_what_was_merged_into_a_case_that_is_withdrawn_goes_on_as_it_was(
    fresh_url: Makers, kind: str, *, is_taken_on: bool
) -> None:
    with World.running(fresh_url[kind]()) as world:
        leader, owner, partner = world.phone(LEADER), world.phone(OWNER), world.phone(PARTNER)
        first, second = twice_in_hand(world, is_taken_on=is_taken_on)
        world.advance(hours=1)
        before = stored(world, second)
        assert leader.say(f"并案 {second} {first}").startswith(f"{second} 已并入 {first}")
        owner.say("进度")
        partner.say("进度")
        for phone in (leader, owner, partner):
            phone.silence()
        world.advance(minutes=5)

        told = owner.say(f"撤回 {first}")
        assert told.startswith(f"{first}「")
        assert f"并入其中的 {second}「" in told
        assert stored(world, second) == before, "it is what it was, with its dates and its owner"
        again = f"原并入的 {first} 已由企业撤回，这件接着办，单独办理"
        assert sum(again in text for text in leader.silence()) == 1
        assert second in partner.say(f"进度 {second}")  # what was held for today's budget comes now
        assert sum(again in text for text in partner.silence()) == 1
        assert not any(again in text for text in owner.silence()), "who took it back has read it"
        with world.database.reading() as session:
            facts = select(Event).where(Event.ticket_id == ticket_id_of(second)).order_by(Event.seq)
            rows = session.scalars(facts).all()
            state = replay(rows)
            assert (rows[-1].verb, rows[-1].actor_role) == ("revive" if is_taken_on else "separate", "system")
            assert state is not None
            assert state.merged_into is None
            assert session.scalars(select(Merge)).all() == []
            carried = select(Event).where(Event.ticket_id == ticket_id_of(first)).order_by(Event.seq.desc())
            assert session.scalars(carried).first().data["carries"] == []  # type: ignore[union-attr]
        is_whole(world)
        assert owner.tap("撤回").startswith(f"{second}「")
        assert received(world) == 0
        is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("is_taken_on", [False, True])
def test_withdrawing_a_merged_number_takes_back_that_case_and_no_other(
    fresh_url: Makers, kind: str, *, is_taken_on: bool
) -> None:
    with World.running(fresh_url[kind]()) as world:
        leader, owner, partner = world.phone(LEADER), world.phone(OWNER), world.phone(PARTNER)
        first, second = twice_in_hand(world, is_taken_on=is_taken_on)
        before = stored(world, first)
        assert leader.say(f"并案 {second} {first}").startswith(f"{second} 已并入 {first}")
        owner.say("进度")
        partner.say("进度")
        seen = leader.say(f"详情 {second}")
        for phone in (leader, owner, partner):
            phone.silence()
        world.advance(minutes=5)
        stranger = world.phone("o-nobody")
        number_in(stranger.say("厂房电容量不够，想增容到800千伏安"))
        assert "没有查到编号" in stranger.say(f"撤回 {second}")
        assert leader.say(f"详情 {second}") == seen, "whoever works on it reads of the main case, as ever"

        told = partner.say(f"撤回 {second} 钱已经付清了，不用办了")
        assert told.startswith(f"{second}「")
        assert "已撤回" in told
        assert f"它原来并入的 {first}「" in told
        assert "没有撤回，接着办理" in told
        assert statuses(world, first, second) == ["accepted" if is_taken_on else "open", "withdrawn"]
        assert stored(world, first) == before, "it goes on as it was, with its dates"
        heard = leader.silence()
        assert sum("企业已撤回" in text for text in heard) == 1
        assert sum(f"它原并入的 {first}「" in text for text in heard) == 1
        assert sum("钱已经付清了，不用办了" in text and second in text for text in heard) == 1
        assert not any("拆开" in text for text in heard), "it is told once"
        assert first in owner.say("进度")
        assert sum(f"{second}「" in text and "已撤回" in text for text in owner.silence()) == 1
        with world.database.reading() as session:
            verbs = select(Event.verb).where(Event.ticket_id == ticket_id_of(second)).order_by(Event.seq)
            apart = "revive" if is_taken_on else "separate"
            assert list(session.scalars(verbs))[-4:] == ["merge", apart, "follow_up", "withdraw"]
            assert session.scalars(select(Merge)).all() == []
            for number, status in ((first, before[0].status), (second, "withdrawn")):
                facts = select(Event).where(Event.ticket_id == ticket_id_of(number)).order_by(Event.seq)
                state = replay(session.scalars(facts).all())
                assert state is not None
                assert (state.status, state.merged_into) == (status, None)
        assert received(world) == 1
        is_whole(world)
        assert partner.tap("撤回").startswith(f"{first}「"), "who means the whole matter taps once more"
        assert statuses(world, first, second) == ["withdrawn", "withdrawn"]
        is_whole(world)


@pytest.mark.parametrize(
    ("words", "tap"), [("{}不办了", "撤回"), ("撤了{}吧", "撤回"), ("取消 {}", "撤回 {}")]
)
def test_withdrawing_a_merged_number_in_own_words_offers_that_case(
    world: World, words: str, tap: str
) -> None:
    partner = world.phone(PARTNER)
    first, second = twice(world)
    partner.tap("是，并案")
    asked = partner.say(words.format(second))
    assert second in asked
    assert first not in asked
    assert statuses(world, first, second) == ["open", "merged"], "free words withdraw nothing"
    assert partner.tap(tap.format(second)).startswith(f"{second}「")
    assert statuses(world, first, second) == ["open", "withdrawn"]
    is_whole(world)


def test_merged_number_of_a_matter_that_is_done_is_not_withdrawn(world: World) -> None:
    """What settled the matter settled it for all that it carries."""
    leader, partner = world.phone(LEADER), world.phone(PARTNER)
    first, second = twice(world)
    partner.tap("是，并案")
    leader.say(f"受理 {first}")
    leader.say(f"办结 {first} 已协调付清全部款项")
    assert "已撤回" not in partner.say(f"撤回 {second}")
    assert statuses(world, first, second) == ["resolved", "merged"]
    is_whole(world)


def test_whoever_withdraws_a_case_that_carried_many_reads_of_five_and_hears_of_the_others(
    world: World,
) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    leader.say("待办")
    first = number_in(owner.say(DEBT))
    carried: list[str] = []
    for _ in range(20):
        world.advance(minutes=1)
        carried.append(number_in(owner.say(f"新诉求 {DEBT}，第{len(carried) + 2}次来信")))
        assert owner.say(f"并案 {carried[-1]} {first}").startswith(f"{carried[-1]} 已并入 {first}")
    owner.silence()

    told = owner.say(f"撤回 {first}")
    assert [number for number in carried if f"并入其中的 {number}「" in told] == carried[:5]
    assert "等 20 件都接着单独办理" in told, "the answer is whole"
    assert statuses(world, first, *carried) == ["withdrawn", *["open"] * 20]
    with world.database.reading() as session:
        rows = session.scalars(select(Outbox).where(Outbox.kind == "separated")).all()
        theirs = [row.payload["number"] for row in rows if row.payload["for"] == "enterprise"]
    assert sorted(theirs) == sorted(carried[5:])
    is_whole(world)


def statuses(world: World, *numbers: str) -> list[str]:
    with world.database.reading() as session:
        return [session.get_one(Ticket, ticket_id_of(each)).status for each in numbers]


def test_case_whose_clock_ran_out_meanwhile_is_late_when_it_is_taken_apart(world: World) -> None:
    partner, leader = world.phone(PARTNER), world.phone(LEADER)
    _, second = twice(world)
    before = stored(world, second)[1]
    partner.tap("是，并案")
    world.advance(days=9)
    world.strike()
    with world.database.reading() as session:
        warned = select(Event.verb).where(Event.ticket_id == ticket_id_of(second))
        assert "warn" not in session.scalars(warned).all(), "a merged case warns of nothing"
    partner.say(f"拆案 {second}")
    assert stored(world, second)[1] == before
    leader.say("待办")
    world.strike()
    with world.database.reading() as session:
        assert "warn" in session.scalars(warned).all()
        facts = select(Event).where(Event.ticket_id == ticket_id_of(second)).order_by(Event.seq)
        state = replay(session.scalars(facts).all())
        assert state is not None
        assert state.running()
        assert session.scalars(select(Merge)).all() == []
    is_whole(world)


def test_tapping_twice_merges_once(world: World) -> None:
    partner = world.phone(PARTNER)
    first, second = twice(world)
    partner.say(f"并案 {second} {first}")
    again = partner.say(f"并案 {second} {first}")
    assert "不能并案" in again
    with world.database.reading() as session:
        merges = session.scalars(select(Event).where(Event.verb == "merge")).all()
    assert len(merges) == 1
    is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_in_work_is_merged_counted_once_and_comes_back_as_it_was(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind]()) as world:
        leader, owner, partner = world.phone(LEADER), world.phone(OWNER), world.phone(PARTNER)
        leader.say("待办")
        first, second = twice(world)
        for number in (first, second):
            leader.say(f"受理 {number}")
        leader.say(f"回复 {second} 正在联系开发区管委会")
        world.advance(minutes=5)
        owner.say("进度")
        for phone in (leader, owner, partner):
            phone.silence()
        before, apart = (stored(world, first), stored(world, second)), world.clock()
        world.advance(minutes=5)

        assert leader.say(f"并案 {second} {first}").startswith(f"{second} 已并入 {first}")
        for phone in (owner, partner):
            assert any(f"已由责任领导并入 {first}" in text for text in phone.silence())
        assert stored(world, first)[1] == before[0][1], "no clock of the earlier case was touched"
        assert [each[3] for each in lines(world, apart)] == [None, None]
        assert lines(world, world.clock()) == [
            ("拖欠账款〔2026〕1号", first, "accepted", None),
            ("拖欠账款〔2026〕2号", second, "merged", first),
        ]
        assert f"已并入{first}，不另计" in told_in_file(world, "arrears")
        assert sums(told_in_file(world, "arrears")) == [3_200_000.0], "whoever adds up counts the debt once"
        listed = ask(world, "/ledgers/arrears")["items"]
        assert [each["claim"]["least"] for each in listed] == [320_000_000, None]
        assert received(world) == 1, "one matter counts once"
        is_whole(world)

        assert partner.say(f"拆案 {second}").startswith(f"{second}「")
        assert stored(world, first) == before[0]
        assert stored(world, second) == before[1], "in work, with its number and its dates"
        assert any("拆开" in text for text in leader.silence())
        assert received(world) == 2
        assert [each[2:] for each in lines(world, world.clock())] == [("accepted", None)] * 2
        third = number_in(owner.say("新诉求 大连港务公司欠我们装卸费四十万，半年了不给"))
        leader.say(f"受理 {third}")
        assert lines(world, world.clock())[-1][0] == "拖欠账款〔2026〕3号", (
            "no number was lost or given twice"
        )
        is_whole(world)
        settle(world.database)
        key = ticket_id_of(second)
        with world.database.transaction() as session:
            found, _ = changes(session, Position(0, 0), limit=500)
            assert [each.is_gone for each in found if each.ticket_id == key] == [False, True, False], (
                "compared anew"
            )
            session.add(Merge(ticket_id=key, main_id=ticket_id_of(first), since=world.clock(), clocks=[]))
            session.flush()
            told = list(marks.contradictions(session))
            assert f"ticket {second}: its events do not merge it into {first}" in told, (
                "a forged merge is found"
            )


def lines(world: World, as_of: datetime) -> list[tuple[str, str, str, str | None]]:
    """Return what the ledger of arrears says of each line: number, ticket, status, where it went."""
    items = ask(world, "/ledgers/arrears", as_of=as_of.isoformat())["items"]
    return [(each["number"], each["ticket"], each["status"], each["merged_into"]) for each in items]


def told_in_file(world: World, kind: str) -> str:
    """Return the ledger as people open it."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="file", role="supervisor", region=None, now=world.clock())
    answer = world.web.get(f"/api/v1/ledgers/{kind}.csv", headers={"Authorization": f"Bearer {raw}"})
    return answer.raise_for_status().content.decode("utf-8-sig")


def sums(file: str) -> list[float]:
    """Return what stands in the column of sums in a ledger's file."""
    rows = csv.DictReader(io.StringIO(file))
    return [float(each["欠款金额（元）"]) for each in rows if each["欠款金额（元）"]]


def received(world: World) -> int:
    """Return how many arrears count as received."""
    items = ask(world, "/rates", by="type")["items"]
    (found,) = [each["counts"]["received"] for each in items if each["key"] == "arrears"]
    return int(found)


def test_a_date_that_was_promised_earlier_is_never_put_off(world: World) -> None:
    """The earlier case was given more time: under it, the later one's result would come later than was said."""
    leader, owner, supervisor = world.phone(LEADER), world.phone(OWNER), watch(world)
    first, second = twice(world)
    leader.say(f"受理 {first}")
    leader.say(f"延期 {first} 5 等审计报告")
    assert "已同意" in supervisor.say(f"同意延期 {first}")
    for _ in ("not taken on", "in work"):
        assert "会比后提的一件已答应的更晚" in owner.say(f"并案 {second} {first}")
        assert "会比后提的一件已答应的更晚" in leader.say(f"并案 {second} {first}")
        leader.say(f"受理 {second}")
    is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
def test_who_brought_a_merged_case_hears_at_once_that_its_main_case_ends(
    fresh_url: Makers, kind: str
) -> None:
    """The desk merged it, so nothing but their own case ties the colleague to the other."""
    with World.running(fresh_url[kind]()) as world:
        leader, owner, partner = world.phone(LEADER), world.phone(OWNER), world.phone(PARTNER)
        leader.say("待办")
        first, second = twice(world)
        for number in (first, second):
            leader.say(f"受理 {number}")
        partner.say("进度")
        leader.say(f"并案 {second} {first}")
        leader.say(f"办结 {first} 已协调付清全部款项")
        partner.silence()
        owner.say(f"没解决 {first} 还是没给钱")
        (heard,) = partner.silence()
        assert "反映没解决" in heard
        assert first in heard
        owner.say(f"撤回 {first}")
        (heard,) = partner.silence()
        assert f"原并入的 {first} 已由企业撤回，这件接着办" in heard
        assert heard.startswith(f"{second}「")
        assert "办理中" in partner.say(f"进度 {second}"), "nobody need take it apart"
        assert [each[2:] for each in lines(world, world.clock())][1] == ("accepted", None), "theirs goes on"
        is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
def test_a_date_put_aside_is_compared_with_the_events_while_it_is_merged(
    fresh_url: Makers, kind: str
) -> None:
    with World.running(fresh_url[kind]()) as world:
        first, second = both_taken_on(world)
        world.phone(LEADER).say(f"并案 {second} {first}")
        is_whole(world)
        with world.database.transaction() as session:
            row = session.scalars(select(Merge)).one()
            whole = row.clocks
            moved = [{**each, "due_at": "2027-12-31T00:00:00+00:00"} for each in whole]
            kept = [{**each, "met_at": each["started_at"]} for each in whole]
            for clocks in (
                moved,
                [*whole[:-1], moved[-1]],
                kept,
                whole[:-1],
                [*whole, whole[0]],
                [{}],
                whole,
            ):
                row.clocks = clocks
                session.flush()
                told = list(marks.contradictions(session))
                assert bool(told) == (clocks != whole), clocks
                assert all(each.startswith(f"ticket {second}: put aside, ") for each in told)
            session.rollback()


FAILURES = ("missed", "overdue", "rebounded", "red", "written_off", "confirmed")


def counts(world: World) -> dict[str, int]:
    """Return what arrears are counted as, and the parts that rates are made of."""
    (found,) = [each for each in ask(world, "/rates", by="type")["items"] if each["key"] == "arrears"]
    parts = {
        f"{each['rate']}/{part}": each[part]
        for each in found["rates"]
        for part in ("numerator", "denominator")
    }
    return {**parts, **found["counts"]}


def is_refused_and_counts_as_before(world: World, first: str, second: str) -> None:
    """Whoever says so: what has failed stays a line of its own, and says why."""
    before = counts(world)
    watcher = watch(world)
    for phone in (world.phone(LEADER), world.phone(AIDE), world.phone(PARTNER), watcher):
        assert "这要如实记着，不能并案" in phone.say(f"并案 {second} {first}")
    assert counts(world) == before
    is_whole(world)


def both_taken_on(world: World) -> tuple[str, str]:
    """Let both be in work, and the owner answer the earlier in time."""
    leader = world.phone(LEADER)
    leader.say("待办")
    first, second = twice(world)
    for number in (first, second):
        leader.say(f"受理 {number}")
    leader.say(f"回复 {first} 正在联系开发区管委会")
    return first, second


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_whose_first_contact_was_missed_is_not_merged_away(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind]()) as world:
        first, second = both_taken_on(world)
        world.advance(days=6)
        world.strike()
        assert counts(world)["response/denominator"] - counts(world)["response/numerator"] == 1
        is_refused_and_counts_as_before(world, first, second)


@pytest.mark.parametrize("kind", KINDS)
def test_a_case_that_came_back_is_not_merged_away(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind]()) as world:
        leader, partner = world.phone(LEADER), world.phone(PARTNER)
        first, second = both_taken_on(world)
        world.advance(minutes=10)
        leader.say(f"办结 {second} 已协调付清全部款项")
        world.advance(minutes=10)
        partner.say(f"确认 {second}")
        world.advance(days=1)
        partner.say(f"反弹 {second} 又说没钱了")
        world.advance(minutes=10)
        assert counts(world)["rebound/numerator"] == 1
        is_refused_and_counts_as_before(world, first, second)


def test_a_case_that_was_disputed_or_done_late_is_not_merged_away(world: World) -> None:
    leader, partner = world.phone(LEADER), world.phone(PARTNER)
    first, second = both_taken_on(world)
    world.advance(minutes=10)
    leader.say(f"办结 {second} 已协调付清全部款项")
    world.advance(minutes=10)
    partner.say(f"没解决 {second} 还是没给钱")
    world.advance(minutes=10)
    is_refused_and_counts_as_before(world, first, second)
    world.advance(days=40)
    world.strike()
    assert counts(world)["overdue/numerator"] == 2
    before = counts(world)
    assert "这要如实记着，不能并案" in leader.say(f"并案 {second} {first}")
    assert counts(world) == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_merge_changes_nothing_in_the_rates_but_what_was_received(fresh_url: Makers, kind: str) -> None:
    """The earlier case is late, disputed and back, the later one is not: its failures stay to the last one."""
    with World.running(fresh_url[kind]()) as world:
        leader, owner = world.phone(LEADER), world.phone(OWNER)
        leader.say("待办")
        first = number_in(owner.say(DEBT))
        leader.say(f"受理 {first}")
        world.advance(days=40)
        world.strike()
        second = number_in(world.phone(PARTNER).say(f"新诉求 {AGAIN}"))
        leader.say(f"受理 {second}")
        world.advance(minutes=5)
        before = counts(world)
        assert leader.say(f"并案 {second} {first}").startswith(f"{second} 已并入 {first}")
        after = counts(world)
        assert (before["received"], after["received"]) == (2, 1)
        assert before["overdue/numerator"] == 1
        changed = {name for name in before if before[name] != after[name]}
        assert not [name for name in changed if "numerator" in name or name in FAILURES], changed
        assert {name for name in changed if "/" in name} == {"resolution/denominator", "overdue/denominator"}
        is_whole(world)


def test_a_wish_for_more_time_is_decided_before_a_case_is_merged(world: World) -> None:
    leader, supervisor = world.phone(LEADER), watch(world)
    first, second = twice(world)
    for number in (first, second):
        leader.say(f"受理 {number}")
    leader.say(f"延期 {second} 5 等审计报告")
    assert "延期申请" in leader.say(f"并案 {second} {first}")
    supervisor.say(f"不同意延期 {second} 按期办")
    assert leader.say(f"并案 {second} {first}").startswith(f"{second} 已并入 {first}")
