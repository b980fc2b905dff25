"""What may happen to a ticket, in which order, and by whose hand.

Pure on purpose: no session, no clock, no I/O. `STEPS` is the whole truth; docs/lifecycle.md is printed
from it (`python -m models.rules.lifecycle`), never drawn by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

REBOUND_WITHIN: Final = timedelta(days=30)
"""A case that comes back this soon after write-off is a rebound of the same ticket (MISSION.md, 4)."""


class Status(StrEnum):
    """Where a ticket stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    RESOLVED = "resolved"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Verb(StrEnum):
    """What somebody does to a ticket."""

    # The enterprise
    SUBMIT = "submit"
    FOLLOW_UP = "follow_up"
    RETYPE = "retype"
    URGE = "urge"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    REBOUND = "rebound"
    RATE = "rate"
    APPEAL = "appeal"
    ANSWER_CALL = "answer_call"
    """The enterprise agrees to an announced call, moves it or declines it."""

    # Either side
    MERGE = "merge"
    """The case is one matter with an earlier one of the same enterprise and goes on there (并案)."""
    SEPARATE = "separate"
    """It is a matter of its own after all (拆案)."""
    REVIVE = "revive"
    """The same of a case that had been taken on before it was merged: it is in work again."""
    CARRY = "carry"
    """What is merged into this case has changed; the event names the cases it carries now."""
    SHIELD = "shield"
    """Nobody but those who work on it sees what it is about (保密)."""
    UNSHIELD = "unshield"

    # The owner's desk
    ACCEPT = "accept"
    REPLY = "reply"
    RETRACT = "retract"
    PROGRESS = "progress"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    """Take back that it is done or declined, before the enterprise has confirmed or appealed."""
    DECLINE = "decline"
    EXTEND = "extend"
    """Ask for more time; a supervisor grants or denies it."""
    CALL_IN = "call_in"
    """Ask a unit or a person to co-handle (协办)."""
    LET_GO = "let_go"
    ANNOUNCE_CALL = "announce_call"
    CANCEL_CALL = "cancel_call"
    CALL_FAILED = "call_failed"

    # Co-handlers
    JOIN = "join"
    REFUSE = "refuse"
    CONTRIBUTE = "contribute"

    # Supervisors, and the system in their place
    GRANT = "grant"
    DENY = "deny"
    PAUSE = "pause"
    RESUME = "resume"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    REASSIGN = "reassign"
    HAND_OVER = "hand_over"
    """The owner leaves the post; the successor takes all cases. No hop: nobody passed anything on."""
    INHERIT = "inherit"
    """A helper leaves the post; the successor takes over what it was asked to help with."""
    WRITE_OFF = "write_off"
    WARN = "warn"
    """A clock has run 50, 80 or 100 % of its time, and somebody was told."""
    RECKON = "reckon"
    """A running clock was computed anew, because the calendar or the type changed."""
    CONSULT = "consult"
    """The enterprise is asked, because of this case, what it thinks of a patch (制度补丁)."""
    PATCH = "patch"
    """A patch that is about this case has taken effect."""
    STUMBLE = "stumble"
    """It met a stone that a patch in effect was to take away (再绊)."""
    UNSTUMBLE = "unstumble"
    """It did not: it was about something else."""
    REDACT = "redact"
    """Personal data was taken out of an earlier event; this one seals what is left of it (ADR 0031)."""


class Role(StrEnum):
    """In which capacity somebody acts on one ticket."""

    ENTERPRISE = "enterprise"
    OWNER = "owner"
    AIDE = "aide"
    CO_HANDLER = "co_handler"
    SUPERVISOR = "supervisor"
    SYSTEM = "system"


class NotPossible(Exception):
    """No step called `verb` leads out of `status`."""

    def __init__(self, status: Status, verb: Verb) -> None:
        super().__init__(f"{verb} is not possible while {status}")
        self.status, self.verb = status, verb


class NotAllowed(Exception):
    """The step exists, but not for `role`."""

    def __init__(self, role: Role, verb: Verb) -> None:
        super().__init__(f"{verb} is not for {role}")
        self.role, self.verb = role, verb


