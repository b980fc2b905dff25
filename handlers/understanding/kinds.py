"""By which words people speak of a kind of matter, and how another matter begins: tables, no decisions.

`Kinds` are the types of the catalogue. People point at a case by what it is about (欠钱的那个, 商标那件) and
correct a type by its name; both are read by the words alone.
"""

from typing import Final

from .intents import bare
from .regex import Regex
from .text import normalize

POINTERS: Final = {
    "arrears": "钱|款|账|欠|押金|保证金",
    "ip": "商标|专利|版权|侵权|假冒|仿冒|牌子|著作权",
    "factors": "电|水|气|暖|变压器|贷款|用工|招工|地块?的|用地|厂房|路",
    "approval": "证|许可|审批|执照|备案|验收|手续|资质",
    "policy": "政策|补贴|补助|奖励|奖补|退税|税",
    "chain": "客户|订单|配套|供应商|销路|原料|供货",
}
"""Type → words by which people point at a case of it."""

_POINTERS: Final = {code: Regex(words) for code, words in POINTERS.items()}
_NO_KIND: Final = Regex("电话|电联|保证|[天生客脾]气")
_ALL: Final = Regex("所有|[事件]都|全部?(?:的|都|催|进)|全都|统统|每[一]?件|都催|一起催|几件")
_SHORTEST: Final = 2
_LONGEST: Final = 24

_MATTER: Final = "(?:事情?儿?|问题|诉求)"
_NEW_ONE: Final = Regex(
    "(?:都?不是|都不对|不在这里面|(?:这|那)?(?:都?不是这些?|是)?(?:新的|另外?的?|别的|其他的?)(?:一?[个件])?"
    f"(?:{_MATTER})?|(?:这|那)?(?:都)?不是这(?:一?[个件些])?(?:{_MATTER})?)"
)
_NTH: Final = Regex(f"(?:是|就是)?第?([一二三123])(?:[个件])?(?:{_MATTER})?")
_PLACES: Final = {"一": 1, "二": 2, "三": 3, "1": 1, "2": 2, "3": 3}

_NAMED: Final = f"{_MATTER}(?:(?:跟|和|向)[您你]们?说一?下)?(?:就是)?"
_STRONG: Final = (
    "(?:(?:我们?|我这边|这边|这里)?(?:另外|此外|顺便|对了|再(?:说|讲|反映|问)一?[个件下]"
    f"|还有(?:另外?)?(?:一|另)?[个件桩]?{_NAMED}|第[二三](?:[个件]?{_NAMED}|[个件])"
    "|(?:还|再|也)?想?(?:再|还)?(?:反映|反应|咨询|请教)(?:一下|下|个事儿?|一[个件]事情?)?"
    f"|(?:还)?有(?:另外?|别的)?[一个件]{{0,2}}(?:另外?|别的)(?:一?[个件])?的?{_NAMED})[的，,：:、。 ]*)+"
)
_WEAK: Final = "(?:还有就是|再就是|还有)[，,：:、 ]*"
_OPENING: Final = Regex(_STRONG)
_WEAK_OPENING: Final = Regex(_WEAK)

_CONTINUES: Final = Regex(
    "(?:他们?|她|它|对方|这|那|也|都|就|而且|但是?|可是|因为|所以|后来|结果|现在|已经|还|又|我们?(?:已经?|也|都|就|现在|等)|今天|昨天|刚才)"
)
_SAID_BEFORE: Final = Regex("(?:上[次回]|之前|前[两几]天|刚才)我?们?(?:说|讲|报|反映|提)的?(?:那|这)")
_CALLS_AGAIN: Final = Regex(
    "又[一-龥]{0,3}?(?:来(?:人|电话|厂|单位|公司|我们|了)|打(?:了|过)?电话|上门|换(?:了|人))"
)
_POINTED: Final = Regex(
    "(?:的?[那这][个件笔档桩](?:事情?儿?|诉求)?|的事情?儿?|那边|的)(?:呢|吗|啊|了|吧)*$"
    "|[那这][个件笔档桩]|的事|^[^，,。]{1,6}的(?:没|不|已|也|都|终于|全)"
)
_ITS: Final = "这[个件]?|那[个件]?|它|类型|类别|分类|事"
_IT: Final = f"(?:{_ITS}|这事)"
_BACK: Final = "[改换](?:回去?|回来)"
_CORRECTED: Final = Regex(
    f"(?:(?>{_ITS})*(?:不对|错了|有误|不是[^，,。、 ]{{1,10}}?)[，,。、 ]*)?"
    f"(?:{_BACK}[，,。 ]*)?{_IT}?(?:应该?|其实|就|还是)*(?:还?是|属于|应属|算是?|归|{_BACK}|改成?为?)"
    "(?:是|成|为)?"
    "(?P<named>[^，,。.!！ ]{2,8}?)(?:方面|类型?|这?一?类)?(?:的?事情?儿?|的|问题)?"
    "(?:吧|啊|呀|哦|吗|才对)*[。.!！ ]*"
)
_MARKS: Final = Regex("是|属|算|归|[改换][成为回]")


def without_opening(text: str) -> tuple[str, bool]:
    """Return `text` without the words that announce another matter, and whether they surely do."""
    found = _OPENING.match(text)
    if found is not None and found.end() < len(text):
        return text[found.end() :], True
    weak = _WEAK_OPENING.match(text)
    return (text if weak is None else text[weak.end() :]), False


def goes_on(text: str) -> bool:
    """Whether a text begins as one does that goes on with what was said: 他们…, 这个…, 我们已经…."""
    return _CONTINUES.match(text) is not None


def points_back(text: str) -> bool:
    """Whether a text speaks of what its speaker told before: 上次说的那个路的钱."""
    return _SAID_BEFORE.search(text) is not None


def is_once_more(text: str) -> bool:
    """Whether something is said to be so once more: 又停电了."""
    return "又" in text


def calls_again(text: str) -> bool:
    """Whether somebody is said to have come or rung once more, who may belong to any case: 领导又来厂里了."""
    return _CALLS_AGAIN.search(text) is not None


def points(text: str) -> bool:
    """Whether a short text points at a case by what it is about: 欠钱的那个, 商标的没解决."""
    return len(text) <= _LONGEST and _POINTED.search(bare(text)) is not None


def chosen(text: str) -> int | None:
    """Return which of several cases an answer chooses: 第二个 is 2, 都不是 is 0; None if it is none."""
    core = bare(text) if len(text) <= _LONGEST else ""
    nth = _NTH.fullmatch(core)
    if nth is not None:
        return _PLACES[nth[1]]
    return 0 if _NEW_ONE.fullmatch(core) else None


def says_all(text: str) -> bool:
    """Whether few words are about every case there is: 催办所有的."""
    return len(text) <= _LONGEST and _ALL.search(text) is not None


def kinds_named(text: str) -> frozenset[str]:
    """Return the types that the words of a short text belong to."""
    said = normalize(text)
    return frozenset(code for code, words in _POINTERS.items() if words.search(said))


def kinds_pointed_at(text: str) -> frozenset[str]:
    """Return the types of what a short text points at; none for what only sounds like one: 电话的事."""
    return kinds_named(_NO_KIND.sub("", text)) if points(text) else frozenset()


def corrected(text: str) -> str | None:
    """Return what a correction says the type is (不是政策，是欠款 → 欠款), None if it is none."""
    if len(text) > _LONGEST or _MARKS.search(text) is None:
        return None
    found = _CORRECTED.fullmatch(text.strip())
    named = found["named"] if found is not None else ""
    return named if len(named) >= _SHORTEST and not named.startswith(("不", "没")) else None
