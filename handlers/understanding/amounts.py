"""Sums of money in what people write: 欠我三百多万, 320w, 1,200万元, 一亿二, 300到500万, ¥3,650.5. Pure.

What a number means is `numerals`'; here is whether it is money, of which currency, and what stands around it:
约, 左右 are a tenth either way, 近 and 不到 a tenth below; 至少, 超过 and 以上 have no end, 最多 and 不超过
begin at nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from .features import READ_AT_MOST
from .numerals import RUN, Number, number
from .regex import Regex
from .text import normalize

LARGEST: Final = Decimal(10**13)
"""元. What is more is nobody's sum of money."""
SMALLEST_BARE: Final = 100
"""元 that a number must reach to be money by the words before it alone: 欠我三百八."""

_FEN: Final = 100
_BARE: Final = "百千万亿"
_FOREIGN: Final = {
    "美元": "USD",
    "美金": "USD",
    "usd": "USD",
    "$": "USD",
    "欧元": "EUR",
    "eur": "EUR",
    "港币": "HKD",
    "港元": "HKD",
    "hkd": "HKD",
    "日元": "JPY",
    "卢布": "RUB",
    "韩元": "KRW",
    "英镑": "GBP",
}
_ABROAD: Final = "|".join(word for word in _FOREIGN if word != "$")
_HEAD: Final = rf"[¥$]|人民币|rmb|{_ABROAD}"
_NO_NUMERAL: Final = "(?!(?<=[队入退])伍|(?<=[大登])陆)"
_DIGIT: Final = "[1-9一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_MAO: Final = rf"(?<=块)(?P<mao>{_DIGIT})(?![\d十百千万亿个天年月角分])"
_JIAO: Final = rf"(?:零?(?P<jiao>{_DIGIT})角)?(?:零?(?P<fen>{_DIGIT})分(?![之钟期批包店局公数成]))?"
"""3元5角, 三块五, 柒元捌角玖分."""
_APART: Final = r"(?<!\d)(?<!\d[.,])(?<![a-z/号第#])"
_UNIT: Final = rf"(?P<unit>块钱|块|元整?|圆整?|人民币|rmb|(?P<foreign>{_ABROAD}))"
_MORE: Final = rf"(?:{_MAO}|[多来]|{_JIAO})"
_SUM: Final = re.compile(rf"{_APART}{_NO_NUMERAL}(?P<head>{_HEAD})?\s?(?P<run>{RUN})\s?(?:{_UNIT}{_MORE})?")
_LAST_DIGIT: Final = re.compile(r"(?<=[十百千万亿kw多余来])(?:\d{1,2}|[一二两三四五六七八九半十]{1,2})$")
_JOIN: Final = Regex(r"\s?(?:到|至|-|—|~|(?P<below>,?(?:但是?)?(?:不到|不足|未到)))\s?")
_BEFORE: Final = Regex(
    "(?P<about>大约|大概|约摸|约|差不多|差不离)|(?P<below>将近|接近|近|不到|不足|[未没]到|小)"
    "|(?P<most>[不没未]有?超过?|最多|至多|顶多|[不未][高多大]于)"
    "|(?P<above>至少|最少|起码|不少于|不低于|不止|不只|不下|超过|超出|超|高达|多达|上)"
)
_WORD_BEFORE: Final = re.compile(f"(?:{_BEFORE.pattern})(?:有|是|达|了|欠|差|给)?\\s?$")
_AFTER: Final = Regex(
    r"\s?(?:(?P<about>左右|上下|的样子)|(?P<above>以上|出头|开外|打底|往上)|(?P<below>不到|以内|以下))"
)
_THINGS: Final = (
    "[个名位亩吨斤克㎡m米度伏安头羽株棵条瓶辆票粒张岁次遍栋幢期类楼路弄%桶盒枚眼座倍折寸笼匹筐趟兆达一象a-z]"
    "|公顷|公斤|千克|公里|立方|立米|千瓦|kva|kw|毫米|厘米|平方|小时|粉丝|用户|商户|群众|火急"
)
_THINGS_OR_WORDS: Final = (
    "尾(?!款)|双(?!方)|户(?!外)|套(?!餐)|间(?!接)|级(?!配)|袋(?!装)|片(?!石)|科(?![研技学])|平(?!整)|方(?!案)"
    "|家(?![里电具])|人(?![工民家])|工人(?!工资)|员工(?!工资)|职工(?!工资)|农民(?!工)|客户(?![的欠款])"
    "|只(?![给付有剩还打收])|台(?!班)|件(?!款)|本(?![金来])|册|字(?!据)|年(?![初底前终])|月(?![初底末])"
    "|日(?!前)|号(?!召)|天(?!天)|分(?![文两三期])|点(?!名)|周(?!转)|层(?!层)|版|包(?!括|工)|口(?!头)|处(?!理)"
    "|项(?!目)|门(?![窗市])|成(?![本立交])|升(?!级)|里(?!面)|标(?!书)|车(?!款)|箱(?!款)|批次"
)
_MEASURED: Final = re.compile(rf"\s?(?:{_THINGS}|{_THINGS_OR_WORDS})")
"""What a number counts that is no money; some of these characters also begin other words."""
_WORD_OF_ONE: Final = Regex("一[直些起样定旦方家共下切点再审并边面时律味]|两[清家边头]|三方|五险")
"""The last numeral of a run may be the first character of a word: 300万一直不给."""
_MONEY_BEFORE: Final = Regex(
    "(?:欠|款|钱|账|费|薪|工资|押|保证金|补贴|补助|赔|价|付|给|剩|差|贷|罚|交|收|还|亏|损失|垫"
    "|投资|成本|利息|余额|总额|合计|共|值|借|尾款|余款|奖励|租金|税)"
    "[^,。;!?0-9号]{0,8}$"
)
_WAGE_BEFORE: Final = Regex("(?:[年月日时底]薪|工资)(?:是|有|给|开|才|只有|只给|为|:)?$")
"""After these a bare number is money whatever follows: 月薪五六千招不来."""
_ENDS: Final = re.compile("(?:$|[^\\w一-龥]|[没不了到吧呢啊就还也都至多左上以未给要拖欠拿被是的])")


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum as said: from `least` to `most` hundredths of its currency (分 of CNY), both included.

    `most` is None where no end was said. `start` is the place of `text` in the normalised message.
    """

    text: str
    least: int
    most: int | None
    currency: str
    start: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A number that is money, and where it stands."""

    value: Number
    start: int
    end: int
    is_money: bool
    currency: str


