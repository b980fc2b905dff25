"""Everything `say` can be asked to say, with the longest and most hostile names and words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from config import catalog
from handlers import say
from handlers.turn import Kind, Speech
from handlers.understanding.commands import Command
from models.actions import clocks
from models.actions.outbox import Notice
from models.actions.tickets import Guess, Submitted
from models.queries.co_handling import Help, Task
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.supervision import Late, Matter, Waiting
from models.queries.tickets import Overview
from models.rules.clocks import explain
from models.rules.directory import Desk
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import number_of
from models.tables import Decline, HelpState, Message, OfficialKind, Side, Verdict

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
NUMBER = number_of(10**9)
"""Longer than any number a province will see."""

HOSTILE = (
    "长" * 20_000,
    "😀" * 20_000,
    "<" * 20_000,
    '<a href="weixin://bizmsgmenu?msgmenucontent=确认&msgmenuid=1">点我</a>' * 300,
    "]]>" * 5_000,
    "一行\n" * 5_000,
    "\n" * 20_000,
    "\x00\x0b\ufffe" * 500,
    "",
)
TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=80),
    st.text("😀<>&]\n长a", max_size=60).map(lambda text: text * 40),
)


def named(longest: int) -> st.SearchStrategy[str]:
    """Names as long as the database takes them; the roster's are checked when they are imported."""
    return TEXTS.map(lambda text: text[:longest])


CARDS = st.builds(
    OfficialCard,
    st.just(1),
    named(50),
    named(100),
    st.just("210000"),
    kind=st.sampled_from([OfficialKind.LEADER, OfficialKind.SUPERVISOR]),
)
FIRMS = st.builds(
    EnterpriseCard, st.just(1), named(200), st.just("210100"), st.sampled_from([None, *say.STAGE])
)
TITLES = TEXTS.map(lambda text: say.title("text", text))
TYPES = st.sampled_from(sorted(catalog.types()))
EXPLAINED = {
    str(due.name): explain(due) for due in (*clocks.first("arrears", NOW), *clocks.accepted("arrears", NOW))
}
CLOCKS = st.sampled_from(sorted(EXPLAINED))


@st.composite
def views(draw: st.DrawFn, status: Status | None = None) -> Overview:
    """Return a case as it may be shown."""
    clock = draw(st.none() | CLOCKS)
    firm = draw(st.none() | FIRMS)
    owner = draw(CARDS)
    return Overview(
        number=NUMBER,
        type=draw(TYPES),
        status=status or draw(st.sampled_from(Status)),
        title=draw(TITLES),
        owner_name=owner.name,
        owner_post=owner.post,
        enterprise_name=firm.name if firm else None,
        enterprise_stage=firm.stage if firm else None,
        created_at=NOW,
        next_due=NOW if clock else None,
        next_clock=clock,
        next_explanation=EXPLAINED[clock] if clock else None,
        last_words=draw(st.none() | TEXTS),
        last_side=draw(st.sampled_from([None, *Side])),
    )


