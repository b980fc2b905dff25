"""Everything we say to people: Simplified Chinese, short, warm, exact.

Answers to a turn stay within one chat message (2,000 bytes); a test holds every one of them to it with
the longest texts a person can type. Nothing here decides anything.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from config import catalog
from config.catalog import Asks, DeclineReason
from handlers.turn import Kind, Part, Speech
from handlers.understanding.commands import WORDS, Command
from models.actions.outbox import Notice
from models.actions.tickets import Guess, Submitted
from models.queries.co_handling import Help, Task
from models.queries.people import Party
from models.queries.supervision import Late, Matter, Waiting
from models.queries.tickets import Overview
from models.rules.directory import Desk
from models.rules.lifecycle import REBOUND_WITHIN, Role, Status, Verb
from models.rules.numbers import ledger_number
from models.rules.write_off import DAYS_TRIED
from models.tables import Decline, HelpState, Message, OfficialKind, Side, Verdict

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
    (
        "　看办到哪一步\n催办 编号　催一催\n补充 编号 …　补充情况\n改类型 编号 类型　类型不对\n"
        "确认 编号　认可已解决\n没解决 编号 …　还差什么\n撤回 编号　不办了\n新诉求 …　另说一件事"
    ),
)
OFFICIAL_HELP: Speech = (
    ("待办", "待办"),
    (
        "　手头的诉求\n详情 编号　看全文\n受理 编号\n回复 编号 …\n进展 编号 …\n办结 编号 办了什么\n"
        "协办 编号 单位或姓名 要办什么\n不予办理 编号 理由\n\n"
        "点开一件后，直接打字就是回复企业，回执会告诉您发给了谁。"
    ),
)
SUPERVISOR_HELP: Speech = (
    ("待办", "待办"),
    (
        "　等您裁定的、本地区超期的\n详情 编号　看全文\n维持 编号 理由　不予办理有道理\n退回重办 编号 理由\n"
        "改派 编号 姓名 理由\n销号 编号 说明　多次联系不上企业时\n\n回复企业由责任领导来做。"
    ),
)


MENU: Final = (
    {"name": "我要反映", "type": "click", "key": "我要反映"},
    {"name": "我的诉求", "type": "click", "key": "我的诉求"},
    {"name": "帮助", "type": "click", "key": "帮助"},
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
    return cut(text, TITLE) or ATTACHED.get(kind, "").strip("［］") or "诉求"


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
        return (f"绑定成功，{name}。要您办的会直接发到这里。\n", ("待办", "待办"), "　", ("帮助", "帮助"))
    return (f"绑定成功，您现在代表{name}。有事直接说。",)


def invite_refused() -> Speech:
    """A code that does not work; we do not say why."""
    return ("这个邀请码不能用：可能已经用过、过期或输错了。请向发码的人要一个新的。",)


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
    if verb is Verb.DISPUTE and status is Status.DECLINED:
        return ("这件已答复不予办理。不同意的话，请说为什么，由督查裁定：申诉 编号 …",)
    return (f"这件现在是“{_desk_status(status)}”，不能{VERB[verb]}。",)


def not_allowed(role: Role, verb: Verb) -> Speech:
    """This step belongs to somebody else."""
    hint = "有情况请发：协办回复 编号 …，责任领导会看到。" if role is Role.CO_HANDLER else ""
    return (f"{VERB[verb]}不由{ROLE[role]}来做。{hint}",)


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


def followed_up(number: str, name: str, text: str) -> Speech:
    """More was added to a case; the way out if it was another matter."""
    speech: tuple[Part, ...] = (f"已记到 {number}「{cut(name, TITLE)}」，转给了负责人。",)
    if text and len(text) <= EXCERPT:
        speech += ("\n", ("这是另一件事", f"新诉求 {text}"))
    return speech


def add_what(number: str) -> Speech:
    """Ask what should be added."""
    return (f"请说要补充到 {number} 的情况，文字、图片都行。",)


def choose_type(number: str) -> Speech:
    """Offer the types."""
    return (f"{number} 属于哪一类？点一下就行：\n", *_types_to_tap(number))


def retyped(number: str, code: str) -> Speech:
    """The type was corrected."""
    return (f"{number} 的类型已改为：{type_name(code)}。",)


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
    if view.status is Status.DECLINED:
        return [("不同意，申诉", f"申诉 {view.number}")]
    return []


def my_cases(views: Sequence[Overview]) -> Speech:
    """The cases of a person, newest first."""
    if not views:
        return ("您还没有诉求。有什么难处，直接发一句话就行。",)
    parts: list[Part] = ["您的诉求：\n"]
    for view in views[:5]:
        parts += _line(view)
    return tuple(parts)


def which(views: Sequence[Overview], command: Command) -> Speech:
    """Ask which case a command is about."""
    word = _WORD[command]
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
}


_DOING: Final = dict(_WORD) | {Command.DISPUTE: "反映没解决"}


def urged(view: Overview) -> Speech:
    """The owner was urged."""
    return (f"已替您催办 {view.number}，{view.owner_post} {view.owner_name}会收到提醒，这次催办已记录。",)


def urged_already(number: str, again_at: datetime) -> Speech:
    """Urging has a limit."""
    return (f"{number} 24小时内已经催过。{day(again_at)}以后可以再催。",)


def withdrawn(number: str) -> Speech:
    """A request was taken back."""
    return (f"{number} 已撤回。以后需要，直接再说一次就行。",)


def confirmed(number: str) -> Speech:
    """Written off by the enterprise's word."""
    return (f"谢谢您的认可，{number} 已销号。30天内问题又出现，发“没解决 {number}”，原班人马接着办。",)


