"""`/patterns`: seen through one's own regions only, and what supervisors decide about them sticks."""

from typing import Any

import pytest
from sqlalchemy import select

from models.actions import shielding
from models.queries.taught import join_from
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.numbers import number_of
from models.tables import Pattern, PatternDecision, Ticket
from tests.alike import ARREARS, bring, compare, firm, groups, seven
from tests.contracts.api.desk import DALIAN, PROVINCE, SHENYANG, Desk, leader
from tests.patching import belongs
from tests.unit.models.stage import NOW

TITLE = "澜河县城投拖欠工程款"


@pytest.fixture
def stones(desk: Desk) -> tuple[Desk, int, list[int]]:
    """A desk with a pattern of seven cases: its id, and theirs."""
    with desk.database.transaction() as session:
        leader(session, PROVINCE, desk)
    compare(desk.database)
    cases = seven(desk.database, region=SHENYANG)
    compare(desk.database)
    return desk, desk.get("/patterns").json()["items"][0]["id"], cases


def decide(desk: Desk, pattern: int, verb: str, *, role: str = "supervisor", region: str | None = None,
           once: str | None = None, **body: Any) -> Any:  # fmt: skip
    return desk.post(f"/patterns/{pattern}/actions/{verb}", body, key=desk.key(role, region), once=once)


