"""Who may do what to a ticket, worked out beside the product from nothing but its story."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from config import catalog
from models.actions import (
    co_handling,
    declines,
    events,
    extensions,
    held,
    helping,
    office,
    pauses,
    ratings,
    retyping,
    supervision,
    tickets,
    urging,
)
from models.actions.conversation import Words
from models.actions.declines import Grounds
from models.actions.urging import UrgedAlready
from models.queries.tickets import Actor, NoSuchTicket
from models.rules.counting import day_of
from models.rules.lifecycle import (
    NotAllowed,
    NotPossible,
    Role,
    Status,
    Verb,
    is_rebound_in_time,
)
from models.rules.satisfaction import Rating
from models.tables import Ticket
from tests.roster import AIDE, LEADER, OFFICE, OWNER, PARTNER
from tests.unit.rules.life import LIFE

RIVAL: Final = "o-rival"
STRANGER: Final = "o-stranger"
TAX: Final = "o-tax"
TAX_AIDE: Final = "o-tax-aide"
SUPERVISOR: Final = "o-supervisor"
ELSEWHERE: Final = "o-supervisor-elsewhere"
AUTHORS: Final = (OWNER, PARTNER, RIVAL, STRANGER)
DESK_OF: Final = {LEADER: LEADER, AIDE: LEADER, OFFICE: OFFICE, TAX: TAX, TAX_AIDE: TAX}
ABSENT: Final = "nobody has bound a WeChat there"
"""The desk that answers for the rival's enterprise."""
DESKS: Final = (LEADER, OFFICE, TAX, ABSENT)
AIDES: Final = frozenset({AIDE, TAX_AIDE})
EVERYBODY: Final = (*AUTHORS, *DESK_OF, SUPERVISOR, ELSEWHERE)
OURS: Final = "ours"
THEIRS: Final = "theirs"
"""The enterprises: of two contacts, and of the rival; the first one's owner speaks for both."""
REFUSALS: Final = (
    NoSuchTicket,
    NotPossible,
    NotAllowed,
    UrgedAlready,
    office.StillAwaited,
    co_handling.OwnDesk,
    co_handling.AskedAlready,
    co_handling.NoTask,
    helping.TakenOnAlready,
    helping.AnsweredAlready,
    declines.AppealedAlready,
    declines.NoAppeal,
    extensions.NoExtension,
    extensions.NothingAsked,
    pauses.NoPause,
    pauses.NothingPaused,
    ratings.RatingSettled,
    supervision.OwnedAlready,
    supervision.NotTried,
    held.AlreadyOut,
)
TYPES: Final = ("policy", "factors", "approval", "arrears", "ip", "chain", "other")
LOCAL: Final = ZoneInfo("Asia/Shanghai")
GROUNDS: Final = Grounds("civil", "属于合同争议", "人民法院")

OF_HELP: Final = frozenset({"call_in", "join", "refuse", "contribute", "let_go", "reassign"})
"""What must leave the owner's clocks alone."""

COURSES: Final = (
    frozenset({"accept", "resolve", "confirm", "dispute", "rate", "urge", "follow_up", "retype"}),
    frozenset({"accept", "resolve", "resolve_despite", "call_failed", "write_off"}),
    frozenset({"accept", "decline", "appeal", "uphold", "overturn"}),
    frozenset({"accept", "extend", "grant", "deny"}),
    frozenset({"accept", "pause", "resume"}),
    frozenset({"accept", "call_in", "join", "progress", "resolve_despite", "reopen", "reply"}),
    frozenset({"accept", "reply_held", "retract", "reassign", "withdraw"}),
)
"""What follows one another in the life of a ticket; picked from all acts at random, long lives are rare."""

TO_A_DESK: Final = frozenset({"call_in", "let_go", "reassign"})
"""Acts that name a desk."""


