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
_SHORT: Final = 40
"""Characters of such an answer; what is longer says something else too."""
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


def never_came(words: str) -> bool:
    """Whether somebody says that nobody was there, before anything else: 没来过，瞎写."""
    return len(words) <= _SHORT and bool(_NEVER_CAME.match(words.strip()))


def issues_in(note: str) -> list[str]:
    """The lines of a visit's note that name a request: 诉求：…."""
    return _ISSUE.findall(note)


def is_nobody(words: str) -> bool:
    """Whether a leader is away and names nobody."""
    return words.strip() in _NOBODY


def is_cancel(words: str) -> bool:
    """Whether something that is settled shall end."""
    return words.strip(" 。.!！") in _CANCEL
