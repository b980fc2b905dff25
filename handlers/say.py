"""Everything we say to people: Simplified Chinese, short, warm, exact.

Answers to a turn stay within one chat message (2,000 bytes); a test holds every one of them to it with
the longest texts a person can type. Nothing here decides anything.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from config import catalog
from config.catalog import Asks, DebtorKind, DeclineReason
from handlers.turn import Kind, Part, Speech
from handlers.understanding.addressing import brand
from handlers.understanding.amounts import Amount, amounts_in
from handlers.understanding.arrears import Arrears, owed
from handlers.understanding.commands import WORDS, Command
from handlers.understanding.debtors import Debtor
from handlers.understanding.facts import Facts
from handlers.understanding.headline import headline
from handlers.understanding.kinds import corrected
from handlers.understanding.moments import Span as Days
from handlers.understanding.text import normalize
from handlers.understanding.times import Doubt
from handlers.understanding.urgency import urgency
from models.actions.appointments import Announced
from models.actions.conversation import Desk
from models.actions.delegations import Why
from models.actions.held import Unsent, Written
from models.actions.outbox import DOUBTFUL, Notice, is_continued
from models.actions.patches import about_patch
from models.actions.pauses import WhyNot
from models.actions.reaching import Failed
from models.actions.supervision import DAYS_TRIED
from models.actions.tickets import Guess, Submitted
from models.actions.trust import Checked
from models.actions.urging import Urged
from models.queries.co_handling import Help, Task
from models.queries.contact_day import ContactDay
from models.queries.conversation import Said
from models.queries.disturbance import Waits
from models.queries.leads import Lead
from models.queries.mergeable import Apart
from models.queries.patch_effects import Effect
from models.queries.patches import Shown
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.reach import Reach
from models.queries.supervision import Late, Matter, Waiting
from models.queries.tickets import Overview
from models.queries.trust import OwnerCard
from models.rules.calling import Fault, Span
from models.rules.directory import Desk as Unit
from models.rules.disturbance import RESTING, Courtesy, Hold, Park, Quiet
from models.rules.effects import LEAST_DAYS, Interval
from models.rules.extensions import Why as NoExtension
from models.rules.lifecycle import REBOUND_WITHIN, Role, Status, Verb
from models.rules.numbers import ledger_number, number_of
from models.rules.parts import ROOM, pages, size
from models.rules.patches import Cause, PatchState, PatchVerb, StepNews
from models.rules.payment import Due
from models.rules.rates import Rate
from models.rules.reach import Way
from models.rules.satisfaction import Rating
from models.rules.urging import AT_THE_DESK
from models.tables import (
    Call,
    CallKind,
    Decline,
    Delegation,
    Enterprise,
    Extension,
    Finding,
    FraudLead,
    HelpState,
    Message,
    Official,
    OfficialKind,
    Patch,
    Ruling,
    Side,
    Verdict,
    Visit,
)

Speaker = Callable[[Mapping[str, Any]], Speech]
LOCAL: Final = ZoneInfo("Asia/Shanghai")
EXCERPT: Final = 60
LAST_WORDS: Final = 50
PAGE: Final = 1000
"""Bytes of a conversation that fit into a message with its head and its taps."""
HEAD: Final = 420
"""Bytes of the longest lines above it that say which case it is."""
WITH_DUE: Final = 950
"""Bytes of an enterprise's case and of the call it expects up to which a line about the law fits too."""
LEAST_ROOM: Final = 180
"""Bytes that a page of it has at least, however much else is shown."""
TITLE: Final = 24
BRIEF: Final = 9
"""Characters of a name beside a receipt that leaves little room."""
LISTED_TITLE: Final = 15
"""Characters of a title beside the enterprise's name."""
WORKLIST: Final = 6
MINE: Final = 5
"""Cases of an enterprise that one message holds in full."""
SUPERVISED: Final = 4
"""Matters of each kind on one page of a supervisor's list."""
LEADS: Final = 5
"""Open leads that one message names."""
REPORTS: Final = 2
"""Reports of a lead that are shown in their words."""
PERSONS: Final = 3
"""Cases that are shown with their owners, or with both words for how they ended."""
WORDS_IN_TAPS: Final = 60
"""Characters of somebody's own words that the links of one message repeat, the tap for a new case beside."""
REFUSAL_IN_TAPS: Final = 40
"""Characters of words about a refusal that both its links repeat: as many as such words have."""
FIRM: Final = 40

STATUS: Final[Mapping[Status, str]] = {
    Status.OPEN: "待受理",
    Status.ACCEPTED: "办理中",
    Status.RESOLVED: "已办结，待您确认",
    Status.CLOSED: "已销号",
    Status.DECLINED: "已说明理由",
    Status.WITHDRAWN: "已撤回",
    Status.MERGED: "已并案",
}

STATUS_ON_WALL: Final[Mapping[Status, str]] = dict(STATUS) | {Status.RESOLVED: "待企业确认"}
"""The same for those who only look on."""

VERB: Final[Mapping[Verb, str]] = {
    Verb.SUBMIT: "提交",
    Verb.FOLLOW_UP: "补充",
    Verb.RETYPE: "改类型",
    Verb.URGE: "催办",
    Verb.WITHDRAW: "撤回",
    Verb.ACCEPT: "受理",
    Verb.REPLY: "回复",
    Verb.PROGRESS: "反馈进展",
    Verb.RESOLVE: "办结",
    Verb.CONFIRM: "确认",
    Verb.DISPUTE: "反映没解决",
    Verb.REBOUND: "反映问题又出现",
    Verb.RATE: "评价",
    Verb.APPEAL: "申诉",
    Verb.ANSWER_CALL: "答复来电预告",
    Verb.RETRACT: "撤回回复",
    Verb.REOPEN: "撤回办结",
    Verb.DECLINE: "不予办理",
    Verb.EXTEND: "申请延期",
    Verb.CALL_IN: "请协办",
    Verb.LET_GO: "结束协办",
    Verb.ANNOUNCE_CALL: "约电话",
    Verb.CANCEL_CALL: "取消约电话",
    Verb.CALL_FAILED: "登记打不通",
    Verb.JOIN: "接受协办",
    Verb.REFUSE: "不接受协办",
    Verb.CONTRIBUTE: "协办回复",
    Verb.GRANT: "同意延期",
    Verb.DENY: "不同意延期",
    Verb.PAUSE: "暂停计时",
    Verb.RESUME: "恢复计时",
    Verb.UPHOLD: "维持不予办理",
    Verb.OVERTURN: "退回重办",
    Verb.REASSIGN: "改派",
    Verb.HAND_OVER: "移交",
    Verb.INHERIT: "移交协办",
    Verb.WRITE_OFF: "核准销号",
    Verb.WARN: "时限提醒",
    Verb.RECKON: "重算时限",
    Verb.CONSULT: "征求意见",
    Verb.PATCH: "补丁生效",
    Verb.STUMBLE: "再绊",
    Verb.UNSTUMBLE: "不是再绊",
    Verb.REDACT: "隐去个人信息",
    Verb.MERGE: "并案",
    Verb.SEPARATE: "拆案",
    Verb.REVIVE: "拆案",
    Verb.CARRY: "并入别的诉求",
    Verb.SHIELD: "保密",
    Verb.UNSHIELD: "取消保密",
}

ROLE: Final[Mapping[Role, str]] = {
    Role.ENTERPRISE: "企业",
    Role.OWNER: "责任领导",
    Role.AIDE: "专班",
    Role.CO_HANDLER: "协办单位",
    Role.SUPERVISOR: "督查",
    Role.SYSTEM: "系统",
}

SIDE: Final[Mapping[Side, str]] = {
    Side.ENTERPRISE: ROLE[Role.ENTERPRISE],
    Side.OFFICIAL: "领导或专班",
    Side.CO_HANDLER: ROLE[Role.CO_HANDLER],
}
"""Who said something in a case, for those who look on."""

CLOCK: Final[Mapping[str, str]] = {
    "accept": "受理",
    "first_contact": "与您联系",
    "progress": "反馈进展",
    "result": "给出结果",
    "forward": "转交办理",
    "answer": "书面答复",
    "total": "办结",
}

DUTY: Final[Mapping[str, str]] = dict(CLOCK) | {
    "first_contact": "首次联系企业",
    "co_handle": "协办答复",
    "appeal": "裁定申诉",
    "confirmation": "企业确认",
}
"""The same clocks as the official side reads them."""

SAID: Final = "留言"
"""What somebody did who wrote in a case, for those who look on."""

PROMISED: Final = ("accept", "first_contact", "result")

UNKNOWN_STAGE: Final = "阶段未知"
ALL_TOGETHER: Final = "合计"
STAGE: Final = {"startup": "初创型", "growing": "成长期", "mature": "成熟期"}

BRIEFING: Final[Mapping[str, str]] = {
    "title": "领导包保推进会材料",
    "official": "责任领导",
    "department": "单位",
    "period": "期间",
    "as_of": "统计至",
    "line": "包保企业 {enterprises} 家，走访 {visits} 次（{visited} 家{denied}）；期间受理诉求 {received} 件，"
    "办结 {done} 件，办结率 {rate}，逾期 {overdue} 件，反弹 {rebounded} 件。",
    "denied": "，另有 {count} 次企业说没来过",
    "requests": "诉求办理（期间受理，不含企业撤回和并案）",
    "type": "类型",
    "received": "受理",
    "done": "办结",
    "rate": "办结率",
    "confirmed": "企业认可",
    "overdue": "逾期",
    "rebounded": "反弹",
    "total": "合计",
    "enterprises": "包保企业",
    "no_enterprises": "期末没有包保企业。",
    "place": "序号",
    "enterprise": "企业",
    "region": "地区",
    "stage": "阶段",
    "visits": "走访",
    "unsolved": "在办诉求（最早的在前）",
    "none_unsolved": "没有在办诉求。",
    "more_unsolved": "另有 {count} 件在办，详见台账。",
    "number": "编号",
    "case": "诉求",
    "came": "受理日期",
    "due": "最近时限",
    "stranger": "未绑定企业",
    "patches": "制度补丁",
    "no_patches": "暂无。",
    "more_patches": "另有 {count} 项，见工作簿。",
    "patch": "（{state}，施行日期 {since}）：涉及诉求 {affected} 件，再绊 {stumbled} 件",
}
"""What stands in a leader's briefing, on the page as in the workbook."""

ATTACHED: Final[Mapping[str, str]] = {
    Kind.IMAGE: "［图片］",
    Kind.VOICE: "［语音］",
    Kind.VIDEO: "［视频，无法转发，请对方改发图片或文字］",
    Kind.LOCATION: "［位置］",
    Kind.LINK: "［链接］",
}

ENTERPRISE_HELP: Speech = (
    "遇到什么难处，直接发一句话就行，文字、语音、图片都可以。\n\n您还可以说：\n",
    ("进度", "进度"),
    "　",
    ("人工", "人工"),
    "　",
    ("帮助", "帮助"),
    "\n新诉求 …　另说一件事\n核验 号码　来电是真是假\n免打扰　什么时候、每天几条",
)
OFFICIAL_HELP: Speech = (
    ("今日", "今日"),
    "　今天要紧的事\n",
    ("待办", "待办"),
    (
        "　手头的诉求（待办 2　看第2页）\n详情 编号　看全文\n受理 编号\n回复 编号 …\n进展 编号 …\n办结 编号 办了什么\n撤回 编号　撤回没发出的话\n撤回 编号 办结　办结错了\n"
        "走访 企业 情况\n委托 姓名 今天到下周五\n约电话 编号 时间　先给企业发来电预告\n约走访 企业或编号 时间\n打不通 编号　换个办法联系\n延期 编号 天数 原因\n"
        "协办 编号 单位或姓名 要办什么\n不予办理 编号 理由\n补丁　您牵头的制度补丁\n\n"
        "点开一件后，直接打字就是回复企业，回执会告诉您发给了谁。回复、进展发出前留一会儿，可撤回或现在发；"
        "受理、办结、不予办理是正式办理，立即生效。"
    ),
)
SUPERVISOR_HELP: Speech = (
    ("待办", "待办"),
    (
        "　等您裁定的、可疑来电、本地区超期的（待办 2　看第2页）\n详情 编号　看全文\n维持 编号 理由　不予办理有道理\n退回重办 编号 理由\n"
        "改派 编号 姓名 理由\n销号 编号 说明　多次联系不上企业时\n同意延期 编号\n不同意延期 编号 原因\n"
        "暂停计时 编号 截止日期 原因\n线索 编号 诈骗　可疑来电查得怎样\n"
    ),
    ("补丁", "补丁"),
    ("　本地区的制度补丁：推进、换牵头人\n\n回复企业由责任领导来做。"),
)


MENU: Final = (
    {"name": "我要反映", "type": "click", "key": "我要反映"},
    {"name": "我的诉求", "type": "click", "key": "我的诉求"},
    {"name": "核验来电", "type": "click", "key": "核验来电"},
)
"""The account's menu; each key is a word that always works."""

CARD_TITLE: Final = "诉求进展"
CARD_LABELS: Final = {"character_string1": "编号", "phrase2": "进展", "thing3": "诉求", "thing4": "提示"}
STRANGER: Final = "还没绑定的老板"
OPENING: Final = "待办"
"""What the demo's officials have said before a story begins."""
MEDIA_CAME: Final = "（图片或语音）"
OPENED: Final = re.compile(r"(?:编号|新诉求) ?(\d{4,})|^(\d{4,})：“", re.MULTILINE)
"""Where the demo reads the number of a ticket that was just opened."""
_BY_HAND: Final = {
    "tap": "（点）{}",
    "menu": "（菜单）{}",
    "picture": "（发来一张照片）{}",
    "voice": "（语音）{}",
    "place": "（位置）{}",
    "scan": "（扫二维码）",
    "follow": "（关注）",
    "unfollow": "（取消关注）",
}


def by_hand(act: str, words: str) -> str:
    """What the demo's terminal shows of something done without typing."""
    return _BY_HAND[act].format(words)


@dataclass(frozen=True, slots=True)
class Wait:
    """Words that wait for so long before they go out: the place of their event in the case."""

    seq: int
    span: timedelta


# --- small parts ---------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def day(at: datetime) -> str:
    """A date as people say it: 11月26日17:30."""
    local = at.astimezone(LOCAL)
    return f"{local.month}月{local.day}日{local:%H:%M}"


def cut(text: str, length: int = EXCERPT) -> str:
    """The beginning of a text, in one line, at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def title(kind: str, text: str) -> str:
    """What a case is called in lists."""
    named = cut(headline(text, TITLE), TITLE)
    return named or ATTACHED.get(kind, "").strip("［］").split("，")[0] or "诉求"


def type_name(code: str) -> str:
    """A type in Chinese."""
    return catalog.types()[code].name


TREND: Final = ("收到", "办结")
"""The two lines of the wall's trend."""


def warning_on_wall(clock: str, level: int) -> str:
    """Return which promise a warning was about and how far it had run, for those who look on."""
    return f"{DUTY[clock]}{_RUN[level]}" if clock in DUTY else VERB[Verb.URGE]


def date_on_wall(day: date) -> str:
    """A day as the wall shows it."""
    return f"{day.year}年{day.month}月{day.day}日 星期{'一二三四五六日'[day.weekday()]}"


def waits(span: timedelta) -> str:
    """How long somebody has waited."""
    hours = span.seconds // 3600
    return f"{span.days}天" if span.days else f"{hours}小时" if hours else "不到1小时"


COUNTED: Final[Mapping[str, str]] = {
    "received": "收到",
    "in_hand": "在办",
    "green": "在期内",
    "amber": "快到期",
    "red": "超时",
    "done": "已办结",
    "finished": "办结",
    "confirmed": "企业确认解决",
    "written_off": "销过号",
    "rebounded": "反弹过",
    "rated": "评价过结果",
    "satisfied": "结果满意",
    "due": "该有首次联系",
    "in_time": "首次联系按时",
    "overdue": "答应的结果逾期",
}
"""As what cases behind a number on the wall are counted."""
WHOLE_PROVINCE: Final = "全省"
BOTHERED: Final = "今天打扰了"
HELPED: Final = "今天帮到了"


def firms(count: int) -> str:
    """How many enterprises."""
    return f"{count} 家"


def bothered_today(messages: int, calls: int, visits: int) -> str:
    """What came to enterprises today without their having asked."""
    return f"消息 {messages}，来电 {calls}，走访 {visits}"


def helped_today(steps: int) -> str:
    """What was done today for enterprises that asked."""
    return f"回复、进展、办结共 {steps} 次"


def cases_behind(
    owner: str,
    *,
    code: str | None,
    status: Status | None,
    region: str | None,
    as_: str | None,
    week: date | None,
    day: date | None = None,
) -> str:
    """What the cases behind a number on the wall have in common; `day` is that of a wall of the past."""
    parts = [
        f"{date_on_wall(day)}当晚" if day else "",
        owner,
        catalog.regions()[region].name if region else "",
        type_name(code) if code else "",
        f"{week.month}月{week.day}日起一周" if week else "",
        STATUS_ON_WALL[status] if status else "",
        COUNTED[as_] if as_ else "",
    ]
    return " · ".join(part for part in parts if part) or "全部诉求"


def so_many(count: int, most: int) -> str:
    """How many cases a list has; more than `most` are not counted."""
    return f"共 {count} 件" if count <= most else f"超过 {most} 件"


def met_on(name: str, *, is_past: bool) -> str:
    """What a number of today is called, on a wall of the past too."""
    return name.replace("今天", "当天") if is_past else name


def enterprises_met(*, are_helped: bool, count: int, day: date | None = None) -> str:
    """What the enterprises behind a number of a day have in common, and how many they are."""
    which = met_on(HELPED if are_helped else BOTHERED, is_past=day is not None)
    return " · ".join([*([date_on_wall(day)] if day else []), which, f"{count} 家企业"])


def enterprises_unnamed(count: int) -> str:
    """How many were met because of shielded cases only."""
    return f"另有 {count} 家因保密不列名。"


def type_code(words: str) -> str | None:
    """The type that somebody named, or None. Its code, its name and its usual short names all count."""
    return _type_words().get(normalize(words).strip(" 。.，,")) if len(words) <= FIRM else None


def corrected_type(words: str) -> str | None:
    """The type that a correction names (不是政策，是欠款), or None."""
    named = corrected(words)
    return None if named is None else type_code(named)


@cache
def _type_words() -> Mapping[str, str]:
    words = dict.fromkeys(("其他", "都不是", "其它"), "other")
    for code, entry in catalog.types().items():
        words |= dict.fromkeys((code, entry.name, *entry.aliases), code)
    return words


def _with_kind(kind: str, text: str) -> str:
    return f"{ATTACHED.get(kind, '')}{text}"


def _called(post: str, name: str) -> str:
    return f"{cut(post, 30)} {cut(name, 10)}"


def _signed(by: Mapping[str, Any]) -> str:
    if by.get("deputy"):
        post, name = cut(by["post"], 30), cut(by["name"], 10)
        return f"受{post} {name}委托，{cut(by['deputy']['post'], 30)} {cut(by['deputy']['name'], 10)}"
    label = "专班代复" if by["aide"] else "本人"
    owner = by.get("for")
    stands_in = f"，代{_called(owner['post'], owner['name'])}办理" if owner else ""
    return f"{_called(by['post'], by['name'])}（{label}{stands_in}）"


def _in_whose_place(told: Desk) -> str:
    """Who really acts, where it is not the owner's own desk."""
    if told.office is not None:
        return f"（暂由{_called(told.office.post, told.office.name)}代办）"
    return "" if told.people else "（尚未绑定微信）"


def _line(view: Overview, firm: str = "") -> tuple[Part, ...]:
    return (
        (f"{view.number}", f"进度 {view.number}"),
        f" {type_name(view.type)}·{STATUS[view.status]}\n　{firm}{cut(view.title, TITLE)}\n",
    )


def _whose(views: Sequence[Overview]) -> dict[str, str]:
    """Whose each case is, by number; nothing where all are of one enterprise."""
    names = {view.enterprise_name for view in views}
    if len(names) < 2:  # noqa: PLR2004 -- of one there is nothing to tell apart
        return {}
    return {view.number: f"{cut(view.enterprise_name or '本人', BRIEF)}：" for view in views}


def _types_to_tap(number: str) -> tuple[Part, ...]:
    taps: list[Part] = []
    for code, entry in catalog.types().items():
        label = entry.name if entry.is_choice else "都不是"
        taps += [(label, f"改类型 {number} {type_name(code)}"), "　"]
    return tuple(taps[:-1])


# --- to everyone ---------------------------------------------------------------------------------


def welcome(party: Party) -> Speech:
    """A greeting that says what this is for."""
    if party.official is not None:
        return (f"{party.official.name}，您好。\n", *help_for(party))
    if party.enterprise is not None:
        carer = f"您的包保领导是{party.carer.post} {party.carer.name}。\n" if party.carer else ""
        return (f"您好，{party.enterprise.name}。\n{carer}", *ENTERPRISE_HELP)
    return (
        "您好，这里是政企直通。\n每件诉求都有一位具名负责人，办到您认可为止。\n",
        *ENTERPRISE_HELP,
        "\n\n手里有邀请码的，请发：绑定 邀请码",
    )


def help_for(party: Party) -> Speech:
    """What this person can say."""
    if party.official is None:
        return ENTERPRISE_HELP
    return SUPERVISOR_HELP if party.official.kind == OfficialKind.SUPERVISOR else OFFICIAL_HELP


def welcome_thanks() -> Speech:
    """An answer to thanks."""
    return ("好的，有事随时说。",)


def about_us(party: Party) -> Speech:
    """What this is, for whom, and that it costs nothing."""
    carer = f"您的包保领导是{party.carer.post} {cut(party.carer.name, 10)}。" if party.carer else ""
    return (
        f"这里是政企直通：企业有难处，直接发一句话，就有一位具名负责人来办，办到您认可为止。不收任何费用。{carer}\n\n",
        *ENTERPRISE_HELP,
    )


def your_carer(card: OfficialCard) -> Speech:
    """Who looks after the enterprise."""
    return (f"您的包保领导是{_called(card.post, card.name)}。有难处直接说，会转过去，在这里回复您。",)


def no_meals() -> Speech:
    """An invitation is declined."""
    return ("谢谢您的好意，吃饭就不去了，心领。有难处直接说。",)


def complaint_passed(name: str, ticket_id: int, *, is_told: bool) -> Speech:
    """A complaint about the handling is with the supervisor, beside the owner."""
    number = number_of(ticket_id)
    above = "已转给督查核实，" if is_told else ""
    return (
        f"您对办理的意见{above}也记到 {number}「{cut(name, TITLE)}」，期限照走。另有具体的事，发：",
        ("新诉求", "新诉求"),
    )


def complain_of_what() -> Speech:
    """A complaint that does not say about what, from somebody whose case goes on."""
    return (
        "您要投诉什么？是对办理不满意，点：",
        ("投诉办理", "我要投诉责任领导"),
        "，会转督查。别的事，直接说是哪家单位、什么问题；另立一件，发：",
        ("新诉求", "新诉求"),
    )


def noted_already(number: str, name: str) -> Speech:
    """The very same words came before."""
    return (
        f"这句话已记过，在 {number}「{cut(name, TITLE)}」里，不用重发。\n",
        ("查进度", f"进度 {number}"),
        "　",
        ("催办", f"催办 {number}"),
    )


def tell_us() -> Speech:
    """Asked for a new request without its content."""
    return ("请直接说是什么事：哪家单位、什么问题、多久了。一句话就行，也可以发图片、语音。",)


def it_is_stored() -> Speech:
    """An apology when something of ours broke; the message is safe."""
    return ("您的话已经收到并保存，但系统刚才出了点问题，工作人员会尽快处理。不用重发。",)


def bind_how() -> Speech:
    """How binding works."""
    return ("请把邀请码一起发来，例如：绑定 邀请码。邀请码由联络员或管理员发放，只能用一次。",)


def what_binding_does() -> Speech:
    """What a yes to the question of a code does."""
    return (
        "确认后，这个微信就以邀请码上的身份说话和收消息，别人看不到您的号码。只有本人可以确认；不确定就先不确认。",
    )


def bind_question(target: tuple[str, str], *, is_moved: bool = False) -> Speech:
    """Ask before binding; where the post is bound to another WeChat, say that this one replaces it."""
    name, post = target
    moved = "原来绑定的微信从此不再能办件。\n" if is_moved else ""
    return (
        f"将把这个微信绑定为：{' '.join(part for part in (post, name) if part)}。\n{moved}确认是您本人吗？\n",
        *_BIND_TAPS,
    )


_BIND_TAPS: Final[Speech] = (("确认绑定", "确认绑定"), "　", ("取消", "取消"))


def bind_taps() -> Speech:
    """The same question once more, behind the answer to something else."""
    return ("\n\n刚才的邀请码，是您本人的吗？\n", *_BIND_TAPS)


def not_bound_then() -> Speech:
    """It was not them, or not now; a code that was scanned is not at hand to be typed."""
    return ("好的，没有绑定，邀请码没有用掉。要绑定时，请本人再扫一次二维码，或再发一次邀请码。",)


def not_filed_with_code() -> Speech:
    """A matter told beside a code is not on file: whoever reads it would read the code."""
    return ("\n您说的事还没有登记，请不带邀请码再发一次。",)


def bound(target: tuple[str, str], waiting: Sequence[Overview], *, is_official: bool) -> Speech:
    """Binding is done; an official is shown what waits, which may be older than the binding."""
    name, _ = target
    if is_official:
        return (f"绑定成功，{cut(name, 10)}。要您办的会直接发到这里。\n", *worklist(waiting))
    return (f"绑定成功，您现在代表{name}。有事直接说。",)


def invite_refused() -> Speech:
    """A code that does not work; we do not say why."""
    return ("这个邀请码不能用：可能已经用过、过期或输错了。请向发码的人要一个新的。",)


def on_the_other_side(party: Party) -> Speech:
    """One WeChat is one person's: an official, or a contact, or somebody who waits for an answer of ours."""
    if party.official is None and party.enterprise is None:
        return (
            "没有绑定：您用这个微信反映的诉求还在办，绑定为干部就收不到答复了。请本人换一个微信绑定。邀请码没有用掉。",
        )
    if party.official is not None:
        me, other = (
            f"{party.official.post} {party.official.name}",
            "绑定为别人或代表企业；请邀请码的本人用自己的微信绑定",
        )
    else:
        me = f"{party.enterprise.name if party.enterprise else '企业'}的联系人"
        other = "绑定为干部；请本人换一个微信绑定"
    return (f"没有绑定：这个微信已经是{me}，不能同时{other}。邀请码没有用掉。",)


def nothing_to_confirm() -> Speech:
    """There is no question open."""
    return ("现在没有待确认的绑定。请再扫一次邀请二维码，或发：绑定 邀请码。有事直接说就行。",)


def cancelled() -> Speech:
    """A question was dropped."""
    return ("好的，已取消。",)


def nothing_to_cancel() -> Speech:
    """取消, from somebody whom we asked nothing and who has no case."""
    return ("现在没有要取消的事。有诉求直接说就行。",)


def cancel_what(number: str, name: str) -> Speech:
    """取消 with a number, from an official: what of that case."""
    return (
        f"{number}「{cut(name, TITLE)}」还没有取消什么。要取消哪样？\n",
        ("撤回刚写的话", f"撤回 {number}"),
        "　",
        ("取消约电话", f"取消约电话 {number}"),
        "　",
        ("详情", f"详情 {number}"),
    )


def words_dropped() -> Speech:
    """Words that waited for their case were taken back."""
    return ("好的，刚才的话没有记到哪一件，也没有转给任何人。需要时再发一次就行。",)


def no_such_ticket(number: str) -> Speech:
    """A number that is mistyped, unknown or not theirs."""
    return (f"没有查到编号 {cut(number, 20)}，可能输错了一位。\n", ("看看我的诉求", "进度"))


def no_ticket_on_desk(number: str) -> Speech:
    """An official's number that is mistyped, unknown or not on their desk."""
    return (f"没有查到编号 {cut(number, 20)}，可能输错了一位，或不在您手头。\n", ("待办", "待办"))


def no_such_number(number: str) -> Speech:
    """A number that is none of theirs, before it is asked to which case the words belong."""
    return (f"没有查到编号 {cut(number, 20)}，可能输错了一位。",)


def not_possible(
    status: Status, verb: Verb, view: Overview | None = None, role: Role = Role.ENTERPRISE
) -> Speech:
    """The case's status does not allow this: which case, and what is possible instead."""
    which = "这件" if view is None else f"{view.number}「{cut(view.title, BRIEF)}」"
    taps = () if view is None else _possible_taps(view, role)
    return (_impossible(status, verb, which, role), *(("\n可以：", *taps) if taps else ()))


def _impossible(status: Status, verb: Verb, which: str, role: Role) -> str:
    if verb is Verb.RETYPE:
        return f"{which}已经受理编号，类型不能再改。确实不对的，请告诉责任领导。"
    if verb is Verb.RESOLVE and status is Status.OPEN:
        return f"{which}还没有受理，请先受理再办结。"
    if verb is Verb.REBOUND:
        return f"{which}销号已超过30天，请作为新诉求再说一次，我们马上办。"
    if verb is Verb.DISPUTE and status is Status.DECLINED:
        return f"{which}已答复不予办理。不同意的话，请说为什么，由督查裁定：申诉 编号 …"
    stands = STATUS[status] if role is Role.ENTERPRISE else _desk_status(status)
    return f"{which}现在是“{stands}”，不能{VERB[verb]}。"


def _possible_taps(view: Overview, role: Role) -> list[Part]:
    """What somebody may do with a case as it stands, beside looking at it."""
    look: Part = ("详情", f"详情 {view.number}")
    if role is Role.ENTERPRISE:
        return _next_taps(view) or [("看进度", f"进度 {view.number}")]
    if role not in {Role.OWNER, Role.AIDE}:
        return [look]
    taps = _desk_taps(view)
    if view.status is Status.RESOLVED:
        taps = [("撤回办结", f"撤回 {view.number} 办结"), "　", ("补一句给企业", f"回复 {view.number}")]
    return [*taps, "　", look] if taps else [look]


def not_allowed(role: Role, verb: Verb, view: Overview | None = None) -> Speech:
    """This step belongs to somebody else: which case, and what is possible instead."""
    which = "" if view is None else f"{view.number}「{cut(view.title, BRIEF)}」："
    hint = "有情况请发：协办回复 编号 …，责任领导会看到。" if role is Role.CO_HANDLER else ""
    taps = () if view is None else _possible_taps(view, role)
    is_refusal = view is not None and view.status is Status.DECLINED and verb is Verb.REOPEN
    step = "撤回不予办理" if is_refusal else VERB[verb]
    return (f"{which}{step}不由{ROLE[role]}来做。{hint}", *(("\n可以：", *taps) if taps else ()))


# --- to the enterprise, in answer ----------------------------------------------------------------


