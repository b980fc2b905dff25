"""What a message is for in its situation: rules where they are certain, and what was learned otherwise.

`intents.intent_of` judges by the words alone; here an open case, our question and our last words count too.
"""

import re
from typing import Final

from . import commands
from .asides import Aside, aside_of
from .commands import Command
from .cues import asked_for
from .intent_model import IntentModel, default_intents
from .intents import Intent, bare, intent_of
from .regex import Regex
from .situation import SAID, Context, plain
from .text import normalize

__all__ = ["Context", "certain", "intent_in", "likely"]

SHORT: Final = 12
"""Characters of the longest answer that only chooses, agrees or declines."""
FEW: Final = 8
"""Characters that may follow a verdict and say nothing else."""

_OWN_MEANING: Final = {
    Command.HUMAN: Intent.HUMAN,
    Command.CALL_ME: Intent.HUMAN,
    Command.NOT_THIS: Intent.CORRECTION,
    Command.CANCEL: Intent.WITHDRAW,
}
"""Commands that are no more than the plain word for an intent."""
_VERDICTS: Final = frozenset({"result", "rating"})
_TOLD: Final = frozenset({"missing", "stage"})
"""Questions whose answer is the fact itself."""
_PLAIN_VERDICTS: Final = frozenset({Command.RATE, Command.DISPUTE})
_LONGER: Final = {Command.DISPUTE: Intent.COMMAND}
_BOUND: Final = Regex("(?:帮助|菜单)[ ，,:：].{1,20}|绑定[a-z0-9]{4,12}")
"""What begins like a command and is one, though its grammar does not read it."""
_CALLS: Final = Regex("电话|来电|致电")
_MEETS: Final = Regex("见|当面|面谈")
_WHICH: Final = {
    "progress": Intent.PROGRESS,
    "urge": Intent.URGE,
    "withdraw": Intent.WITHDRAW,
    "follow_up": Intent.FOLLOW_UP,
}
_CHOSEN: Final = re.compile(
    "(?:是|就|对|选|要|查|看|嗯|那)*(?:"
    "第?[一二两三四五0N][件个条号]?|[前后上下头][头面边]?[一]?[件个条]|最[后新早近老]的?[一那]?[件个条]|[都全俩两]+[件个]?[是要查看催撤记上]*"
    "|是的?|对的?|嗯+呐?|没错|好的?|可以|就[是它那这]+[个件它]?|[^不没别撤催错]{1,6}(?:的|那[个件条]|[这那]边)|[^不没别撤催错快急啊哦哈额☺?!]{2,4}"
    ")+(?:吧|啊|呀|的|了)*"
)
"""An answer that only says which one."""
_ASKS: Final = Regex("[哪啥咋吗呢谁]|什么|怎么|意思|[查问说催报]的是|非")
"""Words of a question, or of another matter: 证走到哪儿了, 什么意思, 俺说的是井."""
_DENIED: Final = Regex(
    "(?:都?不是?|不对|没有?|否|错了?|都不[是对]|哪[个件]?[都也]不是|一个[都也]?(?:不是|没有)|不在里面)"
    "(?:的|啊|呀|吧|这[个件]|那[个件]|这些)*"
)
_APPLAUSE: Final = re.compile("(?:[👍👎👏💯⭐🌟]|\\[[强弱赞]\\]|\ufe0f|[\U0001f3fb-\U0001f3ff])+")
_MARKED: Final = Regex("0|第?[一二三四五][颗个]?[星分]?|ok|0分")
_THANKED: Final = Regex("谢|辛苦|感激|感恩|费心|0q|3q|thx|thank")
_CONTENT: Final = Regex("好|行|可以|满意|不错|解决|妥|成")
_HALLO: Final = Regex(
    "喂+|早|早[啊呀安]+|hello|hi+|hey|哈[喽罗啰]+|嗨+|嘿|thanks?|3q|thx|bye+|拜+|再见|再会|晚安"
)
_NOTICE: Final = Regex(
    "(?:(?:语音|视频)?通话|对方) ?(?:已|已经)?(?:取消|拒绝|无应答)$"
    "|通话时长|撤回了一条消息|^拍了拍|通过了你的(?:朋友|好友)"
)
"""What the platform writes, and nobody said."""


