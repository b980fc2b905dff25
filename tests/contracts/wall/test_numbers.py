"""Every number on the wall is the API's, and leads to exactly what it counts, in a populated province."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from models.rules.counting import SHANGHAI
from tests.contracts.api.desk import DALIAN, HEPING, SHENYANG, Desk
from tests.contracts.wall.pages import Element, Link, Shown
from tests.contracts.wall.town import DAYS, Town, lived
from tests.contracts.wall.visitor import Visitor

REACHES = [None, SHENYANG, HEPING, DALIAN]
SHARES = ("resolution", "response", "confirmation", "satisfaction", "rating", "overdue", "rebound")


@pytest.fixture
def town(desk: Desk) -> Iterator[Town]:
    with lived(desk) as found:
        yield found


@pytest.fixture
def visitor(town: Town) -> Iterator[Visitor]:
    with Visitor.at(town.desk) as here:
        yield here


def numbers(text: str) -> list[int]:
    return [int(found) for found in re.findall(r"\d+", text)]


def in_hand(counts: dict[str, Any]) -> int:
    return int(counts["statuses"]["open"] + counts["statuses"]["accepted"])


def shown(board: Element) -> dict[str, Any]:
    """Return every number that a board shows, by what it is of."""
    cards = list(board.one("dl", "figures").all("div", "card"))
    columns = {}
    for column in board.one("section", "columns").all("article"):
        big, lights, rate = column.all("p")
        spoken = column.one("div", "lights").attributes["aria-label"]
        columns[column.one("h3").text] = (
            numbers(big.text),
            numbers(lights.text),
            numbers(spoken),
            rate.text[3:].strip(),
        )
    tiles = {
        tile.attributes["aria-label"].split("：")[0]: numbers(tile.one("strong").text)
        for tile in board.one("section", "regions").all("a", "tile")
    }
    leaders = board.one("section", "leaders")
    return {
        "today": [numbers(card.text) for card in cards[:2]],
        "rates": [(card.one("small").text, card.one("dd").inside[0]) for card in cards[2:-1]],
        "columns": columns,
        "tiles": tiles,
        "regions": {row[0]: row[1:] for row in board.one("section", "regions").table()},
        "trend": board.one("section", "trend").table(),
        "funnel": board.one("section", "funnel").table(),
        "leaders": leaders.table() if list(leaders.all("table")) else [],
        "oldest": [
            row[0] for row in board.one("section", "oldest").table()
        ] if list(board.one("section", "oldest").all("table")) else [],
    }  # fmt: skip


def share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def told(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the same of an answer of the API."""
    today = answer["today"]

    def rate(group: dict[str, Any], name: str) -> dict[str, Any]:
        return next(each for each in group["rates"] if each["rate"] == name)

    def lights(counts: dict[str, Any]) -> list[int]:
        return [counts["green"], counts["amber"], counts["red"]]

    columns = {
        each["name"]: (
            [in_hand(each["counts"]), each["counts"]["received"]],
            lights(each["counts"]),
            lights(each["counts"]),
            share(rate(each, "resolution")["value"]),
        )
        for each in answer["types"]
    }
    places = [each for each in answer["regions"] if each["key"] != "210000"]
    regions = {
        each["name"]: [
            *(str(each["counts"]["received"]), str(in_hand(each["counts"]))),
            *(str(each["counts"]["amber"]), str(each["counts"]["red"])),
            share(rate(each, "resolution")["value"]),
        ]
        for each in places
    }
    day = datetime.fromisoformat(answer["as_of"]).astimezone(SHANGHAI).date()
    weeks = {each["begins"]: each for each in answer["weeks"]}
    trend = []
    for ago in reversed(range(12)):
        monday = day - timedelta(days=day.weekday(), weeks=ago)
        week = weeks.get(monday.isoformat(), {"received": 0, "finished": 0})
        trend.append([f"{monday:%m-%d}", str(week["received"]), str(week["finished"])])

    def dot(count: int) -> str:
        return str(count or "·")

    return {
        "today": [
            [today["disturbed"], today["messages"], today["calls"], today["visits"]],
            [today["helped"], today["steps"]],
        ],
        "rates": [
            (f"{each['numerator']} ÷ {each['denominator']}", share(each["value"]))
            for each in (rate(answer["total"], name) for name in SHARES)
        ],
        "columns": columns,
        "tiles": {each["name"]: [in_hand(each["counts"])] for each in places},
        "regions": regions,
        "trend": trend,
        "funnel": [[each["name"], str(each["tickets"])] for each in answer["funnel"]],
        "leaders": [
            [
                f"{row['owner']['post']} {row['owner']['name']}",
                *(dot(in_hand(counts)) for counts in row["types"].values()),
                *(str(in_hand(row["total"])), dot(row["total"]["red"])),
            ]
            for row in answer["leaders"]
        ],
        "oldest": [each["number"] for each in answer["oldest"]],
    }


