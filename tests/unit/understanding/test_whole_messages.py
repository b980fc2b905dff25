"""Whole messages as owners write them, with all that they tell; each was read and judged by a person's standards."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from handlers.understanding.facts import as_json, facts_in

TODAY = date(2026, 11, 27)
LINES = Path(__file__).with_name("whole_messages.jsonl").read_text(encoding="utf-8").splitlines()
MESSAGES = [json.loads(line) for line in LINES]


def in_short(told: dict[str, Any]) -> dict[str, Any]:
    """Return facts as the table has them: the ends of spans and sums, the name of the region, the day due."""
    short = {
        "amounts": lambda sums: [[each["least"], each["most"]] for each in sums],
        "owed": lambda sum_: [sum_["least"], sum_["most"]],
        "since": lambda span: [span["from"], span["to"]],
        "deadline": lambda span: [span["from"], span["to"]],
        "region": lambda region: region["name"],
        "due": lambda due: due["date"],
        "interest": lambda cost: cost["least"],
    }
    return {key: short[key](value) if key in short else value for key, value in told.items()}


@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_message_tells_exactly_this(message: dict[str, Any]) -> None:
    told = as_json(facts_in(message["text"], TODAY, type_code=message["type"]))
    assert in_short(told) == message["facts"]