def disputed(view: Overview, *, is_explained: bool) -> Speech:
    """Not solved: the same owner goes on."""
    asked = "" if is_explained else "\n请说说还差什么，直接发来就行。"
    return (f"好，{view.number} 没办完，退回{view.owner_post} {view.owner_name}继续办，期限不重算。{asked}",)


# --- to officials, in answer ---------------------------------------------------------------------


def worklist(views: Sequence[Overview], tasks: Sequence[Task] = ()) -> Speech:
    """The cases on a desk, and what it is asked to help with."""
    if not views:
        return ("手头没有待办诉求。", *_tasks(tasks))
    parts: list[Part] = [f"待办 {len(views)} 件：\n"]
    for view in views[:WORKLIST]:
        due = f"，{day(view.next_due)}前{DUTY[view.next_clock]}" if view.next_due and view.next_clock else ""
        parts += [
            (view.number, f"详情 {view.number}"),
            f" {_desk_status(view.status)}{due}\n　{cut(view.title, TITLE)}\n",
        ]
    if len(views) > WORKLIST:
        parts.append(f"还有 {len(views) - WORKLIST} 件，先办最早的。")
    return (*parts, *_tasks(tasks))


def not_sent(views: Sequence[Overview]) -> Speech:
    """Plain words with no case in hand went to nobody, and that must be clear."""
    return ("这句话没有发给任何企业：请先点开一件，再直接打字。\n", *worklist(views))


def courtesy_not_sent(number: str) -> Speech:
    """A word said to us rather than to the enterprise stays here, and that is said."""
    return (f"好的，这句没有发给企业。要原样发出，请发：回复 {number} …",)


def _desk_status(status: Status) -> str:
    return "待企业确认" if status is Status.RESOLVED else STATUS[status]


def detail(view: Overview, said: Sequence[Message], helping: Sequence[Help] = ()) -> Speech:
    """One case with who helps and what was said in it, within one chat message."""
    stage = f"（{STAGE[view.enterprise_stage]}）" if view.enterprise_stage else ""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}{stage}\n"
    )
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    is_live = view.status in {Status.OPEN, Status.ACCEPTED, Status.RESOLVED}
    hint = "\n直接打字即回复企业。" if is_live else ""
    helped = _helped(helping)
    return (head, due, helped, _conversation(said, ROOM - len(helped.encode())), *_desk_taps(view), hint)


def _conversation(said: Sequence[Message], room: int = ROOM) -> str:
    """The last of what was said, as much as one message has room for, oldest first."""
    lines: list[str] = []
    for message in reversed(said):
        who = _SPEAKERS.get(message.side) or ("专班" if message.by_aide else "领导")
        line = _clip(f"{who}：{_with_kind(message.kind, message.text)}", room)
        lines.append(line)
        room -= len(line.encode()) + 1
        if room < EXCERPT:
            break
    return "\n".join(reversed(lines)) + "\n"


_SPEAKERS: Final[Mapping[str, str]] = {Side.ENTERPRISE: "企业", Side.CO_HANDLER: "协办"}


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


def reported(view: Overview) -> Speech:
    """Progress was reported."""
    due = f"下次反馈：{day(view.next_due)}前。" if view.next_due and view.next_clock == "progress" else ""
    return (f"进展已转给{view.enterprise_name or '诉求人'}（{view.number}）。{due}",)


def resolved_by_you(view: Overview) -> Speech:
    """Done, as far as the official side is concerned."""
    return (f"{view.number} 已办结，正请{view.enterprise_name or '诉求人'}确认。企业认可后才销号。",)