def board(visitor: Visitor, path: str = "/wall") -> Element:
    answer = visitor.get(path)
    assert answer.status_code == 200
    return Shown.of(answer.text).root.one("main")


@pytest.mark.parametrize("region", REACHES)
def test_wall_shows_the_numbers_of_the_api(visitor: Visitor, region: str | None) -> None:
    desk = visitor.desk
    key = desk.key("viewer", region)
    visitor.sign_in(key)
    answer = desk.get("/wall", key).json()
    found = shown(board(visitor))
    assert found == told(answer)
    assert sum(1 for each in answer["types"] if each["counts"]["received"]) > 3
    assert sum(numbers[0] for numbers in found["tiles"].values()) == in_hand(answer["total"]["counts"]) > 0
    again = Shown.of(visitor.part("/wall/board").text).root.one("main")
    assert shown(again) == found


@pytest.mark.parametrize("region", [None, SHENYANG])
def test_wall_of_an_evening_shows_the_numbers_of_the_api_as_of_then(
    visitor: Visitor, region: str | None
) -> None:
    desk = visitor.desk
    key = desk.key("viewer", region)
    visitor.sign_in(key)
    seen = []
    for ago in (1, 4, DAYS - 2):
        day: date = desk.clock().astimezone(SHANGHAI).date() - timedelta(days=ago)
        moment = datetime.combine(day, time.max, SHANGHAI)
        answer = desk.get("/wall", key, as_of=moment.isoformat()).json()
        found = board(visitor, f"/wall?as_of={day}")
        assert shown(found) == told(answer)
        seen.append(answer["total"]["counts"])
    assert seen[0]["received"] > seen[1]["received"] > seen[2]["received"] > 0
    assert seen[0]["statuses"] != seen[1]["statuses"]


def listed(visitor: Visitor, link: Link) -> tuple[int, list[str]]:
    """Return how many things the list behind a link says it has, and all that it has, page by page."""
    path, seen, count = link.href, [], None
    while True:
        page = visitor.get(path)
        assert page.status_code == 200, path
        found = Shown.of(page.text)
        said = numbers(found.root.one("h1", id="sheet-title").text)[-1]
        assert count in {None, said}
        count = said
        if list(found.root.all("tbody")):
            seen += [row[0] for row in found.root.table()]
        more = [
            each.attributes["href"]
            for each in found.root.all("a", "plain")
            if "after=" in each.attributes["href"]
        ]
        if not more:
            return count, seen
        path = more[0]


@pytest.mark.parametrize("region", REACHES)
def test_every_number_leads_to_exactly_what_it_counts(visitor: Visitor, region: str | None) -> None:
    visitor.sign_in(visitor.desk.key("viewer", region))
    links = [each for each in Shown.of(visitor.get("/wall").text).links if "?" in each.href]
    known: dict[str, tuple[int, list[str]]] = {}
    for link in links:
        if link.href not in known:
            known[link.href] = listed(visitor, link)
        count, seen = known[link.href]
        assert (link.number, len(set(seen))) == (count, len(seen)), link
        assert count == len(seen), link
    leads = {link.href for link in links if link.number}
    for what in (
        *(
            "counted=in_hand&type=",
            "counted=received&type=",
            "type=arrears&counted=",
            "region=210",
            "status=",
        ),
        *("&owner=", "counted=red", "counted=green", "week=", "counted=done", "are=disturbed"),
    ):
        assert [path for path in leads if what in path], what