def amounts_in(text: str) -> tuple[Amount, ...]:
    """Return the sums of money in `text`, in the order of the text. Never raises; time is bounded."""
    plain = normalize(text[:READ_AT_MOST])
    return tuple(_amount(plain, found) for found in _joined(plain, _found(plain)))


def _found(plain: str) -> Iterator[_Found]:
    for match in _SUM.finditer(plain):
        run, end = match["run"], match.end()
        if not match["unit"] and _WORD_OF_ONE.match(plain, end - 1):
            run = run[:-1]  # 300万一直不给
        elif not match["unit"] and _MEASURED.match(plain, end):
            run = _LAST_DIGIT.sub("", run)  # 欠我三百多万三年了
            end = match.start("run") + len(run)
        value = _with_jiao(number(_with_one(plain, match.start("run"), run)), match)
        if value is None or value.high > LARGEST:
            continue
        currency = _FOREIGN.get(match["foreign"] or match["head"] or "", "CNY")
        yield _Found(value, match.start(), end, _is_money(plain, match, run, value), currency)


def _with_one(plain: str, start: int, run: str) -> str:
    """Return a run with the 一 that goes unsaid: 上亿."""
    return "一亿" if run == "亿" and plain[:start].endswith(("上", "近", "超", "超过")) else run


def _with_jiao(value: Number | None, match: re.Match[str]) -> Number | None:
    jiao, fen = match["jiao"] or match["mao"], match["fen"]
    if value is None or not (jiao or fen):
        return value
    more = sum(part.low / size for digit, size in ((jiao, 10), (fen, 100)) if (part := number(digit or "")))
    return replace(value, low=value.low + more, high=value.high + more)


def _is_no_run(run: str) -> bool:
    """Whether it is a house number or a telephone's: many digits in a row without a unit."""
    return run.isdigit() and len(run) > len("12345678")


def _is_money(plain: str, match: re.Match[str], run: str, value: Number) -> bool:
    if match["unit"] or match["head"]:
        return True
    end = match.start("run") + len(run)
    if run == match["run"] and _MEASURED.match(plain, end):
        return False
    before = plain[max(0, match.start() - 14) : match.start()]
    if _is_no_run(run):
        return False
    is_spoken_of = _MONEY_BEFORE.search(before) is not None
    if value.scale > 1 or run.endswith(("k", "w")):
        return is_spoken_of or run[0] not in _BARE or _WORD_BEFORE.search(before) is not None
    is_at_end = _ENDS.match(plain[end:]) is not None or _WAGE_BEFORE.search(before) is not None
    return is_spoken_of and value.low >= SMALLEST_BARE and is_at_end


def _joined(plain: str, found: Iterator[_Found]) -> Iterator[_Found]:
    """Make one of two numbers that are the ends of a range: 300到500万."""
    last: _Found | None = None
    for each in found:
        join = _JOIN.fullmatch(plain, last.end, each.start) if last is not None and each.is_money else None
        if last is not None and join:
            low = last.value if last.value.scale > 1 else last.value.times(each.value.scale)
            if low.low < each.value.low:
                is_open = each.value.is_open or bool(join["below"])
                value = replace(each.value, low=low.low, is_open=is_open)
                last = _Found(value, last.start, each.end, is_money=True, currency=each.currency)
                continue
        if last is not None and last.is_money:
            yield last
        last = each
    if last is not None and last.is_money:
        yield last


def _amount(plain: str, found: _Found) -> Amount:
    start, end, value = found.start, found.end, found.value
    before = _WORD_BEFORE.search(plain, max(0, start - 6), start)
    after = _AFTER.match(plain, end)
    said = {name for match in (before, after) if match for name, word in match.groupdict().items() if word}
    low, high, is_open = value.low, value.high, value.is_open
    if "about" in said:
        low, high, is_open = low * 9 / 10, high * 11 / 10, False
    elif "below" in said:
        low = low * 9 / 10
    elif "most" in said:
        low = Decimal(0)
    most = None if "above" in said else int((high * _FEN).to_integral_value(ROUND_FLOOR)) - is_open
    first = before.start() if before else start
    last = after.end() if after else end
    least = int((low * _FEN).to_integral_value(ROUND_CEILING))
    return Amount(plain[first:last].strip(), least, most, found.currency, first)
