"""What somebody says of a patch behind the word 补丁: which one, and what is to be done with it. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from handlers.understanding.intents import Intent, intent_of
from handlers.understanding.regex import Regex
from handlers.understanding.text import simplified
from models.rules.patches import PatchVerb

MOVES: Final = {
    "拟制": PatchVerb.DRAFT,
    "起草": PatchVerb.DRAFT,
    "征求意见": PatchVerb.CONSULT,
    "印发": PatchVerb.ISSUE,
    "生效": PatchVerb.TAKE_EFFECT,
    "评估": PatchVerb.EVALUATE,
    "重启": PatchVerb.RESTART,
    "进展": PatchVerb.PROGRESS,
    "完成": PatchVerb.DO_STEP,
    "保留": PatchVerb.KEEP,
    "撤销": PatchVerb.DROP,
    "换牵头人": PatchVerb.GIVE,
}
NEXT: Final = "下一步"
"""Whatever comes next on the way of a patch."""
FIELDS: Final = {
    "文件": ("document_title", 200),
    "文号": ("document_no", 100),
    "条款": ("clause", 100),
    "链接": ("link", 300),
    "变化": ("change", 300),
    "施行": ("effective_on", 40),
}
"""The parts of a patch, and how many characters of each are kept."""
ASKS_NOBODY: Final = Regex("不(?:用|必)?(?:问|找|征求)企业")
_ASKS: Final = r"[吗呢？]|\?(?!\w)|什么|怎么|如何|哪|多久|何时|(?P<twice>.)不(?P=twice)"
"""Whoever says so asks how it stands with a patch, or whether. A ? inside an address asks nothing."""
_TELLS: Final = re.compile(
    r"(?:不知道?|不清楚|不明确|不明白|不懂|说不清|没想好|不管|无论|没有?|未)[^，。,;；?？]{0,4}?"
    r"(?:什么|怎么|如何|哪|多久|何时)"
)
"""Whoever gives a patch to somebody and says so asks nothing: 原牵头人不知如何推进."""
_ASKS_BACK: Final = Regex(r"[吗呢?？][\s。.!！]*$")
_ENDS: Final = r"(?=$|[\s:：,，。、;；])"
_WORD: Final = (
    f"(?:{'|'.join([*MOVES, NEXT])}){_ENDS}|完成(?=\\d)|换牵头人(?![了过的吗])|"
    f"(?:{'|'.join(FIELDS)})(?:{_ENDS}|(?!.*(?:{_ASKS})))"
)
"""A step stands by itself: 撤销了吗 takes none. A part may run on into what it is to be, but not ask;
换牵头人 into a name."""
_SAID: Final = re.compile(rf"\s*(?P<id>\d{{1,9}})?\s*(?:进入)?(?P<word>{_WORD})?(?P<rest>.*)", re.DOTALL)
_ASKING: Final = Regex(_ASKS, re.DOTALL)
_AGREES: Final = Regex(
    "(?:我们?)?(?:很|都|完全|非常)?(?:同意|赞成|支持|没有?意见|无意见|可以)[了的啊吧呀。！!]*"
)
_NOT_AFTER_ALL: Final = (
    "算了|没事|当我没说|收回|等一?[等下]|等会儿?|撤回|作罢|[点按发打说弄搞选]错"
    "|想想|想一想|考虑(?:一下|考虑)?|看看|研究(?:一下|研究)?|取消(?:[换改撤]|撤销|保留)?(?:牵头人)?"
    "|[不别](?>[用要必再想])*(?:换|撤销?|保?留|改|动|给|办)?(?:牵头)?人?"
    "|(?:还是|仍)[由让请]?(?:他|她|原来的?人?|原牵头人)来?牵头"
)
_LEADING_UP: Final = "那|还是|就|先|暂时?|都|我|让我|容我|再|刚才?"
_CALLS_OFF: Final = Regex(
    f"(?>{_LEADING_UP})*(?:{_NOT_AFTER_ALL})"
    f"(?>{_NOT_AFTER_ALL}|{_LEADING_UP}|保留|撤销|留着|[了吧啦啊呀\\s，,。.、！!~])*"
)
"""Whoever says so where we ask for a name or a reason wants nothing done: 不换了, 点错了, 我再想想."""
_NEGATED: Final = f"(?:{_LEADING_UP})*(?:[不别][用要必再想]*|取消)"
_FITS: Final = {
    PatchVerb.KEEP: Regex(f"{_NEGATED}[换改撤]"),
    PatchVerb.DROP: Regex(f"{_NEGATED}保?留"),
    PatchVerb.GIVE: Regex(f"(?:{_LEADING_UP})*我[也再就都]*不[用要必再想]*(?:牵头|办)"),
}
"""What is not to be, where that is why: 保留 不用改, 撤销 不必再保留, 换牵头人 王强 我不牵头了."""
_PAUSE: Final = Regex("[\\s，,。、;；]+")
_BRIEF: Final = 20
"""Characters of the longest words that only call something off."""
_COMMENTS: Final = frozenset({Intent.REQUEST, Intent.FOLLOW_UP, Intent.UNCLEAR})


@dataclass(frozen=True, slots=True)
class Said:
    """Which patch is meant, None if none is named; the word for what is to be done; and the rest.

    With `asks` nothing is to be done: somebody wants to know.
    """

    patch_id: int | None
    word: str | None
    rest: str
    asks: bool = False


def said_of_patch(text: str) -> Said:
    """Return what stands behind the word 补丁."""
    found = _SAID.fullmatch(simplified(text))
    if found is None:
        return Said(None, None, text.strip())
    rest = text[found.start("rest") :] if len(simplified(text)) == len(text) else found["rest"]
    number = None if found["id"] is None else int(found["id"])
    gives = MOVES.get(found["word"] or "") is PatchVerb.GIVE
    told = _TELLS.sub("", found["rest"]) if gives else found["rest"]
    asks = found["word"] not in FIELDS and _ASKING.search(told) is not None
    return Said(number, found["word"], rest.strip(" \t\r\n\u3000:：,，。、;；"), asks)


def asks_back(text: str) -> bool:
    """Whether a question comes where we asked for words."""
    return _ASKS_BACK.search(simplified(text)) is not None


def calls_off(text: str) -> bool:
    """Whether somebody whom we asked for words takes back what they were about to do."""
    return len(text) <= _BRIEF and _CALLS_OFF.fullmatch(simplified(text).strip()) is not None


def takes_itself_back(said: Said) -> bool:
    """Whether an order calls itself off in one line: 撤销 算了, 换牵头人 王强 不换了; not 保留 不撤销了."""
    verb = MOVES.get(said.word or "")
    if said.word is not None and verb not in _FITS:
        return False
    behind = _PAUSE.split(said.rest, maxsplit=1)[-1] if verb is PatchVerb.GIVE else said.rest
    return any(calls_off(words) and not _is_why(verb, words) for words in (said.rest, behind))


def _is_why(verb: PatchVerb | None, words: str) -> bool:
    """Whether words that might call an order off are the reason for it."""
    return verb is not None and _FITS[verb].match(simplified(words).strip()) is not None


def is_comment(text: str) -> bool:
    """Whether words may be the answer to what somebody thinks of a patch: no courtesy, and no command."""
    return _AGREES.fullmatch(text.strip()) is not None or intent_of(text) in _COMMENTS
