"""Everything we say to people: Simplified Chinese, short, warm, exact.

Answers to a turn stay within one chat message (2,000 bytes); a test holds every one of them to it with
the longest texts a person can type. Nothing here decides anything.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from config import catalog
from handlers.turn import Kind, Part, Speech
from handlers.understanding.commands import Command
from handlers.understanding.headline import headline
from models.actions.outbox import Notice
from models.actions.tickets import Guess, Submitted
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.tickets import Overview
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import ledger_number
from models.rules.satisfaction import Rating
from models.tables import Message, Side

Speaker = Callable[[Mapping[str, Any]], Speech]
LOCAL: Final = ZoneInfo("Asia/Shanghai")
EXCERPT: Final = 60
PAGE: Final = 400
ROOM: Final = 1200
"""Bytes of what somebody else said that fit into a message beside our own words."""
TITLE: Final = 24
WORKLIST: Final = 6
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
    Verb.DECLINE: "不予办理",
    Verb.EXTEND: "申请延期",
    Verb.CALL_IN: "请协办",
    Verb.LET_GO: "结束协办",
    Verb.ANNOUNCE_CALL: "约电话",
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
    Verb.WRITE_OFF: "核准销号",
    Verb.WARN: "时限提醒",
    Verb.RECKON: "重算时限",
}

ROLE: Final[Mapping[Role, str]] = {
    Role.ENTERPRISE: "企业",
    Role.OWNER: "责任领导",
    Role.AIDE: "专班",
    Role.CO_HANDLER: "协办单位",
    Role.SUPERVISOR: "督查",
    Role.SYSTEM: "系统",
}

CLOCK: Final[Mapping[str, str]] = {
    "accept": "受理",
    "first_contact": "与您联系",
    "progress": "反馈进展",
    "result": "给出结果",
    "forward": "转交办理",
    "answer": "书面答复",
    "total": "办结",
}

DUTY: Final[Mapping[str, str]] = dict(CLOCK) | {"first_contact": "首次联系企业"}
"""The same clocks as the official side reads them."""

PROMISED: Final = ("accept", "first_contact", "result")

STAGE: Final = {"startup": "初创型", "growing": "成长期", "mature": "成熟期"}

ATTACHED: Final[Mapping[str, str]] = {
    Kind.IMAGE: "［图片］",
    Kind.VOICE: "［语音］",
    Kind.VIDEO: "［视频］",
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
    "\n新诉求 …　另说一件事",
)
OFFICIAL_HELP: Speech = (
    ("待办", "待办"),
    (
        "　手头的诉求\n详情 编号　看全文\n受理 编号\n回复 编号 …\n进展 编号 …\n办结 编号 办了什么\n\n"
        "点开一件后，直接打字就是回复企业，回执会告诉您发给了谁。"
    ),
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
    return cut(headline(text, TITLE), TITLE) or ATTACHED.get(kind, "").strip("［］") or "诉求"


def type_name(code: str) -> str:
    """A type in Chinese."""
    return catalog.types()[code].name


def type_code(words: str) -> str | None:
    """The type that somebody named, or None. Its code, its name and its usual short names all count."""
    return _type_words().get(words.strip(" 。.，,"))


@cache
def _type_words() -> Mapping[str, str]:
    words = dict.fromkeys(("其他", "都不是", "其它"), "other")
    for code, entry in catalog.types().items():
        words |= dict.fromkeys((code, entry.name, *entry.aliases), code)
    return words


def _with_kind(kind: str, text: str) -> str:
    return f"{ATTACHED.get(kind, '')}{text}"


def _signed(by: Mapping[str, Any]) -> str:
    label = "专班代复" if by["aide"] else "本人"
    return f"{cut(by['post'], 30)} {cut(by['name'], 10)}（{label}）"


def _line(view: Overview) -> tuple[Part, ...]:
    return (
        (f"{view.number}", f"进度 {view.number}"),
        f" {type_name(view.type)}·{STATUS[view.status]}\n　{cut(view.title, TITLE)}\n",
    )


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
        return (f"{party.official.name}，您好。\n", *OFFICIAL_HELP)
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
    return OFFICIAL_HELP if party.official is not None else ENTERPRISE_HELP


def welcome_thanks() -> Speech:
    """An answer to thanks."""
    return ("好的，有事随时说。",)


def tell_us() -> Speech:
    """Asked for a new request without its content."""
    return ("请直接说是什么事：哪家单位、什么问题、多久了。一句话就行，也可以发图片、语音。",)


def it_is_stored() -> Speech:
    """An apology when something of ours broke; the message is safe."""
    return ("您的话已经收到并保存，但系统刚才出了点问题，工作人员会尽快处理。不用重发。",)


def bind_how() -> Speech:
    """How binding works."""
    return ("请把邀请码一起发来，例如：绑定 邀请码。邀请码由联络员或管理员发放，只能用一次。",)


def bind_question(target: tuple[str, str]) -> Speech:
    """Ask before binding."""
    name, post = target
    return (
        f"将把这个微信绑定为：{' '.join(part for part in (post, name) if part)}。\n确认是您本人吗？\n",
        ("确认绑定", "确认绑定"),
        "　",
        ("取消", "取消"),
    )


def bound(target: tuple[str, str], *, is_official: bool) -> Speech:
    """Binding is done."""
    name, _ = target
    if is_official:
        return (f"绑定成功，{name}。新诉求会直接发到这里。\n", ("待办", "待办"), "　", ("帮助", "帮助"))
    return (f"绑定成功，您现在代表{name}。有事直接说。",)


def invite_refused() -> Speech:
    """A code that does not work; we do not say why."""
    return ("这个邀请码不能用：可能已经用过、过期或输错了。请向发码的人要一个新的。",)


def on_the_other_side(party: Party) -> Speech:
    """An official cannot speak for an enterprise with the same WeChat, nor a contact become an official."""
    if party.official is not None:
        me, other = f"{party.official.post} {party.official.name}", "代表企业；请企业联系人用自己的微信绑定"
    else:
        me = f"{party.enterprise.name if party.enterprise else '企业'}的联系人"
        other = "绑定为干部；请本人换一个微信绑定"
    return (f"没有绑定：这个微信已经是{me}，不能同时{other}。邀请码没有用掉。",)


def nothing_to_confirm() -> Speech:
    """There is no question open."""
    return ("现在没有待确认的绑定。请先发：绑定 邀请码",)


def cancelled() -> Speech:
    """A question was dropped."""
    return ("好的，已取消。",)


def no_such_ticket(number: str) -> Speech:
    """A number that is mistyped, unknown or not theirs."""
    return (f"没有查到编号 {cut(number, 20)}，可能输错了一位。\n", ("看看我的诉求", "进度"))


def not_possible(status: Status, verb: Verb) -> Speech:
    """The case's status does not allow this."""
    if verb is Verb.RETYPE:
        return ("这件已经受理编号，类型不能再改。确实不对的，请告诉责任领导。",)
    if verb is Verb.RESOLVE and status is Status.OPEN:
        return ("这件还没有受理，请先受理再办结。",)
    if verb is Verb.REBOUND:
        return ("这件销号已超过30天，请作为新诉求再说一次，我们马上办。",)
    return (f"这件现在是“{_desk_status(status)}”，不能{VERB[verb]}。",)


