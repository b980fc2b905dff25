"""What people say about callers and calls: numbers, names, that nobody answered, yes and no.

Patterns and small tables; who may be told what is not decided here.
"""

import re
from typing import Final

from handlers.understanding.commands import Order, read
from handlers.understanding.regex import Regex
from handlers.understanding.text import normalize, remark_core
from models.rules.phones import Number, numbers_in, only_number
from models.tables import Finding

FOUND_AT_MOST: Final = 3
"""Numbers taken from one message."""

SHORT: Final = 16
"""Characters of a remark; what is longer has more to say and is read as a whole."""

_SPOKEN: Final = str.maketrans("〇零一幺二两三四五六七八九", "0011223456789")
_SPOKEN_RUN: Final = Regex("[〇零一幺二两三四五六七八九]{7,}")

_TITLE: Final = Regex("[省市区县镇厅局处科部]长|书记|主任|主席|秘书长|常委|联络员")

_NO_NUMBER: Final = Regex(
    "(?:号码?)?(?:不知道|不清楚|没有|没了|没存|没记住?|没看清?|没显示|忘了|记不[得住清]|不记得|隐藏|未知|无号码|删了)"
    "(?:号码?)?[了啊呢的]*"
)
_WHO_RANG = "给?(?:他们?|她|对方|企业|老板|那边)|电话|手机|号码?|微信|我|打了?|呼叫|[被让把]"
_HOW_OFTEN = "已经?|一直|还是|又|都|再|刚才?|[两几三]?[次遍]"
_IN_VAIN = (
    "打不[通进]|没打通|没人接听?|无人接听|没接|不接|拒接|挂断|拉黑|关机|停机|空号|占线|正在通话|联[系络]不[上到]"
    "|不在服务区"
)
_SOMEBODY = (
    "[\u4e00-\u9fff]{0,6}?(?:总|董|老板|经理|厂长|主任|书记|先生|女士|会计|师傅|联系人|负责人|法人)(?:那边|的)?"
    "|[老小][\u4e00-\u9fff]"
)
_OTHERS: Final = Regex("局|厅|委|窗口|银行|部门|中心|政府|街道|热线")
_FAILED: Final = Regex(
    f"(?:给|跟)?(?:{_SOMEBODY})?(?:{_WHO_RANG}|{_HOW_OFTEN})*(?:{_IN_VAIN})(?:{_SOMEBODY}|企业|他们?|她|对方|人)?(?:我|电话|手机|了|的|啊|呢|一直|状态)*"
    f"|找不[到着](?:{_SOMEBODY}|企业|他们?|她|对方|人)了?"
)
_IN_VAIN_SIGNS: Final = frozenset("不没无拒挂拉关停空占正")
_PERHAPS_FAILED: Final = Regex(
    f"[^，,。;；!！您你贵我]{{1,8}}?(?:{_WHO_RANG}|{_HOW_OFTEN})*(?:{_IN_VAIN})(?:我|电话|手机|了|的|啊|呢|一直|状态)*"
)
_LEADER: Final = Regex("领导")
_LEAD: Final = re.compile(
    r"(?P<id>\d{1,18})[\s:：,，]*(?P<finding>\D{1,3}?)(?:[\s:：,，。]+(?P<note>.*))?", re.DOTALL
)
_LEAD_ALONE: Final = re.compile(r"\d{1,18}")
_FINDINGS: Final = {
    "诈骗": Finding.FRAUD,
    "是诈骗": Finding.FRAUD,
    "属实": Finding.GENUINE,
    "是真的": Finding.GENUINE,
    "不清": Finding.UNCLEAR,
    "说不清": Finding.UNCLEAR,
}
_TALE: Final = Regex(
    "保证金|手续费|验证码|转账|[转打汇]钱|打款|汇款|交[钱费]|缴费|押金|账[户号本]|密码|诈骗|骗子|下载|链接|陌生|可疑|冒充|自称"
    "|加(?:我|他|她|个|一下)?微信"
)
_WANTED: Final = Regex(
    "保证金|手续费|验证码|转账|[转打汇]钱|打款|汇款|交[钱费]|缴费|押金|密码|链接|下载|银行卡|身份证|公章|账本|执照|屏幕|远程"
    r"|加(?:我|他|她|个|一下)?微信|[转打汇交]\S{0,4}[万元块]"
)
_ASKED_OF_US: Final = Regex("(?:让|要|叫|催|管|跟|向)(?:我们?|咱们?|公司|财务|会计|老板)")
_NOT_WANTED: Final = Regex(f"(?:没有?|并未|未曾)[^,，。;；!！?？ ]{{0,6}}?(?:{_WANTED.pattern})")
_PHRASE: Final = "(?:暗语|暗号|口令)"
_SAID_WRONG: Final = Regex(
    f"{_PHRASE}[^。;；!！?？]{{0,8}}?(?:不对|(?<!是)不是|[对合]不上|没[对合]上|错|不符|不一[样致]"
    "|(?:没有?|不肯?|不愿意?|不会|不敢)(?:说|提|报)|[说报答]不[出对上来])"
    f"|(?:没有?|不肯|不愿意?|不会|不敢)[说提报][^。;；!！?？]{{0,3}}{_PHRASE}"
    f"|(?:[说报答]错|[说报答]不[出对上来]+)了?[^。;；!！?？]{{0,4}}{_PHRASE}"
)
_NUMBER = r"[+(]?\d[\d\- )]{5,18}\d"
_RANG = "打给我|给我打|打来|打过来|来电|说是|自称"
_OF_A_CALLER: Final = Regex(
    f"{_NUMBER}[^。;；!！?？]{{0,6}}?(?:{_RANG})"
    rf"|(?:打给我|给我打|打来|打过来|来电)[^。;；!！?？\d]{{0,8}}?{_NUMBER}"
)
_RANG_GATE: Final = Regex(_RANG)
_BARE_UP_TO: Final = 26
_BARE_FIRST: Final = frozenset("+＋(（0123456789０１２３４５６７８９")
_BARE_TAIL: Final = re.compile(r"(?:尾号)?(?:是|为)?\s*(\d{4})(?:的)?")
_ASKS_NUMBER: Final = Regex("电话|号码|手机|联系方式|联系人")
_AT_THE_DOOR: Final = Regex(
    "上门|找上[我门]|来[到了]?(?:我们?|公司|厂里?|单位|店里?)|到(?:我们?|公司|厂里?|单位|店里?)来|在门口"
)
_SUPPOSED: Final = Regex("如果|要是|万一|假如|假设|的话")
_TAIL: Final = Regex(r"尾号(?:是|为)?\D{0,2}(\d{4})(?!\d)")


