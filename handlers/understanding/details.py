"""What stands after a command: which of several, a visit's number, yes or no. Our links say most of it."""

import re
from typing import Final

from .regex import Regex
from .spans import how_many

_PLACE: Final = Regex(r"第(\d{1,9})条")
_FIRM: Final = Regex(r"第(\d{1,18})家\s*(.*)", re.DOTALL)
_OFFICIAL: Final = Regex(r"第(\d{1,18})位")
_RAISE: Final = Regex(r"立诉求\s*(\d{1,18})")
_CAME: Final = Regex(r"(没来过|来过)\s*(\d{1,18})\s*[。.]?")
_NEVER_CAME: Final = Regex(
    r"(?:我们?|这里|这儿|这边|厂里|公司|谁|他们?|她|你们|您|领导|根本|从来|压根儿?|都|就|可)*"
    r"(?:没有?(?:人)?来过|没有?见过(?:这个|这位|你们?|您)?(?:人|领导|干部|他|她)?|没有?这回?事|瞎写|乱写|瞎编|编的|假的)"
    r"(?:的|呀|啊|吧|呢|哦|了|我们?|这里|这儿)*(?:[，,。.！!？?；;\s]|$)"
)
_CAME_SO: Final = Regex(
    r"(?:我们?|是|确实|的确|领导|他们?|她|你们|您|有人?|真的?|今天|昨天|前天|那天|上午|下午|都|就|对|嗯|已经?)*"
    r"(?:来过|见过|见着了|走访过|到过)(?:了|的|我们?这里|厂里|公司|一趟|一次|啊|呀|呢|是真的)*"
)
_NOBODY_CAME: Final = Regex(
    r"(?:没有?[，,。 ]+)?(?:谁|一个人|压根|根本|从来)[也都就]?没有?(?:人)?来(?:过)?[啊呀呢的吧]*"
)
_SIMPLY: Final = {
    **dict.fromkeys(("是", "是的", "对", "对的", "有", "有的", "没错", "属实", "确认", "是真的"), True),
    **dict.fromkeys(("没有", "没", "没有啊", "不属实", "没有的事", "假的", "不是", "不对"), False),
}
"""Words that answer whether a visit took place only while nothing else is spoken about."""
_CAME_NOW: Final = Regex(
    "(?:(?:是的?|对的?|嗯+|有的?|确实)[，,。 ]*)?(?:刚才?)?来了[的呀啊呢]?(?:[，,。 ]*谢谢)?"
)
_SHORT: Final = 40
"""Characters of such an answer; what is longer says something else too."""
_STAGES: Final = (
    ("startup", Regex("初创|起步|创业|刚成立|刚开始|新成立|刚创办")),
    ("growing", Regex("成长|发展|上升|扩张|爬坡")),
    ("mature", Regex("成熟|稳定")),
)
_STAGE_UP_TO: Final = 16
_YEARS: Final = "(?:\\d{1,3}|[零一二两三四五六七八九十几半]{1,4})(?:来|多)?个?(?:年|月)半?"
_STAGE: Final = Regex(
    "(?:我们?|咱们?|这?公司|企业|厂子?|单位|现在|目前|还|刚|应该|大概|差不多|处于|处在|属于|算|是|在|比较|快速|高速|稳步|小微|科技)*"
    "(?:初创|起步|创业|刚成立|刚开始|新成立|刚创办|成长|发展|上升|扩张|爬坡|成熟|稳定)"
    f"(?:型|期|阶段|中|的?企业|的?公司|吧|的|了|啊|呢|没多久|不久|着|才|刚|不到|也就|差不多|{_YEARS}|左右|多)*"
)
_OURS: Final = (
    "(?>我们?|咱们?|这?公司|企业|厂子?|单位|现在|目前|应该|大概|差不多|算|是|也|都|就|其实"
    "|基本(?:上(?![升台产新]))?)*"
)
_SAID_SO: Final = "(?:型|期|阶段|的|了|吧|呢|啊|呀|公司|企业|厂子?|来着)*"
_NEW: Final = (
    "(?:刚|才|新|今年|去年|前年|上半年|下半年|年初|年底|上个?月|这个?月)+(?:刚|才|新)*"
    f"(?:注册|成立|创办|创立|开业?|开办|投产|建)(?:没多久|不久|{_YEARS})?"
    "|(?:一家)?新(?:办|开)?的?(?:公司|企业|厂)|(?:还在|正在)?(?:试生产|试运营|筹建|创业)|小(?:作坊|微企业|公司|厂)刚起步"
)
_GROWING: Final = (
    "(?:规模(?:还行|还可以|不大不小|中等|一般|不小)|生意还行|订单(?:越来越)?多)?"
    "(?:[，,]?(?:正在|还在|在|准备|打算|这两年|这几年))+"
    "(?:扩产|扩建|扩大(?:规模|生产)?|扩张|增长|上产能|上新线|建新厂|上台阶)(?:中|呢)?"
    "|(?:这[两几]年)?(?:发展|增长|长|扩张)得?(?:挺|很|比较|特别|蛮)?快|越做越大|扩产中?|上升(?:势头)?"
)
_OLD: Final = (
    "老(?:牌|字号)?(?:企业|厂子?|公司|国企)|老字号|好?几十年(?:的)?(?:老)?(?:企业|厂|公司)?"
    "|规模(?:很|挺|比较)?(?:大|稳定)|很?稳定了?|上市(?:公司|企业)|龙头(?:企业)?"
)
_NATURAL: Final = tuple(
    (code, Regex(f"{_OURS}(?:{words}){_SAID_SO}"))
    for code, words in (("startup", _NEW), ("growing", _GROWING), ("mature", _OLD))
)
"""How people answer when they are asked for the stage; said unasked it may mean anything."""
_IN_BUSINESS: Final = Regex(
    f"{_OURS}(?:干|做|开|办|成立|经营|创办|创立|注册|建厂|建成|生产|运营|已经?|有|快|都|才|刚|不到|也就|将近|差不多|了)*"
    f"(?P<years>{_YEARS})(?:多|左右|出头|的|历史|老|{_SAID_SO})*"
)
_COUNT: Final = re.compile(r"\d{1,3}|[零一二两三四五六七八九十]{1,3}")
_YOUNG, _GROWN = 3, 10
"""Years in business up to which an enterprise is young, and from which on it is grown."""
_ISSUE: Final = Regex(r"^\s*诉求\s*[:：]\s*(\S.*?)\s*$", re.MULTILINE)
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