def submitted(done: Submitted, guess: Guess, *, is_stranger: bool) -> Speech:
    """The receipt: number, type, owner, dates, and how to correct it."""
    promises = {str(due.name): due.due_at for due in done.dues}
    dates = "\n".join(f"{day(promises[name])}前{CLOCK[name]}" for name in PROMISED if name in promises)
    parts: list[Part] = [f"收到，编号 {done.number}。\n"]
    if guess.is_sure:
        parts.append(f"类型：{type_name(done.type)}（")
        parts += [("不对，改一下", f"改类型 {done.number}"), "）\n"]
    owner = _called(done.owner.post, done.owner.name) + _in_whose_place(done.desk)
    parts.append(f"负责人：{owner}\n{dates}\n")
    if not guess.is_sure:
        parts += ["\n属于哪一类？点一下就行：\n", *_types_to_tap(done.number), "\n"]
    parts.append("\n还有情况接着发，都会记到这一件。")
    parts += ["　", ("查进度", f"进度 {done.number}")]
    if is_stranger:
        parts.append("\n方便的话，请告诉我们企业名称和联系人；有邀请码可发：绑定 邀请码")
    return tuple(parts)


def receipt(done: Submitted, guess: Guess, party: Party, parts: Sequence[str]) -> Speech:
    """The receipt with one question more at most: two matters or one, else whose matter it is."""
    if len(parts) > 1:
        sure = replace(guess, is_sure=True)  # the type is asked of each part, once they are apart
        speech = submitted(done, sure, is_stranger=party.enterprise is None)
        return *speech, *several(done.number, parts)
    asked = which_enterprise(done.number, party, is_brief=not guess.is_sure)
    return *submitted(done, guess, is_stranger=party.enterprise is None), *asked


def followed_up(
    number: str, name: str, told: Desk, *, is_guessed: bool = False, is_gathered: bool = False
) -> Speech:
    """More was added to a case; where that was a guess, the way out if it was another matter."""
    place = _in_whose_place(told)
    then = f"稍后一并转给负责人{place}" if is_gathered else f"转给了负责人{place}"
    if not told.people:
        then = f"负责人{place}绑定后就会看到"
    said = f"已记到 {number}「{cut(name, TITLE)}」，{then}。"
    return (said, "\n", ("不是这件事", f"不是这件事 {number}")) if is_guessed else (said,)


_PERHAPS_MEANT: Final[Mapping[str, str]] = {"progress": "进度", "urge": "催办", "withdraw": "撤回"}


def perhaps_meant(number: str, intent: str | None) -> Speech:
    """Beside words that were put to a case: what they may ask for is one tap away."""
    word = _PERHAPS_MEANT.get(intent or "")
    return () if word is None else ("　", (word, f"{word} {number}"))


def or_the_same(number: str) -> Speech:
    """The other answer beside 不是这件事, where it may as well be another matter."""
    return ("　", ("就是这件事", f"就是一件事 {number}"))


def add_what(number: str, name: str) -> Speech:
    """Ask what should be added."""
    return (f"请说要补充到 {number}「{cut(name, TITLE)}」的情况，文字、图片都行。",)


def choose_type(number: str) -> Speech:
    """Offer the types."""
    return (f"{number} 属于哪一类？点一下就行：\n", *_types_to_tap(number))


def retyped(number: str, name: str, code: str) -> Speech:
    """The type was corrected."""
    return (f"{number}「{cut(name, TITLE)}」的类型已改为：{type_name(code)}。",)


def progress(
    view: Overview,
    told: Desk,
    call: Announced | None = None,
    due: Due | None = None,
    more_time: Extension | None = None,
) -> Speech:
    """Where one case stands, what is asked about its date, whose call may come, and when a debt was due."""
    parts: list[Part] = [
        (
            f"{view.number}「{cut(view.title, TITLE)}」\n{type_name(view.type)} · {STATUS[view.status]}\n"
            f"负责人：{_called(view.owner_post, view.owner_name)}{_in_whose_place(told)}\n"
        )
    ]
    if view.next_explanation and view.status in {Status.OPEN, Status.ACCEPTED}:
        parts.append(f"下一步：{view.next_explanation}\n")
    if more_time is not None:
        parts.append(f"负责人申请延期{more_time.days}天，督查还没决定，原时限照算\n")
    expected = "" if call is None else _expected(call)
    is_going_on = view.status in {Status.OPEN, Status.ACCEPTED}
    if due is not None and is_going_on and size("".join([*map(str, parts), expected])) <= WITH_DUE:
        parts.append(_due_as_told(due))
    if view.last_side == Side.OFFICIAL and view.last_words:
        parts.append(f"最近回复：{cut(view.last_words, LAST_WORDS)}\n")
        if cut(view.last_words, LAST_WORDS) != view.last_words:
            parts += [("看全文", f"进度 {view.number} 1"), "\n"]
    if expected:
        parts.append(expected)
    parts += _next_taps(view)
    return tuple(parts)


def _next_taps(view: Overview) -> list[Part]:
    if view.status is Status.RESOLVED:
        return [("确认解决", f"确认 {view.number}"), "　", ("没解决", f"没解决 {view.number}")]
    if view.status in {Status.OPEN, Status.ACCEPTED}:
        return [("催办", f"催办 {view.number}"), "　", ("补充", f"补充 {view.number}")]
    if view.status is Status.CLOSED:
        return [("问题又出现了", f"没解决 {view.number}")]
    if view.status is Status.DECLINED:
        return [("不同意，申诉", f"申诉 {view.number}")]
    return []


def my_cases(views: Sequence[Overview], total: int | None = None, *, page: int = 1) -> Speech:
    """The cases of a person, newest first: all of a few, of many a page."""
    if not views:
        return ("您还没有诉求。有什么难处，直接发一句话就行。",)
    count = len(views) if total is None else total
    parts: list[Part] = [f"您的诉求{f'（{count} 件）' if count > MINE else ''}：\n"]
    whose = _whose(views)
    for view in views[:MINE]:
        parts += _line(view, whose.get(view.number, ""))
    if len(views) > MINE:
        parts.append("还有：" + "、".join(view.number for view in views[MINE:]) + "（发编号就能看）")
    elif count > page * MINE:
        parts += [f"第{page}页　", ("下一页", f"我的诉求 {page + 1}")]
    return tuple(parts)


def none_of_these(views: Sequence[Overview]) -> Speech:
    """Words name a matter that is none of those that go on: nothing was done, and these are they."""
    parts: list[Part] = ["您说的这件不在您的在办诉求里，没有记到别的上面。现有的是："]
    for view in views[:PERSONS]:
        parts += ["\n", (f"进度 {view.number}", f"进度 {view.number}"), f" {cut(view.title, LISTED_TITLE)}"]
    return (*parts, "\n要反映新的事，直接说就行。")


def which(views: Sequence[Overview], command: Command, said: str | None = None) -> Speech:
    """Ask which case a command is about; `said` is the word for it that was used."""
    word = said or _WORD[command]
    if not views:
        return (f"现在没有可以{_DOING[command]}的诉求。\n", ("看看我的诉求", "进度"))
    parts: list[Part] = [f"要{_DOING[command]}哪一件？\n"]
    whose = _whose(views)
    for view in views[:5]:
        of = whose.get(view.number, "")
        parts += [(f"{word} {view.number}", f"{word} {view.number}"), f" {of}{cut(view.title, TITLE)}\n"]
    return tuple(parts)


_WORD: Final = {
    Command.URGE: "催办",
    Command.ADD: "补充",
    Command.RETYPE: "改类型",
    Command.WITHDRAW: "撤回",
    Command.CONFIRM: "确认",
    Command.DISPUTE: "没解决",
    Command.RATE: "满意",
    Command.RATE_MANNERS: "态度",
    Command.HUMAN: "人工",
    Command.CALL_ME: "约我电话",
}


_DOING: Final = dict(_WORD) | {
    Command.DISPUTE: "反映没解决",
    Command.RATE: "评价",
    Command.RATE_MANNERS: "评价态度",
    Command.HUMAN: "找负责人",
}


def urged(view: Overview, done: Urged) -> Speech:
    """The owner was urged; and who else heard of it, where nothing was done about it before."""
    owner = f"{view.owner_post} {view.owner_name}{_in_whose_place(done.desk)}"
    heard = "会收到提醒" if done.desk.people else "绑定后就会看到"
    first = f"已替您催办 {view.number}「{cut(view.title, TITLE)}」，{owner}{heard}"
    if done.level == AT_THE_DESK and done.step is None:
        return (f"{first}，这次催办已记录。",)
    return (f"{first}。\n{_urged_how_often(done)}{_urged_above(done)}。这次催办已记录。",)


def _urged_how_often(done: Urged) -> str:
    if done.is_overdue:
        return "这件诉求已超过承诺的时限，"
    if done.level == AT_THE_DESK:
        return "他们目前都收不到微信消息，"
    return f"前{done.times - 1}次催办之后还没有新的办理动作，"


def _urged_above(done: Urged) -> str:
    if done.step is None:
        return "但再往上暂时没有能收到消息的人"
    if done.office is not None:
        return f"这次同时报告了{_called(done.office.post, done.office.name)}"
    return f"这次同时报告了{_supervisors_of(done.step.region)}"


def _supervisors_of(region: str | None) -> str:
    name = catalog.regions()[region].name if region else ""
    return f"{name}督查"


def urged_already(number: str, name: str, again_at: datetime) -> Speech:
    """Urging has a limit."""
    return (f"{number}「{cut(name, TITLE)}」24小时内已经催过。{day(again_at)}以后可以再催。",)


def words_passed_on() -> Speech:
    """What was said beside the urging has reached the owner."""
    return ("您的原话已记在这件里，负责人看得到。",)


def withdrawn(number: str, name: str) -> Speech:
    """A request was taken back."""
    return (f"{number}「{cut(name, TITLE)}」已撤回。以后需要，直接再说一次就行。",)


def goes_on(number: str, name: str) -> Speech:
    """What was merged into a case that was taken back stands by itself again."""
    return (
        f"\n并入其中的 {number}「{cut(name, BRIEF)}」接着单独办理，期限仍按原来的算。也不办了，",
        ("撤回", f"撤回 {number}"),
    )


def all_go_on(count: int) -> Speech:
    """Beside the first that stand by themselves again: how many there are in all."""
    return (f"\n等 {count} 件都接着单独办理，其余的会逐件告诉您，发“进度”也能看到。",)


def main_goes_on(number: str, name: str) -> Speech:
    """The case that the withdrawn one was merged into was not taken back with it."""
    return (
        f"\n它原来并入的 {number}「{cut(name, BRIEF)}」没有撤回，接着办理，期限不变。也不办了，",
        ("撤回", f"撤回 {number}"),
    )


def not_withdrawn(number: str, name: str) -> Speech:
    """What was told together with a withdrawal is a case of its own; the old one stands until they say so."""
    return (f"\n{number}「{cut(name, BRIEF)}」还没有撤回。", ("撤回", f"撤回 {number}"))


def confirmed(number: str, name: str) -> Speech:
    """Written off by the enterprise's word; how it went is asked at once, and need not be answered."""
    return (
        (
            f"谢谢您的认可，{number}「{cut(name, TITLE)}」已销号。30天内问题又出现，"
            f"发“没解决 {number}”，原班人马接着办。\n\n结果您满意吗？\n"
        ),
        *_ratings_to_tap("", number),
    )


def disputed(view: Overview, told: Desk, *, is_explained: bool, is_rebound: bool = False) -> Speech:
    """Not solved, or back again: the same owner goes on."""
    asked = "" if is_explained else "\n请说说还差什么，直接发来就行。"
    owner = f"{view.owner_post} {view.owner_name}{_in_whose_place(told)}"
    if is_rebound:
        title_ = cut(view.title, TITLE)
        return (f"好，{view.number}「{title_}」又出现了，按反弹退回{owner}继续办，还是原编号。{asked}",)
    return (f"好，{view.number}「{cut(view.title, TITLE)}」没办完，退回{owner}继续办，期限不重算。{asked}",)


def solved_or_not(views: Sequence[Overview], other: str = "") -> Speech:
    """Offer both words for each case that waits for one; `other` is what may be a new matter after all."""
    parts: list[Part] = ["谢谢您告诉我们。是哪一件、解决了没有？您说了算：\n"]
    for view in views[:PERSONS]:
        parts += [f"{view.number}「{cut(view.title, TITLE)}」\n　", *_next_taps(view), "\n"]
    if other and len(other) <= EXCERPT:
        parts.append(("都不是，这是新诉求", f"新诉求 {other}"))
    return tuple(parts)


def is_it_solved(views: Sequence[Overview]) -> Speech:
    """A sign that may mean anything: ask for the word that each of these cases waits for."""
    parts: list[Part] = ["已办结、等您一句话的："]
    for view in views[:PERSONS]:
        parts += [f"\n{view.number}「{cut(view.title, TITLE)}」\n　", *_next_taps(view)]
    return tuple(parts)


def solved_taps(number: str) -> Speech:
    """Ask for the word that a case waits for."""
    return ("\n这件等您一句话：", ("解决了", f"确认 {number}"), "　", ("没解决", f"没解决 {number}"))


def is_it_this(views: Sequence[Overview], words: str) -> Speech:
    """Ask about which case words of dissent are; a tap takes them along."""
    asked = "您说的是这件吗？" if len(views) == 1 else "您说的是哪一件？"
    parts: list[Part] = [f"{asked}点一下就行：\n"]
    said = _taken_along(words, len(views))
    for view in views:
        parts += [f"{view.number}「{cut(view.title, TITLE)}」\n　", *_word_taps(view, said), "\n"]
    return (*parts, *or_a_new_one(said))


def _taken_along(words: str, links: int) -> str:
    """Words as a tap repeats them, empty where one message has no room for so many links that do."""
    return words if len(words) <= WORDS_IN_TAPS // (links * links) else ""


def _word_taps(view: Overview, said: str) -> list[Part]:
    more = f" {said}" if said else ""
    if view.status is Status.DECLINED:
        return [("不同意，申诉", f"申诉 {view.number}{more}")]
    not_solved: Part = ("没解决", f"没解决 {view.number}{more}")
    if view.status is Status.RESOLVED:
        return [("解决了", f"确认 {view.number}"), "　", not_solved]
    return [not_solved]


def or_a_new_one(words: str) -> Speech:
    """The way out where words may be a matter of their own."""
    said = _taken_along(words, 1)
    return (("不是这件，另立新诉求", f"新诉求 {said}" if said else "新诉求"),)


def belongs_to_which(views: Sequence[Overview], words: str) -> Speech:
    """Ask to which case words belong; a tap takes them along."""
    parts: list[Part] = ["您说的是哪一件？点一下就记上：\n"]
    said, whose = _taken_along(words, len(views)), _whose(views)
    for view in views:
        of = whose.get(view.number, "")
        parts += [(view.number, f"补充 {view.number} {said}".strip()), f" {of}{cut(view.title, TITLE)}\n"]
    return (*parts, *or_a_new_one(said))


def anew_how(number: str, name: str) -> Speech:
    """Too late for the old number: one tap opens a new case."""
    again = f"{number}「{cut(name, TITLE)}」的问题又出现了"
    return (
        f"{number}「{cut(name, TITLE)}」销号已超过30天，按新诉求接着办，会注明原编号：\n",
        ("再办一次", f"新诉求 {again}"),
    )


def anew_words(number: str, name: str, words: str) -> str:
    """What the owner of the new case reads first."""
    return f"{words}（原诉求 {number}「{cut(name, TITLE)}」，销号超过30天后又出现）"


def anew(number: str) -> Speech:
    """A new case in the place of one that was written off too long ago."""
    return (f"{number} 销号已超过30天，给您另立了一件，注明了原编号。\n",)


def restored(number: str) -> Speech:
    """A case taken back by mistake goes on under a new number."""
    return (f"{number} 已经撤回，按原来的话重新登记了。\n",)


def restore_how(number: str, words: str) -> Speech:
    """One tap takes a withdrawn case down anew."""
    if not words or len(words) > EXCERPT:
        return (f"{number} 已经撤回。还要办的话，直接再说一次就行。",)
    return (f"{number}「{cut(words, TITLE)}」已经撤回。还要办，点一下：", ("重新登记", f"新诉求 {words}"))


def nothing_to_confirm_yet() -> Speech:
    """Thanks for a word on how it went, which no case waits for."""
    return ("谢谢您告诉我们。现在没有等您确认的诉求；有新的难处，直接说就行。\n", ("看看我的诉求", "进度"))


def passed_on(number: str, name: str, told: Desk, *, is_solved: bool) -> Speech:
    """How it went was told before the owner called it done."""
    what_next = "办结后会请您确认" if is_solved else "还差什么，接着发就行"
    return (f"{followed_up(number, name, told)[0]}{what_next}。",)


def persons(shown: Sequence[tuple[Overview, Desk]]) -> Speech:
    """The person behind each case, and how to reach them."""
    parts: list[Part] = ["每件诉求都有真人负责：\n"]
    for view, told in shown:
        owner = _called(view.owner_post, view.owner_name) + _in_whose_place(told)
        ask = f"人工 {view.number}" if len(shown) > 1 else f"进度 {view.number}"
        parts += [(ask if len(shown) > 1 else view.number, ask), f"「{cut(view.title, TITLE)}」{owner}\n"]
    if len(shown) > 1:
        return (*parts, "点开一件，接着说的话就转给这一件的负责人，在这里回复您。")
    view = shown[0][0]
    return (
        *parts,
        f"{_by_when(view)}您接着说的话会转给负责人，在这里回复您。\n",
        *_reach_taps(view),
        "　",
        ("约我电话", f"约我电话 {view.number}"),
    )


def _by_when(view: Overview) -> str:
    if view.status is Status.RESOLVED:
        return "正等您确认结果。\n"
    if not view.next_due or not view.next_clock:
        return ""
    return f"{day(view.next_due)}前{CLOCK.get(view.next_clock, '答复')}。\n"


def _reach_taps(view: Overview) -> list[Part]:
    if view.status is Status.RESOLVED:
        return [("确认解决", f"确认 {view.number}"), "　", ("没解决", f"没解决 {view.number}")]
    return [("催办", f"催办 {view.number}")]


def person_on_duty(card: OfficialCard, told: Desk) -> Speech:
    """The person who would answer for what is not said yet."""
    owner = _called(card.post, card.name) + _in_whose_place(told)
    return (
        f"您说的每件事都有真人负责，现在是{owner}。请直接说是什么事，马上转过去，在这里回复您。\n",
        ("我要反映", "我要反映"),
        "　",
        ("帮助", "帮助"),
    )


# --- to officials, in answer ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """How long a list really is of which a page is shown, and how much a desk is asked to help with."""

    total: int | None = None
    page: int = 1
    tasks: int | None = None


def cases_on_page(total: int, *, has_tasks: bool) -> int:
    """Return how many cases one page of a desk's list shows."""
    return WORKLIST - 1 if has_tasks or total > WORKLIST else WORKLIST


def worklist(
    views: Sequence[Overview],
    now: datetime | None = None,
    tasks: Sequence[Task] = (),
    listed: Listed = Listed(),
) -> Speech:
    """A page of the cases on a desk, and what it is asked to help with."""
    asked = _tasks(tasks, len(tasks) if listed.tasks is None else listed.tasks)
    if not views:
        return ("手头没有待办诉求。", *asked)
    total = len(views) if listed.total is None else listed.total
    size = cases_on_page(total, has_tasks=bool(tasks))
    is_cut = total > size
    parts: list[Part] = [f"待办 {total} 件{f'（第{listed.page}页）' if is_cut else ''}：\n"]
    for view in views[:size]:
        late = "已超期，" if now and view.next_due and view.next_due < now else ""
        due = (
            f"，{late}{day(view.next_due)}前{DUTY[view.next_clock]}"
            if view.next_due and view.next_clock
            else ""
        )
        parts += [
            (view.number, f"详情 {view.number}"),
            f" {_desk_status(view.status)}{_for_whom(view)}{due}\n　{_of_firm(view.enterprise_name)}{cut(view.title, LISTED_TITLE)}\n",
        ]
    if total > listed.page * size:
        parts.append(("下一页", f"待办 {listed.page + 1}"))
    return (*parts, *asked)


def _of_firm(name: str | None, length: int = 7) -> str:
    """Whose case a line of a list is: the enterprise by its own name, as people call it."""
    return f"{cut(brand(name), length)}：" if name else ""


def _for_whom(view: Overview) -> str:
    return f"，代{cut(view.owner_name, 10)}" if view.is_stand_in else ""


def not_sent(views: Sequence[Overview], now: datetime | None = None, listed: Listed = Listed()) -> Speech:
    """Plain words with no case in hand went to nobody, and that must be clear."""
    return (
        f"这句话没有发给任何企业{'：请先点开一件，再直接打字' if views else ''}。\n",
        *worklist(views, now, (), listed),
    )


def courtesy_not_sent(number: str) -> Speech:
    """A word said to us rather than to the enterprise stays here, and that is said."""
    return (f"好的，这句没有发给企业。要原样发出，请发：回复 {number} …",)


_SENT_AS: Final[Mapping[Command, tuple[str, str]]] = {
    Command.REPLY: ("发给", "回复"),
    Command.REPORT: ("报进展给", "进展"),
    Command.RESOLVE: ("写入办结", "办结"),
}
"""How words that are kept may be sent: the label, and the command that does it."""


def _send_it(view: Overview, command: Command) -> tuple[str, str]:
    label, word = _SENT_AS[command]
    to = cut(view.enterprise_name or "诉求人", BRIEF)
    return f"{label}{view.number} {to}", f"{word} {view.number}"


def number_unknown(number: str, held: Overview | None, command: Command) -> Speech:
    """Words name a case that is not there: they went to nobody, and are kept."""
    head = f"您手头没有编号 {cut(number, 15)}（可能打错了），这句没有发给任何企业，先替您留着。\n"
    taps: list[Part] = [_send_it(held, command), "　"] if held else []
    return (head, *taps, ("待办", "待办"), f"\n要发给别的，请发：{_SENT_AS[command][1]} 编号")


def which_is_addressed(views: Sequence[Overview], command: Command) -> Speech:
    """Words name another case or enterprise than the one in hand: they are kept until one is tapped."""
    parts: list[Part] = ["这句没有发给任何企业，先替您留着。是给哪一件的？"]
    for view in views:
        parts += ["\n", _send_it(view, command), f" {cut(view.title, BRIEF)}"]
    return (*parts, "\n", ("都不是，不发", "取消"))


def whose_words(views: Sequence[Overview], tasks: Sequence[Task]) -> Speech:
    """Words of a desk that has cases and tasks, none in hand: they are kept until one is tapped."""
    parts: list[Part] = ["这句话没有发给任何人，先替您留着。是给哪一件的？"]
    for task in tasks:
        parts += [
            "\n",
            (f"答复{task.number}责任领导", f"协办回复 {task.number}"),
            f" {cut(task.title, BRIEF)}",
        ]
    for view in views:
        parts += ["\n", _send_it(view, Command.REPLY), f" {cut(view.title, BRIEF)}"]
    return (*parts, "\n", ("都不是，不发", "取消"), "　", ("待办", "待办"))


def to_each(views: Sequence[Overview], words: str, command: Command) -> Speech:
    """Words name cases of several enterprises: what would be sent, to one of them or to each."""
    parts: list[Part] = [
        f"这句提到了{len(views)}件，没有发给任何企业：各家看不到别家的编号。发出去是：“{cut(words, EXCERPT)}”。给哪一件？"
    ]
    for view in views:
        parts += ["\n", _send_it(view, command), f" {cut(view.title, BRIEF)}"]
    each: list[Part] = (
        [] if command is Command.RESOLVE else [("每件都发", f"{_SENT_AS[command][1]} 每件都发"), "　"]
    )
    return (*parts, "\n", *each, ("不发", "取消"))


def one_at_a_time(views: Sequence[Overview], command: Command) -> Speech:
    """Words name cases of several enterprises and cannot be taken apart: they went to nobody."""
    parts: list[Part] = [
        "这句提到了几家的编号，没有发给任何企业，免得一家看到另一家的。请分开说，先点一件再打字："
    ]
    for view in views:
        parts += ["\n", _send_it(view, command), f" {cut(view.title, BRIEF)}"]
    return tuple(parts)


_PERHAPS: Final[Mapping[Command, tuple[str, str]]] = {
    Command.RESOLVE: ("是办完了吗？点办结，这句就作为办结说明，并请企业确认：“{}”", "办结"),
    Command.CALL_IN: ("是要请人协办吗：{}？您仍负责到底。", "协办"),
    Command.ANNOUNCE_CALL: ("是要打电话吗？先给企业发来电预告，对方才敢接。", "约电话"),
    Command.CALL_FAILED: ("是没打通企业的电话吗？点一下就登记，并换个办法联系。", "打不通"),
    Command.DECLINE: ("是不予办理吗？要写明理由和正确渠道，企业可以申诉：“{}”", "不予办理"),
    Command.EXTEND: ("是时间不够吗？可以申请延期，写明天数和原因，由督查批准。", "延期"),
    Command.PASS_ON: ("谁接谁办到底，不能转给别人，也别让企业自己去找；要别的单位帮忙，请协办。", "协办"),
    Command.DELEGATE: ("是您要离开几天吗？写明谁代办、哪几天；岗位变动由管理员办移交。", "委托"),
}
"""What words may be instead of a reply: the question, and the word that does it."""


def perhaps(view: Overview, command: Command, rest: str = "") -> Speech:
    """Words may be meant as a command: they are kept, and one tap does it, another sends them."""
    question, word = _PERHAPS[command]
    more = "" if command is Command.RESOLVE else f" {cut(rest, EXCERPT)}".rstrip()
    order = word if command is Command.DELEGATE else f"{word} {view.number}{more}"
    return (
        f"这句没有发给企业，先替您留着。{question.format(cut(rest, TITLE))}\n",
        (word, order),
        "　",
        ("发给企业", f"回复 {view.number}"),
        "　",
        ("不发", "取消"),
        f"　（{view.number} {cut(view.enterprise_name or '诉求人', BRIEF)}）",
    )


def for_whom(view: Overview, command: Command) -> Speech:
    """Words may not be meant for the enterprise: they are kept, and one tap sends them."""
    return (
        f"这句没有发给企业，先替您留着。是要给{cut(view.enterprise_name or '诉求人', FIRM)}（{view.number}）看的吗？\n",
        ("发给企业", _send_it(view, command)[1]),
        "　",
        ("不发", "取消"),
        "　",
        ("请协办", f"协办 {view.number}"),
        "　",
        ("详情", f"详情 {view.number}"),
    )


# --- what the enterprise's words tell --------------------------------------------------------------

URGENCY: Final[Mapping[str, str]] = {
    "production": "停产停工",
    "power": "断水断电",
    "cash": "资金链紧张",
    "crowd": "有涉稳风险",
    "safety": "有安全隐患",
}
DEBTOR: Final[Mapping[DebtorKind, str]] = {
    DebtorKind.ORGAN: "机关",
    DebtorKind.INSTITUTION: "事业单位",
    DebtorKind.STATE_OWNED: "国有企业",
    DebtorKind.LARGE: "大型企业",
    DebtorKind.SMALL: "中小企业",
}
CURRENCY: Final[Mapping[str, str]] = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "HKD": "港元",
    "JPY": "日元",
    "RUB": "卢布",
    "KRW": "韩元",
    "GBP": "英镑",
}
_ABOUT: Final = re.compile("约|大概|差不|左右|上下|样子|近|不到|不足|未到|以内|以下|小")
_UNITS: Final = ((10**10, "亿"), (10**6, "万"), (100, ""))
"""Hundredths, and what so many are called."""
_LAST: Final = 99
SHORTEST_NAME: Final = 4
"""Characters from which a debtor's name of no known kind may be somebody's."""
NAME: Final = 20
"""Characters of a debtor's name, and of words that are quoted."""


def _number(hundredths: int, places: int) -> str:
    hundredths += hundredths % 100 == _LAST  # the end of 几百万 is said as the next round sum
    whole, unit = next((each for each in _UNITS if hundredths >= each[0]), _UNITS[-1])
    return f"{hundredths / whole:.{places}f}".rstrip("0").rstrip(".") + unit


def _range(least: int, most: int | None, currency: str = "CNY", places: int = 4) -> str:
    """A sum as officials write it: 320万元, 300万至400万元, 9000元以上."""
    unit = CURRENCY[currency]
    low = _number(least, places)
    if most is None:
        return f"{low}{unit}以上"
    high = _number(most, places)
    return f"{low}{unit}" if low == high else f"{low}至{high}{unit}"


def _sum(amount: Amount) -> str:
    """A sum as a range; where it was said to be about so much, in the words that were used."""
    if _ABOUT.search(amount.text):
        return f"“{cut(amount.text, NAME)}”"
    return _range(amount.least, amount.most, amount.currency)


def _sum_of(owed_: Amount | None, amounts: Sequence[Amount]) -> str:
    """What is owed, else the only sum there is; of several nobody knows which matters."""
    if owed_ is not None:
        return f"欠款{_sum(owed_)}"
    several_ = {(each.least, each.most, each.currency) for each in amounts}
    return f"涉及金额{_sum(amounts[0])}" if len(several_) == 1 else ""


def _urgencies(kinds: Sequence[str]) -> str:
    return "、".join(URGENCY[kind] for kind in kinds)


def _debtor(debtor: Debtor | None) -> str:
    """Who owes, unless it is only a word that could be anybody: 对方, 甲方, 老板."""
    if debtor is None or (not debtor.kind_at_most and len(debtor.name) < SHORTEST_NAME):
        return ""
    kind = f"（{DEBTOR[debtor.kind]}）" if debtor.kind else ""
    return f"欠款方 {cut(debtor.name, NAME)}{kind}"


def _since(span: Days | None) -> str:
    """Since when: a day, month or year; what is vaguer in the words that were used."""
    if span is None:
        return ""
    first, last = span.first, span.last
    if first == last:
        return f"{_in_full(first)}起"
    whole_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_year and first.year == last.year:
        return f"{first.year}年起"
    is_whole = first.day == 1 and (last + timedelta(days=1)).day == 1
    if is_whole and (first.year, first.month) == (last.year, last.month):
        return f"{first.year}年{first.month}月起"
    return f"企业称“{cut(span.text, NAME)}”"


def _wish(span: Days | None) -> str:
    """By when it is wanted, or what ends then."""
    if span is None:
        return ""
    end = f"{span.last.month}月{span.last.day}日"
    if span.text.endswith(("到期", "截止")):
        return f"{end}{span.text[-2:]}"
    return f"企业希望{end}前"


