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
from models.actions.conversation import Desk
from models.actions.outbox import Notice
from models.actions.tickets import Guess, Submitted
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.tickets import Overview
from models.rules.clocks import explain
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import number_of
from models.tables import Message, Side

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


CARDS = st.builds(OfficialCard, st.just(1), named(50), named(100), st.just("210000"))
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
        is_stand_in=draw(st.booleans()),
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
PAGES = st.integers(0, 40)
SOME = st.lists(VIEWS, max_size=10)
SAID: dict[str, st.SearchStrategy[Speech]] = {
    "welcome": st.builds(say.welcome, PARTIES),
    "help_for": st.builds(say.help_for, PARTIES),
    "welcome_thanks": st.builds(say.welcome_thanks),
    "tell_us": st.builds(say.tell_us),
    "it_is_stored": st.builds(say.it_is_stored),
    "bind_how": st.builds(say.bind_how),
    "bind_question": st.builds(say.bind_question, st.tuples(named(200), named(100))),
    "bound": st.builds(say.bound, st.tuples(named(200), named(100)), SOME, is_official=st.booleans()),
    "invite_refused": st.builds(say.invite_refused),
    "on_the_other_side": st.builds(say.on_the_other_side, PARTIES),
    "nothing_to_confirm": st.builds(say.nothing_to_confirm),
    "cancelled": st.builds(say.cancelled),
    "no_such_ticket": st.builds(say.no_such_ticket, st.text("0123456789０９", max_size=20_000)),
    "not_possible": st.builds(say.not_possible, st.sampled_from(Status), st.sampled_from(Verb)),
    "not_allowed": st.builds(say.not_allowed, st.sampled_from(Role), st.sampled_from(Verb)),
    "submitted": st.builds(say.submitted, SUBMITTED, GUESSES, is_stranger=st.booleans()),
    "followed_up": st.builds(say.followed_up, st.just(NUMBER), TITLES, TEXTS, DESKS),
    "film_stays": st.builds(say.film_stays),
    "add_what": st.builds(say.add_what, st.just(NUMBER)),
    "choose_type": st.builds(say.choose_type, st.just(NUMBER)),
    "retyped": st.builds(say.retyped, st.just(NUMBER), TYPES),
    "progress": st.builds(say.progress, VIEWS, DESKS),
    "my_cases": st.builds(say.my_cases, SOME),
    "which": st.builds(say.which, SOME, st.sampled_from(sorted(say._WORD))),
    "urged": st.builds(say.urged, VIEWS, DESKS),
    "urged_already": st.builds(say.urged_already, st.just(NUMBER), st.just(NOW)),
    "withdrawn": st.builds(say.withdrawn, st.just(NUMBER)),
    "confirmed": st.builds(say.confirmed, st.just(NUMBER)),
    "disputed": st.builds(say.disputed, VIEWS, DESKS, is_explained=st.booleans()),
    "solved_or_not": st.builds(say.solved_or_not, SOME, TEXTS),
    "nothing_to_confirm_yet": st.builds(say.nothing_to_confirm_yet),
    "passed_on": st.builds(say.passed_on, st.just(NUMBER), TITLES, DESKS, is_solved=st.booleans()),
    "persons": st.builds(say.persons, st.lists(st.tuples(VIEWS, DESKS), min_size=1, max_size=say.PERSONS)),
    "person_on_duty": st.builds(say.person_on_duty, CARDS, DESKS),
    "cannot_verify": st.builds(say.cannot_verify, TEXTS, CARDS, DESKS, st.sampled_from(["", NUMBER])),
    "worklist": st.builds(say.worklist, SOME),
    "not_sent": st.builds(say.not_sent, SOME),
    "courtesy_not_sent": st.builds(say.courtesy_not_sent, st.just(NUMBER)),
    "detail": st.builds(say.detail, VIEWS, st.lists(MESSAGES, max_size=10), PAGES),
    "conversation": st.builds(say.conversation, VIEWS, st.lists(MESSAGES, max_size=10), PAGES),
    "accepted_by_you": st.builds(say.accepted_by_you, VIEWS, st.just(2026), st.just(123_456)),
    "replied": st.builds(say.replied, VIEWS),
    "reply_what": st.builds(say.reply_what, st.just(NUMBER)),
    "report_what": st.builds(say.report_what, st.just(NUMBER)),
    "resolve_what": st.builds(say.resolve_what, st.just(NUMBER)),
    "not_what_was_done": st.builds(say.not_what_was_done, st.just(NUMBER)),
    "reported": st.builds(say.reported, VIEWS),
    "resolved_by_you": st.builds(say.resolved_by_you, VIEWS),
}

