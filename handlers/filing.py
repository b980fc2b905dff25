"""Words become a case or part of one.

What is only guessed to belong to a case is gathered for a moment before its owner is told, and the echo
always offers the way out.
"""

from typing import Final

from config.catalog import OTHER
from handlers import say
from handlers.intended import leaning
from handlers.newness import is_unknown
from handlers.turn import Incoming, Reply, Speech, Turn
from handlers.understanding.addressing import names
from handlers.understanding.alike import is_twin
from handlers.understanding.classifier import Verdict, verdict_on
from handlers.understanding.parts import matters
from handlers.understanding.text import normalize
from models.actions import gathered, retyping, tickets
from models.actions.conversation import Desk, Words, desk_or_office
from models.actions.tickets import Guess, Submitted
from models.queries.contacts import speaking_for
from models.queries.gathered import of_enterprise
from models.queries.merging import beside
from models.queries.people import Party
from models.queries.tickets import actor_of
from models.rules.lifecycle import Status
from models.rules.numbers import number_of
from models.tables import Outcome, Ticket

TOLD: Final = frozenset({"text", "voice"})
"""What tells of a matter; a place or a picture only shows where."""
REMEMBERED: Final = 80
"""Characters of a case's first words that later words are compared with."""


def submit(
    turn: Turn,
    words: Words,
    *,
    title: str | None = None,
    after: Ticket | None = None,
    is_compared: bool = False,
) -> Reply:
    """Open a ticket; where the words hold several matters, offer to split it.

    `after` is the case it comes back from, too late for its own number: the type is that one's if in doubt.
    With `is_compared` the words were found to be of none of the cases that go on, and are not compared again.
    """
    guess = guess_of(words.text if words.kind in TOLD else "", turn.incoming)
    if after is not None and not _is_known(guess):
        guess = Guess(after.type, guess.confidence, guess.second, is_sure=after.type != OTHER)
    who = _speaker(turn, words.text)
    done = tickets.submit(
        turn.session,
        who,
        words,
        guess,
        title=title or say.title(words.kind, words.text),
        now=turn.now,
        raised=None if after is None else {"after": after.id},
    )
    parts = matters(words.text) if words.kind == "text" and after is None else ()
    speech = say.receipt(done, guess, who, parts)
    if turn.party.is_served and not is_compared:
        speech = (*speech, *_or_one_matter(turn, done, who, words))
    return Reply(speech, Outcome.TICKET, done.id, opened=(remembered(done.id, words.text),))


def _or_one_matter(turn: Turn, done: Submitted, who: Party, words: Words) -> Speech:
    """Offer to make a case one with an open one of its enterprise that was told in much the same words."""
    if who.enterprise is None or words.kind not in TOLD:
        return ()
    cases = beside(turn.session, done.id, who.enterprise.id, done.owner.id)
    twin = next((one for one in cases if is_twin(words.text, one.words or one.title)), None)
    return () if twin is None else say.same_matter(done.number, number_of(twin.id), twin.title)


def _speaker(turn: Turn, text: str) -> Party:
    """Who speaks: of somebody with several enterprises, for the only one that the text calls by name."""
    if turn.party.enterprise is None or not turn.party.others:
        return turn.party
    firms = (turn.party.enterprise, *turn.party.others)
    called = [firm.id for firm in firms if names(text, firm.name)]
    return speaking_for(turn.session, turn.party, called[0]) if len(called) == 1 else turn.party


def remembered(ticket_id: int, text: str) -> tuple[int, str]:
    """Return a case with the words by which later ones find it."""
    return ticket_id, normalize(text)[:REMEMBERED]


def guess_of(text: str, said: Incoming | None = None) -> Guess:
    """Return the type that a text seems to be of: of what was just `said`, the deep path may know already."""
    if not text:
        return Guess(OTHER, 0.0, None, is_sure=False)
    if said is not None and said.verdict is not None and said.text == text:
        return guess_by(said.verdict, is_deep=True)
    return guess_by(verdict_on(text))


def guess_by(verdict: Verdict, *, is_deep: bool = False) -> Guess:
    """Return the guess that a verdict makes."""
    return Guess(verdict.type, verdict.confidence, verdict.second, is_sure=verdict.is_sure, is_deep=is_deep)


def add(turn: Turn, ticket: Ticket, words: Words) -> Reply:
    """Add words that surely belong to a case; its owner hears them at once."""
    told = tell(turn, ticket, words)
    speech = say.followed_up(number_of(ticket.id), ticket.title, told)
    return Reply(speech, Outcome.FOLLOW_UP, ticket.id)


def guess_belongs(turn: Turn, ticket: Ticket, words: Words, *, is_unsure: bool = False) -> Reply:
    """Add words that seem to belong to a case: gathered, unless they first say what it is about.

    `is_unsure` if they may as well be a matter of their own: then both are asked.
    """
    number = number_of(ticket.id)
    is_open = bool(words.text) and is_unknown(ticket)
    before = of_enterprise(turn.session, ticket) if is_open else ()
    guess = guess_of(say.run_on(*before, words.text)) if is_open else None
    if guess is not None and (_is_known(guess) or not before):
        told = tell(turn, ticket, words, is_guessed=True)
        title = say.title("text", say.run_on(*before, words.text))
        retyping.reguess(turn.session, ticket, guess, title=title, now=turn.now)
        speech = say.followed_up(number, ticket.title, told, is_guessed=True)
        asked = () if guess.is_sure else ("\n", *say.choose_type(number))
        return Reply((*speech, *asked, *_last_word(ticket)), Outcome.FOLLOW_UP, ticket.id)
    gathered.gather(turn.session, ticket, actor_of(turn.party), words, now=turn.now)
    told = desk_or_office(turn.session, ticket.owner_id, turn.now)
    speech = say.followed_up(number, ticket.title, told, is_guessed=True, is_gathered=True)
    asked = say.or_the_same(number) if is_unsure else say.perhaps_meant(number, _leaning(turn, ticket))
    return Reply((*speech, *asked, *_last_word(ticket)), Outcome.FOLLOW_UP, ticket.id)


def _leaning(turn: Turn, ticket: Ticket) -> str | None:
    """What few words may ask for beside being put to a case that goes on; a result asks for its own word."""
    return None if ticket.status == Status.RESOLVED else leaning(turn)


def _last_word(ticket: Ticket) -> Speech:
    """A case that waits for the enterprise's word takes no more words without asking for that one."""
    return say.solved_taps(number_of(ticket.id)) if ticket.status == Status.RESOLVED else ()


def tell(turn: Turn, ticket: Ticket, words: Words, *, is_guessed: bool = False) -> Desk:
    """Tell the owner of a case more about it; return who was told."""
    actor = actor_of(turn.party)
    told = tickets.follow_up(turn.session, ticket, actor, words, is_guessed=is_guessed, now=turn.now)
    if not is_guessed and words.text and is_unknown(ticket):
        _learn(turn, ticket, words)
    return told


def _learn(turn: Turn, ticket: Ticket, words: Words) -> None:
    guess = guess_of(words.text)
    if _is_known(guess):
        title = say.title(words.kind, words.text)
        retyping.reguess(turn.session, ticket, guess, title=title, now=turn.now)


def _is_known(guess: Guess) -> bool:
    return guess.is_sure and guess.type != OTHER
