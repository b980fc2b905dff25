"""What a message of money owed tells: who owes, how much, and what the law says of it. Pure.

The law is asked only where the message tells enough: a debtor of a kind that it names or might be of, a day
or month of delivery, nothing that was agreed otherwise, and no money of another sort (deposits, loans,
compensation).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from models.rules.payment import Due, Interest, due, interest

from .amounts import Amount
from .debtors import Debtor, debtor_in, is_owed
from .features import READ_AT_MOST
from .moments import delivery
from .regex import Regex
from .text import normalize

_NEAR: Final = 14
_LEFT: Final = Regex("剩|余款|余额|尾款|还[差欠有]|尚[欠有余]|仍[欠有]|下欠")
_ALTOGETHER: Final = Regex("合计|共计|一共|总共|总计|累计|加起来")
_OWED: Final = Regex(
    "欠(?![缴费税])|未付|没付|没给|不给|未支付|没结|未结|应付|拖着|压着|扣着|扣了|应收|未还|没还"
    "|不还|不退|没退|未退"
)
_STILL: Final = Regex(
    "[^,。;!?]{0,6}(?:没|未|不给|不付|不还|不退|拒付|拖|欠|赖|压|扣)"
    "|,?(?:至今|到现在|一直|现在)(?:还|都|也)?(?:没|未|不|拖|分文)"
)
_SETTLED: Final = Regex("(?:已经?|都|全部)?(?:交清|付清|结清|还清)")
_PAID: Final = Regex(
    "(?:只|仅|已经?|才|先|陆续|就|刚)[^,。;!?]{0,6}?(?:支?付|给|结|还|打|收到?|拨|到账|垫)了?[^,。;!?]{0,3}$"
    "|(?:付|给|还|打|结|收到)了[^,。;!?]{0,3}$"
)
_OTHER_SUM: Final = Regex(
    "注册资本|投资|产值|贷款|罚款|营业额|营收|利润|纳税|造价|合同总?[价额]|总价|损失|违约金|利息"
    "|欠缴|(?:要求|让)我们?[交缴]|每[斤吨亩度方平米个件台张天月]|单价|报价|采购额|月薪|年薪"
)
_WAGES: Final = Regex("工资|薪")
_NO_PROCUREMENT: Final = Regex(
    "质保金|保证金|押金|定金|订金|借款|借给|借了|征地|征收|拆迁|补偿|补贴|奖励|奖金|退税|赔偿"
    "|股权|分红|转让款|工资|租金|进度款|月结|按月结|滚动结算"
)
_AGREED: Final = Regex(
    "(?:约定|合同规定|协议规定|合同写|账期|付款期)[^。;!?]{0,20}?(?:付款|支付|付清|付|结算|结清"
    "|天|日内|个月|账期)|账期\\d"
)


@dataclass(frozen=True, slots=True)
class Arrears:
    """Who owes what, and what the law says of it as far as the message tells enough."""

    debtor: Debtor | None
    due: Due | None
    interest: Interest | None
    """From the latest day of delivery that the words allow: a floor."""


def arrears_told(said: Sequence[tuple[str, date]], sum_: Amount | None, today: date) -> Arrears:
    """Return who owes by the words of messages, and what the law says of `sum_`. Never raises.

    Each message is `said` with its day; interest runs to `today`.

    The first debtor owes who is of a known kind, or an enterprise by name: of that the law is asked as if it
    were large, and says so. The last day of delivery counts, which claims least.
    """
    debtors = [found for text, _ in said if (found := debtor_in(text)) is not None]
    debtor = next((each for each in debtors if each.kind_at_most), debtors[0] if debtors else None)
    kind = None if debtor is None else debtor.kind_at_most
    if kind is None or any(_is_outside_the_law(text) for text, _ in said):
        return Arrears(debtor, None, None)
    days = [span.last for text, day in said if (span := delivery(text, day)) is not None]
    delivered = max(days, default=None)
    term = None if delivered is None else due(delivered, kind)
    if delivered is None or term is None or sum_ is None or sum_.currency != "CNY":
        return Arrears(debtor, term, None)
    return Arrears(debtor, term, interest(sum_.least, sum_.most, delivered, term.day, today))


def _is_outside_the_law(text: str) -> bool:
    """Whether it is money of another sort, or something was agreed about when it is paid."""
    plain = normalize(text[:READ_AT_MOST])
    return _NO_PROCUREMENT.search(plain) is not None or _AGREED.search(plain) is not None


def is_of_own_wages(text: str) -> bool:
    """Whether words tell of wages that nobody is said to owe: then it is the sender who does."""
    return _WAGES.search(normalize(text[:READ_AT_MOST])) is not None and debtor_in(text) is None


def owed(text: str, sums: tuple[Amount, ...], *, is_arrears: bool) -> Amount | None:
    """Return the sum that is owed: what is left, else the total of debts, else the first beside such words.

    In a message of money owed the only sum there is will do, unless it is said of something else.
    """
    if is_owed(text) is False:
        return None
    plain = normalize(text[:READ_AT_MOST])
    left: list[Amount] = []
    total: list[Amount] = []
    beside: list[Amount] = []
    for place, each in enumerate(sums):
        before, after = _around(plain, sums, place)
        if _PAID.search(before) or _SETTLED.match(after):
            continue
        is_owing = _OWED.search(before) or _STILL.match(after)
        if _LEFT.search(before):
            left.append(each)
        elif _ALTOGETHER.search(before) and (is_owing or beside):
            total.append(each)
        elif is_owing and not _OTHER_SUM.search(before):
            beside.append(each)
    if left or total or beside:
        return left[-1] if left else (total or beside)[0]
    is_only = is_arrears and len(sums) == 1 and not _is_other(plain, sums)
    return sums[0] if is_only else None


def _is_other(plain: str, sums: tuple[Amount, ...]) -> bool:
    before, after = _around(plain, sums, 0)
    return bool(_OTHER_SUM.search(before) or _PAID.search(before) or _SETTLED.match(after))


def _around(plain: str, sums: tuple[Amount, ...], place: int) -> tuple[str, str]:
    """Return what stands before and after a sum, as far as the next one and no sentence further."""
    start, end = sums[place].start, sums[place].start + len(sums[place].text)
    first = max(start - _NEAR, sums[place - 1].start + len(sums[place - 1].text) if place else 0)
    last = min(end + _NEAR, sums[place + 1].start if place + 1 < len(sums) else len(plain))
    return re.split("[。;!?]", plain[first:start])[-1], re.split("[。;!?]", plain[end:last])[0]
