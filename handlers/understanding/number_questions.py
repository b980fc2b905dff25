"""Whether a short text asks about a telephone number that stands in it, or about somebody by name.

A number in a matter, or one's own, is no question: 我的电话是13840003059.
"""

import re
from typing import Final

from handlers.understanding.callers import in_figures, numbers_said
from handlers.understanding.regex import Regex
from handlers.understanding.text import core_of
from models.rules.phones import mask

LONGEST: Final = 32
"""Characters of the longest such question."""

_FIGURES: Final = re.compile(r"\d{3}|[〇零一幺二两三四五六七八九]{7}")
_MASKED: Final = Regex(r"\u2026\d{4}")
_ASKED_OF_NUMBER: Final = Regex(
    "是(?:不是|否)[^我]{1,10}?(?:吗|么|嘛|吧|啊|呀|呢|$)|是[^我]{0,10}?(?:吗|么|嘛|吧)"
    "|是?(?:真的?(?:还?是)?假的?|真假|[真假]的[吗么不]|谁的?|哪[里儿来](?:的|打来的)?|哪个(?:单位|部门|领导|人)的?|什么人的?|什么来头)"
    "|(?:核实|核验|验证|辨别|查)(?:一?下|一?查)?(?:真假|真伪)?|靠谱|可信|可靠|骗子|诈骗|属实|认识"
)
"""What is asked of a number, whose place in the sentence is empty by then."""
_BESIDE_NUMBER: Final = Regex(
    "请问?|麻烦|[你您]们?好?|领导|同志|帮我?|帮忙|替我|给我|看看?|问|能不能|可不可以|我?想|这|那|个|该|号码?|手机|电话|来电|微信|座机"
    "|打来|打过来|给|的|到底|究竟|刚[才刚]?|今天|吗|么|嘛|吧|啊|呀|呢|不|一?下|谢谢"
)
"""What may stand beside such a question; nothing of one's own, and no matter."""

_LEAD: Final = "(?:请问|问一?下|麻烦|刚才?|今天|昨天|我们?|[你您]们?(?:那边?|这边?|这里|单位)?|想知道)*"
_NAMED: Final = r"(?:叫|名叫|自称(?:是|叫)?|说(?:他|她)?(?:是|叫))[\u4e00-\u9fff·]{2,8}?"
_POSED: Final = Regex(
    f"{_LEAD}(?:有一?[个位]|有人|来了一?[个位])?{_NAMED}(?:的人?|的领导|的干部)?[，,]?(?:刚才?|今天|要|想|来|跟|也|说)*"
    "(?:加了?(?:我|我们|老板|财务|会计)?的?(?:个)?(?:微信|qq|好友)|联系(?:了?我们?)|找(?:了?我们?)|打(?:了|来|过)*电话)(?:了|的|过来|好友)*"
    "(?:[，,]?(?:是|这是)?(?:真的|本人|你们的?人|[你您]们那的?人?)(?:吗|么|吧|嘛)?)?"
)
_WHO_IS: Final = Regex(
    rf"{_LEAD}(?P<who>[\u4e00-\u9fff·]{{2,8}}?)(?:的|他的?|她的?)?"
    "(?:(?:手机|电话|座机|办公电话|联系电话)?(?:号码?|电话|手机|尾号|联系方式|微信号?)(?:是|到底是)?(?:多少|几号|什么|啥|哪个|多少号)"
    "|(?:到底)?(?:是不是|是)(?:真的?|真人|本人|谁|哪位|干[什啥]么?的|什么人|[你您咱]们(?:那|这|单位)?的?(?:人|领导|干部)|政府的?(?:人|干部))"
    "(?:吗|么|吧|嘛|啊|呀)?)"
)


def asks_of_who_posed(text: str) -> bool:
    """Whether a short text tells of nothing but somebody who gave a name: 有个叫…的加我微信."""
    return len(text) <= LONGEST and _POSED.fullmatch(_said(text)) is not None


def who_is_asked_of(text: str) -> str:
    """Return whom a short text asks about, as it calls them: …的手机号是多少, …是谁; empty if nobody."""
    found = _WHO_IS.fullmatch(_said(text)) if len(text) <= LONGEST else None
    return found["who"] if found is not None else ""


def _said(text: str) -> str:
    return text.strip().rstrip("?？。.!！~～ ")


def asks_of_number(text: str) -> bool:
    """Whether a short text is a number and nothing but a question about it: …是你们的吗, 帮我查一下…."""
    if len(text) > LONGEST or _FIGURES.search(text) is None:
        return False
    rest = _MASKED.sub("", mask(in_figures(text)))
    said = core_of(rest)
    asked = _ASKED_OF_NUMBER.sub("", said)
    return asked != said and not _BESIDE_NUMBER.sub("", asked) and bool(numbers_said(text))