NAMED = CARDS.map(lambda card: {"name": card.name, "post": card.post})
SIGNATURES = st.builds(
    lambda named, is_aide, owner: named | {"aide": is_aide} | ({"for": owner} if owner else {}),
    NAMED,
    st.booleans(),
    st.none() | NAMED,
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
        "stands_in_for": st.none() | NAMED,
        "why": st.sampled_from(["left", "refused", "window", "kept", "dead", "parked"]),
        "owner": st.builds(lambda card: {"name": card.name, "post": card.post}, CARDS),
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
    "owner": {"name": "长" * 50, "post": "长" * 100},
}
WORDLESS = frozenset({Notice.URGED, Notice.WITHDRAWN, Notice.CONFIRMED, Notice.RETYPED})
"""News of something that is done without saying anything."""


TO_THE_AUTHOR = frozenset({Notice.ACCEPTED, Notice.REPLIED, Notice.PROGRESSED, Notice.RESOLVED})
"""News that no office gets in an owner's place."""


def told(notice: Notice, news: Mapping[str, Any]) -> Speech:
    """Return the words for news as the actions make it."""
    without = {"text", "kind"} if notice in WORDLESS else set()
    without |= {"stands_in_for"} if notice in TO_THE_AUTHOR else set()
    return say.notice(notice, {name: value for name, value in news.items() if name not in without})


def longest(char: str) -> dict[str, Speech]:
    """Return the answers that hold most, with names, titles and words made of one character."""
    card = OfficialCard(1, char * 50, char * 100, "210000")
    told = Desk([1], card)
    done = Submitted(1, NUMBER, "chain", card, clocks.first("arrears", NOW), told)
    view = Overview(
        number=NUMBER, type="chain", status=Status.ACCEPTED, title=say.title("text", char * 99),
        owner_name=card.name, owner_post=card.post, enterprise_name=char * 200, enterprise_stage="growing",
        created_at=NOW, next_due=NOW, next_clock="result", next_explanation=EXPLAINED["result"],
        last_words=char * 999, last_side=Side.OFFICIAL, is_stand_in=True,
    )  # fmt: skip
    said = [Message(side=side, by_aide=True, kind=Kind.IMAGE, text=char * 999) for side in Side] * 5
    return {
        "submitted": (
            *say.film_stays(),
            *say.submitted(done, Guess("chain", 0.1, None, is_sure=False), is_stranger=True),
        ),
        "detail": say.detail(view, said),
        "conversation": say.conversation(replace(view, status=Status.RESOLVED), said, 2),
        "progress": say.progress(view, told),
        "urged": say.urged(view, told),
        "disputed": say.disputed(view, told, is_explained=False),
        "bound": say.bound((char * 50, char * 100), [view] * 10, is_official=True),
        "my_cases": say.my_cases([view] * 10),
        "solved_or_not": say.solved_or_not([replace(view, status=Status.RESOLVED)] * 10, char * say.EXCERPT),
        "persons": say.persons([(view, told)] * say.PERSONS),
        "cannot_verify": say.cannot_verify(char * 99, card, told, NUMBER),
        "which": say.which([view] * 10, Command.WITHDRAW),
        "worklist": say.worklist([view] * 10),
        "not_sent": say.not_sent([view] * 10),
        "followed_up": say.followed_up(NUMBER, view.title, char * say.EXCERPT, told),
        "accepted_by_you": say.accepted_by_you(view, 2026, 123_456),
    }


