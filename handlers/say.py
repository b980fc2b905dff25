"""Everything we say to people: Simplified Chinese, short, warm, exact.

Answers to a turn stay within one chat message (2,000 bytes); a test holds every one of them to it with
the longest texts a person can type. Nothing here decides anything.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from config import catalog
from handlers.turn import Kind, Part, Speech
from handlers.understanding.commands import Command
from handlers.understanding.text import normalize
from models.actions.conversation import Desk
from models.actions.outbox import Notice, is_continued
from models.actions.tickets import Guess, Submitted
from models.queries.people import OfficialCard, Party
from models.queries.tickets import Overview
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import ledger_number
from models.rules.parts import ROOM, pages
from models.tables import Message, Side

Speaker = Callable[[Mapping[str, Any]], Speech]
LOCAL: Final = ZoneInfo("Asia/Shanghai")
EXCERPT: Final = 60
PAGE: Final = 1000
"""Bytes of a conversation that fit into a message with its head and its taps."""
MORE: Final = "…（全文请点详情）"
"""Ends what is cut in news to officials; the conversation can be read page by page."""
TITLE: Final = 24
WORKLIST: Final = 6
PERSONS: Final = 3
"""Cases that are shown with their owners, or with both words for how they ended."""
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
}

ROLE: Final[Mapping[Role, str]] = {
    Role.ENTERPRISE: "企业",
    Role.OWNER: "责任领导",
    Role.AIDE: "专班",
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
    Kind.VIDEO: "［视频，无法转发，请对方改发图片或文字］",
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
        "　手头的诉求\n详情 编号　看全文\n受理 编号\n回复 编号 …\n进展 编号 …\n办结 编号 办了什么\n\n"
        "点开一件后，直接打字就是回复企业，回执会告诉您发给了谁。"
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
    return cut(text, TITLE) or ATTACHED.get(kind, "").strip("［］").split("，")[0] or "诉求"


def type_name(code: str) -> str:
    """A type in Chinese."""
    return catalog.types()[code].name


def type_code(words: str) -> str | None:
    """The type that somebody named, or None. Its code, its name and its usual short names all count."""
    return _type_words().get(normalize(words).strip(" 。.，,")) if len(words) <= FIRM else None


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
    label = "专班代复" if by["aide"] else "本人"
    owner = by.get("for")
    stands_in = f"，代{_called(owner['post'], owner['name'])}办理" if owner else ""
    return f"{_called(by['post'], by['name'])}（{label}{stands_in}）"


def _in_whose_place(told: Desk) -> str:
    """Who really acts, where it is not the owner's own desk."""
    if told.office is not None:
        return f"（暂由{_called(told.office.post, told.office.name)}代办）"
    return "" if told.people else "（尚未绑定微信）"


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


def bound(target: tuple[str, str], waiting: Sequence[Overview], *, is_official: bool) -> Speech:
    """Binding is done; an official is shown what waits, which may be older than the binding."""
    name, _ = target
    if is_official:
        return (f"绑定成功，{cut(name, 10)}。新诉求会直接发到这里。\n", *worklist(waiting))
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
    owner = _called(done.owner.post, done.owner.name) + _in_whose_place(done.desk)
    parts.append(f"负责人：{owner}\n{dates}\n")
    if not guess.is_sure:
        parts += ["\n这件事属于哪一类？点一下就行：\n", *_types_to_tap(done.number), "\n"]
    parts.append("\n还有情况接着发，都会记到这一件。")
    parts += ["　", ("查进度", f"进度 {done.number}")]
    if is_stranger:
        parts.append("\n方便的话，请告诉我们企业名称和联系人；有邀请码可发：绑定 邀请码")
    return tuple(parts)


def followed_up(number: str, name: str, text: str, told: Desk) -> Speech:
    """More was added to a case; the way out if it was another matter."""
    place = _in_whose_place(told)
    whither = f"转给了负责人{place}" if told.people else f"负责人{place}绑定后就会看到"
    speech: tuple[Part, ...] = (f"已记到 {number}「{cut(name, TITLE)}」，{whither}。",)
    if text and len(text) <= EXCERPT:
        speech += ("\n", ("这是另一件事", f"新诉求 {text}"))
    return speech


def film_stays() -> Speech:
    """The truth about a film: only that it came is passed on."""
    return ("视频转不到对方，请改发图片或文字。\n",)


def add_what(number: str) -> Speech:
    """Ask what should be added."""
    return (f"请说要补充到 {number} 的情况，文字、图片都行。",)


def choose_type(number: str) -> Speech:
    """Offer the types."""
    return (f"{number} 属于哪一类？点一下就行：\n", *_types_to_tap(number))