def _in_full(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _daily(rate: Decimal) -> str:
    """A daily rate as the law words it: 日万分之五."""
    parts = rate * 10_000
    if parts == int(parts) and 0 < parts < len(_DIGITS):
        return f"日万分之{_DIGITS[int(parts)]}"
    return f"每日{(rate * 100).normalize():f}%"


_DIGITS: Final = "零一二三四五六七八九"


def _law(arrears: Arrears | None) -> str:
    """What the law says of a debt as it was told: a reckoning, with what it rests on."""
    if arrears is None or arrears.due is None:
        return ""
    due, cost = arrears.due, arrears.interest
    whose = "欠款方为大型企业、" if due.if_large else ""
    interest = ""
    if cost is not None and cost.least:
        sum_ = _range(cost.least, cost.most, places=1)
        interest = f"；未约定利率的，逾期利息按{_daily(cost.daily)}（{cost.ground.clause}）已约{sum_}"
    return (
        f"按{due.ground.source}{due.ground.clause}，{whose}合同未另约的，应于{_in_full(due.day)}前付清{interest}"
        f"（按{_in_full(_delivered(due))}交付推算，以企业所述为准）\n"
    )


def _delivered(due: Due) -> date:
    return due.day - timedelta(days=due.days)


def _due_as_told(due: Due) -> str:
    """The same to the enterprise: the day, and that it promises nothing."""
    whose = "对方如为大型企业，" if due.if_large else ""
    return (
        f"付款期限：{whose}按您所说的情况和{due.ground.source}{due.ground.clause}推算为{_in_full(due.day)}"
        "（合同另有约定的从其约定，仅供参考）\n"
    )


def _gist(facts: Facts | None, head: str, ways: str) -> tuple[str, int]:
    """What the enterprise's words tell, in as many of two lines as fit, and the room left for a page of them.

    A head shorter than the longest leaves them its room; else they take that of the page.
    """
    spare = max(0, HEAD - size(head))
    room = PAGE - size(ways)
    lines = [] if facts is None else [_points(facts), _law(facts.arrears)]
    while lines and size("".join(lines)) > room + spare - LEAST_ROOM:
        lines.pop()
    gist = "".join(lines)
    return gist, max(room - max(0, size(gist) - spare), LEAST_ROOM)


def _points(facts: Facts) -> str:
    said = (
        _urgencies(facts.urgency),
        _sum_of(facts.owed, facts.amounts),
        _debtor(facts.arrears.debtor if facts.arrears else None),
        _since(facts.since),
        _wish(facts.deadline),
    )
    points = "；".join(each for each in said if each)
    return f"要点：{points}\n" if points else ""


def _briefly(type_code_: str, kind: str, text: str) -> str:
    """What is urgent and how much it is about, above words that are too long to see it at once."""
    if kind not in {"text", "voice"} or len(text) <= EXCERPT:
        return ""
    sums = amounts_in(text)
    sum_ = owed(text, sums, is_arrears=type_code_ == "arrears")
    points = "；".join(each for each in (_urgencies(urgency(text)), _sum_of(sum_, sums)) if each)
    return f"要点：{points}\n" if points else ""


def _desk_status(status: Status) -> str:
    return "待企业确认" if status is Status.RESOLVED else STATUS[status]


def detail(
    view: Overview,
    said: Sequence[Said],
    reach: Reach | None = None,
    call: Call | None = None,
    helping: Sequence[Help] = (),
    *,
    facts: Facts | None = None,
    page: int = 1,
    waits: Sequence[Waits] = (),
    is_left_alone: bool = False,
    more_time: Extension | None = None,
    patched: tuple[Patch | None, bool] = (None, False),
) -> Speech:
    """One case with how to reach the enterprise, who helps, and a page of what was said, the newest first."""
    stage = f"（{STAGE[view.enterprise_stage]}）" if view.enterprise_stage else ""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}{stage}\n{NO_CALLS if view.no_calls else ''}"
    )
    if view.is_deputised:
        head += f"受{_called(view.owner_post, view.owner_name)}委托，由您代办：\n"
    elif view.is_stand_in:
        head += _why_you({"post": view.owner_post, "name": view.owner_name})
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    is_live = view.status in {Status.OPEN, Status.ACCEPTED, Status.RESOLVED}
    hint = "\n直接打字即回复企业。" if is_live else ""
    ways = (_reach(reach, is_unheard=view.is_unheard) if is_live else "") + (
        _call(call) if call and is_live else ""
    )
    ways += "企业要求：不主动发消息，对方说话时才送达\n" if is_left_alone and is_live else ""
    ways += _asks_for_time(more_time)
    ways += _helped(helping)
    ways += "".join(_held_back(each) for each in waits[:_KINDS])
    row, has_stumbled = patched
    ways += _stumbled_line(row, has_stumbled=has_stumbled)
    gist, room = _gist(facts, head, ways)
    return (
        head,
        due,
        ways,
        gist,
        *_page(f"详情 {view.number}", _lines(said), page, room),
        *_desk_taps(view),
        *_stumbled_taps(view.number, row, has_stumbled=has_stumbled),
        hint,
    )


def _asks_for_time(asked: Extension | None) -> str:
    return f"已申请延期{asked.days}天，等督查决定，原时限照算\n" if asked else ""


def _lines(said: Sequence[Said]) -> list[str]:
    return [f"{_writer(words)}：{_with_kind(words.message.kind, words.message.text)}" for words in said]


def _writer(words: Said) -> str:
    """Who said it, and that it was taken back or has not gone out."""
    message = words.message
    if message.side == Side.ENTERPRISE:
        return "企业"
    if message.side == Side.CO_HANDLER:
        return f"协办 {cut(words.writer, 10)}" if words.writer else "协办"
    office = "受托" if words.is_deputy else "专班" if message.by_aide else "领导"
    who = f"{office} {cut(words.writer, 10)}" if words.writer else office
    if message.retracted_at is not None:
        return f"{who} 已撤回"
    return f"{who}（待发）" if words.is_waiting else who


_SUPERVISORS: Final[Mapping[Command, str]] = {
    Command.UPHOLD: "裁定维持",
    Command.OVERTURN: "退回重办",
    Command.REASSIGN: "改派",
    Command.WRITE_OFF: "核准销号",
}


def supervisors_only(command: Command, view: Overview | None) -> Speech:
    """A supervisor's word from somebody at an owner's desk: whose decision it is, and what is theirs."""
    which = "" if view is None else f"{view.number}「{cut(view.title, TITLE)}」"
    head = f"{which}{_SUPERVISORS[command]}由督查来定，领导和专班办不了，没有做任何改动。"
    if view is None:
        return (head, "\n", ("待办", "待办"))
    if command is Command.WRITE_OFF:
        return (
            f"{head}企业确认解决就自动销号；多次联系不上的，请督查核准。\n",
            ("详情", f"详情 {view.number}"),
        )
    return (
        f"{head}确实办不了，可以：",
        ("请协办", f"协办 {view.number}"),
        "（您仍负责）　",
        ("不予办理", f"不予办理 {view.number}"),
        "；要换责任领导，请找督查说明理由。",
    )


def _desk_taps(view: Overview) -> list[Part]:
    if view.status is Status.OPEN:
        return [("受理", f"受理 {view.number}")]
    if view.status is Status.ACCEPTED:
        return [("报进展", f"进展 {view.number}"), "　", ("办结", f"办结 {view.number}")]
    return []


def accepted_by_you(view: Overview, year: int, n: int) -> Speech:
    """The case was taken on."""
    ledger = ledger_number(type_name(view.type), year, n)
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}。" if view.next_due and view.next_clock else ""
    return (
        f"已受理 {view.number}，台账编号 {ledger}，会通知企业。{due}\n直接打字即回复企业。　",
        *_desk_taps(view),
    )


NOBODY_LEFT: Final = "企业那边已没有联系人，消息没有人收；请换个方式联系，并请督查登记新联系人。"


def against_calls(view: Overview, wait: Wait | None = None) -> Speech:
    """Before an echo of words that announce a call: whom they go to wants none."""
    if view.is_unheard:
        return ()
    undo = "要改，点撤回重写。" if wait is not None else "请就在这里写，别打。"
    return (f"{NO_CALLS}联系人说过请不要打电话，这句提到要打电话。{undo}\n",)


def replied(view: Overview, wait: Wait | None = None) -> Speech:
    """The echo that says to whom the words went, or will go once they have waited."""
    to = view.enterprise_name or "诉求人"
    if view.is_unheard:
        return (f"已记到 {view.number}。{NOBODY_LEFT}",)
    if wait is not None:
        return _waiting("这句", view, wait)
    taps: list[Part] = ["　", *_desk_taps(view)] if view.status in {Status.OPEN, Status.ACCEPTED} else []
    return (f"已转给{to}（{view.number}）。", *taps)


def reply_what(number: str) -> Speech:
    """Ask for the words."""
    return (f"请直接打字，会发给 {number} 的企业。",)


def report_what(number: str) -> Speech:
    """Ask for the progress."""
    return (f"办到哪一步了？请发：进展 {number} …",)


def resolve_what(number: str) -> Speech:
    """Ask what was done."""
    return (f"请说说 {number} 是怎么办的，企业会看到这句话，并由企业确认。",)


def not_what_was_done(number: str) -> Speech:
    """Ask again: a courtesy or another command is no account of what was done."""
    return (
        f"这句没有当作办结说明，也没有发给企业。{number} 是怎么办的？请说一句，企业会看到；先不办结就点",
        ("取消", "取消"),
        f"。要原样写入，请发：办结 {number} …",
    )


def reported(view: Overview, wait: Wait | None = None) -> Speech:
    """Progress was reported, or will be once the words have waited."""
    if view.is_unheard:
        return (f"进展已记到 {view.number}。{NOBODY_LEFT}",)
    if wait is not None:
        return _waiting("进展", view, wait)
    due = f"下次反馈：{day(view.next_due)}前。" if view.next_due and view.next_clock == "progress" else ""
    return (f"进展已转给{view.enterprise_name or '诉求人'}（{view.number}）。{due}",)


def resolved_by_you(view: Overview) -> Speech:
    """Done, as far as the official side is concerned."""
    if view.is_unheard:
        return (f"{view.number} 已办结，还没有人能确认：{NOBODY_LEFT}",)
    return (f"{view.number} 已办结，正请{view.enterprise_name or '诉求人'}确认。企业认可后才销号。",)


# --- the official's day: taking back --------------------------------------------------------------


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分钟" if minutes and not rest else f"{seconds}秒"


def _waiting(what: str, view: Overview, wait: Wait) -> Speech:
    """An echo of words that wait: to whom, which case, and both ways out."""
    to = cut(view.enterprise_name or "诉求人", FIRM)
    which = f"{view.number} 第{wait.seq}条"
    return (
        f"{what}{_span(wait.span)}后转给{to}（{view.number}）。\n",
        ("撤回", f"撤回 {which}"),
        "　",
        ("现在发", f"现在发 {which}"),
        *(["　", *_desk_taps(view)] if view.status in {Status.OPEN, Status.ACCEPTED} else []),
    )


def retracted(view: Overview, done: Written) -> Speech:
    """Words were taken back."""
    whose = "同事写的这句" if done.is_others else "这句"
    words = cut(_with_kind(done.kind, done.text), EXCERPT)
    return (
        f"已撤回，{cut(view.enterprise_name or '诉求人', FIRM)}（{view.number}）不会看到{whose}：{words}\n直接打字即可重写。",
    )


REOPENED: Final = "刚才的办结撤回了，这件接着办，暂时不用您确认。"
"""What the enterprise hears when its case is not done after all."""
REOPEN_WORDS: Final = frozenset({"办结", "已办结"})


def reopen_this(view: Overview) -> Speech:
    """Nothing waits that could be taken back, but the case is done and not confirmed: is that meant?"""
    return (
        f"{view.number}「{cut(view.title, TITLE)}」没有还能撤回的话。它已办结，企业还没确认，要撤回办结吗？\n",
        ("撤回办结", f"撤回 {view.number} 办结"),
        "　",
        ("更正", f"回复 {view.number}"),
    )


def reopened_by_you(view: Overview) -> Speech:
    """The case is in work again."""
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}。" if view.next_due and view.next_clock else ""
    return (
        f"已撤回办结，{view.number} 接着办，已告诉{cut(view.enterprise_name or '诉求人', FIRM)}不用确认。{due}\n",
        *_desk_taps(view),
    )


DECLINE_WORDS: Final = frozenset({"不予办理"})
TAKEN_UP: Final = "刚才的“不予办理”撤回了，这件接着办。"
"""What the enterprise hears when its case is not declined after all."""


def take_up_this(view: Overview) -> Speech:
    """Nothing waits that could be taken back, but the case was declined: is that meant?"""
    return (
        f"{view.number}「{cut(view.title, TITLE)}」没有还能撤回的话。它已不予办理，企业申诉前可以撤回，接着办：\n",
        ("撤回不予办理", f"撤回 {view.number} 不予办理"),
    )


def which_to_take_up() -> Speech:
    """No case is named whose refusal is to be taken back."""
    return ("请带上编号：撤回 编号 不予办理",)


def taken_up_by_you(view: Overview) -> Speech:
    """A refusal was taken back; the case is in work again."""
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}。" if view.next_due and view.next_clock else ""
    return (
        f"已撤回不予办理，{view.number} 接着办，已告诉{cut(view.enterprise_name or '诉求人', FIRM)}。{due}\n",
        *_desk_taps(view),
    )


def appealed_meanwhile(number: str) -> Speech:
    """Too late: the enterprise has appealed."""
    return (f"{number} 的不予办理，企业已经申诉，由督查裁定，不能再撤回。",)


def _done_by_aide(news: Mapping[str, Any]) -> Speech:
    who, act = _called(news["by"]["post"], news["by"]["name"]), Verb(news.get("act", Verb.RESOLVE))
    which = f"{news['number']}「{cut(news['title'], TITLE)}」"
    text = _clip(news["text"], HALF)
    look: Part = ("详情", f"详情 {news['number']}")
    if act is Verb.RESOLVE:
        undo = ("撤回办结", f"撤回 {news['number']} 办结")
        return (f"{who}已办结 {which}：\n{text}\n正请企业确认。没办完的话，企业确认前可以：", undo)
    if act is Verb.DECLINE:
        undo = ("撤回不予办理", f"撤回 {news['number']} 不予办理")
        return (f"{who}已答复不予办理 {which}：\n{text}\n不妥的话，企业申诉前可以：", undo)
    if act is Verb.EXTEND:
        return (f"{who}替您申请延期{news['days']}天 {which}：\n{text}\n", look)
    task = f"：\n{text}" if text else "。"
    return (f"{who}替您请{_named(news['unit'])}协办 {which}{task}\n", look)


def _aide_wrote(news: Mapping[str, Any]) -> Speech:
    who = _called(news["by"]["post"], news["by"]["name"])
    until = datetime.fromisoformat(news["until"]).astimezone(LOCAL)
    text = _clip(_with_kind(news["kind"], news["text"]), HALF)
    return (
        f"{who}回了 {news['number']}「{cut(news['title'], TITLE)}」，{until:%H:%M:%S}发出，之前可以撤回：\n{text}\n",
        ("撤回", f"撤回 {news['number']} 第{news['seq']}条"),
    )


def already_out(number: str) -> Speech:
    """Too late to take words back; a new reply can put them right."""
    return (
        f"{number} 没有还能撤回的话：已经发出，或过了撤回时限。受理立即生效，也不能撤回。\n需要更正，请写一条新的：",
        ("更正", f"回复 {number}"),
    )


def sent_now(view: Overview) -> Speech:
    """Words that waited go out at once."""
    return (f"马上转给{cut(view.enterprise_name or '诉求人', FIRM)}（{view.number}），不能再撤回。",)


def take_back_or_send(waiting: Unsent, view: Overview) -> Speech:
    """Words speak of taking back while others wait: they went to nobody, and one tap does either."""
    which, words = number_of(waiting.ticket.id), cut(_with_kind(waiting.kind, waiting.text), TITLE)
    return (
        f"这句没有发给任何企业。要撤回 {which} 还没发出的这句吗：“{words}”\n",
        ("撤回那句", f"撤回 {which} 第{waiting.seq}条"),
        "　",
        _send_it(view, Command.REPLY),
        "　",
        ("都不是", "取消"),
    )


def which_to_reopen(views: Sequence[Overview]) -> Speech:
    """Ask which of the cases that wait for the enterprise's word is not done after all."""
    if not views:
        return ("没有等企业确认的诉求，不用撤回办结。\n", ("待办", "待办"))
    parts: list[Part] = ["撤回哪一件的办结？\n"]
    for view in views:
        parts += [(view.number, f"撤回 {view.number} 办结"), f" {cut(view.title, TITLE)}\n"]
    return tuple(parts)


def _taken_back(news: Mapping[str, Any]) -> Speech:
    if not news.get("moved"):
        return _to_desk("这句由领导撤回，没有发给企业：")(news)
    return (f"{_case(news)}换了负责人，您刚写的这句没有发给企业：\n{_clip(_told(news))}",)


def which_held(views: Sequence[Overview], command: Command) -> Speech:
    """Ask on which case words that wait are meant."""
    word = "现在发" if command is Command.SEND_NOW else "撤回"
    if not views:
        return (
            "没有等着发出的话：已经发出、过了撤回时限，或因换了负责人没有发。需要更正，请写一条新的回复。\n",
            ("待办", "待办"),
        )
    parts: list[Part] = [f"{word}哪一件的？\n"]
    for view in views[:5]:
        parts += [(f"{word} {view.number}", f"{word} {view.number}"), f" {cut(view.title, TITLE)}\n"]
    return tuple(parts)


# --- the official's day: delegation --------------------------------------------------------------

_DELEGATE_HOW: Final = (
    "要委托，请发：委托 姓名 今天到下周五（也可写 12月1日-12月5日）。受托的是同地区的领导或本专班同事。"
)
_NOT_DELEGATED: Final[Mapping[Why, str]] = {
    Why.PAST: "这几天已经过去，或起止颠倒了",
    Why.TOO_LONG: "超过180天的，请办理岗位移交",
    Why.NOT_A_LEADER: "只有在岗领导可以委托",
    Why.UNFIT: "只能委托给同地区在岗的领导，或本专班同事",
    Why.OVERLAPS: "这几天已经有一个委托",
    Why.CHAINS: "受托的人不能再转委托，对方这几天也不能不在岗",
}


def date_of(day: date) -> str:
    """A day as people say it: 12月4日."""
    return f"{day.month}月{day.day}日"


def _days(first: date, last: date) -> str:
    return date_of(first) if first == last else f"{date_of(first)}至{date_of(last)}"


def only_leaders_delegate() -> Speech:
    """Aides do not delegate."""
    return ("委托由领导本人来办。",)


def which_deputy(
    words: str, found: Sequence[Official], days: tuple[date, date] | None, *, is_name: bool = True
) -> Speech:
    """Nobody is called so, or several are, or only alike (`is_name` false)."""
    if not found:
        return (f"没有找到可以受托的“{cut(words, 20)}”，没有委托。{_NOT_DELEGATED[Why.UNFIT]}。",)
    when = "到".join(each.isoformat() for each in days) if days else "今天"
    parts: list[Part] = ["叫这个名字的不止一位，委托哪一位？\n"]
    if not is_name:
        parts = [f"没有找到“{cut(words, 20)}”，没有委托。是不是要委托：\n"]
    for one in found[:5]:
        who = f"{cut(one.post, 30)} {cut(one.name, 10)}"
        parts += [(who, f"委托 第{one.id}位 {when}"), "\n"]
    return tuple(parts)


def who_deputises(found: Sequence[Official], days: tuple[date, date]) -> Speech:
    """The leader is away on some days: who may act for them, ready to tap."""
    when = "到".join(each.isoformat() for each in days)
    parts: list[Part] = [f"{_days(*days)}委托谁来办？点一下就生效：\n"]
    for one in found[:5]:
        parts += [(f"{cut(one.post, 30)} {cut(one.name, 10)}", f"委托 第{one.id}位 {when}"), "\n"]
    return (*parts, ("没有人选", f"委托 无人 {when}"))


def delegate_when(name: str) -> Speech:
    """A deputy is named, and no days."""
    return (f"委托{cut(name, 10)}哪几天？请发：委托 {cut(name, 10)} 今天到下周五（也可写 12月1日-12月5日）",)


def delegation_refused(why: Why) -> Speech:
    """The rules do not allow it."""
    return (f"没有委托成：{_NOT_DELEGATED[why]}。",)


def delegated(deputy: Official | None, days: tuple[date, date]) -> Speech:
    """Somebody acts meanwhile, or nobody does and the supervisors know."""
    if deputy is None:
        return (f"已登记：{_days(*days)}您不在岗，无人代办，已报督查。找到人了，先发“委托 取消”再委托。",)
    who = f"{cut(deputy.post, 30)} {cut(deputy.name, 10)}"
    return (
        f"已委托{who}，{_days(*days)}，到期自动结束。期间新消息同时发给你们两位，责任领导仍是您。提前结束请点：",
        ("委托 取消", "委托 取消"),
    )


def delegation_ended(row: tuple[Delegation, str | None] | None) -> Speech:
    """A delegation has ended."""
    if row is None:
        return (f"现在没有委托。{_DELEGATE_HOW}",)
    return (f"已结束：{_delegation(row)}。",)


def _delegation(row: tuple[Delegation, str | None]) -> str:
    delegation, name = row
    days = _days(delegation.starts_on, delegation.ends_on)
    return f"{days}委托{cut(name, 10)}" if name else f"{days}不在岗，无人代办"


def delegations(rows: Sequence[tuple[Delegation, str | None]]) -> Speech:
    """What is settled, and how to settle it."""
    listed = "".join(f"{_delegation(row)}\n" for row in rows[:5])
    return (f"{listed}{_DELEGATE_HOW}",) if listed else (f"现在没有委托。{_DELEGATE_HOW}",)


def _when(news: Mapping[str, Any]) -> str:
    return _days(date.fromisoformat(news["first"]), date.fromisoformat(news["last"]))


def _named(who: Mapping[str, Any]) -> str:
    return f"{cut(who['post'], 30)} {cut(who['name'], 10)}"


def _delegated(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{_named(news['leader'])}已委托{_named(news['deputy'])}：{_when(news)}。"
            "期间其诉求由受托人办理，落款“受托”，责任领导不变。\n"
        ),
        ("待办", "待办"),
    )


def _delegation_over(news: Mapping[str, Any]) -> Speech:
    how = "已到期，在办诉求仍由委托人办理" if news.get("is_in_time") else "已提前结束"
    return (f"{_named(news['leader'])}对{_named(news['deputy'])}的委托（{_when(news)}）{how}。",)


def _uncovered(news: Mapping[str, Any]) -> Speech:
    return (f"{_named(news['leader'])}{_when(news)}不在岗，没有人受托代办。请督促安排。",)


# --- the official's day: handover ----------------------------------------------------------------


def _new_owner(news: Mapping[str, Any]) -> Speech:
    others = f"等{news['count']}件" if news["count"] > 1 else ""
    return (
        (
            f"因岗位变动，{news['number']}「{cut(news['title'], TITLE)}」{others}改由{_named(news['owner'])}负责，"
            "办理接着走，期限不变，不用您重说。"
        ),
    )


def _taken_over(news: Mapping[str, Any]) -> Speech:
    named: list[Part] = []
    for number in news["numbers"]:
        named += [(number, f"详情 {number}"), "　"]
    more = f"等{news['count']}件。\n" if news["count"] > len(news["numbers"]) else "\n"
    tasks = news.get("task_count", 0)
    helped = f"、协办任务{tasks}件（{'、'.join(news['tasks'])}）" if tasks else ""
    return (
        (
            f"岗位移交：{_named(news['old'])}的在办诉求{news['count']}件{helped}、包保企业{news['pairings']}家，"
            f"移交{_named(news['owner'])}。清单校验码：{news['digest'][:8]}\n"
        ),
        *named,
        *([more] if named else []),
        *([_waiting_for_time(news["extensions"])] if news.get("extensions") else []),
        ("待办", "待办"),
    )


def _waiting_for_time(asked: Sequence[tuple[str, int]]) -> str:
    listed = "、".join(f"{number}（{days}天）" for number, days in asked[:4])
    more = f"等{len(asked)}件" if len(asked) > 4 else ""  # noqa: PLR2004 -- those named above
    return f"已申请延期、等督查决定：{listed}{more}。\n"


# --- the official's day: visits ------------------------------------------------------------------

_VISIT_HOW: Final = "记走访，请发：走访 企业名 情况。另起一行写“诉求：…”的，会直接立成诉求。"


def _firms_to_tap(firms: Sequence[Enterprise], most: int) -> list[Part]:
    taps: list[Part] = []
    for firm in firms[:most]:
        taps += [(cut(firm.name, FIRM), f"走访 第{firm.id}家"), "\n"]
    return taps


def visit_how(owed: Sequence[Enterprise]) -> Speech:
    """How a visit is noted, and which are owed."""
    if not owed:
        return (_VISIT_HOW,)
    return (f"{_VISIT_HOW}\n好久没去的有{len(owed)}家：\n", *_firms_to_tap(owed, 3))


def visit_what(firm: Enterprise) -> Speech:
    """Ask for the note."""
    return (f"请把情况一起发来，例如：走访 {cut(firm.name, FIRM)} 看了生产线，订单比去年多。",)


def which_firm(firms: Sequence[Enterprise]) -> Speech:
    """Ask which enterprise was visited; the note is kept."""
    if not firms:
        return ("走访只记包保企业，或手头有诉求的企业；您这里还没有。",)
    return ("走访的是哪一家？情况已记住，点一下就行：\n", *_firms_to_tap(firms, 5))


def visit_ahead(firm: Enterprise, note: str) -> Speech:
    """A visit that is still to come is announced, so that the enterprise knows who comes."""
    when = cut(note.replace("\n", " "), TITLE)
    return (
        f"这个时间还没到，没有记走访。去{cut(firm.name, FIRM)}之前，先给企业发走访预告（谁来、几点、暗语）：\n",
        ("约走访", f"约走访 第{firm.id}家 {when}"),
    )


def visit_too_old(firm: Enterprise, note: str) -> Speech:
    """A visit of that day is noted no more."""
    return (f"走访只能补记30天以内的，这条没有记：走访 {cut(firm.name, FIRM)} {cut(note, TITLE)}",)


def perhaps_visited(firms: Sequence[Enterprise], views: Sequence[Overview]) -> Speech:
    """Words tell of a visit: they are kept, and one tap notes it, another sends them on a case."""
    parts: list[Part] = [
        "这句没有发给企业，先替您留着。是去走访了吗？记为走访（会请企业确认）：\n",
        *_firms_to_tap(firms, 3),
    ]
    for view in views:
        parts += [_send_it(view, Command.REPLY), "　" if len(views) == 1 else "\n"]
    return (*parts, ("都不是", "取消"))


def no_firm_yet() -> Speech:
    """A case whose author is bound to no enterprise."""
    return ("这件诉求还没有绑定企业，记不了走访。",)


def visited(firm: Enterprise, row: Visit, raised: Sequence[Submitted], *, is_reached: bool = True) -> Speech:
    """The visit is noted and the enterprise asked; what came up is a case, or can become one."""
    then = (
        "会请企业确认" if is_reached else "但企业的联系人现在都收不到消息，等对方回来再请其确认，请先打个招呼"
    )
    head = f"已记{date_of(row.day)}走访{cut(firm.name, FIRM)}，{then}。\n"
    if raised:
        return (head, *_raised(raised))
    if row.ticket_id is not None:
        return (head,)
    return (head, ("把这条变成诉求", f"走访 立诉求 {row.id}"))


def which_visit(rows: Sequence[Visit]) -> Speech:
    """Several visits wait for the enterprise's word: which of them is meant."""
    parts: list[Part] = ["您说的是哪一次走访？\n"]
    for row in rows[:5]:
        came, not_ = ("来过", f"走访 来过 {row.id}"), ("没来过", f"走访 没来过 {row.id}")
        parts += [f"{date_of(row.day)}：", came, "　", not_, "\n"]
    return tuple(parts)


def visited_unheard(firm: Enterprise) -> Speech:
    """Noted, but nobody of the enterprise has a WeChat with us."""
    return (
        f"走访已记下。{cut(firm.name, FIRM)}还没有联系人绑定微信，所以没法请企业确认，也立不了诉求；请先发邀请码给企业。",
    )


def _raised(raised: Sequence[Submitted]) -> list[Part]:
    parts: list[Part] = ["已立诉求："]
    for done in raised[:5]:
        owner = f"{cut(done.owner.post, 30)} {cut(done.owner.name, 10)}"
        parts += ["\n", (done.number, f"详情 {done.number}"), f" {type_name(done.type)}，负责人{owner}"]
    if len(raised) > 5:  # noqa: PLR2004 -- as many as above
        parts.append(f"\n等{len(raised)}件")
    return parts


def raised(done: Sequence[Submitted]) -> Speech:
    """A visit became a case; the enterprise is told."""
    return (*_raised(done), "\n企业会收到编号和负责人。")


def raised_already(ticket_id: int) -> Speech:
    """A visit became a case before."""
    number = number_of(ticket_id)
    return ("这次走访已经立过诉求：", (number, f"详情 {number}"), "。还有别的，请另发：走访 企业名 诉求：…")


def no_such_visit() -> Speech:
    """A visit that is unknown or not theirs."""
    return ("没有查到这次走访。",)


def visit_answered(*, took_place: bool) -> Speech:
    """The enterprise has said whether the visit took place."""
    if took_place:
        return ("谢谢，已记下。当时没说完的，直接发来就行。",)
    return ("谢谢告诉我们，已记下并转督查核实。",)


def visit_answered_already() -> Speech:
    """The first answer stands."""
    return ("这次走访贵企业已经答复过了，谢谢。",)


def _visited(news: Mapping[str, Any]) -> Speech:
    issues = f"当时说到的事已立诉求：{'、'.join(news['numbers'][:5])}。\n" if news["numbers"] else ""
    day = date_of(date.fromisoformat(news["day"]))
    return (
        f"{_named(news['visitor'])}记了{day}到贵企业走访。{issues}请您证实一下：\n",
        ("来过", f"走访 来过 {news['visit']}"),
        "　",
        ("没来过", f"走访 没来过 {news['visit']}"),
    )


def _visit_denied(news: Mapping[str, Any]) -> Speech:
    day = date_of(date.fromisoformat(news["day"]))
    said = f"原话：“{cut(news['said'], 40)}”。" if news.get("said") else ""
    return (
        f"走访存疑：{_named(news['visitor'])}记了{day}走访{cut(news['enterprise'] or '企业', FIRM)}，企业说没来过。{said}所记情况：\n{_clip(news['text'])}",
    )


def _raised_for_you(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{_named(news['visitor'])}走访时您说到的事已立为诉求 {news['number']}「{cut(news['title'], TITLE)}」，"
            f"负责人：{_named(news['owner'])}。\n"
        ),
        ("查进度", f"进度 {news['number']}"),
        "　",
        ("不办了", f"撤回 {news['number']}"),
    )


# --- the official's day: morning -----------------------------------------------------------------

