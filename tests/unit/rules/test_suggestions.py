"""What a large model's word weighs: a documented prior at first, then as much as it was right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.suggestions import MOST, PRIOR, Tally, rate, weighed, weights

TYPES = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
EVEN = dict.fromkeys(TYPES, 1 / 7)
TALLIES = st.dictionaries(
    st.tuples(st.sampled_from(TYPES), st.sampled_from(TYPES)), st.integers(0, 10**6), max_size=49
)


def always_right(number: int) -> Tally:
    return {(each, each): number for each in TYPES}


def shifted(number: int) -> Tally:
    """Every word is wrong in the same way."""
    return {(each, TYPES[n - 1]): number for n, each in enumerate(TYPES)}


def test_unmeasured_model_has_the_weight_of_the_prior() -> None:
    assert rate({}) == PRIOR
    assert weights({}, TYPES) == pytest.approx(dict.fromkeys(TYPES, 4.0))


def test_model_that_is_right_gains_weight_and_never_more_than_the_most() -> None:
    few, many, all_ = (weights(always_right(number), TYPES)["ip"] for number in (1, 5, 10_000))
    assert 4.0 < few < many <= all_ == MOST


def test_model_that_is_wrong_loses_weight_until_it_weighs_nothing() -> None:
    few, more, many = (weights(shifted(number), TYPES) for number in (1, 2, 20))
    assert all(4.0 > few[each] > more[each] for each in TYPES)
    assert many == dict.fromkeys(TYPES, 1.0)


def test_model_that_says_the_same_of_everything_weighs_nothing() -> None:
    same = {("policy", each): 50 for each in TYPES}
    assert weights(same, TYPES)["policy"] == pytest.approx(1.0, abs=0.05)


def test_types_are_weighed_apart_and_a_rare_one_as_the_model_is_on_the_whole() -> None:
    good_but_for_arrears = {(each, each): 40 for each in TYPES if each not in {"arrears", "chain"}}
    mixed = good_but_for_arrears | {("arrears", "policy"): 40, ("factors", "arrears"): 40}
    found = weights(mixed, TYPES)
    assert found["arrears"] < 1.5 < found["chain"] <= found["ip"]


def test_one_who_names_what_is_common_gains_nothing_by_it() -> None:
    half = {("arrears", "arrears"): 900, ("arrears", "policy"): 50, ("policy", "policy"): 50}
    assert weights(half, TYPES)["arrears"] < 3


@given(TALLIES)
def test_every_weight_lies_between_nothing_and_the_most(tally: Tally) -> None:
    found = weights(tally, TYPES)
    assert list(found) == list(TYPES)
    assert all(1.0 <= each <= MOST for each in found.values())


@given(st.sampled_from(TYPES), st.floats(1, MOST), st.lists(st.floats(1e-9, 1), min_size=7, max_size=7))
def test_a_word_raises_one_type_and_keeps_the_order_of_the_others(
    named: str, weight: float, raws: list[float]
) -> None:
    scores = {each: raw / sum(raws) for each, raw in zip(TYPES, raws, strict=True)}
    after = weighed(scores, named, weight)
    assert sum(after.values()) == pytest.approx(1)
    assert after[named] >= scores[named] * (1 - 1e-9)
    others = [each for each in TYPES if each != named]
    for each in others:
        assert after[each] * scores[others[0]] == pytest.approx(scores[each] * after[others[0]])


def test_weight_multiplies_odds() -> None:
    assert weighed({"a": 0.25, "b": 0.75}, "a", 3.0) == pytest.approx({"a": 0.5, "b": 0.5})
    assert weighed(EVEN, "ip", 1.0) == pytest.approx(EVEN)
