"""Tickets, their events and messages, as supervisors read them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.actions import office
from models.actions.conversation import Words
from models.queries import tickets as queries
from models.queries.people import party
from models.queries.tickets import actor_on
from models.rules.numbers import ticket_id_of
from models.session import Database
from models.tables import Ticket
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, request, settle_in, statements

LEADER, OWNER = f"o-leader-{SHENYANG}", f"o-owner-{SHENYANG}"
KEPT = {"accept", "first_contact", "progress", "result"}


def iso(moment: Any) -> str:
    return str(moment.isoformat()).replace("+00:00", "Z")


def in_hand(session: Session, number: str) -> tuple[Ticket, queries.Actor]:
    who = party(session, LEADER)
    assert who is not None
    ticket = queries.by_number(session, number, seen_by=who)
    return ticket, actor_on(session, who, ticket)


def accept(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        ticket, actor = in_hand(session, number)
        office.accept(session, ticket, actor, now=desk.clock())


def resolve(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        ticket, actor = in_hand(session, number)
        office.resolve(session, ticket, actor, Words("text", "尾款已到账"), now=desk.clock())


def test_new_ticket_reads_as_the_contract_says(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    shown = desk.get(f"/tickets/{place.number}").json()
    clocks, facts = shown.pop("clocks"), shown.pop("facts")
    assert shown == {
        "number": place.number,
        "type": "arrears",
        "type_source": "guess",
        "confidence": 0.9,
        "status": "open",
        "title": "管委会欠我们工程款",
        "region": SHENYANG,
        "owner": {"id": place.official, "name": "安予诚", "post": "局长"},
        "co_handlers": [],
        "enterprise": {
            "id": place.enterprise,
            "name": "云杉里机械",
            "stage": "mature",
            "region": SHENYANG,
        },
        "created_at": iso(desk.clock()),
        "accepted_at": None,
        "first_contact_at": None,
        "resolved_at": None,
        "confirmed_at": None,
        "closed_at": None,
        "rebounds": 0,
        "hops": 0,
        "patch": None,
        "merged_into": None,
        "is_shielded": False,
        "ledger_number": None,
        "reach": {
            "last_heard_at": iso(desk.clock()),
            "follows": True,
            "window_open": False,
            "failed_calls": 0,
        },
    }
    assert (facts["debtor"], facts["debtor_kind"], facts["owed"]) == ("管委会", "organ", None)
    assert {tuple(clock) for clock in clocks} == {("name", "due_at", "state", "explanation")}
    assert [(clock["name"], clock["state"]) for clock in clocks][:2] == [
        ("accept", "running"),
        ("first_contact", "running"),
    ]
    assert all("工作日" in clock["explanation"] for clock in clocks)
    assert desk.get("/tickets").json() == {"items": [shown | {"clocks": clocks}], "next": None}


def test_stranger_has_a_ticket_without_an_enterprise(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        ticket = session.get_one(Ticket, ticket_id_of(place.number))
        ticket.enterprise_id = None
    assert desk.get(f"/tickets/{place.number}").json()["enterprise"] is None


def test_number_may_not_be_mistyped_or_longer_than_any(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    wrong = str(int(place.number) + 1)
    huge = [body + str(digit) for body in ("9" * 19, "9223372036854775907") for digit in range(10)]
    answers = [desk.get(f"/tickets/{number}{tail}").status_code for number in (wrong, *huge)
               for tail in ("", "/events", "/messages")]  # fmt: skip
    assert set(answers) == {404}


def test_life_of_a_ticket_is_read_back(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    asked = desk.clock()
    desk.clock.advance(timedelta(hours=1))
    accepted = desk.clock()
    accept(desk, place.number)
    desk.clock.advance(timedelta(hours=1))
    resolve(desk, place.number)

    shown = desk.get(f"/tickets/{place.number}").json()
    assert (shown["status"], shown["ledger_number"]) == ("resolved", "拖欠账款〔2026〕1号")
    moments = [shown[name] for name in ("created_at", "accepted_at", "first_contact_at", "resolved_at")]
    assert moments == [iso(asked), iso(accepted), iso(desk.clock()), iso(desk.clock())]
    assert {clock["state"] for clock in shown["clocks"] if clock["name"] in KEPT} == {"met"}

    events = desk.get(f"/tickets/{place.number}/events").json()["items"]
    assert [(e["seq"], e["verb"], e["from_status"], e["to_status"]) for e in events] == [
        (1, "submit", None, "open"),
        (2, "accept", "open", "accepted"),
        (3, "resolve", "accepted", "resolved"),
    ]
    assert [e["actor"]["role"] for e in events] == ["enterprise", "owner", "owner"]
    assert [e["actor"]["id"] for e in events][1:] == [place.official] * 2
    assert [e["previous"] for e in events] == ["0" * 64, *(e["digest"] for e in events[:-1])]
    assert {e["ticket"] for e in events} == {place.number}

    messages = desk.get(f"/tickets/{place.number}/messages").json()["items"]
    assert [(m["side"], m["text"], m["by_aide"]) for m in messages] == [
        ("enterprise", "管委会欠我们工程款", False),
        ("official", "尾款已到账", False),
    ]


def test_filters_keep_what_they_name(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    accept(desk, here.number)

    def found(**wanted: Any) -> list[str]:
        return [row["number"] for row in desk.get("/tickets", **wanted).json()["items"]]

    both = [here.number, there.number]
    assert [found(type="arrears"), found(type="ip")] == [both, []]
    assert [found(status="accepted"), found(status="open")] == [[here.number], [there.number]]
    assert [found(owner=here.official), found(owner=999)] == [[here.number], []]
    assert [found(region=DALIAN), found(region=DALIAN, status="accepted")] == [[there.number], []]
    assert [found(overdue=True), found(overdue=False)] == [[], both]
    foreign = desk.get("/tickets", desk.key("viewer", SHENYANG), region=DALIAN)
    assert foreign.json()["items"] == []


def test_overdue_means_a_promise_is_late_and_not_kept(desk: Desk) -> None:
    here, there = settle_in(desk, SHENYANG), settle_in(desk, DALIAN)
    accept(desk, here.number)
    resolve(desk, here.number)
    due = min(clock["due_at"] for clock in desk.get(f"/tickets/{there.number}").json()["clocks"])

    def late() -> list[str]:
        return [row["number"] for row in desk.get("/tickets", overdue=True).json()["items"]]

    while iso(desk.clock()) < due:
        desk.clock.advance(timedelta(minutes=15))
    assert (iso(desk.clock()), late()) == (due, [])
    desk.clock.advance(timedelta(seconds=1))
    assert late() == [there.number]
    states = {c["name"]: c["state"] for c in desk.get(f"/tickets/{there.number}").json()["clocks"]}
    assert states["accept"] == "overdue"


def counted(database: Database, desk: Desk, path: str) -> int:
    desk.key()
    with statements(database) as seen:
        assert desk.get(path, limit=200).status_code == 200
    return len(seen)


def test_lists_take_as_many_statements_for_three_rows_as_for_one(desk: Desk) -> None:
    paths = ["/tickets", "/officials", "/enterprises", "/contacts", "/pairings", "/invites", "/outbox"]
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        request(session, OWNER, desk)
    paths += ["/events", f"/tickets/{place.number}/events", f"/tickets/{place.number}/messages"]
    one = {path: counted(desk.database, desk, path) for path in paths}
    for region in (DALIAN, "210300"):
        settle_in(desk, region)
    accept(desk, place.number)
    resolve(desk, place.number)
    three = {path: counted(desk.database, desk, path) for path in paths}
    assert one == three
    assert max(three.values()) <= 4
