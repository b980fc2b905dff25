"""That somebody works for the enterprise no more, or not for long, and who comes after them."""

import re
from dataclasses import dataclass
from typing import Final

from .asides import Aside, aside_of
from .intents import bare
from .regex import Regex
from .text import normalize

LONGEST: Final = 44
"""Characters; who says more tells us something of a matter."""

_WORD: Final = Regex("离职|辞职|调走|退休|离开|不在|不是|负责|对接|接手|接替|以后.{0,4}(?:找|联系)")
_CLAUSE: Final = re.compile(r"[\s，,。.；;！!、]+")
_LATER: Final = Regex(
    "(?:下个?月|下个?星期|下周|明[天年]|后天|月底|年底|年后|过[几两]天|过段时间|[马快]上?|即将|准备|打算|将|要|想|\\d+[月号日])"
    ".{0,6}(?:离职|辞职|调走|退休|离开|不在)"
)
_TITLE: Final = "(?:姐|哥|总|经理|主任|会计|老师|先生|女士|工|师傅|厂长|助理|主管|科长|秘书)"
_WHO: Final = f"(?:[小老][一-龥]|[一-龥]{{1,3}}?{_TITLE}|[一-龥]{{2,3}}?)"
_FROM_NOW: Final = "(?:以后|今后|往后|之后|后续|后面|接下来|从现在起|从今天起|这边以后)"
_THEIRS: Final = (
    "(?>有事|有什么事|这[件个]?事情?|这个?诉求|这边|这块|公司(?:的?事)?|厂里(?:的?事)?|我的?工作|都|就|请|直接|你们|您|全|也"
    "|的)*"
)
_TAKES: Final = "(?:来|去|全权)*(?:负责|对接|接手|接替|跟进|联系|管)(?:了|的|吧|就行|就好|一下)*"
_HEIR: Final = Regex(
    f"(?:{_FROM_NOW}?{_THEIRS}(?:由|归|让|换成|换|交给|是){_WHO}{_TAKES}"
    f"|{_FROM_NOW}{_THEIRS}(?:找|联系|跟|和|是){_WHO}(?:{_TAKES}|就行|就好|吧|了)?"
    f"|(?:接手|接替|接我|负责|对接)(?:我)?的(?:人|同事)?(?:是|叫){_WHO})"
)
_OFFICE: Final = Regex("不|没|吗|怎么|谁|哪|什么|局|厅|委|办公|部门|法院|处|政府|街道|领导|银行|公安|税务")


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is said of it: whether somebody `is_gone` at once, and whether a successor is named."""

    is_gone: bool
    names_heir: bool


def leaving_in(text: str) -> Leaving | None:
    """Return what a short text says of a contact's end, None if it is about anything else."""
    if len(text) > LONGEST or _WORD.search(text) is None:
        return None
    clauses = [bare(clause) for clause in _CLAUSE.split(normalize(text)) if bare(clause)]
    gone = [clause for clause in clauses[:2] if aside_of(clause) is Aside.GONE]
    is_later = any(_LATER.search(clause) for clause in gone)
    rest = [clause for clause in clauses if clause not in gone]
    names_heir = bool(rest) and _HEIR.fullmatch(rest[0]) is not None and not _OFFICE.search(rest[0])
    if names_heir or (gone and not rest):
        return Leaving(bool(gone) and not is_later, names_heir)
    return None