_DAY: Final = (
    ("overdue", "已超期", "件"),
    ("due_today", "今天到期", "件"),
    ("rebounds", "销号后反弹", "件"),
    ("silent", "好久没给企业回话", "件"),
    ("unconfirmed", "办结后企业没回音，请再联系", "件"),
    ("visits", "该去走访", "家"),
)
_NAMED, _SORTS = 6, 4
"""So many a sort names at most; with more sorts than this each names one."""
_SHORT: Final = 5
_LONGER: Final = 12
"""Characters of titles where few cases are named."""
_FEW: Final = 6
_SHORT_FIRM: Final = 12


def today(news: Mapping[str, Any]) -> Speech:
    """What a day brings, counted and ready to tap."""
    named = sum(len(news[sort]["named"]) for sort, _, _ in _DAY if sort != "visits" and sort in news)
    length = _LONGER if named <= _FEW else _SHORT
    lines: list[Part] = []
    sorts = sum(bool(news[sort]["count"]) for sort, _, _ in _DAY if sort != "visits" and sort in news)
    most = _NAMED if sorts <= _SORTS else 1
    for sort, name, unit in _DAY:
        if sort not in news or not news[sort]["count"]:
            continue
        lines.append(f"{name} {news[sort]['count']} {unit}\n")
        for key, text, *firm in news[sort]["named"][: _NAMED if sort == "visits" else most]:
            whose = _of_firm(firm[0] if firm else None, (length + 1) // 2)
            lines += _to_visit(key, text) if sort == "visits" else _to_open(key, whose, text, length)
    if not lines:
        return ("今天没有到期、超期或要回话的诉求，也没有该去的走访。",)
    return (*lines, ("待办", "待办"))


def _to_open(number: str, whose: str, title: str, length: int) -> list[Part]:
    return ["　", (number, f"详情 {number}"), f" {whose}{cut(title, length)}\n"]


def _to_visit(enterprise_id: str, name: str) -> list[Part]:
    return ["　", (cut(name, _SHORT_FIRM), f"走访 第{enterprise_id}家"), "\n"]


def _morning(news: Mapping[str, Any]) -> Speech:
    return (f"早上好。{cut(news['leader']['name'], 10)}今日：\n", *today(news))


def _patterns(news: Mapping[str, Any]) -> Speech:
    lines: list[Part] = [f"本周提示：您负责的诉求和包保企业里，有 {news['count']} 类同类问题：\n"]
    for each in news["patterns"]:
        mine = f"，您这里{each['count']}件" if each["count"] else ""
        cared = f"，您包保的企业{each['cared']}家" if each.get("cared") else ""
        lines.append(f"「{cut(each['title'], TITLE)}」{each['enterprises']}家企业反映{mine}{cared}")
        for number in each["numbers"]:
            lines += ["　", (number, f"详情 {number}")]
        lines.append("\n")
    return (*lines, "同一块石头，可以一并研究、一次解决。")


# --- the desk: help from others, refusals, supervisors -------------------------------------------

HELPERS: Final = 2
LONGEST_NAME: Final = 12
"""Characters; a link that says a longer name would leave no room for the others."""
SHORT_POST: Final = 8
SHORT_WORDS: Final = 150
WORDS_OF_HELP: Final = 1000
HALF: Final = 420
"""Bytes of what somebody said where a message must hold two such texts."""

_COMMAND: Final = {command: word for word, command in reversed(WORDS.items())}
"""The first word of each command."""

_EXAMPLE: Final[Mapping[Command, str]] = {
    Command.CALL_IN: "协办 编号 单位或姓名 要办什么",
    Command.LET_GO: "结束协办 编号",
    Command.DECLINE: "不予办理 编号 理由 说明",
    Command.UPHOLD: "维持 编号 理由",
    Command.OVERTURN: "退回重办 编号 理由",
    Command.WRITE_OFF: "销号 编号 说明",
    Command.REASSIGN: "改派 编号 姓名 理由",
}

HELP_STATE: Final[Mapping[HelpState, str]] = {
    HelpState.ASKED: "未接受",
    HelpState.JOINED: "已接受",
    HelpState.REFUSED: "不接受",
    HelpState.ENDED: "已结束",
}

MATTER: Final[Mapping[Matter, str]] = {Matter.APPEAL: "申诉", Matter.EXTENSION: "申请延期"}

_DECIDED: Final[Mapping[Verb, str]] = {
    Verb.UPHOLD: "已裁定：维持不予办理。会告诉企业理由和正确渠道。",
    Verb.OVERTURN: "已裁定：退回重办，编号和责任领导不变。会告诉企业和责任领导。",
    Verb.WRITE_OFF: "已核准销号。会告诉企业，30天内问题又出现可以接着办。",
}

_WHY_DECIDE: Final[Mapping[Verb, str]] = {
    Verb.UPHOLD: "为什么维持？",
    Verb.OVERTURN: "为什么退回重办？",
    Verb.WRITE_OFF: "请写销号说明：什么时候、怎么联系过企业。",
    Verb.REASSIGN: "为什么改派？",
}


def _unit(name: str, post: str, department: str) -> str:
    """Who helps, as people know them: the department where the post does not name it."""
    person = _called(post, name)
    return person if department in post else f"{cut(department, 20)}（{person}）"


def _helper(unit: Mapping[str, Any]) -> str:
    return _unit(unit["name"], unit["post"], unit["department"])


def _official(card: Mapping[str, Any]) -> str:
    return _called(card["post"], card["name"])


def _until(news: Mapping[str, Any]) -> str:
    return day(datetime.fromisoformat(news["due"]))


def number_needed(command: Command, *, has_reason: bool = False) -> Speech:
    """A command without a case, or without what it needs, and none in hand."""
    if has_reason:
        return ("理由记下了，是哪一件？发编号就行。\n", ("待办", "待办"))
    return (f"请写上编号，例如：{_EXAMPLE[command]}\n", ("待办", "待办"))


def _helped(helping: Sequence[Help]) -> str:
    lines = [
        f"协办：{_unit(each.name, each.post, each.department)}，"
        f"{'已答复' if each.is_answered else HELP_STATE[each.state]}，{day(each.due_at)}前答复\n"
        for each in helping[:HELPERS]
    ]
    return "".join(lines) + (f"还有 {len(helping) - HELPERS} 家协办\n" if len(helping) > HELPERS else "")


def _tasks(tasks: Sequence[Task], total: int) -> tuple[Part, ...]:
    """What a desk is asked to help with, in as few words as a full list leaves room for."""
    if not tasks:
        return ()
    parts: list[Part] = [f"\n请您协办 {total} 件："]
    for task in tasks[:2]:
        parts += [(task.number, f"详情 {task.number}"), f"（{day(task.due_at)}前）"]
    return tuple(parts)


def which_unit(number: str) -> Speech:
    """Ask whom to ask for help."""
    return (f"{number} 请哪家单位协办？请发单位名称或姓名，后面可以写要办什么，例如：税务局 请核实退税进度",)


def not_a_unit(number: str, word: str) -> Speech:
    """Words that were to name a unit and do not; they went to nobody."""
    return (f"名册里没有“{cut(word, 20)}”，这句没有发给任何人。请再发：协办 {number} 单位或姓名",)


def _desks_to_tap(word: str, number: str, desks: Sequence[Unit]) -> list[Part]:
    """One line for each desk; the tap says the name, and the post where two have one name."""
    parts: list[Part] = []
    names = [each.name for each in desks]
    for each in desks:
        post = f" {each.post[:SHORT_POST]}" if names.count(each.name) > 1 else ""
        label = cut(_unit(each.name, each.post, each.department), TITLE)
        is_short = len(each.name) <= LONGEST_NAME
        parts += ["\n", (label, f"{word} {number} {each.name}{post}") if is_short else label]
    return parts


def which_of_units(number: str, word: str, desks: Sequence[Unit]) -> Speech:
    """Several desks fit: let the owner choose."""
    return (f"“{cut(word, 20)}”有几位，请点一位：", *_desks_to_tap("协办", number, desks))


def no_such_unit(number: str, word: str, desks: Sequence[Unit]) -> Speech:
    """No desk fits; those with a near name."""
    head = f"名册里没有找到“{cut(word, 20)}”，没有请任何人协办。"
    if not desks:
        return (head + "请换个名称，或请管理员把这家单位录入名册。",)
    return (head + "是不是要找：", *_desks_to_tap("协办", number, desks))


def called_in(number: str, asked: Help, *, is_reached: bool) -> Speech:
    """Help was asked for."""
    unit = _unit(asked.name, asked.post, asked.department)
    task = f"，要办的事：{_clip(asked.task, HALF)}" if asked.task else ""
    silent = "" if is_reached else "\n那边还没有人绑定微信，消息送不到，请另行联系，或者改请别家。"
    return (
        (
            f"已请{unit}协办 {number}{task}。\n请对方{day(asked.due_at)}前答复您。"
            f"您仍是责任领导，期限照算。{silent}\n"
        ),
        ("结束协办", f"结束协办 {number}"),
    )


def own_desk() -> Speech:
    """One cannot help oneself."""
    return ("这件就是您在办，不用请自己协办。",)


def asked_already(unit: Help) -> Speech:
    """A unit has not answered yet."""
    return (
        f"已经请过{_unit(unit.name, unit.post, unit.department)}，{day(unit.due_at)}前答复。要换一家，先发：结束协办 编号",
    )


def no_task() -> Speech:
    """Nothing was asked of this desk, or it is over."""
    return ("这件没有请您协办，或者协办已经结束。",)


def answered_already() -> Speech:
    """A unit has answered: too late to refuse."""
    return (
        "这件协办您已经答复过责任领导，不能再改成不接受。有变化请直接打字告诉责任领导；不用再协办的，由责任领导结束。",
    )


def take_or_leave(number: str, *, is_joined: bool) -> Speech:
    """A unit's words may be a refusal or an answer: nothing is sent until it is clear."""
    return (
        f"您只是协办 {number}，这句还没有发给责任领导，先替您留着。这件协办您接不接？\n",
        ("接着办，发给责任领导" if is_joined else "接受，并把这句发给责任领导", f"接受协办 {number}"),
        "\n",
        ("不接受，这句作为理由", f"不接受协办 {number}"),
    )


def taken_on_already() -> Speech:
    """A task that was accepted before."""
    return (
        "这件协办您已经接受了。有情况请发：协办回复 编号 …；还没答复、办不了的，请发：不接受协办 编号 理由",
    )


def reason_missing() -> Speech:
    """Whoever refuses or decides says why."""
    return ("请写明理由，对方会看到。",)


def not_in_office() -> Speech:
    """Somebody who is no leader in office."""
    return ("这位已不在岗，或者不是责任领导，不能接件。",)


def which_helper(number: str, helping: Sequence[Help]) -> Speech:
    """Which help is to end."""
    if not helping:
        return (f"{number} 现在没有协办单位。",)
    desks = [Unit(each.unit_id, each.name, each.post, each.department, "") for each in helping[:4]]
    return (f"{number} 结束哪一家的协办？", *_desks_to_tap("结束协办", number, desks))


def let_go(number: str, helper: Help) -> Speech:
    """Help has ended."""
    return (f"{number} 已结束{_unit(helper.name, helper.post, helper.department)}的协办，会告诉对方。",)


def still_awaited(number: str, units: Sequence[Help]) -> Speech:
    """What is open stands in the way of resolving; the next words say why not to wait."""
    lines = "\n".join(
        f"{_unit(each.name, each.post, each.department)}：{HELP_STATE[each.state]}，{day(each.due_at)}前答复"
        for each in units[:3]
    )
    return (
        f"{number} 还有协办没有答复，先没有办结：\n{lines}\n仍要办结的，请说为什么不等了，会写入记录。不等对方，也可以点",
        ("结束协办", f"结束协办 {number}"),
        "。",
    )


def which_task(tasks: Sequence[Task], command: Command) -> Speech:
    """Which task is meant."""
    if not tasks:
        return ("现在没有等您答复的协办。",)
    word = _COMMAND[command]
    parts: list[Part] = [f"{word}哪一件？"]
    for task in tasks[:4]:
        parts += ["\n", (task.number, f"{word} {task.number}"), f" {cut(task.title, TITLE)}"]
    return tuple(parts)


def joined_by_you(view: Overview, task: Task) -> Speech:
    """The unit took its task on."""
    return (
        (
            f"已接受协办 {view.number}，会告诉{_called(view.owner_post, view.owner_name)}。"
            f"请{day(task.due_at)}前答复：直接打字就发给责任领导，企业看不到。\n"
        ),
        ("详情", f"详情 {view.number}"),
    )


def why_refuse(number: str) -> Speech:
    """Ask why a unit does not help."""
    return (f"{number} 为什么不能协办？请说一句，责任领导会看到。",)


def refused_by_you(number: str) -> Speech:
    """The unit does not help."""
    return (f"已告诉责任领导，{number} 您这边不协办。", ("补充理由", f"不接受协办 {number}"))


def explained_by_you(number: str) -> Speech:
    """The unit has said why, after it refused."""
    return (f"理由已补充，责任领导会看到。{number} 仍是您这边不协办。",)


def refusal_stands(number: str) -> Speech:
    """A unit would help after all, but somebody else was asked, or the case is over."""
    return (
        f"{number} 您这边回过不协办，责任领导已另请别家，或已办结，现在接不了。要再参与，请责任领导重新发：协办 {number} 单位",
    )


def contribute_what(number: str) -> Speech:
    """Ask what to tell the owner."""
    return (f"请直接打字，会发给 {number} 的责任领导，企业看不到。",)


def contributed(view: Overview) -> Speech:
    """The echo that says to whom a unit's words went."""
    return (f"已转给责任领导{_called(view.owner_post, view.owner_name)}（{view.number}），企业看不到。",)


def courtesy_not_for_owner(number: str) -> Speech:
    """A word said to us rather than to the owner stays here."""
    return (f"好的，这句没有发给责任领导。要原样发出，请发：协办回复 {number} …",)


def helped_case(view: Overview, task: Task, said: Sequence[Said], *, page: int = 1) -> Speech:
    """One case as a unit that helps sees it: of the enterprise, the name."""
    asked = f"请您协办：{_clip(task.task, HALF)}\n" if task.task else ""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}\n"
        f"责任领导：{_called(view.owner_post, view.owner_name)}\n{asked}"
        f"{'已答复' if task.is_answered else f'{day(task.due_at)}前答复责任领导'}\n"
    )
    taps: list[Part] = []
    if task.state is HelpState.ASKED:
        taps = [("接受协办", f"接受协办 {view.number}"), "　", ("不接受", f"不接受协办 {view.number}"), "\n"]
    return (
        head,
        *_page(f"详情 {view.number}", _lines(said), page, PAGE - len(asked.encode())),
        *taps,
        "直接打字即答复责任领导，企业看不到。",
    )


def keep_it() -> Speech:
    """Passing on is refused, whatever case was meant."""
    return (f"{_first_receiver()}没有转出，这句也没有发给企业。要请别的单位帮忙，请发：协办 编号 单位",)


def keep_this(number: str, title_: str) -> Speech:
    """Passing on is refused with the rule, and what is possible instead is offered."""
    return (
        f"{_first_receiver()}{number}「{cut(title_, TITLE)}」没有转出，这句也没有发给企业。\n可以：",
        ("请协办", f"协办 {number}"),
        "（您仍负责）　",
        ("不予办理", f"不予办理 {number}"),
        "（要有理由和正确渠道）",
    )


def _first_receiver() -> str:
    rule = catalog.first_receiver()
    return f"谁接谁办到底，不能转给别人（{rule.name}，{rule.source}）。"


def choose_reason(number: str, words: str = "") -> Speech:
    """Offer the reasons for which a case may be declined; what was said already is kept, and that is said."""
    kept = f"说明“{cut(words)}”先记着，还没有发给企业。\n" if words else ""
    parts: list[Part] = [f"{kept}不予办理 {number}，是哪一种理由？企业会看到理由、正确渠道，并可以申诉。\n"]
    for reason in catalog.decline_reasons().values():
        parts += [(reason.name, f"不予办理 {number} {reason.name}"), "　"]
    return tuple(parts[:-1])


def which_grounds(number: str, reason: DeclineReason, words: str = "") -> Speech:
    """Ask for the words, and for what the reason needs besides."""
    short = f"“{cut(words)}”还不够，没有发给企业。\n" if words else ""
    asked = _ASKED[reason.asks] if reason.asks else "请用一句话写明具体理由。"
    where = f"正确渠道：{reason.channel}" if reason.channel else "并写明：渠道：该找哪个机关、怎么联系。"
    return (f"{short}{number} {reason.name}：{reason.about}。\n{asked}企业会看到。\n{where}",)


_ASKED: Final[Mapping[Asks, str]] = {
    Asks.BASIS: "请写明政策依据：文件名（用《》）或文号、哪一条，为什么不符。",
    Asks.NUMBER: "请写明同一企业的原编号，并说明为什么是同一件事。",
}


def which_channel(number: str, reason: DeclineReason) -> Speech:
    """Ask where the matter belongs."""
    return (f"{number} {reason.name}：请写明该找哪个机关、怎么联系，企业会照着去找。",)


def declined_by_you(view: Overview, reason: DeclineReason) -> Speech:
    """A case was declined."""
    return (
        f"{view.number} 已按“{reason.name}”答复不予办理，理由和正确渠道已发给企业。企业不同意可以申诉，由督查裁定。",
    )


def which_to_appeal(views: Sequence[Overview]) -> Speech:
    """Which refusal an appeal is about."""
    if not views:
        return ("您没有被答复不予办理的诉求。\n", ("看看我的诉求", "进度"))
    parts: list[Part] = ["对哪一件申诉？"]
    for view in views[:5]:
        parts += ["\n", (f"申诉 {view.number}", f"申诉 {view.number}"), f" {cut(view.title, TITLE)}"]
    return tuple(parts)


def why_appeal(number: str) -> Speech:
    """Ask why somebody objects."""
    return (f"对 {number} 的不予办理有什么不同意的？请直接说，原话交给督查裁定。每次决定可以申诉一次。",)


def appeal_as_well(number: str, name: str, channel: str) -> Speech:
    """Whoever takes a refused matter to court may appeal too: the one does not shut the other out."""
    return (
        (
            f"您有权这样做，{number}「{cut(name, TITLE)}」该找：{_clip(channel, HALF)}\n"
            "对这次不予办理不服，也可以申诉，由督查裁定：\n"
        ),
        ("申诉", f"申诉 {number}"),
    )


def about_refusal(number: str, name: str, channel: str, words: str) -> Speech:
    """What may be said against a refusal: one tap appeals with these very words, another tells a matter."""
    said = words if len(words) <= REFUSAL_IN_TAPS else ""
    is_reason = "您刚说的话就是理由。" if said else ""
    return (
        (
            f"您说的是 {number}「{cut(name, TITLE)}」不予办理的事吗？这件该找：{_clip(channel, HALF)}\n"
            f"不同意，点申诉，由督查裁定{'；' if said else '。'}{is_reason}每次决定可以申诉一次。\n"
        ),
        ("申诉", f"申诉 {number} {said}".strip()),
        "　",
        ("是另一件事", f"新诉求 {said}".strip()),
    )


def appealed(number: str, explanation: str) -> Speech:
    """An appeal is on its way."""
    return (f"{number} 的申诉已交给督查。{cut(explanation, 120)}",)


def ways_left(number: str, name: str, channel: str) -> Speech:
    """A refusal was upheld: what else somebody can do who still objects."""
    return (
        (
            f"{number}「{cut(name, TITLE)}」督查已裁定维持，同一理由不再重复受理。您还可以：\n"
            f"一、找{_clip(channel, HALF)}\n二、对行政决定不服的，依法申请行政复议或提起诉讼，请留意期限\n"
            "三、有新的证据或情况，发："
        ),
        ("新诉求", "新诉求"),
    )


def appealed_already(*, is_decided: bool) -> Speech:
    """One appeal for each decision."""
    return ("这次决定已经申诉过，督查也已裁定。",) if is_decided else ("这次决定已经申诉过，正由督查裁定。",)


def no_appeal() -> Speech:
    """Nothing waits for a verdict."""
    return ("这件没有等待裁定的申诉。",)


def supervisors_worklist(
    waiting: Sequence[Waiting],
    late: Sequence[Late],
    totals: tuple[int, int] | None = None,
    *,
    page: int = 1,
    leads: int = 0,
) -> Speech:
    """A page of what waits for a supervisor, how many leads are open, and what is overdue; `totals` counts all."""
    if not waiting and not late and not leads:
        return ("现在没有等您裁定的，本地区也没有超期的。",)
    to_decide, overdue = totals or (len(waiting), len(late))
    parts: list[Part] = [f"等您裁定 {to_decide} 件：\n"] if waiting else []
    for each in waiting[:SUPERVISED]:
        due = f"，{day(each.due_at)}前" if each.due_at else ""
        parts += [
            (each.number, f"详情 {each.number}"),
            f" {MATTER[each.matter]}{due} {cut(each.title, 16)}\n",
        ]
    if leads:
        parts.append(f"可疑来电等您核实 {leads} 条，发“线索”看。\n")
    if late:
        parts.append(f"本地区超期 {overdue} 件：\n")
    for each_late in late[:SUPERVISED]:
        clock = DUTY.get(each_late.clock, each_late.clock)
        parts += [
            (each_late.number, f"详情 {each_late.number}"),
            f" 应{day(each_late.due_at)}前{clock}，{cut(each_late.owner, 20)}\n",
        ]
    if max(to_decide, overdue) > page * SUPERVISED:
        parts += [f"第{page}页　", ("下一页", f"待办 {page + 1}")]
    return tuple(parts)


def supervised_case(
    view: Overview,
    helping: Sequence[Help],
    decline: Decline | None,
    said: Sequence[Said],
    *,
    hops: int,
    facts: Facts | None = None,
    asks_for_time: bool = False,
    page: int = 1,
) -> Speech:
    """One case as a supervisor sees it."""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}\n"
        f"责任领导：{_called(view.owner_post, view.owner_name)}{f'（改派过{hops}次）' if hops else ''}\n"
    )
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    middle = _helped(helping) + _refusal(decline)
    gist, room = _gist(facts, head, middle)
    conversation_ = _page(f"详情 {view.number}", _lines(said), page, room)
    taps = _supervisors_taps(view, decline, asks_for_time=asks_for_time)
    return (head, due, middle, gist, *conversation_, *taps)


def _refusal(row: Decline | None) -> str:
    if row is None:
        return ""
    reason = catalog.decline_reasons().get(row.code)
    lines = f"不予办理（{reason.name if reason else '其他'}）：{_clip(row.words, SHORT_WORDS)}\n"
    if row.appeal:
        lines += f"企业申诉：{_clip(row.appeal, SHORT_WORDS)}\n"
    if row.verdict:
        lines += f"督查裁定：{RULING[Ruling(row.verdict)]}\n"
    return lines


RULING: Final[Mapping[Ruling, str]] = {Ruling.UPHELD: "维持", Ruling.OVERTURNED: "退回重办"}


def _supervisors_taps(view: Overview, decline: Decline | None, *, asks_for_time: bool) -> list[Part]:
    if asks_for_time:
        return [("同意延期", f"同意延期 {view.number}"), "　", ("不同意", f"不同意延期 {view.number}")]
    if decline is not None and decline.appealed_at is not None and decline.decided_at is None:
        return [("维持", f"维持 {view.number}"), "　", ("退回重办", f"退回重办 {view.number}")]
    if view.status is Status.RESOLVED:
        return [("销号", f"销号 {view.number}"), "（多次联系不上企业时）"]
    return []


def not_for_supervisors() -> Speech:
    """A supervisor writes to nobody in an owner's name."""
    return ("督查不代责任领导回复企业，这句没有发给任何人。\n", *SUPERVISOR_HELP)


def why_decide(number: str, verb: Verb) -> Speech:
    """Ask for the reason of a decision."""
    return (f"{number} {_WHY_DECIDE[verb]}这句话会写入记录，当事各方都会看到。",)


def decided(number: str, verb: Verb) -> Speech:
    """A supervisor's decision was taken."""
    return (f"{number} {_DECIDED[verb]}",)


def which_of_owners(number: str, word: str, desks: Sequence[Unit]) -> Speech:
    """Several desks fit: let the supervisor choose."""
    return (f"“{cut(word, 20)}”有几位，请点一位：", *_desks_to_tap("改派", number, desks))


def reassign_to_whom(number: str) -> Speech:
    """A case shall have another owner, and nobody is named yet."""
    return (f"{number} 改派给谁？发姓名就行，理由可以一起写。",)


def not_sent_by_supervisor(view: Overview) -> Speech:
    """A supervisor's plain words about a case went to nobody; whose it is and what is due next."""
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    return (
        (
            f"{view.number}「{cut(view.title, TITLE)}」{_desk_status(view.status)}\n"
            f"责任领导：{_called(view.owner_post, view.owner_name)}\n{due}这句没有发给任何人。\n"
        ),
        ("详情", f"详情 {view.number}"),
        "　",
        ("改派", f"改派 {view.number}"),
        "　",
        ("待办", "待办"),
    )


def no_such_owner(number: str, word: str, desks: Sequence[Unit]) -> Speech:
    """No desk fits; those with a near name."""
    head = f"名册里没有找到“{cut(word, 20)}”，没有改派。"
    if not desks:
        return (head + f"请发：改派 {number} 姓名 理由",)
    return (head + "是不是要改派给：", *_desks_to_tap("改派", number, desks))


def reassigned_by_you(view: Overview) -> Speech:
    """A case was given to another owner."""
    owner = f"{_called(view.owner_post, view.owner_name)}"
    return (f"{view.number} 已改派给{owner}，期限不重算。企业和前后两位责任领导都会收到理由。",)


def owned_already() -> Speech:
    """The case is theirs already."""
    return ("这件本来就由这位负责。",)


def not_tried(days: Sequence[date]) -> Speech:
    """What is missing before a case may be written off without the enterprise's word."""
    known = "、".join(f"{each.month}月{each.day}日" for each in days[:3]) or "还没有"
    return (
        (
            f"还不能销号。企业没有确认的，要在办结以后、企业最后一次说话以后，有{DAYS_TRIED}个不同日子联系不上的记录"
            f"（由责任领导登记：打不通 编号）。现有：{known}。沉默不算满意。"
        ),
    )


def _called_in(news: Mapping[str, Any]) -> Speech:
    task = f"要办的事：{_clip(news['task'], HALF)}\n" if news["task"] else ""
    return (
        (
            f"请您协办 {_case(news)}\n企业：{cut(news['enterprise'] or '未绑定企业', FIRM)}\n"
            f"责任领导：{_official(news['owner'])}（仍由他负责）\n{task}请{_until(news)}前答复责任领导。\n"
        ),
        ("接受协办", f"接受协办 {news['number']}"),
        "　",
        ("不接受", f"不接受协办 {news['number']}"),
        "　",
        ("详情", f"详情 {news['number']}"),
    )


def _helped_news(news: Mapping[str, Any]) -> Speech:
    return (
        f"{_case(news)}已请{_helper(news['unit'])}协助办理。负责人不变，仍是{_official(news['owner'])}。",
    )


def _joined(news: Mapping[str, Any]) -> Speech:
    return (f"{_helper(news['unit'])}接受协办 {_case(news)}。\n", ("详情", f"详情 {news['number']}"))


def _help_refused(news: Mapping[str, Any]) -> Speech:
    if news.get("more"):
        return (f"{_helper(news['unit'])}不接受协办 {_case(news)}，补充理由：\n{_clip(news['text'])}",)
    return (
        f"{_helper(news['unit'])}不接受协办 {_case(news)}，理由：\n{_clip(news['text'])}\n这件仍由您负责，可以",
        ("另请一家", f"协办 {news['number']}"),
        "。",
    )


def _contributed(news: Mapping[str, Any]) -> Speech:
    label = "专班代复" if news["aide"] else "本人"
    return (
        (
            f"{_helper(news['unit'])}（{label}）就 {_case(news)}答复您，企业看不到：\n"
            f"{_clip(_with_kind(news['kind'], news['text']), WORDS_OF_HELP)}\n"
        ),
        ("报进展", f"进展 {news['number']}"),
        "　",
        ("结束协办", f"结束协办 {news['number']}"),
    )


def _help_passed(news: Mapping[str, Any]) -> Speech:
    before, after = (_helper(news[each]) for each in ("unit_before", "unit"))
    then = "由其接着协办，期限不变。" if news["goes_on"] else "这项协办结束，还要办请再发协办。"
    return (
        f"{_case(news)}：协办的{before}岗位移交{after}，{then}\n要办的事：{_clip(news['text'], 300)}\n",
        ("详情", f"详情 {news['number']}"),
    )


def _help_over(news: Mapping[str, Any]) -> Speech:
    return (f"{_case(news)}的协办已结束，谢谢。",)


def _help_late(news: Mapping[str, Any]) -> Speech:
    if news.get("is_yours"):
        return (
            f"{_helper(news['unit'])}协办 {_case(news)}超期未答复（应在{_until(news)}前）。您的期限照算。\n",
            ("结束协办", f"结束协办 {news['number']}"),
            "　",
            ("另请一家", f"协办 {news['number']}"),
        )
    return (
        f"请您协办的 {_case(news)}应在{_until(news)}前答复责任领导，已超期。请尽快答复：\n",
        ("详情", f"详情 {news['number']}"),
    )


def _reason_name(news: Mapping[str, Any]) -> str:
    reason = catalog.decline_reasons().get(news["code"])
    return reason.name if reason else "其他"


def _source(news: Mapping[str, Any]) -> str:
    reason = catalog.decline_reasons().get(news["code"])
    return f"依据：{reason.source}\n" if reason else ""


def _declined(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{_case(news)}，{_signed(news['by'])}答复：不予办理。\n理由：{_reason_name(news)}。{_clip(news['text'], 600)}\n"
            f"您可以找：{_clip(news['channel'], HALF)}\n{_source(news)}不同意可以申诉一次，由督查裁定。\n"
        ),
        ("不同意，申诉", f"申诉 {news['number']}"),
    )


def _appealed(news: Mapping[str, Any]) -> Speech:
    said = f"企业说：{_clip(news['text'], HALF)}\n"
    if news.get("is_yours"):
        return (f"企业对 {_case(news)}的不予办理提出申诉，由督查裁定。\n{said}",)
    again = {50: "（提醒：时限已过半）", 80: "（提醒：时限已用去八成）"}.get(news.get("level", 0), "")
    head = (
        f"企业申诉 {_case(news)}{again}\n{_official(news['owner'])}以“{_reason_name(news)}”不予办理："
        f"{_clip(news['reason'], HALF)}\n{said}请{_until(news)}前裁定。\n"
    )
    return (head, *_verdict_taps(news))


def _appeal_late(news: Mapping[str, Any]) -> Speech:
    return (f"{_case(news)}的申诉应在{_until(news)}前裁定，已超期。\n", *_verdict_taps(news))


_UNATTENDED: Final = "这个地区现在没有督查能收到消息，请尽快请管理员安排督查裁定。"
"""To the provincial office, which hears of what it may not decide itself."""


def _verdict_taps(news: Mapping[str, Any]) -> tuple[Part, ...]:
    if news.get("is_unattended"):
        return (_UNATTENDED,)
    number = news["number"]
    return (
        ("详情", f"详情 {number}"),
        "　",
        ("维持", f"维持 {number}"),
        "　",
        ("退回重办", f"退回重办 {number}"),
    )