def numbers_said(text: str) -> tuple[Number, ...]:
    """Return the first numbers in a text, also those that voice typing wrote in characters."""
    figures = in_figures(text)
    only = only_number(figures)
    return numbers_in(figures)[:FOUND_AT_MOST] if only is None else (only,)


def in_figures(text: str) -> str:
    """Return a text with the numbers that voice typing wrote in characters as figures."""
    return _SPOKEN_RUN.sub(lambda run: run[0].translate(_SPOKEN), text)


def names(text: str, name: str, post: str) -> bool:
    """Whether a text names an official: the whole name, or the surname with a title of the post (安省长)."""
    plain = normalize(text)
    titles = [form for title in _TITLE.findall(post) for form in (title, f"副{title}")]
    return name in plain or any(f"{name[:1]}{form}" in plain for form in (*titles, "领导"))


def has_no_number(text: str) -> bool:
    """Whether a text says that there is no number to tell."""
    return _NO_NUMBER.fullmatch(remark_core(text)) is not None


def tells_a_tale(text: str) -> bool:
    """Whether a caller wanted money, a code or the like, by what is told of them."""
    return _TALE.search(text) is not None


def says_phrase_wrong(text: str) -> bool:
    """Whether a text says that a caller did not say the phrase of the card, or another (暗语说不对)."""
    if not any(word in text for word in ("暗语", "暗語", "暗号", "暗號", "口令")):
        return False
    plain = normalize(text)
    return _SAID_WRONG.search(plain) is not None and _SUPPOSED.search(plain) is None


