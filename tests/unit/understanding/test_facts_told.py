"""What several messages on one matter tell together, each as of the day on which it was said."""

from datetime import date

import pytest

from config.catalog import DebtorKind
from handlers.understanding.facts import facts_in, facts_told
from handlers.understanding.urgency import urgency

FIRST, LATER, TODAY = date(2026, 11, 1), date(2026, 11, 20), date(2026, 11, 27)
WAN = 10**6


@pytest.mark.parametrize("type_code", ["arrears", "factors", None])
def test_one_message_tells_the_same_as_alone(type_code: str | None) -> None:
    text = "给铁西区管委会修路，2025年8月15日验收，欠尾款320万，13912345678，资金链快断了，下周五前给个说法"
    assert facts_told([(text, TODAY)], TODAY, type_code=type_code) == facts_in(
        text, TODAY, type_code=type_code
    )


def test_nothing_said_tells_nothing() -> None:
    facts = facts_told([], TODAY, type_code="arrears")
    assert facts == facts_in("", TODAY, type_code="arrears")


def test_law_is_asked_of_all_words_together() -> None:
    facts = facts_told(
        [("管委会欠我们320万", FIRST), ("去年8月15日验收的", LATER)], TODAY, type_code="arrears"
    )
    assert facts.arrears is not None
    assert facts.arrears.due is not None
    assert facts.arrears.due.day == date(2025, 9, 14)
    assert facts.arrears.interest is not None
    assert facts.arrears.interest.days == (TODAY - date(2025, 9, 14)).days


def test_what_was_agreed_is_heard_in_any_message() -> None:
    said = [("管委会欠我们320万，2025年8月15日验收的", FIRST), ("合同约定验收后三年内付清", LATER)]
    facts = facts_told(said, TODAY, type_code="arrears")
    assert facts.arrears is not None
    assert facts.arrears.due is None


def test_days_are_those_of_the_day_they_were_said() -> None:
    facts = facts_told([("停电了，明天前给个说法", FIRST), ("昨天又停电", LATER)], TODAY)
    assert facts.deadline is not None
    assert facts.deadline.last == date(2026, 11, 2)
    assert facts.since is not None
    assert facts.since.first == date(2026, 11, 19)
    assert facts.urgency == urgency("停电")


@pytest.mark.parametrize(
    ("texts", "least"),
    [
        (("欠我们320万", "对方付了20万，还欠300万"), 300 * WAN),
        (("欠我们320万", "不对，拖欠的是350万"), 350 * WAN),
        (("欠我们320万", "合同总价是500万"), 320 * WAN),
        (("欠我们320万", "现在还欠着工人工资30万发不出来"), 320 * WAN),
        (("一直拖欠尾款", "尾款一共320万"), 320 * WAN),
    ],
)
def test_last_word_on_the_debt_counts(texts: tuple[str, ...], least: int) -> None:
    facts = facts_told([(text, FIRST) for text in texts], TODAY, type_code="arrears")
    assert facts.owed is not None
    assert facts.owed.least == least


def test_first_debtor_of_a_known_kind_owes() -> None:
    said = [("对方一直欠我们钱", FIRST), ("是镇政府欠的", LATER), ("去县财政局问过，财政局也说没钱", LATER)]
    facts = facts_told(said, TODAY, type_code="arrears")
    assert facts.arrears is not None
    assert facts.arrears.debtor is not None
    assert (facts.arrears.debtor.name, facts.arrears.debtor.kind) == ("镇政府", DebtorKind.ORGAN)


def test_numbers_of_all_messages_are_told_once() -> None:
    said = [("合同编号HT-2025-015，13912345678", FIRST), ("合同编号HT-2025-015，合同编号HT-2025-016", LATER)]
    facts = facts_told(said, TODAY)
    assert facts.identifiers.contracts == ("HT-2025-015", "HT-2025-016")
    assert facts.phones == ("5678",)
