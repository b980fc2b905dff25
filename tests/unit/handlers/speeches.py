"""Everything `say` can be asked to say, with the longest and most hostile names and words."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from config import catalog
from handlers import say
from handlers.turn import Kind, Speech
from handlers.understanding.commands import Command
from models.actions import clocks
from models.actions.conversation import Desk
from models.actions.delegations import Why
from models.actions.held import Written
from models.actions.outbox import Notice
from models.actions.pauses import WhyNot
from models.actions.tickets import Guess, Submitted
from models.actions.urging import Urged
from models.queries.co_handling import Help, Task
from models.queries.conversation import Said
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.supervision import Late, Matter, Waiting
from models.queries.tickets import Overview
from models.queries.workdays import calendar
from models.rules.clocks import Granted, Paused, due, explain
from models.rules.directory import Desk as Unit
from models.rules.extensions import Why as NoExtension
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import number_of
from models.rules.satisfaction import Rating
from models.rules.warnings import LEVELS, Rung, Step
from models.tables import (
    Decline,
    Delegation,
    Enterprise,
    Extension,
    HelpState,
    Message,
    Official,
    OfficialKind,
    Ruling,
    Side,
    Visit,
)
from tests.unit.handlers import speeches_facts as telling
from tests.unit.handlers import speeches_manners as manners
from tests.unit.handlers import speeches_office as office
from tests.unit.handlers import speeches_patches as patching
from tests.unit.handlers import speeches_trust as trust

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
    str(due.name): explain(due)
    for due in (
        *clocks.first("arrears", NOW),
        *clocks.accepted("arrears", NOW),
        *clocks.materials("arrears", NOW),
    )
}
LONGEST_EXPLAINED = max(
    (
        explain(
            due(
                one.rule,
                datetime(2026, 12, 30, 2, 0, tzinfo=UTC),
                calendar(),
                extensions=[Granted(7, "长" * 150, "<" * 200)] * one.rule.extensions,
                pauses=[
                    Paused(
                        datetime(2026, 12, 30 + n, 3, 0, tzinfo=UTC),
                        date(2026, 12, 30 + n),
                        date(2027, 1, 5),
                        "长" * 150,
                        "😀" * 200,
                    )
                    for n in range(catalog.pause_limits().most)
                ],
            )
        )
        for one in (
            *clocks.first("arrears", NOW),
            *clocks.accepted("arrears", NOW),
            *clocks.materials("arrears", NOW),
        )
    ),
    key=lambda sentence: len(sentence.encode()),
)
"""A date moved as often as the catalogue allows, by people with the longest posts and reasons."""
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
        next_explanation=draw(st.sampled_from([EXPLAINED[clock], LONGEST_EXPLAINED])) if clock else None,
        last_words=draw(st.none() | TEXTS),
        last_side=draw(st.sampled_from([None, *Side])),
        is_stand_in=draw(st.booleans()),
    )


MESSAGES = st.builds(
    Message,
    side=st.sampled_from(Side),
    by_aide=st.booleans(),
    kind=st.sampled_from(["text", *say.ATTACHED]),
    text=TEXTS,
)
WORDS = st.builds(Said, MESSAGES, st.none() | named(50), st.booleans(), st.booleans())
DAY = date(2026, 11, 24)
DAYS = st.just((DAY, DAY + timedelta(days=9)))
OFFICIALS = st.builds(Official, id=st.just(10**9), name=named(50), post=named(100))
ENTERPRISES = st.builds(Enterprise, id=st.just(10**9), name=named(200))
DELEGATIONS = st.tuples(
    st.builds(Delegation, starts_on=st.just(DAY), ends_on=st.just(DAY)), st.none() | named(50)
)
VISITS = st.builds(Visit, id=st.just(10**9), day=st.just(DAY), ticket_id=st.sampled_from([None, 10**9]))
WRITTEN = st.builds(Written, TEXTS, st.sampled_from(["text", *say.ATTACHED]), st.booleans())
WAITS = st.none() | st.builds(
    say.Wait, st.just(10**6), st.sampled_from([timedelta(seconds=s) for s in (8, 120)])
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
DESKS = st.one_of(st.just(Desk([1])), st.just(Desk([])), CARDS.map(lambda card: Desk([1], card)))
SUBMITTED = st.builds(
    Submitted,
    st.just(1),
    st.just(NUMBER),
    TYPES,
    CARDS,
    TYPES.map(lambda code: clocks.first(code, NOW)),
    DESKS,
)
VIEWS = views()
RAISED = st.lists(SUBMITTED, max_size=8)


def some_of(titles: st.SearchStrategy[str], most: int) -> st.SearchStrategy[dict[str, Any]]:
    """One sort of what a day brings."""
    items = st.lists(st.tuples(st.just(NUMBER), titles).map(list), max_size=most)
    return items.map(lambda found: {"count": len(found) * 50, "named": found})


AGENDAS = st.fixed_dictionaries(
    {sort: some_of(TITLES, 2) for sort in ("overdue", "due_today", "rebounds", "silent", "unconfirmed")}
    | {"visits": some_of(named(200), 3)}
)
MORE_TIME = st.none() | st.builds(Extension, days=st.integers(1, 366))
PAGES = st.integers(0, 40)
UNSURE = Guess("chain", 0.1, None, is_sure=False)
RATINGS = st.sampled_from(Rating)
COUNTS = st.fixed_dictionaries(dict.fromkeys(Rating, st.integers(0, 10**6)))
PARTS = st.lists(TEXTS, min_size=2, max_size=3)
AT_TWO = st.builds(
    replace, PARTIES, enterprise=FIRMS, others=st.lists(FIRMS, min_size=1, max_size=5).map(tuple)
)
SOME = st.lists(VIEWS, max_size=10)
CLOCK_NAMES = st.sampled_from(sorted(say.CLOCK))
DATES = st.lists(st.tuples(CLOCK_NAMES, st.just(NOW)), max_size=len(say.CLOCK))
A_DAY = st.just(date(2026, 12, 10))
_HIGH = OfficialCard(1, "长" * 50, "<" * 100, "210000")
URGINGS = [
    Urged(told, times, level, late, step, office)
    for told in (Desk([]), Desk([1]), Desk([1], _HIGH))
    for times, level, late in ((1, 50, False), (2, 80, False), (3, 100, False), (1, 100, True))
    for step, office in (
        (None, None),
        (Step(Rung.SUPERVISOR, "210100"), None),
        (Step(Rung.SUPERVISOR, "210000"), None),
        (Step(Rung.OFFICE), _HIGH),
    )
]
"""Urging that was heard on every rung."""
LISTED_DESKS = st.builds(Unit, st.just(1), named(50), named(100), named(100), st.just("210000"))
OFFERED = st.lists(LISTED_DESKS, max_size=4)
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
    verdict=st.sampled_from([None, *Ruling]),
)
WAITING = st.lists(
    st.builds(Waiting, st.sampled_from(Matter), st.just(NUMBER), TITLES, st.sampled_from([None, NOW])),
    max_size=10,
)
LATE = st.lists(st.builds(Late, st.just(NUMBER), TITLES, CLOCKS, st.just(NOW), named(151)), max_size=10)
DECISIONS = st.sampled_from([Verb.UPHOLD, Verb.OVERTURN, Verb.WRITE_OFF])
SAID: dict[str, st.SearchStrategy[Speech]] = {
    **manners.said(named(200)),
    **patching.said(named(200)),
    "welcome": st.builds(say.welcome, PARTIES),
    "help_for": st.builds(say.help_for, PARTIES),
    "welcome_thanks": st.builds(say.welcome_thanks),
    "tell_us": st.builds(say.tell_us),
    "complain_of_what": st.builds(say.complain_of_what),
    "it_is_stored": st.builds(say.it_is_stored),
    "about_us": st.builds(say.about_us, PARTIES),
    "your_carer": st.builds(say.your_carer, CARDS),
    "no_meals": st.builds(say.no_meals),
    "complaint_passed": st.builds(say.complaint_passed, TEXTS, st.just(10**9), is_told=st.booleans()),
    "noted_already": st.builds(say.noted_already, st.just(NUMBER), TEXTS),
    "bind_how": st.builds(say.bind_how),
    "what_binding_does": st.builds(say.what_binding_does),
    "bind_taps": st.builds(say.bind_taps),
    "not_bound_then": st.builds(say.not_bound_then),
    "not_filed_with_code": st.builds(say.not_filed_with_code),
    "bind_question": st.builds(say.bind_question, st.tuples(named(200), named(100))),
    "bound": st.builds(say.bound, st.tuples(named(200), named(100)), SOME, is_official=st.booleans()),
    "invite_refused": st.builds(say.invite_refused),
    "on_the_other_side": st.builds(say.on_the_other_side, PARTIES),
    "nothing_to_confirm": st.builds(say.nothing_to_confirm),
    "words_dropped": st.builds(say.words_dropped),
    "cancelled": st.builds(say.cancelled),
    "nothing_to_cancel": st.builds(say.nothing_to_cancel),
    "cancel_what": st.builds(say.cancel_what, st.just(NUMBER), TITLES),
    "no_such_ticket": st.builds(say.no_such_ticket, st.text("0123456789０９", max_size=20_000)),
    "not_possible": st.builds(
        say.not_possible,
        st.sampled_from(Status),
        st.sampled_from(Verb),
        st.none() | VIEWS,
        st.sampled_from(Role),
    ),
    "not_allowed": st.builds(
        say.not_allowed, st.sampled_from(Role), st.sampled_from(Verb), st.none() | VIEWS
    ),
    "supervisors_only": st.builds(
        say.supervisors_only, st.sampled_from(sorted(say._SUPERVISORS)), st.none() | VIEWS
    ),
    "delegate_when": st.builds(say.delegate_when, TEXTS),
    "submitted": st.builds(say.submitted, SUBMITTED, GUESSES, is_stranger=st.booleans()),
    "receipt": st.builds(say.receipt, SUBMITTED, GUESSES, PARTIES, st.lists(TEXTS, max_size=3)),
    "followed_up": st.builds(
        say.followed_up, st.just(NUMBER), TITLES, DESKS, is_guessed=st.booleans(), is_gathered=st.booleans()
    ),
    "film_stays": st.builds(say.film_stays),
    "odd_stays": st.builds(say.odd_stays),
    "media_lost": st.builds(
        say.media_lost,
        st.fixed_dictionaries({"number": st.just(NUMBER), "kind": st.sampled_from(["image", "voice"])}),
        is_refused=st.booleans(),
    ),
    "dropped": st.builds(say.dropped, st.just(NUMBER), TITLES),
    "not_in": st.builds(say.not_in, st.just(NUMBER), TITLES),
    "told_already": st.builds(say.told_already, st.just(NUMBER), TITLES),
    "take_it_back": st.builds(say.take_it_back, st.just(NUMBER), TITLES),
    "never_mind": st.builds(say.never_mind),
    "no_such_number": st.builds(say.no_such_number, TEXTS),
    "perhaps_meant": st.builds(
        say.perhaps_meant, st.just(NUMBER), st.sampled_from(["progress", "urge", "withdraw"])
    ),
    "or_the_same": st.builds(say.or_the_same, st.just(NUMBER)),
    "add_what": st.builds(say.add_what, st.just(NUMBER), TITLES),
    "choose_type": st.builds(say.choose_type, st.just(NUMBER)),
    "retyped": st.builds(say.retyped, st.just(NUMBER), TITLES, TYPES),
    "progress": st.builds(say.progress, VIEWS, DESKS, due=telling.DUES, more_time=MORE_TIME),
    "my_cases": st.builds(say.my_cases, SOME),
    "which": st.builds(say.which, SOME, st.sampled_from(sorted(say._WORD))),
    "urged": st.builds(say.urged, VIEWS, st.sampled_from(URGINGS)),
    "words_passed_on": st.builds(say.words_passed_on),
    "urged_already": st.builds(say.urged_already, st.just(NUMBER), TITLES, st.just(NOW)),
    "withdrawn": st.builds(say.withdrawn, st.just(NUMBER), TITLES),
    "confirmed": st.builds(say.confirmed, st.just(NUMBER), TITLES),
    "disputed": st.builds(say.disputed, VIEWS, DESKS, is_explained=st.booleans(), is_rebound=st.booleans()),
    "solved_taps": st.builds(say.solved_taps, st.just(NUMBER)),
    "is_it_this": st.builds(say.is_it_this, st.lists(VIEWS, min_size=1, max_size=say.PERSONS), TEXTS),
    "or_a_new_one": st.builds(say.or_a_new_one, TEXTS),
    "belongs_to_which": st.builds(
        say.belongs_to_which, st.lists(VIEWS, min_size=1, max_size=say.PERSONS), TEXTS
    ),
    "anew_how": st.builds(say.anew_how, st.just(NUMBER), TITLES),
    "anew": st.builds(say.anew, st.just(NUMBER)),
    "restored": st.builds(say.restored, st.just(NUMBER)),
    "restore_how": st.builds(say.restore_how, st.just(NUMBER), TEXTS),
    "contact_changes": st.builds(
        say.contact_changes, is_told=st.booleans(), is_office_told=st.booleans(), heir=st.none() | named(50)
    ),
    "leave_when_gone": st.builds(say.leave_when_gone),
    "is_it_solved": st.builds(say.is_it_solved, st.lists(VIEWS, min_size=1, max_size=10)),
    "solved_or_not": st.builds(say.solved_or_not, SOME, TEXTS),
    "nothing_to_confirm_yet": st.builds(say.nothing_to_confirm_yet),
    "passed_on": st.builds(say.passed_on, st.just(NUMBER), TITLES, DESKS, is_solved=st.booleans()),
    "persons": st.builds(say.persons, st.lists(st.tuples(VIEWS, DESKS), min_size=1, max_size=say.PERSONS)),
    "person_on_duty": st.builds(say.person_on_duty, CARDS, DESKS),
    "worklist": st.builds(say.worklist, SOME, st.sampled_from([None, NOW]), st.lists(TASKS, max_size=10)),
    "not_sent": st.builds(say.not_sent, SOME, st.sampled_from([None, NOW])),
    "courtesy_not_sent": st.builds(say.courtesy_not_sent, st.just(NUMBER)),
    "detail": st.builds(
        say.detail,
        VIEWS,
        st.lists(WORDS, max_size=10),
        st.none(),
        st.none(),
        HELPERS,
        facts=telling.FACTS,
        page=PAGES,
        more_time=MORE_TIME,
        patched=st.sampled_from([(None, False), (patching.a_patch(), True), (patching.a_patch(), False)]),
    ),
    "conversation": st.builds(say.conversation, VIEWS, st.lists(MESSAGES, max_size=10), PAGES),
    "accepted_by_you": st.builds(say.accepted_by_you, VIEWS, st.just(2026), st.just(123_456)),
    "replied": st.builds(say.replied, VIEWS, WAITS),
    "against_calls": st.builds(say.against_calls, VIEWS, WAITS),
    "reply_what": st.builds(say.reply_what, st.just(NUMBER)),
    "report_what": st.builds(say.report_what, st.just(NUMBER)),
    "resolve_what": st.builds(say.resolve_what, st.just(NUMBER)),
    "not_what_was_done": st.builds(say.not_what_was_done, st.just(NUMBER)),
    "reported": st.builds(say.reported, VIEWS, WAITS),
    "resolved_by_you": st.builds(say.resolved_by_you, VIEWS),
    "retracted": st.builds(say.retracted, VIEWS, WRITTEN),
    "already_out": st.builds(say.already_out, st.just(NUMBER)),
    "sent_now": st.builds(say.sent_now, VIEWS),
    "which_held": st.builds(say.which_held, SOME, st.sampled_from([Command.WITHDRAW, Command.SEND_NOW])),
    "only_leaders_delegate": st.builds(say.only_leaders_delegate),
    "which_deputy": st.builds(say.which_deputy, TEXTS, st.lists(OFFICIALS, max_size=9), DAYS),
    "delegation_refused": st.builds(say.delegation_refused, st.sampled_from(Why)),
    "delegated": st.builds(say.delegated, st.none() | OFFICIALS, DAYS),
    "delegation_ended": st.builds(say.delegation_ended, st.none() | DELEGATIONS),
    "delegations": st.builds(say.delegations, st.lists(DELEGATIONS, max_size=9)),
    "visit_how": st.builds(say.visit_how, st.lists(ENTERPRISES, max_size=9)),
    "visit_what": st.builds(say.visit_what, ENTERPRISES),
    "which_firm": st.builds(say.which_firm, st.lists(ENTERPRISES, max_size=9)),
    "no_firm_yet": st.builds(say.no_firm_yet),
    "visited": st.builds(say.visited, ENTERPRISES, VISITS, RAISED, is_reached=st.booleans()),
    "which_visit": st.builds(say.which_visit, st.lists(VISITS, min_size=2, max_size=9)),
    "visited_unheard": st.builds(say.visited_unheard, ENTERPRISES),
    "raised": st.builds(say.raised, RAISED),
    "raised_already": st.builds(say.raised_already, st.just(10**9)),
    "no_such_visit": st.builds(say.no_such_visit),
    "visit_answered": st.builds(say.visit_answered, took_place=st.booleans()),
    "visit_answered_already": st.builds(say.visit_answered_already),
    "today": st.builds(say.today, AGENDAS),
    **trust.said(NUMBER, CARDS, VIEWS),
    **office.said(NUMBER, TEXTS, VIEWS, ENTERPRISES, OFFICIALS),
    "which_dates": st.builds(say.which_dates, st.sampled_from(sorted(say._DATES_HOW))),
    "dates_are_decided_elsewhere": st.builds(say.dates_are_decided_elsewhere),
    "extend_how": st.builds(
        say.extend_how,
        st.just(NUMBER),
        st.integers(0, 366),
        days=st.none() | st.integers(1, 366),
        reason=st.just("") | TEXTS,
    ),
    "extension_asked": st.builds(
        say.extension_asked,
        st.just(NUMBER),
        st.lists(st.tuples(CLOCK_NAMES, st.just(NOW), st.just(NOW)), max_size=len(say.CLOCK)),
    ),
    "no_extension": st.builds(
        say.no_extension, st.just(NUMBER), st.sampled_from(NoExtension), st.integers(0, 366)
    ),
    "extended_by_you": st.builds(say.extended_by_you, st.just(NUMBER), DATES),
    "deny_how": st.builds(say.deny_how, st.just(NUMBER)),
    "denied_by_you": st.builds(say.denied_by_you, st.just(NUMBER)),
    "nothing_asked": st.builds(say.nothing_asked, st.just(NUMBER)),
    "pause_how": st.builds(say.pause_how, st.just(NUMBER)),
    "paused_by_you": st.builds(say.paused_by_you, st.just(NUMBER), A_DAY, DATES),
    "no_pause": st.builds(say.no_pause, st.just(NUMBER), st.sampled_from(WhyNot), st.none() | A_DAY),
    "resumed_by_you": st.builds(say.resumed_by_you, st.just(NUMBER), DATES),
    "nothing_paused": st.builds(say.nothing_paused, st.just(NUMBER)),
    "number_needed": st.builds(
        say.number_needed, st.sampled_from(sorted(say._EXAMPLE)), has_reason=st.booleans()
    ),
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
    "refusal_stands": st.builds(say.refusal_stands, st.just(NUMBER)),
    "explained_by_you": st.builds(say.explained_by_you, st.just(NUMBER)),
    "refused_by_you": st.builds(say.refused_by_you, st.just(NUMBER)),
    "contribute_what": st.builds(say.contribute_what, st.just(NUMBER)),
    "contributed": st.builds(say.contributed, VIEWS),
    "courtesy_not_for_owner": st.builds(say.courtesy_not_for_owner, st.just(NUMBER)),
    "helped_case": st.builds(say.helped_case, VIEWS, TASKS, st.lists(WORDS, max_size=10), page=PAGES),
    "keep_it": st.builds(say.keep_it),
    "keep_this": st.builds(say.keep_this, st.just(NUMBER), TITLES),
    "reopen_this": st.builds(say.reopen_this, VIEWS),
    "reopened_by_you": st.builds(say.reopened_by_you, VIEWS),
    "answered_already": st.builds(say.answered_already),
    "take_or_leave": st.builds(say.take_or_leave, st.just(NUMBER), is_joined=st.booleans()),
    "number_unknown": st.builds(
        say.number_unknown, st.just(NUMBER), st.none() | VIEWS, st.sampled_from(sorted(say._SENT_AS))
    ),
    "which_is_addressed": st.builds(
        say.which_is_addressed, st.lists(VIEWS, max_size=5), st.sampled_from(sorted(say._SENT_AS))
    ),
    "none_of_these": st.builds(say.none_of_these, st.lists(VIEWS, min_size=1, max_size=5)),
    "whose_words": st.builds(
        say.whose_words, st.lists(VIEWS, max_size=4), st.lists(TASKS, min_size=1, max_size=4)
    ),
    "for_whom": st.builds(say.for_whom, VIEWS, st.sampled_from(sorted(say._SENT_AS))),
    "choose_reason": st.builds(say.choose_reason, st.just(NUMBER), TEXTS),
    "which_grounds": st.builds(say.which_grounds, st.just(NUMBER), REASONS, TEXTS),
    "which_channel": st.builds(say.which_channel, st.just(NUMBER), REASONS),
    "declined_by_you": st.builds(say.declined_by_you, VIEWS, REASONS),
    "which_to_appeal": st.builds(say.which_to_appeal, SOME),
    "appeal_as_well": st.builds(say.appeal_as_well, st.just(NUMBER), TITLES, TEXTS),
    "about_refusal": st.builds(say.about_refusal, st.just(NUMBER), TITLES, TEXTS, TEXTS),
    "why_appeal": st.builds(say.why_appeal, st.just(NUMBER)),
    "appealed": st.builds(say.appealed, st.just(NUMBER), TEXTS),
    "ways_left": st.builds(say.ways_left, st.just(NUMBER), TEXTS, TEXTS),
    "appealed_already": st.builds(say.appealed_already, is_decided=st.booleans()),
    "no_appeal": st.builds(say.no_appeal),
    "supervisors_worklist": st.builds(say.supervisors_worklist, WAITING, LATE, leads=st.integers(0, 10**6)),
    "supervised_case": st.builds(
        say.supervised_case,
        VIEWS,
        HELPERS,
        DECLINES,
        st.lists(WORDS, max_size=10),
        hops=st.integers(0, 9),
        facts=telling.FACTS,
        asks_for_time=st.booleans(),
        page=PAGES,
    ),
    "not_for_supervisors": st.builds(say.not_for_supervisors),
    "why_decide": st.builds(say.why_decide, st.just(NUMBER), DECISIONS | st.just(Verb.REASSIGN)),
    "decided": st.builds(say.decided, st.just(NUMBER), DECISIONS),
    "which_of_owners": st.builds(say.which_of_owners, st.just(NUMBER), TEXTS, OFFERED),
    "no_such_owner": st.builds(say.no_such_owner, st.just(NUMBER), TEXTS, OFFERED),
    "reassigned_by_you": st.builds(say.reassigned_by_you, VIEWS),
    "owned_already": st.builds(say.owned_already),
    "not_tried": st.builds(say.not_tried, st.lists(st.just(NOW.date()), max_size=5)),
    "not_withdrawn": st.builds(say.not_withdrawn, st.just(NUMBER), TITLES),
    "rated": st.builds(
        say.rated,
        st.just(NUMBER),
        TITLES,
        st.none() | RATINGS,
        st.none() | RATINGS,
        is_explained=st.booleans(),
        is_waiting=st.booleans(),
    ),
    "rate_result": st.builds(say.rate_result, st.just(NUMBER)),
    "rate_or_new": st.builds(say.rate_or_new, st.just(say.rate_manners(NUMBER)), TEXTS),
    "rate_manners": st.builds(say.rate_manners, st.just(NUMBER)),
    "rating_settled": st.builds(say.rating_settled, st.just(NUMBER)),
    "ratings": st.builds(
        say.ratings, st.none() | st.fixed_dictionaries({"result": COUNTS, "attitude": COUNTS})
    ),
    "moved": st.builds(say.moved, st.just(NUMBER), TITLES, was_told=st.booleans()),
    "nothing_to_move": st.builds(say.nothing_to_move),
    "several": st.builds(say.several, st.just(NUMBER), PARTS),
    "split": PARTS.flatmap(
        lambda parts: st.builds(
            say.split,
            VIEWS,
            st.just(parts),
            st.lists(SUBMITTED, min_size=len(parts) - 1, max_size=len(parts) - 1),
        )
    ),
    "split_already": st.builds(say.split_already, st.just(NUMBER), st.just([NUMBER, NUMBER])),
    "nothing_to_split": st.builds(say.nothing_to_split),
    "left_whole": st.builds(say.left_whole, st.just(NUMBER), TITLES),
    "call_wished": st.builds(say.call_wished, VIEWS, DESKS),
    "help_now": st.builds(say.help_now, PARTIES, SOME),
    "which_enterprise": st.builds(say.which_enterprise, st.just(NUMBER), AT_TWO, is_brief=st.booleans()),
    "choose_enterprise": st.builds(say.choose_enterprise, AT_TWO, st.none() | st.just(NUMBER)),
    "switched": st.builds(say.switched, FIRMS, st.none() | st.tuples(st.just(NUMBER), TEXTS)),
    "reassign_to_whom": st.builds(say.reassign_to_whom, st.just(NUMBER)),
    "not_sent_by_supervisor": st.builds(say.not_sent_by_supervisor, VIEWS),
    "stands_under": st.builds(say.stands_under, st.just(NUMBER), TITLES, FIRMS),
    "moved_to_enterprise": st.builds(say.moved_to_enterprise, st.just(NUMBER), TITLES, FIRMS, CARDS),
    "only_the_author": st.builds(say.only_the_author, st.just(NUMBER)),
    "colleague_took_part": st.builds(say.colleague_took_part, st.just(NUMBER)),
    "enterprise_settled": st.builds(say.enterprise_settled, st.just(NUMBER)),
    "not_bound": st.builds(say.not_bound),
    "leave_question": st.builds(say.leave_question, FIRMS, st.lists(FIRMS, max_size=5)),
    "nothing_to_leave": st.builds(say.nothing_to_leave),
    "left": st.builds(say.left, FIRMS, heir=st.none() | named(50), is_heir_told=st.booleans()),
    "no_calls": st.builds(say.no_calls, is_noted=st.booleans()),
    "calls_welcome": st.builds(say.calls_welcome),
    "choose_stage": st.builds(say.choose_stage, FIRMS),
    "stage_told": st.builds(say.stage_told, FIRMS, st.sampled_from(sorted(say.STAGE))),
    "stage_known": st.builds(say.stage_known, FIRMS),
}

NAMED = CARDS.map(lambda card: {"name": card.name, "post": card.post})
SIGNATURES = st.builds(
    lambda named, is_aide, more: named | {"aide": is_aide} | more,
    NAMED,
    st.booleans(),
    st.just({}) | NAMED.map(lambda owner: {"for": owner}) | NAMED.map(lambda deputy: {"deputy": deputy}),
)
UNITS = st.builds(
    lambda card, department: {"name": card.name, "post": card.post, "department": department},
    CARDS,
    named(100),
)
SPOKEN = [each for each in Notice if each is not Notice.MEDIA]
"""A medium travels as itself; every other notice has words."""

CASELESS = frozenset(
    {
        Notice.DELEGATED,
        Notice.DELEGATION_ENDED,
        Notice.UNCOVERED,
        Notice.TAKEN_OVER,
        Notice.VISITED,
        Notice.VISIT_DENIED,
        Notice.MORNING,
        Notice.PATTERNS,
        Notice.NEW_CONTACT,
        Notice.COMPLAINED,
        *patching.CASELESS,
    }
)
"""News of desks and visits, which is about no single case."""

OF_DESKS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "leader": NAMED,
        "deputy": NAMED,
        "old": NAMED,
        "owner": NAMED,
        "visitor": NAMED,
        "first": st.just(DAY.isoformat()),
        "last": st.just(DAY.isoformat()),
        "day": st.just(DAY.isoformat()),
        "visit": st.just(10**9),
        "numbers": st.lists(st.just(NUMBER), max_size=10),
        "count": st.integers(0, 500),
        "tasks": st.lists(st.just(NUMBER), max_size=10),
        "task_count": st.integers(0, 500),
        "extensions": st.lists(st.just([NUMBER, 366]), max_size=10),
        "pairings": st.integers(0, 20),
        "patterns": st.lists(
            st.fixed_dictionaries(
                {
                    "title": named(60),
                    "enterprises": st.integers(1, 9999),
                    "count": st.integers(0, 999),
                    "cared": st.integers(0, 20),
                    "numbers": st.lists(st.just(NUMBER), max_size=2),
                }
            ),
            min_size=1,
            max_size=3,
        ),
        "digest": st.just("0" * 64),
        "enterprise": named(200),
        "text": TEXTS,
    }
)
OF_CASES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
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
        "stands_in_for": st.none() | NAMED,
        "why": st.sampled_from(
            [
                "left",
                "refused",
                "window",
                "kept",
                "dead",
                "parked",
                "asked",
                "failed",
                "doubtful",
                "quota",
                "off",
            ]
        ),
        "leader": SIGNATURES,
        "claimed": st.none() | SIGNATURES,
        **trust.NEWS,
        **office.NEWS,
        "clock": CLOCK_NAMES,
        "level": st.sampled_from(LEVELS),
        "due_at": st.just(NOW.isoformat()),
        "instead_of": st.sampled_from([None, *say.RUNG]),
        "days": st.integers(1, 366),
        "reason": TEXTS,
        "moves": st.lists(
            st.tuples(CLOCK_NAMES, st.just(NOW.isoformat()), st.just(NOW.isoformat())), max_size=4
        ),
        "dates": st.lists(st.tuples(CLOCK_NAMES, st.just(NOW.isoformat())), max_size=len(say.CLOCK)),
        "approvers": st.just({"result": "督查", "answer": "部门负责人"}),
        "until": st.just("2026-12-10"),
        "to_enterprise": st.booleans(),
        "unit": UNITS,
        "owner": UNITS,
        "owner_before": UNITS,
        "asked_days": st.none() | st.integers(1, 366),
        "task": TEXTS,
        "code": st.sampled_from(sorted(catalog.decline_reasons())),
        "channel": TEXTS,
        "signed": named(151),
        "aide": st.booleans(),
        "is_yours": st.booleans(),
        "is_unattended": st.booleans(),
        "for": st.sampled_from(["enterprise", "owner", "owner_before", "helper"]),
        "no_calls": st.booleans(),
        "ask_stage": st.booleans(),
        "other": st.just(NUMBER),
        "others": st.just([NUMBER, NUMBER]),
        "who": st.none() | named(100),
        "verb": st.sampled_from(["withdraw", "confirm", "dispute", "rebound"]),
        "moved": st.booleans(),
        "goes_on": st.booleans(),
        "unit_before": UNITS,
        "is_lost": st.booleans(),
        **patching.NEWS(named(200), TEXTS),
    }
)
NEWS: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda desks, day, cases: {**desks, **day, **cases}, OF_DESKS, AGENDAS, OF_CASES
)
_LONG = {"name": "长" * 50, "post": "长" * 100}

WORST: dict[str, Any] = {
    "number": NUMBER,
    "title": say.title("text", "😀" * 99),
    "type": "chain",
    "status": "resolved",
    "ledger": [2026, 123_456],
    "text": "😀" * 20_000,
    "kind": "image",
    "by": {
        "name": "长" * 50,
        "post": "长" * 100,
        "aide": True,
        "for": {"name": "😀" * 50, "post": "😀" * 100},
    },
    "stands_in_for": {"name": "😀" * 50, "post": "😀" * 100},
    "sure": False,
    "enterprise": "😀" * 200,
    "stage": "mature",
    "due": NOW.isoformat(),
    "why": "window",
    **dict.fromkeys(("leader", "deputy", "old", "owner", "owner_before", "visitor"), _LONG),
    **dict.fromkeys(("first", "last", "day"), "2026-11-24"),
    "visit": 10**9,
    "numbers": [NUMBER] * 10,
    "extensions": [[NUMBER, 366]] * 10,
    "asked_days": 366,
    "count": 500,
    "pairings": 20,
    "digest": "0" * 64,
    **{
        key: {"count": 500, "named": [[NUMBER, "😀" * 24, "😀" * 200]] * 2}
        for key in ("overdue", "due_today", "rebounds", "silent", "unconfirmed")
    },
    "visits": {"count": 20, "named": [[str(10**9), "😀" * 200]] * 3},
    **trust.WORST,
    **office.WORST,
    **patching.WORST,
    "clock": "first_contact",
    "level": 100,
    "due_at": NOW.isoformat(),
    "instead_of": "office",
    "days": 366,
    "reason": "😀" * 20_000,
    "moves": [(name, NOW.isoformat(), NOW.isoformat()) for name in ("result", "answer")],
    "dates": [(name, NOW.isoformat()) for name in say.CLOCK],
    "approvers": {"result": "督查", "answer": "部门负责人"},
    "until": "2026-12-10",
    "unit": {"name": "长" * 50, "post": "长" * 100, "department": "😀" * 100},
    "task": "😀" * 20_000,
    "code": "justice",
    "channel": "😀" * 20_000,
    "signed": "长" * 151,
    "aide": True,
    "is_yours": False,
    "is_unattended": False,
    "for": "enterprise",
    "no_calls": True,
    "ask_stage": True,
    "other": NUMBER,
    "others": [NUMBER, NUMBER],
    "who": "😀" * 100,
    "verb": "rebound",
    "moved": True,
    "goes_on": False,
    "unit_before": {"name": "长" * 50, "post": "长" * 100, "department": "😀" * 100},
    "tasks": [NUMBER] * 10,
    "task_count": 500,
    "patterns": [
        {"title": "😀" * 60, "enterprises": 9999, "count": 999, "cared": 20, "numbers": [NUMBER] * 2}
    ]
    * 3,
}
WORDLESS = frozenset({Notice.URGED, Notice.WITHDRAWN, Notice.CONFIRMED, Notice.RETYPED}) | trust.WORDLESS
"""News of something that is done without saying anything."""


TO_THE_AUTHOR = frozenset({Notice.ACCEPTED, Notice.REPLIED, Notice.PROGRESSED, Notice.RESOLVED})
"""News that no office gets in an owner's place."""
OF_A_FIRM = frozenset({Notice.VISIT_DENIED, Notice.NEW_CONTACT})
"""News that names an enterprise in any case."""
DATED = frozenset({Notice.CALLED_IN, Notice.HELP_LATE, Notice.APPEALED, Notice.APPEAL_LATE})
"""News of something with a date: it always has one."""


