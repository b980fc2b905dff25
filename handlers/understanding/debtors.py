"""Who owes, by the words of a message: the name or word by which they are called, and of which kind they are.

Pure. The kinds are those of 《保障中小企业款项支付条例》: 机关, 事业单位, 国企, 大型企业, 中小企业.
A name is no proof of a kind: people check. Of the size of an enterprise it says nothing at all, as that goes
by staff, turnover and assets (《中小企业划型标准规定》, 工信部联企业〔2011〕300号): only words tell it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from config.catalog import DebtorKind

from .features import READ_AT_MOST
from .not_owing import is_asked, is_cleared, is_denied, stranger
from .parties import LONGEST, PUBLIC, Named, named_in
from .regex import Regex
from .text import normalize

_GAP: Final = 16
"""Characters between a name and the words that it owes, figures aside: 一直以各种理由."""
_FARTHEST: Final = 40
_FIGURES: Final = re.compile("[\\d.,一二三四五六七八九十百千万亿]+[年月日号元块个多天]?|去年|今年|前年")

_CLAUSE: Final = re.compile("[,。;!?说]")
_NOT_GIVEN: Final = (
    "(?![办批解答处开供装通接增贷审回说安上])(?:[^,。;!?]{0,8}?(?:钱|款|账|费|薪|结|元|万|清|退|$)"
    "|[,。;!?]|我们?|呢|了)"
)
_UNPAID: Final = (
    "未支?付|未结清?|未还|未退|没有?(?:支?付|结|还|退)|拒不?支?付|不支?付|不结|不还|不退|[没未不]拨"
    "|分文未|一分[钱没]|只[给付]了|打白条"
)
_EXCUSED: Final = "说[^,。;!?]{0,4}(?:没钱|等(?:财政)?审计)"
_WITHHELD: Final = f"拖欠|一拖再拖|拖[到着了]|压[着了]|扣[着了留]|赖[账着]|逾期|不认账|打水漂|{_EXCUSED}"
_OWES: Final = Regex(
    f"欠(?![费缴条税妥缺佳])|{_WITHHELD}|{_UNPAID}|(?:不|没|没有|未|不肯|迟迟不)给{_NOT_GIVEN}"
)
_DENIED: Final = Regex("(?:没有?|不|从未|未|并未|别|不曾|无)$")
_BY_SELF: Final = Regex(
    "(?:我们?|我司|我公司|我厂|我企业|我单位|本公司|我方|我家)(?:也|还|又|目前|现在|总共|一共|共"
    "|因此|只能|外面|在外)*$"
)
_TO_OTHERS: Final = Regex("[着了]?(?:供应商|银行|别人|人家|外债|亲戚|朋友)")
_TO_SELF: Final = Regex("(?:着|了|下|款)?(?:我|咱|本公司|俺)")
_LED: Final = re.compile(
    "(?:被|向|跟|给|为|与|和|由|中标|承建|承包|承接)了?(?:本地|当地|外地|一家|那家|这家|我们?的?)*$"
)
_OWING_US: Final = re.compile(
    "欠[着了]?(?:我们?|咱们?|俺们?|我司)[^,。;!?]{0,10}(?:[元块万亿千百钱款])的$"
    "|欠[着了]?(?:我们?|咱们?|俺们?|我司)[^,。;!?]{0,10}的(?:人|单位)?就?是$"
)
"""Before who owes, where they come after the debt: 欠我二十万的老板."""
_DEMANDED: Final = re.compile("(?:督促|敦促|责令|催促|要求|协调)$")
_TO_PAY: Final = Regex(
    "(?:尽快|立即|及时|依法|马上|早日)*(?:把[^,。;!?]{0,8})?(?:支付|付款|付清|结清|归还|偿还|兑付|还[钱款]|退还|给钱)"
)
"""Between these stands who owes: 请督促沈抚城建置业支付电梯款."""
_ASKED: Final = Regex(
    "[^,。;!?]{0,4}?(?:反映|反应|投诉|举报|求助|报告|申请|起诉|写信|打电话|咨询|判|立案|查封|说|贷)"
)
_ASKED_NAME: Final = Regex("法院|信访|监察|仲裁|检察|派出所|公安")
_STATE: Final = (
    "国企|央企|国有|城投|建投|交投|文旅投|水务|平台公司|省建|市政公司|粮库|铁路局|烟草|鞍钢|本钢"
    "|国网|国电|供电局|电业局|电力公司|供电公司"
    "|中铁|中建|中交|中冶|中核|中石油|中石化|中国(?:铁|建|交|石|移动|联通|电信|邮政)"
)
_INSTITUTION: Final = (
    "医院|卫生院|学校|大学|学院|中学|小学|研究院|研究所|设计院|林场|博物馆|图书馆|体育馆|电视台"
    "|(?:服务|疾控|事务|保障|文化|体育|活动)中心|事业单位|水文站|福利院|敬老院"
)
_ORGAN: Final = (
    "政府|局$|厅$|委$|管委会|管理委员会|街道|指挥部|开发区$|园区$|法院|检察院|公安|机关|派出所|交警"
    "|消防|部队|[乡镇县区市]里$|财政"
)
_FIRM: Final = Regex("公司|集团|厂$|矿业?$|置业|置地|地产|酒店|超市|商场|商贸")
_KINDS: Final = tuple(
    (kind, Regex(words))
    for kind, words in (
        (DebtorKind.SMALL, "个体|小微|中小(?!企业(?:服务|发展|管理|促进)?[中局办])"),
        (None, "民营|民企|私营|私立|私人|民办"),
        (DebtorKind.LARGE, "大型|上市公司|龙头|500强"),
        (DebtorKind.STATE_OWNED, _STATE),
        (DebtorKind.INSTITUTION, _INSTITUTION),
        (DebtorKind.ORGAN, _ORGAN),
    )
)
"""The first whose words a name holds is its kind; 村委会, 开发商, 银行 and what is private are of none."""

_SAID_OF: Final = re.compile(
    "(?:国有|[国央民]企|民营|私营|上市公司|大型|中小|小微)(?:[^,。;!?]{0,4}的|企业|国企|央企)?$"
)


@dataclass(frozen=True, slots=True)
class Debtor:
    """`name` is what the message calls them; `kind` None where the words do not tell.

    `is_firm`: the name is that of an enterprise, of whatever size.
    """

    name: str
    kind: DebtorKind | None
    is_firm: bool = False

    @property
    def kind_at_most(self) -> DebtorKind | None:
        """The kind that binds them most, for all that is told: an enterprise of unknown size may be large."""
        return self.kind or (DebtorKind.LARGE if self.is_firm else None)


def debtor_in(text: str) -> Debtor | None:
    """Return who owes the sender, as far as the words say it; None if nobody is called. Never raises.

    It is whoever stands before the words of owing, else the first for whom or with whom the sender worked;
    never who is said not to owe, has paid, is owed, or was only asked for help.
    """
    plain = normalize(text[:READ_AT_MOST])
    debts = list(_debts(plain))
    if not debts and _OWES.search(plain):
        return None
    named = _may_owe(plain, list(named_in(plain)), debts)
    ours = [debt for debt in debts if not _is_strangers(plain, named, debt)]
    before = [each for debt in ours for each in _before(plain, named, debt)]
    led = [each for each in named if len(ours) == len(debts) and _is_led(plain, each)]
    by_rank = sorted([*before, *led], key=lambda each: each.is_vague)
    return _debtor(plain, by_rank[0]) if by_rank else None


def is_owed(text: str) -> bool | None:
    """Return whether a message says that somebody owes its sender; None if it says nothing of owing."""
    plain = normalize(text[:READ_AT_MOST])
    if next(_debts(plain), None) is not None:
        return True
    return False if _OWES.search(plain) else None


def kind_of(name: str) -> DebtorKind | None:
    """Return of which kind somebody of this name is, None if it does not tell."""
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), None)


def _debtor(plain: str, named: Named) -> Debtor:
    """Return somebody with the kind that the words before the name tell, else the name: 国有独资的某公司."""
    said = _SAID_OF.search(plain, max(0, named.start - 8), named.start)
    is_firm = not named.is_vague and _FIRM.search(named.name) is not None
    return Debtor(named.name, kind_of(said[0] if said else named.name), is_firm)


def _debts(plain: str) -> Iterator[int]:
    """Yield where words of owing stand that are neither denied nor said of the sender."""
    for match in _OWES.finditer(plain):
        before = plain[max(0, match.start() - _GAP) : match.start()]
        is_verb = "欠" in match[0]
        if is_verb and _TO_OTHERS.match(plain, match.end()):
            continue
        if is_verb and (_DENIED.search(before) or (_BY_SELF.search(before) and not _to_self(plain, match))):
            continue
        if not is_denied(plain, match.start()):
            yield match.start()


def _may_owe(plain: str, named: list[Named], debts: list[int]) -> list[Named]:
    """Return who is neither cleared nor only asked for help anywhere, or is accused by their own clause.

    Of whom a short word names only the latter.
    """
    last = debts[-1] if debts else len(plain)
    spared = [each for each in named if _is_spared(plain, each, last)]
    names = {each.name for each in spared}
    rest = [each for each in named if each not in spared]
    return [
        each
        for each in rest
        if not (each.is_short or each.name in names) or _is_accused(plain, each, rest, debts)
    ]


def _is_spared(plain: str, each: Named, debt: int) -> bool:
    return is_cleared(plain, each.start, each.end, debt) or (
        _is_public(each.name) and is_asked(plain, each.start, each.end)
    )


def _is_accused(plain: str, each: Named, named: list[Named], debts: list[int]) -> bool:
    """Whether words of owing follow somebody in the same clause, with nobody and no 说 between."""
    debt = next((debt for debt in debts if debt >= each.end), None)
    if debt is None or _CLAUSE.search(plain, each.end, debt):
        return False
    return not any(each.end <= other.start < debt for other in named)


def _is_strangers(plain: str, named: list[Named], debt: int) -> bool:
    """Whether somebody whom we read no name in owes here: then nobody else does."""
    start = stranger(plain, debt)
    return start is not None and not any(start < each.end <= debt for each in named)


def _is_public(name: str) -> bool:
    return PUBLIC.search(name) is not None and kind_of(name) is not DebtorKind.STATE_OWNED


def _to_self(plain: str, match: re.Match[str]) -> bool:
    return _TO_SELF.match(plain, match.end()) is not None


def _before(plain: str, named: list[Named], debt: int) -> Iterator[Named]:
    """Yield who stands nearest before words of owing, without the end of a sentence between."""
    place = bisect_right(named, debt, key=lambda each: each.end)
    if place and _is_near(plain[named[place - 1].end : debt]):
        yield named[place - 1]


def _is_led(plain: str, each: Named) -> bool:
    """Whether the sender worked for or with somebody, calls them who owes, or wants them made to pay.

    A complaint is none of it.
    """
    if _DEMANDED.search(plain, max(0, each.start - 4), each.start) and _TO_PAY.match(plain, each.end):
        return True
    is_asked = _ASKED.match(plain, each.end) or _ASKED_NAME.search(each.name)
    is_owing = _OWING_US.search(plain, max(0, each.start - LONGEST), each.start)
    is_led = is_owing or _LED.search(plain, max(0, each.start - 8), each.start)
    return not is_asked and is_led is not None


def _is_near(between: str) -> bool:
    """Whether so few words stand between, days and sums aside, that they are of one sentence."""
    return len(between) <= _FARTHEST and "。" not in between and len(_FIGURES.sub("", between)) <= _GAP