MESSAGES = st.builds(
    Message,
    side=st.sampled_from(Side),
    by_aide=st.booleans(),
    kind=st.sampled_from(["text", *say.ATTACHED]),
    text=TEXTS,
)
PARTIES = st.builds(
    Party,
    person_id=st.just(1),
    openid=st.just("o"),
    follows=st.just(True),
    window=st.none(),
    hand_ticket_id=st.none(),
    hand_until=st.none(),
    pending=st.none(),
    official=st.none() | CARDS,
    enterprise=st.none() | FIRMS,
    carer=st.none() | CARDS,
)
GUESSES = st.builds(Guess, TYPES, st.floats(0, 1), st.none() | TYPES, is_sure=st.booleans())
SUBMITTED = st.builds(
    Submitted,
    st.just(1),
    st.just(NUMBER),
    TYPES,
    CARDS,
    TYPES.map(lambda code: clocks.first(code, NOW)),
)
VIEWS = views()
SOME = st.lists(VIEWS, max_size=10)
DESKS = st.builds(Desk, st.just(1), named(50), named(100), named(100), st.just("210000"))
OFFERED = st.lists(DESKS, max_size=4)
HELP = st.builds(
    Help,
    st.just(1),
    st.just(1),
    named(50),
    named(100),
    named(100),
    st.sampled_from([HelpState.ASKED, HelpState.JOINED]),
    TEXTS,
    st.just(NOW),
    is_answered=st.booleans(),
)
HELPERS = st.lists(HELP, max_size=6)
TASKS = st.builds(
    Task,
    st.just(1),
    st.just(NUMBER),
    TITLES,
    TEXTS,
    st.sampled_from([HelpState.ASKED, HelpState.JOINED]),
    st.just(NOW),
    is_answered=st.booleans(),
)
REASONS = st.sampled_from(sorted(catalog.decline_reasons())).map(lambda code: catalog.decline_reasons()[code])
DECLINES = st.none() | st.builds(
    Decline,
    code=st.sampled_from(sorted(catalog.decline_reasons())),
    words=TEXTS,
    channel=TEXTS,
    appeal=st.none() | TEXTS,
    appealed_at=st.sampled_from([None, NOW]),
    decided_at=st.sampled_from([None, NOW]),
    verdict=st.sampled_from([None, *Verdict]),
)
WAITING = st.lists(
    st.builds(Waiting, st.sampled_from(Matter), st.just(NUMBER), TITLES, st.sampled_from([None, NOW])),
    max_size=10,
)
LATE = st.lists(st.builds(Late, st.just(NUMBER), TITLES, CLOCKS, st.just(NOW), named(151)), max_size=10)
DECISIONS = st.sampled_from([Verb.UPHOLD, Verb.OVERTURN, Verb.WRITE_OFF])
SAID: dict[str, st.SearchStrategy[Speech]] = {
    "welcome": st.builds(say.welcome, PARTIES),
    "help_for": st.builds(say.help_for, PARTIES),
    "welcome_thanks": st.builds(say.welcome_thanks),
    "tell_us": st.builds(say.tell_us),
    "it_is_stored": st.builds(say.it_is_stored),
    "bind_how": st.builds(say.bind_how),
    "bind_question": st.builds(say.bind_question, st.tuples(named(200), named(100))),
    "bound": st.builds(say.bound, st.tuples(named(200), named(100)), is_official=st.booleans()),
    "invite_refused": st.builds(say.invite_refused),
    "nothing_to_confirm": st.builds(say.nothing_to_confirm),
    "cancelled": st.builds(say.cancelled),
    "no_such_ticket": st.builds(say.no_such_ticket, st.text("0123456789０９", max_size=20_000)),
    "not_possible": st.builds(say.not_possible, st.sampled_from(Status), st.sampled_from(Verb)),
    "not_allowed": st.builds(say.not_allowed, st.sampled_from(Role), st.sampled_from(Verb)),
    "submitted": st.builds(say.submitted, SUBMITTED, GUESSES, is_stranger=st.booleans()),
    "followed_up": st.builds(say.followed_up, st.just(NUMBER), TITLES, TEXTS),
    "add_what": st.builds(say.add_what, st.just(NUMBER)),
    "choose_type": st.builds(say.choose_type, st.just(NUMBER)),
    "retyped": st.builds(say.retyped, st.just(NUMBER), TYPES),
    "progress": st.builds(say.progress, VIEWS),
    "my_cases": st.builds(say.my_cases, SOME),
    "which": st.builds(say.which, SOME, st.sampled_from(sorted(say._WORD))),
    "urged": st.builds(say.urged, VIEWS),
    "urged_already": st.builds(say.urged_already, st.just(NUMBER), st.just(NOW)),
    "withdrawn": st.builds(say.withdrawn, st.just(NUMBER)),
    "confirmed": st.builds(say.confirmed, st.just(NUMBER)),
    "disputed": st.builds(say.disputed, VIEWS, is_explained=st.booleans()),
    "worklist": st.builds(say.worklist, SOME, st.lists(TASKS, max_size=10)),
    "not_sent": st.builds(say.not_sent, SOME),
    "courtesy_not_sent": st.builds(say.courtesy_not_sent, st.just(NUMBER)),
    "detail": st.builds(say.detail, VIEWS, st.lists(MESSAGES, max_size=10), HELPERS),
    "accepted_by_you": st.builds(say.accepted_by_you, VIEWS, st.just(2026), st.just(123_456)),
    "replied": st.builds(say.replied, VIEWS),
    "reply_what": st.builds(say.reply_what, st.just(NUMBER)),
    "report_what": st.builds(say.report_what, st.just(NUMBER)),
    "resolve_what": st.builds(say.resolve_what, st.just(NUMBER)),
    "reported": st.builds(say.reported, VIEWS),
    "resolved_by_you": st.builds(say.resolved_by_you, VIEWS),
    "number_needed": st.builds(say.number_needed, st.sampled_from(sorted(say._EXAMPLE))),
    "which_unit": st.builds(say.which_unit, st.just(NUMBER)),
    "not_a_unit": st.builds(say.not_a_unit, st.just(NUMBER), TEXTS),
    "which_of_units": st.builds(say.which_of_units, st.just(NUMBER), TEXTS, OFFERED),
    "no_such_unit": st.builds(say.no_such_unit, st.just(NUMBER), TEXTS, OFFERED),
    "called_in": st.builds(say.called_in, st.just(NUMBER), HELP, is_reached=st.booleans()),
    "own_desk": st.builds(say.own_desk),
    "asked_already": st.builds(say.asked_already, HELP),
    "no_task": st.builds(say.no_task),
    "taken_on_already": st.builds(say.taken_on_already),
    "reason_missing": st.builds(say.reason_missing),
    "not_in_office": st.builds(say.not_in_office),
    "which_helper": st.builds(say.which_helper, st.just(NUMBER), HELPERS),
    "let_go": st.builds(say.let_go, st.just(NUMBER), HELP),
    "still_awaited": st.builds(say.still_awaited, st.just(NUMBER), HELPERS),
    "which_task": st.builds(
        say.which_task,
        st.lists(TASKS, max_size=10),
        st.sampled_from([Command.JOIN, Command.REFUSE, Command.CONTRIBUTE]),
    ),
    "joined_by_you": st.builds(say.joined_by_you, VIEWS, TASKS),
    "why_refuse": st.builds(say.why_refuse, st.just(NUMBER)),
    "refused_by_you": st.builds(say.refused_by_you, st.just(NUMBER)),
    "contribute_what": st.builds(say.contribute_what, st.just(NUMBER)),
    "contributed": st.builds(say.contributed, VIEWS),
    "courtesy_not_for_owner": st.builds(say.courtesy_not_for_owner, st.just(NUMBER)),
    "helped_case": st.builds(say.helped_case, VIEWS, TASKS, st.lists(MESSAGES, max_size=10)),
    "keep_it": st.builds(say.keep_it),
    "keep_this": st.builds(say.keep_this, st.just(NUMBER), TITLES),
    "helpers_may_refuse": st.builds(say.helpers_may_refuse, st.just(NUMBER)),
    "choose_reason": st.builds(say.choose_reason, st.just(NUMBER), TEXTS),
    "which_grounds": st.builds(say.which_grounds, st.just(NUMBER), REASONS, TEXTS),
    "which_channel": st.builds(say.which_channel, st.just(NUMBER), REASONS),
    "declined_by_you": st.builds(say.declined_by_you, VIEWS, REASONS),
    "which_to_appeal": st.builds(say.which_to_appeal, SOME),
    "why_appeal": st.builds(say.why_appeal, st.just(NUMBER)),
    "appealed": st.builds(say.appealed, st.just(NUMBER), TEXTS),
    "appealed_already": st.builds(say.appealed_already, is_decided=st.booleans()),
    "no_appeal": st.builds(say.no_appeal),
    "supervisors_worklist": st.builds(say.supervisors_worklist, WAITING, LATE),
    "supervised_case": st.builds(
        say.supervised_case, VIEWS, HELPERS, DECLINES, st.lists(MESSAGES, max_size=10), st.integers(0, 9)
    ),
    "not_for_supervisors": st.builds(say.not_for_supervisors),
    "why_decide": st.builds(say.why_decide, st.just(NUMBER), DECISIONS | st.just(Verb.REASSIGN)),
    "decided": st.builds(say.decided, st.just(NUMBER), DECISIONS),
    "which_of_owners": st.builds(say.which_of_owners, st.just(NUMBER), TEXTS, OFFERED),
    "no_such_owner": st.builds(say.no_such_owner, st.just(NUMBER), TEXTS, OFFERED),
    "reassigned_by_you": st.builds(say.reassigned_by_you, VIEWS),
    "owned_already": st.builds(say.owned_already),
    "not_tried": st.builds(say.not_tried, st.lists(st.just(NOW.date()), max_size=5)),
}