def _upheld(news: Mapping[str, Any]) -> Speech:
    where = "" if news.get("is_yours") else f"您可以找：{_clip(news['channel'], HALF)}"
    return (
        f"{_case(news)}，督查（{cut(news['signed'], 40)}）裁定：维持不予办理。\n理由：{_clip(news['text'], 600)}\n{where}",
    )


def _overturned(news: Mapping[str, Any]) -> Speech:
    owner = "仍由您负责，请接着办。" if news.get("is_yours") else f"仍由{_official(news['owner'])}负责。"
    taps: tuple[Part, ...] = (("详情", f"详情 {news['number']}"),) if news.get("is_yours") else ()
    return (
        f"{_case(news)}，督查（{cut(news['signed'], 40)}）裁定：退回重办，编号不变。\n理由：{_clip(news['text'], 600)}\n{owner}\n",
        *taps,
    )


def _reassigned(news: Mapping[str, Any]) -> Speech:
    why = f"理由：{_clip(news['text'], 600)}"
    by = f"督查（{cut(news['signed'], 40)}）"
    after, before = _official(news["owner"]), _official(news["owner_before"])
    asked = f"已申请延期{news['asked_days']}天，等督查决定。\n" if news.get("asked_days") else ""
    match news["for"]:
        case "owner":
            return (
                f"{by}把 {_case(news)}改派给您，原责任领导是{before}。期限不重算。\n{why}\n{asked}",
                ("详情", f"详情 {news['number']}"),
            )
        case "owner_before":
            return (f"{by}把 {_case(news)}改派给{after}，您不再负责。\n{why}",)
        case "helper":
            return (f"您协办的 {_case(news)}改由{after}负责，协办照旧。\n{why}",)
        case _:
            return (f"{_case(news)}的负责人由{before}改为{after}，期限不重算。\n{why}\n{by}",)


def _written_off(news: Mapping[str, Any]) -> Speech:
    note = f"说明：{_clip(news['text'], 600)}\n督查（{cut(news['signed'], 40)}）\n"
    if news.get("is_yours"):
        return (f"{_case(news)}因多次联系不上企业，已核准销号。\n{note}",)
    return (
        f"{_case(news)}多次联系不上您，已核准销号。\n{note}问题没解决，{REBOUND_WITHIN.days}天内说一声，同一编号接着办：\n",
        ("没解决", f"没解决 {news['number']}"),
    )


# --- the entrepreneur's own affairs --------------------------------------------------------------

NO_CALLS: Final = "【请勿电话，微信联系】\n"
STAGE_QUESTION: Final = "顺便问一句，企业现在处在哪个阶段？点一下就行，只问这一次：\n"
QUOTE: Final = 36
"""Characters of a part that a question quotes."""

RATING: Final[Mapping[Rating, str]] = {
    Rating.SATISFIED: "满意",
    Rating.FAIRLY: "基本满意",
    Rating.DISSATISFIED: "不满意",
}
_RATED: Final = (
    (Rating.DISSATISFIED, re.compile("不.{0,2}满意|差评|[12一二]颗?[星分]")),
    (Rating.FAIRLY, re.compile("基本|还算|一般|比较|中评|[34三四]颗?[星分]")),
    (Rating.SATISFIED, re.compile("满意|好评|[5五]颗?[星分]")),
)
_COUNTED: Final = {2: "两", 3: "三"}


def rating_in(words: str) -> Rating | None:
    """The rating that somebody gives, or None."""
    return next((rating for rating, pattern in _RATED if pattern.search(words[:EXCERPT])), None)


def _ratings_to_tap(before: str, number: str) -> list[Part]:
    taps: list[Part] = []
    for word in RATING.values():
        command = f"{before} {number} {word}" if before else f"{word} {number}"
        taps += [(word, command), "　"]
    return taps[:-1]


def rated(
    number: str,
    name: str,
    result: Rating | None,
    attitude: Rating | None,
    *,
    is_explained: bool,
    is_waiting: bool = False,
) -> Speech:
    """A rating is noted; what was not asked yet is asked, and whether it is solved is still theirs to say."""
    speech = _rated(number, name, result, attitude, is_explained=is_explained)
    if not is_waiting:
        return speech
    return (
        *speech,
        "\n\n是否解决，还等您一句话：",
        ("确认解决", f"确认 {number}"),
        "　",
        ("没解决", f"没解决 {number}"),
    )


def _rated(
    number: str, name: str, result: Rating | None, attitude: Rating | None, *, is_explained: bool
) -> Speech:
    of = f"{number}「{cut(name, TITLE)}」"
    if attitude is not None:
        first = f"结果：{RATING[result]}；" if result is not None else ""
        thanks = f"{of}{first}联系及时、态度：{RATING[attitude]}。已记下，七天内可以改。谢谢您。"
        if result is not Rating.DISSATISFIED:
            return (thanks,)
        missing = "" if is_explained else "还差什么？直接发一句。"
        return f"{thanks}\n{missing}要接着办，点", ("没解决", f"没解决 {number}"), "。"
    if result is None:
        return (f"{of}您说的已记下，只用来改进工作，不会点名。问题还在的话：", ("没解决", f"没解决 {number}"))
    said = f"{of}结果：{RATING[result]}。已记下，七天内可以改，负责人只看到汇总数。\n"
    asked: Speech = ("联系及不及时、态度怎么样？\n", *_ratings_to_tap("态度", number))
    if result is not Rating.DISSATISFIED:
        return said, *asked
    missing = "" if is_explained else "还差什么？直接发一句。"
    return f"{said}{missing}要接着办，点", ("没解决", f"没解决 {number}"), "。\n", *asked


def rate_result(number: str) -> Speech:
    """Ask how content one is with the result."""
    return (f"{number} 的结果您满意吗？\n", *_ratings_to_tap("", number))


def rate_or_new(card: Speech, words: str) -> Speech:
    """A card that was answered with words we cannot read, and the way out if they were no answer."""
    return (*card, "\n不是评价？", ("这是新诉求", f"新诉求 {cut(words, BRIEF)}"))


def rate_manners(number: str) -> Speech:
    """Ask how one was treated."""
    return (f"{number} 联系及不及时、态度怎么样？\n", *_ratings_to_tap("态度", number))


def rating_settled(number: str) -> Speech:
    """A rating stands after some days."""
    return (f"{number} 的评价已过可以修改的时间。问题还在，请发：没解决 {number}",)


def ratings(counts: Mapping[str, Mapping[str, int]] | None) -> Speech:
    """What a desk learns of ratings: numbers, nobody's name."""
    if counts is None:
        return ("评价还太少，够数以后才汇总显示，免得对号入座。",)
    lines = [
        f"{name}：" + "　".join(f"{RATING[Rating(each)]}{count}" for each, count in counts[key].items())
        for key, name in (("result", "结果"), ("attitude", "联系及时、态度"))
    ]
    return ("企业评价汇总（销号满24小时的）\n" + "\n".join(lines),)


def run_on(*said: str) -> str:
    """Several short messages read as one."""
    return "，".join(said)


def moved(number: str, name: str, *, was_told: bool) -> Speech:
    """Words were moved to a ticket of their own."""
    then = "，那边的负责人已知道，两边都有记录" if was_told else ""
    return (f"好，刚才的话不算在 {number}「{cut(name, BRIEF)}」里{then}，已另立一件。\n",)


def not_in(number: str, name: str) -> Speech:
    """Words were taken off a case; where they go instead is asked behind it."""
    return (f"好，刚才的话不算在 {number}「{cut(name, BRIEF)}」里。",)


def dropped(number: str, name: str) -> Speech:
    """Words sent by mistake are forgotten."""
    return (f"好，刚才那句不算，没有转给 {number}「{cut(name, BRIEF)}」的负责人。",)


def told_already(number: str, name: str) -> Speech:
    """Words sent by mistake that the owner knows: how they are put right."""
    return (
        f"刚才的话已转给 {number}「{cut(name, BRIEF)}」的负责人。要更正，接着说一句就行。\n",
        ("不是这件事", f"不是这件事 {number}"),
    )


def take_it_back(number: str, name: str) -> Speech:
    """A request just opened that may have been a mistake."""
    return (f"{number}「{cut(name, BRIEF)}」要撤回吗？点一下：", ("撤回", f"撤回 {number}"))


def never_mind() -> Speech:
    """A mistake that did nothing."""
    return ("没关系，刚才的话没有转给任何人。有事直接说就行。",)


def nothing_to_move() -> Speech:
    """Nothing was put to a case by a guess of ours."""
    return ("刚才没有话是记到别的诉求里的。要另说一件，请发：新诉求 …　要改类型，请发：改类型",)


def several(number: str, parts: Sequence[str]) -> Speech:
    """Offer to split a request that holds several matters, quoting them."""
    if len(parts) not in _COUNTED:
        return ()
    quotes = "\n".join(f"{place}. {_quoted(part)}" for place, part in enumerate(parts, start=1))
    word = f"分成{_COUNTED[len(parts)]}件"
    return (
        f"\n\n您说的好像是{_COUNTED[len(parts)]}件事：\n{quotes}\n",
        (word, f"{word} {number}"),
        "　",
        ("就是一件事", f"就是一件事 {number}"),
    )


def _quoted(part: str) -> str:
    return f"“{cut(part.strip(' ，,。；;：:'), QUOTE)}”"


def parts_wanted(words: str) -> int:
    """Into how many parts somebody wants to split."""
    return 2 if words.startswith("分成两件") else 3


def split_word(count: int) -> str:
    """The command that splits a message into so many parts."""
    return f"分成{_COUNTED[count]}件"


def split(view: Overview, parts: Sequence[str], opened: Sequence[Submitted]) -> Speech:
    """Which part is now which case, and who answers for it."""
    said: list[Part] = [
        (
            f"已分成{_COUNTED[len(parts)]}件：\n{view.number}：{_quoted(parts[0])}\n"
            f"　负责人：{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}\n"
        )
    ]
    for done, part in zip(opened, parts[1:], strict=True):
        due = f"，{day(done.dues[0].due_at)}前{CLOCK[str(done.dues[0].name)]}" if done.dues else ""
        said.append(
            f"{done.number}：{_quoted(part)}\n　{type_name(done.type)}，"
            f"负责人：{cut(done.owner.post, 30)} {cut(done.owner.name, 10)}{due}\n"
        )
    said += [("看看我的诉求", "进度")]
    return tuple(said)


def split_already(number: str, others: Sequence[str]) -> Speech:
    """It was split before."""
    return (f"{number} 已经分过了，另外的是 {'、'.join(others)}。",)


def nothing_to_split() -> Speech:
    """There is only one matter, or no case is meant."""
    return ("这里没有可以拆分的诉求。要另说一件，请发：新诉求 …",)


def left_whole(number: str, name: str) -> Speech:
    """Nothing is split."""
    return (f"好，{number}「{cut(name, TITLE)}」按一件事办。",)


def wish_for_a_call(rest: str) -> str:
    """What the owner reads of a wish for a call."""
    return f"【希望来电】{rest or '请方便时打电话联系我'}"


def call_wished(view: Overview, told: Desk) -> Speech:
    """A wish for a call is with the owner."""
    owner = _called(view.owner_post, view.owner_name) + _in_whose_place(told)
    heard = f"已告诉{owner}" if told.people else f"{owner}绑定后就会看到"
    return (f"{heard}：{view.number}「{cut(view.title, TITLE)}」希望来电。想约时间，可以接着说。",)


def help_now(party: Party, views: Sequence[Overview]) -> Speech:
    """The few words that are of use now."""
    if not views:
        hint = "" if party.enterprise else "\n有邀请码的，请发：绑定 邀请码"
        return (*ENTERPRISE_HELP, hint) if hint else ENTERPRISE_HELP
    view = next((one for one in views if one.status is Status.RESOLVED), views[0])
    more = f"（共 {len(views)} 件在办）" if len(views) > 1 else ""
    return (
        f"{view.number}「{cut(view.title, TITLE)}」{STATUS[view.status]}{more}\n",
        *_next_taps(view),
        "　",
        ("人工", f"人工 {view.number}"),
        "\n\n您还可以说：\n",
        ("进度", "进度"),
        "　改类型　撤回　换企业　别打电话\n另一件事：新诉求 …",
    )


def _short(firm: EnterpriseCard) -> str:
    """The beginning of an enterprise's name, by which it is found again when tapped."""
    return " ".join(firm.name.split())[:TITLE].strip()


def which_enterprise(number: str, party: Party, *, is_brief: bool) -> Speech:
    """Ask somebody who speaks for several enterprises, once and lightly, which one is meant."""
    if party.enterprise is None or not party.others:
        return ()
    if is_brief or len(party.others) > 2:  # noqa: PLR2004 -- more would not fit beside the receipt
        return f"\n记在{cut(party.enterprise.name, BRIEF)}名下。", ("换一家", f"换企业 {number}")
    said = f"\n记在{cut(party.enterprise.name, TITLE)}名下。是另一家的？"
    taps: list[Part] = []
    for firm in party.others:
        taps += ["\n", (_short(firm), f"换企业 {number} {_short(firm)}")]
    return said, *taps


def choose_enterprise(party: Party, number: str | None) -> Speech:
    """Offer the enterprises somebody speaks for."""
    firms = [firm for firm in (party.enterprise, *party.others) if firm is not None][:4]
    of = f" {number}" if number else ""
    parts: list[Part] = ["您代表哪一家说话？\n"]
    for firm in firms:
        parts += [(_short(firm), f"换企业{of} {_short(firm)}"), "\n"]
    return tuple(parts)


def switched(firm: EnterpriseCard, case: tuple[str, str] | None = None) -> Speech:
    """For whom they speak from now on, and to which case (number and title) plain words go next."""
    then = f"接着说的会记到 {case[0]}「{cut(case[1], TITLE)}」。" if case else ""
    return (f"好，接下来您代表{cut(firm.name, FIRM)}说话。{then}",)


def stands_under(number: str, name: str, firm: EnterpriseCard) -> Speech:
    """A case is that enterprise's already."""
    return (f"{number}「{cut(name, TITLE)}」就记在{cut(firm.name, FIRM)}名下，不用改。",)


def moved_to_enterprise(number: str, name: str, firm: EnterpriseCard, owner: OfficialCard) -> Speech:
    """A case stands under the other enterprise now."""
    return (
        (
            f"{number}「{cut(name, TITLE)}」已改记在{cut(firm.name, FIRM)}名下，"
            f"负责人：{cut(owner.post, 30)} {cut(owner.name, 10)}，期限不变。"
        ),
    )


def only_the_author(number: str) -> Speech:
    """A colleague's case stays where the colleague put it."""
    return (f"{number} 是同事提交的，请由提交人来改企业。",)


def colleague_took_part(number: str) -> Speech:
    """What a colleague has said is their enterprise's, and no other may read it."""
    return (
        (
            f"{number} 里有同事说过的话，不能给另一家企业看，所以不能换企业。"
            "要替另一家反映，请另说一件；这一件不要了，请发："
        ),
        ("撤回", f"撤回 {number}"),
    )


def enterprise_settled(number: str) -> Speech:
    """The case was taken on for the enterprise it stands under."""
    return (f"{number} 已经受理，不能再换企业。确实记错了，请直接告诉负责人。",)


def not_bound() -> Speech:
    """Only contacts of an enterprise have such affairs."""
    return ("这个微信还没有绑定企业，无需处理。有邀请码的，请发：绑定 邀请码",)


def leave_question(firm: EnterpriseCard, others: Sequence[EnterpriseCard]) -> Speech:
    """Ask back before somebody stops speaking for an enterprise."""
    parts: list[Part] = [
        f"将不再代表{cut(firm.name, FIRM)}：您马上看不到它的诉求，诉求照常办，消息转给企业其他联系人。确认吗？\n",
        ("确认退出", "确认退出"),
        "　",
        ("取消", "取消"),
    ]
    for other in others[:2]:
        parts += ["\n", (f"退出的是{_short(other)}", f"退出企业 {_short(other)}")]
    return tuple(parts)


def nothing_to_leave() -> Speech:
    """There is no question open."""
    return ("现在没有待确认的退出。要退出企业，请先发：退出企业",)


def left(firm: EnterpriseCard, *, heir: str | None = None, is_heir_told: bool = False) -> Speech:
    """They speak for it no more; `heir` is who comes after and speaks for it already."""
    after = "接手的人已告诉督查，请其关注本号、凭邀请码绑定。" if is_heir_told else _bound_heir(heir)
    return (f"已退出{cut(firm.name, FIRM)}，感谢您一直以来的联系。诉求会照常办完。{after}",)


def no_calls(*, is_noted: bool) -> Speech:
    """Nobody shall phone."""
    if not is_noted:
        return ("好的。这里没有登记您的电话，有事都在微信里说。",)
    return ("记下了：请勿电话，微信联系。经办的每位干部都会看到。改主意了，发：可以打电话",)


def calls_welcome() -> Speech:
    """Calls are welcome again."""
    return ("好的，可以打电话联系您了。",)


def stage_code(words: str) -> str | None:
    """The stage that somebody names, or None."""
    return next((code for code, name in STAGE.items() if words[:2] == name[:2]), None)


def stage_in(words: str) -> str | None:
    """The stage named somewhere in a remark, or None."""
    return next((code for code, name in STAGE.items() if name[:2] in words), None)


def names_contact(words: str) -> bool:
    """Whether a remark is about the one who speaks for an enterprise."""
    return "联系人" in words


def leave_when_gone() -> Speech:
    """Somebody will leave, and has not."""
    return (
        "好的，现在什么都不变。离开那天发：",
        ("我已离职", "我已离职"),
        "。接手的人可先告诉我们，例如：以后找王会计",
    )


def _bound_heir(name: str | None) -> str:
    return f"{cut(name, 10)}已是这家企业的联系人，不用再绑定，可以直接接上。" if name else ""


def contact_changes(*, is_told: bool, is_office_told: bool = False, heir: str | None = None) -> Speech:
    """Who speaks for an enterprise is entered by an office; how that is done."""
    whom = [name for name, is_one in (("负责人", is_told), ("督查", is_office_told)) if is_one]
    told = f"已告诉{'和'.join(whom)}。" if whom else ""
    how = _bound_heir(heir) or "新联系人关注本号，凭督查登记后给的邀请码绑定，就能接上。"
    return (
        f"记下了。{told}{how}您不再负责的，发：",
        ("我已离职", "我已离职"),
    )


def _stages_to_tap(number: str | None = None) -> list[Part]:
    of = f" {number}" if number else ""
    taps: list[Part] = []
    for name in STAGE.values():
        taps += [(name, f"发展阶段{of} {name}"), "　"]
    return taps[:-1]


def choose_stage(firm: EnterpriseCard) -> Speech:
    """Offer the stages."""
    return (f"{cut(firm.name, FIRM)}处在哪个阶段？\n", *_stages_to_tap())


def stage_told(firm: EnterpriseCard, code: str) -> Speech:
    """The stage is noted."""
    return (f"记下了，{cut(firm.name, FIRM)}：{STAGE[code]}。谢谢。",)


def stage_known(firm: EnterpriseCard) -> Speech:
    """The roster has the last word."""
    return (f"{cut(firm.name, FIRM)}的发展阶段名册里已有登记，要更正请告诉负责人。",)


# --- news, sent when something happened ----------------------------------------------------------


def notice(kind: str, news: Mapping[str, Any]) -> Speech:
    """The words for one outbox row."""
    speak: Speaker = _NEWS[Notice(kind)]
    owner = news.get("stands_in_for")
    return (_why_you(owner), *speak(news)) if owner else speak(news)


def _why_you(owner: Mapping[str, str]) -> str:
    """Why the office that stands in gets another's case."""
    return f"责任领导{_called(owner['post'], owner['name'])}尚未绑定微信，由您代办：\n"


def _new_ticket(news: Mapping[str, Any]) -> Speech:
    stage = f"（{STAGE[news['stage']]}）" if news.get("stage") else ""
    unsure = "" if news["sure"] else "（待确认）"
    due = f"请于{day(datetime.fromisoformat(news['due']))}前受理。\n" if news.get("due") else ""
    points = _briefly(news["type"], news["kind"], news["text"])
    words = _clip(_with_kind(news["kind"], news["text"]), ROOM - size(points))
    return (
        (
            f"新诉求 {news['number']}　{type_name(news['type'])}{unsure}\n{cut(news['enterprise'] or '未绑定企业', FIRM)}{stage}\n"
            f"{NO_CALLS if news.get('no_calls') else ''}{points}{words}\n{due}"
        ),
        ("受理", f"受理 {news['number']}"),
        "　",
        ("详情", f"详情 {news['number']}"),
    )


def _to_desk(words: str) -> Speaker:
    def speak(news: Mapping[str, Any]) -> Speech:
        text = _told(news)
        return (
            f"{news['number']}「{cut(news['title'], TITLE)}」{words}\n{_clip(text)}\n"
            if text
            else f"{news['number']}「{cut(news['title'], TITLE)}」{words}\n",
            ("详情", f"详情 {news['number']}"),
        )

    return speak


def _withdrawn(news: Mapping[str, Any]) -> Speech:
    return _to_desk(f"企业已撤回。{_but_main(news)}")(news)


def _but_main(news: Mapping[str, Any]) -> str:
    """What was merged into another until it was withdrawn leaves that one as it was."""
    main = news.get("main")
    return f"它原并入的 {main['number']}「{cut(main['title'], BRIEF)}」没有撤回，接着办理。" if main else ""


def _told(news: Mapping[str, Any]) -> str:
    """What was said: one thing, or a run of short messages one below the other."""
    if "said" in news:
        return "\n".join(_with_kind(kind, text) for kind, text in news["said"])
    return _with_kind(news.get("kind", ""), news.get("text", ""))


def _accepted(news: Mapping[str, Any]) -> Speech:
    year, n = news["ledger"]
    asked = ("\n\n" + STAGE_QUESTION, *_stages_to_tap(news["number"])) if news.get("ask_stage") else ()
    return (
        (
            f"{_signed(news['by'])}已受理您的诉求 {news['number']}「{cut(news['title'], TITLE)}」，"
            f"台账编号 {ledger_number(type_name(news['type']), year, n)}，负责到底。"
        ),
        *asked,
    )


def _replied(news: Mapping[str, Any]) -> Speech:
    head = f"{_signed(news['by'])}就 {news['number']}「{cut(news['title'], TITLE)}」回复："
    kind = "" if is_continued(news) else news["kind"]
    return (_in_part(news, head, _with_kind(kind, news["text"])),)


def _progressed(news: Mapping[str, Any]) -> Speech:
    head = f"{news['number']}「{cut(news['title'], TITLE)}」有进展，{_signed(news['by'])}："
    return (_in_part(news, head, news["text"]),)


def _resolved(news: Mapping[str, Any]) -> Speech:
    head = f"{news['number']}「{cut(news['title'], TITLE)}」{_signed(news['by'])}说已办结："
    words = _in_part(news, head, news["text"])
    if not _is_last(news):
        return (words,)
    return (
        f"{words}\n\n解决了吗？您说了算。\n",
        ("确认解决", f"确认 {news['number']}"),
        "　",
        ("没解决", f"没解决 {news['number']}"),
    )


def _retyped(news: Mapping[str, Any]) -> Speech:
    return (f"{news['number']}「{cut(news['title'], TITLE)}」的类型改为：{type_name(news['type'])}。",)


PERHAPS_AGAIN: Final = "（可能重复）"
"""Before what may have been on the phone already."""


def _why_unheard(why: str) -> str:
    return "微信平台不接受" if why == "dead" else _WHY.get(why) or _HELD.get(why) or "对话窗口已关闭"


def _unreachable(news: Mapping[str, Any]) -> Speech:
    if "firm" in news:
        return (
            (
                f"{_case_or_firm(news)}还没收到走访预告（{_why_unheard(news['why'])}），先别去，免得被当成诈骗。"
                "对方在对话里说话后预告才会送达。\n"
            ),
            ("取消约走访", f"取消约电话 {_of(news)}"),
        )
    if news.get("of") == Notice.CALL_ANNOUNCED:
        return (
            (
                f"{news['number']} 的来电预告对方还没收到（{_why_unheard(news['why'])}），先别打，免得被当成诈骗。"
                "对方在对话里说话后预告才会送达。\n"
            ),
            ("取消约电话", f"取消约电话 {news['number']}"),
            "　",
            ("打不通", f"打不通 {news['number']}"),
        )
    if news["why"] == DOUBTFUL:
        return (
            (
                f"{news['number']} 有一条消息不确定是否送达企业联系人（已发出，没收到微信的回执），"
                "对方再说话时自动送达一次，可能重复。急事请换个方式确认。"
            ),
        )
    if news["why"] in RESTING:
        words = _HELD[news["why"]]
        return (f"{news['number']} 有消息没能马上发给企业（{words}），恢复后自动送达。急事请换个方式联系。",)
    if news["why"] == "dead":
        return (
            (
                f"{news['number']} 有一条消息没能发给企业联系人：微信平台不接受，系统不会再发。"
                "请换个方式告诉对方。\n"
            ),
            ("详情", f"详情 {news['number']}"),
        )
    return (
        (
            f"{news['number']} 的企业联系人暂时收不到微信消息（{_WHY.get(news['why'], '对话窗口已关闭')}），"
            "消息已保留，对方再说话时自动送达。急事请换个方式联系。"
        ),
    )


def media_lost(news: Mapping[str, Any], *, is_refused: bool = False) -> Speech:
    """In the place of a picture or recording that could not be had: who sent it has been asked for it again.

    `is_refused` where the platform takes it in no more: it is asked for in another form.
    """
    if is_refused:
        return (
            f"{news['number']} 对方发来的{_medium(news)}微信不让转发，已请对方换成{_instead(news)}再发。",
        )
    return (f"{news['number']} 对方发来的{_medium(news)}没能取到，已请对方再发一次。",)


def _media_lost(news: Mapping[str, Any]) -> Speech:
    if news.get("is_refused"):
        named = f"{news['number']}「{cut(news['title'], TITLE)}」"
        return (f"{named}您发的{_medium(news)}微信不让转发，对方看不到，请换成{_instead(news)}再发一次。",)
    return (
        f"{news['number']}「{cut(news['title'], TITLE)}」您发的{_medium(news)}没能收到，对方看不到，请再发一次。",
    )


def _instead(news: Mapping[str, Any]) -> str:
    """What gets through where a recording or a picture does not: words, or a picture that is smaller."""
    return "文字" if news.get("kind") == Kind.VOICE else "截图或文字"


def _medium(news: Mapping[str, Any]) -> str:
    return "语音" if news.get("kind") == Kind.VOICE else "图片"


def _no_contact(news: Mapping[str, Any]) -> Speech:
    if "firm" in news:
        return (
            (
                f"{_case_or_firm(news)}那边已没有联系人，{_window(news)}的走访预告没有人看，已取消，"
                "先别去，免得被当成诈骗。请换个方式联系，并请督查或管理员登记新的联系人；登记后可以再约走访。"
            ),
        )
    lost = "，刚才要说的话没有人收到" if news.get("is_lost", True) else "，这里的消息暂时没有人收"
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」：企业那边已没有联系人{lost}。"
            "请换个方式联系，并请督查或管理员登记新的联系人。"
        ),
    )


def _new_contact(news: Mapping[str, Any]) -> Speech:
    firm = cut(news["enterprise"] or "", FIRM)
    return (
        f"{firm}要换联系人，原话：“{_clip(news['text'], HALF)}”\n请核实后登记新联系人、发邀请码；未绑定前消息没有人收。",
    )


def _complained(news: Mapping[str, Any]) -> Speech:
    firm = cut(news["enterprise"] or "一位还没绑定企业的诉求人", FIRM)
    about_ = f"（{news['number']}「{cut(news['title'], TITLE)}」）" if news.get("number") else ""
    return (
        f"{firm}反映{_named(news['owner'])}办理的问题{about_}，原话：“{_clip(news['text'], HALF)}”\n已同时转给责任领导，请督查核实。\n",
        *((("详情", f"详情 {news['number']}"),) if news.get("number") else ()),
    )


def _registered(news: Mapping[str, Any]) -> Speech:
    """What an office took down for them: who has it, and how to correct it or take it back."""
    number, owner = news["number"], news["owner"]
    due = f"{day(datetime.fromisoformat(news['due']))}前受理\n" if news.get("due") else ""
    parts: list[Part] = [f"您反映的事已代为登记，编号 {number}。\n记的是：{cut(news['text'], 40)}\n"]
    if news["sure"]:
        parts += [f"类型：{type_name(news['type'])}（", ("不对，改一下", f"改类型 {number}"), "）\n"]
    parts.append(f"负责人：{cut(owner['post'], 30)} {cut(owner['name'], 10)}\n{due}")
    if not news["sure"]:
        parts += ["这件事属于哪一类？点一下就行：\n", *_types_to_tap(number), "\n"]
    return (*parts, "不是您反映的，请点", ("撤回", f"撤回 {number}"), "；还有情况接着说。")


_WHY: Final = {
    "left": "已取消关注",
    "refused": "已拒收，或微信号已失效",
    "window": "超过48小时未互动，或可发的条数已用完",
    "kept": "可发的条数快用完，留给需要对方回话的消息",
    "failed": "多次发送失败",
    DOUBTFUL: "不确定是否送达",
    "parked": "微信平台暂不放行",
    "asked": "对方设置了不主动发消息",
}


def _clip(text: str, room: int = ROOM) -> str:
    """The beginning of a text within `room` bytes as it will be shown, line breaks kept."""
    text = text.replace("<", "＜")  # as it will be shown, which takes three times the room
    raw = text.encode(errors="replace")
    return text if len(raw) <= room else raw[: room - len(MORE.encode())].decode(errors="ignore") + MORE


# --- trust: calls and callers --------------------------------------------------------------------

SAFETY: Final = "不管谁来电，都不要转账，不要报验证码、密码。"

WHY_NOT_THEN: Final[Mapping[str, str]] = {
    Doubt.NO_TIME: "什么时间？",
    Doubt.NO_HOUR: "那天几点？",
    Doubt.WHICH_HALF: "是上午还是下午？",
    Doubt.UNCLEAR: "这个时间没看懂，或者说了不止一个。",
    Doubt.PAST: "这个时间已经过了。",
    Fault.PAST: "这个时间已经过了。",
    Fault.TOO_FAR: "太远了，请约近一些的时间。",
    Fault.TOO_LONG: "时间段太长，请缩短一些。",
    Fault.OUT_OF_HOURS: "清早和夜里不打扰企业，请换个时间。",
}
"""What is wrong with a time for a call, by the doubt of the reader or the fault of the window."""

FINDING: Final[Mapping[Finding, str]] = {
    Finding.GENUINE: "属实",
    Finding.FRAUD: "诈骗",
    Finding.UNCLEAR: "不清",
}


