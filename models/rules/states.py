"""A ticket as it stood at some moment, and the events it is told by: shapes for `replay`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from models.rules.lifecycle import FINISHED, Status, Verb

_REPORTS: Final = frozenset({Verb.PROGRESS, Verb.RESOLVE, Verb.DECLINE})


class Fact(Protocol):
    """One event of a chain."""

    @property
    def seq(self) -> int:
        """Its place in the chain."""

    @property
    def at(self) -> datetime:
        """When it happened."""

    @property
    def verb(self) -> str:
        """What was done."""

    @property
    def to_status(self) -> str:
        """Where it led."""

    @property
    def data(self) -> Mapping[str, Any]:
        """What is known of it."""


@dataclass(slots=True)
class Help:
    """One request for help: which unit, and how it stands (the states of `co_handlings`)."""

    unit_id: int
    state: str = "asked"
    took_part: bool = False
    """It accepted or answered, whatever became of it later."""
    over: int | None = None
    """The number of the event that ended it, whatever else that did."""


@dataclass(slots=True)
class Word:
    """What the desk wrote to the enterprise; the next report was `due` before that, a date of `since`."""

    seq: int
    verb: str
    at: datetime
    due: str | None = None
    since: datetime | None = None
    stands: bool = True
    """Not so of a result or refusal that was taken back: what was said then was said, but is no report."""


@dataclass(slots=True)
class State:
    """A ticket as it stood.

    `dues` are the dates of the owner's clocks, as events write them; `kept` says when those kept were kept.
    `words` are what the desk wrote and did not take back; `refusal` the decision not to deal with it that
    stands, `written_off` the supervisor's that closed it unheard, each with the data of its event.
    """

    type: str = ""
    status: Status = Status.OPEN
    owner_id: int = 0
    enterprise_id: int | None = None
    region: str | None = None
    created_at: datetime | None = None
    accepted_at: datetime | None = None
    first_contact_at: datetime | None = None
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    ledger: tuple[int, int] | None = None
    entered: Mapping[str, Any] = field(default_factory=dict)
    """What was put into the ledger with the entry, beside the number."""
    rebounds: int = 0
    hops: int = 0
    disputes: int = 0
    rated_result: str | None = None
    rated_attitude: str | None = None
    rated_at: datetime | None = None
    helpers: dict[int, Help] = field(default_factory=dict)
    dues: dict[str, str] = field(default_factory=dict)
    kept: dict[str, datetime] = field(default_factory=dict)
    words: list[Word] = field(default_factory=list)
    refusal: Mapping[str, Any] | None = None
    written_off: Mapping[str, Any] | None = None
    extended: int = 0
    """How often more time was granted."""
    merged_into: int | None = None
    """The case that it goes on under (并案)."""
    ended_at: datetime | None = None
    """When the status it has now, one that ends a case, began."""
    report_since: datetime | None = None
    """When the date of the next report was given."""

    @property
    def last_report(self) -> Word | None:
        """What the desk said last of what it did or decided."""
        for word in reversed(self.words):
            if word.verb in _REPORTS and word.stands:
                return word
        return None

    def due(self, clock: str) -> datetime | None:
        """Return the date of one of the owner's clocks, kept or not; None where the events do not tell."""
        return datetime.fromisoformat(self.dues[clock]) if clock in self.dues else None

    def running(self) -> dict[str, datetime]:
        """Return the dates that somebody still waits for, by clock."""
        if self.status in FINISHED:
            return {}
        waited_for = (name for name in self.dues if name not in self.kept)
        return {name: datetime.fromisoformat(self.dues[name]) for name in waited_for}