SIGNATURES = st.builds(
    lambda card, is_aide: {"name": card.name, "post": card.post, "aide": is_aide}, CARDS, st.booleans()
)
UNITS = st.builds(
    lambda card, department: {"name": card.name, "post": card.post, "department": department},
    CARDS,
    named(100),
)
SPOKEN = [each for each in Notice if each is not Notice.MEDIA]
"""A medium travels as itself; every other notice has words."""

NEWS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "number": st.just(NUMBER),
        "title": TITLES,
        "type": TYPES,
        "status": st.sampled_from(Status).map(str),
        "ledger": st.just([2026, 123_456]),
        "text": TEXTS,
        "kind": st.sampled_from(["text", *say.ATTACHED]),
        "by": SIGNATURES,
        "sure": st.booleans(),
        "enterprise": st.none() | named(200),
        "stage": st.sampled_from([None, *say.STAGE]),
        "due": st.sampled_from([None, NOW.isoformat()]),
        "why": st.sampled_from(["left", "refused", "window", "dead", "parked"]),
        "unit": UNITS,
        "owner": UNITS,
        "owner_before": UNITS,
        "task": TEXTS,
        "code": st.sampled_from(sorted(catalog.decline_reasons())),
        "reason": TEXTS,
        "channel": TEXTS,
        "signed": named(151),
        "aide": st.booleans(),
        "is_yours": st.booleans(),
        "is_unattended": st.booleans(),
        "for": st.sampled_from(["enterprise", "owner", "owner_before", "helper"]),
    }
)


