"""The rates as they are shown: the scheme's own figures, what each leaves out, and who sees which."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.actions import office, tallies, tickets
from models.actions.conversation import Words
from models.queries import recounting
from models.queries.people import party
from models.queries.tickets import actor_on
from models.queries.tickets import by_number as find
from models.rules.rates import Rate
from models.tables import Enterprise, Official, Person, Ticket
from tests.contracts.api.desk import DALIAN, HEPING, SHENYANG, Desk, request, settle_in

CITIES = [f"21{city:02}00" for city in range(1, 15)]
ZONE = "219900"
TYPES = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
STAGES = ("startup", "growing", "mature", None)


def figures(group: dict[str, Any], rate: Rate) -> tuple[int, int, float | None]:
    """Return numerator, denominator and value of one rate of a group."""
    found = next(row for row in group["rates"] if row["rate"] == rate)
    return found["numerator"], found["denominator"], found["value"]


def scheme(desk: Desk, *, places: list[str], leaders: int, firms: int, received: int, resolved: int) -> None:
    """Load a roster of the scheme, and the requests that its visits brought back."""
    now = desk.clock()
    with desk.database.transaction() as session:
        person = session.execute(
            insert(Person).returning(Person.id),
            {"openid": "o-roster", "follows": True, "is_reachable": True, "window_left": 0}
            | {"created_at": now, "seen_at": now},
        ).scalar_one()
        officials = list(
            session.scalars(
                insert(Official).returning(Official.id),
                [
                    {"name": f"领导{n}", "post": "副职", "department": "丙", "kind": "leader"}
                    | {"region": places[n % len(places)], "is_active": True, "created_at": now}
                    for n in range(leaders)
                ],
            )
        )
        enterprises = list(
            session.scalars(
                insert(Enterprise).returning(Enterprise.id),
                [
                    {"name": f"企业{n}", "region": places[n % len(places)], "created_at": now}
                    | {"stage": STAGES[n % len(STAGES)]}
                    for n in range(firms)
                ],
            )
        )
        rows = [
            {"person_id": person, "enterprise_id": enterprises[n % firms], "type": TYPES[n % len(TYPES)]}
            | {"owner_id": officials[n % leaders], "region": places[n % firms % len(places)]}
            | {"type_source": "guess", "confidence": 0.9, "title": "诉求", "rebounds": 0, "hops": 0}
            | history(n, resolved, now)
            for n in range(received)
        ]
        session.execute(insert(Ticket), rows)


def history(n: int, resolved: int, now: datetime) -> dict[str, Any]:
    """Return how far a request has come: half of those resolved are written off."""
    asked, is_done = now - timedelta(days=n % 120 + 20), n < resolved
    done, is_closed = asked + timedelta(days=10) if is_done else None, is_done and n % 2 == 0
    closed = now if is_closed else None
    status = "closed" if is_closed else "resolved" if is_done else ("open", "accepted", "declined")[n % 3]
    return {"created_at": asked, "resolved_at": done, "confirmed_at": closed, "closed_at": closed,
            "status": status}  # fmt: skip


LIAONING = (CITIES, 33, 660, 681, 325, "47.7%")
HANDED_DOWN = ([*CITIES, ZONE], 4833, 9340, 2327, 1127, "48.4%")


@pytest.mark.parametrize("figures_of", [LIAONING, HANDED_DOWN], ids=["province", "cities"])
def test_schemes_own_figures_are_read_back(desk: Desk, figures_of: Any) -> None:
    places, leaders, firms, received, resolved, percent = figures_of
    scheme(desk, places=places, leaders=leaders, firms=firms, received=received, resolved=resolved)
    answer = desk.get("/rates", by="region").json()
    *counted, value = figures(answer["total"], Rate.RESOLUTION)
    assert (*counted, f"{value:.1%}") == (resolved, received, percent)
    assert {group["key"] for group in answer["items"]} == set(places)
    for by in ("type", "region", "stage", "month"):
        groups = desk.get("/rates", by=by).json()["items"]
        parts = [figures(group, Rate.RESOLUTION)[:2] for group in groups]
        assert tuple(map(sum, zip(*parts, strict=True))) == (resolved, received), by
    with desk.database.reading() as session:
        assert recounting.differences(session, desk.clock()) == []
    fold(desk)
    assert desk.get("/rates", by="region").json() == answer
    wall = desk.get("/wall").json()
    assert wall["total"] == answer["total"]
    assert {tile["key"]: tile for tile in wall["regions"] if tile["counts"]["received"]} == {
        group["key"]: group for group in answer["items"]
    }
    by_type = {group["key"]: group for group in desk.get("/rates", by="type").json()["items"]}
    assert {column["key"]: column for column in wall["types"]} == by_type


def fold(desk: Desk) -> None:
    """Do what the timers do."""
    done = 1
    while done:
        with desk.database.transaction() as session:
            done = tallies.lapse(session, desk.clock(), limit=50) + tallies.fold(
                session, desk.clock(), limit=50
            )
    with desk.database.reading() as session:
        assert recounting.differences(session, desk.clock()) == []


def act(desk: Desk, number: str, openid: str, *deeds: Any) -> None:
    """Let somebody do things to a ticket."""
    with desk.database.transaction() as session:
        who = party(session, openid)
        assert who is not None
        ticket = find(session, number, seen_by=who)
        for deed in deeds:
            deed(session, ticket, actor_on(session, who, ticket), desk.clock())


def accept(session: Session, ticket: Ticket, actor: Any, now: datetime) -> None:
    office.accept(session, ticket, actor, now=now)


def resolve(session: Session, ticket: Ticket, actor: Any, now: datetime) -> None:
    office.resolve(session, ticket, actor, Words("text", "已解决"), now=now)


def confirm(session: Session, ticket: Ticket, actor: Any, now: datetime) -> None:
    tickets.confirm(session, ticket, actor, now=now)


def withdraw(session: Session, ticket: Ticket, actor: Any, now: datetime) -> None:
    tickets.withdraw(session, ticket, actor, now=now)


def rebound(session: Session, ticket: Ticket, actor: Any, now: datetime) -> None:
    tickets.dispute(session, ticket, actor, Words("text", "又没了"), now=now)


def rate_of(desk: Desk, rate: Rate, **wanted: Any) -> tuple[int, int, float | None]:
    return figures(desk.get("/rates", **wanted).json()["total"], rate)


def excluded(desk: Desk) -> tuple[int, ...]:
    found = {row["rate"]: row["excluded"] for row in desk.get("/rates").json()["total"]["rates"]}
    return tuple(found[rate] for rate in Rate)


def test_each_rate_has_its_numerator_denominator_and_exclusions(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    leader, author = f"o-leader-{SHENYANG}", f"o-owner-{SHENYANG}"
    with desk.database.transaction() as session:
        taken_back = request(session, author, desk)
    act(desk, taken_back, author, withdraw)
    assert rate_of(desk, Rate.RESOLUTION) == (0, 1, 0.0)
    assert rate_of(desk, Rate.RESPONSE) == (0, 0, None)
    assert rate_of(desk, Rate.CONFIRMATION) == (0, 0, None)
    assert excluded(desk) == (1, 2, 2, 2, 2, 1, 2, 2)

    desk.clock.advance(timedelta(hours=3))
    act(desk, place.number, leader, accept, resolve)
    assert rate_of(desk, Rate.RESOLUTION) == (1, 1, 1.0)
    assert rate_of(desk, Rate.RESPONSE) == (1, 1, 1.0)
    assert rate_of(desk, Rate.CONFIRMATION) == (0, 1, 0.0)
    assert rate_of(desk, Rate.HANDLING_HOURS) == (3, 1, 3.0)
    act(desk, place.number, author, confirm)
    assert rate_of(desk, Rate.CONFIRMATION) == (1, 1, 1.0)
    assert rate_of(desk, Rate.REBOUND) == (0, 1, 0.0)
    act(desk, place.number, author, rebound)
    assert rate_of(desk, Rate.RESOLUTION) == (0, 1, 0.0)
    assert rate_of(desk, Rate.REBOUND) == (1, 1, 1.0)

    answer = desk.get("/rates").json()
    assert answer["total"]["counts"]["statuses"]["withdrawn"] == 1
    assert excluded(desk) == (1, 1, 2, 2, 2, 1, 1, 2)
    words = {row["rate"]: row for row in answer["meanings"]}
    assert set(words) == set(Rate)
    assert "撤回" in words["resolution"]["exclusions"]


def test_what_runs_out_is_counted_at_once_and_stays(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    dues = {row["name"]: row["due_at"] for row in desk.get(f"/tickets/{place.number}").json()["clocks"]}
    counts = desk.get("/rates").json()["total"]["counts"]
    assert (counts["red"], counts["amber"], counts["green"]) == (0, 0, 1)

    desk.clock.advance(datetime.fromisoformat(dues["first_contact"]) - desk.clock())
    assert rate_of(desk, Rate.RESPONSE) == (0, 0, None)
    desk.clock.advance(timedelta(seconds=1))
    assert rate_of(desk, Rate.RESPONSE) == (0, 1, 0.0)
    assert rate_of(desk, Rate.OVERDUE) == (0, 1, 0.0)
    assert desk.get("/wall").json()["types"][3]["counts"]["red"] == 1
    fold(desk)
    assert rate_of(desk, Rate.RESPONSE) == (0, 1, 0.0)

    desk.clock.advance(datetime.fromisoformat(dues["result"]) - desk.clock() + timedelta(hours=1))
    assert rate_of(desk, Rate.OVERDUE) == (1, 1, 1.0)
    fold(desk)
    act(desk, place.number, f"o-leader-{SHENYANG}", accept, resolve)
    assert rate_of(desk, Rate.OVERDUE) == (1, 1, 1.0)
    assert rate_of(desk, Rate.RESPONSE) == (0, 1, 0.0)
    fold(desk)
    assert rate_of(desk, Rate.OVERDUE) == (1, 1, 1.0)


def keys(answer: Any) -> list[str]:
    return [group["key"] for group in answer.json()["items"]]


def test_keys_see_only_their_regions(desk: Desk) -> None:
    here, there, county = (settle_in(desk, region) for region in (SHENYANG, DALIAN, HEPING))
    shenyang, heping = desk.key("viewer", SHENYANG), desk.key("viewer", HEPING)
    for folded in (False, True):
        if folded:
            fold(desk)
        assert keys(desk.get("/rates", by="region")) == [SHENYANG, DALIAN]
        assert keys(desk.get("/rates", shenyang, by="region")) == [SHENYANG]
        assert keys(desk.get("/rates", shenyang, by="region", region=DALIAN)) == []
        assert keys(desk.get("/rates", shenyang, by="owner")) == [str(here.official), str(county.official)]
        assert keys(desk.get("/rates", heping, by="owner")) == [str(county.official)]
        assert keys(desk.get("/rates", shenyang, by="owner", owner_id=there.official)) == []
        totals = [
            desk.get("/rates", key).json()["total"]["counts"]["received"] for key in (None, shenyang, heping)
        ]
        assert totals == [3, 2, 1]
        wall = desk.get("/wall", heping).json()
        assert wall["total"]["counts"]["received"] == 1
        assert [tile["key"] for tile in wall["regions"]] == [SHENYANG]
        assert [row["owner"]["id"] for row in wall["leaders"]] == [county.official]
        assert [row["number"] for row in wall["oldest"]] == [county.number]


def test_periods_are_days_of_shanghai_and_both_are_included(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    day = desk.clock().date()
    for folded in (False, True):
        if folded:
            fold(desk)
        for since, until, count in (
            (day, day, 1),
            (day - timedelta(days=400), day, 1),
            (day, day + timedelta(days=400), 1),
            (day - timedelta(days=400), day - timedelta(days=1), 0),
            (day + timedelta(days=1), None, 0),
            (None, day - timedelta(days=1), 0),
        ):
            for by in ("type", "stage", "month", "owner", "region"):
                bounds = {name: each for name, each in (("since", since), ("until", until)) if each}
                groups = desk.get("/rates", by=by, **bounds).json()["items"]
                assert [group["counts"]["received"] for group in groups] == [1] * count, (by, bounds)


def test_owners_come_in_pages_and_none_is_missed(desk: Desk) -> None:
    regions: Iterable[str] = CITIES[:5]
    wanted = [str(settle_in(desk, region).official) for region in regions]
    fold(desk)
    seen: list[str] = []
    after: dict[str, Any] = {}
    while True:
        page = desk.get("/rates", by="owner", limit=2, **after).json()
        seen += [group["key"] for group in page["items"]]
        assert page["total"]["counts"]["received"] == len(wanted)
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert seen == wanted


def test_wall_shows_what_there_is(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    wall = desk.get("/wall").json()
    assert [tile["key"] for tile in wall["regions"]] == ["210000", ZONE, *CITIES]
    assert [row["key"] for row in wall["types"]] == list(TYPES)
    assert [(step["name"], step["tickets"]) for step in wall["funnel"]] == [
        ("待受理", 1),
        ("办理中", 0),
        ("待确认", 0),
        ("已销号", 0),
    ]
    assert [row["number"] for row in wall["oldest"]] == [place.number]
    assert wall["today"]["steps"] == 0
    act(desk, place.number, f"o-leader-{SHENYANG}", accept, resolve)
    wall = desk.get("/wall").json()
    assert wall["oldest"] == []
    assert (wall["today"]["steps"], wall["today"]["helped"]) == (1, 1)
    assert [(row["received"], row["done"], row["finished"]) for row in wall["weeks"]] == [(1, 1, 1)]
    assert [(row["received"], row["done"], row["finished"]) for row in wall["months"]] == [(1, 1, 1)]
