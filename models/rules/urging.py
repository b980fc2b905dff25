"""How high an enterprise's urging (催办) is heard: it climbs while nothing is done about it.

Pure: what happened to the case comes in, oldest first.
"""

from collections.abc import Iterable
from typing import Final

from models.rules.lifecycle import Verb
from models.rules.warnings import LEVELS, Rung, Step, ladder, rungs_from

URGING: Final = "urge"
"""What stands in a warning's place of a clock where it was urging that was to be heard."""

AT_THE_DESK, ABOVE_IT, TO_SUPERVISORS = LEVELS
"""The first urging is the desk's, the second also somebody's above it, every further one the supervisors'."""

DEEDS: Final = frozenset(
    {
        *(Verb.ACCEPT, Verb.REPLY, Verb.PROGRESS, Verb.RESOLVE, Verb.DECLINE, Verb.CALL_IN),
        *(Verb.ANNOUNCE_CALL, Verb.CALL_FAILED, Verb.CONTRIBUTE),
        *(Verb.OVERTURN, Verb.REASSIGN, Verb.HAND_OVER),
    }
)
"""What an official does about a case: urging after it begins at the desk again."""


def times_urged(story: Iterable[tuple[int, Verb, int | None]]) -> int:
    """Return how often a case was urged since an official last did something about it.

    `story` is its events: their place, the verb, and which words were taken back if it is that; they were
    nothing.
    """
    listed = list(story)
    gone = {of for _, verb, of in listed if verb is Verb.RETRACT}
    urged = 0
    for seq, verb, _ in listed:
        if verb is Verb.URGE:
            urged += 1
        elif verb in DEEDS and seq not in gone:
            urged = 0
    return urged


def level_of(times: int, *, is_overdue: bool) -> int:
    """Return how high the urging of a case goes that was urged so often without anything being done."""
    if is_overdue:
        return TO_SUPERVISORS
    return LEVELS[min(times, len(LEVELS)) - 1]


def rungs_of(level: int, region: str) -> tuple[Step, ...]:
    """Return the rungs beside the desk on which it is to be heard, until somebody can be told."""
    if level == TO_SUPERVISORS:
        return rungs_from(TO_SUPERVISORS, region)
    office = Step(Rung.OFFICE)
    return (office, *(step for step in ladder(region) if step.rung is Rung.SUPERVISOR))