WORST: dict[str, Any] = {
    "number": NUMBER,
    "title": say.title("text", "😀" * 99),
    "type": "chain",
    "status": "resolved",
    "ledger": [2026, 123_456],
    "text": "😀" * 20_000,
    "kind": "image",
    "by": {"name": "长" * 50, "post": "长" * 100, "aide": True},
    "sure": False,
    "enterprise": "😀" * 200,
    "stage": "mature",
    "due": NOW.isoformat(),
    "why": "window",
    "unit": {"name": "长" * 50, "post": "长" * 100, "department": "😀" * 100},
    "owner": {"name": "长" * 50, "post": "长" * 100},
    "owner_before": {"name": "长" * 50, "post": "长" * 100},
    "task": "😀" * 20_000,
    "code": "justice",
    "reason": "😀" * 20_000,
    "channel": "😀" * 20_000,
    "signed": "长" * 151,
    "aide": True,
    "is_yours": False,
    "is_unattended": False,
    "for": "enterprise",
}
WORDLESS = frozenset({Notice.URGED, Notice.WITHDRAWN, Notice.CONFIRMED, Notice.RETYPED})
"""News of something that is done without saying anything."""


DATED = frozenset({Notice.CALLED_IN, Notice.HELP_LATE, Notice.APPEALED, Notice.APPEAL_LATE})
"""News of something with a date: it always has one."""


def told(notice: Notice, news: Mapping[str, Any]) -> Speech:
    """Return the words for news as the actions make it."""
    without = {"text", "kind"} if notice in WORDLESS else set()
    dated = {"due": NOW.isoformat()} if notice in DATED else {}
    return say.notice(notice, {name: value for name, value in news.items() if name not in without} | dated)