@dataclass(frozen=True, slots=True)
class Step:
    """Where a verb leads and who may take it."""

    target: Status
    roles: frozenset[Role]


_ENTERPRISE: Final = frozenset({Role.ENTERPRISE})
_OFFICE: Final = frozenset({Role.OWNER, Role.AIDE})
_CO_HANDLER: Final = frozenset({Role.CO_HANDLER})
_ABOVE: Final = frozenset({Role.SUPERVISOR})
_WATCH: Final = frozenset({Role.SUPERVISOR, Role.SYSTEM})
_CLOCKWORK: Final = frozenset({Role.SYSTEM})
_ANYONE: Final = frozenset(Role) - _CO_HANDLER
_SIDES: Final = _ENTERPRISE | _OFFICE | _ABOVE

BIRTH: Final = Status.OPEN
"""The status a submitted ticket starts in."""

_LIVE: Final = (Status.OPEN, Status.ACCEPTED, Status.RESOLVED)
_IN_WORK: Final = (Status.OPEN, Status.ACCEPTED)
_NOT_MERGED: Final = tuple(status for status in Status if status is not Status.MERGED)


def _steps(
    verb: Verb, roles: frozenset[Role], *stays: Status, **moves: Status
) -> dict[tuple[Status, Verb], Step]:
    """Return one verb's steps: where it changes nothing, and whence it leads where."""
    steps = {(status, verb): Step(status, roles) for status in stays}
    return steps | {(Status(source), verb): Step(target, roles) for source, target in moves.items()}


STEPS: Final[Mapping[tuple[Status, Verb], Step]] = (
    _steps(Verb.FOLLOW_UP, _ENTERPRISE, *_LIVE)
    | _steps(Verb.RETYPE, _ANYONE, Status.OPEN)
    | _steps(Verb.URGE, _ENTERPRISE, *_IN_WORK)
    | _steps(Verb.WITHDRAW, _ENTERPRISE, open=Status.WITHDRAWN, accepted=Status.WITHDRAWN)
    | _steps(Verb.CONFIRM, _ENTERPRISE, resolved=Status.CLOSED)
    | _steps(Verb.DISPUTE, _ENTERPRISE, resolved=Status.ACCEPTED)
    | _steps(Verb.REBOUND, _ENTERPRISE, closed=Status.ACCEPTED)
    | _steps(Verb.RATE, _ENTERPRISE, Status.RESOLVED, Status.CLOSED)
    | _steps(Verb.APPEAL, _ENTERPRISE, Status.DECLINED)
    | _steps(Verb.ANSWER_CALL, _ENTERPRISE, *_LIVE)
    | _steps(Verb.MERGE, _SIDES, open=Status.MERGED, accepted=Status.MERGED)
    | _steps(Verb.SEPARATE, _SIDES | _CLOCKWORK, merged=Status.OPEN)
    | _steps(Verb.REVIVE, _SIDES | _CLOCKWORK, merged=Status.ACCEPTED)
    | _steps(Verb.CARRY, _SIDES | _CLOCKWORK, *_NOT_MERGED)
    | _steps(Verb.SHIELD, _SIDES, *Status)
    | _steps(Verb.UNSHIELD, _SIDES, *Status)
    | _steps(Verb.ACCEPT, _OFFICE, open=Status.ACCEPTED)
    | _steps(Verb.REPLY, _OFFICE, *_LIVE)
    | _steps(Verb.RETRACT, _OFFICE | _CLOCKWORK, *_LIVE, Status.CLOSED, Status.DECLINED, Status.WITHDRAWN)
    | _steps(Verb.PROGRESS, _OFFICE, Status.ACCEPTED)
    | _steps(Verb.RESOLVE, _OFFICE, accepted=Status.RESOLVED)
    | _steps(Verb.REOPEN, _OFFICE, resolved=Status.ACCEPTED, declined=Status.ACCEPTED)
    | _steps(Verb.DECLINE, _OFFICE, accepted=Status.DECLINED)
    | _steps(Verb.EXTEND, _OFFICE, Status.ACCEPTED)
    | _steps(Verb.CALL_IN, _OFFICE, *_IN_WORK)
    | _steps(Verb.LET_GO, _OFFICE, *_IN_WORK)
    | _steps(Verb.ANNOUNCE_CALL, _OFFICE, *_LIVE)
    | _steps(Verb.CANCEL_CALL, _OFFICE | _CLOCKWORK, *_LIVE)
    | _steps(Verb.CALL_FAILED, _OFFICE, *_LIVE)
    | _steps(Verb.JOIN, _CO_HANDLER, *_IN_WORK)
    | _steps(Verb.REFUSE, _CO_HANDLER, *_IN_WORK)
    | _steps(Verb.CONTRIBUTE, _CO_HANDLER, *_LIVE)
    | _steps(Verb.GRANT, _ABOVE, Status.ACCEPTED)
    | _steps(Verb.DENY, _ABOVE, Status.ACCEPTED)
    | _steps(Verb.PAUSE, _ABOVE, *_IN_WORK)
    | _steps(Verb.RESUME, _WATCH, *_IN_WORK)
    | _steps(Verb.UPHOLD, _ABOVE, Status.DECLINED)
    | _steps(Verb.OVERTURN, _ABOVE, declined=Status.ACCEPTED)
    | _steps(Verb.REASSIGN, _ABOVE, *_LIVE)
    | _steps(Verb.HAND_OVER, _WATCH, *_LIVE, Status.CLOSED, Status.DECLINED, Status.MERGED)
    | _steps(Verb.INHERIT, _ABOVE, *_LIVE)
    | _steps(Verb.WRITE_OFF, _ABOVE, resolved=Status.CLOSED)
    | _steps(Verb.WARN, _CLOCKWORK, *_LIVE, Status.DECLINED)
    | _steps(Verb.RECKON, _CLOCKWORK, *_LIVE, Status.DECLINED)
    | _steps(Verb.CONSULT, _CLOCKWORK, *_LIVE, Status.CLOSED, Status.DECLINED)
    | _steps(Verb.PATCH, _CLOCKWORK, *_LIVE, Status.CLOSED, Status.DECLINED)
    | _steps(Verb.STUMBLE, _CLOCKWORK, *_LIVE, Status.CLOSED, Status.DECLINED)
    | _steps(Verb.UNSTUMBLE, _OFFICE | _ABOVE, *_LIVE, Status.CLOSED, Status.DECLINED)
    | _steps(Verb.REDACT, _CLOCKWORK, *Status)
)

