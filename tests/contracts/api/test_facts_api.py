"""What the words of a ticket tell, beside the ticket itself: for whoever may read its messages, and in no list."""

from datetime import timedelta
from typing import Any

from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, settle_in
from tests.contracts.api.test_ledgers_api import accept, line, resolve

STORY = (
    "给沈阳铁西区管委会修路，2025年8月15日验收，合同编号HT-2025-015，欠工程尾款三百多万，资金链快断了，"
    "12月5日前给个说法，电话13912345678"
)
SOURCE = "《保障中小企业款项支付条例》（国务院令第802号）"


def taken_down(desk: Desk, text: str, type_: str) -> str:
    place = settle_in(desk, SHENYANG)
    body = {"contact_id": place.contact, "text": text, "type": type_}
    return str(desk.post("/tickets", body, key=desk.key("supervisor")).json()["number"])


def facts(desk: Desk, number: str) -> dict[str, Any]:
    return dict(desk.get(f"/tickets/{number}").json()["facts"])


def test_ticket_tells_what_its_words_say(desk: Desk) -> None:
    sum_ = {"text": "三百多万", "least": 300_000_000, "most": 399_999_999, "currency": "CNY"}
    assert facts(desk, taken_down(desk, STORY, "arrears")) == {
        "amounts": [sum_],
        "owed": sum_,
        "since": {"from": "2025-08-15", "to": "2025-08-15", "text": "2025年8月15日"},
        "deadline": {"from": "2026-12-05", "to": "2026-12-05", "text": "12月5日前"},
        "region": {"code": "210106", "name": "铁西区"},
        "phones": ["5678"],
        "credit_codes": [],
        "contracts": ["HT-2025-015"],
        "licences": [],
        "trademarks": [],
        "patents": [],
        "documents": [],
        "urgency": ["cash"],
        "debtor": "沈阳铁西区管委会",
        "debtor_kind": "organ",
        "due": {"date": "2025-09-14", "days": 30, "clause": "第九条", "source": SOURCE, "if_large": False},
        "interest": {
            "least": 65_400_000,
            "most": 87_199_999,
            "days": 436,
            "daily": "0.0005",
            "clause": "第十七条",
            "source": SOURCE,
        },
    }


def test_interest_runs_on_and_the_words_keep_their_day(desk: Desk) -> None:
    number = taken_down(desk, STORY, "arrears")
    before = facts(desk, number)
    desk.clock.advance(timedelta(days=10))
    after = facts(desk, number)
    assert (before.pop("interest")["days"], after.pop("interest")["days"]) == (436, 446)
    assert after == before


def test_claim_in_the_ledger_runs_on_until_the_case_is_resolved(desk: Desk) -> None:
    number = taken_down(desk, STORY, "arrears")
    accept(desk, number)

    def claimed() -> tuple[str, str]:
        found = line(desk)
        return found["逾期天数"], found["逾期利息（元）"]

    desk.clock.advance(timedelta(days=10))
    running = claimed()
    assert running == ("446", "669000.00至891999.99")
    resolve(desk, number)
    desk.clock.advance(timedelta(days=30))
    assert claimed() == running


def test_debts_are_told_of_arrears_only(desk: Desk) -> None:
    told = facts(desk, taken_down(desk, STORY, "factors"))
    assert [told[name] for name in ("debtor", "debtor_kind", "due", "interest")] == [None] * 4


def test_list_tells_none_and_foreign_regions_read_none(desk: Desk) -> None:
    number = taken_down(desk, STORY, "arrears")
    assert all("facts" not in one for one in desk.get("/tickets").json()["items"])
    foreign = desk.key("supervisor", DALIAN)
    read = [desk.get(f"/tickets/{number}{tail}", foreign).status_code for tail in ("", "/messages")]
    assert read == [404, 404]