def longest(char: str) -> dict[str, Speech]:
    """Return the answers that hold most, with names, titles and words made of one character."""
    card = OfficialCard(1, char * 50, char * 100, "210000")
    done = Submitted(1, NUMBER, "chain", card, clocks.first("arrears", NOW))
    view = Overview(
        number=NUMBER, type="chain", status=Status.ACCEPTED, title=say.title("text", char * 99),
        owner_name=card.name, owner_post=card.post, enterprise_name=char * 200, enterprise_stage="growing",
        created_at=NOW, next_due=NOW, next_clock="result", next_explanation=EXPLAINED["result"],
        last_words=char * 999, last_side=Side.OFFICIAL,
    )  # fmt: skip
    said = [Message(side=side, by_aide=True, kind=Kind.IMAGE, text=char * 999) for side in Side] * 5
    return {
        "submitted": say.submitted(done, Guess("chain", 0.1, None, is_sure=False), is_stranger=True),
        "detail": say.detail(view, said),
        "progress": say.progress(view),
        "my_cases": say.my_cases([view] * 10),
        "which": say.which([view] * 10, Command.WITHDRAW),
        "worklist": say.worklist([view] * 10),
        "not_sent": say.not_sent([view] * 10),
        "followed_up": say.followed_up(NUMBER, view.title, char * say.EXCERPT),
        "accepted_by_you": say.accepted_by_you(view, 2026, 123_456),
    } | longest_of_the_desk(char, view, said)


def longest_of_the_desk(char: str, view: Overview, said: list[Message]) -> dict[str, Speech]:
    """Return the same of help, refusals and supervisors."""
    desk = Desk(1, char * 50, char * 100, char * 100, "210000")
    helper = Help(
        1, 1, desk.name, desk.post, desk.department, HelpState.JOINED, char * 999, NOW, is_answered=False
    )
    task = Task(1, NUMBER, view.title, char * 999, HelpState.ASKED, NOW, is_answered=False)
    decline = Decline(
        code="justice", words=char * 999, channel=char * 999, appeal=char * 999, appealed_at=NOW,
        decided_at=None, verdict=None,
    )  # fmt: skip
    late = Late(NUMBER, view.title, "first_contact", NOW, char * 151)
    return {
        "detail with helpers": say.detail(view, said, [helper] * 5),
        "worklist with tasks": say.worklist([view] * 10, [task] * 10),
        "helped_case": say.helped_case(view, task, said),
        "supervised_case": say.supervised_case(view, [helper] * 5, decline, said, 3),
        "supervisors_worklist": say.supervisors_worklist(
            [Waiting(Matter.APPEAL, NUMBER, view.title, NOW)] * 10, [late] * 10
        ),
        "which_of_units": say.which_of_units(NUMBER, char * 99, [desk] * 4),
        "no_such_unit": say.no_such_unit(NUMBER, char * 99, [desk] * 4),
        "no_such_owner": say.no_such_owner(NUMBER, char * 99, [desk] * 4),
        "which_helper": say.which_helper(NUMBER, [helper] * 5),
        "still_awaited": say.still_awaited(NUMBER, [helper] * 5),
        "which_task": say.which_task([task] * 9, Command.CONTRIBUTE),
        "which_to_appeal": say.which_to_appeal([view] * 9),
        "called_in": say.called_in(NUMBER, helper, is_reached=False),
    }


def plain(status: Status, clock: str) -> Overview:
    return Overview(
        number=NUMBER, type="arrears", status=status, title="欠款", owner_name="安予诚", owner_post="副省长",
        enterprise_name="云杉里", enterprise_stage="mature", created_at=NOW, next_due=NOW, next_clock=clock,
        next_explanation=EXPLAINED[clock], last_words="好", last_side=Side.OFFICIAL,
    )  # fmt: skip


DESK = (
    Notice.CALLED_IN, Notice.HELPED, Notice.JOINED, Notice.HELP_REFUSED, Notice.CONTRIBUTED, Notice.HELP_OVER,
    Notice.HELP_LATE, Notice.DECLINED, Notice.APPEALED, Notice.APPEAL_LATE, Notice.UPHELD, Notice.OVERTURNED,
    Notice.REASSIGNED, Notice.WRITTEN_OFF,
)  # fmt: skip


