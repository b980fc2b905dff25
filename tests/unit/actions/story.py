"""Who may do what to a ticket, worked out beside the product from nothing but its story."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from models.actions import office, retyping, tickets
from models.actions.conversation import Words
from models.actions.tickets import UrgedAlready
from models.queries.tickets import Actor, NoSuchTicket
from models.rules.lifecycle import (
    STEPS,
    NotAllowed,
    NotPossible,
    Role,
    Status,
    Verb,
    is_rebound_in_time,
)
from models.tables import Ticket
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER

RIVAL: Final = "o-rival"
STRANGER: Final = "o-stranger"
AUTHORS: Final = (OWNER, PARTNER, RIVAL, STRANGER)
EVERYBODY: Final = (*AUTHORS, LEADER, AIDE, OFFICE)
FIRM: Final = frozenset({OWNER, PARTNER})
ABSENT: Final = "nobody has bound a WeChat there"
"""The desk that answers for the rival's enterprise."""
ROLES: Final = {LEADER: Role.OWNER, OFFICE: Role.OWNER, AIDE: Role.AIDE}
REFUSALS: Final = (NoSuchTicket, NotPossible, NotAllowed, UrgedAlready)
TYPES: Final = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")

MOVES: Final = frozenset({"accept", "resolve", "confirm", "dispute"})
"""What brings a ticket from one status to the next, without ending it for good."""

Act = Callable[[Session, Ticket, Actor, Words, str, Any], None]
ACTS: Final[dict[str, Act]] = {
    "follow_up": lambda s, t, a, w, _, now: tickets.follow_up(s, t, a, w, now=now),
    "retype": lambda s, t, a, _, code, now: retyping.retype(s, t, a, code, now=now),
    "urge": lambda s, t, a, _w, _c, now: tickets.urge(s, t, a, now=now),
    "withdraw": lambda s, t, a, _w, _c, now: tickets.withdraw(s, t, a, now=now),
    "confirm": lambda s, t, a, _w, _c, now: tickets.confirm(s, t, a, now=now),
    "dispute": lambda s, t, a, w, _, now: tickets.dispute(s, t, a, w, now=now),
    "accept": lambda s, t, a, _w, _c, now: office.accept(s, t, a, now=now),
    "reply": lambda s, t, a, w, _, now: office.reply(s, t, a, w, now=now),
    "progress": lambda s, t, a, w, _, now: office.progress(s, t, a, w, now=now),
    "resolve": lambda s, t, a, w, _, now: office.resolve(s, t, a, w, now=now),
}


@dataclass
class Known:
    """What we think a ticket is, worked out beside the product."""

    author: str
    owner: str
    kind: str
    status: Status = Status.OPEN
    is_guess: bool = True
    events: int = 1
    rebounds: int = 0
    closed_at: Any = None
    urged_at: Any = None

    @property
    def at_desk(self) -> str:
        """Who works on it: the owner's desk, or the office that stands in."""
        return OFFICE if self.owner == ABSENT else self.owner

    def is_seen_by(self, openid: str) -> bool:
        """Whether somebody may know of the ticket at all."""
        if openid in ROLES:
            return self.at_desk == (LEADER if openid == AIDE else openid)
        return openid == self.author or {openid, self.author} <= FIRM

    def verb(self, act: str) -> Verb:
        """Return the verb behind an act: a dispute after write-off is a rebound."""
        return Verb.REBOUND if act == "dispute" and self.status is Status.CLOSED else Verb(act)

    def refusal(self, act: str, openid: str, code: str, now: Any) -> type[Exception] | None:
        """Return how the product must refuse, None if it must not."""
        role = ROLES.get(openid, Role.ENTERPRISE)
        step = STEPS.get((self.status, self.verb(act)))
        if not self.is_seen_by(openid):
            return NoSuchTicket
        if act == "retype" and code == self.kind and not self.is_guess:
            return None
        if act == "urge" and self.urged_at and now - self.urged_at < timedelta(hours=24):
            return UrgedAlready
        if step is None or (self.verb(act) is Verb.REBOUND and not is_rebound_in_time(self.closed_at, now)):
            return NotPossible
        return None if role in step.roles else NotAllowed

    def moved(self, act: str, code: str, now: Any) -> None:
        """Follow an act that was not refused."""
        if act == "retype" and code == self.kind and not self.is_guess:
            return
        verb = self.verb(act)
        self.status = STEPS[self.status, verb].target
        self.events += 1
        self.rebounds += verb is Verb.REBOUND
        if verb is Verb.RETYPE:
            self.kind, self.is_guess = code, False
        if verb is Verb.CONFIRM:
            self.closed_at = now
        if verb is Verb.URGE:
            self.urged_at = now
