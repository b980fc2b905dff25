"""What an enterprise's words tell, as officials read it: short, exact, no more than was said."""

import re

import pytest

from bot.wechat.replies import TEXT_LIMIT, render
from config.catalog import DebtorKind
from handlers import say
from handlers.understanding.amounts import _FOREIGN
from handlers.understanding.facts import facts_in
from handlers.understanding.urgency import _KINDS
from models.actions.outbox import Notice
from models.queries.conversation import Said
from models.rules.lifecycle import Status
from models.tables import Message, Side
from tests.unit.handlers import speeches_facts as telling
from tests.unit.handlers.speeches import WORST, plain, told


def test_new_ticket_tells_what_is_urgent_above_words_too_long_to_see_it() -> None:
    long = f"{telling.TELLING[1]}{'，情况属实' * 200}"
    [text] = render(told(Notice.NEW_TICKET, WORST | {"kind": "text", "type": "arrears", "text": long}))
    points = "要点：停产停工、断水断电、资金链紧张、有安全隐患；欠款“约5000万以上”"
    assert points in text
    assert text.index(points) < text.index("上市公司拖着货款")
    assert len(text.encode()) <= TEXT_LIMIT
    short = WORST | {"kind": "text", "type": "arrears", "text": "镇政府欠我们3万元，一直不给"}
    assert "要点" not in render(told(Notice.NEW_TICKET, short))[0]


def test_what_words_tell_takes_no_word_of_the_conversation_away() -> None:
    said = [
        Said(Message(side=Side.ENTERPRISE, by_aide=False, kind="text", text=f"话{n}。" * 40))
        for n in range(9)
    ]
    view, facts = plain(Status.ACCEPTED, "accept"), telling.fullest("长")
    texts = [render(say.detail(view, said, facts=facts, page=page))[0] for page in range(1, 20)]
    assert all("要点：停产停工" in text and "以企业所述为准" in text for text in texts)
    assert [sum(text.count(f"话{n}。") for text in dict.fromkeys(texts)) for n in range(9)] == [40] * 9


def test_every_kind_that_is_told_has_a_word() -> None:
    assert set(say.URGENCY) == set(_KINDS)
    assert set(say.DEBTOR) == set(DebtorKind)
    assert set(say.CURRENCY) == {"CNY", *_FOREIGN.values()}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("欠款三百多万", "欠款300万至400万元"),
        ("欠款几千万", "欠款2000万至1亿元"),
        ("欠款大约50万", "欠款“大约50万”"),
        ("欠款至少1.2亿", "欠款1.2亿元以上"),
        ("欠我们8600.55元", "欠款8600.55元"),
        ("欠我们120万美元", "欠款120万美元"),
    ],
)
def test_sums_read_as_officials_write_them(said: str, shown: str) -> None:
    facts = facts_in(said, telling.DAY, type_code="arrears")
    assert f"要点：{shown}\n" in render(say.detail(plain(Status.ACCEPTED, "accept"), [], facts=facts))[0]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("贷款批不下来，车间停产，请12月5日前解决", "要点：停产停工；企业希望12月5日前\n"),
        ("贷款500万12月15号到期，续贷批不下来", "要点：涉及金额500万元；12月15日到期\n"),
        ("注册资金3000万，投资500万，想办证", ""),
        ("2023年5月申请的证，一直没批", "要点：2023年5月起\n"),
        ("2023年5月8日停电，一直没恢复", "要点：断水断电；2023年5月8日起\n"),
        ("从2021年开始一直没批", "要点：2021年起\n"),
        ("手续拖了两年多了", "要点：企业称“拖了两年多”\n"),
    ],
)
def test_points_say_what_was_told_and_no_more(said: str, shown: str) -> None:
    facts = facts_in(said, telling.DAY, type_code="approval")
    [text] = render(say.detail(plain(Status.ACCEPTED, "accept"), [], facts=facts))
    assert re.findall("要点：.*\n", text) == ([shown] if shown else [])
