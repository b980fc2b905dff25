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
from .regex import Regex
from .text import normalize

_LONGEST: Final = 24
"""Characters of a name."""
_GAP: Final = 16
"""Characters between a name and the words that it owes, figures aside: 一直以各种理由."""
_FARTHEST: Final = 40
_FIGURES: Final = re.compile("[\\d.,一二三四五六七八九十百千万亿]+[年月日号元块个多天]?|去年|今年|前年")

_FIRMS: Final = (
    "有限责任公司|股份有限公司|有限公司|集团公司|分公司|子公司|公司|集团|总厂"
    "|厂(?![房家里区子长])|矿业|矿(?![山产泉石区])"
    "|合作社|银行(?![卡账流贷转利])|项目部|城投|建投|交投|水务|超市|商场|商贸|酒店|饭店|餐厅|饭馆"
    "|物业(?!费)|农场|粮库|建筑队|工程队|鞍钢|本钢|国网|恒大|碧桂园|融创|万科"
)
_OFFICES: Final = (
    "人民政府|政府(?!采购)|街道办事处|街道办|街道|管理委员会|管委会|村民委员会|村委会|居委会"
    "|委员会|指挥部|开发区|园区"
    "|(?<![结格布])局(?![面部限长势])|(?<![客餐大展舞])厅(?!长)|法院|检察院|派出所|交警队|消防队"
    "|部队|[改信建健资]委(?!托|员)"
    "|(?:[乡镇县区市村])里|大队"
)
_INSTITUTIONS: Final = (
    "医院|卫生院|学校|大学|学院|中学|小学|幼儿园|研究院|研究所|设计院|中心(?!城)|林场|博物馆"
    "|图书馆|体育馆|电视台|敬老院|养老院|福利院"
)
_PARTIES: Final = (
    "甲方|业主方?|建设单位|采购单位|总承包方?|总包方?|发包方|开发商|采购方|买方|买家|包工头"
    "|代理商|经销商|加盟商|国企|央企|上市公司|对方"
)
_PEOPLE: Final = "老板|客户|房东|合伙人|东家|供应商"
_ENDING: Final = Regex(
    f"(?P<named>{_FIRMS}|{_OFFICES}|{_INSTITUTIONS})|(?P<party>{_PARTIES})|(?P<person>{_PEOPLE})"
)
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
_OWING_US: Final = re.compile("欠[着了]?(?:我们?|咱们?|俺们?|我司)[^,。;!?]{0,10}(?:[元块万亿千百钱款])的$")
"""Before who owes, where they come after the debt: 欠我二十万的老板."""
_ASKED: Final = Regex(
    "[^,。;!?]{0,4}?(?:反映|反应|投诉|举报|求助|报告|申请|起诉|写信|打电话|咨询|判|立案|查封|说|贷)"
)
_ASKED_NAME: Final = Regex("法院|信访|监察|仲裁|检察|派出所|公安")
_ROLE: Final = (
    "(?:[甲乙买卖]|业主|采购|发包|承包|总?承?包|付款|合作|施工|建设|代建|招标|用工|用人|供货)"
    "(?:方|单位|人(?![员民]))|对方(?:单位)?|业主(?!委员会|大会)|总包(?!公司)|开发商|供应商|代理商|经销商|加盟商|[买卖]家|被告"
    "|客户(?!服务)|(?:大型)?(?:国|央|民)企|上市公司|(?:大型|国有|民营|私营|中小|小微)企业(?!集团|[服发][务展]|[局中])"
)
"""What somebody is to the sender, or is said to be, before their own name: 甲方沈阳华强公司, 国企沈阳重工."""
_CUT: Final = re.compile(
    f"(?P<role>{_ROLE})|"
    r"[^\w()·]|[一那这][家所个座]|债务人|欠款(?:单位|方|人)|本地|当地|外地|中标|因为|由于|因|但是?|可是|而且|并且|现在|目前|至今"
    r"|已经|那个|这个|就是|说是|(?<!自)由"
    r"|被|向|给|跟|与|(?<!太)和(?!平|谐|盛)|(?<!华)为|在|的"
    "|是|了|帮|找|对|到|从|让|把|(?:承|修|包)[建接包]|供货|供应|施工|服务于|卖|欠|去年|今年|前年"
    "|(?<=\\d)[年月日号]|我们|我|咱们?|俺|本(?!溪|钢)|叫|干活|等"
)
_VAGUE: Final = Regex(
    "(?:该|贵|对方|这家|那家|某|一家|几家|这个|那个|他们|有个|有家|一个)?(?:公司|厂|单位|企业|局|集团"
    "|中心|银行|厅|超市|酒店|饭店)|对方"
)
_SELF: Final = Regex("公司|厂|合作社|集团|农场|饭店|酒店|超市|工程队|建筑队|厂里|商贸|物业|矿|区里?|中心")

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
_FIRM: Final = Regex("公司|集团|厂$|矿业?$|酒店|超市|商场|商贸")
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
_ALSO_CALLED: Final = re.compile(f"(?:[(](?:以下)?(?:简称)?|就?是|作为)(?:{_ROLE})|老板(?!电器)")
"""Directly behind a name it is the same somebody once more: 沈阳华强公司(甲方), 县医院作为甲方."""


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