UNSURE: Final = {"extend": extensions.NoExtension, "grant": extensions.NothingAsked}
"""Acts that the dates of a case may stand against unless it `has_room`: they are refused so, or done."""
ROOMY: Final = timedelta(days=9)
"""So long after it was submitted every case may be extended for the first time: results take longer."""
MOST_PAUSES: Final = catalog.pause_limits().most
HOLD: Final = timedelta(minutes=2)
A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Choice:
    """What an act is about besides the ticket: a type, a desk, and that desk's id."""

    code: str
    whom: str
    whom_id: int = 0


Act = Callable[[Session, Ticket, Actor, Words, Choice, datetime], object]
ACTS: Final[dict[str, Act]] = {
    "follow_up": lambda s, t, a, w, _, now: tickets.follow_up(s, t, a, w, now=now),
    "retype": lambda s, t, a, _, c, now: retyping.retype(s, t, a, c.code, now=now),
    "urge": lambda s, t, a, _w, _c, now: urging.urge(s, t, a, now=now),
    "withdraw": lambda s, t, a, _w, _c, now: tickets.withdraw(s, t, a, now=now),
    "confirm": lambda s, t, a, _w, _c, now: tickets.confirm(s, t, a, now=now),
    "dispute": lambda s, t, a, w, _, now: tickets.dispute(s, t, a, w, now=now),
    "appeal": lambda s, t, a, w, _, now: declines.appeal(s, t, a, w, now=now),
    "accept": lambda s, t, a, _w, _c, now: office.accept(s, t, a, now=now),
    "reply": lambda s, t, a, w, _, now: office.reply(s, t, a, w, now=now),
    "reply_held": lambda s, t, a, w, _, now: office.reply(s, t, a, w, now=now, hold=HOLD),
    "retract": lambda s, t, a, _w, _c, now: held.retract(s, t, a, now=now),
    "progress": lambda s, t, a, w, _, now: office.progress(s, t, a, w, now=now),
    "resolve": lambda s, t, a, w, _, now: office.resolve(s, t, a, w, now=now),
    "resolve_despite": lambda s, t, a, w, _, now: office.resolve(s, t, a, w, despite="不等了", now=now),
    "reopen": lambda s, t, a, w, _, now: office.reopen(s, t, a, w, now=now),
    "decline": lambda s, t, a, _w, _c, now: declines.decline(s, t, a, GROUNDS, now=now),
    "call_failed": lambda s, t, a, _w, _c, now: events.record(s, t, Verb.CALL_FAILED, a, now=now),
    "call_in": lambda s, t, a, _, c, now: co_handling.call_in(s, t, a, c.whom_id, "核实", now=now),
    "let_go": lambda s, t, a, _, c, now: co_handling.let_go(s, t, a, c.whom_id, now=now),
    "join": lambda s, t, a, _w, _c, now: helping.join(s, t, a, now=now),
    "refuse": lambda s, t, a, w, _, now: helping.refuse(s, t, a, w.text, now=now),
    "contribute": lambda s, t, a, w, _, now: helping.contribute(s, t, a, w, now=now),
    "uphold": lambda s, t, a, w, _, now: declines.uphold(s, t, a, w.text, now=now),
    "overturn": lambda s, t, a, w, _, now: declines.overturn(s, t, a, w.text, now=now),
    "reassign": lambda s, t, a, w, c, now: supervision.reassign(s, t, a, c.whom_id, w.text, now=now),
    "extend": lambda s, t, a, w, _, now: extensions.ask_extension(s, t, a, 2, w.text, now=now),
    "grant": lambda s, t, a, _w, _c, now: extensions.grant(s, t, a, now=now),
    "deny": lambda s, t, a, w, _, now: extensions.deny(s, t, a, w.text, now=now),
    "pause": lambda s, t, a, w, _, now: pauses.pause(s, t, a, day_of(now) + A_DAY, w.text, now=now),
    "resume": lambda s, t, a, _w, _c, now: pauses.resume(s, t, a, now=now),
    "rate": lambda s, t, a, _w, _c, now: ratings.rate(s, t, a, result=Rating.SATISFIED, now=now),
    "write_off": lambda s, t, a, w, _, now: supervision.write_off(s, t, a, w.text, now=now),
}


