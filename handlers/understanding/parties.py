"""Who is named in a message by words for firms, offices and persons, with what stands before them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .regex import Regex

LONGEST: Final = 24
"""Characters of a name."""
_FIRMS: Final = (
    "有限责任公司|股份有限公司|有限公司|集团公司|分公司|子公司|公司|集团|总厂"
    "|厂(?![房家里区子长])|矿业|矿(?![山产泉石区])"
    "|合作社|银行(?![卡账流贷转利])|项目部|城投|建投|交投|水务|置业(?!税|贷)|置地|地产(?!税|业|商)|超市|商场|商贸|酒店|饭店|餐厅|饭馆"
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
_SHORT: Final = (
    "第?[一二三四五六七八九十]{1,3}(?:[中小](?![午间旬途期秋心标介央国时部段块半伙店企微区组型学])"
    "|建(?![筑设议材造证考报注执资师]))|实验[中小](?!学)|村小(?![组学])|工地(?!址)"
    "|施工队|美容院|健身房|培训班|药店|诊所|门店|宾馆"
)
"""Words by which somebody is called for short, of no kind: 一中, 县二建, 工地."""
_ENDING: Final = Regex(
    f"(?P<named>{_FIRMS}|{_OFFICES}|{_INSTITUTIONS})|(?P<party>{_PARTIES})|(?P<person>{_PEOPLE})|(?P<short>{_SHORT})"
)
PUBLIC: Final = Regex(f"(?:{_OFFICES}|中心)$")
"""Of these help is asked; a firm or hospital that does not answer is one that does not pay."""
_PLACE: Final = Regex("(?:(?!我|本|该)[^\\W\\d_]{0,4}?[省市县区镇乡村])*+")
_OWES_ME: Final = Regex("[^,。;!?]{0,20}?(?:欠[着了]?[我咱俺]|不给(?:[我咱俺]|钱|结|退))")
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
    r"|督促|敦促|责令|催促|关于|被|向|给|跟着?|与|(?<!太)和(?!平|谐|盛)|(?<!华)为|在|的"
    "|是|了|帮|找|对|到|从|让|把|(?:承|修|包)[建接包]|供货|供应|施工|服务于|卖|欠|去(?!年)|去年|今年|前年|不[光仅只单]"
    "|(?<=\\d)[年月日号]|我们|我|咱们?|俺|本(?!溪|钢)|叫|干活|等"
)
_VAGUE: Final = Regex(
    "(?:该|贵|对方|这家|那家|某|一家|几家|这个|那个|他们|有个|有家|一个)?(?:公司|厂|单位|企业|局|集团"
    "|中心|银行|厅|超市|酒店|饭店)|对方"
)
_SELF: Final = Regex("公司|厂|合作社|集团|农场|饭店|酒店|超市|工程队|建筑队|厂里|商贸|物业|矿|区里?|中心")

_ALSO_CALLED: Final = re.compile(f"(?:[(](?:以下)?(?:简称)?|就?是|作为)(?:{_ROLE})|老板(?!电器)")
"""Directly behind a name it is the same somebody once more: 沈阳华强公司(甲方), 县医院作为甲方."""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody whom a message names, and where."""

    name: str
    start: int
    end: int
    is_vague: bool
    """No name, only a word: 公司, 老板."""
    is_short: bool = False
    """Named for short, of no kind: 一中, 工地."""


def named_in(plain: str) -> Iterator[Named]:
    """Yield everybody whom a normalised text (`text.normalize`) names, in their order, but not its sender."""
    known = 0
    for match in _ENDING.finditer(plain):
        if match.start() < known:
            continue
        if match["party"] or match["person"]:
            yield Named(match[0], *match.span(), is_vague=bool(match["person"]) or match[0] == "对方")
            continue
        start = max(0, match.start() - LONGEST)
        cuts = [
            cut.end()
            for cut in _CUT.finditer(plain, start, match.start())
            if not cut["role"] or cut.end() < match.start()
        ]
        start = cuts[-1] if cuts else start
        name = plain[start : match.end()]
        if match["short"] and not _stands_alone(plain, start, match.start()):
            continue
        if not (_SELF.fullmatch(name) and _is_own(plain, start, match.end())):
            is_vague = _VAGUE.fullmatch(name) is not None
            yield Named(name, start, match.end(), is_vague, is_short=bool(match["short"]))
            again = _ALSO_CALLED.match(plain, match.end())
            known = again.end() if again else known


def _stands_alone(plain: str, start: int, ending: int) -> bool:
    """Whether a short name is all that a clause calls somebody, but for the place: 县一中, 是二建."""
    is_led = start == 0 or plain[start - 1] in "是但而被" or not plain[start - 1].isalnum()
    return is_led and _PLACE.fullmatch(plain, start, ending) is not None


def _is_own(plain: str, start: int, end: int) -> bool:
    """Whether a bare 公司 or 厂 is the sender's: 我公司, 本厂, 公司; but not in 公司拖欠我."""
    if start and plain[start - 1] in "我本咱们俺":
        return True
    return (start == 0 or plain[start - 1] in ",。;!? ") and not _OWES_ME.match(plain, end)