def _tails(tails: Sequence[str]) -> str:
    return f"尾号{'或'.join(tails[:3])}" if tails else "号码未登记"


def _hours(begins: datetime, ends: datetime) -> str:
    """From when to when: 11月26日15:00-15:30, which can be typed back as it stands."""
    first, last = day(begins), day(ends)
    same = begins.astimezone(LOCAL).date() == ends.astimezone(LOCAL).date()
    return f"{first}-{ends.astimezone(LOCAL):%H:%M}" if same else f"{first}-{last}"


def _as_registered(one: Checked) -> str:
    whose = _who(one.holder.post, one.holder.name) if one.holder else "一位在册干部"
    moments = (
        _hours(one.call.begins_at, one.call.ends_at)
        if one.call and one.call.begins_at and one.call.ends_at
        else ""
    )
    if one.verdict is Verdict.ANNOUNCED and one.call:
        return f"是{whose}登记的号码，正是约好的来电（{moments}）。请对方先说暗语“{one.call.phrase}”，说不对就挂断。"
    booked = f"约的是{moments}，不是现在" if moments else "没有跟您约过来电"
    return f"是{whose}登记的号码，但{booked}。来电显示可以伪造：请先挂断，让对方在这里给您发来电预告。"


def _who(post: str, name: str) -> str:
    return f"{cut(post, 30)} {cut(name, 10)}"


def _reach(reach: Reach | None, *, is_unheard: bool) -> str:
    """How the enterprise can be reached, in one line for its officials."""
    if reach is None:
        return f"联系：{NOBODY_LEFT}\n" if is_unheard else ""
    if not reach.follows:
        chat = "已取消关注，发消息收不到"
    elif reach.is_window_open:
        chat = "可直接发消息"
    else:
        chat = "超过48小时没说话，消息可能晚到"
    rung = f"，打不通{reach.failed_calls}次" if reach.failed_calls else ""
    who = f"{cut(reach.name, 10)}，" if reach.name else ""
    ways = [f"{_TRIED[way]}{cut(name, 10) if name else ''}" for way, name in reach.tried if way in _TRIED]
    tried = f"已试：{'、'.join(ways[-_WAYS:])}\n" if ways else ""
    return f"联系：{who}{day(reach.last_heard_at)}露过面，{chat}{rung}\n{tried}"


_WAYS: Final = 3
_TRIED: Final = {Way.CHAT: "在对话里问", Way.COLLEAGUE: "问同事", Way.VISIT: "请属地上门"}
"""How a way to an enterprise is named once it was taken."""


def _call(call: Call) -> str:
    if call.begins_at is None or call.ends_at is None:
        return "约电话：已问企业什么时候方便\n"
    word = "约走访" if call.kind == CallKind.VISIT else "约电话"
    return f"{word}：{_hours(call.begins_at, call.ends_at)}，暗语 {call.phrase}\n"


Named: TypeAlias = str | Enterprise
"""What a call is about: the number of a case, or the enterprise where there is none."""


def _tapped(named: Named) -> str:
    """How the links of a card name what it is about."""
    return f"第{named.id}家" if isinstance(named, Enterprise) else named


def call_announced(call: Announced, view: Overview, *, by: OfficialCard) -> Speech:
    """The call is announced: what the enterprise was told, and what to say first."""
    return _announced(call, view.enterprise_name or "诉求人", view.number, f"（{view.number}）", by=by)


def visit_announced(call: Announced, firm: Enterprise, *, by: OfficialCard) -> Speech:
    """A visit is announced to an enterprise that has no case."""
    return _announced(call, firm.name, _tapped(firm), "", by=by)


def _announced(call: Announced, name: str, tapped: str, of: str, *, by: OfficialCard) -> Speech:
    firm = cut(name, FIRM)
    is_visit = call.kind is CallKind.VISIT
    card, who, first = ("走访预告", "上门", "见面") if is_visit else ("来电预告", "来电人", "接通")
    word, label = ("约走访", "改为领导上门") if is_visit else ("约电话", "改为领导来电")
    told = f"已给{firm}发{card}" if call.is_new else "这个时间已经约过，没有再打扰企业"
    me = (
        f"您（{_tails(call.tails)}）"
        if call.caller.id == by.id
        else f"{_who(call.caller.post, call.caller.name)}（{_tails(call.tails)}）"
    )
    parts: list[Part] = [
        (
            f"{told}{of}。\n时间：{_hours(call.window.begins, call.window.ends)}\n{who}：{me}\n"
            f"暗语：{call.phrase}\n{first}先说：“我是{_who(call.caller.post, call.caller.name)}，暗语是{call.phrase}。”\n"
        )
    ]
    if by.leader_id is not None and call.caller.id == by.id:
        moments = _hours(call.window.begins, call.window.ends)
        parts += [(label, f"{word} {tapped} {moments} 领导来电"), "　"]
    return (*parts, ("取消", f"取消约电话 {tapped}"))


def when_to_call(named: Named, why: str, *, is_visit: bool = False) -> Speech:
    """Ask an official for the time of a call or a visit."""
    what = "上门走访" if is_visit else "打电话"
    whom = cut(named.name, FIRM) if isinstance(named, Enterprise) else f" {named} "
    return (
        f"{WHY_NOT_THEN[why]}给{whom}约哪个时间{what}？比如：今天下午3点、明天上午、周五10:30、15:30-16:00",
    )


def nobody_to_call(named: Named) -> Speech:
    """Nobody there could read the card."""
    if isinstance(named, Enterprise):
        return ("这家企业还没有联系人绑定微信，走访预告发不出去；请先发邀请码给企业，或请当地代为约好。",)
    return (f"没有发来电预告：{named} {NOBODY_LEFT}",)


def no_calls_please(number: str, name: str | None) -> Speech:
    """The contact wants no calls."""
    return (f"联系人{cut(name or '', 10)}说过请不要打电话。请在对话里联系：", ("回复", f"回复 {number}"))


def announce_visit_how(firms: Sequence[Enterprise], when: str) -> Speech:
    """Ask which enterprise shall be visited."""
    if not firms:
        return ("走访只约包保企业，或手头有诉求的企业；您这里还没有。",)
    parts: list[Part] = ["约走访，请发：约走访 企业或编号 时间。去哪一家？\n"]
    for firm in firms[:3]:
        parts += [(cut(firm.name, FIRM // 2), f"约走访 第{firm.id}家 {cut(when, TITLE)}".rstrip()), "\n"]
    return tuple(parts)


def nothing_to_visit_about(firm: Enterprise) -> Speech:
    """Cards are sent about a case or to whom one looks after; the enterprise is neither."""
    return (
        f"{cut(firm.name, FIRM)}不是您的包保企业，现在也没有在办的诉求，发不了走访预告。请先由企业的联系人在公众号里约好；走访后请记：走访 企业 情况。",
    )


def visit_cancelled(firm: Enterprise) -> Speech:
    """A visit without a case is taken back."""
    return (f"已取消去{cut(firm.name, FIRM)}的走访预告，会告诉企业。",)


def quiet_then(named: Named, quiet: Quiet, window: Span | None, *, is_visit: bool = False) -> Speech:
    """The enterprise wants nothing at that time; the next window that suits is offered."""
    word = "约走访" if is_visit else "约电话"
    why = f"企业设了免打扰时段 {quiet}，这段时间不{word}。"
    if window is None:
        return (
            f"{why}{'请换个时间。' if isinstance(named, Enterprise) else '请在对话里联系：'}",
            *_by_chat(named),
        )
    then = _hours(window.begins, window.ends)
    return (f"{why}最近可约：", (then, f"{word} {_tapped(named)} {then}"), "。企业自己提出的时间不受限制。")


def _by_chat(named: Named) -> Speech:
    """The way that is left where nobody may ring: the chat about a case."""
    return () if isinstance(named, Enterprise) else (("回复", f"回复 {named}"),)


def announced_enough(named: Named, most: int, again_at: datetime) -> Speech:
    """As many calls were announced to the enterprise today as may be without its asking."""
    if isinstance(named, Enterprise):
        return (f"今天已经给这家企业发过{most}次预告，不再打扰。{day(again_at)}起可以再约。",)
    return (
        (
            f"今天已经给这家企业发过{most}次来电预告，不再打扰。{day(again_at)}起可以再约；"
            "企业刚说过话，或者主动约您，随时可以。也可以在对话里联系："
        ),
        *_by_chat(named),
    )


def no_number(caller: OfficialCard) -> Speech:
    """Whoever would call has no registered number."""
    return (
        f"{_who(caller.post, caller.name)}还没有登记来电号码，企业没法核验。请管理员先登记号码，再约电话。",
    )


def no_call_to_cancel(named: Named) -> Speech:
    """There is no announced call."""
    if isinstance(named, Enterprise):
        return (f"{cut(named.name, FIRM)}现在没有约好的走访。",)
    return (f"{named} 现在没有约好的电话。",)


def call_cancelled(view: Overview) -> Speech:
    """The announcement is taken back."""
    return (f"已取消 {view.number} 的预告，会告诉{cut(view.enterprise_name or '诉求人', FIRM)}。",)


def call_failed(done: Failed, number: str) -> Speech:
    """A failed call is logged, and the next way taken."""
    logged = f"已登记 {number} 打不通（第{done.days}天）。"
    if done.way is Way.CHAT:
        return (
            f"{logged}已在对话里告诉{cut(done.whom or '企业', 10)}您来过电话，并问怎么联系方便；有回音马上转给您。",
        )
    if done.way is Way.SOON:
        asked = f"刚在对话里问过{cut(done.whom or '企业', 10)}"
        minutes = catalog.call_habits().patience // timedelta(minutes=1)
        return (f"{logged}{asked}，先等对方回话；{minutes}分钟还没有回音，再登记一次，就换下一个办法。",)
    if done.way is Way.COLLEAGUE:
        why = "提出诉求的联系人现在收不到消息" if done.is_first else "前面的联系人没有回音"
        return (f"{logged}{why}，改问另一位联系人{cut(done.whom or '', 10)}；有回音马上转给您。",)
    if done.way is Way.WAIT:
        return (f"{logged}几位联系人都问过了，也已请属地上门，有消息会转给您。",)
    if done.is_told:
        return (f"{logged}对话里联系不上，已请{cut(done.whom or '', 40)}上门走访，请企业跟我们说一句话。",)
    office = f"{cut(done.whom, 40)}还没有绑定微信" if done.whom else "还没有可以转告的单位"
    return (f"{logged}对话里联系不上；属地{office}，请您直接联系当地，请其上门走访。",)


def for_enterprises_only() -> Speech:
    """An official cannot answer a card."""
    return ("来电预告由企业答复。要改时间请发：约电话 编号 时间；不打了请发：取消约电话 编号",)


def for_officials_only() -> Speech:
    """An enterprise does not announce calls."""
    return ("这是干部用的说法。想让负责人给您回电话，直接说一句就行，比如：请明天上午给我回个电话",)


def for_supervisors_only() -> Speech:
    """Only supervisors decide about leads."""
    return ("线索由督查核实。想核验来电，请发：核验 号码",)


def call_agreed(call: Announced, named: Named) -> Speech:
    """The enterprise has agreed."""
    return (f"好的，已告诉对方。{_expect(call, named)}", *_move_or_not(named, "改时间"))


def call_moved(call: Announced, named: Named) -> Speech:
    """The enterprise has named another time."""
    return (f"已改好并告诉对方。{_expect(call, named)}", *_move_or_not(named, "再改"))


def _move_or_not(named: Named, move: str) -> list[Part]:
    tapped = _tapped(named)
    no = "不方便" if isinstance(named, Enterprise) else "不接了"
    return [(move, f"改来电 {tapped}"), "　", (no, f"不接来电 {tapped}")]


_NOT_MATCHING: Final[Mapping[CallKind, str]] = {
    CallKind.CALL: "说不对就挂断。",
    CallKind.VISIT: "说不对请不要接待。",
}


def _expect(call: Announced, named: Named) -> str:
    about = "" if isinstance(named, Enterprise) else f"就 {named} "
    return (
        f"{_who(call.caller.post, call.caller.name)}将在{_hours(call.window.begins, call.window.ends)}{about}{'上门走访' if call.kind is CallKind.VISIT else '来电'}，"
        f"{_tails(call.tails)}，先说暗语“{call.phrase}”。{_NOT_MATCHING[call.kind]}\n"
    )


def call_expected(call: Announced, named: Named) -> Speech:
    """Whose call comes when, once more, with the three answers."""
    return (_expect(call, named), *_three_answers(_tapped(named)))


def _three_answers(tapped: str) -> list[Part]:
    """What an enterprise may say to a card."""
    yes, move, no = f"同意来电 {tapped}", f"改来电 {tapped}", f"不接来电 {tapped}"
    return [("同意", yes), "　", ("换个时间", move), "　", ("不方便", no)]


def when_it_suits(named: Named, why: str) -> Speech:
    """Ask the enterprise when a call would suit, or a visit."""
    asked = "" if why == Doubt.NO_TIME else WHY_NOT_THEN[why]
    is_visit = isinstance(named, Enterprise)
    what = "什么时候到您那里方便" if is_visit else f"关于 {named}，什么时候给您打电话方便"
    return (
        f"{asked}{what}？比如：明天上午10点、周五下午\n",
        ("不用来了" if is_visit else "不用打了", f"不接来电 {_tapped(named)}"),
    )


def move_or_matter(named: Named, when: str) -> Speech:
    """Words that begin with a time while a card waits: the time for the call, or another matter?"""
    when = cut(when, TITLE)
    what = "约好的走访" if isinstance(named, Enterprise) else f"{named} 的来电"
    return (
        f"{what}，改到“{when}”？后面的话一并转告。\n",
        ("是，改时间", f"改来电 {_tapped(named)} {when}"),
        "　",
        ("另说一件事", "新诉求"),
    )


def call_declined(named: Named) -> Speech:
    """The enterprise wants no call."""
    if isinstance(named, Enterprise):
        return ("好的，已告诉对方先不来。有事在这里说就行。",)
    return (f"好的，已告诉对方不打电话。有事在这里说就行，会记到 {named}。",)


def call_is_over() -> Speech:
    """The card has lapsed."""
    return ("现在没有等您答复的来电预告，可能已经过了时间或取消了。想通电话，直接说什么时候方便就行。",)


def which_call(announced: Sequence[Named]) -> Speech:
    """Ask which of several announced calls is meant."""
    parts: list[Part] = ["不止一个来电预告，是哪一个？\n"]
    for named in announced[:3]:
        tapped = _tapped(named)
        shown = f"{cut(named.name, _SHORT_FIRM)}走访" if isinstance(named, Enterprise) else tapped
        parts += [
            (f"同意 {shown}", f"同意来电 {tapped}"),
            "　",
            (f"改时间 {shown}", f"改来电 {tapped}"),
            "　",
        ]
        parts += [(f"不接 {shown}", f"不接来电 {tapped}"), "\n"]
    return tuple(parts)


def which_number(
    cards: Sequence[OwnerCard],
    calls: Sequence[Announced],
    *,
    is_local: bool,
    is_alarming: bool = False,
) -> Speech:
    """Ask once for the number, with what can be said without it: whose call may be expected, and when."""
    asked = "请带上区号，比如：024-12345678。" if is_local else "请把来电号码发过来，马上替您核验。"
    first = "请先挂断，不要照做。" if is_alarming else ""
    return (f"{first}{asked}\n{''.join(map(_expected, calls[:2]))}{_owners(cards)}{SAFETY}",)


def one_of_ours(card: OwnerCard) -> Speech:
    """Somebody asks who an official is, or for their number: what may be said, and how to be sure."""
    return (
        (
            f"{_who(card.post, card.name)}是您的责任领导（{_tails(card.tails)}），完整号码不在这里发。"
            "光看名字认不出真假：谁来电或加您，请把对方的号码发过来，马上核验。\n"
        ),
        ("约我电话", "约我电话"),
        f"　想跟本人说，点这里。\n{SAFETY}",
    )


def _expected(call: Announced) -> str:
    """A call that may be expected, in one line: all of the card for who has lost it."""
    return (
        f"约好的{'走访' if call.kind is CallKind.VISIT else '来电'}：{_who(call.caller.post, call.caller.name)}，{_hours(call.window.begins, call.window.ends)}，"
        f"{_tails(call.tails)}，暗语 {call.phrase}\n"
    )


def tail_compared(tail: str, cards: Sequence[OwnerCard], calls: Sequence[Announced]) -> Speech:
    """Four digits: whose known ones they are like, and that they prove nothing."""
    known = [_who(card.post, card.name) for card in cards if tail in card.tails]
    known += [_who(call.caller.post, call.caller.name) for call in calls if tail in call.tails]
    whose = "、".join(list(dict.fromkeys(known))[:2])
    like = (
        f"尾号{tail}与{whose}登记的尾号相同，但只看四位认不出真假，来电显示也可以伪造。"
        if whose
        else f"尾号{tail}与您的责任领导、约好的来电都对不上，先当作没有核实。"
    )
    return (
        f"{like}请把完整号码发过来，马上替您核验。\n{''.join(map(_expected, calls[:2]))}{'' if whose else _owners(cards)}{SAFETY}",
    )


def at_the_door(cards: Sequence[OwnerCard], calls: Sequence[Announced], *, is_lead: bool) -> Speech:
    """Somebody has come in person: how ours come, and what to do until it is certain."""
    heard = "您说的情况已报给督查。" if is_lead else ""
    announced = "".join(map(_expected, calls[:2]))
    return (
        (
            "没有在这里预约过的上门，先不要让对方看账本、公章和电脑，也不要交钱、签字。"
            "请对方出示工作证件，并说出这里发过的暗语；说不出就请其离开，觉得危险请打110。"
            f"{heard}\n{announced or '现在没有跟您约过来电或上门。'}"
        ),
        f"{'' if announced else chr(10)}{_owners(cards)}{SAFETY}",
    )


def we_are_genuine(cards: Sequence[OwnerCard]) -> Speech:
    """Somebody doubts this account itself: what we never do, and how to check us."""
    return (
        (
            "您谨慎是对的。本号由政府开办，给企业办事不收一分钱，也不会让您转账。每件诉求都有编号和负责人，"
            "来电前先在这里发预告和暗语；接到可疑电话，把号码发来马上核验。\n"
        ),
        f"{_owners(cards)}{SAFETY}",
    )


NO_TAIL: Final = "没有记下"
"""What stands for the last four digits of a number that nobody wrote down."""


def no_number_told(cards: Sequence[OwnerCard], *, is_lead: bool = False) -> Speech:
    """Without the number there is only advice, and the supervisors hear of a tale."""
    heard = "您说的情况已报给督查。" if is_lead else ""
    return (
        f"没有号码就没法核验。{heard}真是我们的人，会先在这里给您发来电预告，并能说出暗语。\n{_owners(cards)}{SAFETY}",
    )


def asked_too_often(again_at: datetime) -> Speech:
    """Checking has a limit."""
    return (
        f"您核验得太频繁了，{day(again_at)}以后可以再查。急着分辨的，先挂断，在这里说一句，负责人会联系您。{SAFETY}",
    )


def checked(found: Sequence[Checked], cards: Sequence[OwnerCard], claimed: OwnerCard | None) -> Speech:
    """What is known of numbers: never more than that they are registered, unless the official is theirs."""
    lines = "\n".join(f"{_checked(one)}{_alike(one, cards)}" for one in found)
    is_genuine = all(one.verdict is Verdict.ANNOUNCED for one in found)
    if claimed is not None and not is_genuine:
        lines += f"\n{_posed(claimed)}"
    return (f"{lines}\n{'' if is_genuine else _owners(cards)}{SAFETY}",)


def hang_up(
    found: Sequence[Checked],
    cards: Sequence[OwnerCard],
    claimed: OwnerCard | None,
    *,
    renewed: Sequence[Announced] = (),
) -> Speech:
    """Nobody of ours calls so, whatever number was shown: hang up, who was told, and which phrase holds now."""
    shown = dict.fromkeys(_who(one.holder.post, one.holder.name) for one in found if one.holder)
    lines = "".join(f"{_shown(one)}{_alike(one, cards)}\n" for one in found)
    told = f"，并通知{'、'.join(shown)}" if shown else ""
    handed = f"已作为线索交督查核实{told}。\n" if found else ""
    posed = f"{_posed(claimed)}\n" if claimed else ""
    phrase = "".join(
        f"原来的暗语作废，{_hours(call.window.begins, call.window.ends)}的来电改用新暗语“{call.phrase}”，新的预告马上发给您。\n"
        for call in renewed
    )
    return (f"请立即挂断，不要照做。\n{lines}{handed}{posed}{phrase}{_owners(cards)}{SAFETY}",)


def _shown(one: Checked) -> str:
    """What can be said of a number with which somebody called as nobody of ours does."""
    if one.verdict in {Verdict.ANNOUNCED, Verdict.REGISTERED}:
        whose = f"{_who(one.holder.post, one.holder.name)}登记的号码" if one.holder else "一个登记的号码"
        return (
            f"尾号{one.tail}显示的是{whose}，但来电显示可以伪造：说不对暗语，或者要钱、要证件的，都不是本人。"
        )
    if one.verdict is Verdict.UNDECIDED:
        return "暗语说不对的，哪怕显示的号码对，也不是我们的人。"
    return f"尾号{one.tail}：没有登记{'，此前已核实为诈骗' if one.is_known_fraud else ''}。"


def _checked(one: Checked) -> str:
    if one.verdict is Verdict.UNDECIDED:
        return f"尾号{one.tail}：现在核对不了。先当作没有核实，请负责人在这里跟您约电话。"
    if one.verdict is Verdict.UNKNOWN:
        known = (
            "此前已核实为诈骗，请立即挂断、拉黑。"
            if one.is_known_fraud
            else "不等于一定是骗子，但不能证明是我们的人。"
        )
        return f"尾号{one.tail}：没有登记。{known}已作为线索交督查核实。"
    return f"尾号{one.tail}：{_as_registered(one)}"


def _posed(claimed: OwnerCard) -> str:
    """What is known of the numbers of whoever a caller said to be."""
    number = f"登记的是{_tails(claimed.tails)}" if claimed.tails else "还没有登记号码"
    return f"对方自称的{cut(claimed.name, 10)}，{number}。"


def _alike(one: Checked, cards: Sequence[OwnerCard]) -> str:
    """That a stranger's number only ends like that of somebody whose last digits are shown."""
    like = [card for card in cards if one.verdict is Verdict.UNKNOWN and one.tail in card.tails]
    return f"尾号和{_who(like[0].post, like[0].name)}的一样，但不是同一个号码，请挂断。" if like else ""


def _owners(cards: Sequence[OwnerCard]) -> str:
    shown = "、".join(f"{_who(card.post, card.name)}（{_tails(card.tails)}）" for card in cards[:2])
    return f"您的责任领导是{shown}。\n" if shown else ""


def how_to_decide(leads: Sequence[FraudLead] = ()) -> Speech:
    """The open leads, the oldest first, and how a supervisor says what became of one."""
    parts: list[Part] = ["还没核实的可疑来电：\n"] if leads else []
    for each in leads[:LEADS]:
        parts += [
            (f"线索 {each.id}", f"线索 {each.id}"),
            f" 尾号{each.tail}，{each.day.month}月{each.day.day}日\n",
        ]
    return (*parts, "请发：线索 编号 诈骗、线索 编号 属实，或 线索 编号 不清；后面可以写说明。")


def lead_shown(lead: Lead) -> Speech:
    """One lead: who reported it in which words, and what a supervisor can say became of it."""
    row = lead.row
    told = "".join(
        f"{cut(one.enterprise.name if one.enterprise else '未绑定企业', FIRM)}：{_clip(one.row.said or '', HALF)}\n"
        for one in lead.reports[:REPORTS]
    )
    found = f"已记为：{FINDING[Finding(row.finding)]}。要改请点：\n" if row.finding else "核实后点一下：\n"
    return (
        f"可疑来电线索 {row.id}：尾号{row.tail}，{row.day.month}月{row.day.day}日\n{told}{found}",
        *_findings(row.id),
    )


def _findings(lead_id: int | str) -> Speech:
    return (
        ("是诈骗", f"线索 {lead_id} 诈骗"),
        "　",
        ("属实", f"线索 {lead_id} 属实"),
        "　",
        ("说不清", f"线索 {lead_id} 不清"),
    )


def no_such_lead(lead_id: int) -> Speech:
    """There is no such lead, or none of theirs."""
    return (f"没有查到线索 {lead_id}。",)


def lead_decided(lead_id: int, finding: Finding) -> Speech:
    """A lead was followed up."""
    return (f"线索 {lead_id} 已记为：{FINDING[finding]}，会告诉反映的企业。",)


def _window(news: Mapping[str, Any]) -> str:
    return _hours(datetime.fromisoformat(news["begins"]), datetime.fromisoformat(news["ends"]))


def _rings(news: Mapping[str, Any]) -> str:
    """Who will ring, and whose aide that is."""
    leader = news.get("leader")
    of = f"（{_who(leader['post'], leader['name'])}的专班）" if leader else ""
    return f"{_who(news['by']['post'], news['by']['name'])}{of}"


def _of(news: Mapping[str, Any]) -> str:
    """How the links of news of a call name what it is about."""
    return f"第{news['firm']}家" if "firm" in news else str(news["number"])


def _case_or_firm(news: Mapping[str, Any]) -> str:
    """What a call is about, to an official."""
    if "firm" in news:
        return cut(news["enterprise"], FIRM)
    return f"{news['number']}「{cut(news['title'], TITLE)}」"


def _about(news: Mapping[str, Any]) -> str:
    """What a call is about, to the enterprise: a visit without a case is about nothing yet."""
    return "" if "firm" in news else f"就 {_case_or_firm(news)}"


def _details(news: Mapping[str, Any]) -> list[Part]:
    return [] if "firm" in news else [("详情", f"详情 {news['number']}"), "　"]


def _call_announced(news: Mapping[str, Any]) -> Speech:
    again = "（时间有变，以这张为准）" if news["again"] else ""
    card, comes = ("走访预告", "到您那里走访") if news.get("is_visit") else ("来电预告", "给您打电话")
    check = (
        "见面后请对方先说暗语，说不对请不要接待"
        if news.get("is_visit")
        else "接通后请对方先说暗语，说不对就挂断"
    )
    if news.get("is_renewed"):
        again = "（换了暗语，以这张为准）"
    return (
        (
            f"{card}{again}\n{_rings(news)}将{_about(news)}{comes}。\n"
            f"时间：{_window(news)}\n号码：{_tails(news['tails'])}\n暗语：{news['phrase']}\n"
            f"{check}，发“核验来电”告诉我们。过了时间，暗语作废。\n"
            f"{SAFETY}\n"
        ),
        *_three_answers(_of(news)),
    )


def _call_briefed(news: Mapping[str, Any]) -> Speech:
    how = "请准时上门。" if news.get("is_visit") else f"请用{_tails(news['tails'])}的号码打。"
    what, first = ("走访", "见面") if news.get("is_visit") else ("电话", "接通")
    return (
        (
            f"专班替您约了{what}：{_case_or_firm(news)}\n时间：{_window(news)}\n"
            f"{how}暗语：{news['phrase']}\n"
            f"{first}先说：“我是{_rings(news)}，暗语是{news['phrase']}。”\n"
        ),
        *_details(news),
        ("取消", f"取消约电话 {_of(news)}"),
    )


def _call_answered(news: Mapping[str, Any]) -> Speech:
    head = _case_or_firm(news)
    if news["answer"] == "declined":
        words = f"：\n{_clip(news['text'], HALF)}" if news.get("text") else "。"
        what = "走访" if news.get("is_visit") else "接电话"
        if "firm" in news:
            return (f"{head}：企业说不方便{what}{words}",)
        return (f"{head}企业说不方便{what}{words}\n请在对话里联系。", ("回复", f"回复 {news['number']}"))
    if news["answer"] == "inherited":
        return (
            f"{head}约好的来电已取消：原来的联系人走了，现在的联系人请您别打电话。\n请在对话里联系。",
            ("回复", f"回复 {news['number']}"),
        )
    if news["answer"] == "doubted":
        return (
            (
                f"{head}有人冒充您打电话给企业（线索 {news['lead']}，督查在核实）。原来的暗语作废，请先在对话里跟企业说明。\n"
                f"约的来电照旧：{_window(news)}，{_rings(news)}（{_tails(news['tails'])}）。接通先说新暗语：{news['phrase']}\n"
            ),
            ("不打了", f"取消约电话 {_of(news)}"),
            *(() if "firm" in news else ("　", ("写给企业", f"回复 {news['number']}"))),
        )
    what, first = ("走访", "见面") if news.get("is_visit") else ("来电", "接通")
    did = f"同意{what}" if news["answer"] == "agreed" else f"把{what}时间定在"
    words = f"企业说：{_clip(news['text'], HALF)}\n" if news.get("text") else ""
    return (
        f"{head}企业{did}：{_window(news)}，{_rings(news)}（{_tails(news['tails'])}）。\n{first}先说暗语：{news['phrase']}\n{words}",
        ("不去了" if news.get("is_visit") else "不打了", f"取消约电话 {_of(news)}"),
    )


def _call_cancelled(news: Mapping[str, Any]) -> Speech:
    when, what = _window(news) if news.get("begins") else "", "走访" if news.get("is_visit") else "来电"
    return (
        (
            f"{_who(news['by']['post'], news['by']['name'])}{_about(news)}{when}的{what}取消了。"
            f"这段时间再有人以此{what}，不要相信，发“核验来电”告诉我们。"
        ),
    )


def _call_over(news: Mapping[str, Any]) -> Speech:
    if "firm" in news:
        return (
            f"{_case_or_firm(news)}约的走访（{_window(news)}）时间已过，暗语作废。去过的请记一笔：走访 企业 情况\n",
            ("记走访", f"走访 {_of(news)}"),
        )
    number = news["number"]
    if news.get("is_visit"):
        return (
            f"{number}「{cut(news['title'], TITLE)}」约的走访（{_window(news)}）时间已过，暗语作废。去过的请记一笔：走访 {number} 情况\n",
            ("详情", f"详情 {number}"),
        )
    return (
        f"{number}「{cut(news['title'], TITLE)}」约的电话（{_window(news)}）时间已过，暗语作废。打通了请写一句结果，没打通点一下。\n",
        ("打不通", f"打不通 {number}"),
        "　",
        ("写结果", f"回复 {number}"),
    )


def _call_missed(news: Mapping[str, Any]) -> Speech:
    number, caller = news["number"], _who(news["by"]["post"], news["by"]["name"])
    rang = (
        f"给您的同事打电话（{_tails(news['tails'])}）没有打通"
        if news["colleague"]
        else f"给您打过电话（{_tails(news['tails'])}），没有打通"
    )
    head = f"{caller}就 {number}「{cut(news['title'], TITLE)}」{rang}。"
    if not news["asks"]:
        return (f"{head}不方便接电话没关系，请在这里回一句话就行。", ("补充", f"补充 {number}"))
    return (
        f"{head}什么时候方便接电话？直接回时间就行，比如：明天上午10点\n",
        ("明天上午", f"改来电 {number} 明天上午"),
        "　",
        ("明天下午", f"改来电 {number} 明天下午"),
        "　",
        ("不用打了", f"不接来电 {number}"),
    )


def _visit_asked(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"请上门走访：{cut(news['enterprise'] or '未绑定企业', FIRM)}。诉求 {news['number']} 的责任领导"
            f"{_who(news['by']['post'], news['by']['name'])}电话和微信都联系不上企业。请见到负责人，请企业在公众号里说一句话。"
        ),
    )


def _fraud_lead(news: Mapping[str, Any]) -> Speech:
    number, claimed = news["number"], news.get("claimed")
    shown = news.get("shown")
    posed = f"自称{_who(claimed['post'], claimed['name'])}。" if claimed and claimed != shown else ""
    whose = f"显示的是{_who(shown['post'], shown['name'])}的号码，疑似冒用" if shown else "未登记"
    return (
        (
            f"可疑来电线索 {number}：尾号{news['tail']}，{whose}。{posed}\n"
            f"反映人：{cut(news['enterprise'] or '未绑定企业', FIRM)}\n"
            f"{_clip(news['text'], HALF if shown else ROOM - size(posed))}\n核实后点一下：\n"
        ),
        *_findings(number),
    )


def _impersonated(news: Mapping[str, Any]) -> Speech:
    """Somebody calls in an official's name; what was said only if the enterprise is in their care."""
    firm = cut(news["enterprise"], FIRM) if news["enterprise"] else "一家企业"
    said = f"\n企业说：{_clip(news['text'], HALF)}" if news["text"] else ""
    return (
        (
            f"有人冒用您的名义给{firm}打电话（尾号{news['tail']}，线索 {news['number']}，督查在核实）。{said}\n"
            "请只在来电预告的时间打，接通先说暗语。"
        ),
    )


def _lead_decided(news: Mapping[str, Any]) -> Speech:
    is_posed = bool(news.get("shown"))
    told = {
        Finding.FRAUD: f"经督查核实是{'有人冒用这个号码诈骗' if is_posed else '诈骗，请不要再接'}。{SAFETY}",
        Finding.GENUINE: "经督查核实，来电属实；以后来电会先在这里发预告。",
        Finding.UNCLEAR: f"督查查过，暂时查不清来路。{SAFETY}",
    }
    return (f"您反映的尾号{news['tail']}来电（线索 {news['number']}）：{told[Finding(news['finding'])]}",)


# --- clocks: more time, pauses, warnings ---------------------------------------------------------

RESUME_WORDS: Final = ("结束", "恢复", "取消")
"""What ends a pause early: 暂停计时 编号 结束."""

REASON: Final = 600
"""Bytes of a reason that fit beside dates and names; the event keeps it whole."""

RUNG: Final[Mapping[str, str]] = {
    "aide": "专班联络员",
    "leader": "责任领导",
    "supervisor": "督查",
    "office": "省级承办部门",
}

_DATES_HOW: Final[Mapping[Command, str]] = {
    Command.EXTEND: "延期 编号 天数 原因",
    Command.GRANT: "同意延期 编号",
    Command.DENY: "不同意延期 编号 原因",
    Command.PAUSE: "暂停计时 编号 截止日期 原因",
}


def which_dates(command: Command) -> Speech:
    """Ask which case a word about dates is meant for."""
    return (f"请带上编号：{_DATES_HOW[command]}\n", ("待办", "待办"))


def dates_are_decided_elsewhere() -> Speech:
    """What an enterprise hears that tries to move a date."""
    return ("时限延长由责任领导申请、督查决定；有变动会把新的日期和理由告诉您。\n", ("查进度", "进度"))


def extend_how(number: str, most: int, *, days: int | None = None, reason: str = "") -> Speech:
    """Ask how long and why, or for the one of the two that is not known."""
    limit = f"，最多还可延{most}天" if most else ""
    if reason:
        why = f"{number} 延期的原因记下了：{_clip(reason, REASON)}\n"
        return (f"{why}要延几天{limit}？发天数就行（如：5天）。这句没有发给企业，须督查同意。",)
    if days is not None:
        return (f"{number} 延{days}天{limit}，是什么原因？写一句就行。须督查同意，批准前原时限照算。",)
    return (f"要延几天、为什么？请发：延期 {number} 天数 原因{limit}。须督查同意，批准前原时限照算。",)


def extension_asked(number: str, dates: Sequence[tuple[str, datetime, datetime]]) -> Speech:
    """The request went to the supervisors."""
    lines = "".join(f"{DUTY[name]}：{day(before)} → {day(after)}\n" for name, before, after in dates)
    return (f"{number} 的延期申请已报督查。\n{lines}批准前原时限照算，有决定马上告诉您。",)


def no_extension(number: str, why: NoExtension, most: int) -> Speech:
    """There can be no extension, and why."""
    words = {
        NoExtension.NOTHING_RUNS: "现在没有可以延期的时限",
        NoExtension.TOO_LATE: "时限已过，不能再延期，请尽快办理并向企业说明",
        NoExtension.TOO_OFTEN: "延期次数已用完",
        NoExtension.TOO_LONG: f"延得太久，最多还可延{most}天",
        NoExtension.UNDECIDED: "已有一份延期申请在等督查决定",
        NoExtension.INCOMPLETE: "请写明天数和原因",
    }
    return (f"{number} {words[why]}。",)


def extended_by_you(number: str, dates: Sequence[tuple[str, datetime]]) -> Speech:
    """A supervisor's consent took effect."""
    return (f"已同意 {number} 延期，双方都会收到通知。{_new_dates(dates)}",)


def deny_how(number: str) -> Speech:
    """Ask why not."""
    return (f"{number} 为什么不同意延期？请直接说，理由会告诉责任领导，原时限不变。",)


def denied_by_you(number: str) -> Speech:
    """A supervisor's refusal took effect."""
    return (f"已告知责任领导：{number} 不予延期，原时限不变。",)


def nothing_asked(number: str) -> Speech:
    """Nobody asks for more time in this case."""
    return (f"{number} 没有待决定的延期申请。",)


def pause_how(number: str) -> Speech:
    """Ask until when and why."""
    return (
        f"停到哪天、为什么？请发：暂停计时 {number} 截止日期 原因，例如：暂停计时 {number} 12月10日 等待鉴定",
    )


def paused_by_you(number: str, until: date, dates: Sequence[tuple[str, datetime]]) -> Speech:
    """The clocks stand still."""
    return (
        (
            f"{number} 暂停计时到{_date(until)}（含当日），到期自动恢复，双方都会收到通知。{_new_dates(dates)}"
            f"\n要提前恢复，请发：暂停计时 {number} 结束"
        ),
    )


def no_pause(number: str, why: WhyNot, latest: date | None) -> Speech:
    """There can be no pause, and why."""
    words = {
        WhyNot.INCOMPLETE: "请写明截止日期和原因",
        WhyNot.RUNNING: "已在暂停计时",
        WhyNot.PAST: "截止日期已经过去",
        WhyNot.TOO_LONG: f"停得太久，最迟到{_date(latest)}" if latest else "停得太久",
        WhyNot.TOO_OFTEN: "暂停次数已用完",
    }
    return (f"{number} {words[why]}。",)


def resumed_by_you(number: str, dates: Sequence[tuple[str, datetime]]) -> Speech:
    """The clocks run again."""
    return (f"{number} 已恢复计时，今天起照算。{_new_dates(dates)}",)


def nothing_paused(number: str) -> Speech:
    """The clocks run already."""
    return (f"{number} 没有在暂停计时。",)


def _new_dates(dates: Sequence[tuple[str, datetime]]) -> str:
    """One line for each date, on a line of its own."""
    return "".join(f"\n{DUTY[name]}：{day(at)}前" for name, at in dates)


def _date(on: date) -> str:
    return f"{on.month}月{on.day}日"


def _dates_in(news: Mapping[str, Any]) -> str:
    """The new dates that news carries, in the words of the side that is told."""
    words = CLOCK if news.get("to_enterprise") else DUTY
    return "".join(
        f"\n{words[name]}：{day(datetime.fromisoformat(at))}前" for name, at in news["dates"] if name in words
    )


def _case(news: Mapping[str, Any]) -> str:
    return f"{news['number']}「{cut(news['title'], TITLE)}」"


def _decided(by: Mapping[str, Any]) -> str:
    return f"{cut(by['post'], 30)} {cut(by['name'], 10)}"


def _urged(news: Mapping[str, Any]) -> Speech:
    """To the desk, or to whoever stands above it: then it says whose case it is, and why they hear of it."""
    if "owner" not in news:
        again = f"这是第{news['times']}次催办，此前还没有新的办理动作。" if news.get("times", 1) > 1 else ""
        return _to_desk(f"企业催办了。{again}")(news)
    why = "已超过承诺的时限" if news.get("overdue") else "还没有新的办理动作"
    instead = news.get("instead_of")
    missed = f"（本应由{RUNG[instead]}知悉，未能送达，改请您知悉。）\n" if instead else ""
    return (
        f"企业催办 {_case(news)}，{why}，请您督促。\n责任领导：{_decided(news['owner'])}\n{missed}",
        ("详情", f"详情 {news['number']}"),
    )


_RUN: Final = {50: "的时限已过半", 80: "的时限已用去八成", 100: "的时限已到，还没有办"}


_UNCONFIRMED: Final = {
    50: "已办结，企业还没说是否解决，已提醒企业一次。",
    80: "已办结，企业还没说是否解决。请再联系一次：写一句，或约个电话；打不通请登记。",
    100: "已办结，企业一直没有回音。请责任领导再联系；两天联系不上的，可以销号。",
}


def _warned(news: Mapping[str, Any]) -> Speech:
    instead, number = news.get("instead_of"), news["number"]
    missed = f"（本应提醒{RUNG[instead]}，未能送达，改请您知悉。）\n" if instead else ""
    due = day(datetime.fromisoformat(news["due_at"]))
    run = (
        f"{_UNCONFIRMED[news['level']]}企业确认的时限：{due}。"
        if news["clock"] == "confirmation"
        else f"{DUTY[news['clock']]}{_RUN[news['level']]}：{due}前。"
    )
    unit = f"协办单位：{_helper(news['unit'])}\n" if news.get("unit") else ""
    return (
        f"{_case(news)}{run}\n责任领导：{_decided(news['owner'])}\n{unit}{missed}",
        ("详情", f"详情 {number}"),
    )


def _still_open(news: Mapping[str, Any]) -> Speech:
    """The enterprise has said nothing about a result: one reminder, and no more."""
    number = news["number"]
    return (
        f"{_case(news)}已答复办结，解决了吗？您说了算；不回也不会当作满意。\n",
        ("解决了", f"确认 {number}"),
        "　",
        ("没解决", f"没解决 {number}"),
    )


def _extension_asked(news: Mapping[str, Any]) -> Speech:
    lines = "".join(
        f"{DUTY[name]}：{day(datetime.fromisoformat(before))} → {day(datetime.fromisoformat(after))}\n"
        for name, before, after in news["moves"]
    )
    others = "".join(
        f"{DUTY[name]}依规须经{approver}批准，同意即确认已获批准。\n"
        for name, approver in news["approvers"].items()
        if approver != ROLE[Role.SUPERVISOR]
    )
    number = news["number"]
    head = f"{_case(news)}{_signed(news['by'])}申请延期{news['days']}天：\n{_clip(news['reason'], REASON)}\n{lines}{others}"
    if news.get("is_unattended"):
        return (f"{head}{_UNATTENDED}",)
    return (
        head,
        ("同意延期", f"同意延期 {number}"),
        "　",
        ("不同意", f"不同意延期 {number}"),
        "　",
        ("详情", f"详情 {number}"),
    )


def _extended(news: Mapping[str, Any]) -> Speech:
    return (
        f"{_case(news)}的时限延长了：{_dates_in(news)}\n原因：{_clip(news['reason'], REASON)}\n批准：{_decided(news['by'])}",
    )


def _not_extended(news: Mapping[str, Any]) -> Speech:
    return (
        f"{_case(news)}的延期申请未获同意，原时限不变。\n理由：{_clip(news['reason'], REASON)}\n决定：{_decided(news['by'])}\n",
        ("详情", f"详情 {news['number']}"),
    )


def _paused(news: Mapping[str, Any]) -> Speech:
    until = _date(date.fromisoformat(news["until"]))
    return (
        (
            f"{_case(news)}暂停计时到{until}（含当日），到期自动恢复。{_dates_in(news)}"
            f"\n原因：{_clip(news['reason'], REASON)}\n决定：{_decided(news['by'])}"
        ),
    )


def _resumed(news: Mapping[str, Any]) -> Speech:
    return (f"{_case(news)}已恢复计时。{_dates_in(news)}",)


def _reckoned(news: Mapping[str, Any]) -> Speech:
    look = "查进度" if news.get("to_enterprise") else "详情"
    return (
        f"放假安排有变，{_case(news)}的时限相应调整：{_dates_in(news)}\n",
        (look, f"{look.removeprefix('查')} {news['number']}"),
    )


MORE: Final = "…（全文请点详情）"
"""Ends what is cut in news to officials; the conversation can be read page by page."""


# --- nobody is disturbed without cause -----------------------------------------------------------

_LISTED: Final = 4
_KINDS: Final = 2
"""Of what waits so many reasons are told."""
_BOTHER: Final[Mapping[str, str]] = {"message": "消息", "call": "电话", "visit": "走访"}
_STEP: Final[Mapping[str, str]] = {
    "reply": "回复",
    "progress": "反馈进展",
    "resolve": "办结",
    "contribute": "协办回复",
}


def quiet_as_it_is(mine: Courtesy, *, is_new: bool) -> Speech:
    """When nothing rings at an enterprise and how much may, and how to change it."""
    hours = "没有设免打扰时段" if mine.quiet.is_never else f"{_quiet_hours(mine.quiet)}不打扰您"
    budget = f"我们主动发的消息每天最多{mine.budget}条" if mine.budget else "您不来找，我们不主动发消息"
    head = "记下了。" if is_new else "现在是这样："
    return (
        (
            f"{head}{hours}；{budget}。您刚说的事，回音随时送到；来电预告和取消不占条数。"
            "没送的都留着，到时候合在一起发，您一说话也马上送到。\n"
        ),
        ("不要免打扰时段", "免打扰 关"),
        "　",
        ("恢复默认", "免打扰 默认"),
        "\n要改请发：免打扰 22:00-07:00，或：免打扰 每天最多2条",
    )


def _quiet_hours(quiet: Quiet) -> str:
    begins, ends = str(quiet).split("-")
    return f"每天{begins}到{'次日' if quiet.begins > quiet.ends else ''}{ends}"


def peace_choices() -> Speech:
    """Somebody has had enough of our messages: what they can ask for, one tap each."""
    return (
        "打扰您了，抱歉。您定，点一下就行：\n",
        ("一条也不主动发", "免打扰 每天最多0条"),
        "　",
        ("每天最多1条", "免打扰 每天最多1条"),
        "\n",
        ("晚上和早上别发", "免打扰 19:00-08:00"),
        "　",
        ("别打电话", "别打电话"),
        "\n您问起时照常回您；诉求照常办。",
    )


def quiet_how() -> Speech:
    """Quiet hours or a number we do not understand."""
    return ("没看懂。请这样发：免打扰 22:00-07:00，或：免打扰 每天最多2条，或：免打扰 关",)


def too_many_a_day(most: int) -> Speech:
    """Nobody is sent that many."""
    return (f"每天最多只能设到{most}条，设0就是您不来找我们不主动发。请这样发：免打扰 每天最多3条",)


def bind_to_be_left_alone(granted: Courtesy) -> Speech:
    """Somebody who is bound to no enterprise has what everybody has."""
    hours = "" if granted.quiet.is_never else f"{_quiet_hours(granted.quiet)}不打扰您，"
    return (f"绑定企业后才能单独设置。现在{hours}主动发的消息每天最多{granted.budget}条。",)


def who_came(days: Sequence[tuple[str | None, ContactDay]], today: date) -> Speech:
    """Who bothered and who helped, the two numbers and what is behind them."""
    return tuple(part for name, found in days for part in _who_came(name, found, today, len(days)))


def _who_came(name: str | None, found: ContactDay, today: date, of: int) -> Iterator[Part]:
    when = "今天" if found.day == today else date_of(found.day)
    yield f"{cut(name, FIRM)}，{when}：\n" if name else f"{when}：\n"
    lines = [
        f"{_time_of(each.at)} {_BOTHER[each.kind]}{f' {each.number}' if each.number else ''}"
        for each in found.bothered
    ]
    yield _listed("打扰您", "次", lines, _LISTED // of)
    steps = [f"{_time_of(each.at)} {each.number} {_STEP[each.step]}" for each in found.helped]
    yield _listed("为您办", "步", steps, _LISTED // of)


def _listed(what: str, unit: str, lines: Sequence[str], most: int) -> str:
    if not lines:
        return f"{what}0{unit}。\n"
    more = f"\n　另有{len(lines) - most}{unit}" if len(lines) > most else ""
    return f"{what}{len(lines)}{unit}：\n" + "\n".join(f"　{line}" for line in lines[:most]) + f"{more}\n"


def _time_of(at: datetime) -> str:
    """The time of day."""
    return f"{at.astimezone(LOCAL):%H:%M}"


_HELD: Final[Mapping[str, str]] = {
    "quiet": "企业免打扰时段",
    "budget": "今天主动发给企业的消息已到上限",
    "asked": "企业设置了不主动发消息",
    "quota": "微信平台当天的发送额度已用完",
    "off": "微信平台暂不放行",
}


def not_heard_yet(wait: Hold | Park) -> Speech:
    """Ends an echo: what was just said has not reached the enterprise, why, and when it will."""
    why = _HELD[wait.why]
    if isinstance(wait, Hold):
        return (f"\n暂不发（{why}）：{day(wait.until)}送达，对方先说话就马上送。",)
    return (f"\n暂不发（{why}）：对方说话时送达。",)


def _held_back(wait: Waits) -> str:
    """What of a case has not been sent, why, and until when it waits."""
    if wait.until is None:
        why = _HELD.get(wait.reason or "") or _WHY.get(wait.reason or "", "暂时送不到")
        return f"暂存{wait.messages}条（{why}）：对方说话时送达。\n"
    if wait.reason in RESTING:
        return f"暂不发{wait.messages}条（{_HELD[wait.reason or '']}）：恢复后自动送达。\n"
    why = _HELD.get(wait.reason or "", "暂不打扰企业")
    return f"暂不发{wait.messages}条（{why}）：{day(wait.until)}合并送达，对方先说话就马上送。\n"


# --- long words and conversations ----------------------------------------------------------------


def film_stays() -> Speech:
    """The truth about a film: only that it came is passed on."""
    return ("视频转不到对方，请改发图片或文字。\n",)


def odd_stays() -> Speech:
    """The truth about a file or a card: nobody hears of it."""
    return ("文件和卡片转不到对方，请改发图片（可截图、拍照）或文字。",)


def conversation(view: Overview, said: Sequence[Message], page: int = 1) -> Speech:
    """A page of what was said in a case, as the enterprise reads it."""
    head = f"{view.number}「{cut(view.title, TITLE)}」\n{type_name(view.type)} · {STATUS[view.status]}\n"
    lines = [_line_of(message) for message in said]
    return (head, *_page(f"进度 {view.number}", lines, page), *_next_taps(view))


def _page(command: str, lines: Sequence[str], page: int, room: int = PAGE) -> tuple[Part, ...]:
    """One page of what was said, oldest line first, and the way to the next."""
    found = pages(lines, room)
    page = min(max(page, 1), len(found))
    if len(found) == 1:
        return (found[0] + "\n",)
    here = f"（第{page}页，共{len(found)}页）"
    if page == len(found):
        return (f"{found[page - 1]}\n{here}\n",)
    return (f"{found[page - 1]}\n{here}", ("下一页", f"{command} {page + 1}"), "\n")


def _line_of(message: Message) -> str:
    who = "企业" if message.side == Side.ENTERPRISE else "专班" if message.by_aide else "领导"
    return f"{who}：{_with_kind(message.kind, message.text)}"


def _in_part(news: Mapping[str, Any], head: str, text: str) -> str:
    """Words under their head; where they take several messages each says which it is."""
    n, count = news.get("part", (1, 1))
    if count == 1:
        return f"{head}\n{text}"
    return f"{head}（{n}/{count}）\n{text}" if n == 1 else f"{news['number']}（接上条 {n}/{count}）\n{text}"


def _is_last(news: Mapping[str, Any]) -> bool:
    n, count = news.get("part", (1, 1))
    return bool(n == count)


def _moved_away(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」企业说这段补充不是这件事，已另立 {news['other']}：\n"
            f"{_clip(_told(news))}"
        ),
    )


def _split_off(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」企业说原话是几件事，另外的已单独立件"
            f"（{'、'.join(news['others'])}）。这一件是：\n{_clip(_told(news))}"
        ),
    )


def _colleague_acted(news: Mapping[str, Any]) -> Speech:
    return (
        f"{news['number']}「{cut(news['title'], TITLE)}」您的同事{cut(news['who'] or '', FIRM)}已{_ACTED[news['verb']]}。{_but_main(news)}\n",
        ("查进度", f"进度 {news['number']}"),
    )


_ACTED: Final[Mapping[str, str]] = {
    Verb.WITHDRAW: "撤回",
    Verb.CONFIRM: "确认解决",
    Verb.DISPUTE: "反映没解决",
    Verb.REBOUND: "反映问题又出现",
}


# --- two cases that are one matter, and cases that are nobody else's business --------------------


def same_matter(number: str, main: str, name: str) -> Speech:
    """Offer, beside the receipt, to make a case one with an earlier one."""
    return (f"\n和 {main}「{cut(name, BRIEF)}」是同一件事吗？", ("是，并案", f"并案 {number} {main}"))


def merged(number: str, main: str, name: str) -> Speech:
    """Two cases are one now; how to take them apart."""
    return (
        f"{number} 已并入 {main}「{cut(name, TITLE)}」，以后一起办，期限按先提的算。弄错了可以拆开：",
        ("拆案", f"拆案 {number}"),
    )


def separated(number: str, name: str) -> Speech:
    """A case stands by itself again."""
    return (
        f"{number}「{cut(name, TITLE)}」已拆开，单独办理，期限仍按原来的算。\n",
        ("查进度", f"进度 {number}"),
    )


def merge_which() -> Speech:
    """Two numbers are needed."""
    return ("哪两件是同一件事？请写两个编号：并案 编号 编号",)


def separate_which(numbers: Sequence[str]) -> Speech:
    """Which of the cases merged into one is to be taken apart; none where nothing is."""
    if not numbers:
        return ("这里没有并过的诉求。要拆开哪一件，请写它的编号：拆案 编号",)
    return ("并进来的有几件，要拆开哪一件？\n", *((f"{one}　", f"拆案 {one}") for one in numbers))


_CANNOT_MERGE: Final[Mapping[Apart, str]] = {
    Apart.SAME: "这是同一个编号。要并案请写两个编号：并案 编号 编号",
    Apart.OTHER_ENTERPRISE: "只有同一家企业的诉求才能并案。",
    Apart.OTHER_OWNER: "这两件的责任领导不是同一位，不能并案。确是一件事的，请督查先改派。",
    Apart.NOT_THE_EARLIER: "后提的并入先提的，请把两个编号换一下。",
    Apart.CARRIES: "后提的一件里已并着别的诉求，请先拆开。",
    Apart.BUSY: "后提的一件还有协办、来电预告、暂停计时、延期申请或刚写的回复没办完，办完再并案。",
    Apart.NOT_TAKEN_ON: "后提的一件已经受理，先提的还没有。请先受理先提的一件，再并案。",
    Apart.PUT_OFF: "并进去以后，有的期限会比后提的一件已答应的更晚，不能并案，两件分开办。",
    Apart.BROKEN: "后提的一件有过超期，或企业说过没解决、又出现。这要如实记着，不能并案，两件都接着办。",
}


def cannot_merge(why: Apart) -> Speech:
    """Two cases cannot be one."""
    return (_CANNOT_MERGE[why],)


def _merge_offered(news: Mapping[str, Any]) -> Speech:
    main = news["main"]
    if news.get("apart"):
        return _merge_offered_above(news)
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」和同一家企业的 "
            f"{main['number']}「{cut(main['title'], TITLE)}」像是同一件事。\n"
        ),
        ("并案", f"并案 {news['number']} {main['number']}"),
        "　",
        ("详情", f"详情 {news['number']}"),
    )


