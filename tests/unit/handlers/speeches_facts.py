"""What an enterprise's words may tell, for the answers that show it: short, long, and of every kind."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from config.catalog import DebtorKind
from handlers import say
from handlers.understanding.arrears import Arrears
from handlers.understanding.debtors import Debtor
from handlers.understanding.facts import Facts, facts_in, facts_told
from models.rules.payment import due

DAY = date(2026, 11, 24)
TELLING = (
    "给铁西区管委会修路，2025年8月15日验收，欠工程款三百多万，工人闹着要工资，请12月5日前给个说法",
    "上市公司拖着货款约5000万以上不给，2025年10月交货，车间停产，停电了，资金链要断，有漏电安全隐患",
    "拖了两年多，还剩8600.55元没给",
    "欠我们120万美元，从2021年起",
    "贷款500万12月15号到期，续贷批不下来",
    "县医院欠款几千万，2024年6月3日供货",
    "注册资金3000万，投资500万，想办证",
    "包工头欠我3万块",
    "您好",
)
FACTS = st.none() | st.builds(
    lambda texts, code: facts_told([(text, DAY) for text in texts], DAY, type_code=code),
    st.lists(st.sampled_from(TELLING) | st.text(max_size=60), max_size=4),
    st.sampled_from(["arrears", "factors"]),
)
ALL_DUE = [
    found
    for day in (date(2025, 9, 3), date(2024, 2, 29))
    for kind in DebtorKind
    if (found := due(day, kind)) is not None
]
DUES = st.none() | st.sampled_from(ALL_DUE)
LONGEST_DUE = next(each for each in ALL_DUE if each.if_large)


def fullest(char: str) -> Facts:
    """Return facts of every kind at once, with names made of one character."""
    facts = facts_in("，".join(TELLING[:2]), DAY, type_code="arrears")
    assert facts.arrears
    assert facts.owed
    assert facts.since
    law = facts_in(TELLING[1], DAY, type_code="arrears").arrears
    assert law
    assert law.due
    assert law.due.if_large
    assert law.interest
    return replace(
        facts,
        owed=replace(facts.owed, text=f"约{char * 30}"),
        since=replace(facts.since, first=date(2020, 2, 3), text=char * 40),
        urgency=tuple(say.URGENCY),
        arrears=Arrears(Debtor(char * 24, DebtorKind.STATE_OWNED), law.due, law.interest),
    )


def everything() -> list[Facts]:
    """Return facts that are said differently: each currency, kind of debtor, urgency, span and rate."""
    full = fullest("长")
    assert full.arrears
    assert full.arrears.interest
    assert full.owed
    sums = [replace(full.owed, text="", currency=each) for each in say.CURRENCY]
    debtors = [replace(full.arrears, debtor=Debtor("某某局", each)) for each in (None, *DebtorKind)]
    odd = replace(full.arrears.interest, daily=full.arrears.interest.daily * 3 / 7)
    return [
        full,
        replace(full, arrears=replace(full.arrears, interest=odd)),
        *(replace(full, owed=each) for each in sums),
        *(replace(full, arrears=each) for each in debtors),
        *(facts_in(text, DAY, type_code=code) for text in TELLING for code in ("arrears", "factors")),
    ]
