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

    SUBMIT = "submit"
    FOLLOW_UP = "follow_up"
    RETYPE = "retype"
    URGE = "urge"
    WITHDRAW = "withdraw"
    ACCEPT = "accept"
    REPLY = "reply"
    PROGRESS = "progress"
    RESOLVE = "resolve"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    REBOUND = "rebound"


class Role(StrEnum):
    """In which capacity somebody acts on one ticket."""

    ENTERPRISE = "enterprise"
    OWNER = "owner"
    AIDE = "aide"
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
_ANYONE: Final = frozenset(Role)

BIRTH: Final = Status.OPEN
"""The status a submitted ticket starts in."""

STEPS: Final[Mapping[tuple[Status, Verb], Step]] = {
    (Status.OPEN, Verb.FOLLOW_UP): Step(Status.OPEN, _ENTERPRISE),
    (Status.OPEN, Verb.RETYPE): Step(Status.OPEN, _ANYONE),
    (Status.OPEN, Verb.URGE): Step(Status.OPEN, _ENTERPRISE),
    (Status.OPEN, Verb.WITHDRAW): Step(Status.WITHDRAWN, _ENTERPRISE),
    (Status.OPEN, Verb.ACCEPT): Step(Status.ACCEPTED, _OFFICE),
    (Status.OPEN, Verb.REPLY): Step(Status.OPEN, _OFFICE),
    (Status.ACCEPTED, Verb.FOLLOW_UP): Step(Status.ACCEPTED, _ENTERPRISE),
    (Status.ACCEPTED, Verb.URGE): Step(Status.ACCEPTED, _ENTERPRISE),
    (Status.ACCEPTED, Verb.WITHDRAW): Step(Status.WITHDRAWN, _ENTERPRISE),
    (Status.ACCEPTED, Verb.REPLY): Step(Status.ACCEPTED, _OFFICE),
    (Status.ACCEPTED, Verb.PROGRESS): Step(Status.ACCEPTED, _OFFICE),
    (Status.ACCEPTED, Verb.RESOLVE): Step(Status.RESOLVED, _OFFICE),
    (Status.RESOLVED, Verb.FOLLOW_UP): Step(Status.RESOLVED, _ENTERPRISE),
    (Status.RESOLVED, Verb.REPLY): Step(Status.RESOLVED, _OFFICE),
    (Status.RESOLVED, Verb.CONFIRM): Step(Status.CLOSED, _ENTERPRISE),
    (Status.RESOLVED, Verb.DISPUTE): Step(Status.ACCEPTED, _ENTERPRISE),
    (Status.CLOSED, Verb.REBOUND): Step(Status.ACCEPTED, _ENTERPRISE),
}

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
