"""`liaison evaluate` within: which lines are taken, what is timed, what is reported."""

from collections.abc import Iterator

import pytest

from handlers.understanding.classifier import default_classifier
from handlers.understanding.evaluation import (
    Times,
    evaluate_intents,
    evaluate_types,
    labelled,
    labelled_intent,
)
from handlers.understanding.in_context import Context
from handlers.understanding.intents import Intent
from handlers.understanding.jsonlines import BadLine, read_all
from handlers.understanding.model import TYPES

OWED = {"text": "某国企拖欠我厂货款八十多万，两年了不给结账", "type": "arrears"}


def ticking(seconds: float) -> "Iterator[float]":
    now = 0.0
    while True:
        yield now
        now += seconds


def test_types_are_measured_and_timed() -> None:
    clock = ticking(0.002)
    rows = [labelled(OWED), labelled(OWED | {"type": "policy", "also": ["arrears", "ip"]})]
    figures = evaluate_types(
        rows, default_classifier().classify, default_classifier().ask_below, lambda: next(clock)
    ).figures()
    assert (figures["texts"], figures["seven_way"], figures["with_arguable"]) == (2, 0.5, 1.0)
    assert (figures["median_ms"], figures["p99_ms"]) == pytest.approx((2, 2))
    assert figures["ask_below"] == default_classifier().ask_below
    assert figures["confusion"]["policy"]["arrears"] == 1
    assert sum(each["texts"] for each in figures["reliability"]) == 2


def test_intents_are_measured_over_those_that_occur() -> None:
    rows = [
        labelled_intent({"text": t, "intent": i})
        for t, i in (("你好", "greeting"), ("快点给办啊", "progress"))
    ]
    clock = ticking(0.001)
    measured = evaluate_intents(rows, lambda: next(clock))
    assert measured.figures()["accuracy"] == 0.5
    assert measured.figures()["confusion"]["progress"] == {"progress": 0, "urge": 1, "greeting": 0}
    assert [line.split()[0] for line in measured.lines()][:2] == ["texts", "accuracy"]


def test_intent_is_measured_in_its_situation() -> None:
    row = labelled_intent({"text": "好", "intent": "thanks", "open": True, "asked": "solved"})
    assert (row.intent, row.situation) == (Intent.THANKS, Context(open=True, asked="solved"))


def test_times_are_the_middle_one_and_the_last_but_one_in_a_hundred() -> None:
    assert Times([each / 1000 for each in range(101)]).figures() == pytest.approx(
        {"median_ms": 50, "p99_ms": 99}
    )
    assert Times([]).figures() == {"median_ms": None, "p99_ms": None}


@pytest.mark.parametrize(
    ("obj", "why"),
    [
        ({"type": "ip"}, "has no text"),
        ({"text": 3, "type": "ip"}, "has no text"),
        ({"text": "a"}, f"type None is none of {', '.join(TYPES)}"),
        ({"text": "a", "type": "\ud800"}, r"type '\ud800' is none of"),
        ({"text": "a", "type": ["ip"]}, "type ['ip'] is none of"),
        ({"text": "a", "type": "ip", "also": "chain"}, "also is not a list"),
        ({"text": "a", "type": "ip", "also": [{}]}, "type {} is none of"),
    ],
)
def test_label_that_is_none_is_named(obj: dict[str, object], why: str) -> None:
    with pytest.raises(BadLine) as refused:
        labelled(obj)
    assert why in str(refused.value)


@pytest.mark.parametrize("named", [None, "ip", 3, ["urge"], {}])
def test_intent_that_is_none_is_named(named: object) -> None:
    with pytest.raises(BadLine, match="is none of request, follow_up"):
        labelled_intent({"text": "a", "intent": named})


def test_every_bad_line_is_told_and_the_good_ones_are_kept() -> None:
    lines = ['{"text": "a", "type": "ip"}', "", "{", '{"text": "a"}']
    good, bad = read_all(lines, labelled)
    assert [each.type for each in good] == ["ip"]
    assert [each.split(":")[0] for each in bad] == ["line 3", "line 4"]
