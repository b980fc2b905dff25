"""The life of a patch (制度补丁): what may happen to it, in which order, and by whose hand.

Pure, as `lifecycle` is for tickets: `STEPS` is the whole truth, and docs/patches.md is printed from it
(`python -m models.rules.patches`).
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Asia/Shanghai")


class PatchState(StrEnum):
    """Where a patch stands."""

    PROPOSED = "proposed"
    DRAFTING = "drafting"
    CONSULTING = "consulting"
    ISSUED = "issued"
    IN_EFFECT = "in_effect"
    EVALUATING = "evaluating"
    EFFECTIVE = "effective"
    INEFFECTIVE = "ineffective"
    """It has not worked, as its own figures say: it is proposed to begin anew (无效重启)."""
    DROPPED = "dropped"


class PatchVerb(StrEnum):
    """What somebody does to a patch."""

    OPEN = "open"
    DRAFT = "draft"
    CONSULT = "consult"
    """Put it before those concerned; enterprises of the pattern may be asked."""
    COMMENT = "comment"
    RETRACT = "retract"
    """Take a comment back: it was about something else."""
    PROGRESS = "progress"
    DO_STEP = "do_step"
    AMEND = "amend"
    GIVE = "give"
    """Another leader answers for it from now on."""
    ISSUE = "issue"
    TAKE_EFFECT = "take_effect"
    EVALUATE = "evaluate"
    FIND_EFFECTIVE = "find_effective"
    FIND_INEFFECTIVE = "find_ineffective"
    LOOK_AGAIN = "look_again"
    """The figures do not tell yet."""
    RESTART = "restart"
    KEEP = "keep"
    """A supervisor answers for keeping it, against its figures."""
    DROP = "drop"


class PatchRole(StrEnum):
    """In which capacity somebody acts on a patch."""

    SUPERVISOR = "supervisor"
    OWNER = "owner"
    ENTERPRISE = "enterprise"
    SYSTEM = "system"


class Cause(StrEnum):
    """Why enterprises stumble over this stone."""

    UNCLEAR = "unclear"
    """The policy can be read in several ways."""
    NOT_EXECUTED = "not_executed"
    LOOP = "loop"
    """A procedure that goes in circles."""
    RESOURCES = "resources"
    COUNTERPARTY = "counterparty"
    OTHER = "other"


class PatchNotPossible(Exception):
    """No step called `verb` leads out of `state`."""

    def __init__(self, state: PatchState, verb: PatchVerb) -> None:
        super().__init__(f"{verb} is not possible while {state}")
        self.state, self.verb = state, verb


class PatchNotAllowed(Exception):
    """The step exists, but not for `role`."""

    def __init__(self, role: PatchRole, verb: PatchVerb) -> None:
        super().__init__(f"{verb} is not for {role}")
        self.role, self.verb = role, verb


@dataclass(frozen=True, slots=True)
class PatchStep:
    """Where a verb leads and who may take it."""

    target: PatchState
    roles: frozenset[PatchRole]


BIRTH: Final = PatchState.PROPOSED
"""The state a patch is opened in."""

_DESK: Final = frozenset({PatchRole.OWNER, PatchRole.SUPERVISOR})
_ABOVE: Final = frozenset({PatchRole.SUPERVISOR})
_ENTERPRISE: Final = frozenset({PatchRole.ENTERPRISE})
_CLOCKWORK: Final = frozenset({PatchRole.SYSTEM})

BEFORE_ISSUE: Final = (PatchState.PROPOSED, PatchState.DRAFTING, PatchState.CONSULTING)
IN_FORCE: Final = frozenset(
    {PatchState.IN_EFFECT, PatchState.EVALUATING, PatchState.EFFECTIVE, PatchState.INEFFECTIVE}
)
"""While a patch stands so, whoever meets the stone again stumbles over it (再绊)."""
_WORKED: Final = (*BEFORE_ISSUE, PatchState.ISSUED, *sorted(IN_FORCE))


def _steps(
    verb: PatchVerb, roles: frozenset[PatchRole], *stays: PatchState, **moves: PatchState
) -> dict[tuple[PatchState, PatchVerb], PatchStep]:
    """Return one verb's steps: where it changes nothing, and whence it leads where."""
    steps = {(state, verb): PatchStep(state, roles) for state in stays}
    return steps | {(PatchState(source), verb): PatchStep(target, roles) for source, target in moves.items()}