def not_allowed(role: Role, verb: Verb) -> Speech:
    """This step belongs to somebody else."""
    return (f"{VERB[verb]}不由{ROLE[role]}来做。",)


# --- to the enterprise, in answer ----------------------------------------------------------------


def submitted(done: Submitted, guess: Guess, *, is_stranger: bool) -> Speech:
    """The receipt: number, type, owner, dates, and how to correct it."""
    promises = {str(due.name): due.due_at for due in done.dues}
    dates = "\n".join(f"{day(promises[name])}前{CLOCK[name]}" for name in PROMISED if name in promises)
    parts: list[Part] = [f"收到，编号 {done.number}。\n"]
    if guess.is_sure:
        parts.append(f"类型：{type_name(done.type)}（")
        parts += [("不对，改一下", f"改类型 {done.number}"), "）\n"]
    parts.append(f"负责人：{cut(done.owner.post, 30)} {cut(done.owner.name, 10)}\n{dates}\n")
    if not guess.is_sure:
        parts += ["\n这件事属于哪一类？点一下就行：\n", *_types_to_tap(done.number), "\n"]
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


def followed_up(number: str, name: str, *, is_guessed: bool, is_held: bool) -> Speech:
    """More was added to a case; where that was a guess, the way out if it was another matter."""
    then = "稍后一并转给负责人" if is_held else "转给了负责人"
    said = f"已记到 {number}「{cut(name, TITLE)}」，{then}。"
    return (said, "\n", ("不是这件事", f"不是这件事 {number}")) if is_guessed else (said,)


