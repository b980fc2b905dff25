"""What supervisors decide through the API: the same actions as in the chat, signed with the key's name."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.actions import co_handling, declines, events, helping, office, roster, tickets
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.queries.people import party
from models.queries.tickets import Actor, actor_on, by_number
from models.rules.lifecycle import Verb
from models.tables import Ticket
from tests.contracts.api.desk import DALIAN, PROVINCE, SHENYANG, Desk, Place, leader, settle_in

LEADER, OWNER = f"o-leader-{SHENYANG}", f"o-owner-{SHENYANG}"
WHY = {"reason": "原责任领导已调离"}


@pytest.fixture(autouse=True)
def office_of_the_province(request: pytest.FixtureRequest) -> None:
    """Somebody answers for desks at which nobody has bound a WeChat."""
    desk: Desk = request.getfixturevalue("small_desk" if "small_desk" in request.fixturenames else "desk")
    with desk.database.transaction() as session:
        leader(session, PROVINCE, desk)


def on(session: Session, openid: str, number: str) -> tuple[Ticket, Actor]:
    who = party(session, openid)
    assert who is not None
    ticket = by_number(session, number, seen_by=who)
    return ticket, actor_on(session, who, ticket)


def another_leader(desk: Desk, region: str = SHENYANG) -> int:
    with desk.database.transaction() as session:
        return roster.add_official(
            session,
            name="简闻和",
            post="局长",
            department="财政部门",
            region=region,
            kind="leader",
            now=desk.clock(),
        ).id


def appeal(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        grounds = Grounds("civil", "属于租赁合同争议", "人民法院")
        declines.decline(session, *on(session, LEADER, number), grounds, now=desk.clock())
    with desk.database.transaction() as session:
        declines.appeal(session, *on(session, OWNER, number), Words("text", "房东是国企"), now=desk.clock())


def decide(desk: Desk, number: str, verb: str, *, region: str | None = None, once: str | None = None,
           role: str = "supervisor", **body: Any) -> Any:  # fmt: skip
    path = f"/tickets/{number}/actions/{verb}"
    return desk.post(path, WHY | body, key=desk.key(role, region), once=once)


def last(desk: Desk, number: str) -> dict[str, Any]:
    found: dict[str, Any] = desk.get(f"/tickets/{number}/events").json()["items"][-1]
    return found


def test_reassignment_is_signed_with_the_name_of_the_key(desk: Desk) -> None:
    place, after = settle_in(desk, SHENYANG), another_leader(desk)
    clocks = desk.get(f"/tickets/{place.number}").json()["clocks"]
    answer = decide(desk, place.number, "reassign", owner_id=after)
    assert (answer.status_code, answer.json()["owner"]["id"], answer.json()["hops"]) == (200, after, 1)
    assert answer.json()["clocks"] == clocks
    event = last(desk, place.number)
    assert (event["verb"], event["actor"]) == ("reassign", {"role": "supervisor", "id": None})
    assert len(event["data"].pop("salt")) == 32
    assert event["data"] == {
        "owner_before": place.official,
        "owner_id": after,
        "reason": "原责任领导已调离",
        "signed": "supervisor None",
    }


def test_repeat_of_a_decision_decides_once(desk: Desk) -> None:
    place, after = settle_in(desk, SHENYANG), another_leader(desk)
    first, second = (decide(desk, place.number, "reassign", once="one", owner_id=after) for _ in range(2))
    assert (second.json(), second.headers["idempotent-replayed"]) == (first.json(), "true")
    assert desk.get(f"/tickets/{place.number}").json()["hops"] == 1


@pytest.mark.parametrize(("verb", "status"), [("uphold", "declined"), ("overturn", "accepted")])
def test_appeal_is_decided_once(desk: Desk, verb: str, status: str) -> None:
    place = settle_in(desk, SHENYANG)
    assert decide(desk, place.number, verb).json()["type"] == "urn:liaison:not-possible"
    appeal(desk, place.number)
    answer = decide(desk, place.number, verb, region=SHENYANG)
    assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert (last(desk, place.number)["verb"], last(desk, place.number)["data"]["signed"]) == (
        verb,
        f"supervisor {SHENYANG}",
    )
    again = decide(desk, place.number, "uphold")
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:liaison:no-appeal" if verb == "uphold" else "urn:liaison:not-possible",
    )


def test_write_off_needs_two_days_of_calls_in_vain(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        office.accept(session, *on(session, LEADER, place.number), now=desk.clock())
    with desk.database.transaction() as session:
        office.resolve(session, *on(session, LEADER, place.number), Words("text", "已付清"), now=desk.clock())
    for expected in (409, 409, 200):
        answer = decide(desk, place.number, "write_off")
        assert answer.status_code == expected, answer.text
        desk.clock.advance(timedelta(days=1))
        with desk.database.transaction() as session:
            ticket, actor = on(session, LEADER, place.number)
            if ticket.status == "resolved":
                events.record(session, ticket, Verb.CALL_FAILED, actor, now=desk.clock())
    assert (answer.json()["status"], answer.json()["confirmed_at"]) == ("closed", None)


def test_foreign_region_and_other_roles_decide_nothing(desk: Desk) -> None:
    place, after = settle_in(desk, SHENYANG), another_leader(desk)
    assert decide(desk, place.number, "reassign", region=DALIAN, owner_id=after).status_code == 404
    assert decide(desk, place.number, "reassign", role="viewer", owner_id=after).status_code == 403
    assert decide(desk, "1046", "reassign", owner_id=after).status_code == 404
    assert desk.get(f"/tickets/{place.number}").json()["owner"]["id"] == place.official


def test_new_owner_is_a_leader_near_the_matter(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    far, above = another_leader(desk, DALIAN), another_leader(desk, PROVINCE)
    with desk.database.transaction() as session:
        aide = roster.add_official(
            session, name="n", post="p", department="d", region=SHENYANG, kind="aide",
            leader_id=place.official, now=desk.clock(),
        ).id  # fmt: skip
    tries = {owner: decide(desk, place.number, "reassign", owner_id=owner).status_code
             for owner in (far, 999, aide, place.official, above)}  # fmt: skip
    assert tries == {far: 404, 999: 404, aide: 409, place.official: 409, above: 200}


@pytest.mark.parametrize("reason", ["", " ", "长" * 501, "a\x00b", None])
def test_decision_needs_a_reason_in_words(small_desk: Desk, reason: str | None) -> None:
    place, after = settle_in(small_desk, SHENYANG), another_leader(small_desk)
    assert decide(small_desk, place.number, "reassign", owner_id=after, reason=reason).status_code == 422
    assert small_desk.get(f"/tickets/{place.number}").json()["hops"] == 0


def test_ticket_names_who_helps(desk: Desk) -> None:
    place: Place = settle_in(desk, SHENYANG)
    unit, asked = another_leader(desk), desk.clock()
    with desk.database.transaction() as session:
        ticket, actor = on(session, LEADER, place.number)
        co_handling.call_in(session, ticket, actor, unit, "请核实", now=asked)
    shown = desk.get(f"/tickets/{place.number}").json()["co_handlers"]
    due = shown[0].pop("due_at")
    assert due > asked.isoformat()
    assert shown == [
        {
            "id": unit,
            "name": "简闻和",
            "post": "局长",
            "department": "财政部门",
            "state": "asked",
            "answered_at": None,
        }
    ]
    with desk.database.transaction() as session:
        ticket, _ = on(session, LEADER, place.number)
        helper = Actor(actor.role.CO_HANDLER, None, unit, unit)
        helping.refuse(session, ticket, helper, "无此职权", now=asked)
    assert desk.get(f"/tickets/{place.number}").json()["co_handlers"] == []
    assert desk.get("/tickets").json()["items"][0]["co_handlers"] == []


def test_rebound_after_a_write_off_by_key(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        office.accept(session, *on(session, LEADER, place.number), now=desk.clock())
    with desk.database.transaction() as session:
        office.resolve(session, *on(session, LEADER, place.number), Words("text", "已付清"), now=desk.clock())
    for _ in range(2):
        desk.clock.advance(timedelta(days=1))
        with desk.database.transaction() as session:
            ticket, actor = on(session, LEADER, place.number)
            events.record(session, ticket, Verb.CALL_FAILED, actor, now=desk.clock())
    assert decide(desk, place.number, "write_off").status_code == 200
    with desk.database.transaction() as session:
        ticket, actor = on(session, OWNER, place.number)
        tickets.dispute(session, ticket, actor, Words("text", "没付清"), now=desk.clock())
    shown = desk.get(f"/tickets/{place.number}").json()
    assert (shown["status"], shown["rebounds"]) == ("accepted", 1)