def is_alarming(text: str) -> bool:
    """Whether nobody of ours can have called so: they wanted money or papers, or had the phrase wrong."""
    return _WANTED.search(_NOT_WANTED.sub("", normalize(text))) is not None or says_phrase_wrong(text)


def tells_more_of_them(text: str) -> bool:
    """Whether few words say what somebody wanted, who was spoken of before: 他让我转钱."""
    if len(text) > SHORT + SHORT or _ASKED_OF_US.search(normalize(text)) is None:
        return False
    return is_alarming(text)


def tells_of_a_caller(text: str) -> bool:
    """Whether a text names a number and says that somebody rang with it (13911112222打给我说是省里的)."""
    if _RANG_GATE.search(text) is None:
        return False
    return _OF_A_CALLER.search(normalize(text)) is not None and bool(numbers_said(text))


def is_bare_number(text: str) -> bool:
    """Whether a text is one subscriber's number and nothing else, in digits of any width."""
    if len(text) > _BARE_UP_TO or text[:1] not in _BARE_FIRST:
        return False
    found = only_number(text)
    return found is not None and found.dialled.startswith("+")


def asks_for_number(text: str) -> bool:
    """Whether somebody asks for a telephone number, as an official who wants to ring up does."""
    return _ASKS_NUMBER.search(text) is not None


def is_at_the_door(text: str) -> bool:
    """Whether somebody has come in person, and it is not about a call."""
    plain = normalize(text)
    return _AT_THE_DOOR.search(plain) is not None and not any(
        word in plain for word in ("电话", "来电", "短信", "号码", "打来", "打给")
    )


def bare_tail(text: str) -> str | None:
    """Return the last four digits that a text consists of: 3059, 尾号3059."""
    found = _BARE_TAIL.fullmatch(normalize(text))
    return found[1] if found else None


def tail_said(text: str) -> str | None:
    """Return the last four digits somebody names where they know no more: 尾号3059."""
    found = _TAIL.search(normalize(text))
    return found[1] if found else None


def failed_call(text: str) -> Order | None:
    """Return the order in a remark that nobody answered, with the ticket's number if it names one."""
    if len(text) > SHORT + SHORT:
        return None
    order = read("打不通 " + text)
    if order is not None and order.number is not None and _says_in_vain(order.rest):
        return order
    number = _TRAILING.search(text)
    words = text if number is None else text[: number.start()]
    if len(words) > SHORT or not _says_in_vain(words):
        return None
    return read(f"打不通 {number[1]} {words}") if number else read(f"打不通 {words}")


def _says_in_vain(words: str) -> bool:
    core = remark_core(words)
    return _FAILED.fullmatch(core) is not None and _OTHERS.search(core) is None


def may_have_failed(text: str) -> bool:
    """Whether a short text says that somebody could not be called, who may be of the enterprise or not."""
    if len(text) > SHORT or _IN_VAIN_SIGNS.isdisjoint(text):
        return False
    return _PERHAPS_FAILED.fullmatch(remark_core(text)) is not None


_TRAILING: Final = re.compile(r"\s*([0-9０-９]{4,15})\s*$")


def is_for_leader(text: str) -> bool:
    """Whether an aide announces the leader's call, and not one of their own."""
    return _LEADER.search(text) is not None


def finding_said(text: str) -> tuple[int, Finding, str | None] | None:
    """Return lead, finding and note of `12 诈骗 已报警`; None if it is anything else."""
    found = _LEAD.fullmatch(normalize(text).strip())
    if found is None or found["finding"] not in _FINDINGS:
        return None
    return int(found["id"]), _FINDINGS[found["finding"]], found["note"] or None


def lead_named(text: str) -> int | None:
    """Return the lead whose number is all that `text` says."""
    plain = normalize(text).strip()
    return int(plain) if _LEAD_ALONE.fullmatch(plain) else None