FINISHED: Final = frozenset({Status.CLOSED, Status.DECLINED, Status.WITHDRAWN, Status.MERGED})


def advance(status: Status, verb: Verb, role: Role) -> Status:
    """Return the status that `verb` leads to when `role` performs it.

    Raises:
        NotPossible: nothing called `verb` leads out of `status`.
        NotAllowed: the step exists, but not for `role`.
    """
    step = STEPS.get((status, verb))
    if step is None:
        raise NotPossible(status, verb)
    if role not in step.roles:
        raise NotAllowed(role, verb)
    return step.target


def is_rebound_in_time(closed_at: datetime, now: datetime) -> bool:
    """Whether a closed ticket may still come back under its own number."""
    return now - closed_at <= REBOUND_WITHIN


def markdown() -> str:
    """Return docs/lifecycle.md: the diagram and the table of all steps."""
    arrows = "\n".join(
        f"    {status} --> {step.target}: {verb}"
        for (status, verb), step in STEPS.items()
        if status is not step.target
    )
    rows = "\n".join(
        f"| `{status}` | `{verb}` | `{step.target}` | {', '.join(sorted(step.roles))} |"
        for (status, verb), step in STEPS.items()
    )
    return (
        "# Life of a ticket\n\n"
        "Printed from `models/rules/lifecycle.py` by `make docs`; do not edit.\n\n"
        f"A rebound is possible within {REBOUND_WITHIN.days} days of write-off.\n\n"
        f"```mermaid\nstateDiagram-v2\n    [*] --> {BIRTH}: {Verb.SUBMIT}\n{arrows}\n```\n\n"
        f"| from | verb | to | who |\n| --- | --- | --- | --- |\n{rows}\n"
    )


if __name__ == "__main__":
    print(markdown(), end="")  # noqa: T201 -- printing is what the command is for
