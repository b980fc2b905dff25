"""What a message is for, by its words alone: a table of patterns and how much else may stand beside them.

A word such as 进度 or 催 does not make an enquiry: a text that also describes a matter is a request.
So each rule says how many characters may be left once its pattern and the small talk are taken out.
What was said before and which tickets are open is applied by the caller.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from . import phrases
from .regex import Regex
from .text import STICKER, letters, normalize, without_stutter


class Intent(StrEnum):
    """What the sender wants of us with this one message."""

    REQUEST = "request"
    FOLLOW_UP = "follow_up"
    PROGRESS = "progress"
    URGE = "urge"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    RATE = "rate"
    """How it went: solved or not, content or not."""
    CORRECTION = "correction"
    HUMAN = "human"
    GREETING = "greeting"
    THANKS = "thanks"
    """A courtesy that asks for nothing: thanks, received, good."""
    NOISE = "noise"
    HELP = "help"
    COMMAND = "command"
    """One of the words that always work; only `in_context` says so."""
    UNCLEAR = "unclear"


class Solved(StrEnum):
    """Whether words about how it went say that it is solved."""

    YES = "yes"
    NO = "no"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Rule:
    """`pattern` found, and at most `slack` characters that are neither it nor small talk, means `intent`."""

    intent: Intent
    slack: int
    pattern: Regex


READ_AT_MOST: Final = 400
"""Characters read; by then a text that is more than a request has shown it."""
WHOLE_UP_TO: Final = 30
"""Characters of the longest text that may be courtesy or noise and nothing else."""
VERIFY_UP_TO: Final = 90
"""Characters; a longer tale about a caller is a matter of its own."""
DELAY_UP_TO: Final = 60
"""Characters of the longest complaint of a delay; a longer text tells a matter of its own."""
SHORT_DOUBT: Final = 32
"""Characters of the longest text in which a few words show doubt in a caller."""
REQUEST_FROM: Final = 4
"""Characters from which an unknown text is a request; shorter ones need a word of `phrases.MATTER`."""

WHOLE: Final = (
    (Intent.GREETING, Regex(phrases.GREETING)),
    (Intent.THANKS, Regex(phrases.THANKS)),
    (Intent.NOISE, Regex(phrases.NOISE)),
    (Intent.HELP, Regex(phrases.HELP)),
    (Intent.RATE, Regex(phrases.RATE)),
)
"""The whole text, blanks and signs taken out, is nothing but this."""

RULES: Final = (
    Rule(Intent.HUMAN, 4, Regex(phrases.HUMAN)),
    Rule(Intent.CORRECTION, 4, Regex(phrases.CORRECTION)),
    Rule(Intent.URGE, 1, Regex(phrases.GIVEN_UP)),
    Rule(Intent.WITHDRAW, 4, Regex(phrases.WITHDRAW)),
    Rule(Intent.URGE, 1, Regex(phrases.NOBODY)),
    Rule(Intent.URGE, 1, Regex(phrases.PUT_OFF)),
    Rule(Intent.URGE, 3, Regex(phrases.URGE)),
    Rule(Intent.PROGRESS, 3, Regex(phrases.PROGRESS)),
)
"""Found somewhere, and little else is said. The first that fits wins."""
SHORT_RULES: Final = (Rule(Intent.HUMAN, 0, Regex(phrases.WHO_ANSWERS)), *RULES)
_SPOKEN: Final = frozenset("".join([phrases.SMALL_TALK, *(rule.pattern.pattern for rule in SHORT_RULES)]))
"""Every character of the phrases above and of small talk. None of them stands for any other."""
_MOST_SLACK: Final = max(rule.slack for rule in SHORT_RULES)
LONG: Final = 20
"""Characters above which nobody asks only for a person."""

_SMALL_TALK: Final = re.compile(phrases.SMALL_TALK)
_MATTER: Final = re.compile(phrases.MATTER)
_CALLER_DOUBTED: Final = Regex(phrases.CALLER_DOUBTED)
_SUSPECTED: Final = Regex(phrases.SUSPECTED)
_OURSELVES: Final = Regex(phrases.OURSELVES)
_HARMED: Final = Regex(phrases.HARMED)
_CLAUSE: Final = Regex("[，,。.;；!！?？~ \\n]+")
_REPROACHES: Final = (
    (2, Regex(f"{phrases.NOBODY}|{phrases.PUT_OFF}|{phrases.URGE}")),
    (0, Regex(phrases.FOOLED)),
)
_NOBODY_CARES: Final = Regex("的事[情儿]?.{0,8}没有?人来?(?:管|理|搭理)[啊呀了呢]*$")
_UNDER_WAY: Final = Regex(phrases.UNDER_WAY)
_PUT_OFF: Final = Regex(phrases.PUT_OFF)
_OF_DELAY: Final = Regex("[延推拖展改]")
"""What each of its phrases holds, and far quicker to look for."""
_ADDED: Final = Regex(phrases.ADDED)
_POSTPONED: Final = Rule(Intent.UNCLEAR, 2, Regex(phrases.POSTPONED))
_DONE: Final = Regex(phrases.DONE)
_UNDONE: Final = Regex(phrases.UNDONE)
_ASKING: Final = Regex("[?？吗]")
_SOLVED: Final = Regex(phrases.SOLVED)
_UNSOLVED: Final = Regex(phrases.UNSOLVED)
_ENDS_SOLVED: Final = Regex(phrases.ENDS_SOLVED)
_IS_DONE: Final = Regex("[决好妥定成]了")
"""What each of its phrases holds."""
_TERSE: Final = frozenset({Intent.UNCLEAR, Intent.RATE, Intent.URGE, Intent.WITHDRAW})
"""What a short account of what was done may look like by its words alone."""


def intent_of(text: str) -> Intent:
    """Return what `text` is for, judged by its words alone. Never raises; time is bounded.

    Several rules may ask about the same text, one after the other, so the last answers are kept.
    """
    return _intent_of(text[:READ_AT_MOST])


@lru_cache(maxsize=256)
def _intent_of(beginning: str) -> Intent:
    core = bare(beginning)
    if not core:
        return Intent.NOISE
    return _whole(core) or _verify(core) or _found(core) or _added(core) or _matter(core)


def tells_what_was_done(text: str) -> bool:
    """Whether `text` answers the question what was done: no courtesy, no putting off, no command of ours.

    Judged strictly, as the enterprise reads it as the account of its case; who is misjudged is asked again.
    """
    core = bare(text)
    if is_little_else(_POSTPONED.pattern, _POSTPONED.slack, core):
        return False
    intent = intent_of(text)
    if intent in {Intent.REQUEST, Intent.FOLLOW_UP}:
        return True
    return intent in _TERSE and _DONE.search(core) is not None and _UNDONE.search(core) is None


def reproaches(text: str) -> bool:
    """Whether each clause of a short text is a reproach to us: 三天了没人理我，你们是不是骗子.

    Apart from `intent_of`, whose answers were learned from: it is asked of who has a case.
    """
    clauses = [core for each in _CLAUSE.split(text) if (core := bare(each))]
    return len(text) <= SHORT_DOUBT and len(clauses) > 1 and all(map(_is_reproach, clauses))


def says_nobody_cares(text: str) -> bool:
    """Whether a short text ends with nobody's caring for something it names: 路的事找了城管没人理."""
    return len(text) <= WHOLE_UP_TO and _NOBODY_CARES.search(bare(text)) is not None


