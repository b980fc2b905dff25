"""Whether a short text asks about a telephone number that stands in it, and says nothing else.

A number in a matter, or one's own, is no question: 我的电话是13840003059.
"""

import re
from typing import Final

from handlers.understanding.callers import in_figures, numbers_said
from handlers.understanding.text import normalize
from models.rules.phones import mask

LONGEST: Final = 32
"""Characters of the longest such question."""

_SIGNS: Final = re.compile(r"[\W_]+")
_FIGURES: Final = re.compile(r"\d{3}|[〇零一幺二两三四五六七八九]{7}")
_MASKED: Final = re.compile(r"\u2026\d{4}")
_ASKED_OF_NUMBER: Final = re.compile(
    "是(?:不是|否)[^我]{1,10}?(?:吗|么|嘛|吧|啊|呀|呢|$)|是[^我]{0,10}?(?:吗|么|嘛|吧)"
    "|是?(?:真的?(?:还?是)?假的?|真假|[真假]的[吗么不]|谁的?|哪[里儿来](?:的|打来的)?|哪个(?:单位|部门|领导|人)的?|什么人的?|什么来头)"
    "|(?:核实|核验|验证|辨别|查)(?:一?下|一?查)?(?:真假|真伪)?|靠谱|可信|可靠|骗子|诈骗|属实|认识"
)
"""What is asked of a number, whose place in the sentence is empty by then."""
_BESIDE_NUMBER: Final = re.compile(
    "请问?|麻烦|[你您]们?好?|领导|同志|帮我?|帮忙|替我|给我|看看?|问|能不能|可不可以|我?想|这|那|个|该|号码?|手机|电话|来电|微信|座机"
    "|打来|打过来|给|的|到底|究竟|刚[才刚]?|今天|吗|么|嘛|吧|啊|呀|呢|不|一?下|谢谢"
)
"""What may stand beside such a question; nothing of one's own, and no matter."""


def asks_of_number(text: str) -> bool:
    """Whether a short text is a number and nothing but a question about it: …是你们的吗, 帮我查一下…."""
    if len(text) > LONGEST or _FIGURES.search(text) is None:
        return False
    rest = _MASKED.sub("", mask(in_figures(text)))
    asked, count = _ASKED_OF_NUMBER.subn("", _SIGNS.sub("", normalize(rest)))
    return bool(count) and not _BESIDE_NUMBER.sub("", asked) and bool(numbers_said(text))
