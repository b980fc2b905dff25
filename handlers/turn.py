"""One turn of a conversation: what came in, what we answer, and the router that decides who answers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import Any, Final

from sqlalchemy.orm import Session

from config import catalog
from handlers.understanding.classifier import Verdict
from handlers.understanding.commands import Command, Order
from models.queries.people import Party
from models.queries.visits import VISIT_EVERY
from models.rules.disturbance import GRANTED, Courtesy
from models.rules.phones import PhoneKey
from models.rules.phrases import choose
from models.tables import Outcome

Part = str | tuple[str, str]
Speech = tuple[Part, ...]
"""What we say: plain text, and `(label, command)` for a link that says `command` when tapped."""


class Kind(StrEnum):
    """What came in."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    LINK = "link"
    ODD = "odd"
    """A file, or the card of a mini-program: somebody sent it, and the platform lets us not pass it on."""
    FOLLOW = "follow"
    UNFOLLOW = "unfollow"
    CLOSED = "closed"
    """Somebody gave up their account with the platform: what we know of them is to go."""
    SCAN = "scan"
    CLICK = "click"
    CONSENT = "consent"
    NOTICE_DONE = "notice_done"
    OTHER = "other"
    UNREADABLE = "unreadable"
    """Certainly the platform's, and no more is known, not even an openid: it is kept to be looked at."""


MESSAGES: Final = frozenset(
    {Kind.TEXT, Kind.IMAGE, Kind.VOICE, Kind.VIDEO, Kind.LOCATION, Kind.LINK, Kind.ODD}
)
MEDIA: Final = frozenset({Kind.IMAGE, Kind.VOICE})
"""What can be passed on. Of a film the platform gives only an address, and asks for a still to send one."""


STAYING: Final = frozenset({"bind", "move_or_matter", "rate_result", "rate_manners", "patch_comment"})
"""The questions of ours that take no words but their own, so that others leave them open."""
LEAD: Final = 600
"""Seconds that the platform's clock may be ahead of ours; what claims to be later still is an error."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A push as the rest of us see it.

    `key` is unique per message; `text` is what was said, or a scene, or a menu key; `media` the
    platform's id of a picture or voice; `sealed` the push as received; `sent_at` seconds since 1970;
    `extra` what events bring: `consents` as pairs of template and answer, or `verdicts` on notices.
    """

    key: str
    openid: str
    kind: Kind
    name: str
    text: str
    sealed: str
    sent_at: int
    media: str | None = None
    extra: Mapping[str, Any] | None = None
    verdict: Verdict | None = None
    """What the deep path takes `text` for, where there was time to ask it."""

    def said_at(self, now: datetime) -> datetime:
        """When it was said, by the platform's clock, whose lead over ours is believed within bounds."""
        return datetime.fromtimestamp(min(self.sent_at, int(now.timestamp()) + LEAD), UTC)


@dataclass(frozen=True, slots=True)
class Manners:
    """What an installation has settled about how we deal with people (LIAISON_HOLD, _VISIT_EVERY, …)."""

    hold: timedelta = timedelta(seconds=120)
    """For so long what an official writes is held back and can be taken back; zero sends at once."""
    visit_every: timedelta = VISIT_EVERY
    """After so long without a visit a leader owes one to an enterprise in their care."""
    granted: Courtesy = GRANTED
    """When nothing rings at an enterprise, and how much may, unless it asks for something else."""
    has_notices: bool = False
    """Whether there is a template by which messages get through outside the 48 hours."""


@dataclass(frozen=True, slots=True)
class Means:
    """What the composition root lends to a turn: the key of phone numbers, chance, our manners."""

    phone_key: PhoneKey
    chance: Random
    manners: Manners = Manners()

    def phrase(self, *, other_than: str | None = None) -> str:
        """Return two common words for both sides of a call, and not those that somebody else knows."""
        while (found := choose(catalog.phrase_words(), self.chance)) == other_than:
            pass
        return found


@dataclass(frozen=True, slots=True)
class Turn:
    """Everything a handler needs; `order` is set when the text is one of the words that always work."""

    session: Session
    party: Party
    incoming: Incoming
    order: Order | None
    inbox_id: int
    now: datetime
    means: Means

    @property
    def manners(self) -> Manners:
        """What this installation has settled."""
        return self.means.manners

    @property
    def asked(self) -> str | None:
        """Which question of ours is open."""
        return None if self.party.pending is None else self.party.pending.get("ask")

    @property
    def is_free(self) -> bool:
        """Whether no question of ours is open that takes any words for its answer."""
        return self.asked is None or self.asked in STAYING

    @property
    def text(self) -> str:
        """What was said."""
        return self.incoming.text

    @property
    def said_at(self) -> datetime:
        """When it was said, by the platform's clock."""
        return self.incoming.said_at(self.now)


