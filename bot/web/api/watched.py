"""The database as an endpoint is given it: whatever a request changes is in the audit, in the same commit.

There is no other way to the database for an endpoint, so none can forget it (ADR 0030).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from models.actions import audit
from models.actions.audit import Actor, Deeds
from models.session import Database

_TOKEN = re.compile(r"[A-Za-z0-9._:-]{1,64}")
_PLACE = re.compile(r"[A-Za-z0-9_/.-]{1,200}")


@dataclass(slots=True)
class About:
    """What is known of a request so far: who is asking, for what, and whether it is on record."""

    request_id: str = field(default_factory=lambda: uuid4().hex)
    actor: Actor | None = None
    operation: str = ""
    place: str = ""
    made: int | str | None = None
    """The id or number of what the request has made."""
    is_repeat: bool = False
    """It was carried out before; now its answer is only read again."""
    is_noted: bool = False
    reason: str | None = None

    @classmethod
    def of(cls, given: str | None) -> "About":
        """Return a request with the id its sender gave it, if that can be an id, else with a new one."""
        return cls(given) if given is not None and _TOKEN.fullmatch(given) else cls()

    @property
    def object(self) -> str:
        """Return the place in the API this is about; where it is none of ours, that of the operation."""
        place = self.place if _PLACE.fullmatch(self.place) else self.operation.partition(" ")[2].strip("/")
        return place if self.made is None else f"{place}/{self.made}"


class Watched(Database):
    """The same connections as `database`; what is changed through it is on record."""

    def __init__(self, database: Database, about: About, clock: Callable[[], datetime]) -> None:
        self.__dict__.update(vars(database))  # nothing is opened anew
        self._about, self._clock = about, clock

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Yield a session; what it did is on record with the commit, once it is known who asks."""
        about = self._about
        with super().transaction() as session:
            yield session
            if about.actor is not None:
                deed = Deeds.READ if about.is_repeat else Deeds.CHANGE
                audit.note(
                    session,
                    about.actor,
                    deed,
                    about.operation,
                    about.object,
                    request_id=about.request_id,
                    reason=about.reason,
                    now=self._clock(),
                )
        about.is_noted = about.actor is not None