def _merge_offered_above(news: Mapping[str, Any]) -> Speech:
    number, main, apart = news["number"], news["main"], news["apart"]
    whose = [_called(each["post"], each["name"]) for each in apart]
    return (
        (
            f"{number}「{cut(news['title'], TITLE)}」（{whose[0]}在办）和同一家企业的 "
            f"{main['number']}「{cut(main['title'], TITLE)}」（{whose[1]}在办）像是同一件事，两边还不知道。"
            "确是一件事的，先改派到一位，再并案：\n"
        ),
        ("1 改派", f"改派 {number} {apart[1]['name']} 与{main['number']}是同一件事"),
        "　",
        ("2 并案", f"并案 {number} {main['number']}"),
        "　",
        ("详情", f"详情 {number}"),
    )


def _merged(news: Mapping[str, Any]) -> Speech:
    main = news["main"]
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」已由{ROLE[Role(news['role'])]}并入 "
            f"{main['number']}「{cut(main['title'], TITLE)}」，以后一起办，期限按先提的算。{_because(news)}\n"
        ),
        ("不是一件事，拆案", f"拆案 {news['number']}"),
    )


def _separated(news: Mapping[str, Any]) -> Speech:
    main, role = news["main"], Role(news["role"])
    look = "进度" if news["for"] == "enterprise" else "详情"
    why = f"已由{ROLE[role]}从 {main['number']} 拆开"
    why = f"原并入的 {main['number']} 已由企业撤回，这件接着办" if role is Role.SYSTEM else why
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」{why}，"
            f"单独办理，期限仍按原来的算。{_because(news)}\n"
        ),
        (look, f"{look} {news['number']}"),
    )


def _because(news: Mapping[str, Any]) -> str:
    return f"理由：{_clip(news['text'], 600)}" if news.get("text") else ""


SHIELDED: Final = "（保密）"
"""What stands for what a case is about, and for its enterprise, where only others look."""


def shielded(number: str, name: str) -> Speech:
    """A case is nobody else's business from now on."""
    return (
        f"{number}「{cut(name, TITLE)}」已设为保密：只有承办的人和督查看得到内容，不参与同类问题比对。要取消：",
        ("取消保密", f"取消保密 {number}"),
    )


def said_with(numbers: Sequence[str]) -> Speech:
    """What was said of a case stands in the ones it was told together with, too."""
    taps = [part for each in numbers for part in ("　", (f"保密 {each}", f"保密 {each}"))]
    return ("\n当时是一起说的，原话在另一件里也有。要一并保密：", *taps[1:])


def unshielded(number: str, name: str) -> Speech:
    """A case is like any other again."""
    return (f"{number}「{cut(name, TITLE)}」已取消保密。", ("重新保密", f"保密 {number}"))


def shield_which() -> Speech:
    """The case is not clear."""
    return ("要给哪一件保密？请写编号：保密 编号\n", ("看看我的诉求", "进度"))


def shielded_together(number: str) -> Speech:
    """What goes on under a case is shielded with it, or not."""
    return (f"这件已并入{number}，保密跟着{number}走，请对{number}说。", ("详情", f"详情 {number}"))


def shield_stands() -> Speech:
    """Whoever asked for secrecy lifts it."""
    return ("这件是企业要求保密的，由企业或督查取消。",)


def _shielded(news: Mapping[str, Any]) -> Speech:
    number, name = news["number"], cut(news["title"], TITLE)
    by = ROLE[Role(news["role"])]
    if news["is_on"]:
        return (f"{number}「{name}」已由{by}设为保密：内容只给承办的人和督查看。{_because(news)}",)
    return (f"{number}「{name}」已由{by}取消保密。{_because(news)}",)


def _changed_enterprise(news: Mapping[str, Any]) -> Speech:
    match news["for"]:
        case "owner":
            then = "仍由您负责。"
        case "helper":
            then = f"由{_official(news['owner'])}负责，协办照旧。"
        case _:
            then = "由那家企业的负责人接手。"
    return (
        f"{news['number']}「{cut(news['title'], TITLE)}」提交人更正了企业：{cut(news['enterprise'] or '', FIRM)}，{then}",
    )


# --- patches: what is done about a class of cases --------------------------------------------------

PATCH_STATE: Final[Mapping[str, str]] = {
    PatchState.PROPOSED: "立项",
    PatchState.DRAFTING: "拟制",
    PatchState.CONSULTING: "征求意见",
    PatchState.ISSUED: "印发",
    PatchState.IN_EFFECT: "生效",
    PatchState.EVALUATING: "评估",
    PatchState.EFFECTIVE: "有效",
    PatchState.INEFFECTIVE: "无效，建议重启",
    PatchState.DROPPED: "已撤销",
}
PATCH_VERB: Final[Mapping[str, str]] = {
    PatchVerb.OPEN: "立项",
    PatchVerb.DRAFT: "拟制",
    PatchVerb.CONSULT: "征求意见",
    PatchVerb.COMMENT: "企业提意见",
    PatchVerb.RETRACT: "收回意见",
    PatchVerb.PROGRESS: "进展",
    PatchVerb.DO_STEP: "完成",
    PatchVerb.AMEND: "修改",
    PatchVerb.GIVE: "换牵头人",
    PatchVerb.ISSUE: "印发",
    PatchVerb.TAKE_EFFECT: "生效",
    PatchVerb.EVALUATE: "评估",
    PatchVerb.FIND_EFFECTIVE: "评估有效",
    PatchVerb.FIND_INEFFECTIVE: "评估无效",
    PatchVerb.LOOK_AGAIN: "继续观察",
    PatchVerb.RESTART: "重启",
    PatchVerb.KEEP: "保留",
    PatchVerb.DROP: "撤销",
}
PATCH_CAUSE: Final[Mapping[str, str]] = {
    Cause.UNCLEAR: "政策不清",
    Cause.NOT_EXECUTED: "政策没落实",
    Cause.LOOP: "流程互为前置",
    Cause.RESOURCES: "资源缺口",
    Cause.COUNTERPARTY: "对方单位",
    Cause.OTHER: "其他",
}
_PATCH_FIELD: Final[Mapping[str, str]] = {
    "document_title": "文件",
    "document_no": "文号",
    "clause": "条款",
    "link": "链接",
    "change": "变化",
    "effective_on": "施行",
}
"""What a patch's owner calls its parts, as in `补丁 3 文号 …`."""
PATCHES_LISTED: Final = 6
_STEPS_LISTED: Final = 3
_COMMENTS_LISTED: Final = 2
_TAPS_SHOWN: Final = 2
_CASES_NAMED: Final = 4
_DOCUMENT: Final = 30
_CLAUSE: Final = 16
_CHANGE: Final = 90
_CHANGE_SHOWN: Final = 30
_BESIDE_HINT: Final = 18
"""Characters of a change beside which a message has room to say how another leader is named, too."""


