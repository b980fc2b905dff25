"""A case goes through the chat, and the ledger has it: the claim as its words made it when it was taken on."""

import secrets
from typing import Any

from models.actions import access
from tests.flows.reading import number_in
from tests.roster import LEADER, OWNER
from tests.world import World

STORY = "我们给铁西区管委会修厂区道路，2025年8月15日验收合格，至今拖欠工程尾款320万元，请领导帮忙协调"


def entries(world: World, ledger: str) -> list[dict[str, Any]]:
    """Read a ledger with a key of the province."""
    raw = secrets.token_urlsafe(32)
    with world.database.transaction() as session:
        access.create_key(session, raw, name="台账", role="viewer", region=None, now=world.clock())
    answer = world.web.get(f"/api/v1/ledgers/{ledger}", headers={"Authorization": f"Bearer {raw}"})
    answer.raise_for_status()
    return list(answer.json()["items"])


def test_case_of_the_chat_stands_in_its_ledger(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(STORY))
    assert entries(world, "arrears") == []

    leader.say(f"受理 {number}")
    world.advance(minutes=2)
    owner.say(f"补充 {number} 其实是欠500万元")
    leader.say(f"进展 {number} 已约管委会周四面谈")
    [entry] = entries(world, "arrears")
    assert (entry["ticket"], entry["content"], entry["status"]) == (number, STORY, "accepted")
    assert entry["measures"] == "已约管委会周四面谈"
    claim = {name: entry["claim"][name] for name in ("debtor", "kind", "least", "most", "overdue")}
    assert claim == {
        "debtor": "铁西区管委会",
        "kind": "organ",
        "least": 320_000_000,
        "most": 320_000_000,
        "overdue": 436,
    }


def test_ledger_claims_no_size_of_an_enterprise_nor_what_depends_on_it(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(
        owner.say("甲方沈阳华强建设有限公司拖欠我们工程款320万元，2025年8月15日验收合格，至今没给")
    )
    leader.say(f"受理 {number}")
    [entry] = entries(world, "arrears")
    claim = {name: entry["claim"][name] for name in ("debtor", "kind", "least", "overdue", "interest_least")}
    assert claim == {
        "debtor": "沈阳华强建设有限公司",
        "kind": None,
        "least": 320_000_000,
        "overdue": None,
        "interest_least": None,
    }


def test_refused_case_is_entered_with_its_claim(world: World) -> None:
    owner, leader = world.phone(OWNER), world.phone(LEADER)
    leader.say("待办")
    number = number_in(owner.say(STORY))
    leader.say(f"不予办理 {number} 民事纠纷 合同约定有争议，请走法院")
    [entry] = entries(world, "arrears")
    assert (entry["status"], entry["claim"]["debtor"]) == ("declined", "铁西区管委会")
    assert entry["refusal"]["reason"] in entry["measures"]