# --- the desk: help from others, refusals, supervisors -------------------------------------------

HELPERS: Final = 2
LONGEST_NAME: Final = 12
"""Characters; a link that says a longer name would leave no room for the others."""
SHORT_POST: Final = 8
BRIEF: Final = 420
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

MATTER: Final[Mapping[Matter, str]] = {Matter.APPEAL: "申诉"}

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
    person = f"{cut(post, 30)} {cut(name, 10)}"
    return person if department in post else f"{cut(department, 20)}（{person}）"


def _helper(unit: Mapping[str, Any]) -> str:
    return _unit(unit["name"], unit["post"], unit["department"])


def _official(card: Mapping[str, Any]) -> str:
    return f"{cut(card['post'], 30)} {cut(card['name'], 10)}"


def _case(news: Mapping[str, Any]) -> str:
    return f"{news['number']}「{cut(news['title'], TITLE)}」"


def _until(news: Mapping[str, Any]) -> str:
    return day(datetime.fromisoformat(news["due"]))


def number_needed(command: Command) -> Speech:
    """A command without a case, or without what it needs, and none in hand."""
    return (f"请写上编号，例如：{_EXAMPLE[command]}\n", ("待办", "待办"))


def _helped(helping: Sequence[Help]) -> str:
    lines = [
        f"协办：{_unit(each.name, each.post, each.department)}，"
        f"{'已答复' if each.is_answered else HELP_STATE[each.state]}，{day(each.due_at)}前答复\n"
        for each in helping[:HELPERS]
    ]
    return "".join(lines) + (f"还有 {len(helping) - HELPERS} 家协办\n" if len(helping) > HELPERS else "")


def _tasks(tasks: Sequence[Task]) -> tuple[Part, ...]:
    """What a desk is asked to help with, in as few words as a full list leaves room for."""
    if not tasks:
        return ()
    parts: list[Part] = [f"\n请您协办 {len(tasks)} 件："]
    for task in tasks[:2]:
        parts += [(task.number, f"详情 {task.number}"), f"（{day(task.due_at)}前）"]
    return tuple(parts)


def which_unit(number: str) -> Speech:
    """Ask whom to ask for help."""
    return (f"{number} 请哪家单位协办？请发单位名称或姓名，后面可以写要办什么，例如：税务局 请核实退税进度",)


def not_a_unit(number: str, word: str) -> Speech:
    """Words that were to name a unit and do not; they went to nobody."""
    return (f"名册里没有“{cut(word, 20)}”，这句没有发给任何人。请再发：协办 {number} 单位或姓名",)


def _desks_to_tap(word: str, number: str, desks: Sequence[Desk]) -> list[Part]:
    """One line for each desk; the tap says the name, and the post where two have one name."""
    parts: list[Part] = []
    names = [each.name for each in desks]
    for each in desks:
        post = f" {each.post[:SHORT_POST]}" if names.count(each.name) > 1 else ""
        label = cut(_unit(each.name, each.post, each.department), TITLE)
        is_short = len(each.name) <= LONGEST_NAME
        parts += ["\n", (label, f"{word} {number} {each.name}{post}") if is_short else label]
    return parts


def which_of_units(number: str, word: str, desks: Sequence[Desk]) -> Speech:
    """Several desks fit: let the owner choose."""
    return (f"“{cut(word, 20)}”有几位，请点一位：", *_desks_to_tap("协办", number, desks))


def no_such_unit(number: str, word: str, desks: Sequence[Desk]) -> Speech:
    """No desk fits; those with a near name."""
    head = f"名册里没有找到“{cut(word, 20)}”，没有请任何人协办。"
    if not desks:
        return (head + "请换个名称，或请管理员把这家单位录入名册。",)
    return (head + "是不是要找：", *_desks_to_tap("协办", number, desks))


def called_in(number: str, asked: Help, *, is_reached: bool) -> Speech:
    """Help was asked for."""
    unit = _unit(asked.name, asked.post, asked.department)
    task = f"，要办的事：{_clip(asked.task, BRIEF)}" if asked.task else ""
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


def taken_on_already() -> Speech:
    """A task that was accepted before."""
    return ("这件协办您已经接受了。有情况请发：协办回复 编号 …；办不了的，请与责任领导商量。",)


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
    desks = [Desk(each.unit_id, each.name, each.post, each.department, "") for each in helping[:4]]
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
            f"已接受协办 {view.number}，会告诉{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}。"
            f"请{day(task.due_at)}前答复：直接打字就发给责任领导，企业看不到。\n"
        ),
        ("详情", f"详情 {view.number}"),
    )