def everything_of_the_desk(shown: list[Overview]) -> list[Speech]:
    """Return all we can say of help, refusals and supervisors."""
    view, day = shown[0], NOW.date()
    desks = [Desk(1, "沈柏年", "局长", "税务局", "210100"), Desk(2, "沈柏年", "副局长", "税务局", "210100")]
    helping = [
        Help(1, 1, "沈柏年", "局长", "税务局", state, "核实", NOW, is_answered=is_answered)
        for state in HelpState
        for is_answered in (True, False)
    ]
    tasks = [
        Task(1, NUMBER, "欠款", "核实", state, NOW, is_answered=is_answered)
        for state in HelpState
        for is_answered in (True, False)
    ]
    declined = [
        Decline(code=code, words="已立案", channel="法院", appeal="不同意", appealed_at=NOW, decided_at=decided,
                verdict=verdict)
        for code in catalog.decline_reasons()
        for decided, verdict in ((None, None), (NOW, Verdict.UPHELD), (NOW, Verdict.OVERTURNED))
    ]  # fmt: skip
    late = [Late(NUMBER, "欠款", clock, NOW, "副省长 安予诚") for clock in say.CLOCK]
    waiting = [Waiting(matter, NUMBER, "欠款", due) for matter in Matter for due in (None, NOW)]
    reasons = list(catalog.decline_reasons().values())
    return [
        *(say.number_needed(command) for command in say._EXAMPLE),
        *(speak(NUMBER, "税务局", few) for speak in (say.which_of_units, say.no_such_unit, say.which_of_owners,
                                                  say.no_such_owner) for few in (desks, [])),
        *(say.called_in(NUMBER, each, is_reached=is_reached) for each in helping for is_reached in (True, False)),
        *(say.asked_already(each) for each in helping), *(say.let_go(NUMBER, each) for each in helping),
        *(say.still_awaited(NUMBER, [each]) for each in helping), say.which_helper(NUMBER, helping),
        say.which_helper(NUMBER, []), *(say.detail(each, [], helping) for each in shown),
        *(say.which_task(some, command) for some in (tasks, [])
          for command in (Command.JOIN, Command.REFUSE, Command.CONTRIBUTE)),
        *(say.joined_by_you(view, each) for each in tasks), say.worklist([], tasks), say.worklist([view], tasks),
        *(say.helped_case(each, task, []) for each in shown for task in tasks),
        *(say.supervised_case(each, helping, row, [], 1) for each in shown for row in (None, *declined)),
        *(speak(NUMBER, reason) for speak in (say.which_grounds, say.which_channel) for reason in reasons),
        *(say.declined_by_you(view, reason) for reason in reasons), say.choose_reason(NUMBER),
        say.which_to_appeal([view]), say.which_to_appeal([]), say.supervisors_worklist([], []),
        *(say.supervisors_worklist([each], []) for each in waiting),
        *(say.supervisors_worklist(waiting, [each]) for each in late),
        *(say.why_decide(NUMBER, verb) for verb in say._WHY_DECIDE),
        *(say.decided(NUMBER, verb) for verb in say._DECIDED),
        *(say.appealed_already(is_decided=is_decided) for is_decided in (True, False)),
        say.not_tried([]), say.not_tried([day]), say.not_for_supervisors(), say.reassigned_by_you(view),
        say.keep_it(), say.keep_this(NUMBER, "欠款"), say.helpers_may_refuse(NUMBER), say.contributed(view),
        *(speak(NUMBER) for speak in (say.which_unit, say.why_refuse, say.refused_by_you, say.contribute_what,
                                      say.courtesy_not_for_owner, say.why_appeal)),
        say.not_a_unit(NUMBER, "水务"), say.appealed(NUMBER, "五日内裁定"),
        say.own_desk(), say.no_task(), say.taken_on_already(), say.reason_missing(), say.not_in_office(),
        say.no_appeal(), say.owned_already(),
    ]  # fmt: skip


