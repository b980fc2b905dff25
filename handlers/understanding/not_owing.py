"""Who is named beside words of owing and yet owes nothing, by the words about them. Pure.

Four sorts: who is said not to owe, who has paid, whom somebody else owes, and who was only asked for help.
Spans are places in a normalised text (`text.normalize`).
"""

import re
from typing import Final

from .regex import Regex

_BEFORE: Final = 8
"""Characters before a name that are read."""

_NOT_IT: Final = "(?<![是要还可])(?:不|并非|并不)是"
_DENIED_NAME: Final = Regex(f"(?:{_NOT_IT}|并非)$")
_DENIED_HERE: Final = Regex(
    f"(?:{_NOT_IT}|并非)(?!第|一[天次两]|说|故意|恶意|偶|没|不|个|小|所有|全)[^,。;!?是]{{1,16}}$"
)
_ASKS: Final = re.compile("[^,。;!?]*[吗么嘛]")
_OWES_NOT: Final = Regex("[^,。;!?]{0,8}?(?:没有?|(?<!是)不是?|未|无|不曾)(?:再|拖)*欠(?![条妥缺佳])")
_HAS_PAID: Final = Regex(
    "(?:那边|方面)?[\\d年月日号]*的?(?:[^,。;!?的]{0,3}[钱款账])?"
    "(?:我们?|也|都|已经?|早就?|全部?|之前|后来|把)*+"
    "(?:(?:支?付|结|还|给)(?:过|清|完)|(?<=已)(?:支?付|结|还)|(?<=已经)(?:支?付|结|还|给))"
    "[过清完]?了?(?:[^,。;!?]{0,3}[钱款账])?(?:[,。;!?]|但|$)"
)
_MORE_OF_IT: Final = Regex(
    "尾款|余款|余下|剩|质保金|保证金|其[余他它]|另外?|今年的|第二|二期|后[来期续]"
    "|(?:[,。;!?]|但)(?:可是?|是|就|只)?[还尚仍][欠差]"
)
_CREDITOR: Final = Regex("欠[着了下过]?$")

_NO_NAME: Final = (
    "我你您他她它谁咱俺们这那哪此其每各某的了着过后前时内间外里上下面款钱费账薪资金元块万千百年月日号天期"
    "都还也又就才仍却再共总到至从自被把让给向跟和与在因为所以但可而且若如果不没未无非别说好完干做交付是有"
    "要会能想多少几次意直方边位家长任理记导务人程欠拖"
)
"""Characters that stand in words of time, money and manner, or for who was named before: 至今, 货款, 单位."""
_STRANGER: Final = Regex(
    f"(?:(?<!\\w)|(?<=[是但而]))(?P<name>(?:(?![{_NO_NAME}])[^\\W\\d_]){{2,6}})"
    "(?:一直|至今|目前|现在|仍然|总共|一共|共计|故意|恶意|还|也|又|都|就|才|竟然|居然|到现在|年前)*$"
)
_OWES_ME: Final = Regex("(?:拖?欠|不给)(?:着|了)?[我咱俺]")

_SOUGHT: Final = re.compile("(?:向|找|跟|去|到|和|给|往|在|问|求|打)[过了到]?(?:当地|我们|我|本)?$")
_COMPLAINED: Final = Regex(
    "(?:那边|那里)?[^,。;!?欠]{0,6}?(?:反映|反应|投诉|举报|求助|申诉|报案|报警|信访|上访|起诉|告状|咨询)"
)
_HELPS_NOT: Final = Regex(
    "[^,。;!?欠]{0,6}?(?:[不没](?:人|有人)?[管理](?![好想由]|[^,。;!?]{0,4}怎)"
    "|[不没](?:给|帮|有|能|予|肯)?(?:我们?)?(?:解决|处理|受理|答复|回复)(?![^,。;!?]{0,6}[钱款欠账薪])"
    "|不作为|不归|没(?:有)?(?:结果|下文)|推[给诿卸到]|推来推去|踢皮球)"
)


def is_denied(plain: str, debt: int) -> bool:
    """Whether words of owing at `debt` are what is said not to be: 不是教育局欠我."""
    is_denied = _DENIED_HERE.search(plain, max(0, debt - 2 * _BEFORE - 4), debt)
    return is_denied is not None and _ASKS.match(plain, debt) is None


def is_cleared(plain: str, start: int, end: int, debt: int) -> bool:
    """Whether a name at `start` to `end` is said not to owe, to have paid, or to be owed, before `debt`.

    Who paid one sum may owe the rest: 付清了, 尾款没付.
    """
    before = max(0, start - _BEFORE)
    if _CREDITOR.search(plain, before, start) or _OWES_NOT.match(plain, end):
        return True
    if _DENIED_NAME.search(plain, before, start):
        return _ASKS.match(plain, end) is None
    paid = _HAS_PAID.match(plain, end)
    return paid is not None and not _MORE_OF_IT.search(plain, paid.end(), max(paid.end(), debt))


def is_asked(plain: str, start: int, end: int) -> bool:
    """Whether a name at `start` to `end` was turned to for help, or does not give it."""
    is_sought = _SOUGHT.search(plain, max(0, start - _BEFORE), start)
    is_told = is_sought is not None and _COMPLAINED.match(plain, end) is not None
    return is_told or _HELPS_NOT.match(plain, end) is not None


def stranger(plain: str, debt: int) -> int | None:
    """Return where an unknown name begins right before words of owing the sender: 红太阳欠我."""
    if not _OWES_ME.match(plain, debt):
        return None
    found = _STRANGER.search(plain, max(0, debt - 2 * _BEFORE), debt)
    return found and found.start("name")
