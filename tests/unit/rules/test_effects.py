"""Rates before and after, with intervals that were computed elsewhere, and what they allow to be said."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import effects
from models.rules.effects import (
    Exposure,
    Interval,
    Verdict,
    binomial_bounds,
    judge,
    poisson_bounds,
    rate,
    ratio,
)

GARWOOD = {
    0: (0.0, 3.6889), 1: (0.0253, 5.5716), 2: (0.2422, 7.2247), 3: (0.6187, 8.7673), 5: (1.6235, 11.6683),
    10: (4.7954, 18.3904), 20: (12.2165, 30.8884), 50: (37.1110, 65.9188),
}  # fmt: skip
"""95 % limits for the mean of a Poisson count, as printed in tables (half the chi-square quantiles)."""
CLOPPER_PEARSON = {
    (0, 10): (0.0, 0.3085), (1, 10): (0.0025, 0.4450), (5, 10): (0.1871, 0.8129), (10, 10): (0.6915, 1.0),
    (2, 20): (0.0123, 0.3170), (10, 100): (0.0490, 0.1762),
}  # fmt: skip


@pytest.mark.parametrize("count", GARWOOD)
def test_bounds_of_a_count_are_garwoods(count: int) -> None:
    assert poisson_bounds(count) == pytest.approx(GARWOOD[count], abs=6e-5)


@pytest.mark.parametrize("seen", CLOPPER_PEARSON)
def test_bounds_of_a_share_are_clopper_and_pearsons(seen: tuple[int, int]) -> None:
    assert binomial_bounds(*seen) == pytest.approx(CLOPPER_PEARSON[seen], abs=6e-5)


@given(st.integers(0, 400))
def test_bounds_hold_what_was_counted_and_have_the_tails_they_should(count: int) -> None:
    low, high = poisson_bounds(count)
    assert low <= count <= high
    assert effects._poisson(count, high) == pytest.approx(0.025, abs=1e-6)
    if count:
        assert 1 - effects._poisson(count - 1, low) == pytest.approx(0.025, abs=1e-6)


def test_rate_is_per_thousand_enterprises_and_ninety_days() -> None:
    """Ten of 2,000 enterprises in 180 days: ten in four thousand-enterprise quarters."""
    found = rate(Exposure(10, 2000, 180))
    assert found is not None
    assert found.estimate == 2.5
    assert (found.low, found.high) == pytest.approx((4.7954 / 4, 18.3904 / 4), abs=1e-4)
    assert rate(Exposure(3, 0, 90)) is None
    assert rate(Exposure(3, 10, 0)) is None


def test_one_case_in_the_first_days_is_no_rate_and_damns_no_patch() -> None:
    """One of twelve enterprises within a quarter of an hour would read as half a million of a thousand."""
    before = Exposure(8, 12, 180)
    for days in (0.01, 6.99):
        assert rate(Exposure(1, 12, days)) is None
        assert judge(ratio(before, Exposure(1, 12, days)), look=1) is Verdict.UNCLEAR
    assert judge(ratio(before, Exposure(8, 12, 7)), look=1) is Verdict.INEFFECTIVE


def test_ratio_is_that_of_the_rates() -> None:
    """12 in 180 days, then 3 in 90: 3/90 over 12/180 is a half; p of 3 in 15, odds times two."""
    found = ratio(Exposure(12, 1000, 180), Exposure(3, 1000, 90))
    assert found is not None
    low, high = binomial_bounds(3, 15)
    assert found.estimate == pytest.approx(0.5)
    assert (found.low, found.high) == pytest.approx((2 * low / (1 - low), 2 * high / (1 - high)))
    assert ratio(Exposure(0, 1000, 180), Exposure(0, 1000, 90)) is None


def test_ratio_without_any_before_has_no_end() -> None:
    found = ratio(Exposure(0, 1000, 180), Exposure(3, 1000, 90))
    assert found is not None
    assert (found.estimate, found.high) == (math.inf, math.inf)
    assert found.low > 0


@pytest.mark.parametrize(
    ("before", "after", "look", "said"),
    [
        ((20, 180), (0, 90), 1, Verdict.EFFECTIVE),
        ((7, 180), (0, 90), 1, Verdict.UNCLEAR),
        ((7, 180), (0, 270), 2, Verdict.EFFECTIVE),
        ((7, 180), (4, 90), 1, Verdict.INEFFECTIVE),
        ((7, 180), (3, 90), 1, Verdict.UNCLEAR),
        ((7, 180), (3, 90), effects.LOOKS, Verdict.INEFFECTIVE),
        ((0, 180), (1, 90), 1, Verdict.INEFFECTIVE),
        ((0, 180), (0, 90), 1, Verdict.UNCLEAR),
        ((0, 180), (0, 270), effects.LOOKS, Verdict.INEFFECTIVE),
    ],
)
def test_verdict(before: tuple[int, float], after: tuple[int, float], look: int, said: Verdict) -> None:
    exposures = (Exposure(met, 9340, days) for met, days in (before, after))
    assert judge(ratio(*exposures), look=look) is said


def test_it_has_worked_only_if_the_whole_interval_says_so() -> None:
    assert judge(Interval(0.2, 0.1, 1.0), look=1) is Verdict.UNCLEAR
    assert judge(Interval(0.2, 0.1, 0.99), look=1) is Verdict.EFFECTIVE