STEPS: Final[Mapping[tuple[PatchState, PatchVerb], PatchStep]] = (
    _steps(PatchVerb.DRAFT, _DESK, proposed=PatchState.DRAFTING)
    | _steps(PatchVerb.CONSULT, _DESK, drafting=PatchState.CONSULTING)
    | _steps(PatchVerb.COMMENT, _ENTERPRISE, PatchState.CONSULTING)
    | _steps(PatchVerb.RETRACT, _ENTERPRISE, PatchState.CONSULTING)
    | _steps(PatchVerb.ISSUE, _DESK, consulting=PatchState.ISSUED)
    | _steps(PatchVerb.TAKE_EFFECT, _DESK | _CLOCKWORK, issued=PatchState.IN_EFFECT)
    | _steps(PatchVerb.EVALUATE, _DESK | _CLOCKWORK, in_effect=PatchState.EVALUATING)
    | _steps(PatchVerb.FIND_EFFECTIVE, _CLOCKWORK, evaluating=PatchState.EFFECTIVE)
    | _steps(PatchVerb.FIND_INEFFECTIVE, _CLOCKWORK, evaluating=PatchState.INEFFECTIVE)
    | _steps(PatchVerb.LOOK_AGAIN, _CLOCKWORK, PatchState.EVALUATING)
    | _steps(PatchVerb.RESTART, _DESK, ineffective=PatchState.DRAFTING)
    | _steps(PatchVerb.KEEP, _ABOVE, ineffective=PatchState.EFFECTIVE)
    | _steps(PatchVerb.DROP, _ABOVE, **dict.fromkeys(BEFORE_ISSUE, PatchState.DROPPED))
    | _steps(PatchVerb.AMEND, _DESK, *BEFORE_ISSUE)
    | _steps(PatchVerb.PROGRESS, _DESK, *_WORKED)
    | _steps(PatchVerb.DO_STEP, _DESK, *_WORKED)
    | _steps(PatchVerb.GIVE, _ABOVE, *_WORKED)
)


def advance(state: PatchState, verb: PatchVerb, role: PatchRole) -> PatchState:
    """Return the state that `verb` leads to when `role` performs it.

    Raises:
        PatchNotPossible: nothing called `verb` leads out of `state`.
        PatchNotAllowed: the step exists, but not for `role`.
    """
    step = STEPS.get((state, verb))
    if step is None:
        raise PatchNotPossible(state, verb)
    if role not in step.roles:
        raise PatchNotAllowed(role, verb)
    return step.target


def possible(state: PatchState, role: PatchRole) -> list[PatchVerb]:
    """Return what `role` can do to a patch that stands so, in the order of the table."""
    return [verb for (source, verb), step in STEPS.items() if source == state and role in step.roles]


def next_step(state: PatchState, role: PatchRole) -> PatchVerb | None:
    """Return what takes a patch a step further on its way, None if it waits for its day or its figures."""
    forward = (PatchVerb.DRAFT, PatchVerb.CONSULT, PatchVerb.ISSUE, PatchVerb.TAKE_EFFECT, PatchVerb.EVALUATE)
    verbs = possible(state, role)
    return next((each for each in (*forward, PatchVerb.RESTART) if each in verbs), None)


def begins(day: date) -> datetime:
    """Return the first moment of a day in Shanghai: when what is in effect from then on is."""
    return datetime.combine(day, time.min, LOCAL)


def evaluated_at(effect: datetime, days: int) -> datetime:
    """Return when it is looked whether a patch has worked: so many days after it took effect."""
    return effect + timedelta(days=days)


class StepNews(StrEnum):
    """What is told of a step that is not done, once each."""

    DUE = "due"
    """On its day; if that is not worked, on the next that is (Civil Code, article 203)."""
    OVERDUE = "overdue"


def step_is(step: Mapping[str, Any], today: date, worked: Callable[[date], date]) -> StepNews | None:
    """Return what is to be told of a step today, None if nothing, or nothing that was not told.

    `worked` gives the first working day from a day on.
    """
    if step.get("done_at") or not step.get("due_on"):
        return None
    day = worked(date.fromisoformat(step["due_on"]))
    stands = None if today < day else StepNews.DUE if today == day else StepNews.OVERDUE
    return None if stands is None or step.get("told") in {stands, StepNews.OVERDUE} else stands


def next_told(steps: Iterable[Mapping[str, Any]], worked: Callable[[date], date]) -> date | None:
    """Return the day on which something is to be told of a patch's steps next, None if never."""
    days = []
    for step in steps:
        if step.get("done_at") or not step.get("due_on") or step.get("told") == StepNews.OVERDUE:
            continue
        day = worked(date.fromisoformat(step["due_on"]))
        days.append(day + timedelta(days=1) if step.get("told") == StepNews.DUE else day)
    return min(days, default=None)


def patch_digest(previous: str, *, patch_id: int, seq: int, at: str, fact: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) that seals one event of a patch to the one before it.

    `at` is the moment as `isoformat` writes it in UTC with microseconds; `fact` holds all else it says. The
    JSON is canonical: keys in order, no spaces, characters as they are.
    """
    body = ["patch", previous, patch_id, seq, at, dict(fact)]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def comment_digest(text: str, salt: str) -> str:
    """Return what the chain holds of a comment: its words can be forgotten, and cannot be exchanged."""
    return sha256(f"{salt}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def markdown() -> str:
    """Return docs/patches.md: the diagram and the table of all steps."""
    arrows = "\n".join(
        f"    {state} --> {step.target}: {verb}"
        for (state, verb), step in STEPS.items()
        if state is not step.target
    )
    rows = "\n".join(
        f"| `{state}` | `{verb}` | `{step.target}` | {', '.join(sorted(step.roles))} |"
        for (state, verb), step in STEPS.items()
    )
    return (
        "# Life of a patch\n\n"
        "Printed from `models/rules/patches.py` by `make docs`; do not edit. What it is for: "
        "[patterns.md](patterns.md).\n\n"
        f"```mermaid\nstateDiagram-v2\n    [*] --> {BIRTH}: {PatchVerb.OPEN}\n{arrows}\n```\n\n"
        f"| from | verb | to | who |\n| --- | --- | --- | --- |\n{rows}\n"
    )


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201 -- printing is what the command is for