def _is_reproach(core: str) -> bool:
    is_little = any(is_little_else(pattern, slack, core) for slack, pattern in _REPROACHES)
    return is_little or _OURSELVES.fullmatch(core) is not None


def is_under_way(text: str) -> bool:
    """Whether a short text says that its speaker is about something: 正在办, 我们还在补材料."""
    return _UNDER_WAY.fullmatch(bare(text)) is not None and not _ASKING.search(text)


def solved(text: str) -> Solved:
    """Return whether words that say how it went say plainly that it is solved, or that it is not.

    A question says neither, and neither does content: who is content may still wait for something.
    """
    core = bare(text)
    if _ASKING.search(text):
        return Solved.UNSAID
    if _UNSOLVED.search(core):
        return Solved.NO
    is_said = len(core) <= WHOLE_UP_TO and _SOLVED.fullmatch(core) is not None
    return Solved.YES if is_said else Solved.UNSAID


def complains_of_delay(text: str) -> bool:
    """Whether a short text begins with a complaint that all is put off again: 怎么又延期了，工人等着呢."""
    core = bare(text)
    if len(core) > DELAY_UP_TO or _OF_DELAY.search(core) is None:
        return False
    found = _PUT_OFF.search(core)
    return found is not None and not _SMALL_TALK.sub("", core[: found.start()])


def sounds_solved(text: str) -> bool:
    """Whether a short text of any kind ends with its being solved: 款到了，问题解决了."""
    if len(text) > WHOLE_UP_TO or _IS_DONE.search(said := normalize(text)) is None:
        return False
    return _ENDS_SOLVED.search(said) is not None


def bare(text: str) -> str:
    """Return the letters and digits of `text`, nothing repeated more than twice in a row."""
    return _bare(text[:READ_AT_MOST])


@lru_cache(maxsize=256)
def _bare(beginning: str) -> str:
    return without_stutter(letters(STICKER.sub(" ", normalize(beginning))))


def _whole(core: str) -> Intent | None:
    if len(core) > WHOLE_UP_TO:
        return None
    return next((intent for intent, pattern in WHOLE if pattern.fullmatch(core)), None)


def doubts_us(text: str) -> bool:
    """Whether a text doubts this account itself, and says nothing else: 你们是骗子吧."""
    core = bare(text)
    return len(core) <= SHORT_DOUBT and _OURSELVES.fullmatch(core) is not None


def _verify(core: str) -> Intent | None:
    if len(core) <= SHORT_DOUBT and (_SUSPECTED.search(core) or _OURSELVES.fullmatch(core)):
        return None if _HARMED.search(core) else Intent.VERIFY
    is_doubt = len(core) <= VERIFY_UP_TO and _CALLER_DOUBTED.search(core) and not _HARMED.search(core)
    return Intent.VERIFY if is_doubt else None


def _found(core: str) -> Intent | None:
    if sum(char not in _SPOKEN and not char.isdecimal() for char in core) > _MOST_SLACK:
        return None  # more than any rule leaves, whatever else there is
    rules = RULES if len(core) > LONG else SHORT_RULES
    return next((rule.intent for rule in rules if is_little_else(rule.pattern, rule.slack, core)), None)


def is_little_else(pattern: Regex, slack: int, core: str) -> bool:
    """Whether `core` holds `pattern` and, small talk taken out, at most `slack` characters more."""
    parts = pattern.split(core)
    return len(parts) > 1 and sum(len(_SMALL_TALK.sub("", part)) for part in parts) <= slack


def _added(core: str) -> Intent | None:
    return Intent.FOLLOW_UP if _ADDED.match(core) else None


def _matter(core: str) -> Intent:
    return Intent.REQUEST if len(core) >= REQUEST_FROM or _MATTER.search(core) else Intent.UNCLEAR


_UNSURE: Final = Regex("别|不用|不要|要是|如果|吗|为什么|可以")


def is_unsure(text: str) -> bool:
    """Whether words make of an act a negation, a condition or a question."""
    return _UNSURE.search(text) is not None