def plain(status: Status, clock: str) -> Overview:
    return Overview(
        number=NUMBER, type="arrears", status=status, title="欠款", owner_name="安予诚", owner_post="副省长",
        enterprise_name="云杉里", enterprise_stage="mature", created_at=NOW, next_due=NOW, next_clock=clock,
        next_explanation=EXPLAINED[clock], last_words="好", last_side=Side.OFFICIAL,
    )  # fmt: skip


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
    long = Message(side=Side.OFFICIAL, by_aide=False, kind="text", text="好" * 999)
    shown = [plain(status, clock) for status in Status for clock in say.CLOCK if clock in EXPLAINED]
    news: dict[str, Any] = {
        "number": NUMBER, "title": "欠款", "text": "好", "by": {"name": "安", "post": "长", "aide": True},
        "ledger": [2026, 1], "sure": False, "enterprise": "云杉里", "stage": "mature", "due": NOW.isoformat(),
        "owner": {"name": "安", "post": "长"},
    }  # fmt: skip
    desks = (Desk([1]), Desk([1], card), Desk([]))
    of_view: list[Callable[[Overview], Speech]] = [
        *(lambda view, told=told: say.progress(view, told) for told in desks),
        *(lambda view, told=told: say.urged(view, told) for told in desks),
        *(lambda view, told=told: say.disputed(view, told, is_explained=False) for told in desks),
        say.replied, say.reported, say.resolved_by_you,
        lambda view: say.conversation(view, [*said, long], 2),
        lambda view: say.detail(view, said), lambda view: say.detail(replace(view, is_stand_in=True), said),
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
            say.submitted(Submitted(1, NUMBER, code, card, clocks.first(code, NOW), told), Guess(code, 0.5, None, is_sure=sure), is_stranger=True)
            for code in catalog.types()
            for sure in (True, False)
            for told in desks
        ),
        *(say.retyped(NUMBER, code) for code in catalog.types()),
        *(
            say.notice(notice, news | {"type": code, "why": why, "kind": kind})
            for notice in SPOKEN
            for code in catalog.types()
            for why in ("left", "refused", "window", "kept", "dead", "parked", "channel_closed")
            for kind in ("text", *say.ATTACHED)
        ),
        *(say.notice(notice, news | {"type": "ip", "why": "window", "kind": "text", "stands_in_for": {"name": "安", "post": "长"}}) for notice in SPOKEN),
        *((say.card(notice, news)["what"], say.card(notice, news)["hint"]) for notice in SPOKEN),
        say.worklist([]), say.my_cases([]), say.choose_type(NUMBER), say.add_what(NUMBER),
        say.welcome(nobody), say.welcome(replace(nobody, enterprise=firm, carer=card)),
        say.welcome(replace(nobody, official=card)), say.bind_question(("安予诚", "副省长")),
        say.on_the_other_side(nobody), say.on_the_other_side(replace(nobody, enterprise=firm)),
        say.on_the_other_side(replace(nobody, official=card)),
        *(say.bound(("安予诚", ""), [], is_official=is_official) for is_official in (True, False)),
        *(say.solved_or_not([plain(Status.RESOLVED, "accept")] * n, other) for n in (1, 2) for other in ("", "好")),
        say.nothing_to_confirm_yet(),
        *(say.passed_on(NUMBER, "欠款", told, is_solved=is_solved) for told in desks for is_solved in (True, False)),
        *(say.persons([(shown[0], told)] * n) for told in desks for n in (1, 2)),
        *(say.person_on_duty(card, told) for told in desks),
        *(say.cannot_verify("骗子吗", card, told, number) for told in desks for number in ("", NUMBER)),
        say.cannot_verify("骗子吗", None, None),
        say.urged_already(NUMBER, NOW), say.withdrawn(NUMBER), say.confirmed(NUMBER),
        say.no_such_ticket("1234"), say.tell_us(), say.it_is_stored(), say.bind_how(), say.invite_refused(),
        say.nothing_to_confirm(), say.cancelled(), say.welcome_thanks(), say.reply_what(NUMBER),
        say.report_what(NUMBER), say.courtesy_not_sent(NUMBER), say.resolve_what(NUMBER), say.not_what_was_done(NUMBER), *(say.followed_up(NUMBER, "欠款", "好", told) for told in desks),
    ]  # fmt: skip