@dataclass
class Help:
    """What we think of one desk's help."""

    has_joined: bool = False
    has_answered: bool = False


@dataclass
class Known:
    """What we think a ticket is, worked out beside the product."""

    author: str
    owner: str
    kind: str
    born: datetime
    firm: str | None
    speaks: Mapping[str, set[str]]
    """Who speaks for which enterprise, in all stories of a life."""
    status: Status = Status.OPEN
    is_guess: bool = True
    events: int = 1
    rebounds: int = 0
    hops: int = 0
    is_confirmed: bool = False
    closed_at: Any = None
    resolved_at: Any = None
    urged_at: Any = None
    helpers: dict[str, Help] = field(default_factory=dict)
    failed_calls: list[datetime] = field(default_factory=list)
    """Since the enterprise was last heard, be it in the same second."""
    appeal: str = "none"
    """none, open or decided, of the newest refusal."""
    rated_at: Any = None
    is_more_time_asked: bool = False
    times_asked: int = 0
    was_resolved: bool = False
    was_disputed: bool = False
    """Somebody of the enterprise said that it was not solved, or not any more."""
    resolver: str = ""
    """Who said last that it is done; an aide takes back nobody else's word."""
    is_paused: bool = False
    pauses: int = 0
    has_colleagues_words: bool = False
    main: int | None = None
    """The case it is merged into."""
    carries: list["Known"] = field(default_factory=list)
    is_shielded: bool = False
    shielded_by: Role | None = None
    waiting: list[tuple[str, datetime]] = field(default_factory=list)
    """Who wrote what may still be taken back, and until when."""

    @property
    def at_desk(self) -> str:
        """Who works on it: the owner's desk, or the office that stands in."""
        return OFFICE if self.owner == ABSENT else self.owner

    def role(self, openid: str) -> Role | None:
        """Return in which capacity somebody acts on the ticket; None if it does not exist for them."""
        if openid == SUPERVISOR:
            return Role.SUPERVISOR
        if openid in DESK_OF:
            if DESK_OF[openid] == self.at_desk:
                return Role.AIDE if openid in AIDES else Role.OWNER
            return Role.CO_HANDLER if DESK_OF[openid] in self.helpers else None
        return Role.ENTERPRISE if openid in self.party else None

    @property
    def party(self) -> set[str]:
        """Who speaks for the enterprise of the ticket; the author alone for none."""
        return {self.author} if self.firm is None else self.speaks[self.firm]

    def takeable(self, openid: str, now: datetime) -> list[str]:
        """Return who wrote what somebody may still take back, oldest first."""
        return [by for by, until in self.waiting if until > now and (openid not in AIDES or by == openid)]

    def passes(self, desk: str, now: datetime) -> None:
        """Follow it to another desk, which helps no more; what its former one wrote last stays unsaid.

        What is merged into it goes with it.
        """
        self.events += len(self.takeable("", now))
        self.waiting, self.owner = [], desk
        self.helpers.pop(desk, None)
        for each in self.carries:
            each.owner, each.events = desk, each.events + 1

    def heard(self, openid: str, role: Role | None) -> None:
        """Follow that somebody did something to it: an enterprise that does so was reached."""
        if role is Role.ENTERPRISE:
            self.failed_calls.clear()
            self.has_colleagues_words |= openid != self.author

    def inherits(self, old: str, new: str) -> None:
        """Follow what a desk was asked to help with to its successor, unless they own it or help too."""
        helper = self.helpers.pop(old)
        self.events += 1
        if new != self.owner:
            self.helpers.setdefault(new, helper)

    def goes_with_the_post(self, now: datetime) -> bool:
        """Whether it still belongs to its owner's post, as it is open or may come back."""
        is_recent = self.status is Status.CLOSED and is_rebound_in_time(self.closed_at, now)
        return is_recent or self.status not in {Status.CLOSED, Status.WITHDRAWN, Status.MERGED}

    def has_room(self, act: str, now: datetime) -> bool:
        """Whether more time may be asked for and granted for certain: early, the first time, no date moved."""
        is_first = self.times_asked == (act == "grant")
        return is_first and now - self.born < ROOMY and not (self.pauses or self.was_resolved)

    def verb(self, act: str) -> Verb:
        """Return the verb behind an act: a dispute after write-off is a rebound."""
        if act in {"resolve_despite", "reply_held"}:
            return Verb(act.partition("_")[0])
        return Verb.REBOUND if act == "dispute" and self.status is Status.CLOSED else Verb(act)

    def refusal(self, act: str, openid: str, choice: Choice, now: datetime) -> type[Exception] | None:
        """Return how the product must refuse, None if it must not."""
        role = self.role(openid)
        if role is None:
            return NoSuchTicket
        if act == "retype" and choice.code == self.kind and not self.is_guess:
            return None
        if refused := self._too_soon_or_late(act, now):
            return refused
        source = Status.ACCEPTED if (act, self.status) == ("decline", Status.OPEN) else self.status
        step = LIFE.get((source, self.verb(act)))
        if step is None or self._is_out_of_place(act, now):
            return NotPossible
        if role not in step.roles or (act == "reopen" and role is Role.AIDE and openid != self.resolver):
            return NotAllowed
        against = chain(
            self._against_help(act, DESK_OF.get(openid), choice.whom),
            self._against_deciding(act, choice.whom),
            self._against_other_dates(act),
            [held.AlreadyOut] if act == "retract" and not self.takeable(openid, now) else [],
        )
        return next(against, None)

    def _is_out_of_place(self, act: str, now: datetime) -> bool:
        """Whether a rebound comes too late, or a result is taken back that was a refusal: that is another act."""
        if self.verb(act) is Verb.REBOUND:
            return not is_rebound_in_time(self.closed_at, now)
        return act == "reopen" and self.status is Status.DECLINED

    def _against_help(self, act: str, desk: str | None, whom: str) -> Iterator[type[Exception]]:
        """Yield what stands against help that the lifecycle allows, or against not waiting for it."""
        asked, own = self.helpers.get(whom), self.helpers.get(desk or "")
        match act:
            case "resolve" if not all(each.has_answered for each in self.helpers.values()):
                yield office.StillAwaited
            case "call_in" if whom in {self.owner, desk}:
                yield co_handling.OwnDesk
            case "call_in" if asked and not asked.has_answered:
                yield co_handling.AskedAlready
            case "let_go" if asked is None:
                yield co_handling.NoTask
            case "join" if own and own.has_joined:
                yield helping.TakenOnAlready
            case "refuse" if own and own.has_answered:
                yield helping.AnsweredAlready
            case _:
                pass

    def _against_deciding(self, act: str, whom: str) -> Iterator[type[Exception]]:
        """Yield what stands against a supervisor's decision, or against asking for one."""
        match act:
            case "appeal" if self.appeal != "none":
                yield declines.AppealedAlready
            case "uphold" | "overturn" if self.appeal != "open":
                yield declines.NoAppeal
            case "reassign" if whom == self.owner:
                yield supervision.OwnedAlready
            case "write_off" if len(self.days_tried()) < 2:
                yield supervision.NotTried
            case _:
                pass

    def _against_other_dates(self, act: str) -> Iterator[type[Exception]]:
        """Yield what stands against a supervisor's decision about dates."""
        match act:
            case "grant" | "deny" if not self.is_more_time_asked:
                yield extensions.NothingAsked
            case "pause" if self.is_paused or self.pauses >= MOST_PAUSES:
                yield pauses.NoPause
            case "resume" if not self.is_paused:
                yield pauses.NothingPaused
            case _:
                pass

    def _too_soon_or_late(self, act: str, now: datetime) -> type[Exception] | None:
        """Return what time stands against, whatever the status."""
        if act == "urge" and self.urged_at and now - self.urged_at < timedelta(hours=24):
            return UrgedAlready
        if act == "rate" and self.rated_at and now - self.rated_at > timedelta(days=7):
            return ratings.RatingSettled
        return None

    def days_tried(self) -> set[Any]:
        """Return the days of calls in vain since the result and the enterprise's last word."""
        return {at.astimezone(LOCAL).date() for at in self.failed_calls if at > self.resolved_at}

    def moved(self, act: str, openid: str, choice: Choice, now: datetime) -> None:
        """Follow an act that was not refused."""
        if act == "retype" and choice.code == self.kind and not self.is_guess:
            return
        verb, role = self.verb(act), self.role(openid)
        if verb is Verb.DECLINE and self.status is Status.OPEN:
            self.status, self.events = Status.ACCEPTED, self.events + 1
        was = self.status
        self.status = LIFE[self.status, verb].target
        self.events += 1
        self.rebounds += verb is Verb.REBOUND
        self.hops += verb is Verb.REASSIGN
        self.resolver = openid if verb is Verb.RESOLVE else self.resolver
        self.heard(openid, role)
        self._follow_words(act, openid, now)
        self._follow_dates(verb, now)
        self._follow_decisions(verb, now)
        self._follow_help(verb, DESK_OF.get(openid, ""), choice.whom, was)
        if verb is Verb.RETYPE:
            self.kind, self.is_guess = choice.code, False
        if verb is Verb.REASSIGN:
            self.passes(choice.whom, now)
        self.appeal = {Verb.DECLINE: "none", Verb.APPEAL: "open", Verb.UPHOLD: "decided",
                       Verb.OVERTURN: "decided"}.get(verb, self.appeal)  # fmt: skip

    def _follow_words(self, act: str, openid: str, now: datetime) -> None:
        if act == "reply_held":
            self.waiting.append((openid, now + HOLD))
        if act == "retract":
            found = [each for each in self.waiting if each[0] in self.takeable(openid, now) and each[1] > now]
            mine = [each for each in found if each[0] == openid]
            self.waiting.remove((mine or found)[-1])

    def _follow_dates(self, verb: Verb, now: datetime) -> None:
        match verb:
            case Verb.CONFIRM | Verb.WRITE_OFF:
                self.closed_at, self.is_confirmed = now, verb is Verb.CONFIRM
            case Verb.RESOLVE:
                self.resolved_at, self.was_resolved = now, True
            case Verb.DISPUTE | Verb.REBOUND:
                self.is_confirmed, self.was_disputed = False, True
            case Verb.URGE:
                self.urged_at = now
            case Verb.CALL_FAILED:
                self.failed_calls.append(now)
            case _:
                pass

    def _follow_decisions(self, verb: Verb, now: datetime) -> None:
        match verb:
            case Verb.RATE:
                self.rated_at = self.rated_at or now
            case Verb.DISPUTE | Verb.REBOUND | Verb.REOPEN:
                self.rated_at = None
            case Verb.EXTEND | Verb.GRANT | Verb.DENY:
                self.is_more_time_asked = verb is Verb.EXTEND
                self.times_asked += verb is Verb.EXTEND
            case Verb.PAUSE | Verb.RESUME:
                self.is_paused = verb is Verb.PAUSE
                self.pauses += verb is Verb.PAUSE
            case _:
                pass

    def _follow_help(self, verb: Verb, desk: str, whom: str, was: Status) -> None:
        match verb:
            case Verb.CALL_IN:
                self.helpers[whom] = Help()
            case Verb.LET_GO:
                del self.helpers[whom]
            case Verb.REFUSE:
                del self.helpers[desk]
            case Verb.JOIN:
                self.helpers[desk].has_joined = True
            case Verb.CONTRIBUTE:
                helper = self.helpers[desk]
                if not helper.has_joined and was in {Status.OPEN, Status.ACCEPTED}:
                    helper.has_joined, self.events = True, self.events + 1
                helper.has_answered = True
            case Verb.WITHDRAW | Verb.CONFIRM | Verb.DECLINE | Verb.WRITE_OFF:
                self.helpers = {}
            case _:
                pass