def retyped(number: str, code: str) -> Speech:
    """The type was corrected."""
    return (f"{number} 的类型已改为：{type_name(code)}。",)


def progress(view: Overview, told: Desk) -> Speech:
    """Where one case stands."""
    parts: list[Part] = [
        (
            f"{view.number}「{cut(view.title, TITLE)}」\n{type_name(view.type)} · {STATUS[view.status]}\n"
            f"负责人：{view.owner_post} {view.owner_name}{_in_whose_place(told)}\n"
        )
    ]
    if view.next_explanation and view.status in {Status.OPEN, Status.ACCEPTED}:
        parts.append(f"下一步：{view.next_explanation}\n")
    if view.last_side == Side.OFFICIAL and view.last_words:
        parts.append(f"最近回复：{cut(view.last_words, 120)}\n")
        if cut(view.last_words, 120) != view.last_words:
            parts += [("看全文", f"进度 {view.number} 1"), "\n"]
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


def urged(view: Overview, told: Desk) -> Speech:
    """The owner was urged."""
    owner = f"{view.owner_post} {view.owner_name}{_in_whose_place(told)}"
    heard = "会收到提醒" if told.people else "绑定后就会看到"
    return (f"已替您催办 {view.number}，{owner}{heard}，这次催办已记录。",)


def urged_already(number: str, again_at: datetime) -> Speech:
    """Urging has a limit."""
    return (f"{number} 24小时内已经催过。{day(again_at)}以后可以再催。",)


def withdrawn(number: str) -> Speech:
    """A request was taken back."""
    return (f"{number} 已撤回。以后需要，直接再说一次就行。",)


def confirmed(number: str) -> Speech:
    """Written off by the enterprise's word."""
    return (f"谢谢您的认可，{number} 已销号。30天内问题又出现，发“没解决 {number}”，原班人马接着办。",)


def disputed(view: Overview, told: Desk, *, is_explained: bool) -> Speech:
    """Not solved: the same owner goes on."""
    asked = "" if is_explained else "\n请说说还差什么，直接发来就行。"
    owner = f"{view.owner_post} {view.owner_name}{_in_whose_place(told)}"
    return (f"好，{view.number} 没办完，退回{owner}继续办，期限不重算。{asked}",)


def solved_or_not(views: Sequence[Overview], other: str = "") -> Speech:
    """Offer both words for each case that waits for one; `other` is what may be a new matter after all."""
    parts: list[Part] = ["谢谢您告诉我们。是哪一件、解决了没有？您说了算：\n"]
    for view in views[:PERSONS]:
        parts += [f"{view.number}「{cut(view.title, TITLE)}」\n　", *_next_taps(view), "\n"]
    if other and len(other) <= EXCERPT:
        parts.append(("都不是，这是新诉求", f"新诉求 {other}"))
    return tuple(parts)


def nothing_to_confirm_yet() -> Speech:
    """Thanks for a word on how it went, which no case waits for."""
    return ("谢谢您告诉我们。现在没有等您确认的诉求；有新的难处，直接说就行。\n", ("看看我的诉求", "进度"))


def passed_on(number: str, name: str, told: Desk, *, is_solved: bool) -> Speech:
    """How it went was told before the owner called it done."""
    what_next = "办结后会请您确认" if is_solved else "还差什么，接着发就行"
    return (f"{followed_up(number, name, '', told)[0]}{what_next}。",)


def persons(shown: Sequence[tuple[Overview, Desk]]) -> Speech:
    """The person behind each case, and how to reach them."""
    parts: list[Part] = ["每件诉求都有真人负责：\n"]
    for view, told in shown:
        owner = _called(view.owner_post, view.owner_name) + _in_whose_place(told)
        parts += [(view.number, f"进度 {view.number}"), f"「{cut(view.title, TITLE)}」{owner}\n"]
    if len(shown) > 1:
        return (*parts, "点开一件，接着说的话就转给这一件的负责人，在这里回复您。")
    number = shown[0][0].number
    return (*parts, "您接着说的话会转给负责人，在这里回复您。急的话：", ("催办", f"催办 {number}"))


def person_on_duty(card: OfficialCard, told: Desk) -> Speech:
    """The person who would answer for what is not said yet."""
    owner = _called(card.post, card.name) + _in_whose_place(told)
    return (f"您说的每件事都有真人负责，现在是{owner}。请直接说是什么事，马上转过去，在这里回复您。",)