def add_what(number: str, name: str) -> Speech:
    """Ask what should be added."""
    return (f"请说要补充到 {number}「{cut(name, TITLE)}」的情况，文字、图片都行。",)


def choose_type(number: str) -> Speech:
    """Offer the types."""
    return (f"{number} 属于哪一类？点一下就行：\n", *_types_to_tap(number))


def retyped(number: str, name: str, code: str) -> Speech:
    """The type was corrected."""
    return (f"{number}「{cut(name, TITLE)}」的类型已改为：{type_name(code)}。",)


def progress(view: Overview) -> Speech:
    """Where one case stands."""
    parts: list[Part] = [
        (
            f"{view.number}「{cut(view.title, TITLE)}」\n{type_name(view.type)} · {STATUS[view.status]}\n"
            f"负责人：{view.owner_post} {view.owner_name}\n"
        )
    ]
    if view.next_explanation and view.status in {Status.OPEN, Status.ACCEPTED}:
        parts.append(f"下一步：{view.next_explanation}\n")
    if view.last_side == Side.OFFICIAL and view.last_words:
        parts.append(f"最近回复：{cut(view.last_words, 120)}\n")
    parts += _next_taps(view)
    return tuple(parts)


def _next_taps(view: Overview) -> list[Part]:
    if view.status is Status.RESOLVED:
        return [("确认解决", f"确认 {view.number}"), "　", ("没解决", f"没解决 {view.number}")]
    if view.status in {Status.OPEN, Status.ACCEPTED}:
        return [("催办", f"催办 {view.number}"), "　", ("补充", f"补充 {view.number}")]
    if view.status is Status.CLOSED:
        return [("问题又出现了", f"没解决 {view.number}")]
    return []


def my_cases(views: Sequence[Overview]) -> Speech:
    """The cases of a person, newest first."""
    if not views:
        return ("您还没有诉求。有什么难处，直接发一句话就行。",)
    parts: list[Part] = ["您的诉求：\n"]
    for view in views[:5]:
        parts += _line(view)
    if len(views) > 5:  # noqa: PLR2004 -- as many as one message holds in full
        parts.append("还有：" + "、".join(view.number for view in views[5:]) + "（发编号就能看）")
    return tuple(parts)


def which(views: Sequence[Overview], command: Command, said: str | None = None) -> Speech:
    """Ask which case a command is about; `said` is the word for it that was used."""
    word = said or _WORD[command]
    if not views:
        return (f"现在没有可以{_DOING[command]}的诉求。\n", ("看看我的诉求", "进度"))
    parts: list[Part] = [f"要{_DOING[command]}哪一件？\n"]
    for view in views[:5]:
        parts += [(f"{word} {view.number}", f"{word} {view.number}"), f" {cut(view.title, TITLE)}\n"]
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


def urged(view: Overview) -> Speech:
    """The owner was urged."""
    return (
        f"已替您催办 {view.number}「{cut(view.title, TITLE)}」，{view.owner_post} {view.owner_name}会收到提醒，这次催办已记录。",
    )


def urged_already(number: str, name: str, again_at: datetime) -> Speech:
    """Urging has a limit."""
    return (f"{number}「{cut(name, TITLE)}」24小时内已经催过。{day(again_at)}以后可以再催。",)


def withdrawn(number: str, name: str) -> Speech:
    """A request was taken back."""
    return (f"{number}「{cut(name, TITLE)}」已撤回。以后需要，直接再说一次就行。",)


def confirmed(number: str, name: str) -> Speech:
    """Written off by the enterprise's word; how it went is asked at once, and need not be answered."""
    return (
        (
            f"谢谢您的认可，{number}「{cut(name, TITLE)}」已销号。30天内问题又出现，"
            f"发“没解决 {number}”，原班人马接着办。\n\n结果您满意吗？\n"
        ),
        *_ratings_to_tap("", number),
    )


def disputed(view: Overview, *, is_explained: bool) -> Speech:
    """Not solved: the same owner goes on."""
    asked = "" if is_explained else "\n请说说还差什么，直接发来就行。"
    return (
        f"好，{view.number}「{cut(view.title, TITLE)}」没办完，退回{view.owner_post} {view.owner_name}继续办，期限不重算。{asked}",
    )


# --- to officials, in answer ---------------------------------------------------------------------


