"""Yes and no, as people put it when they were asked whether something shall be done: a closed set of words.

Only the whole text counts, so that what describes a matter is never taken for an answer.
"""

from typing import Final

from .headline import names_a_matter
from .intents import bare
from .regex import Regex

LONGEST: Final = 16
"""Characters of the longest answer."""

BRIEF: Final = 8
"""Characters in which hardly anything is told."""

_BESIDE: Final = (
    "(?:我|本人|自己|就|也|都|这|那|个|微信|企业|公司|码|的|了|吧|啊|呀|哈|呢|哦|嘞|哒|领导|老师|同志|谢"
    "|一下)*"
)
_YES: Final = Regex(
    f"{_BESIDE}(?:(?:是|对|嗯|恩|好|行|中|成|可以|没错|没问题|没毛病|同意|确认|确定|肯定|当然|绑定?|要"
    f"|ok(?:ay)?|yes|y|yep){_BESIDE})+"
)
_NO: Final = Regex(
    f"{_BESIDE}(?:(?:不(?:是|对|行|用|要|必|想|同意|可以|绑定?|认识|需要|退出?|了)?|否|非|甭|取消|算|[搞弄扫发点]错人?|错|先|没事|暂时|现在"
    f"|别(?:绑定?|人|退出?)?|绑定?|退出?|是|no|n|nope){_BESIDE})+"
)
_NEGATIVE: Final = Regex("不|否|别|甭|非|取消|算了|错|no?$|no")
_BY_WORD: Final = Regex("没错|没问题|没毛病|不错")


def consents(text: str) -> bool | None:
    """Whether `text` says yes (是的，是我本人) or no (不是我); None for everything else."""
    if len(text) > LONGEST:
        return None
    core = bare(text)
    if not core:
        return None
    if _YES.fullmatch(core) and not _NEGATIVE.search(_BY_WORD.sub("", core)):
        return True
    return False if _NO.fullmatch(core) and _NEGATIVE.search(_BY_WORD.sub("", core)) else None


def says_whose(text: str) -> bool:
    """Whether a yes or no says of what: 是我, 不绑; a mere 好的 is a courtesy too."""
    return any(each in text for each in ("我", "本人", "绑", "确认"))


_WONDERS: Final = Regex("什么意思|绑定|这是[啥什]|干什么|干嘛|有什么用|稍等|等[一下会]|秘书|他本人|可以吗")


def wonders(text: str) -> bool:
    """Whether a short text asks what we asked for, or for a moment: no yes, no no, and no matter."""
    return len(text) <= LONGEST and _WONDERS.search(text) is not None and not names_a_matter(text)


def is_brief(text: str) -> bool:
    """Whether a text is so short that it may be a try at an answer, and names no matter."""
    return len(text) <= BRIEF and not names_a_matter(text)


_DECIDES: Final = Regex(
    "(?:我|那|就|可以|这个|这件)*(?P<no>不予?)?(?:同意|批准|准许?|批)(?:他们?|这个|这件|延期|了|吧|的)*"
)


def decides(text: str) -> bool | None:
    """Whether a supervisor grants (同意) or denies (不同意) what they are asked, and says nothing else."""
    found = _DECIDES.fullmatch(bare(text)) if len(text) <= LONGEST else None
    return None if found is None else found["no"] is None
