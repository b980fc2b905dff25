"""Supervisors merge two tickets into one, take them apart, and shield them through the API."""

from typing import Any

from models.actions import office, tickets
from models.actions.conversation import Words
from models.actions.tickets import Guess
from models.queries.people import party
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, settle_in
from tests.contracts.api.test_decisions import LEADER, OWNER, decide, last, on


def another(desk: Desk, openid: str = OWNER) -> str:
    """Let the same enterprise bring one more case; return its number."""
    with desk.database.transaction() as session:
        who = party(session, openid)
        assert who is not None
        guess = Guess("arrears", 0.9, None, is_sure=True)
        return tickets.submit(
            session, who, Words("text", "欠款"), guess, title="欠款", now=desk.clock()
        ).number


def clocks(desk: Desk, number: str) -> list[dict[str, Any]]:
    return sorted(desk.get(f"/tickets/{number}").json()["clocks"], key=lambda each: each["name"])


def test_merging_is_signed_seen_and_undone(small_desk: Desk) -> None:
    desk = small_desk
    first = settle_in(desk, SHENYANG).number
    second = another(desk)
    before = clocks(desk, first), clocks(desk, second)
    answer = decide(desk, second, "merge", into=first)
    assert (answer.status_code, answer.json()["status"], answer.json()["merged_into"]) == (
        200,
        "merged",
        first,
    )
    assert clocks(desk, first) == before[0]
    assert (last(desk, second)["verb"], last(desk, first)["verb"]) == ("merge", "carry")
    assert last(desk, second)["data"]["signed"] == "supervisor None"
    assert len(last(desk, second)["data"]["salt"]) == 32
    listed = {each["number"]: each for each in desk.get("/tickets").json()["items"]}
    assert (listed[first]["merged_into"], listed[second]["merged_into"]) == (None, first)

    again = decide(desk, second, "merge", into=first)
    assert (again.status_code, again.json()["type"]) == (409, "urn:liaison:not-possible")
    apart = decide(desk, second, "separate")
    assert (apart.status_code, apart.json()["status"], apart.json()["merged_into"]) == (200, "open", None)
    assert clocks(desk, second) == before[1]
    assert decide(desk, second, "separate").json()["type"] == "urn:liaison:not-possible"


def test_repeat_of_a_merge_with_its_key_is_answered_and_done_once(small_desk: Desk) -> None:
    first = settle_in(small_desk, SHENYANG).number
    second = another(small_desk)
    answers = [decide(small_desk, second, "merge", once="k", into=first) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert answers[1].headers["idempotent-replayed"] == "true"
    verbs = [each["verb"] for each in small_desk.get(f"/tickets/{second}/events").json()["items"]]
    assert verbs.count("merge") == 1


def test_merge_is_refused_across_enterprises_regions_and_the_wrong_way_round(small_desk: Desk) -> None:
    desk = small_desk
    first, foreign = settle_in(desk, SHENYANG).number, settle_in(desk, DALIAN).number
    second = another(desk)
    for into, kind in ((foreign, 409), (second, 409), ("1234", 404)):
        assert decide(desk, second, "merge", into=into).status_code == kind, into
    assert decide(desk, first, "merge", into=second).json()["type"] == "urn:liaison:cannot-merge"
    assert decide(desk, second, "merge", into=foreign, region=SHENYANG).status_code == 404
    assert decide(desk, second, "merge", into=first, role="viewer").status_code == 403
    assert decide(desk, second, "merge").status_code == 422


def test_what_is_published_says_that_a_ticket_in_work_joins_another_too(small_desk: Desk) -> None:
    desk = small_desk
    first = settle_in(desk, SHENYANG).number
    second = another(desk)
    with desk.database.transaction() as session:
        for number in (first, second):
            office.accept(session, *on(session, LEADER, number), now=desk.clock())
    assert decide(desk, second, "merge", into=first).json()["status"] == "merged"
    paths: dict[str, Any] = desk.send("GET", "/openapi.json").json()["paths"]
    (told,) = [each["post"]["description"] for path, each in paths.items() if path.endswith("/merge")]
    assert told.startswith("Have a ticket, open or in work, go on under an earlier one")


def test_version_that_was_not_seen_is_not_merged(small_desk: Desk) -> None:
    desk = small_desk
    first = settle_in(desk, SHENYANG).number
    second = another(desk)
    path = f"/tickets/{second}/actions/merge"
    stale = desk.send(
        "POST", path, desk.key(), json={"reason": "同一笔欠款", "into": first}, headers={"If-Match": '"no"'}
    )
    assert stale.status_code == 412
    tag = desk.get(f"/tickets/{second}").headers["etag"]
    fresh = desk.send(
        "POST", path, desk.key(), json={"reason": "同一笔欠款", "into": first}, headers={"If-Match": tag}
    )
    assert fresh.status_code == 200


def test_shielding_by_a_supervisor_hides_from_lists_and_viewers(small_desk: Desk) -> None:
    desk = small_desk
    number = settle_in(desk, SHENYANG).number
    title = desk.get(f"/tickets/{number}").json()["title"]
    assert decide(desk, number, "shield").json()["is_shielded"] is True
    assert decide(desk, number, "shield").status_code == 200, "once more changes nothing"
    (listed,) = desk.get("/tickets").json()["items"]
    assert (listed["title"], listed["enterprise"], listed["is_shielded"]) == ("（保密）", None, True)
    assert desk.get(f"/tickets/{number}").json()["title"] == title
    assert desk.get(f"/tickets/{number}", desk.key("viewer")).status_code == 403
    shown = desk.get("/events").json()["items"]
    assert all("reason" not in each["data"] for each in shown)
    assert decide(desk, number, "unshield").json()["is_shielded"] is False
    assert desk.get("/tickets").json()["items"][0]["title"] == title
    assert desk.get(f"/tickets/{number}", desk.key("viewer")).status_code == 200
