"""保密: a case is for those who work on it; nowhere else does anybody see what it is about, or whose it is."""

import csv
import io
import json
import secrets
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from models.actions import access
from models.rules.numbers import ticket_id_of
from models.tables import Event, Outbox, TicketVector
from tests.alike import firm
from tests.conftest import Makers
from tests.databases import KINDS
from tests.flows.reading import number_in
from tests.flows.test_one_matter import is_whole
from tests.flows.test_patterns import compare, patterns, seven_owed
from tests.roster import LEADER, OWNER
from tests.world import World

SECRET = "竞岚集团欠我们芯片流片工程款八百八十万，牵涉涉密项目，验收两年了"
FIRM = "云杉里"
WORDS = ("竞岚", "流片", FIRM)


def key_of(world: World, role: str) -> str:
    """Return a new key of a role."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name=secrets.token_hex(4), role=role, region=None, now=world.clock())
    return raw


def asked(world: World, role: str = "supervisor") -> Any:
    """Return how somebody with a key of a role asks."""
    raw = key_of(world, role)

    def get(path: str, **params: Any) -> httpx.Response:
        return world.web.get(f"/api/v1{path}", params=params, headers={"Authorization": f"Bearer {raw}"})

    return get


def leaks(text: str) -> list[str]:
    return [word for word in WORDS if word in text]


def test_enterprise_asks_for_secrecy_and_lifts_it(world: World) -> None:
    leader, owner = world.phone(LEADER), world.phone(OWNER)
    leader.say("待办")
    number = number_in(owner.say(SECRET))
    leader.silence()
    assert owner.say("保密").startswith(f"{number}「")
    (told,) = leader.silence()
    assert f"{number}「" in told
    assert "已由企业设为保密" in told
    owner.say(f"保密 {number}")
    assert leader.silence() == [], "once more changes nothing"
    assert "由企业或督查取消" in leader.say(f"取消保密 {number}")
    assert "已取消保密" in owner.say(f"取消保密 {number}")
    assert any("取消保密" in text for text in leader.silence())
    assert "已设为保密" in leader.say(f"保密 {number}")
    assert "已取消保密" in leader.say(f"取消保密 {number}"), "what the desk asked for it may lift"
    with world.database.reading() as session:
        verbs = session.scalars(select(Event.verb).where(Event.verb.in_(["shield", "unshield"]))).all()
    assert verbs == ["shield", "unshield", "shield", "unshield"]
    is_whole(world)


def test_a_request_can_be_told_with_the_word(world: World) -> None:
    answer = world.phone(OWNER).say(f"保密 {SECRET}")
    number = number_in(answer)
    assert "已设为保密" in answer
    with world.database.reading() as session:
        assert session.get_one(TicketVector, ticket_id_of(number)).is_shielded
    assert "收到" in world.phone(OWNER).say("新诉求 保密协议他们不签，货款也拖着"), "a sentence is no command"
    is_whole(world)


def test_foreign_and_stranger_cannot_touch_it(world: World) -> None:
    number = number_in(world.phone(OWNER).say(SECRET))
    stranger = world.phone("o-nobody")
    assert "没有查到编号" in stranger.say(f"保密 {number}")
    assert "没有查到编号" in world.phone("o-office").say(f"保密 {number}")


def everywhere(get: Any) -> dict[str, str]:
    """Return what a key reads wherever cases are listed."""
    lists = {
        "tickets": get("/tickets"),
        "search": get("/tickets", text="流片"),
        "wall": get("/wall"),
        "ledger": get("/ledgers/arrears"),
        "csv": get("/ledgers/arrears.csv"),
        "events": get("/events"),
    }
    return {name: answer.text for name, answer in lists.items()}


def told_of(get: Any, number: str) -> list[dict[str, Any]]:
    """Return the events of a case that the feed has, which waits for what else commits on the server."""
    return [each for each in get("/events").json()["items"] if each["ticket"] == number]


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_shows_it_to_others_and_everything_did_before(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind]()) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        number = number_in(owner.say(SECRET))
        leader.say(f"受理 {number}")
        waits = number_in(owner.say(f"新诉求 {SECRET}，另一批货"))
        supervisor, viewer = asked(world), asked(world, "viewer")
        before = everywhere(supervisor)
        assert all(leaks(before[name]) for name in ("tickets", "search", "wall", "ledger", "csv"))
        owner.say(f"保密 {number}")
        owner.say(f"保密 {waits}")
        for get in (supervisor, viewer):
            after = everywhere(get)
            assert {name: leaks(text) for name, text in after.items()} == {key: [] for key in after}
            assert after["search"].count('"number"') == 0, "nor does a search tell what it holds"
            assert number in after["tickets"], "that there is a case is no secret"
            (line,) = list(csv.DictReader(io.StringIO(after["csv"].lstrip("\ufeff"))))[:1] or [{}]
            assert "（保密）" in "".join(str(each) for each in line.values()) + after["ledger"]
        assert viewer(f"/tickets/{number}").status_code == 403
        assert viewer(f"/tickets/{number}/messages").status_code == 403
        assert viewer(f"/tickets/{number}/events").status_code == 403
        assert leaks(supervisor(f"/tickets/{number}").text), "whoever decides about it reads it, on record"
        with world.database.reading() as session:
            ids = session.scalars(select(Outbox.id).where(Outbox.ticket_id == ticket_id_of(number))).all()
        assert ids
        world.until(lambda: "shield" in [each["verb"] for each in told_of(viewer, number)])
        assert all(supervisor(f"/outbox/{each}").json()["payload"] == {} for each in ids)
        for get in (supervisor, viewer):
            mails = [each for each in get("/outbox").json()["items"] if each["ticket"] == number]
            events = told_of(get, number)
            assert {each["person_id"] for each in mails} == {None}
            assert {"enterprise_id", "person_id"}.isdisjoint({key for each in events for key in each["data"]})
            assert {each["actor"]["id"] for each in events if each["actor"]["role"] == "enterprise"} == {None}
            day = get(f"/enterprises/{world.roster.enterprises['yunshanli']}/contact").text
            assert number not in day, "nor does the day of an enterprise tell that the case is its own"
        assert leaks(leader.say(f"详情 {number}")), "its owner works on it"
        owner.say(f"取消保密 {number}")
        assert leaks(everywhere(supervisor)["ledger"])
        is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_merged_into_a_shielded_case_is_shielded_with_it(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind]()) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        number = number_in(owner.say(f"保密 {SECRET}"))
        leader.say(f"受理 {number}")
        owner.silence()
        owner.say(f"新诉求 {SECRET}，请尽快")
        owner.tap("是，并案")
        after = everywhere(asked(world, "viewer"))
        assert after["tickets"].count('"number"') == 2
        assert {name: leaks(text) for name, text in after.items()} == {key: [] for key in after}
        is_whole(world)


def test_desk_lifts_nothing_by_merging_that_the_enterprise_asked_for(sqlite_url: str) -> None:
    with World.running(sqlite_url) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        plain = number_in(owner.say("新诉求 厂区门口的路灯坏了半年"))
        hidden = number_in(owner.say(f"保密 {SECRET}"))
        assert "由企业或督查取消" in leader.say(f"取消保密 {hidden}")
        leader.say(f"保密 {plain}")
        assert "已并入" in leader.say(f"并案 {hidden} {plain}")
        assert "由企业或督查取消" in leader.say(f"取消保密 {plain}")
        assert "由企业或督查取消" in leader.say(f"取消保密 {hidden}")
        viewer = asked(world, "viewer")
        assert viewer(f"/tickets/{hidden}").status_code == 403
        owner.say(f"取消保密 {plain}")
        assert viewer(f"/tickets/{hidden}").status_code == 200, "whoever asked for it lifts it for both"
        is_whole(world)


def test_desk_lifts_nothing_that_was_shielded_by_both_before_they_became_one(sqlite_url: str) -> None:
    with World.running(sqlite_url) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        plain = number_in(owner.say("新诉求 厂区门口的路灯坏了半年"))
        hidden = number_in(owner.say(f"保密 {SECRET}"))
        leader.say(f"保密 {plain}")
        assert "已并入" in leader.say(f"并案 {hidden} {plain}")
        owner.say(f"补充 {hidden} {SECRET}，合同在附件")
        leader.say(f"拆案 {hidden}")
        assert "由企业或督查取消" in leader.say(f"取消保密 {plain}"), "what was said of the other is in it"
        assert asked(world, "viewer")(f"/tickets/{plain}/messages").status_code == 403
        is_whole(world)


def test_desk_lifts_nothing_of_what_went_on_together_when_the_enterprise_asked(sqlite_url: str) -> None:
    with World.running(sqlite_url) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        plain = number_in(owner.say("新诉求 厂区门口的路灯坏了半年"))
        later = number_in(owner.say(f"新诉求 {SECRET}"))
        assert "已并入" in leader.say(f"并案 {later} {plain}")
        leader.say(f"保密 {plain}")
        owner.say(f"保密 {plain}")
        leader.say(f"拆案 {later}")
        assert "由企业或督查取消" in leader.say(f"取消保密 {later}")
        assert asked(world, "viewer")(f"/tickets/{later}").status_code == 403
        is_whole(world)


def test_what_a_shielded_case_goes_on_under_is_shielded_too(sqlite_url: str) -> None:
    """What is said of it from then on stands there."""
    with World.running(sqlite_url) as world:
        owner, leader = world.phone(OWNER), world.phone(LEADER)
        plain = number_in(owner.say("新诉求 厂区门口的路灯坏了半年"))
        hidden = number_in(owner.say(f"保密 {SECRET}"))
        assert "已并入" in leader.say(f"并案 {hidden} {plain}")
        owner.say(f"补充 {hidden} {SECRET}，合同在附件")
        for each in (plain, hidden):
            assert asked(world, "viewer")(f"/tickets/{each}/messages").status_code == 403
        is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
def test_patterns_notices_and_the_wall_lose_it_and_get_it_back(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind](), deep=True) as world:
        owner, leader, mine = world.phone(OWNER), world.phone(LEADER), seven_owed(world)
        (found,) = patterns(world)
        assert found["enterprises"] == 7
        owner.say(f"保密 {mine}")
        compare(world)
        (found,) = patterns(world)
        assert found["enterprises"] == 6, "title and stone may be its words: they are the others' now"
        assert found["stone"]
        assert mine not in {each["number"] for each in found["typical"]}
        world.phone(firm(world.database, "next")).say("澜河县城投欠我们工程款，护坡的尾款五十万，拖了两年")
        compare(world)
        (found,) = patterns(world)
        assert found["enterprises"] == 7, "six and the new one"
        assert mine not in {each["number"] for each in found["typical"]}
        leader.say("待办")
        leader.silence()
        world.strike()
        world.advance(days=6)
        leader.say("待办")
        world.strike()
        assert not [text for text in leader.silence() if "同类问题" in text], "none of theirs is in it"
        owner.say(f"取消保密 {mine}")
        compare(world)
        (found,) = patterns(world)
        assert found["enterprises"] == 8
        is_whole(world)


@pytest.mark.parametrize("kind", KINDS)
def test_answers_kept_for_repeats_say_no_more_of_it(fresh_url: Makers, kind: str) -> None:
    with World.running(fresh_url[kind](), deep=True) as world:
        owner, mine = world.phone(OWNER), seven_owed(world)
        (found,) = patterns(world)
        head = {"Authorization": f"Bearer {key_of(world, 'supervisor')}"}
        renamed = f"/api/v1/patterns/{found['id']}/actions/rename", {"title": "城投拖欠工程款"}
        other = {"owner_id": world.roster.officials["office"], "reason": "换人办"}
        handed_on = f"/api/v1/tickets/{mine}/actions/reassign", other

        def twice() -> list[str]:
            return [
                world.web.post(path, json=body, headers=head | {"Idempotency-Key": path}).text
                for path, body in (renamed, handed_on)
            ]

        before = twice()
        assert [("stone" in text, mine in text) for text in before] == [(True, True), (False, True)]
        assert twice() == before
        owner.say(f"保密 {mine}")
        assert [json.loads(text).keys() - {"id", "number"} for text in twice()] == [set(), set()]


def test_neither_a_stage_nor_a_row_of_the_briefing_says_whose_it_is(world: World) -> None:
    owner = world.phone(OWNER)
    quiet, open_one = (
        number_in(owner.say(f"保密 {SECRET}")),
        number_in(owner.say("新诉求 供电所迟迟不给增容")),
    )
    get = asked(world)
    assert [case["number"] for case in get("/tickets", stage="mature").json()["items"]] == [open_one]
    assert quiet in get("/tickets").text
    page = get(f"/briefings/{world.roster.officials['leader']}").json()
    assert page["total"]["received"] == 2
    assert [firm["received"] for firm in page["enterprises"]] == [1]
