"""What stands after a command: which of several, a visit's number, yes or no. Our links say most of it."""

import re
from typing import Final

_PLACE: Final = re.compile(r"第(\d{1,9})条")
_FIRM: Final = re.compile(r"第(\d{1,18})家\s*(.*)", re.DOTALL)
_OFFICIAL: Final = re.compile(r"第(\d{1,18})位")
_RAISE: Final = re.compile(r"立诉求\s*(\d{1,18})")
_CAME: Final = re.compile(r"(没来过|来过)\s*(\d{1,18})\s*[。.]?")
_NEVER_CAME: Final = re.compile(
    r"(?:我们?|这里|这儿|这边|厂里|公司|谁|他们?|她|你们|您|领导|根本|从来|压根儿?|都|就|可)*"
    r"(?:没有?(?:人)?来过|没有?见过(?:这个|这位|你们?|您)?(?:人|领导|干部|他|她)?|没有?这回?事|瞎写|乱写|瞎编|编的|假的)"
    r"(?:的|呀|啊|吧|呢|哦|了|我们?|这里|这儿)*(?:[，,。.！!？?；;\s]|$)"
)
_CAME_SO: Final = re.compile(
    r"(?:我们?|是|确实|的确|领导|他们?|她|你们|您|有人?|真的?|今天|昨天|前天|那天|上午|下午|都|就|对|嗯|已经?)*"
    r"(?:来过|见过|见着了|走访过|到过)(?:了|的|我们?这里|厂里|公司|一趟|一次|啊|呀|呢|是真的)*"
)
_NOBODY_CAME: Final = re.compile(
    r"(?:没有?[，,。 ]+)?(?:谁|一个人|压根|根本|从来)[也都就]?没有?(?:人)?来(?:过)?[啊呀呢的吧]*"
)
_SIMPLY: Final = {
    **dict.fromkeys(("是", "是的", "对", "对的", "有", "有的", "没错", "属实", "确认", "是真的"), True),
    **dict.fromkeys(("没有", "没", "没有啊", "不属实", "没有的事", "假的", "不是", "不对"), False),
}
"""Words that answer whether a visit took place only while nothing else is spoken about."""
_CAME_NOW: Final = re.compile(
    "(?:(?:是的?|对的?|嗯+|有的?|确实)[，,。 ]*)?(?:刚才?)?来了[的呀啊呢]?(?:[，,。 ]*谢谢)?"
)
_SHORT: Final = 40
"""Characters of such an answer; what is longer says something else too."""
_STAGES: Final = (
    ("startup", re.compile("初创|起步|创业|刚成立|刚开始|新成立|刚创办")),
    ("growing", re.compile("成长|发展|上升|扩张|爬坡")),
    ("mature", re.compile("成熟|稳定")),
)
_STAGE_UP_TO: Final = 16
_STAGE: Final = re.compile(
    "(?:我们?|咱们?|这?公司|企业|厂子?|单位|现在|目前|还|刚刚?|应该|大概|差不多|处于|处在|属于|算|是|在|比较|快速|高速|稳步|小微|科技)*"
    "(?:初创|起步|创业|刚成立|刚开始|新成立|刚创办|成长|发展|上升|扩张|爬坡|成熟|稳定)"
    "(?:型|期|阶段|中|的?企业|的?公司|吧|的|了|啊|呢|没多久|不久|着)*"
)
_ISSUE: Final = re.compile(r"^\s*诉求\s*[:：]\s*(\S.*?)\s*$", re.MULTILINE)
_COLLEAGUE: Final = frozenset({"专班", "联络员", "助理", "秘书", "同事", "他", "她", "别人", "专班同志"})
_NOBODY: Final = frozenset({"无人", "没人", "无", "请假"})
_CANCEL: Final = frozenset({"取消", "结束", "撤销", "取消委托"})


def place_in(words: str) -> int | None:
    """Which of a case's events somebody named: 第7条."""
    found = _PLACE.search(words)
    return int(found[1]) if found else None


def firm_in(words: str) -> tuple[int, str] | None:
    """Which of the enterprises we offered somebody tapped, and what they added: 第12家."""
    found = _FIRM.fullmatch(words)
    return (int(found[1]), found[2].strip()) if found else None


def official_in(words: str) -> int | None:
    """Which of the officials we offered somebody tapped: 第12位."""
    found = _OFFICIAL.fullmatch(words.strip())
    return int(found[1]) if found else None


def surname_in(words: str) -> str:
    """The surname in what a colleague is called: 小程, 老程, 程主任."""
    return words.strip().removeprefix("小").removeprefix("老")[:1]


def is_called(name: str, words: str, *, is_own: bool) -> bool:
    """Whether `words` call a colleague of this name: 程小满, 小程, 程主任; 专班 or 他 is any but oneself."""
    if words in _COLLEAGUE:
        return not is_own
    is_surname = len(words) <= len("程主任") and surname_in(words) == name[:1]
    return name in words or words in name or is_surname


def visit_to_raise(words: str) -> int | None:
    """Which visit shall become a case: 立诉求 12."""
    found = _RAISE.fullmatch(words)
    return int(found[1]) if found else None


def came(words: str) -> tuple[int, bool] | None:
    """Which visit an enterprise answers to, and whether it took place: 来过 12."""
    found = _CAME.fullmatch(words)
    return (int(found[2]), found[1] == "来过") if found else None


def came_or_not(words: str) -> bool | None:
    """Whether a short text says that a visit took place, or that it did not; None for anything else."""
    said = words.strip(" 。.!！~～")
    if not said or len(said) > _SHORT:
        return None
    if _NOBODY_CAME.fullmatch(said) or _NEVER_CAME.match(said):
        return False
    return True if _CAME_SO.fullmatch(said) else None


def simply(words: str) -> bool | None:
    """Whether a text is but a yes or a no to a question about a fact; None if it is neither."""
    said = words.strip(" 。.!！~～")
    return True if _CAME_NOW.fullmatch(said) else _SIMPLY.get(said)


def stage_said(words: str) -> str | None:
    """The code of the stage that a short text names and says nothing else than that; None otherwise."""
    said = words.strip(" 。.!！~～")
    if len(said) > _STAGE_UP_TO or not _STAGE.fullmatch(said):
        return None
    return next((code for code, pattern in _STAGES if pattern.search(said)), None)


def issues_in(note: str) -> list[str]:
    """The lines of a visit's note that name a request: 诉求：…."""
    return _ISSUE.findall(note)


def is_nobody(words: str) -> bool:
    """Whether a leader is away and names nobody."""
    return words.strip() in _NOBODY


def is_cancel(words: str) -> bool:
    """Whether something that is settled shall end."""
    return words.strip(" 。.!！") in _CANCEL