def test_pattern_tells_what_its_cases_have_in_common(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, cases = stones
    body = desk.get(f"/patterns/{pattern}", desk.key("viewer")).json()
    assert (body["type"], body["state"], body["cases"], body["enterprises"]) == ("arrears", "open", 7, 7)
    assert (body["regions"], body["solved"]) == ({SHENYANG: 7}, 0)
    assert body["trend"] == {"2026-11": 7}
    assert "城投" in body["title"] + body["stone"]
    assert {each["number"] for each in body["typical"]} <= {number_of(each) for each in cases}
    assert body["suggested_owner"]["name"] == "安予诚"
    assert body["decisions"] == []


def test_list_is_by_state_and_type(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, _ = stones
    assert [each["id"] for each in desk.get("/patterns", type="arrears").json()["items"]] == [pattern]
    assert desk.get("/patterns", type="ip").json()["items"] == []
    assert desk.get("/patterns", state="dismissed").json()["items"] == []
    assert desk.get("/patterns", state="forming").status_code == 422


def test_other_regions_see_no_pattern_and_no_title(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, _ = stones
    key = desk.key("supervisor", DALIAN)
    assert desk.get("/patterns", key).json() == {"items": [], "next": None}
    foreign, missing = desk.get(f"/patterns/{pattern}", key), desk.get("/patterns/999999", key)
    assert (foreign.status_code, foreign.json()) == (missing.status_code, missing.json())
    assert decide(desk, pattern, "rename", region=DALIAN, title="改名").status_code == 404


def test_region_counts_its_own_cases_and_does_not_decide_for_others(
    stones: tuple[Desk, int, list[int]],
) -> None:
    desk, pattern, _ = stones
    bring(
        desk.database,
        firm(desk.database, "dalian", region=DALIAN),
        "澜河县城投欠我们防水工程款两年了，工程尾款三十万",
    )
    compare(desk.database)
    assert desk.get(f"/patterns/{pattern}").json()["cases"] == 8
    mine = desk.get(f"/patterns/{pattern}", desk.key("supervisor", DALIAN)).json()
    assert (mine["cases"], mine["regions"]) == (1, {DALIAN: 1})
    refused = decide(desk, pattern, "dismiss", region=DALIAN, reason="不属于同类")
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:liaison:other-region")


def test_renamed_stays_renamed(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, _ = stones
    body = decide(desk, pattern, "rename", title=TITLE).json()
    assert (body["title"], [each["verb"] for each in body["decisions"]]) == (TITLE, ["rename"])
    assert body["decisions"][0]["signed"] == "supervisor None"
    bring(desk.database, firm(desk.database, "later"), "澜河县城投欠工程款，护坡的尾款五十万，拖了两年")
    compare(desk.database)
    body = desk.get(f"/patterns/{pattern}").json()
    assert (body["title"], body["cases"]) == (TITLE, 8)


def test_viewers_decide_nothing(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, _ = stones
    for verb, body in (
        ("rename", {"title": TITLE}),
        ("dismiss", {"reason": "不是同类"}),
        ("join", {"pattern_id": 1}),
    ):
        assert decide(desk, pattern, verb, role="viewer", **body).status_code == 403


def test_split_cases_stay_apart_and_joined_ones_together(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, cases = stones
    numbers = [number_of(each) for each in cases[:2]]
    new = decide(desk, pattern, "split", numbers=numbers, title="滨河路项目").json()
    assert (new["cases"], new["title"], new["state"]) == (2, "滨河路项目", "open")
    assert desk.get(f"/patterns/{pattern}").json()["cases"] == 5
    compare(desk.database)
    assert [len(members) for _, members in groups(desk.database)] == [5, 2]

    assert decide(desk, pattern, "join", pattern_id=pattern).status_code == 409
    joined = decide(desk, pattern, "join", pattern_id=new["id"]).json()
    assert joined["cases"] == 7
    assert desk.get(f"/patterns/{new['id']}").json()["id"] == pattern
    assert [each["id"] for each in desk.get("/patterns").json()["items"]] == [pattern]


def test_split_patterns_are_each_told_in_words_of_their_own(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, _ = stones
    with desk.database.reading() as session:
        row = session.get_one(Pattern, pattern)
        (teller,), stone = row.told_from, row.stone
    new = decide(desk, pattern, "split", numbers=[number_of(teller)], title="滨河路项目").json()
    old = desk.get(f"/patterns/{pattern}").json()
    assert (new["stone"], old["stone"] not in {"", stone}) == (stone, True)


def told_by_one(desk: Desk) -> tuple[int, list[int]]:
    """Return a pattern in the words of the first of its cases, and them; nothing in them makes a sentence."""
    with desk.database.transaction() as session:
        leader(session, PROVINCE, desk)
    cases = [bring(desk.database, firm(desk.database, f"f{n}"), "城投欠款") for n in range(3)]
    with desk.database.transaction() as session:
        row = Pattern(type="arrears", state="open", title="城投欠款", stone="", created_at=NOW, opened_at=NOW)
        row.told_from = cases[:1]
        session.add(row)
        session.flush()
        for each in cases:
            belongs(session, session.get_one(Ticket, each), row.id, NOW)
        return row.id, cases


def test_pattern_is_split_though_nothing_in_it_makes_a_sentence(desk: Desk) -> None:
    pattern, cases = told_by_one(desk)
    answer = decide(desk, pattern, "split", numbers=[number_of(cases[0])], title="另一类")
    assert (answer.status_code, answer.json()["stone"]) == (200, "")
    assert desk.get(f"/patterns/{pattern}").json()["title"] == "城投欠款"


def test_title_that_stayed_goes_when_the_case_whose_words_it_is_is_shielded(desk: Desk) -> None:
    """That case was split off, and what is left of the pattern has no words of its own."""
    pattern, cases = told_by_one(desk)
    decide(desk, pattern, "split", numbers=[number_of(cases[0])], title="另一类")
    with desk.database.transaction() as session:
        case = session.get_one(Ticket, cases[0], with_for_update=True)
        shielding.shield(session, case, Actor(Role.ENTERPRISE, case.person_id), now=NOW)
    with desk.database.reading() as session:
        assert session.get_one(Pattern, pattern).title == ""


def test_which_cases_a_decision_was_about_is_told_to_no_key_of_a_region(
    stones: tuple[Desk, int, list[int]],
) -> None:
    desk, pattern, cases = stones
    decide(desk, pattern, "split", numbers=[number_of(cases[0])], title="另一类")
    for key, is_told in ((desk.key("viewer"), True), (desk.key("viewer", SHENYANG), False)):
        (decision,) = desk.get(f"/patterns/{pattern}", key).json()["decisions"]
        assert decision["verb"] == "split"
        assert ("tickets" in decision["data"]) == is_told


def test_in_whose_words_a_pattern_was_told_is_told_to_nobody(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, _ = stones
    before = desk.get(f"/patterns/{pattern}").json()["title"]
    decide(desk, pattern, "rename", title=TITLE)
    with desk.database.reading() as session:
        assert session.scalars(select(PatternDecision)).one().data["told_from"] != []
    for key in (desk.key("supervisor"), desk.key("viewer", SHENYANG)):
        (decision,) = desk.get(f"/patterns/{pattern}", key).json()["decisions"]
        assert decision["data"] == {"before": before, "title": TITLE}


def test_only_its_own_cases_can_be_split_off_and_never_all(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, cases = stones
    stranger = bring(desk.database, firm(desk.database, "else"), "网上有人假冒我们的商标", kind="ip")
    for ids in ([stranger], cases):
        answer = decide(desk, pattern, "split", numbers=[number_of(each) for each in ids], title="另一类")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:liaison:not-of-the-pattern")
    assert decide(desk, pattern, "split", numbers=["99"], title="另一类").status_code == 404


def test_dismissed_pattern_is_listed_apart_and_raises_the_threshold(
    stones: tuple[Desk, int, list[int]],
) -> None:
    desk, pattern, _ = stones
    body = decide(desk, pattern, "dismiss", reason="同一个项目的分包，不算同类").json()
    assert body["state"] == "dismissed"
    assert desk.get("/patterns").json()["items"] == []
    assert [each["id"] for each in desk.get("/patterns", state="dismissed").json()["items"]] == [pattern]
    for n, text in enumerate(ARREARS[:4]):
        bring(desk.database, firm(desk.database, f"north{n}"), text.replace("澜河", "北屏"))
    compare(desk.database)
    with desk.database.reading() as session:
        states = session.scalars(select(Pattern.state).order_by(Pattern.id)).all()
    assert list(states) == ["dismissed", "forming"]


def test_splits_and_joins_move_the_likeness_from_which_on_cases_of_their_type_belong_together(
    stones: tuple[Desk, int, list[int]],
) -> None:
    desk, pattern, cases = stones

    def learned(kind: str) -> float:
        with desk.database.reading() as session:
            return join_from(session, kind, 0.4)

    assert learned("arrears") == 0.4
    new = decide(desk, pattern, "split", numbers=[number_of(cases[0])], title="另一类").json()
    assert (learned("arrears"), learned("ip")) == (pytest.approx(0.42), 0.4)
    second = decide(desk, pattern, "split", numbers=[number_of(cases[1])], title="又一类").json()
    assert learned("arrears") == pytest.approx(0.44), "each split teaches"
    for each in (new, second):
        decide(desk, pattern, "join", pattern_id=each["id"])
    assert learned("arrears") == pytest.approx(0.4)


def test_decision_sent_twice_is_made_once(stones: tuple[Desk, int, list[int]]) -> None:
    desk, pattern, cases = stones
    body = {"numbers": [number_of(cases[0])], "title": "另一类"}
    first, second = (decide(desk, pattern, "split", once="w-1", **body) for _ in range(2))
    assert first.json() == second.json()
    with desk.database.reading() as session:
        assert len(session.scalars(select(PatternDecision)).all()) == 1
