"""Urging climbs while nothing is done, and begins at the desk again once something is."""

import pytest

from models.rules.lifecycle import Verb
from models.rules.urging import level_of, rungs_of, times_urged
from models.rules.warnings import Rung, Step

URGE, REPLY, RETRACT = Verb.URGE, Verb.REPLY, Verb.RETRACT


@pytest.mark.parametrize(
    ("verbs", "times"),
    [
        ([Verb.SUBMIT], 0),
        ([Verb.SUBMIT, URGE], 1),
        ([URGE, Verb.FOLLOW_UP, URGE], 2),
        ([URGE, Verb.WARN, Verb.EXTEND, Verb.GRANT, URGE], 2),
        ([URGE, REPLY], 0),
        ([URGE, REPLY, URGE], 1),
        ([URGE, URGE, REPLY, (RETRACT, 3)], 2),
        ([URGE, URGE, REPLY, URGE, (RETRACT, 3)], 3),
        ([URGE, REPLY, REPLY, (RETRACT, 2)], 0),
        ([URGE, Verb.ACCEPT, REPLY, (RETRACT, 3), URGE], 1),
        ([URGE, Verb.CALL_FAILED, URGE, Verb.REASSIGN], 0),
    ],
)
def test_only_what_an_official_did_makes_urging_begin_again(
    verbs: list[Verb | tuple[Verb, int]], times: int
) -> None:
    story = [(seq, *(each if isinstance(each, tuple) else (each, None))) for seq, each in enumerate(verbs, 1)]
    assert times_urged(story) == times


@pytest.mark.parametrize(
    ("times", "is_overdue", "level"),
    [(1, False, 50), (2, False, 80), (3, False, 100), (9, False, 100), (1, True, 100), (2, True, 100)],
)
def test_it_climbs_with_every_time_and_at_once_where_a_date_has_passed(
    times: int,
    is_overdue: bool,  # noqa: FBT001 -- by name
    level: int,
) -> None:
    assert level_of(times, is_overdue=is_overdue) == level


def test_above_the_desk_the_office_is_told_before_supervisors() -> None:
    city, province = Step(Rung.SUPERVISOR, "210100"), Step(Rung.SUPERVISOR, "210000")
    assert rungs_of(50, "210100") == rungs_of(80, "210100") == (Step(Rung.OFFICE), city, province)
    assert rungs_of(100, "210100") == (city, province, Step(Rung.OFFICE))