@dataclass(frozen=True, slots=True)
class Reply:
    """Our answer and what it leaves behind.

    `ticket_id` is the case it is about; `keeps_in_hand` makes it the one plain text goes to next, and without
    a case `empties_hand` leaves none there;
    `pending` is a question now open, which replaces any older one; with `settles` the one that was open has
    been answered or dropped; `opened` are the new cases, each with its first words.
    """

    speech: Speech
    outcome: Outcome
    ticket_id: int | None = None
    keeps_in_hand: bool = True
    empties_hand: bool = False
    pending: Mapping[str, Any] | None = None
    settles: bool = False
    opened: tuple[tuple[int, str], ...] = ()


Handler = Callable[[Turn], Reply]
Fits = Callable[[Turn], bool]
Rules = tuple[tuple[Fits, Handler], ...]
_Sort = tuple[Kind, Command | None, str | None]
"""What decides which rules are asked: what came in, the command in it, our question that is open."""


class Router:
    """Ordered rules of one role; the first full match wins.

    With `applies` it has something to say only in turns for which that is true.
    """

    def __init__(self, applies: Callable[[Turn], bool] | None = None) -> None:
        self.applies = applies
        self._orders: dict[Command, Handler] = {}
        self._words: list[tuple[frozenset[str], Fits, Handler]] = []
        self._kinds: dict[Kind, Handler] = {}

    def on(self, *commands: Command) -> Callable[[Handler], Handler]:
        """Answer these commands with the decorated handler."""

        def keep(handler: Handler) -> Handler:
            self._orders.update(dict.fromkeys(commands, handler))
            return handler

        return keep

    def hear(self, fits: Fits, *, asked: Collection[str] = ()) -> Callable[[Handler], Handler]:
        """Answer texts that `fits` says are meant, unless a command of this router matched.

        With `asked` it is looked at only while one of these questions of ours is open.
        """

        def keep(handler: Handler) -> Handler:
            self._words.append((frozenset(asked), fits, handler))
            return handler

        return keep

    def answering(self, *asks: str) -> Callable[[Handler], Handler]:
        """Take plain words with the decorated handler while one of these questions of ours is open."""
        return self.hear(lambda turn: turn.order is None, asked=asks)

    def when(self, *kinds: Kind) -> Callable[[Handler], Handler]:
        """Answer what came in as one of `kinds`, unless a command matched."""

        def keep(handler: Handler) -> Handler:
            self._kinds.update(dict.fromkeys(kinds, handler))
            return handler

        return keep

    def rules(self, kind: Kind, command: Command | None, question: str | None) -> Rules:
        """Return what is asked, in order, of a turn of this kind, with this command and open question."""
        if command in self._orders:
            return ((_always, self._orders[command]),)
        heard = self._words if kind is Kind.TEXT else ()
        fitting = [(fits, handler) for asked, fits, handler in heard if not asked or question in asked]
        last = [(_always, self._kinds[kind])] if kind in self._kinds else []
        return (*fitting, *last)

    def find(self, turn: Turn) -> Handler | None:
        """Return the handler for this turn, or None if this router has nothing to say."""
        return Routers(self).find(turn)


class Routers:
    """The routers of one role, in order. Those that can have nothing to say to a turn are not asked."""

    def __init__(self, *routers: Router) -> None:
        self._routers: Final = routers
        self._known: Final[dict[_Sort, tuple[tuple[Fits | None, Rules], ...]]] = {}

    def find(self, turn: Turn) -> Handler | None:
        """Return the handler for this turn, or None if none of them has anything to say."""
        order = turn.order
        sort = (turn.incoming.kind, None if order is None else order.command, turn.asked)
        asked = self._known.get(sort)
        if asked is None:
            asked = self._known[sort] = self._sought(*sort)
        for applies, rules in asked:
            if applies is None or applies(turn):
                for fits, handler in rules:
                    if fits(turn):
                        return handler
        return None

    def _sought(
        self, kind: Kind, command: Command | None, question: str | None
    ) -> tuple[tuple[Fits | None, Rules], ...]:
        found = [(each.applies, each.rules(kind, command, question)) for each in self._routers]
        return tuple((applies, rules) for applies, rules in found if rules)


def _always(turn: Turn) -> bool:
    del turn
    return True