def worklist(views: Sequence[Overview]) -> Speech:
    """The cases on a desk."""
    if not views:
        return ("手头没有待办诉求。",)
    parts: list[Part] = [f"待办 {len(views)} 件：\n"]
    for view in views[:WORKLIST]:
        due = f"，{day(view.next_due)}前{DUTY[view.next_clock]}" if view.next_due and view.next_clock else ""
        parts += [
            (view.number, f"详情 {view.number}"),
            f" {_desk_status(view.status)}{due}\n　{cut(view.title, TITLE)}\n",
        ]
    if len(views) > WORKLIST:
        parts.append(f"还有 {len(views) - WORKLIST} 件，先办最早的。")
    return tuple(parts)


def not_sent(views: Sequence[Overview]) -> Speech:
    """Plain words with no case in hand went to nobody, and that must be clear."""
    return ("这句话没有发给任何企业：请先点开一件，再直接打字。\n", *worklist(views))


def courtesy_not_sent(number: str) -> Speech:
    """A word said to us rather than to the enterprise stays here, and that is said."""
    return (f"好的，这句没有发给企业。要原样发出，请发：回复 {number} …",)


def _desk_status(status: Status) -> str:
    return "待企业确认" if status is Status.RESOLVED else STATUS[status]


def detail(view: Overview, said: Sequence[Message]) -> Speech:
    """One case with what was said in it, within one chat message."""
    stage = f"（{STAGE[view.enterprise_stage]}）" if view.enterprise_stage else ""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}{stage}\n{NO_CALLS if view.no_calls else ''}"
    )
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    is_live = view.status in {Status.OPEN, Status.ACCEPTED, Status.RESOLVED}
    hint = "\n直接打字即回复企业。" if is_live else ""
    return (head, due, _conversation(said), *_desk_taps(view), hint)


def _conversation(said: Sequence[Message]) -> str:
    """The last of what was said, as much as one message has room for, oldest first."""
    lines: list[str] = []
    room = ROOM
    for message in reversed(said):
        who = "企业" if message.side == Side.ENTERPRISE else "专班" if message.by_aide else "领导"
        line = _clip(f"{who}：{_with_kind(message.kind, message.text)}", room)
        lines.append(line)
        room -= len(line.encode()) + 1
        if room < EXCERPT:
            break
    return "\n".join(reversed(lines)) + "\n"


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


def replied(view: Overview) -> Speech:
    """The echo that says to whom the words went."""
    to = view.enterprise_name or "诉求人"
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


def reported(view: Overview) -> Speech:
    """Progress was reported."""
    due = f"下次反馈：{day(view.next_due)}前。" if view.next_due and view.next_clock == "progress" else ""
    return (f"进展已转给{view.enterprise_name or '诉求人'}（{view.number}）。{due}",)


def resolved_by_you(view: Overview) -> Speech:
    """Done, as far as the official side is concerned."""
    return (f"{view.number} 已办结，正请{view.enterprise_name or '诉求人'}确认。企业认可后才销号。",)


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
_UNSOLVED: Final = re.compile("没|未")
_COUNTED: Final = {2: "两", 3: "三"}


def rating_in(words: str) -> Rating | None:
    """The rating that somebody gives, or None."""
    return next((rating for rating, pattern in _RATED if pattern.search(words[:EXCERPT])), None)


def verdict_in(words: str) -> Command:
    """Whether words on how it went rate it, object, or say that it is solved."""
    if rating_in(words) is not None:
        return Command.RATE
    return Command.DISPUTE if _UNSOLVED.search(words) else Command.CONFIRM


def _ratings_to_tap(before: str, number: str) -> list[Part]:
    taps: list[Part] = []
    for word in RATING.values():
        command = f"{before} {number} {word}" if before else f"{word} {number}"
        taps += [(word, command), "　"]
    return taps[:-1]