def cannot_verify(text: str, card: OfficialCard | None, told: Desk | None, number: str = "") -> Speech:
    """The truth about a caller: we cannot tell yet. What to beware of, and who can be asked."""
    parts: list[Part] = [
        "目前还不能在这里核验号码和来人，真假我们没法替您确认。\n",
        "凡是要转账、要验证码、要账户信息的，一律先别给。已有损失请拨打110，也请直接告诉我们。\n",
    ]
    if card is not None and told is not None:
        parts.append(f"负责您诉求的是{_called(card.post, card.name)}{_in_whose_place(told)}。")
        ask = f"请核实：{cut(text)}"
        parts.append(("请负责人核实", f"补充 {number} {ask}" if number else f"新诉求 {ask}"))
    return tuple(parts)


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
            f" {_desk_status(view.status)}{_for_whom(view)}{due}\n　{cut(view.title, TITLE)}\n",
        ]
    if len(views) > WORKLIST:
        parts.append(f"还有 {len(views) - WORKLIST} 件，先办最早的。")
    return tuple(parts)


def _for_whom(view: Overview) -> str:
    return f"，代{cut(view.owner_name, 10)}" if view.is_stand_in else ""


def not_sent(views: Sequence[Overview]) -> Speech:
    """Plain words with no case in hand went to nobody, and that must be clear."""
    return ("这句话没有发给任何企业：请先点开一件，再直接打字。\n", *worklist(views))


def courtesy_not_sent(number: str) -> Speech:
    """A word said to us rather than to the enterprise stays here, and that is said."""
    return (f"好的，这句没有发给企业。要原样发出，请发：回复 {number} …",)


def _desk_status(status: Status) -> str:
    return "待企业确认" if status is Status.RESOLVED else STATUS[status]


def detail(view: Overview, said: Sequence[Message], page: int = 1) -> Speech:
    """One case with a page of what was said in it, the newest first."""
    stage = f"（{STAGE[view.enterprise_stage]}）" if view.enterprise_stage else ""
    head = (
        f"{view.number}　{type_name(view.type)} · {_desk_status(view.status)}\n"
        f"{cut(view.enterprise_name or '未绑定企业', FIRM)}{stage}\n"
    )
    if view.is_stand_in:
        head += _why_you({"post": view.owner_post, "name": view.owner_name})
    due = f"{day(view.next_due)}前{DUTY[view.next_clock]}\n" if view.next_due and view.next_clock else ""
    is_live = view.status in {Status.OPEN, Status.ACCEPTED, Status.RESOLVED}
    hint = "\n直接打字即回复企业。" if is_live else ""
    return (head, due, *_page(f"详情 {view.number}", said, page), *_desk_taps(view), hint)


def conversation(view: Overview, said: Sequence[Message], page: int = 1) -> Speech:
    """A page of what was said in a case, as the enterprise reads it."""
    head = f"{view.number}「{cut(view.title, TITLE)}」\n{type_name(view.type)} · {STATUS[view.status]}\n"
    return (head, *_page(f"进度 {view.number}", said, page), *_next_taps(view))


def _page(command: str, said: Sequence[Message], page: int) -> tuple[Part, ...]:
    """One page of what was said, oldest line first, and the way to the next."""
    lines = [_line_of(message) for message in said]
    found = pages(lines, PAGE)
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


def _in_part(news: Mapping[str, Any], head: str, text: str) -> str:
    """Words under their head; where they take several messages each says which it is."""
    n, count = news.get("part", (1, 1))
    if count == 1:
        return f"{head}\n{text}"
    return f"{head}（{n}/{count}）\n{text}" if n == 1 else f"{news['number']}（接上条 {n}/{count}）\n{text}"


def _is_last(news: Mapping[str, Any]) -> bool:
    n, count = news.get("part", (1, 1))
    return bool(n == count)


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


def _unreachable(news: Mapping[str, Any]) -> Speech:
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


def _no_contact(news: Mapping[str, Any]) -> Speech:
    return (
        (
            f"{news['number']}「{cut(news['title'], TITLE)}」：企业那边已没有联系人，刚才要说的话没有人收到。"
            "请换个方式联系，并请督查或管理员登记新的联系人。"
        ),
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
    "refused": "已拒收",
    "window": "超过48小时未互动，或可发的条数已用完",
    "kept": "可发的条数快用完，留给需要对方回话的消息",
    "failed": "多次发送失败",
    "parked": "微信平台暂不放行",
}


def _clip(text: str, room: int = ROOM) -> str:
    """The beginning of a text within `room` bytes as it will be shown, line breaks kept."""
    text = text.replace("<", "＜")  # as it will be shown, which takes three times the room
    raw = text.encode(errors="replace")
    return text if len(raw) <= room else raw[: room - len(MORE.encode())].decode(errors="ignore") + MORE


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
    Notice.NO_CONTACT: _no_contact,
    Notice.REGISTERED: _registered,
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
    Notice.NO_CONTACT: "无联系人",
    Notice.REGISTERED: "代为登记",
}
