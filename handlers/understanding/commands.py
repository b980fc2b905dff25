"""The words that always work: a command, perhaps a ticket's number, perhaps more text.

Only the grammar lives here. Who may say what, and what it does, is for the role's router.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from config.catalog import number_formats
from handlers.understanding.regex import Regex
from handlers.understanding.text import simplified, trimmed
from models.rules.numbers import ticket_id_of


class Command(StrEnum):
    """What a person can always say in one word."""

    HELP = "help"
    BIND = "bind"
    BIND_YES = "bind_yes"
    CANCEL = "cancel"
    NEW = "new"
    PROGRESS = "progress"
    URGE = "urge"
    ADD = "add"
    RETYPE = "retype"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    WORKLIST = "worklist"
    DETAIL = "detail"
    ACCEPT = "accept"
    REPLY = "reply"
    REPORT = "report"
    RESOLVE = "resolve"
    TODAY = "today"
    VERIFY = "verify"
    ANNOUNCE_CALL = "announce_call"
    ANNOUNCE_VISIT = "announce_visit"
    CALL_FAILED = "call_failed"
    CANCEL_CALL = "cancel_call"
    AGREE_CALL = "agree_call"
    MOVE_CALL = "move_call"
    DECLINE_CALL = "decline_call"
    LEAD = "lead"
    VISIT = "visit"
    SEND_NOW = "send_now"
    EXTEND = "extend"
    GRANT = "grant"
    DENY = "deny"
    PAUSE = "pause"
    DELEGATE = "delegate"
    APPEAL = "appeal"
    CALL_IN = "call_in"
    JOIN = "join"
    REFUSE = "refuse"
    CONTRIBUTE = "contribute"
    LET_GO = "let_go"
    DECLINE = "decline"
    UPHOLD = "uphold"
    OVERTURN = "overturn"
    REASSIGN = "reassign"
    WRITE_OFF = "write_off"
    PASS_ON = "pass_on"  # noqa: S105 -- a word of the chat, no password
    RATE = "rate"
    RATE_MANNERS = "rate_manners"
    RATINGS = "ratings"
    NOT_THIS = "not_this"
    SPLIT = "split"
    WHOLE = "whole"
    MERGE = "merge"
    SEPARATE = "separate"
    SHIELD = "shield"
    UNSHIELD = "unshield"
    HUMAN = "human"
    CALL_ME = "call_me"
    LEAVE = "leave"
    LEAVE_YES = "leave_yes"
    SWITCH = "switch"
    NO_CALLS = "no_calls"
    CALLS_WELCOME = "calls_welcome"
    STAGE = "stage"
    QUIET = "quiet"
    WHO_CAME = "who_came"
    PATCHES = "patches"
    CITE = "cite"
    UNSTUMBLE = "unstumble"
    COMMENT = "comment"
    NOT_COMMENT = "not_comment"


@dataclass(frozen=True, slots=True)
class Order:
    """A command as somebody gave it: the digits they called the ticket by, and what they added."""

    command: Command
    number: str | None = None
    rest: str = ""


WORDS: Final[dict[str, Command]] = {
    "帮助": Command.HELP,
    "菜单": Command.HELP,
    "绑定": Command.BIND,
    "确认绑定": Command.BIND_YES,
    "取消": Command.CANCEL,
    "新诉求": Command.NEW,
    "我要反映": Command.NEW,
    "进度": Command.PROGRESS,
    "我的诉求": Command.PROGRESS,
    "催办": Command.URGE,
    "补充": Command.ADD,
    "改类型": Command.RETYPE,
    "撤回": Command.WITHDRAW,
    "确认": Command.CONFIRM,
    "没解决": Command.DISPUTE,
    "未解决": Command.DISPUTE,
    "待办": Command.WORKLIST,
    "详情": Command.DETAIL,
    "受理": Command.ACCEPT,
    "回复": Command.REPLY,
    "回覆": Command.REPLY,
    "进展": Command.REPORT,
    "办结": Command.RESOLVE,
    "今日": Command.TODAY,
    "核验": Command.VERIFY,
    "核验来电": Command.VERIFY,
    "约电话": Command.ANNOUNCE_CALL,
    "约走访": Command.ANNOUNCE_VISIT,
    "打不通": Command.CALL_FAILED,
    "取消约电话": Command.CANCEL_CALL,
    "同意来电": Command.AGREE_CALL,
    "改来电": Command.MOVE_CALL,
    "不接来电": Command.DECLINE_CALL,
    "线索": Command.LEAD,
    "走访": Command.VISIT,
    "现在发": Command.SEND_NOW,
    "延期": Command.EXTEND,
    "同意延期": Command.GRANT,
    "不同意延期": Command.DENY,
    "暂停计时": Command.PAUSE,
    "委托": Command.DELEGATE,
    "申诉": Command.APPEAL,
    "协办": Command.CALL_IN,
    "接受协办": Command.JOIN,
    "不接受协办": Command.REFUSE,
    "协办回复": Command.CONTRIBUTE,
    "结束协办": Command.LET_GO,
    "不予办理": Command.DECLINE,
    "维持": Command.UPHOLD,
    "退回重办": Command.OVERTURN,
    "改派": Command.REASSIGN,
    "销号": Command.WRITE_OFF,
    "转给": Command.PASS_ON,
    "转交": Command.PASS_ON,
    "转办": Command.PASS_ON,
    "移交": Command.PASS_ON,
    "不归我管": Command.PASS_ON,
    "满意": Command.RATE,
    "基本满意": Command.RATE,
    "不满意": Command.RATE,
    "态度": Command.RATE_MANNERS,
    "评价": Command.RATINGS,
    "不是这件事": Command.NOT_THIS,
    "分成两件": Command.SPLIT,
    "分成三件": Command.SPLIT,
    "就是一件事": Command.WHOLE,
    "并案": Command.MERGE,
    "拆案": Command.SEPARATE,
    "保密": Command.SHIELD,
    "取消保密": Command.UNSHIELD,
    "人工": Command.HUMAN,
    "约我电话": Command.CALL_ME,
    "我已离职": Command.LEAVE,
    "退出企业": Command.LEAVE,
    "确认退出": Command.LEAVE_YES,
    "换企业": Command.SWITCH,
    "别打电话": Command.NO_CALLS,
    "不要打电话": Command.NO_CALLS,
    "可以打电话": Command.CALLS_WELCOME,
    "发展阶段": Command.STAGE,
    "免打扰": Command.QUIET,
    "今天有没有人来烦我": Command.WHO_CAME,
    "今天有没有人帮我": Command.WHO_CAME,
    "补丁": Command.PATCHES,
    "制度补丁": Command.PATCHES,
    "引用补丁": Command.CITE,
    "不是再绊": Command.UNSTUMBLE,
    "提意见": Command.COMMENT,
    "不是意见": Command.NOT_COMMENT,
}

_ALONE: Final = frozenset(
    {
        Command.HELP,
        Command.BIND_YES,
        Command.CANCEL,
        Command.WORKLIST,
        Command.RATINGS,
        Command.LEAVE_YES,
        Command.NO_CALLS,
        Command.CALLS_WELCOME,
        Command.WHO_CAME,
        Command.NOT_COMMENT,
    }
)
"""Commands that take nothing after them; with more text they are an ordinary sentence."""

_NUMBER_ALONE: Final = frozenset({Command.NOT_THIS, Command.SPLIT, Command.WHOLE, Command.HUMAN})
"""Commands after which nothing but a number may stand; with more text they are an ordinary sentence."""

_NUMBERLESS: Final = frozenset(
    {
        *(Command.NEW, Command.BIND, Command.VERIFY, Command.LEAD, Command.QUIET),
        *(Command.PATCHES, Command.COMMENT),
    }
)
"""What follows them is no ticket's number: a telephone's, a code, a lead's, hours, a patch's."""

_HEAD: Final = Regex("|".join(sorted(map(re.escape, WORDS), key=len, reverse=True)))
_LONGEST: Final = max(map(len, WORDS))
_FIRST: Final = frozenset(word[0] for word in WORDS)
_GRAMMAR: Final = 24
"""Characters in which the command, what separates it and the number's prefix stand."""
_PREFIXES: Final = (*number_formats().prefixes, "＃")
_NUMBER: Final = re.compile(
    r"[\s:：,，]*+(?P<prefix>"
    + "|".join(sorted(map(re.escape, _PREFIXES), key=len, reverse=True))
    + r")?\s*+(?P<number>[0-9０-９]{4,15})(?P<rest>(?![0-9０-９]).*)",
    re.DOTALL | re.IGNORECASE,
)
_ENDED: Final = re.compile(r"$|[\s,，。:：、;；.!！]")
_NOTHING: Final = re.compile(r"[\s\d。.!！，,]*")
_DIGITS: Final = re.compile("[0-9０-９]{4,15}")
_SEPARATED: Final = re.compile(r"[\s:：,，。.!！;；、]|[0-9０-９#＃]|编号|$")