def rated(
    number: str, name: str, result: Rating | None, attitude: Rating | None, *, is_explained: bool
) -> Speech:
    """A rating is noted; what was not asked yet is asked."""
    of = f"{number}「{cut(name, TITLE)}」"
    if attitude is not None:
        return (f"{of}联系及时、态度：{RATING[attitude]}。已记下，七天内可以改。谢谢您。",)
    if result is None:
        return (f"{of}您说的已记下，只用来改进工作，不会点名。问题还在的话：", ("没解决", f"没解决 {number}"))
    said = f"{of}结果：{RATING[result]}。已记下，七天内可以改，负责人只看到汇总数。\n"
    asked: Speech = ("联系及不及时、态度怎么样？\n", *_ratings_to_tap("态度", number))
    if result is not Rating.DISSATISFIED:
        return said, *asked
    missing = "" if is_explained else "还差什么？直接发一句。"
    return f"{said}{missing}要接着办，点", ("没解决", f"没解决 {number}"), "。\n", *asked


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
    then = "，那边的负责人已知道，两边都留了记录" if was_told else ""
    return (f"好，刚才的话不算在 {number}「{cut(name, TITLE)}」里{then}，已另立一件。\n",)


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


def human(view: Overview) -> Speech:
    """Who answers for a case, by when, and how to reach them."""
    is_waiting = view.status is Status.RESOLVED
    due = "正等您确认结果。" if is_waiting else ""
    if view.next_due and view.next_clock and not is_waiting:
        due = f"{day(view.next_due)}前{CLOCK.get(view.next_clock, '答复')}。"
    taps: list[Part] = [("催办", f"催办 {view.number}")]
    if is_waiting:
        taps = [("确认解决", f"确认 {view.number}"), "　", ("没解决", f"没解决 {view.number}")]
    owner = f"{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}"
    return (
        f"{view.number}「{cut(view.title, TITLE)}」的负责人是{owner}，真人在办。{due}\n直接打字，对方能看到。\n",
        *taps,
        "　",
        ("约我电话", f"约我电话 {view.number}"),
    )


def human_for_nobody(party: Party) -> Speech:
    """No case yet: a person answers for every one that is told."""
    carer = f"您的包保领导是{cut(party.carer.post, 30)} {cut(party.carer.name, 10)}。" if party.carer else ""
    return (
        f"{carer}直接说一句是什么事，当场给您编号、具名负责人和答复期限，由真人来办。\n",
        ("我要反映", "我要反映"),
        "　",
        ("帮助", "帮助"),
    )


def wish_for_a_call(rest: str) -> str:
    """What the owner reads of a wish for a call."""
    return f"【希望来电】{rest or '请方便时打电话联系我'}"


def call_wished(number: str, view: Overview) -> Speech:
    """A wish for a call is with the owner."""
    return (
        (
            f"已告诉{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}：{number}「{cut(view.title, TITLE)}」希望来电。"
            "想约时间，可以接着说。来电前这里会先有消息。"
        ),
    )


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


def verify_how() -> Speech:
    """What we can honestly say about callers as long as numbers cannot be checked here."""
    return (
        (
            "这里暂时还查不了号码。请先别转账、别给验证码、别给材料；"
            "自称领导或专班的来电，可以在这里把号码和经过发给我们，由负责人核实。"
        ),
    )


def _short(firm: EnterpriseCard) -> str:
    """The beginning of an enterprise's name, by which it is found again when tapped."""
    return " ".join(firm.name.split())[:TITLE].strip()


def which_enterprise(number: str, party: Party, *, is_brief: bool) -> Speech:
    """Ask somebody who speaks for several enterprises, once and lightly, which one is meant."""
    if party.enterprise is None or not party.others:
        return ()
    said = f"\n记在{cut(party.enterprise.name, TITLE)}名下。是另一家的？"
    if is_brief or len(party.others) > 2:  # noqa: PLR2004 -- more would not fit beside the receipt
        return said, ("换一家", f"换企业 {number}")
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


def switched(firm: EnterpriseCard) -> Speech:
    """For whom they speak from now on."""
    return (f"好，接下来您代表{cut(firm.name, FIRM)}说话。",)


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


def left(firm: EnterpriseCard) -> Speech:
    """They speak for it no more."""
    return (f"已退出{cut(firm.name, FIRM)}，感谢您一直以来的联系。诉求会照常办完。",)


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
    return speak(news)


