"""Who owes, by the words of a message: the name or the word by which they are called, and of which kind they are.

Pure. The kinds are those between which 《保障中小企业款项支付条例》 tells: 机关, 事业单位, 国企, 大型企业, 中小企业.
"""

import re
from dataclasses import dataclass
from typing import Final

from models.rules.payment import DebtorKind

from .features import READ_AT_MOST
from .text import normalize

_CHAR: Final = r"[\w·()（）]"
_ENDINGS: Final = (
    "有限责任公司|股份有限公司|有限公司|集团公司|分公司|子公司|集团|公司|总厂|厂|矿业|矿|人民政府|政府|街道办事处|街道办|街道|管委会|管理委员会|委员会|指挥部|开发区|园区"
    "|住建局|城管局|教育局|交通局|水利局|财政局|农业农村局|文旅局|卫健局|公路局|局|厅|医院|卫生院|学校|大学|学院|中学|小学|幼儿园|村委会|村里|大队|合作社|银行|项目部"
    "|总包|中心|研究院|研究所|设计院|城投|建投|交投|水务|超市|商场|酒店|饭店|餐厅|工地|业委会|物业|平台|粮库|林场|农场|乡政府|镇政府|乡里|镇里|县里|区里|市里"
)
_OWES: Final = (
    "(?:一直|至今|还|又|就|都|也|仍|仍然|现在|目前|始终|长期|恶意|故意|无故|总是|那边|这边|那头|方面|却|才|已经|共|总共|累计|一共|开始|老板|说没钱)*"
    "(?:拖欠|欠着?|赖着?|未支付|未付|拒付|拒不支付|不付|不给|没给|没付|没结|不结|不还|没还|压着|扣着|扣了|没有?支付|分文未付|一分[钱没]|只给了|只付了)"
)
_NAMED: Final = re.compile(rf"(?P<name>{_CHAR}{{1,24}}?(?:{_ENDINGS}))(?:[\u4e00-\u9fff]{{0,8}}?)?{_OWES}")
_OWED_BY: Final = re.compile(
    rf"(?:被|向|找|跟|给|卖给|供给|供货给|供应给|承建|承包|承接|施工|服务|提供给|为|与|和)(?P<name>{_CHAR}{{1,24}}?(?:{_ENDINGS}))"
)
_CALLED: Final = re.compile(
    rf"(?P<name>甲方|业主方?|建设单位|总承包方?|总包方?|发包方|开发商|对方|客户|买家|买方|采购方|包工头|老板|东家|房东|合伙人|代理商|经销商|加盟商|国企|央企|政府)(?:[\u4e00-\u9fff]{{0,4}}?){_OWES}"
)
_LEADING: Final = re.compile(
    "^.*(?:因为|因|由于|但是|但|可是|而|并且|且|那个|这个|就是|说是|现在|目前|至今|已经|年|月|日|[,，。、;；]|给|跟|和|与|由|被|向|为|在|的|是|了|帮|找|卖给)"
)
_SELF: Final = re.compile(
    "^(?:我|本|我们|咱|贵|该|这家|那家|某|一家|几家|我方)(?:公司|厂|单位|企业|合作社)?$|^(?:公司|厂|局|集团|平台|中心)$"
)
_KINDS: Final = (
    (DebtorKind.INSTITUTION, re.compile("医院|卫生院|学校|大学|学院|中学|小学|幼儿园|研究院|研究所|设计院|中心|林场|图书馆|博物馆|电视台|事业单位|疾控|水文站|公路段")),
    (DebtorKind.STATE_OWNED, re.compile("国企|央企|国有|城投|建投|交投|水务集团|中铁|中建|中交|中国|中冶|中核|中石|国网|电力公司|省建|市政公司|粮库|铁路局|平台公司|鞍钢|本钢")),
    (DebtorKind.ORGAN, re.compile("政府|局$|厅$|委$|管委会|管理委员会|街道|指挥部|开发区|园区|法院|检察院|公安|机关|部队|乡里|镇里|县里|区里|市里|财政")),
    (DebtorKind.LARGE, re.compile("大型|上市公司|股份有限公司|集团|龙头|头部|开发商|万达|平台")),
    (DebtorKind.SMALL, re.compile("公司|厂|合作社|饭店|餐厅|酒店|超市|店|包工头|老板|代理商|经销商|加盟商|工作室|个体|矿")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Debtor:
    """`name` is what the message calls them; `kind` None where the words do not tell."""

    name: str
    kind: DebtorKind | None


def debtor_in(text: str) -> Debtor | None:
    """Return who owes the sender, as far as the words say it; None if nobody is called. Never raises."""
    plain = normalize(text[:READ_AT_MOST])
    for pattern in (_NAMED, _CALLED, _OWED_BY):
        for match in pattern.finditer(plain):
            name = _LEADING.sub("", match["name"])
            if len(name) > 1 and not _SELF.match(name):
                return Debtor(name, kind_of(name))
    return None


def kind_of(name: str) -> DebtorKind | None:
    """Return of which kind somebody of this name is, None if it does not tell. A name is no proof: people check."""
    return next((kind for kind, pattern in _KINDS if pattern.search(name)), None)