@dataclass(frozen=True, slots=True)
class _Named:
    """Somebody whom a message names, and where."""

    name: str
    start: int
    end: int
    is_vague: bool


def debtor_in(text: str) -> Debtor | None:
    """Return who owes the sender, as far as the words say it; None if nobody is called. Never raises.

    It is whoever stands before the words of owing, else the first for whom or with whom the sender worked.
    """
    plain = normalize(text[:READ_AT_MOST])
    debts = list(_debts(plain))
    if not debts and _OWES.search(plain):
        return None
    named = list(_named(plain))
    before = [each for debt in debts for each in _before(plain, named, debt)]
    led = [each for each in named if _is_led(plain, each)]
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


def _debtor(plain: str, named: _Named) -> Debtor:
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
        yield match.start()


def _to_self(plain: str, match: re.Match[str]) -> bool:
    return _TO_SELF.match(plain, match.end()) is not None


def _before(plain: str, named: list[_Named], debt: int) -> Iterator[_Named]:
    """Yield who stands nearest before words of owing, without the end of a sentence between."""
    place = bisect_right(named, debt, key=lambda each: each.end)
    if place and _is_near(plain[named[place - 1].end : debt]):
        yield named[place - 1]


def _is_led(plain: str, each: _Named) -> bool:
    """Whether the sender worked for or with somebody, or calls them who owes; a complaint is neither."""
    is_asked = _ASKED.match(plain, each.end) or _ASKED_NAME.search(each.name)
    is_owing = _OWING_US.search(plain, max(0, each.start - _LONGEST), each.start)
    is_led = is_owing or _LED.search(plain, max(0, each.start - 8), each.start)
    return not is_asked and is_led is not None


def _is_near(between: str) -> bool:
    """Whether so few words stand between, days and sums aside, that they are of one sentence."""
    return len(between) <= _FARTHEST and "。" not in between and len(_FIGURES.sub("", between)) <= _GAP


def _named(plain: str) -> Iterator[_Named]:
    known = 0
    for match in _ENDING.finditer(plain):
        if match.start() < known:
            continue
        if not match["named"]:
            yield _Named(match[0], *match.span(), is_vague=bool(match["person"]) or match[0] == "对方")
            continue
        start = max(0, match.start() - _LONGEST)
        cuts = [
            cut.end()
            for cut in _CUT.finditer(plain, start, match.start())
            if not cut["role"] or cut.end() < match.start()
        ]
        start = cuts[-1] if cuts else start
        name = plain[start : match.end()]
        if not (_SELF.fullmatch(name) and _is_own(plain, start)):
            yield _Named(name, start, match.end(), is_vague=_VAGUE.fullmatch(name) is not None)
            again = _ALSO_CALLED.match(plain, match.end())
            known = again.end() if again else known


def _is_own(plain: str, start: int) -> bool:
    """Whether a bare 公司 or 厂 is the sender's: 我公司, 本厂, 公司."""
    return start == 0 or plain[start - 1] in "我本咱们俺,。;!? "
