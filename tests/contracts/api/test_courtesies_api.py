"""What an enterprise wants to hear, entered by an office; and who came on one day."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.actions import office, reaching, visits
from models.actions.conversation import Words
from models.queries.people import OfficialCard, party
from models.queries.tickets import actor_on, by_number
from models.rules.calling import Span
from models.rules.counting import day_of
from models.tables import Call, Enterprise, Outbox
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, Place, settle_in, statements

LEADER = f"o-leader-{SHENYANG}"


def courtesy(desk: Desk, place: Place) -> dict[str, Any]:
    return dict(desk.get(f"/enterprises/{place.enterprise}/courtesy").json())


def test_enterprise_has_what_everybody_is_granted_until_it_asks(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    assert courtesy(desk, place) == {
        "quiet_hours": "21:00-08:00", "contact_budget": 3, "own_quiet_hours": None,
        "own_contact_budget": None, "changed_at": None, "changed_by_person": None, "changed_by_key": None,
    }  # fmt: skip


def test_office_enters_what_it_asked_for_and_takes_it_back(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/enterprises/{place.enterprise}/courtesy"
    asked = {"quiet_hours": "12:00-14:30", "contact_budget": 0}
    first = desk.post(path, asked, once="a")
    assert first.status_code == 200, first.text
    assert first.json() | asked == first.json()
    assert first.json()["own_quiet_hours"] == "12:00-14:30"
    assert first.json()["changed_by_key"] is not None
    assert desk.post(path, asked, once="a").json() == first.json()

    only_hours = desk.post(path, {"quiet_hours": "none"}).json()
    assert (only_hours["quiet_hours"], only_hours["contact_budget"]) == ("none", 3)
    assert desk.post(path, {}).json()["own_quiet_hours"] is None


@pytest.mark.parametrize(
    "body",
    [
        {"quiet_hours": "night"}, {"quiet_hours": "21:00"}, {"quiet_hours": "25:00-26:00"},
        {"contact_budget": -1}, {"contact_budget": 21}, {"budget": 1},
    ],
)  # fmt: skip
def test_what_is_no_courtesy_is_refused(desk: Desk, body: dict[str, Any]) -> None:
    place = settle_in(desk, SHENYANG)
    assert desk.post(f"/enterprises/{place.enterprise}/courtesy", body).status_code == 422


def test_only_offices_of_the_region_change_it(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path = f"/enterprises/{place.enterprise}/courtesy"
    keys = [desk.key("supervisor", SHENYANG), desk.key("viewer", SHENYANG), desk.key("supervisor", DALIAN)]
    assert [desk.post(path, {}, key=key).status_code for key in keys] == [200, 403, 404]
    assert desk.get(path, keys[2]).status_code == 404
    assert desk.get(f"/enterprises/{place.enterprise}/contact", keys[2]).status_code == 404


def busy_day(desk: Desk, place: Place) -> None:
    """Let one of everything happen: two steps, a message, two calls (one announced), a visit."""
    with desk.database.transaction() as session:
        who = party(session, LEADER)
        assert who is not None
        ticket = by_number(session, place.number, seen_by=who)
        actor = actor_on(session, who, ticket)
        office.accept(session, ticket, actor, now=desk.clock())
        office.reply(session, ticket, actor, Words("text", "明天上午碰头"), now=desk.clock())
        office.progress(session, ticket, actor, Words("text", "已转财政"), now=desk.clock())
        reaching.failed(session, ticket, actor, "", now=desk.clock())
        _call(session, ticket.id, place.official, desk)
        firm = session.get_one(Enterprise, place.enterprise)
        card = OfficialCard(place.official, "安予诚", "局长", SHENYANG)
        visit, _ = visits.record(session, card, firm, "看了车间", day=day_of(desk.clock()), now=desk.clock())
        visits.ask_to_confirm(session, visit, (), now=desk.clock())
    with desk.database.transaction() as session:
        rang = update(Outbox).where(Outbox.kind == "progressed")
        session.execute(rang.values(rang_at=desk.clock(), rang_for=place.enterprise))


def _call(session: Session, ticket_id: int, caller_id: int, desk: Desk) -> None:
    span = Span(desk.clock() - timedelta(hours=1), desk.clock())
    call = Call(
        ticket_id=ticket_id, caller_id=caller_id, event_id=1, state="expired", begins_at=span.begins,
        ends_at=span.ends, lapses_at=span.ends, phrase="a b", created_at=span.begins, closed_at=desk.clock(),
    )  # fmt: skip
    session.add(call)


def test_day_has_two_numbers_with_what_is_behind_them(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    busy_day(desk, place)
    path = f"/enterprises/{place.enterprise}/contact"
    found = desk.get(path).json()

    assert found["day"] == "2026-11-24"
    assert found["bothered"]["count"] == len(found["bothered"]["items"]) == 3
    came = {(row["kind"], row["what"], row["ticket"]) for row in found["bothered"]["items"]}
    assert came == {
        ("call", "expired", place.number), ("message", "progressed", place.number), ("visit", "noted", None),
    }  # fmt: skip
    steps = [(row["step"], row["ticket"], row["official_id"]) for row in found["helped"]["items"]]
    assert steps == [(step, place.number, place.official) for step in ("reply", "progress")]
    empty = {"count": 0, "items": []}
    for day in ("2026-11-23", "2026-11-25"):
        assert desk.get(path, day=day).json() == {"day": day, "bothered": empty, "helped": empty}
    assert desk.get(path, day="yesterday").status_code == 422


def test_number_of_statements_does_not_depend_on_the_day(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    path, key = f"/enterprises/{place.enterprise}/contact", desk.key()
    counted = []
    for _ in range(2):
        with statements(desk.database) as seen:
            assert desk.get(path, key).status_code == 200
        counted.append(len(seen))
        busy_day(desk, place) if len(counted) == 1 else None
    assert counted[0] == counted[1]