def everything() -> list[Speech]:
    """Return all we can say of every status, verb, role, type, clock, command and notice, with Chinese names."""
    card = OfficialCard(1, "安予诚", "副省长", "210000")
    firm = EnterpriseCard(1, "云杉里", "210100", "mature")
    nobody = Party(1, "o", True, None, None, None, None, None, None, None)
    said = [
        Message(side=side, by_aide=aide, kind=kind, text="好")
        for side in Side
        for aide in (True, False)
        for kind in ("text", *say.ATTACHED)
    ]
    shown = [plain(status, clock) for status in Status for clock in say.CLOCK if clock in EXPLAINED]
    news: dict[str, Any] = {
        "number": NUMBER, "title": "欠款", "text": "好", "by": {"name": "安", "post": "长", "aide": True},
        "ledger": [2026, 1], "sure": False, "enterprise": "云杉里", "stage": "mature", "due": NOW.isoformat(),
        "unit": {"name": "沈柏年", "post": "局长", "department": "税务局"}, "task": "核实", "aide": True,
        "owner": {"name": "安予诚", "post": "副省长"}, "owner_before": {"name": "简闻和", "post": "局长"},
        "reason": "已立案", "channel": "法院", "signed": "督查专员 石一诺",
    }  # fmt: skip
    of_view: list[Callable[[Overview], Speech]] = [
        say.progress, say.urged, say.replied, say.reported, say.resolved_by_you,
        lambda view: say.detail(view, said), lambda view: say.disputed(view, is_explained=False),
        lambda view: say.accepted_by_you(view, 2026, 1), lambda view: say.my_cases([view]),
        lambda view: say.worklist([view]), lambda view: say.not_sent([view]),
    ]  # fmt: skip
    return [
        *(speak(view) for speak in of_view for view in shown),
        *(say.which([shown[0]], command) for command in say._WORD),
        *(say.which([], command) for command in say._WORD),
        *(say.not_possible(status, verb) for status in Status for verb in Verb),
        *(say.not_allowed(role, verb) for role in Role for verb in Verb),
        *(
            say.submitted(Submitted(1, NUMBER, code, card, clocks.first(code, NOW)), Guess(code, 0.5, None, is_sure=sure), is_stranger=True)
            for code in catalog.types()
            for sure in (True, False)
        ),
        *(say.retyped(NUMBER, code) for code in catalog.types()),
        *(
            say.notice(notice, news | {"type": code, "why": why, "kind": kind, "for": "owner", "code": "civil"})
            for notice in SPOKEN
            for code in catalog.types()
            for why in ("left", "refused", "window", "dead", "parked", "channel_closed")
            for kind in ("text", *say.ATTACHED)
        ),
        *(
            say.notice(notice, news | {"kind": "text", "for": whom, "code": code, "is_yours": yours, "is_unattended": yours})
            for notice in DESK
            for whom in ("enterprise", "owner", "owner_before", "helper")
            for code in catalog.decline_reasons()
            for yours in (True, False)
        ),
        *everything_of_the_desk(shown),
        *((say.card(notice, news)["what"], say.card(notice, news)["hint"]) for notice in SPOKEN),
        say.worklist([]), say.my_cases([]), say.choose_type(NUMBER), say.add_what(NUMBER),
        say.welcome(nobody), say.welcome(replace(nobody, enterprise=firm, carer=card)),
        say.welcome(replace(nobody, official=card)),
        say.welcome(replace(nobody, official=replace(card, kind=OfficialKind.SUPERVISOR))), say.bind_question(("安予诚", "副省长")),
        *(say.bound(("安予诚", ""), is_official=is_official) for is_official in (True, False)),
        say.urged_already(NUMBER, NOW), say.withdrawn(NUMBER), say.confirmed(NUMBER),
        say.no_such_ticket("1234"), say.tell_us(), say.it_is_stored(), say.bind_how(), say.invite_refused(),
        say.nothing_to_confirm(), say.cancelled(), say.welcome_thanks(), say.reply_what(NUMBER),
        say.report_what(NUMBER), say.courtesy_not_sent(NUMBER), say.resolve_what(NUMBER), say.followed_up(NUMBER, "欠款", "好"),
    ]  # fmt: skip
