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
    [(True, True, 0.85), (False, True, 0.8), (True, False, 0.65), (False, False, 0.65)],
)
def test_request_of_another_kind_is_new(place: int, *, is_cold: bool, is_seen: bool, least: float) -> None:
    """Most of the words that the model learned from; of words it never saw, as all words are in life, two of three."""
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
        "拆墙的时候把我们的货压坏了",
    ],
)
def test_what_may_be_either_is_unsure(said: str) -> None:
    assert newness(said, [case(1)], KNOWN) is Newness.UNSURE


def test_other_things_of_the_same_type_are_new() -> None:
    said = "银行不给续贷，说我们抵押不够，资金链快断了"

    assert newness(said, [case(2)], KNOWN) is Newness.NEW


def test_case_that_says_nothing_yet_takes_what_explains_it() -> None:
    introduction = case(1, status="open", confidence=0.3)
    introduction.title = "我是云杉里的老林，有个事想麻烦领导"

    assert newness(BRAND, [introduction], KNOWN) is Newness.MORE
    assert newness(f"还有个事，{BRAND}", [introduction], KNOWN) is Newness.MORE


def test_what_came_again_is_told_already() -> None:
    again = case(1, status="open", confidence=0.3)
    again.type, again.title = "other", "限高架又装回来了"

    assert newness(BRAND, [again], KNOWN) is Newness.NEW


def test_case_that_tells_its_matter_does_not_take_another_however_unsure_its_type() -> None:
    assert newness(BRAND, [case(1, status="open", confidence=0.3)], KNOWN) is Newness.NEW