def why_refuse(number: str) -> Speech:
    """Ask why a unit does not help."""
    return (f"{number} 为什么不能协办？请说一句，责任领导会看到。",)


def refused_by_you(number: str) -> Speech:
    """The unit does not help."""
    return (f"已告诉责任领导，{number} 您这边不协办。",)


def contribute_what(number: str) -> Speech:
    """Ask what to tell the owner."""
    return (f"请直接打字，会发给 {number} 的责任领导，企业看不到。",)


def contributed(view: Overview) -> Speech:
    """The echo that says to whom a unit's words went."""
    return (
        f"已转给责任领导{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}（{view.number}），企业看不到。",
    )


def courtesy_not_for_owner(number: str) -> Speech:
    """A word said to us rather than to the owner stays here."""
    return (f"好的，这句没有发给责任领导。要原样发出，请发：协办回复 {number} …",)


def helped_case(view: Overview, task: Task, said: Sequence[Message]) -> Speech:
    """One case as a unit that helps sees it: of the enterprise, the name."""
    asked = f"请您协办：{_clip(task.task, BRIEF)}\n" if task.task else ""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}\n"
        f"责任领导：{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}\n{asked}"
        f"{'已答复' if task.is_answered else f'{day(task.due_at)}前答复责任领导'}\n"
    )
    taps: list[Part] = []
    if task.state is HelpState.ASKED:
        taps = [("接受协办", f"接受协办 {view.number}"), "　", ("不接受", f"不接受协办 {view.number}"), "\n"]
    return (
        head,
        _conversation(said, ROOM - len(asked.encode())),
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


def helpers_may_refuse(number: str) -> Speech:
    """A unit that helps has nothing to pass on, but need not help."""
    return (f"您只是协办，不用转。接不了的，请发：不接受协办 {number} 理由",)


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


def appealed(number: str, explanation: str) -> Speech:
    """An appeal is on its way."""
    return (f"{number} 的申诉已交给督查。{cut(explanation, 120)}",)


def appealed_already(*, is_decided: bool) -> Speech:
    """One appeal for each decision."""
    return ("这次决定已经申诉过，督查也已裁定。",) if is_decided else ("这次决定已经申诉过，正由督查裁定。",)


def no_appeal() -> Speech:
    """Nothing waits for a verdict."""
    return ("这件没有等待裁定的申诉。",)


def supervisors_worklist(waiting: Sequence[Waiting], late: Sequence[Late]) -> Speech:
    """What waits for a supervisor, and what is overdue in the region."""
    if not waiting and not late:
        return ("现在没有等您裁定的，本地区也没有超期的。",)
    parts: list[Part] = [f"等您裁定 {len(waiting)} 件：\n"] if waiting else []
    for each in waiting[:4]:
        due = f"，{day(each.due_at)}前" if each.due_at else ""
        parts += [
            (each.number, f"详情 {each.number}"),
            f" {MATTER[each.matter]}{due} {cut(each.title, 16)}\n",
        ]
    if late:
        parts.append(f"本地区超期 {len(late)} 件：\n")
    for each_late in late[:4]:
        clock = DUTY.get(each_late.clock, each_late.clock)
        parts += [
            (each_late.number, f"详情 {each_late.number}"),
            f" 应{day(each_late.due_at)}前{clock}，{cut(each_late.owner, 20)}\n",
        ]
    return tuple(parts)


def supervised_case(
    view: Overview, helping: Sequence[Help], decline: Decline | None, said: Sequence[Message], hops: int
) -> Speech:
    """One case as a supervisor sees it."""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}\n"
        f"责任领导：{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}{f'（改派过{hops}次）' if hops else ''}\n"
    )
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    middle = _helped(helping) + _refusal(decline)
    room = max(ROOM - 60 - len(middle.encode()), EXCERPT)
    return (head, due, middle, _conversation(said, room), *_supervisors_taps(view, decline))


def _refusal(row: Decline | None) -> str:
    if row is None:
        return ""
    reason = catalog.decline_reasons().get(row.code)
    lines = f"不予办理（{reason.name if reason else '其他'}）：{_clip(row.words, 240)}\n"
    if row.appeal:
        lines += f"企业申诉：{_clip(row.appeal, 240)}\n"
    if row.verdict:
        lines += f"督查裁定：{VERDICT[Verdict(row.verdict)]}\n"
    return lines


VERDICT: Final[Mapping[Verdict, str]] = {Verdict.UPHELD: "维持", Verdict.OVERTURNED: "退回重办"}


def _supervisors_taps(view: Overview, decline: Decline | None) -> list[Part]:
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