def dated(notice: str) -> dict[str, str]:
    """Return the date that such news has."""
    return {"due": NOW.isoformat()} if notice in DATED else {}


def told(notice: Notice, news: Mapping[str, Any]) -> Speech:
    """Return the words for news as the actions make it."""
    without = {"text", "kind"} if notice in WORDLESS else set()
    without |= {"stands_in_for"} if notice in TO_THE_AUTHOR | CASELESS | trust.CASELESS else set()
    if notice in CASELESS:
        news = {**news, "leader": news.get("leader") or news["deputy"]}
    with_firm = {"enterprise": news["enterprise"] or ""} if notice in OF_A_FIRM else {}
    return say.notice(
        notice,
        {name: value for name, value in news.items() if name not in without} | with_firm | dated(notice),
    )


def longest(char: str) -> dict[str, Speech]:
    """Return the answers that hold most, with names, titles and words made of one character."""
    card = OfficialCard(1, char * 50, char * 100, "210000")
    told = Desk([1], card)
    done = Submitted(1, NUMBER, "chain", card, clocks.first("arrears", NOW), told)
    view = Overview(
        number=NUMBER, type="chain", status=Status.ACCEPTED, title=say.title("text", char * 99),
        owner_name=card.name, owner_post=card.post, enterprise_name=char * 200, enterprise_stage="growing",
        created_at=NOW, next_due=NOW, next_clock="result", next_explanation=LONGEST_EXPLAINED,
        last_words=char * 999, last_side=Side.OFFICIAL, is_stand_in=True,
    )  # fmt: skip
    said = [
        Said(Message(side=side, by_aide=True, kind=Kind.IMAGE, text=char * 999), char * 50) for side in Side
    ] * 5
    firm = Enterprise(id=10**9, name=char * 200)
    official = Official(id=10**9, name=char * 50, post=char * 100)
    visit = Visit(id=10**9, day=DAY)
    titled = {"count": 99, "named": [[NUMBER, view.title, firm.name]] * 2}
    agenda = dict.fromkeys(("overdue", "due_today", "rebounds", "silent", "unconfirmed"), titled)
    agenda |= {"visits": {"count": 20, "named": [[str(10**9), firm.name]] * 3}}
    speaks_for = EnterpriseCard(1, char * 200, "210100", "growing")
    at_three = Party(1, "o", True, None, None, None, None, None, speaks_for, card, (speaks_for, speaks_for))
    return {
        "about_refusal": say.about_refusal(NUMBER, char * 40, char * 400, char * say.REFUSAL_IN_TAPS),
        "submitted": (
            *say.film_stays(),
            *say.submitted(done, Guess("chain", 0.1, None, is_sure=False), is_stranger=True),
        ),
        "detail": say.detail(
            view,
            said,
            trust.REACHES[2],
            trust.CALL,
            waits=manners.WAITS,
            is_left_alone=True,
            more_time=Extension(days=365),
        ),
        "detail with facts": say.detail(view, said, facts=telling.fullest(char)),
        "detail with facts and ways": say.detail(
            view,
            said,
            trust.REACHES[2],
            trust.CALL,
            facts=telling.fullest(char),
            more_time=Extension(days=365),
        ),
        "conversation": say.conversation(
            replace(view, status=Status.RESOLVED), [words.message for words in said], 2
        ),
        "progress": say.progress(view, told, more_time=Extension(days=365)),
        "urged": say.urged(view, URGINGS[-1]),
        "disputed": say.disputed(view, told, is_explained=False),
        "bound": say.bound((char * 50, char * 100), [view] * 10, is_official=True),
        "my_cases": say.my_cases([view] * 10),
        "solved_or_not": say.solved_or_not([replace(view, status=Status.RESOLVED)] * 10, char * say.EXCERPT),
        **{
            f"is_it_this {n}": say.is_it_this(
                [replace(view, status=Status.RESOLVED)] * n, char * (say.WORDS_IN_TAPS // n**2)
            )
            for n in (1, 2, 3)
        },
        "is_it_this": say.is_it_this([replace(view, status=Status.RESOLVED)], char * say.EXCERPT),
        "belongs_to_which": say.belongs_to_which([view] * 3, char * 6),
        "restore_how": say.restore_how(NUMBER, char * say.EXCERPT),
        "rebound": (
            *say.disputed(view, told, is_explained=True, is_rebound=True),
            *say.or_a_new_one(char * say.EXCERPT),
        ),
        "persons": say.persons([(view, told)] * say.PERSONS),
        "which": say.which([view] * 10, Command.WITHDRAW),
        "worklist": say.worklist([view] * 10),
        "which_is_addressed": say.which_is_addressed([view] * 5, Command.RESOLVE),
        "none_of_these": say.none_of_these([view] * 5),
        "for_whom": say.for_whom(view, Command.RESOLVE),
        "not_sent": say.not_sent([view] * 10),
        "followed_up": say.followed_up(NUMBER, view.title, told, is_guessed=True),
        "first words after a picture": (
            *say.followed_up(NUMBER, view.title, told, is_guessed=True),
            "\n",
            *say.choose_type(NUMBER),
        ),
        "three matters of one of three enterprises": say.receipt(done, UNSURE, at_three, [char * 99] * 3),
        "one matter of one of three enterprises": say.receipt(done, UNSURE, at_three, [""]),
        "sure matter of one of three enterprises": say.receipt(
            done, replace(UNSURE, is_sure=True), at_three, [""]
        ),
        "three matters of a stranger": say.receipt(
            done, UNSURE, replace(at_three, enterprise=None), [char * 99] * 3
        ),
        "moved, and asked for its type": (
            *say.moved(NUMBER, view.title, was_told=True),
            *say.submitted(done, Guess("chain", 0.1, None, is_sure=False), is_stranger=False),
        ),
        "split": say.split(view, [char * 99] * 3, [done, done]),
        "help_now": say.help_now(at_three, [view] * 10),
        "leave_question": say.leave_question(speaks_for, [speaks_for] * 5),
        "rated": say.rated(
            NUMBER, view.title, Rating.DISSATISFIED, None, is_explained=False, is_waiting=True
        ),
        "accepted_by_you": say.accepted_by_you(view, 2026, 123_456),
        "today": say.today(agenda),
        "which_firm": say.which_firm([firm] * 9),
        "visit_how": say.visit_how([firm] * 9),
        "visited": say.visited(firm, visit, [done] * 8, is_reached=False),
        "which_deputy": say.which_deputy(char * 99, [official] * 9, (DAY, DAY)),
        "retracted": say.retracted(view, Written(char * 999, Kind.IMAGE, is_others=True)),
        "replied": say.replied(view, say.Wait(10**6, timedelta(seconds=120))),
        **trust.longest(char, view),
        **office.longest(char, view),
    } | longest_of_the_desk(char, view, said)


def longest_of_the_desk(char: str, view: Overview, said: list[Said]) -> dict[str, Speech]:
    """Return the same of help, refusals and supervisors."""
    desk = Unit(1, char * 50, char * 100, char * 100, "210000")
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
        "detail with helpers": say.detail(view, said, trust.REACHES[2], trust.CALL, [helper] * 5),
        "worklist with tasks": say.worklist([view] * 10, NOW, [task] * 10),
        "helped_case": say.helped_case(view, task, said),
        "supervised_case": say.supervised_case(view, [helper] * 5, decline, said, hops=3),
        "supervisors_worklist": say.supervisors_worklist(
            [Waiting(Matter.APPEAL, NUMBER, view.title, NOW)] * 10,
            [late] * 10,
            leads=10**6,
        ),
        "which_of_units": say.which_of_units(NUMBER, char * 99, [desk] * 4),
        "no_such_unit": say.no_such_unit(NUMBER, char * 99, [desk] * 4),
        "no_such_owner": say.no_such_owner(NUMBER, char * 99, [desk] * 4),
        "which_helper": say.which_helper(NUMBER, [helper] * 5),
        "still_awaited": say.still_awaited(NUMBER, [helper] * 5),
        "which_task": say.which_task([task] * 9, Command.CONTRIBUTE),
        "whose_words": say.whose_words([view] * 4, [task] * 4),
        "which_to_appeal": say.which_to_appeal([view] * 9),
        "called_in": say.called_in(NUMBER, helper, is_reached=False),
        **manners.longest(char),
        **patching.longest(char),
    }


