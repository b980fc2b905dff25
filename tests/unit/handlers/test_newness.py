"""A real request does not drown in an old case, and a fragment opens no new one: measured on the examples."""

import pytest

from handlers.newness import Newness, newness
from handlers.understanding.corpus import examples, is_held_back
from models.tables import Ticket
from tests.flows.owning import ARREARS, BRAND, POWER
from tests.flows.test_what_belongs_where import FRAGMENTS

KNOWN = {1: ARREARS, 2: POWER, 3: BRAND}
KINDS = {1: "arrears", 2: "factors", 3: "ip"}


def case(place: int, *, status: str = "accepted", confidence: float = 0.9) -> Ticket:
    words = KNOWN[place]
    return Ticket(
        id=place,
        type=KINDS[place],
        title=words[:24],
        type_source="guess",
        confidence=confidence,
        status=status,
    )


@pytest.mark.parametrize("place", KNOWN)
@pytest.mark.parametrize(
    ("is_cold", "is_seen", "least"),
    [(True, True, 0.88), (False, True, 0.84), (True, False, 0.5), (False, False, 0.5)],
)
def test_request_of_another_kind_is_new(place: int, *, is_cold: bool, is_seen: bool, least: float) -> None:
    """Of words that the model learned from nearly all; of words it never saw, as all words are in life, half."""
    others = [
        each.text
        for each in examples()
        if each.type != KINDS[place] and is_held_back(each.text) is not is_seen
    ]
    found = [newness(text, [case(place)], KNOWN, is_cold=is_cold) for text in others]

    assert found.count(Newness.NEW) / len(others) >= least


@pytest.mark.parametrize("place", KNOWN)
def test_long_request_of_another_kind_never_drowns(place: int) -> None:
    others = [each.text for each in examples() if each.type != KINDS[place] and len(each.text) >= 60]

    drowned = [text for text in others if newness(text, [case(place)], KNOWN) is Newness.MORE]

    assert len(drowned) / len(others) <= 0.02


@pytest.mark.parametrize("said", FRAGMENTS)
@pytest.mark.parametrize("is_cold", [True, False])
def test_fragment_is_more_of_the_case(said: str, *, is_cold: bool) -> None:
    assert newness(said, [case(1)], KNOWN, is_cold=is_cold) is Newness.MORE


@pytest.mark.parametrize(
    "said",
    [
        "我们的工人天天堵在门口要工资，再不给我真的没办法了",
        "第二笔工程款也到期了没给",
        "隔壁工地天天放炮把我们厂房震裂了",
    ],
)
def test_what_may_be_either_is_unsure(said: str) -> None:
    assert newness(said, [case(1)], KNOWN) is Newness.UNSURE


def test_other_things_of_the_same_type_are_new() -> None:
    said = "银行不给续贷，说我们抵押不够，资金链快断了"

    assert newness(said, [case(2)], KNOWN) is Newness.NEW


def test_case_nobody_understands_takes_what_explains_it_unless_announced_as_another() -> None:
    unknown = case(1, status="open", confidence=0.3)

    assert newness(BRAND, [unknown], KNOWN) is Newness.MORE
    assert newness(f"还有个事，{BRAND}", [unknown], KNOWN) is Newness.NEW