def _new_ticket(news: Mapping[str, Any]) -> Speech:
    stage = f"（{STAGE[news['stage']]}）" if news.get("stage") else ""
    unsure = "" if news["sure"] else "（待确认）"
    due = f"请于{day(datetime.fromisoformat(news['due']))}前受理。\n" if news.get("due") else ""
    return (
        (
            f"新诉求 {news['number']}　{type_name(news['type'])}{unsure}\n{cut(news['enterprise'] or '未绑定企业', FIRM)}{stage}\n"
            f"{NO_CALLS if news.get('no_calls') else ''}{_clip(_with_kind(news['kind'], news['text']))}\n{due}"
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
    return (
        (
            f"{_signed(news['by'])}就 {news['number']}「{cut(news['title'], TITLE)}」回复：\n"
            f"{_clip(_with_kind(news['kind'], news['text']))}"
        ),
    )


def _progressed(news: Mapping[str, Any]) -> Speech:
    return (
        f"{news['number']}「{cut(news['title'], TITLE)}」有进展，{_signed(news['by'])}：\n{_clip(news['text'])}",
    )


def _resolved(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」{_signed(news['by'])}说已办结：\n{_clip(news['text'])}\n\n"
            "解决了吗？您说了算。\n"
        ),
        ("确认解决", f"确认 {news['number']}"),
        "　",
        ("没解决", f"没解决 {news['number']}"),
    )


def _retyped(news: Mapping[str, Any]) -> Speech:
    return (f"{news['number']}「{cut(news['title'], TITLE)}」的类型改为：{type_name(news['type'])}。",)


def _unreachable(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{news['number']} 的企业联系人暂时收不到微信消息（{_WHY.get(news['why'], '对话窗口已关闭')}），"
            "消息已保留，对方再说话时自动送达。急事请换个方式联系。"
        ),
    )


_WHY: Final = {
    "left": "已取消关注",
    "refused": "已拒收",
    "window": "超过48小时未互动",
    "dead": "多次发送失败",
}


def _clip(text: str, room: int = ROOM) -> str:
    """The beginning of a text within `room` bytes as it will be shown, line breaks kept."""
    text = text.replace("<", "＜")  # as it will be shown, which takes three times the room
    raw = text.encode(errors="replace")
    return text if len(raw) <= room else raw[: room - len("…".encode())].decode(errors="ignore") + "…"


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
        f"{news['number']}「{cut(news['title'], TITLE)}」您的同事{cut(news['who'] or '', FIRM)}已{_ACTED[news['verb']]}。\n",
        ("查进度", f"进度 {news['number']}"),
    )


_ACTED: Final[Mapping[str, str]] = {
    Verb.WITHDRAW: "撤回",
    Verb.CONFIRM: "确认解决",
    Verb.DISPUTE: "反映没解决",
    Verb.REBOUND: "反映问题又出现",
}


def _changed_enterprise(news: Mapping[str, Any]) -> Speech:
    then = "仍由您负责。" if news["stays"] else "由那家企业的负责人接手。"
    return (
        f"{news['number']}「{cut(news['title'], TITLE)}」提交人更正了企业：{cut(news['enterprise'] or '', FIRM)}，{then}",
    )


_NEWS: Final[Mapping[Notice, Speaker]] = {
    Notice.NEW_TICKET: _new_ticket,
    Notice.FOLLOWED_UP: _to_desk("企业补充："),
    Notice.RETYPED: _retyped,
    Notice.URGED: _to_desk("企业催办了。"),
    Notice.WITHDRAWN: _to_desk("企业已撤回。"),
    Notice.ACCEPTED: _accepted,
    Notice.REPLIED: _replied,
    Notice.PROGRESSED: _progressed,
    Notice.RESOLVED: _resolved,
    Notice.CONFIRMED: _to_desk("企业认可，已销号。"),
    Notice.DISPUTED: _to_desk("企业说没解决："),
    Notice.REBOUNDED: _to_desk("销号后反弹："),
    Notice.UNREACHABLE: _unreachable,
    Notice.MOVED_AWAY: _moved_away,
    Notice.SPLIT_OFF: _split_off,
    Notice.COLLEAGUE_ACTED: _colleague_acted,
    Notice.UNBOUND: _to_desk("这家企业目前没有人绑定本号，消息送不到，请换个方式联系。"),
    Notice.CHANGED_ENTERPRISE: _changed_enterprise,
}


def card(kind: str, news: Mapping[str, Any]) -> dict[str, str]:
    """The few fields that fit a template or subscription notice: number, what happened, what to do."""
    return {
        "number": str(news.get("number", "")),
        "what": _CARD.get(kind, "有新消息"),
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
    Notice.MOVED_AWAY: "补充已移走",
    Notice.SPLIT_OFF: "分成几件",
    Notice.COLLEAGUE_ACTED: "同事已处理",
    Notice.UNBOUND: "无人绑定",
    Notice.CHANGED_ENTERPRISE: "企业更正",
}