def stage_answered(words: str) -> str | None:
    """The code of the stage that an answer to our question for it means, empty if it leaves that open.

    None for what is no answer to it. 去年刚注册的; 规模还行正在扩产; 干了二十年了.
    """
    said = words.strip(" 。.!！~～")
    if len(said) > _STAGE_UP_TO:
        return None
    natural = next((code for code, pattern in _NATURAL if pattern.fullmatch(said)), None)
    if natural is not None:
        return natural
    found = _IN_BUSINESS.fullmatch(said)
    return None if found is None else _by_age(found["years"])


def _by_age(years: str) -> str:
    """The stage of an enterprise that old; of those between young and grown it is for them to say."""
    if "几十" in years or years.startswith("十"):
        return "mature"
    if "月" in years or years.startswith("半"):
        return "startup"
    written = _COUNT.match(years)
    found = how_many(f"{written[0]}天") if written else None
    if found is None or _YOUNG < found[0] < _GROWN:
        return ""
    return "startup" if found[0] <= _YOUNG else "mature"


def issues_in(note: str) -> list[str]:
    """The lines of a visit's note that name a request: 诉求：…."""
    return _ISSUE.findall(note)


def is_nobody(words: str) -> bool:
    """Whether a leader is away and names nobody."""
    return words.strip() in _NOBODY


def is_cancel(words: str) -> bool:
    """Whether something that is settled shall end."""
    return words.strip(" 。.!！") in _CANCEL