@pytest.mark.parametrize("region", [None, SHENYANG])
def test_every_number_of_an_evening_leads_to_exactly_what_it_counted_then(
    visitor: Visitor, region: str | None
) -> None:
    visitor.sign_in(visitor.desk.key("viewer", region))
    today = visitor.desk.clock().astimezone(SHANGHAI).date()
    stood: list[dict[str, str]] = []
    for ago in (1, 3, 7):
        day = today - timedelta(days=ago)
        page = visitor.get(f"/wall?as_of={day}")
        links = [each for each in Shown.of(page.text).links if "?" in each.href and "cases" in each.href]
        for href, number in {(each.href, each.number) for each in links}:
            assert f"as_of={day}" in href
            count, seen = listed(visitor, Link(href, number))
            assert (number, len(set(seen)), len(seen)) == (count, count, count), href
        rows = {}
        for code in ("open", "accepted", "resolved", "closed", "declined", "withdrawn"):
            table = Shown.of(visitor.get(f"/wall/cases?status={code}&limit=100&as_of={day}").text).root
            rows |= {row[0]: row[5] for row in table.table()} if list(table.all("tbody")) else {}
        stood.append(rows)
        firms = [each for each in Shown.of(page.text).links if "/wall/enterprises?" in each.href]
        assert [each.number for each in firms] == [listed(visitor, each)[0] for each in firms]
    newest, *_, oldest = stood
    assert set(oldest) < set(newest)  # what came later is not in the older list
    assert {number for number in oldest if oldest[number] != newest[number]}  # and shows where it stood then


def test_number_on_the_board_that_counts_cases_is_a_link(visitor: Visitor) -> None:
    """No figure is left out: whatever number above nought stands in a table or a card can be opened."""
    visitor.sign_in(visitor.desk.key("viewer"))
    yesterday = visitor.desk.clock().astimezone(SHANGHAI).date() - timedelta(days=1)
    for path in ("/wall", f"/wall?as_of={yesterday}"):
        _numbers_are_links(board(visitor, path))


def _numbers_are_links(found: Element) -> None:
    for section in ("regions", "trend", "funnel", "leaders"):
        for line in found.one("section", section).one("tbody").all("tr"):
            for cell in line.all("td", "num"):
                if cell.text.isdigit() and cell.text != "0":
                    assert cell.one("a", "n").text == cell.text
    for column in found.one("section", "columns").all("article"):
        big, lights, _ = column.all("p")
        assert [each.text for each in big.all("a", "n")] == [
            n for n in re.findall(r"\d+", big.text) if n != "0"
        ]
        assert len(list(lights.all("a"))) == 3
    for card in list(found.one("dl", "figures").all("div", "card"))[:-1]:
        for each in card.all("small"):
            parts = [part for part in re.findall(r"\d+", each.text) if part != "0" and "÷" in each.text]
            assert [link.text for link in each.all("a", "n")] == parts


def test_list_that_never_was_asked_for_rightly_is_refused(visitor: Visitor) -> None:
    visitor.sign_in(visitor.desk.key("viewer"))
    for path in (
        *("/wall/cases?week=9999-12-31", "/wall/cases?week=soon", "/wall/cases?counted=all"),
        *("/wall/cases?as_of=soon", "/wall/enterprises?are=helped&as_of=1"),
        *("/wall/enterprises", "/wall/enterprises?are=here", "/wall/enterprises?are=helped&after=%00"),
    ):
        assert visitor.get(path).status_code == 400
