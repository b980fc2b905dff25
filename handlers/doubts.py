"""What an official's plain words may be instead of a reply: said to us, or of the enterprise, or to be done.

Nothing of this is sent: it is kept, and one tap does either.
"""

from collections.abc import Callable
from typing import Final

from handlers import say
from handlers.cases import keep
from handlers.turn import Reply, Speech, Turn
from handlers.understanding import callers
from handlers.understanding.asking_help import help_wanted
from handlers.understanding.commands import Command
from handlers.understanding.desk_talk import call_with, holds_our_word, is_doubtful
from handlers.understanding.finishing import finished
from handlers.understanding.not_for_them import meant_for_us
from handlers.understanding.passing import may_pass_on
from handlers.understanding.refusing import Refusal, refusal_in
from handlers.understanding.to_colleagues import is_for_colleagues
from models.queries.tickets import Overview, overview
from models.rules.lifecycle import Status
from models.tables import Outcome, Ticket

Kept = tuple[Speech, str, Command]
"""What to ask, which words to keep meanwhile, and as what they are kept."""


def sounds_doubtful(words: str) -> bool:
    """Whether plain words sound as if they were not for the enterprise. Time is bounded."""
    return any(hears(words) for hears, _ in _DOUBTS)


def doubted(turn: Turn, ticket: Ticket, words: str, command: Command) -> Reply | None:
    """Keep words that may not be meant for the enterprise of a case, and ask; None if they surely are."""
    ask = next((ask for hears, ask in _DOUBTS if hears(words)), None)
    if ask is None:
        return None
    speech, kept, meant = ask(overview(turn.session, ticket), words, command)
    return Reply(speech, Outcome.ANSWER, ticket.id, pending=keep(kept, meant))


def _done(view: Overview, words: str, command: Command) -> Kept:
    found = finished(words)
    if found is None or view.status not in {Status.OPEN, Status.ACCEPTED}:
        return _for_whom(view, words, command)
    done = found.done or words
    return say.perhaps(view, Command.RESOLVE, done), done, Command.RESOLVE


def _help(view: Overview, words: str, command: Command) -> Kept:
    wish = help_wanted(words)
    rest = "" if wish is None else f"{wish.unit} {wish.task}".strip()
    return say.perhaps(view, Command.CALL_IN, rest), words, command


def _call(view: Overview, words: str, command: Command) -> Kept:
    return say.perhaps(view, Command.ANNOUNCE_CALL, call_with(words) or ""), words, command


def _rang(view: Overview, words: str, command: Command) -> Kept:
    return say.perhaps(view, Command.CALL_FAILED), words, command


def _ours(view: Overview, words: str, command: Command) -> Kept:
    meant = meant_for_us(words)
    if meant in {None, Command.HELP} or view.status not in {Status.OPEN, Status.ACCEPTED}:
        return _for_whom(view, words, command)
    return say.perhaps(view, meant, words if meant is Command.DECLINE else ""), words, command


def _for_whom(view: Overview, words: str, command: Command) -> Kept:
    return say.for_whom(view, command), words, command


def _sounds_like_ours(words: str) -> bool:
    return (
        is_doubtful(words)
        or holds_our_word(words)
        or is_for_colleagues(words)
        or may_pass_on(words)
        or refusal_in(words) is Refusal.PLAIN
    )


_DOUBTS: Final[tuple[tuple[Callable[[str], bool], Callable[[Overview, str, Command], Kept]], ...]] = (
    (lambda words: finished(words) is not None, _done),
    (lambda words: help_wanted(words) is not None, _help),
    (lambda words: call_with(words) is not None, _call),
    (callers.may_have_failed, _rang),
    (lambda words: meant_for_us(words) is not None, _ours),
    (_sounds_like_ours, _for_whom),
)
"""What words may be, by how they sound, and what is asked then. The first that fits wins."""