def which_of_owners(number: str, word: str, desks: Sequence[Desk]) -> Speech:
    """Several desks fit: let the supervisor choose."""
    return (f"“{cut(word, 20)}”有几位，请点一位：", *_desks_to_tap("改派", number, desks))


def no_such_owner(number: str, word: str, desks: Sequence[Desk]) -> Speech:
    """No desk fits; those with a near name."""
    head = f"名册里没有找到“{cut(word, 20)}”，没有改派。"
    if not desks:
        return (head + f"请发：改派 {number} 姓名 理由",)
    return (head + "是不是要改派给：", *_desks_to_tap("改派", number, desks))


def reassigned_by_you(view: Overview) -> Speech:
    """A case was given to another owner."""
    owner = f"{cut(view.owner_post, 30)} {cut(view.owner_name, 10)}"
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
    task = f"要办的事：{_clip(news['task'], BRIEF)}\n" if news["task"] else ""
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
            f"{_clip(_with_kind(news['kind'], news['text']))}\n"
        ),
        ("报进展", f"进展 {news['number']}"),
        "　",
        ("结束协办", f"结束协办 {news['number']}"),
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
            f"您可以找：{_clip(news['channel'], BRIEF)}\n{_source(news)}不同意可以申诉一次，由督查裁定。\n"
        ),
        ("不同意，申诉", f"申诉 {news['number']}"),
    )


def _appealed(news: Mapping[str, Any]) -> Speech:
    said = f"企业说：{_clip(news['text'], BRIEF)}\n"
    if news.get("is_yours"):
        return (f"企业对 {_case(news)}的不予办理提出申诉，由督查裁定。\n{said}",)
    head = (
        f"企业申诉 {_case(news)}\n{_official(news['owner'])}以“{_reason_name(news)}”不予办理："
        f"{_clip(news['reason'], BRIEF)}\n{said}请{_until(news)}前裁定。\n"
    )
    return (head, *_verdict_taps(news))


def _appeal_late(news: Mapping[str, Any]) -> Speech:
    return (f"{_case(news)}的申诉应在{_until(news)}前裁定，已超期。\n", *_verdict_taps(news))


def _verdict_taps(news: Mapping[str, Any]) -> tuple[Part, ...]:
    if news.get("is_unattended"):
        return ("这个地区还没有督查绑定微信，请管理员尽快安排。",)
    number = news["number"]
    return (
        ("详情", f"详情 {number}"),
        "　",
        ("维持", f"维持 {number}"),
        "　",
        ("退回重办", f"退回重办 {number}"),
    )


def _upheld(news: Mapping[str, Any]) -> Speech:
    where = "" if news.get("is_yours") else f"您可以找：{_clip(news['channel'], BRIEF)}"
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
    match news["for"]:
        case "owner":
            return (
                f"{by}把 {_case(news)}改派给您，原责任领导是{before}。期限不重算。\n{why}\n",
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
            f"{_clip(_with_kind(news['kind'], news['text']))}\n{due}"
        ),
        ("受理", f"受理 {news['number']}"),
        "　",
        ("详情", f"详情 {news['number']}"),
    )


def _to_desk(words: str) -> Speaker:
    def speak(news: Mapping[str, Any]) -> Speech:
        text = _with_kind(news.get("kind", ""), news.get("text", ""))
        return (
            f"{news['number']}「{cut(news['title'], TITLE)}」{words}\n{_clip(text)}\n"
            if text
            else f"{news['number']}「{cut(news['title'], TITLE)}」{words}\n",
            ("详情", f"详情 {news['number']}"),
        )

    return speak


def _accepted(news: Mapping[str, Any]) -> Speech:
    year, n = news["ledger"]
    return (
        (
            f"{_signed(news['by'])}已受理您的诉求 {news['number']}「{cut(news['title'], TITLE)}」，"
            f"台账编号 {ledger_number(type_name(news['type']), year, n)}，负责到底。"
        ),
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
    Notice.CALLED_IN: "请您协办",
    Notice.HELPED: "有人协办",
    Notice.JOINED: "接受协办",
    Notice.HELP_REFUSED: "不接受协办",
    Notice.CONTRIBUTED: "协办答复",
    Notice.HELP_OVER: "协办结束",
    Notice.HELP_LATE: "协办超期",
    Notice.DECLINED: "不予办理",
    Notice.APPEALED: "企业申诉",
    Notice.APPEAL_LATE: "申诉超期",
    Notice.UPHELD: "维持决定",
    Notice.OVERTURNED: "退回重办",
    Notice.REASSIGNED: "已改派",
    Notice.WRITTEN_OFF: "核准销号",
}
