"""The second look: what the fast path guessed is looked at by the deep path, and put right if it differs.

It follows the event feed behind everything that arrives. The words are read, the model works with no session
open, and one short transaction corrects. Dying anywhere costs a look done twice, which changes nothing. A
large model, where one is set up, is asked too if its word could matter; what people decide measures it.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot import metrics
from bot.large_model import GRACE, LargeModel
from bot.led_loop import LedLoop, be_gentle
from handlers.filing import guess_by
from handlers.understanding.classifier import Verdict
from handlers.understanding.embedding import NoEmbedding
from handlers.understanding.suggesting import prepared
from models.actions import cursors, retyping, suggestions
from models.queries import second_look
from models.queries.second_look import Guessed, Position
from models.queries.shielded import shielded
from models.queries.suggestions import tally
from models.rules.suggestions import weighed, weights
from models.session import Database

log: Final = structlog.get_logger()

READER: Final = "second_look"
POLL: Final = 1.0
PAGE: Final = 100
"""Events read at once."""
MOST_TRIES: Final = 3
"""Times that a look is begun: a text that ends the process each time must not end it for ever."""


@dataclass(frozen=True, slots=True)
class Word:
    """What the large model named, and what comes out of weighing it."""

    named: str
    verdict: Verdict


class SecondLook(LedLoop):
    """Looks at fresh guesses until told to stop; `classify` is the deep path, or the fast one.

    `is_deep` says which. `ask_below` is the confidence below which what the large model's word was weighed
    into may not stand.
    """

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        classify: Callable[[str], Verdict],
        prepare: Callable[[], None] = lambda: None,
        *,
        is_deep: bool = True,
        large: LargeModel | None = None,
        ask_below: float = 1.0,
    ) -> None:
        super().__init__(database, clock, lease=READER, poll=POLL, leader=metrics.SECOND_LOOK_LEADER)
        self._classify = classify
        self._prepare = prepare
        self._is_deep = is_deep
        self._large = large
        self._ask_below = ask_below
        self._has_started = False
        self._computing = ThreadPoolExecutor(1, "second-look", initializer=be_gentle)

    async def run(self) -> None:
        """Look until stopped. Without an embedding there is nothing to look with, and the loop ends."""
        try:
            await super().run()
        finally:
            self._computing.shutdown()

    def _round(self) -> int:
        looked, more = 0, True
        try:
            while more and self._goes_on():
                if not self._has_started:
                    self._start()
                done, more = self._page()
                looked += done
        except NoEmbedding as error:
            log.warning("no_second_look", error=str(error))
            self.stop()
        return looked

    def _start(self) -> None:
        with self._database.transaction() as session:
            cursors.start(session, READER)
        self._has_started = True

    def _page(self) -> tuple[int, bool]:
        """Go through the next events; return how many guesses were looked at, and whether more may come."""
        with self._database.reading() as session:
            place = second_look.position(session, READER)
            page = second_look.page(session, place, limit=PAGE, with_deep=self._large is not None)
        if self._large is not None and page.decided:
            with self._database.transaction() as session:
                suggestions.count(session, page.decided)
        for looked, guessed in enumerate(page.guesses):
            if not self._goes_on():
                return looked, False
            self._look(guessed, place)
        if page.end != place:
            self._reach(page.end)
        return len(page.guesses), page.end != place

    def _look(self, guessed: Guessed, place: Position) -> None:
        with self._database.reading() as session:
            words = second_look.words_of(session, guessed)
        if words is None:
            metrics.SECOND_LOOKS.labels("passed").inc()
            return
        before = guessed.before
        tries = place.tries + 1 if (place.tx, place.event_id) == (before.tx, before.event_id) else 1
        if tries > MOST_TRIES:
            log.error("second_look_given_up", ticket=guessed.ticket_id, tries=tries - 1)
            self._settle(guessed, None, None)
            return
        self._computing.submit(self._prepare).result()
        self._reach(Position(before.tx, before.event_id, tries))
        verdict = self._verdict(guessed, words)
        self._settle(guessed, verdict, self._word(guessed, words, verdict))

    def _verdict(self, guessed: Guessed, words: str) -> Verdict | None:
        began = time.perf_counter()
        try:
            return self._computing.submit(self._classify, words).result()
        except Exception as error:  # noqa: BLE001 -- one text that breaks the model must not stop the others
            log.error("second_look_failed", ticket=guessed.ticket_id, error=type(error).__name__)  # noqa: TRY400
            return None
        finally:
            metrics.SECOND_LOOK_SECONDS.observe(time.perf_counter() - began)

    def _word(self, guessed: Guessed, words: str, verdict: Verdict | None) -> Word | None:
        """Ask the large model, if there is one and any word of it would change what comes of the look.

        Of a shielded case (保密) nothing leaves the house.
        """
        if self._large is None or verdict is None:
            return None
        with self._database.reading() as session:
            if shielded(session, [guessed.ticket_id]):
                return None
            weight = weights(tally(session, self._large.name), verdict.scores)
            known = second_look.known_of(session, guessed.ticket_id)
        after = {each: self._weighed(verdict, each, weight[each]) for each in verdict.scores}
        if all(_comes_of(each, guessed) == _comes_of(verdict, guessed) for each in after.values()):
            metrics.LARGE_MODEL.labels("unneeded").inc()
            return None
        asked = self._large.named(prepared(words, known.people, known.firms))
        named = self._outside(asked, self._large.allowed + GRACE)
        return None if named is None else Word(named, after[named])

    def _weighed(self, verdict: Verdict, named: str, weight: float) -> Verdict:
        return Verdict.of(weighed(verdict.scores, named, weight), self._ask_below)

    def _settle(self, guessed: Guessed, verdict: Verdict | None, word: Word | None) -> None:
        better = verdict if word is None else word.verdict
        is_corrected = False
        with self._database.transaction() as session:
            if word is not None and self._large is not None:
                ticket_id, name = guessed.ticket_id, self._large.name
                suggestions.keep(session, ticket_id, model=name, type_code=word.named, now=self._clock())
            if better is not None and _comes_of(better, guessed) != guessed.type:
                is_corrected = retyping.look_again(
                    session,
                    guessed.ticket_id,
                    guess_by(better, is_deep=self._is_deep),
                    instead_of=guessed.type,
                    suggested=None if word is None else word.named,
                    now=self._clock(),
                )
            cursors.reach(session, READER, guessed.at)
        outcome = "failed" if verdict is None else "corrected" if is_corrected else "kept"
        metrics.SECOND_LOOKS.labels(outcome).inc()

    def _reach(self, place: Position) -> None:
        with self._database.transaction() as session:
            cursors.reach(session, READER, place)


def _comes_of(verdict: Verdict, guessed: Guessed) -> str:
    """Return the type that a case has after a look: its own, unless another is sure enough."""
    return verdict.type if verdict.is_sure else guessed.type