def clock_answers() -> list[Speech]:
    """Return what is answered about dates, in every case there is."""
    dates, on = [(name, NOW) for name in say.CLOCK], date(2026, 12, 10)
    return [
        *(say.which_dates(command) for command in say._DATES_HOW),
        say.dates_are_decided_elsewhere(), say.extend_how(NUMBER, 5), say.extend_how(NUMBER, 0),
        say.reassign_to_whom(NUMBER),
        say.extend_how(NUMBER, 5, days=5), say.extend_how(NUMBER, 5, reason="在走流程"),
        say.number_needed(Command.OVERTURN, has_reason=True),
        say.extension_asked(NUMBER, [(name, NOW, NOW) for name in say.CLOCK]),
        *(say.no_extension(NUMBER, why, 3) for why in NoExtension),
        say.extended_by_you(NUMBER, dates), say.deny_how(NUMBER), say.denied_by_you(NUMBER),
        say.nothing_asked(NUMBER), say.pause_how(NUMBER), say.paused_by_you(NUMBER, on, dates),
        *(say.no_pause(NUMBER, why, latest) for why in WhyNot for latest in (None, on)),
        say.resumed_by_you(NUMBER, dates), say.nothing_paused(NUMBER),
    ]  # fmt: skip


def plain(status: Status, clock: str) -> Overview:
    return Overview(
        number=NUMBER, type="arrears", status=status, title="欠款", owner_name="安予诚", owner_post="副省长",
        enterprise_name="云杉里", enterprise_stage="mature", created_at=NOW, next_due=NOW, next_clock=clock,
        next_explanation=EXPLAINED[clock], last_words="好", last_side=Side.OFFICIAL,
    )  # fmt: skip


