"""What a short text says about a case that is known: not solved, solved, back again, where is it.

By the words alone. Which case is meant, and whether one stands there at all, is for whoever asks; texts that
describe a matter of their own are none of these, so they are short and little may stand beside the phrases.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from . import dissent
from .intents import Intent, bare, intent_of, is_little_else
from .likeness import pairs
from .phrases import SMALL_TALK
from .regex import Regex
from .text import normalize


class Stance(StrEnum):
    """What is said about a case."""

    RESTORE = "restore"
    """It was taken back by mistake."""
    APART = "apart"
    """They are several matters."""
    STAGE = "stage"
    NEW_CONTACT = "new_contact"
    CALL_ME = "call_me"
    DISSENT = "dissent"
    APPROVAL = "approval"
    AGAIN = "again"
    ASKED = "asked"
    """A question about a case that is spoken of as known."""
    REFERRED = "referred"
    """Anything else about such a case."""


@dataclass(frozen=True, slots=True)
class Said:
    """A stance, and whether nothing else is said than that."""

    stance: Stance
    is_plain: bool = False


LONGEST: Final = 32
"""Characters of the longest text that is read as such; what is longer tells a matter."""
REFUSAL_UP_TO: Final = 40
"""Characters of the longest text of which it is asked whether it objects to a refusal."""
AGAIN_UP_TO: Final = 60
"""Characters of the longest text of which it is asked whether a matter is back."""

_SMALL_TALK: Final = re.compile(SMALL_TALK)
_RESTORE: Final = Regex(dissent.RESTORE)
_APART: Final = Regex(dissent.APART)
_STAGE: Final = Regex(dissent.STAGE)
_NEW_CONTACT: Final = Regex(dissent.NEW_CONTACT)
_CALL_ME: Final = Regex(dissent.CALL_ME)
_NO_WISH: Final = Regex(dissent.NO_WISH)
_MAY: Final = Regex("能不能|可不可以|方不方便|是不是可以")
_DISSENT: Final = Regex(dissent.DISSENT)
_OBJECTION: Final = Regex(dissent.OBJECTION)
_OF_REFUSAL: Final = Regex(dissent.OF_REFUSAL)
_VERDICT_ASKED: Final = Regex(dissent.VERDICT_ASKED)
_ELSEWHERE: Final = Regex(dissent.ELSEWHERE)
_APPROVAL: Final = Regex(dissent.APPROVAL)
_POINTED_SOLVED: Final = Regex(dissent.POINTED_SOLVED)
_NEGATION: Final = Regex("没|未|不|别|假|才|还差|骗")
_CONTENT: Final = Regex("没有?(?:意见|问题|异议|毛病|有?啥说的)|不错|不容易")
_AGAIN: Final = Regex(dissent.AGAIN)
_RELAPSE: Final = Regex(dissent.RELAPSE)
_ANOTHER: Final = Regex(dissent.ANOTHER)
_REFERRED: Final = Regex(dissent.REFERRED)
_ASKING: Final = Regex(dissent.ASKING)
_FIGURES: Final = re.compile(dissent.FIGURES)
_MONEY: Final = Regex(dissent.MONEY)
_OPEN_QUESTION: Final = Regex(dissent.OPEN_QUESTION)
_ACCEPTED: Final = Regex(dissent.ACCEPTED)
_PLAIN_WORDS: Final = re.compile(dissent.PLAIN_WORDS)

_REMARKS: Final = (
    (Stance.RESTORE, 3, _RESTORE),
    (Stance.APART, 0, _APART),
    (Stance.STAGE, 0, _STAGE),
    (Stance.NEW_CONTACT, 8, _NEW_CONTACT),
)
"""Remarks that mean the same whatever was said before."""
_BESIDE_DISSENT: Final = 8
"""Characters that may stand beside an objection: its reason."""
_PLAIN: Final = 2


@lru_cache(maxsize=256)
def stance_of(text: str) -> Said | None:
    """Return what a short text says about a known case, None for what is more than a remark."""
    if len(text) > AGAIN_UP_TO + AGAIN_UP_TO:
        return None
    core = bare(text)
    if not core or len(core) > AGAIN_UP_TO:
        return None
    if len(core) > LONGEST:
        return _again(core)
    return _remark(core) or _again(core) or _last_word(text, core) or _referred(text, core)


def objects(text: str) -> bool:
    """Whether a text begins with an objection to a decision: 不服, 我不同意, 凭什么不给办."""
    return _OBJECTION.match(bare(text)) is not None


def speaks_of_a_refusal(text: str) -> bool:
    """Whether a short text may be about a refusal: 理由不成立, 请重新考虑, 那我找谁, 怎么申诉."""
    return len(text) <= REFUSAL_UP_TO and _OF_REFUSAL.search(bare(text)) is not None


def goes_elsewhere(text: str) -> bool:
    """Whether a short text says that somebody goes to court or to another authority: 那我走法院."""
    return len(text) <= LONGEST and _ELSEWHERE.fullmatch(bare(text)) is not None


def asks_of_verdict(text: str) -> bool:
    """Whether a short text asks what becomes of an appeal: 督查什么时候给结果."""
    return len(text) <= LONGEST and _VERDICT_ASKED.search(bare(text)) is not None


def accepts(text: str) -> bool:
    """Whether a text accepts a result in so many words: 认可, 同意办结, 没意见."""
    core = bare(text)
    return not _asks(text, core) and _ACCEPTED.fullmatch(_SMALL_TALK.sub("", core)) is not None


def refers(text: str) -> bool:
    """Whether a text speaks of its matter as known: 上次说的, 那笔款."""
    return _REFERRED.search(bare(text)) is not None


def speaks_of_another(text: str) -> bool:
    """Whether a text speaks of one more of a kind: 第二笔, 隔壁, 二期."""
    return _ANOTHER.search(bare(text)) is not None


def is_of_money(text: str) -> bool:
    """Whether a text is about money at all."""
    return _MONEY.search(text) is not None


def matter_in(text: str) -> str:
    """Return what a short text says beside its stance: a name, a thing; nothing where it says only that."""
    core = bare(text)
    for pattern in (_DISSENT, _APPROVAL, _AGAIN, _REFERRED, _ASKING, _FIGURES, _SMALL_TALK, _PLAIN_WORDS):
        core = pattern.sub(" ", core)
    money = "".join(_MONEY.findall(bare(text)))
    return "".join(core.split()) + money


def shared(text: str, known: str) -> int:
    """How many pairs of neighbouring characters a short text shares with what a case is known by."""
    plain = normalize(known)
    return sum(pair in plain for pair in pairs(text))


def _remark(core: str) -> Said | None:
    found = next((one for one, slack, words in _REMARKS if is_little_else(words, slack, core)), None)
    if found is None and is_little_else(_CALL_ME, 3, core) and not _NO_WISH.search(_MAY.sub("", core)):
        found = Stance.CALL_ME
    return None if found is None else Said(found, is_plain=True)


def _again(core: str) -> Said | None:
    """A matter is back; plainly so where something has failed once more and nothing new is spoken of."""
    if _AGAIN.search(core) is None:
        return None
    is_plain = _RELAPSE.search(core) is not None and _ANOTHER.search(core) is None and len(core) <= LONGEST
    return Said(Stance.AGAIN, is_plain=is_plain)


def _last_word(text: str, core: str) -> Said | None:
    """That it is not solved, or that it is. A question is neither, unless it is none (这也叫办结？)."""
    left = -1 if _ANOTHER.search(core) else _left(_DISSENT, core)
    if 0 <= left <= _BESIDE_DISSENT and not _is_question(text):
        return Said(Stance.DISSENT, is_plain=left <= _PLAIN)
    if _asks(text, core):
        return None
    if _POINTED_SOLVED.search(core) and not _NEGATION.search(core):
        return Said(Stance.APPROVAL, is_plain=True)
    is_negative = _NEGATION.search(_CONTENT.sub("", core)) is not None
    is_courtesy = intent_of(text) is Intent.THANKS  # 收到 says that our words came, not the money
    if not is_negative and not is_courtesy and 0 <= _left(_APPROVAL, core) <= _PLAIN + _PLAIN:
        return Said(Stance.APPROVAL)
    return None


def _asks(text: str, core: str) -> bool:
    """Whether words ask, or are not sure: 没有意见吧. 销号吧 tells us to do it."""
    is_marked = "?" in text or "？" in text or core.endswith(("吗", "没", "么", "没有", "呢"))
    return is_marked or (core.endswith("吧") and not core.endswith(("办结吧", "销号吧", "结案吧")))


def _is_question(text: str) -> bool:
    return _OPEN_QUESTION.search(text) is not None


def _referred(text: str, core: str) -> Said | None:
    if _REFERRED.search(core) is None or _ANOTHER.search(core):
        return None
    is_asked = "?" in text or "？" in text or _ASKING.search(core) is not None
    return Said(Stance.ASKED if is_asked else Stance.REFERRED)


def _left(pattern: Regex, core: str) -> int:
    """How many characters are neither the pattern nor small talk; below zero if it does not occur."""
    parts = pattern.split(core)
    if len(parts) == 1:
        return -1
    return sum(len(_FIGURES.sub("", _SMALL_TALK.sub("", part))) for part in parts)
