"""Puts every new case beside those it is like, and shows a pattern once enough enterprises tell of it.

It follows the event feed as the second look does (ADR 0120). The words are read and embedded with no session
open, then one short transaction settles. Dying anywhere costs a case compared twice, which changes nothing.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, Protocol

import structlog
from sqlalchemy.orm import Session

from bot import known_cases, metrics
from bot.large_model import LargeModel
from bot.led_loop import LedLoop, be_gentle
from bot.pattern_words import show_if_due, tell_untold
from bot.rewording import reword
from handlers.understanding import alike
from handlers.understanding.embedding import NoEmbedding
from handlers.understanding.nearest import Nearest, Small, cosines
from handlers.understanding.traits import Traits, traits_of
from models.actions import cursors, merging, patterns, stumbles
from models.queries import comparing, second_look, taught
from models.queries import patterns as queries
from models.queries.comparing import Change, changes, unread
from models.queries.second_look import Position
from models.rules import patterns as rules
from models.rules.lifecycle import Verb
from models.rules.patterns import Near, Place, voice_of
from models.session import Database
from models.tables import PatternMember, Ticket

log: Final = structlog.get_logger()

READER: Final = "patterns"
AGAIN: Final = "patterns:again"
"""From where on what came is followed once more, when older cases have been read that it did not find."""
POLL: Final = 2.0
PAGE: Final = 100
MOST_TRIES: Final = 3
LIKENED: Final = 64
"""Of the nearest by sign so many, by cosine, are compared by their traits too."""


class Embeds(Protocol):
    """What turns a text into numbers."""

    def __call__(self, text: str) -> Sequence[float] | None:
        """Return the numbers of a text, None if nothing in it can be read."""


class PatternsLoop(LedLoop):
    """Compares cases until told to stop. `model` names what made the vectors; others' are made anew.

    `large`, where one is set up, is asked for the stone of a pattern that is shown or has doubled.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        vector: Embeds,
        model: str,
        small: Small | None = None,
        *,
        large: LargeModel | None = None,
    ) -> None:
        super().__init__(database, clock, lease=READER, poll=POLL, leader=metrics.PATTERNS_LEADER)
        self._vector = vector
        self._model = model
        self._small = small or Small()
        self._large = large
        self._index: Nearest | None = None
        self._joins: dict[str, float] = {}
        self._computing = ThreadPoolExecutor(1, "patterns", initializer=be_gentle)
        self._behind: int | None = 0
        """The last case of before our time that was looked at; None once there are no more."""

    async def run(self) -> None:
        """Compare until stopped. Without an embedding there is nothing to compare by, and the loop ends."""
        try:
            await super().run()
        finally:
            self._computing.shutdown()

    def _round(self) -> int:
        done = 0
        try:
            if self._goes_on() and self._index is None:
                self._start()
            while self._goes_on():
                self._joins.clear()
                more = self._page() + self._older()
                done += more
                if not more:
                    break
        except NoEmbedding as error:
            log.warning("no_patterns", error=str(error))
            self.stop()
        return done

    def _leads(self) -> bool:
        """Tell whether the lease is ours. Whoever lost it knows no more what others have settled since."""
        if super()._leads():
            return True
        self._index = None
        return False

    def _start(self) -> None:
        with self._database.transaction() as session:
            cursors.start(session, READER)
            if comparing.is_read_anew(session, self._model):
                cursors.mark(session, AGAIN, second_look.position(session, READER))
        self._index = known_cases.read(self._database, self._model)

    def _page(self) -> int:
        """Go through the next events; return how many were looked at."""
        with self._database.reading() as session:
            at = second_look.position(session, READER)
            found, end = changes(session, at, limit=PAGE)
        for change in found:
            if not self._goes_on():
                return 1
            self._follow(change, at)
        if end != at:
            with self._database.transaction() as session:
                cursors.reach(session, READER, end)
        return int(end != at)

    def _older(self) -> int:
        """Compare some cases that came before this reader did, or were embedded by another model."""
        if self._behind is None:
            return 0
        with self._database.reading() as session:
            ids = unread(session, self._model, after=self._behind, limit=PAGE)
        for ticket_id in ids:
            if not self._goes_on():
                return 1
            self._compare(ticket_id)
            self._behind = ticket_id
        if not ids:
            self._behind = None
            with self._database.transaction() as session:
                return int(cursors.go_back(session, READER, AGAIN))
        return len(ids)

    def _follow(self, change: Change, at: Position) -> None:
        if change.is_gone:
            self._forget(change)
            return
        before = change.before
        tries = at.tries + 1 if (at.tx, at.event_id) == (before.tx, before.event_id) else 1
        with self._database.transaction() as session:
            cursors.reach(session, READER, Position(before.tx, before.event_id, tries))
        if tries > MOST_TRIES:
            log.error("case_not_compared", ticket=change.ticket_id, tries=tries - 1)
            self._pass_over(change.ticket_id)
        else:
            self._compare(change.ticket_id)
        with self._database.transaction() as session:
            cursors.reach(session, READER, change.at)

    def _pass_over(self, ticket_id: int) -> None:
        """Keep a case as one that nothing can be read of, lest it be begun again as an older one."""
        with self._database.transaction() as session:
            ticket = session.get_one(Ticket, ticket_id)
            patterns.keep(session, ticket, model=self._model, vector=None, traits=None)

    def _forget(self, change: Change) -> None:
        """Take a case out; one that was merged keeps the place that people gave it."""
        ticket_id = change.ticket_id
        with self._database.transaction() as session:
            case = session.get_one(Ticket, ticket_id)
            patterns.hold(session, ticket_id)
            may_stay = change.verb is Verb.MERGE and comparing.stays(session, case)
            if comparing.is_over(session, case) and not may_stay:
                patterns.leave(session, ticket_id)
            known_cases.stand_in(self._known, session, ticket_id)
        self._known.remove(ticket_id)
        if change.verb is Verb.SHIELD:
            tell_untold(self._database, now=self._clock())

    @property
    def _known(self) -> Nearest:
        if self._index is None:
            raise RuntimeError("a round begins by reading what is known")
        return self._index

    def _compare(self, ticket_id: int) -> None:
        with self._database.reading() as session:
            ticket = session.get(Ticket, ticket_id)
            words = queries.first_words(session, [ticket_id]).get(ticket_id, "")
            known = comparing.known(session, ticket_id, self._model)
        if ticket is None:
            return
        if known is None:
            kept, traits = self._read(words)
        else:
            kept, traits = known[0], None if known[1] is None else Traits.of(known[1])
        near = [] if kept is None else self._known.near(ticket.type, kept)
        with self._database.transaction() as session:
            current = session.get_one(Ticket, ticket_id, with_for_update=True)
            shown = None if traits is None else traits.as_json()
            may_be = patterns.keep(session, current, model=self._model, vector=kept, traits=shown)
            was, told_anew = patterns.hold(session, ticket_id), None
            if was is not None and not comparing.stays(session, current):
                patterns.leave(session, ticket_id)
            may_be &= current.status not in queries.GONE
            if may_be and kept is not None and traits is not None:
                told_anew = self._settle(session, current, kept, traits, near, was=was)
            member = session.get(PatternMember, ticket_id)
            if was is not None and (member is None or member.pattern_id != was):
                known_cases.stand_in(self._known, session, ticket_id)
            is_copy = member is not None and member.copy_of is not None
        if may_be and kept is not None and not is_copy:
            self._known.add(ticket_id, current.type, kept)
        else:
            self._known.remove(ticket_id)
        metrics.PATTERN_CASES.inc()
        if self._large is not None and told_anew is not None:
            reword(self._database, self._large, told_anew, self._outside)

    def _read(self, words: str) -> tuple[bytes | None, Traits | None]:
        """Return what a case is compared by, once made and then kept: its first words do not change."""
        vector = self._computing.submit(self._vector, words).result()
        return (None, None) if vector is None else (self._small.of(vector), traits_of(words))

    def _settle(
        self,
        session: Session,
        ticket: Ticket,
        kept: bytes,
        traits: Traits,
        near: Sequence[int],
        *,
        was: int | None,
    ) -> int | None:
        """Put a case where it belongs; return the pattern, if it is shown now or has doubled by this case."""
        found, known = self._find(session, ticket, kept, traits, near)
        now = self._clock()
        matter = rules.same_matter(_voice(ticket), ticket.id, known)
        if matter is not None:
            merging.propose(session, ticket, session.get_one(Ticket, matter), now=now)
        pattern = patterns.settle(session, ticket, found, now=now)
        if pattern is None:
            return None
        known_cases.fall_silent(self._known, session, ticket.id, [each for each in known if each.repeats])
        stumbles.met(session, ticket, pattern.id, now=now)
        if show_if_due(session, pattern, now=now):
            metrics.PATTERNS_SHOWN.inc()
            return pattern.id
        is_new = self._large is not None and pattern.id != was
        return pattern.id if is_new and comparing.has_doubled(session, ticket.id) else None

    def _find(
        self, session: Session, ticket: Ticket, kept: bytes, traits: Traits, near: Sequence[int]
    ) -> tuple[Place, list[Near]]:
        """Return where a case belongs, and what it is like: two statements, one if it is like nothing."""
        join = self._join(session, ticket.type)
        others = [each for each in near if each != ticket.id]
        known = self._likened(session, ticket, kept, traits, others, join=join)
        in_question = rules.in_question(known, join=join)
        own = comparing.voices(session, in_question) if in_question else {}
        return rules.place(_voice(ticket), known, own, join=join), known

    def _join(self, session: Session, type_code: str) -> float:
        """Return from which likeness on cases belong together, as decisions taught it up to this page."""
        if type_code not in self._joins:
            self._joins[type_code] = taught.join_from(session, type_code, alike.shipped().join)
        return self._joins[type_code]

    def _likened(
        self,
        session: Session,
        ticket: Ticket,
        kept: bytes,
        traits: Traits,
        near: Sequence[int],
        *,
        join: float,
    ) -> list[Near]:
        rows = comparing.compared(session, near, ticket.type, self._model)
        close = zip(cosines(kept, [row.vector for row in rows]), rows, strict=True)
        nearest = sorted(close, key=lambda each: (-each[0], each[1].ticket_id))[:LIKENED]
        mine, found = _voice(ticket), list[Near]()
        for cosine, row in nearest:
            theirs = Traits.of(row.traits)
            is_mine = row.voice == mine
            likeness = alike.likeness(traits, theirs, cosine, are_of_one=is_mine)
            is_again = (is_mine and likeness >= join) or alike.is_copy(traits, theirs)
            said = (is_again and row.ticket_id < ticket.id, is_again and row.ticket_id > ticket.id)
            found.append(Near(row.ticket_id, row.pattern_id, row.voice, likeness, *said))
        return found


def _voice(ticket: Ticket) -> str:
    return voice_of(ticket.enterprise_id, ticket.person_id)