DESK = (
    Notice.CALLED_IN, Notice.HELPED, Notice.JOINED, Notice.HELP_REFUSED, Notice.CONTRIBUTED, Notice.HELP_OVER,
    Notice.HELP_PASSED, Notice.HELP_LATE, Notice.DECLINED, Notice.APPEALED, Notice.APPEAL_LATE, Notice.UPHELD, Notice.OVERTURNED,
    Notice.REASSIGNED, Notice.WRITTEN_OFF,
)  # fmt: skip


def everything_of_the_desk(shown: list[Overview]) -> list[Speech]:
    """Return all we can say of help, refusals and supervisors."""
    view, day = shown[0], NOW.date()
    desks = [Unit(1, "沈柏年", "局长", "税务局", "210100"), Unit(2, "沈柏年", "副局长", "税务局", "210100")]
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
        for decided, verdict in ((None, None), (NOW, Ruling.UPHELD), (NOW, Ruling.OVERTURNED))
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
        say.which_helper(NUMBER, []), *(say.detail(each, [], helping=helping) for each in shown),
        say.whose_words([view], tasks),
        *(say.which_task(some, command) for some in (tasks, [])
          for command in (Command.JOIN, Command.REFUSE, Command.CONTRIBUTE)),
        *(say.joined_by_you(view, each) for each in tasks), say.worklist([], NOW, tasks), say.worklist([view], NOW, tasks),
        *(say.helped_case(each, task, []) for each in shown for task in tasks),
        *(say.supervised_case(each, helping, row, [], hops=1, asks_for_time=row is None) for each in shown for row in (None, *declined)),
        *(speak(NUMBER, reason) for speak in (say.which_grounds, say.which_channel) for reason in reasons),
        *(say.declined_by_you(view, reason) for reason in reasons), say.choose_reason(NUMBER),
        say.which_to_appeal([view]), say.which_to_appeal([]), say.supervisors_worklist([], []),
        *(say.supervisors_worklist([each], []) for each in waiting),
        *(say.supervisors_worklist(waiting, [each]) for each in late),
        *(say.why_decide(NUMBER, verb) for verb in say._WHY_DECIDE),
        *(say.decided(NUMBER, verb) for verb in say._DECIDED),
        *(say.appealed_already(is_decided=is_decided) for is_decided in (True, False)),
        say.not_tried([]), say.not_tried([day]), say.not_for_supervisors(), say.reassigned_by_you(view),
        say.keep_it(), say.keep_this(NUMBER, "欠款"), say.answered_already(), say.take_or_leave(NUMBER, is_joined=True), say.contributed(view),
        *(speak(NUMBER) for speak in (say.which_unit, say.why_refuse, say.refused_by_you, say.explained_by_you, say.refusal_stands, say.contribute_what,
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
        Said(
            Message(side=side, by_aide=aide, kind=kind, text="好", retracted_at=NOW if aide else None),
            "安予诚",
            is_waiting=True,
        )
        for side in Side
        for aide in (True, False)
        for kind in ("text", *say.ATTACHED)
    ]
    long = Message(side=Side.OFFICIAL, by_aide=False, kind="text", text="好" * 999)
    shown = [plain(status, clock) for status in Status for clock in say.CLOCK if clock in EXPLAINED]
    news: dict[str, Any] = {
        "number": NUMBER, "title": "欠款", "text": "好", "by": {"name": "安", "post": "长", "aide": True},
        "ledger": [2026, 1], "sure": False, "enterprise": "云杉里", "stage": "mature", "due": NOW.isoformat(),
        **{key: {"name": "安", "post": "长"} for key in ("leader", "deputy", "old", "owner", "owner_before", "visitor")},
        **dict.fromkeys(("first", "last", "day"), "2026-11-24"), "visit": 12, "numbers": [NUMBER], "count": 2,
        "pairings": 1, "digest": "0" * 64,
        "patterns": [{"title": "欠款", "enterprises": 7, "count": 1, "cared": 1, "numbers": [NUMBER]}],
        **{key: {"count": 1, "named": [[NUMBER, "欠款", "云杉里"]]} for key in ("overdue", "due_today", "rebounds", "silent", "unconfirmed")},
        "visits": {"count": 1, "named": [["12", "云杉里"]]},
        "due_at": NOW.isoformat(), "days": 5, "reason": "等拨款", "clock": "result", "level": 50, "instead_of": None,
        "moves": [("result", NOW.isoformat(), NOW.isoformat())], "dates": [("answer", NOW.isoformat())],
        "approvers": {"result": "督查", "answer": "部门负责人"}, "until": "2026-12-10",
        "unit": {"name": "沈柏年", "post": "局长", "department": "税务局"}, "task": "核实", "aide": True,
        "channel": "法院", "signed": "督查专员 石一诺", "for": "owner", "code": "civil",
        "no_calls": True, "ask_stage": True, "other": NUMBER, "others": [NUMBER], "who": "林", "verb": "confirm", "moved": True, "goes_on": True, "tasks": [NUMBER], "task_count": 1,
        "unit_before": {"name": "沈柏年", "post": "局长", "department": "税务局"},
    }  # fmt: skip
    known = trust.WORST | office.WORST | patching.WORST
    news |= {name: value for name, value in known.items() if name not in news}
    news |= {"claimed": {"name": "安", "post": "长"}, "link": ""}
    desks = (Desk([1]), Desk([1], card), Desk([]))
    wait = say.Wait(7, timedelta(seconds=120))
    official = Official(id=12, name="安予诚", post="副省长")
    own = Enterprise(id=12, name="云杉里")
    done = Submitted(1, NUMBER, "arrears", card, clocks.first("arrears", NOW), desks[0])
    visit = Visit(id=12, day=DAY)
    away = (Delegation(starts_on=DAY, ends_on=DAY), "安予诚")
    of_view: list[Callable[[Overview], Speech]] = [
        *(lambda view, told=told: say.progress(view, told) for told in desks),
        *(lambda view, urging=urging: say.urged(view, urging) for urging in URGINGS),
        *(lambda view, told=told: say.disputed(view, told, is_explained=False) for told in desks),
        say.replied, say.reported, say.resolved_by_you,
        say.not_sent_by_supervisor,
        lambda view: say.progress(view, desks[0], more_time=Extension(days=5)),
        lambda view: say.detail(view, said, more_time=Extension(days=5)),
        lambda view: say.conversation(view, [*(words.message for words in said), long], 2),
        lambda view: say.detail(view, said), lambda view: say.detail(replace(view, is_stand_in=True), said),
        *(lambda view, facts=facts: say.detail(view, said[:1], facts=facts) for facts in telling.everything()),
        *(lambda view, due=due: say.progress(view, desks[0], due=due) for due in telling.ALL_DUE),
        lambda view: say.supervised_case(view, [], None, [], hops=0, facts=telling.fullest("长")),
        lambda view: say.accepted_by_you(view, 2026, 1), lambda view: say.my_cases([view]),
        lambda view: say.worklist([view]), lambda view: say.not_sent([view]),
        lambda view: say.replied(view, wait), lambda view: say.against_calls(view, wait), lambda view: say.reported(view, wait), say.sent_now,
        lambda view: say.retracted(view, Written("好", "text", is_others=True)),
    ]  # fmt: skip
    return [
        *(speak(view) for speak in of_view for view in shown),
        *(say.which([shown[0]], command) for command in say._WORD),
        *(say.which([], command) for command in say._WORD),
        *(say.not_possible(status, verb) for status in Status for verb in Verb),
        *(say.not_allowed(role, verb) for role in Role for verb in Verb),
        *(
            say.submitted(Submitted(1, NUMBER, code, card, clocks.first(code, NOW), told), Guess(code, 0.5, None, is_sure=sure), is_stranger=True)
            for code in catalog.types()
            for sure in (True, False)
            for told in desks
        ),
        *(say.retyped(NUMBER, "欠款", code) for code in catalog.types()),
        *(
            say.notice(notice, news | {"type": code, "why": why, "kind": kind} | more)
            for notice in SPOKEN
            for more in (*trust.told(notice), *patching.told(notice))
            for code in catalog.types()
            for why in ("left", "refused", "window", "kept", "dead", "parked", "asked", "channel_closed")
            for kind in ("text", *say.ATTACHED)
        ),
        *(say.notice("media_lost", news | {"kind": kind, "is_refused": True}) for kind in ("image", "voice")),
        *(say.notice(notice, news | {"type": "ip", "why": "window", "kind": "text", "stands_in_for": {"name": "安", "post": "长"}}) for notice in SPOKEN),
        *(
            say.notice(Notice.WARNED, news | {"clock": clock, "level": level, "instead_of": instead})
            for clock in say.CLOCK
            for level in LEVELS
            for instead in (None, *say.RUNG)
        ),
        *clock_answers(),
        *(
            say.notice(notice, news | {"kind": "text", "for": whom, "code": code, "is_yours": yours, "is_unattended": yours})
            for notice in DESK
            for whom in ("enterprise", "owner", "owner_before", "helper")
            for code in catalog.decline_reasons()
            for yours in (True, False)
        ),
        *everything_of_the_desk(shown),
        *((say.card(notice, news)["what"], say.card(notice, news)["hint"]) for notice in SPOKEN),
        *trust.everything(NUMBER, shown[0]),
        *office.everything(NUMBER, shown[0]), *office.of_aides(news, NOW),
        say.worklist([]), say.my_cases([]), say.choose_type(NUMBER), say.add_what(NUMBER, "欠款"), say.or_the_same(NUMBER), say.no_such_number(NUMBER),
        say.dropped(NUMBER, "欠款"), say.told_already(NUMBER, "欠款"), say.take_it_back(NUMBER, "欠款"), say.never_mind(),
        *manners.everything(),
        *patching.everything(),
        say.welcome(nobody), say.welcome(replace(nobody, enterprise=firm, carer=card)),
        say.welcome(replace(nobody, official=card)), say.bind_question(("安予诚", "副省长")),
        say.on_the_other_side(nobody), say.on_the_other_side(replace(nobody, enterprise=firm)),
        say.on_the_other_side(replace(nobody, official=card)),
        *(say.bound(("安予诚", ""), [], is_official=is_official) for is_official in (True, False)),
        *(say.solved_or_not([plain(Status.RESOLVED, "accept")] * n, other) for n in (1, 2) for other in ("", "好")),
        say.nothing_to_confirm_yet(), say.solved_taps(NUMBER), say.or_a_new_one("好"), say.anew_how(NUMBER, "欠款"),
        *(say.is_it_this([plain(status, "accept")] * n, "好") for status in (Status.RESOLVED, Status.CLOSED, Status.DECLINED) for n in (1, 2)),
        say.belongs_to_which([shown[0]], "好"), say.anew(NUMBER), say.restored(NUMBER),
        *(say.restore_how(NUMBER, words) for words in ("", "欠款")),
        *(say.contact_changes(is_told=is_so) for is_so in (True, False)),
        *(say.disputed(shown[0], desks[0], is_explained=True, is_rebound=is_so) for is_so in (True, False)),
        *(say.passed_on(NUMBER, "欠款", told, is_solved=is_solved) for told in desks for is_solved in (True, False)),
        *(say.persons([(shown[0], told)] * n) for told in desks for n in (1, 2)),
        *(say.person_on_duty(card, told) for told in desks),
        say.welcome(replace(nobody, official=replace(card, kind=OfficialKind.SUPERVISOR))),
        say.urged_already(NUMBER, "欠款", NOW), say.words_passed_on(), say.withdrawn(NUMBER, "欠款"), say.confirmed(NUMBER, "欠款"),
        say.no_such_ticket("1234"), say.tell_us(), say.it_is_stored(), say.bind_how(), say.what_binding_does(), say.invite_refused(),
        say.nothing_to_confirm(), say.cancelled(), say.welcome_thanks(), say.reply_what(NUMBER),
        say.report_what(NUMBER), say.courtesy_not_sent(NUMBER), say.resolve_what(NUMBER), say.not_what_was_done(NUMBER),
        *(say.followed_up(NUMBER, "欠款", told, is_guessed=True, is_gathered=is_so) for told in desks for is_so in (True, False)),
        say.already_out(NUMBER), say.only_leaders_delegate(), say.no_firm_yet(), say.no_such_visit(),
        *(say.which_held(found, word) for found in ([], [shown[0]]) for word in (Command.WITHDRAW, Command.SEND_NOW)),
        *(say.which_deputy("安", found, (DAY, DAY)) for found in ([], [official])),
        *(say.delegation_refused(why) for why in Why),
        *(say.delegated(deputy, (DAY, DAY)) for deputy in (None, official)),
        *(say.delegation_ended(row) for row in (None, away)), *(say.delegations(rows) for rows in ([], [away])),
        *(say.visit_how(firms) for firms in ([], [own])), *(say.which_firm(firms) for firms in ([], [own])),
        say.visit_what(own), say.visited_unheard(own), say.raised([done]), say.raised_already(12),
        *(say.visited(own, visit, raised, is_reached=heard) for raised in ([], [done]) for heard in (True, False)),
        say.which_visit([visit, visit]), say.visit_answered_already(),
        *(say.visit_answered(took_place=is_so) for is_so in (True, False)), say.today(news),
        *(say.rated(NUMBER, "欠款", each, None, is_explained=False, is_waiting=is_so) for each in Rating for is_so in (True, False)),
        *(say.rated(NUMBER, "欠款", None, each, is_explained=True) for each in (*Rating, None)),
        say.rate_manners(NUMBER), say.rating_settled(NUMBER), say.ratings(None),
        say.ratings(dict.fromkeys(("result", "attitude"), dict.fromkeys(Rating, 3))),
        say.moved(NUMBER, "欠款", was_told=True), say.nothing_to_move(), say.nothing_to_split(),
        say.several(NUMBER, ["欠款", "电"]), say.several(NUMBER, ["欠款", "电", "地"]), say.split_already(NUMBER, ["1234"]),
        say.left_whole(NUMBER, "欠款"), say.not_bound(), say.nothing_to_leave(),
        *(say.help_now(nobody, [view]) for view in shown),
        *(say.split(view, ["欠款", "电"], [Submitted(1, NUMBER, "arrears", card, clocks.first("arrears", NOW), desks[0])]) for view in shown),
        say.help_now(nobody, []),
        *(say.call_wished(shown[0], told) for told in desks), say.which_enterprise(NUMBER, replace(nobody, enterprise=firm, others=(firm,)), is_brief=False),
        say.which_enterprise(NUMBER, replace(nobody, enterprise=firm, others=(firm,)), is_brief=True),
        say.choose_enterprise(replace(nobody, enterprise=firm, others=(firm,)), NUMBER), say.switched(firm),
        say.stands_under(NUMBER, "欠款", firm), say.moved_to_enterprise(NUMBER, "欠款", firm, card), say.only_the_author(NUMBER), say.enterprise_settled(NUMBER),
        say.colleague_took_part(NUMBER), say.left(firm, heir="邵其琛"), say.contact_changes(is_told=True, heir="邵其琛"),
        say.leave_question(firm, [firm]), say.left(firm), say.calls_welcome(), say.choose_stage(firm), say.stage_known(firm),
        *(say.stage_told(firm, code) for code in say.STAGE), *(say.no_calls(is_noted=noted) for noted in (True, False)),
    ]  # fmt: skip