def read(text: str) -> Order | None:
    """Return the command that `text` begins with, or None if it is an ordinary sentence.

    A command word counts only when it ends there or a space, a punctuation mark or a number follows, so that
    `进度怎么样` and `确认一下政策` stay sentences. Traditional characters are read as simplified ones; what
    is quoted from the text stays as it was typed.
    """
    said = trimmed(text)
    head = _HEAD.match(simplified(said[:_LONGEST])) if _may_begin(said[:1]) else None
    if head is None:
        return _bare_number(said)
    plain = _simplified(said)
    command, end = WORDS[head[0]], head.end()
    if not _SEPARATED.match(plain, end) or (command in _ALONE and not _NOTHING.fullmatch(plain, end)):
        return None
    if command in _NUMBERLESS:
        return Order(command, None, _trim(said[end:]))
    found = _NUMBER.fullmatch(plain, end)
    if command in _NUMBER_ALONE and not _NOTHING.fullmatch(found["rest"] if found else plain[end:]):
        return None
    if found is None or not _is_number(found):
        return Order(command, None, _trim(said[end:]))
    return Order(command, found["number"], _trim(said[found.start("rest") :]))


@lru_cache(maxsize=4096)
def _may_begin(char: str) -> bool:
    """Whether a command begins with this character, which most sentences show at once not to be one."""
    return simplified(char) in _FIRST


def _simplified(said: str) -> str:
    """The text with its beginning in simplified characters, each at the same place as in `said`."""
    head = said[:_GRAMMAR]
    plain = simplified(head)
    return plain + said[_GRAMMAR:] if plain != head and len(plain) == len(head) else said


def _is_number(found: re.Match[str]) -> bool:
    """Digits that stand alone are meant as a number; digits joined to text only if their check digit fits."""
    return _ENDED.match(found["rest"]) is not None or ticket_id_of(found["number"]) is not None


def _bare_number(number: str) -> Order | None:
    """A ticket's number alone asks for that ticket; other digits are ordinary words."""
    is_one = _DIGITS.fullmatch(number) is not None and ticket_id_of(number) is not None
    return Order(Command.DETAIL, number) if is_one else None


def _trim(rest: str) -> str:
    """What was added, without what separates it from the command; its own punctuation stays."""
    return rest.lstrip(" \t\r\n\u3000:：,，。、;；.!！").rstrip()