def _document(news: Mapping[str, Any]) -> str:
    """《…》（…）第三条, as much of it as is known."""
    name = cut(str(news["document_title"]).strip("《》"), _DOCUMENT)
    number = f"（{cut(news['document_no'], _DOCUMENT)}）" if news["document_no"] else ""
    return (
        f"《{name}》{number}{cut(news['clause'], _CLAUSE)}" if name else cut(news["patch_title"], _DOCUMENT)
    )


def _in_effect_since(news: Mapping[str, Any]) -> str:
    return f"{_date(date.fromisoformat(news['since']))}起" if news.get("since") else ""


def patches(rows: Sequence[Patch], *, are_own: bool) -> Speech:
    """The patches that a desk answers for, or that a supervisor looks at."""
    if not rows:
        return ("您现在没有牵头的制度补丁。" if are_own else "本地区现在没有制度补丁。",)
    lines: list[Part] = ["您牵头的制度补丁：\n" if are_own else "本地区的制度补丁：\n"]
    for row in rows[:PATCHES_LISTED]:
        lines += [
            (f"补丁{row.id}", f"补丁 {row.id}"),
            f"　{cut(row.title, BRIEF)}（{PATCH_STATE[row.state]}）\n",
        ]
    more = len(rows) - PATCHES_LISTED
    return (*lines, f"另有{more}个。" if more > 0 else "")


def patch(seen: Shown, found: Effect | None, verbs: Sequence[PatchVerb]) -> Speech:
    """One patch with its document, steps, whom it concerns, what was said of it, and what can be done."""
    row = seen.row
    news = about_patch(row)
    lines = [
        f"制度补丁{row.id}「{cut(row.title, TITLE)}」{PATCH_STATE[row.state]}",
        f"原因：{PATCH_CAUSE[row.cause]}　牵头：{_called(seen.owner.post, seen.owner.name)}　{_date(row.due_on)}前完成",
        f"文件：{_document(news)}" if row.document_title else "文件：待补",
        f"变化：{_in_effect_since(news)}{cut(row.change, _CHANGE_SHOWN)}" if row.change else "",
        *(_step(number, step) for number, step in enumerate(row.steps[:_STEPS_LISTED], 1)),
        f"涉及诉求{seen.affected}件（已告知企业{seen.told}件），再绊{seen.stumbled}件（{seen.stumblers}家）"
        if row.took_effect_at
        else "",
        f"征求了{seen.asked}家企业，{len(seen.comments)}家回复" if seen.asked else "",
        *(
            f"{cut(each.enterprise, BRIEF)}：{cut(each.words, 16)}"
            for each in seen.comments[:_COMMENTS_LISTED]
        ),
        _figures(found),
    ]
    said = "\n".join(line for line in lines if line)
    is_long = len(row.change) > _BESIDE_HINT
    shown = [each for each in verbs if each is not PatchVerb.GIVE or not is_long]
    return (f"{said}\n", *_patch_taps(row.id, shown))


def patch_asked_about(seen: Shown, found: Effect | None, verbs: Sequence[PatchVerb]) -> Speech:
    """Somebody asked about a patch: it is shown, and nothing was done with it."""
    return ("像是在问，没有改动：\n", *patch(seen, found, verbs))


def _step(number: int, step: Mapping[str, Any]) -> str:
    due = f"（{_date(date.fromisoformat(step['due_on']))}前）" if step.get("due_on") else ""
    return f"{'✓' if step.get('done_at') else number}　{cut(step['what'], 14)}{due}"


def _figures(found: Effect | None) -> str:
    if found is None:
        return ""
    before, after = found.before, found.after
    if before.rate is None:
        return ""
    if after.rate is None:
        return f"每千家企业90天内碰到：生效前{_per_thousand(before.rate)}，生效后满{LEAST_DAYS}天才好比"
    return (
        f"每千家企业90天内碰到：生效前{_per_thousand(before.rate)}，生效后{_per_thousand(after.rate)}"
        f"；办结用时中位数{_took(before.hours)}→{_took(after.hours)}；反弹{before.rebounds}→{after.rebounds}次"
    )


def _per_thousand(found: Interval) -> str:
    return f"{found.estimate:.2f}家（95%区间{found.low:.2f}～{found.high:.2f}）"


def _took(hours: float | None) -> str:
    return "—" if hours is None else f"{hours / 24:.1f}天"


_PATCH_TAPS: Final = (
    PatchVerb.DRAFT,
    PatchVerb.CONSULT,
    PatchVerb.ISSUE,
    PatchVerb.TAKE_EFFECT,
    PatchVerb.EVALUATE,
    PatchVerb.RESTART,
    PatchVerb.KEEP,
    PatchVerb.DROP,
)


def _patch_taps(patch_id: int, verbs: Sequence[PatchVerb]) -> list[Part]:
    parts: list[Part] = []
    for verb in [each for each in _PATCH_TAPS if each in verbs][:_TAPS_SHOWN]:
        parts += [(PATCH_VERB[verb], f"补丁 {patch_id} {PATCH_VERB[verb]}"), "　"]
    if PatchVerb.PROGRESS in verbs:
        parts.append(f"\n补丁 {patch_id} 进展 …　补丁 {patch_id} 完成 步骤号")
    if PatchVerb.AMEND in verbs:
        parts.append(f"\n补丁 {patch_id} 文件/文号/条款/链接/变化/施行 …")
    if PatchVerb.GIVE in verbs:
        parts.append(f"\n补丁 {patch_id} 换牵头人 姓名 理由")
    return parts


def patch_moved(row: Patch, verb: PatchVerb, asked: int | None = None) -> Speech:
    """A patch has taken a step."""
    then = {
        PatchVerb.CONSULT: "会在不打扰的时间征求这些企业的意见。" if asked else "这次没有征求企业意见。",
        PatchVerb.TAKE_EFFECT: "相关诉求的责任领导和企业会各收到一次通知。",
        PatchVerb.EVALUATE: "系统会按前后数据给出结论。",
    }.get(verb, "")
    if verb is PatchVerb.ISSUE and row.effective_on is not None:
        then = f"{_date(row.effective_on)}生效，到日子系统自动告知。"
    count = f"（{asked}家企业）" if asked else ""
    return (f"补丁{row.id}「{cut(row.title, TITLE)}」已{PATCH_VERB[verb]}{count}。{then}",)


def patch_noted(row: Patch, verb: PatchVerb) -> Speech:
    """Something was written down about a patch."""
    return (
        f"补丁{row.id}「{cut(row.title, TITLE)}」已记下（{PATCH_VERB[verb]}）。",
        ("查看", f"补丁 {row.id}"),
    )


def patch_incomplete(row: Patch, missing: Sequence[str]) -> Speech:
    """A patch cannot be issued yet."""
    names = "、".join(_PATCH_FIELD[name] for name in missing)
    first = _PATCH_FIELD[missing[0]]
    example = {"施行": "12月1日", "变化": "验收后60日内付清", "文件": "关于…的通知"}.get(first, "…")
    return (f"补丁{row.id}还差：{names}。请先补上，比如：补丁 {row.id} {first} {example}",)


def patch_day_refused() -> Speech:
    """A patch cannot take effect in the past."""
    return ("施行日期不能早于今天，请换一个日期，比如：施行 12月1日",)


def patch_not_now(state: str, verb: str) -> Speech:
    """A patch's state does not allow this."""
    return (f"这个补丁现在是“{PATCH_STATE[state]}”，还不能{PATCH_VERB[verb]}。",)


def patch_not_yours(verb: str) -> Speech:
    """This is not for the patch's owner to do."""
    return (f"{PATCH_VERB[verb]}由督查来定。",)


def no_such_patch(*, are_own: bool) -> Speech:
    """There is no such patch on this desk, or in this region."""
    return ("没有找到这个制度补丁。", ("看看您牵头的" if are_own else "看看本地区的", "补丁"))


def which_patch(rows: Sequence[Patch], *, are_own: bool) -> Speech:
    """A step was named, and not of which patch."""
    return ("请说明是哪一个，比如：补丁 编号 进展 …\n", *patches(rows, are_own=are_own))


def patch_of_more_regions(row: Patch) -> Speech:
    """A patch reaches beyond a supervisor's regions: it is theirs to see, not to decide about."""
    return (
        f"补丁{row.id}「{cut(row.title, TITLE)}」还涉及其他地区，由上一级督查来定。",
        ("查看", f"补丁 {row.id}"),
    )


def patch_waits(row: Patch) -> Speech:
    """Nothing takes a patch further now: it waits for its figures, or is over."""
    told = "正在按前后数据评估，有结论会告诉您" if row.state == PatchState.EVALUATING else "已经走完流程"
    return (f"补丁{row.id}「{cut(row.title, TITLE)}」{told}。", ("查看", f"补丁 {row.id}"))


def patch_just_moved(row: Patch, verb: PatchVerb) -> Speech:
    """下一步 came right behind a step: the next one is to be named."""
    return (
        f"补丁{row.id}「{cut(row.title, TITLE)}」刚到“{PATCH_STATE[row.state]}”，没有再往下走。要接着办：",
        (PATCH_VERB[verb], f"补丁 {row.id} {PATCH_VERB[verb]}"),
    )


def why_patch(row: Patch, verb: PatchVerb) -> Speech:
    """Ask a supervisor why they decide so about a patch."""
    return (f"补丁{row.id}「{cut(row.title, TITLE)}」为什么要{PATCH_VERB[verb]}？请写一句理由，会写入记录。",)


def patch_to_whom(row: Patch) -> Speech:
    """Another leader shall answer for a patch, and nobody is named yet."""
    return (f"补丁{row.id}「{cut(row.title, TITLE)}」换谁牵头？发姓名就行，理由可以一起写。",)


def patch_which_lead(row: Patch, word: str, desks: Sequence[Unit], *, fitting: int) -> Speech:
    """Several leaders fit the name, of whom some are offered; or none does and some are near."""
    head = f"“{cut(word, 20)}”有{fitting}位" if fitting else f"名册里没有找到“{cut(word, 20)}”，没有换"
    if not desks:
        return (f"{head}。请发：补丁 {row.id} 换牵头人 姓名 理由",)
    more = f"，先列{len(desks)}位，不在其中请发姓名：" if fitting > len(desks) else "，请点一位："
    ask = more if fitting else "。是不是要换成："
    return (head + ask, *_desks_to_tap("补丁", f"{row.id} 换牵头人", desks))


def patch_called_off(patch_id: int) -> Speech:
    """A supervisor took back what we were asking about; nothing was done."""
    return (f"好的，补丁{patch_id}没有改动。", ("查看", f"补丁 {patch_id}"))


def patch_has_lead(row: Patch, lead: Unit) -> Speech:
    """Whoever is to answer for a patch does already."""
    return (
        f"补丁{row.id}「{cut(row.title, TITLE)}」本来就由{_called(lead.post, lead.name)}牵头，没有变动。",
    )


def patch_given(row: Patch, lead: Unit) -> Speech:
    """Another leader answers for a patch from now on."""
    return (
        f"补丁{row.id}「{cut(row.title, TITLE)}」改由{_called(lead.post, lead.name)}牵头，会告诉对方；理由已写入记录。",
        ("查看", f"补丁 {row.id}"),
    )


def patch_unread(patch_id: int) -> Speech:
    """What was said of a patch means nothing to us."""
    return (
        f"没看懂。可以这样说：补丁 {patch_id} 进展 已报司法审查；补丁 {patch_id} 印发；补丁 {patch_id} 完成 2",
        ("看看现在可以做什么", f"补丁 {patch_id}"),
    )


def no_such_step(row: Patch) -> Speech:
    """A patch has no such step left."""
    return (f"补丁{row.id}没有这一步，或者已经完成了。", ("查看", f"补丁 {row.id}"))


def citation(row: Patch) -> str:
    """What an official writes to an enterprise who cites a patch."""
    news = about_patch(row)
    link = f"\n{row.link}" if row.link else ""
    return f"{_document(news)}已于{_date(row.effective_on) if row.effective_on else ''}起施行：{row.change}{link}"


def nothing_to_cite(number: str) -> Speech:
    """No patch is in force on this case."""
    return (f"{number}没有对应的、已生效的制度补丁。", ("详情", f"详情 {number}"))


def cited_already(number: str) -> Speech:
    """What the patch says has been told to the enterprise already."""
    return (f"{number}已经引用过这个补丁，企业那边看得到，没有再发。", ("详情", f"详情 {number}"))


def unstumble_which() -> Speech:
    """A case is said to be no stumble, and not which."""
    return ("请写上编号，比如：不是再绊 编号",)


def unstumbled(number: str) -> Speech:
    """A case is no stumble, as its owner says."""
    return (f"好的，{number}不再算作再绊，也不计入补丁的评估。", ("详情", f"详情 {number}"))


def not_stumbled(number: str) -> Speech:
    """A case was not marked."""
    return (f"{number}没有标为再绊。", ("详情", f"详情 {number}"))


def _stumbled_line(row: Patch | None, *, has_stumbled: bool) -> str:
    if row is None:
        return ""
    news = about_patch(row)
    mark = "再绊：已有补丁" if has_stumbled else "已有制度补丁"
    return f"{mark}{_document(news)}，{cut(row.change, 30)}\n"


def _stumbled_taps(number: str, row: Patch | None, *, has_stumbled: bool) -> list[Part]:
    if row is None:
        return []
    undo: list[Part] = ["　", ("不是再绊", f"不是再绊 {number}")] if has_stumbled else []
    return ["　", ("引用补丁", f"引用补丁 {number}"), *undo]


def comment_noted(row: Patch, *, is_guessed: bool) -> Speech:
    """What an enterprise said of a patch is kept; what was meant otherwise becomes a case with one tap."""
    undo: Speech = ("\n要是说的是另一件事：", ("作为新诉求", "不是意见")) if is_guessed else ()
    return (f"谢谢！您对「{cut(row.title, TITLE)}」的意见已记下，会转给牵头领导。", *undo)


def comment_what(row: Patch) -> Speech:
    """An enterprise wants to comment and has not said what."""
    return (f"请说说您对「{cut(row.title, TITLE)}」的意见：哪里不合适，怎么改更好。直接打字就行。",)


def comment_in_words(row: Patch, kind: str) -> Speech:
    """A picture or voice came where we had asked what they think of a patch: it is with a case, not there."""
    what = {Kind.VOICE: "语音", Kind.VIDEO: "视频"}.get(Kind(kind), "图片")
    return (f"\n要是在说「{cut(row.title, TITLE)}」：{what}牵头领导在补丁里看不到，请再打一句字。",)


def comments_over() -> Speech:
    """Nobody is asked any more."""
    return ("这次征求意见已经结束，谢谢您。有具体的难处，", ("提新诉求", "新诉求"))


def no_comment_of_yours() -> Speech:
    """There is no comment to take back."""
    return ("没有可以收回的意见。",)


def _patch_given(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"制度补丁「{cut(news['patch_title'], TITLE)}」由您牵头。原因：{PATCH_CAUSE[news['cause']]}。"
            f"请于{_date(date.fromisoformat(news['due_on']))}前完成。\n"
        ),
        ("查看", f"补丁 {news['patch']}"),
    )


def _patch_passed(news: Mapping[str, Any]) -> Speech:
    lead, reason = news["new_lead"], _clip(news["reason"], 600)
    told = f"制度补丁「{cut(news['patch_title'], TITLE)}」改由{_called(lead['post'], lead['name'])}牵头，"
    return (f"{told}您这边不用再跟了，谢谢您。理由：{reason}",)


def _patch_asked(news: Mapping[str, Any]) -> Speech:
    change = f"\n拟这样改：{cut(news['change'], _CHANGE)}" if news["change"] else ""
    return (
        (
            f"您反映过「{cut(news['title'], TITLE)}」（{news['number']}）。碰到这个问题的不止一家，"
            f"我们打算从制度上解决：{cut(news['patch_title'], TITLE)}。{change}\n"
            "您觉得怎样改才管用？方便时直接打字回复就行，不回也没关系。\n"
        ),
        ("提意见", f"提意见 {news['patch']}"),
    )


def _patch_news(news: Mapping[str, Any]) -> Speech:
    parts = [
        f"新增再绊{news['stumbles']}件（{news['enterprises']}家企业）" if news["stumbles"] else "",
        f"收到企业意见{news['comments']}条" if news["comments"] else "",
    ]
    told = "，".join(part for part in parts if part)
    return (
        f"您牵头的补丁「{cut(news['patch_title'], TITLE)}」：{told}。\n",
        ("查看", f"补丁 {news['patch']}"),
    )


def _patch_effect(news: Mapping[str, Any]) -> Speech:
    lines: list[Part] = [
        (
            f"{_document(news)}{_in_effect_since(news)}施行：{cut(news['change'], _CHANGE)}\n"
            f"与您的{news['count']}件诉求有关，请按新规定办理，未办结的可以引用：\n"
        )
    ]
    for number in news["numbers"][:_CASES_NAMED]:
        lines += [(number, f"详情 {number}"), "　"]
    return tuple(lines)


def _patch_changed(news: Mapping[str, Any]) -> Speech:
    count = f"等{news['count']}件" if news["count"] > 1 else ""
    then = (
        "您还没办完的诉求，负责人会按新规定办。"
        if news["live"]
        else "您的诉求当时已经办结；今后再碰到，直接引用这一条。"
    )
    link = f"\n{cut(news['link'], 120)}" if news["link"] else ""
    return (
        (
            f"您反映的「{cut(news['title'], TITLE)}」（{news['number']}{count}）有了制度上的变化：\n"
            f"{_in_effect_since(news)}，{cut(news['change'], _CHANGE * 2)}\n依据：{_document(news)}{link}\n{then}"
        ),
    )


def _stumbled(news: Mapping[str, Any]) -> Speech:
    number = news["number"]
    return (
        (
            f"再绊：{number}「{cut(news['title'], TITLE)}」碰到的问题，{_document(news)}{_in_effect_since(news)}已有规定：\n"
            f"{cut(news['change'], _CHANGE)}\n"
        ),
        ("引用补丁", f"引用补丁 {number}"),
        "　",
        ("不是再绊", f"不是再绊 {number}"),
        "　",
        ("详情", f"详情 {number}"),
    )


def _patch_judged(news: Mapping[str, Any]) -> Speech:
    name = f"制度补丁「{cut(news['patch_title'], TITLE)}」"
    figures = news["figures"]
    told = ""
    if figures and figures["before"]["rate"] and figures["after"]["rate"]:
        told = (
            f"生效前{figures['before']['met']}家企业碰到，生效后{figures['after']['met']}家；"
            f"按每千家企业90天计，{figures['before']['rate']['estimate']:.2f}→{figures['after']['rate']['estimate']:.2f}。"
        )
    if news["verdict"] == "effective":
        return (f"{name}评估有效。{told}", ("查看", f"补丁 {news['patch']}"))
    return (
        f"{name}没有起到作用，建议重启。{told}\n",
        ("重启", f"补丁 {news['patch']} 重启"),
        "　",
        ("查看", f"补丁 {news['patch']}"),
    )


_STEP_IS: Final[Mapping[str, str]] = {StepNews.DUE: "今天到期", StepNews.OVERDUE: "已逾期"}


def _patch_steps(news: Mapping[str, Any]) -> Speech:
    whose = "您牵头的" if news["is_own"] else ""
    lines: list[Part] = [f"{whose}制度补丁「{cut(news['patch_title'], TITLE)}」有{news['count']}步没完成：\n"]
    lines += [
        f"{each['number']}　{cut(each['what'], TITLE)}：{_date(date.fromisoformat(each['due_on']))}，{_STEP_IS[each['is']]}\n"
        for each in news["steps"]
    ]
    if news["is_own"]:
        return (*lines, ("查看", f"补丁 {news['patch']}"))
    return (*lines, "完成后请告诉牵头领导登记。")


_NEWS: Final[Mapping[Notice, Speaker]] = {
    Notice.NEW_TICKET: _new_ticket,
    Notice.FOLLOWED_UP: _to_desk("企业补充："),
    Notice.RETYPED: _retyped,
    Notice.URGED: _urged,
    Notice.WITHDRAWN: _withdrawn,
    Notice.ACCEPTED: _accepted,
    Notice.REPLIED: _replied,
    Notice.PROGRESSED: _progressed,
    Notice.RESOLVED: _resolved,
    Notice.CONFIRMED: _to_desk("企业认可，已销号。"),
    Notice.DISPUTED: _to_desk("企业说没解决："),
    Notice.REBOUNDED: _to_desk("销号后反弹："),
    Notice.UNREACHABLE: _unreachable,
    Notice.NO_CONTACT: _no_contact,
    Notice.MEDIA_LOST: _media_lost,
    Notice.NEW_CONTACT: _new_contact,
    Notice.COMPLAINED: _complained,
    Notice.REGISTERED: _registered,
    Notice.DONE_BY_AIDE: _done_by_aide,
    Notice.AIDE_WROTE: _aide_wrote,
    Notice.TAKEN_BACK: _taken_back,
    Notice.DELEGATED: _delegated,
    Notice.DELEGATION_ENDED: _delegation_over,
    Notice.UNCOVERED: _uncovered,
    Notice.NEW_OWNER: _new_owner,
    Notice.TAKEN_OVER: _taken_over,
    Notice.VISITED: _visited,
    Notice.VISIT_DENIED: _visit_denied,
    Notice.RAISED: _raised_for_you,
    Notice.MORNING: _morning,
    Notice.PATTERNS: _patterns,
    Notice.CALL_ANNOUNCED: _call_announced,
    Notice.CALL_BRIEFED: _call_briefed,
    Notice.CALL_ANSWERED: _call_answered,
    Notice.CALL_CANCELLED: _call_cancelled,
    Notice.CALL_OVER: _call_over,
    Notice.CALL_MISSED: _call_missed,
    Notice.VISIT_ASKED: _visit_asked,
    Notice.FRAUD_LEAD: _fraud_lead,
    Notice.LEAD_DECIDED: _lead_decided,
    Notice.IMPERSONATED: _impersonated,
    Notice.STILL_OPEN: _still_open,
    Notice.WARNED: _warned,
    Notice.EXTENSION_ASKED: _extension_asked,
    Notice.EXTENDED: _extended,
    Notice.NOT_EXTENDED: _not_extended,
    Notice.PAUSED: _paused,
    Notice.RESUMED: _resumed,
    Notice.RECKONED: _reckoned,
    Notice.CALLED_IN: _called_in,
    Notice.HELPED: _helped_news,
    Notice.JOINED: _joined,
    Notice.HELP_REFUSED: _help_refused,
    Notice.CONTRIBUTED: _contributed,
    Notice.HELP_OVER: _help_over,
    Notice.HELP_LATE: _help_late,
    Notice.DECLINED: _declined,
    Notice.APPEALED: _appealed,
    Notice.APPEAL_LATE: _appeal_late,
    Notice.UPHELD: _upheld,
    Notice.OVERTURNED: _overturned,
    Notice.REASSIGNED: _reassigned,
    Notice.WRITTEN_OFF: _written_off,
    Notice.MOVED_AWAY: _moved_away,
    Notice.SPLIT_OFF: _split_off,
    Notice.COLLEAGUE_ACTED: _colleague_acted,
    Notice.HELP_PASSED: _help_passed,
    Notice.CHANGED_ENTERPRISE: _changed_enterprise,
    Notice.MERGE_OFFERED: _merge_offered,
    Notice.MERGED: _merged,
    Notice.SEPARATED: _separated,
    Notice.SHIELDED: _shielded,
    Notice.PATCH_GIVEN: _patch_given,
    Notice.PATCH_PASSED: _patch_passed,
    Notice.PATCH_ASKED: _patch_asked,
    Notice.PATCH_NEWS: _patch_news,
    Notice.PATCH_EFFECT: _patch_effect,
    Notice.PATCH_CHANGED: _patch_changed,
    Notice.STUMBLED: _stumbled,
    Notice.PATCH_JUDGED: _patch_judged,
    Notice.PATCH_STEPS: _patch_steps,
}


NO_NUMBER: Final = "-"
"""What a card holds that is about no case: the platform takes no empty field."""


def card(kind: str, news: Mapping[str, Any]) -> dict[str, str]:
    """The few fields that fit a template or subscription notice: number, what happened, what to do."""
    return {
        "number": str(news.get("number") or NO_NUMBER),
        "what": "送达不明" if news.get("why") == DOUBTFUL else _CARD.get(kind, "有新消息"),
        "title": cut(str(news.get("title") or news.get("text") or "政企直通"), 20),
        "hint": "请回到对话查看并回复",
    }


_CARD: Final[Mapping[str, str]] = {
    Notice.NEW_TICKET: "新诉求",
    Notice.FOLLOWED_UP: "企业补充",
    Notice.RETYPED: "类型更正",
    Notice.URGED: "企业催办",
    Notice.WITHDRAWN: "企业撤回",
    Notice.ACCEPTED: "已受理",
    Notice.REPLIED: "有回复",
    Notice.PROGRESSED: "有进展",
    Notice.RESOLVED: "请确认",
    Notice.CONFIRMED: "已销号",
    Notice.DISPUTED: "没解决",
    Notice.REBOUNDED: "反弹",
    Notice.UNREACHABLE: "联系不上",
    Notice.NO_CONTACT: "无联系人",
    Notice.MEDIA_LOST: "请重发",
    Notice.NEW_CONTACT: "换联系人",
    Notice.COMPLAINED: "办理投诉",
    Notice.REGISTERED: "代为登记",
    Notice.TAKEN_BACK: "已撤回",
    Notice.DONE_BY_AIDE: "专班已代办",
    Notice.AIDE_WROTE: "专班已回复",
    Notice.DELEGATED: "委托代办",
    Notice.DELEGATION_ENDED: "委托结束",
    Notice.UNCOVERED: "无人代办",
    Notice.NEW_OWNER: "换负责人",
    Notice.TAKEN_OVER: "岗位移交",
    Notice.VISITED: "走访确认",
    Notice.VISIT_DENIED: "走访存疑",
    Notice.RAISED: "已立诉求",
    Notice.MORNING: "今日要事",
    Notice.PATTERNS: "同类问题",
    Notice.CALL_ANNOUNCED: "来电预告",
    Notice.CALL_BRIEFED: "约好电话",
    Notice.CALL_ANSWERED: "来电答复",
    Notice.CALL_CANCELLED: "来电取消",
    Notice.CALL_OVER: "来电已过",
    Notice.CALL_MISSED: "来过电话",
    Notice.VISIT_ASKED: "请上门",
    Notice.FRAUD_LEAD: "可疑来电",
    Notice.LEAD_DECIDED: "核实结果",
    Notice.IMPERSONATED: "冒用来电",
    Notice.STILL_OPEN: "请您确认",
    Notice.WARNED: "时限提醒",
    Notice.EXTENSION_ASKED: "申请延期",
    Notice.EXTENDED: "时限延长",
    Notice.NOT_EXTENDED: "不予延期",
    Notice.PAUSED: "暂停计时",
    Notice.RESUMED: "恢复计时",
    Notice.RECKONED: "时限调整",
    Notice.CALLED_IN: "请您协办",
    Notice.HELPED: "有人协办",
    Notice.JOINED: "接受协办",
    Notice.HELP_REFUSED: "不接受协办",
    Notice.CONTRIBUTED: "协办答复",
    Notice.HELP_OVER: "协办结束",
    Notice.HELP_PASSED: "协办移交",
    Notice.HELP_LATE: "协办超期",
    Notice.DECLINED: "不予办理",
    Notice.APPEALED: "企业申诉",
    Notice.APPEAL_LATE: "申诉超期",
    Notice.UPHELD: "维持决定",
    Notice.OVERTURNED: "退回重办",
    Notice.REASSIGNED: "已改派",
    Notice.WRITTEN_OFF: "核准销号",
    Notice.MOVED_AWAY: "补充已移走",
    Notice.SPLIT_OFF: "分成几件",
    Notice.COLLEAGUE_ACTED: "同事已处理",
    Notice.CHANGED_ENTERPRISE: "企业更正",
    Notice.MERGE_OFFERED: "可以并案",
    Notice.MERGED: "已并案",
    Notice.SEPARATED: "已拆案",
    Notice.SHIELDED: "保密变更",
    Notice.PATCH_GIVEN: "牵头补丁",
    Notice.PATCH_PASSED: "换牵头人",
    Notice.PATCH_ASKED: "征求意见",
    Notice.PATCH_NEWS: "补丁动态",
    Notice.PATCH_EFFECT: "补丁生效",
    Notice.PATCH_CHANGED: "新规施行",
    Notice.STUMBLED: "再绊",
    Notice.PATCH_JUDGED: "补丁评估",
    Notice.PATCH_STEPS: "补丁步骤",
}


FUNNEL: Final[Mapping[Status, str]] = {
    Status.OPEN: "待受理",
    Status.ACCEPTED: "办理中",
    Status.RESOLVED: "待确认",
    Status.CLOSED: "已销号",
}
"""The way of a case on the wall chart, which is read by officials."""


class RateWords(NamedTuple):
    """A rate in words: its name, what is counted above and below the line, and what is left out."""

    name: str
    numerator: str
    denominator: str
    exclusions: str


_NOT_RECEIVED: Final = "企业撤回的、并入他案的不计；不予办理的仍计入收到"
RATES: Final[Mapping[Rate, RateWords]] = {
    Rate.RESOLUTION: RateWords("办结率", "已办结（含已销号）的诉求", "收到的诉求", _NOT_RECEIVED),
    Rate.RESPONSE: RateWords(
        "响应率",
        "在首次联系时限内与企业联系上的诉求",
        "首次联系时限已有结果（已联系，或已到期未联系）的诉求",
        "时限还没到、也还没联系的不计；企业撤回的、并入他案的不计",
    ),
    Rate.CONFIRMATION: RateWords(
        "解决率", "企业认可解决的诉求", "已办结（含已销号）的诉求", "未办结的不计；企业没有表态的不算认可"
    ),
    Rate.SATISFACTION: RateWords(
        "满意率", "企业评价满意或基本满意的诉求", "企业已评价的诉求", "未评价的不计，须与评价率一同看"
    ),
    Rate.RATING: RateWords("评价率", "企业已评价的诉求", "已办结（含已销号）的诉求", "未办结的不计"),
    Rate.OVERDUE: RateWords(
        "逾期率", "超过办理结果时限的诉求（后来办结的仍算）", "收到的诉求", _NOT_RECEIVED
    ),
    Rate.REBOUND: RateWords(
        "反弹率", "销号后三十日内反弹过的诉求（一案只算一次）", "销过号的诉求", "从未销号的不计"
    ),
    Rate.HANDLING_HOURS: RateWords(
        "平均办结时长", "从收到到办结的小时数之和", "已办结（含已销号）的诉求", "未办结的不计；按自然小时计"
    ),
}
"""What each rate is; shown wherever its figures are."""