def intent_in(text: str, context: Context, model: IntentModel | None = None) -> Intent:
    """Return which of the twelve `text` is, said into `context`. Never raises; time is bounded."""
    return likely(text, context, model)[0]


def likely(text: str, context: Context, model: IntentModel | None = None) -> tuple[Intent, float]:
    """Return the intent and how sure it is: 1.0 where a rule is certain."""
    settled = certain(text, context)
    if settled is not None:
        return settled, 1.0
    scores = (model or default_intents()).scores(text, context)
    best = max(scores, key=scores.__getitem__)
    return best, scores[best]


def certain(text: str, context: Context) -> Intent | None:
    """Return the intent where a rule leaves no doubt."""
    core = plain(text)
    if not core:
        return Intent.NOISE
    return _ordered(text, context) or _answered(text, core, context) or _courtesy(text, core, context)


def _ordered(text: str, context: Context) -> Intent | None:
    order = commands.read(text)
    if order is not None and order.command is Command.DETAIL and context.asked == "which_case":
        return _WHICH.get(asked_for(normalize(context.said[:SAID]), context.asked), Intent.COMMAND)
    if order is not None and _says_no_more(order, context):
        return None
    if order is None:
        is_one = _BOUND.fullmatch(normalize(text[:SAID])) or _wants_no_calls(text)
        return Intent.COMMAND if is_one else None
    if order.command in _PLAIN_VERDICTS and order.number is None and context.asked in _VERDICTS:
        is_bare = len(order.rest) <= (FEW if order.command is Command.RATE else 0)
        return Intent.RATE if is_bare else _LONGER.get(order.command)
    return _OWN_MEANING.get(order.command, Intent.COMMAND)


def _wants_no_calls(text: str) -> bool:
    """Whether a remark is 别打电话 in other words; who will not write either wants to be met."""
    is_of_calls = _CALLS.search(plain(text)) is not None
    return is_of_calls and aside_of(text) is Aside.NO_CALLS and not _MEETS.search(text)


def _says_no_more(order: commands.Order, context: Context) -> bool:
    """Whether what reads like a command is plain words: a number we asked for, or 今日 that begins a tale."""
    answers = order.command is Command.DETAIL and context.asked in _TOLD and not order.rest
    return answers or (order.command is Command.TODAY and order.rest != "")


def _answered(text: str, core: str, context: Context) -> Intent | None:
    if len(core) > SHORT or context.asked is None:
        return None
    if context.asked in _VERDICTS:
        if _APPLAUSE.fullmatch(text.strip()):
            return Intent.RATE
        return Intent.RATE if _MARKED.fullmatch(core) and _counts(core, context) else None
    if context.asked != "which_case":
        return None
    if _DENIED.fullmatch(core):
        return Intent.CORRECTION
    which = asked_for(normalize(context.said[:SAID]), context.asked)
    return _WHICH.get(which) if _CHOSEN.fullmatch(core) and not _ASKS.search(core) else None


def _counts(core: str, context: Context) -> bool:
    """A digit or a sign is a verdict where marks are given, or where our words offered it."""
    return context.asked == "rating" or core == "ok" or any(each.isdigit() for each in context.said)


def _courtesy(text: str, core: str, context: Context) -> Intent | None:
    if _NOTICE.search(core):
        return Intent.NOISE
    if _HALLO.fullmatch(core) or (len(core) <= SHORT and intent_of(text) is Intent.GREETING):
        return Intent.GREETING
    if (
        intent_of(text) is Intent.THANKS
        and _THANKED.search(bare(text))
        and not (context.asked in _VERDICTS and _CONTENT.search(core))
    ):
        return Intent.GREETING
    return Intent.VERIFY if not context.open and intent_of(text) is Intent.VERIFY else None
