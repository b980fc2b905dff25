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
from models.queries.people import EnterpriseCard, OfficialCard, Party
from models.queries.tickets import Overview
from models.rules.clocks import explain
from models.rules.lifecycle import Role, Status, Verb
from models.rules.numbers import number_of
from models.rules.satisfaction import Rating
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
UNSURE = Guess("chain", 0.1, None, is_sure=False)
RATINGS = st.sampled_from(Rating)
COUNTS = st.fixed_dictionaries(dict.fromkeys(Rating, st.integers(0, 10**6)))
PARTS = st.lists(TEXTS, min_size=2, max_size=3)
AT_TWO = st.builds(
    replace, PARTIES, enterprise=FIRMS, others=st.lists(FIRMS, min_size=1, max_size=5).map(tuple)
)
SOME = st.lists(VIEWS, max_size=10)
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
    "on_the_other_side": st.builds(say.on_the_other_side, PARTIES),
    "nothing_to_confirm": st.builds(say.nothing_to_confirm),
    "cancelled": st.builds(say.cancelled),
    "no_such_ticket": st.builds(say.no_such_ticket, st.text("0123456789０９", max_size=20_000)),
    "not_possible": st.builds(say.not_possible, st.sampled_from(Status), st.sampled_from(Verb)),
    "not_allowed": st.builds(say.not_allowed, st.sampled_from(Role), st.sampled_from(Verb)),
    "submitted": st.builds(say.submitted, SUBMITTED, GUESSES, is_stranger=st.booleans()),
    "receipt": st.builds(say.receipt, SUBMITTED, GUESSES, PARTIES, st.lists(TEXTS, max_size=3)),
    "followed_up": st.builds(
        say.followed_up, st.just(NUMBER), TITLES, is_guessed=st.booleans(), is_held=st.booleans()
    ),
    "add_what": st.builds(say.add_what, st.just(NUMBER), TITLES),
    "choose_type": st.builds(say.choose_type, st.just(NUMBER)),
    "retyped": st.builds(say.retyped, st.just(NUMBER), TITLES, TYPES),
    "progress": st.builds(say.progress, VIEWS),
    "my_cases": st.builds(say.my_cases, SOME),
    "which": st.builds(say.which, SOME, st.sampled_from(sorted(say._WORD))),
    "urged": st.builds(say.urged, VIEWS),
    "urged_already": st.builds(say.urged_already, st.just(NUMBER), TITLES, st.just(NOW)),
    "withdrawn": st.builds(say.withdrawn, st.just(NUMBER), TITLES),
    "confirmed": st.builds(say.confirmed, st.just(NUMBER), TITLES),
    "disputed": st.builds(say.disputed, VIEWS, is_explained=st.booleans()),
    "worklist": st.builds(say.worklist, SOME),
    "not_sent": st.builds(say.not_sent, SOME),
    "courtesy_not_sent": st.builds(say.courtesy_not_sent, st.just(NUMBER)),
    "detail": st.builds(say.detail, VIEWS, st.lists(MESSAGES, max_size=10)),
    "accepted_by_you": st.builds(say.accepted_by_you, VIEWS, st.just(2026), st.just(123_456)),
    "replied": st.builds(say.replied, VIEWS),
    "reply_what": st.builds(say.reply_what, st.just(NUMBER)),
    "report_what": st.builds(say.report_what, st.just(NUMBER)),
    "resolve_what": st.builds(say.resolve_what, st.just(NUMBER)),
    "not_what_was_done": st.builds(say.not_what_was_done, st.just(NUMBER)),
    "reported": st.builds(say.reported, VIEWS),
    "resolved_by_you": st.builds(say.resolved_by_you, VIEWS),
    "rated": st.builds(
        say.rated,
        st.just(NUMBER),
        TITLES,
        st.none() | RATINGS,
        st.none() | RATINGS,
        is_explained=st.booleans(),
    ),
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
    "human": st.builds(say.human, VIEWS),
    "human_for_nobody": st.builds(say.human_for_nobody, PARTIES),
    "call_wished": st.builds(say.call_wished, st.just(NUMBER), VIEWS),
    "help_now": st.builds(say.help_now, PARTIES, SOME),
    "verify_how": st.builds(say.verify_how),
    "which_enterprise": st.builds(say.which_enterprise, st.just(NUMBER), AT_TWO, is_brief=st.booleans()),
    "choose_enterprise": st.builds(say.choose_enterprise, AT_TWO, st.none() | st.just(NUMBER)),
    "switched": st.builds(say.switched, FIRMS),
    "moved_to_enterprise": st.builds(say.moved_to_enterprise, st.just(NUMBER), TITLES, FIRMS, CARDS),
    "only_the_author": st.builds(say.only_the_author, st.just(NUMBER)),
    "enterprise_settled": st.builds(say.enterprise_settled, st.just(NUMBER)),
    "not_bound": st.builds(say.not_bound),
    "leave_question": st.builds(say.leave_question, FIRMS, st.lists(FIRMS, max_size=5)),
    "nothing_to_leave": st.builds(say.nothing_to_leave),
    "left": st.builds(say.left, FIRMS),
    "no_calls": st.builds(say.no_calls, is_noted=st.booleans()),
    "calls_welcome": st.builds(say.calls_welcome),
    "choose_stage": st.builds(say.choose_stage, FIRMS),
    "stage_told": st.builds(say.stage_told, FIRMS, st.sampled_from(sorted(say.STAGE))),
    "stage_known": st.builds(say.stage_known, FIRMS),
}

SIGNATURES = st.builds(
    lambda card, is_aide: {"name": card.name, "post": card.post, "aide": is_aide}, CARDS, st.booleans()
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
        "no_calls": st.booleans(),
        "ask_stage": st.booleans(),
        "other": st.just(NUMBER),
        "others": st.just([NUMBER, NUMBER]),
        "who": st.none() | named(100),
        "verb": st.sampled_from(["withdraw", "confirm", "dispute", "rebound"]),
        "stays": st.booleans(),
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
    "no_calls": True,
    "ask_stage": True,
    "other": NUMBER,
    "others": [NUMBER, NUMBER],
    "who": "😀" * 100,
    "verb": "rebound",
    "stays": False,
}
WORDLESS = frozenset({Notice.URGED, Notice.WITHDRAWN, Notice.CONFIRMED, Notice.RETYPED})
"""News of something that is done without saying anything."""


def told(notice: Notice, news: Mapping[str, Any]) -> Speech:
    """Return the words for news as the actions make it."""
    without = {"text", "kind"} if notice in WORDLESS else set()
    return say.notice(notice, {name: value for name, value in news.items() if name not in without})


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
    firm = EnterpriseCard(1, char * 200, "210100", "growing")
    at_three = Party(1, "o", True, None, None, None, None, None, firm, card, (firm, firm))
    return {
        "submitted": say.submitted(done, Guess("chain", 0.1, None, is_sure=False), is_stranger=True),
        "detail": say.detail(view, said),
        "progress": say.progress(view),
        "my_cases": say.my_cases([view] * 10),
        "which": say.which([view] * 10, Command.WITHDRAW),
        "worklist": say.worklist([view] * 10),
        "not_sent": say.not_sent([view] * 10),
        "followed_up": say.followed_up(NUMBER, view.title, is_guessed=True, is_held=False),
        "first words after a picture": (
            *say.followed_up(NUMBER, view.title, is_guessed=True, is_held=False),
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
            *say.submitted(done, Guess("chain", 0.1, None, is_sure=False), is_stranger=True),
        ),
        "split": say.split(view, [char * 99] * 3, [done, done]),
        "help_now": say.help_now(at_three, [view] * 10),
        "leave_question": say.leave_question(firm, [firm] * 5),
        "rated": say.rated(NUMBER, view.title, Rating.DISSATISFIED, None, is_explained=False),
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
    shown = [plain(status, clock) for status in Status for clock in say.CLOCK if clock in EXPLAINED]
    news: dict[str, Any] = {
        "number": NUMBER, "title": "欠款", "text": "好", "by": {"name": "安", "post": "长", "aide": True},
        "ledger": [2026, 1], "sure": False, "enterprise": "云杉里", "stage": "mature", "due": NOW.isoformat(),
        "no_calls": True, "ask_stage": True, "other": NUMBER, "others": [NUMBER], "who": "林", "verb": "confirm", "stays": True,
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
        *(say.retyped(NUMBER, "欠款", code) for code in catalog.types()),
        *(
            say.notice(notice, news | {"type": code, "why": why, "kind": kind})
            for notice in SPOKEN
            for code in catalog.types()
            for why in ("left", "refused", "window", "dead", "parked", "channel_closed")
            for kind in ("text", *say.ATTACHED)
        ),
        *((say.card(notice, news)["what"], say.card(notice, news)["hint"]) for notice in SPOKEN),
        say.worklist([]), say.my_cases([]), say.choose_type(NUMBER), say.add_what(NUMBER, "欠款"),
        say.welcome(nobody), say.welcome(replace(nobody, enterprise=firm, carer=card)),
        say.welcome(replace(nobody, official=card)), say.bind_question(("安予诚", "副省长")),
        say.on_the_other_side(nobody), say.on_the_other_side(replace(nobody, enterprise=firm)),
        say.on_the_other_side(replace(nobody, official=card)),
        *(say.bound(("安予诚", ""), is_official=is_official) for is_official in (True, False)),
        say.urged_already(NUMBER, "欠款", NOW), say.withdrawn(NUMBER, "欠款"), say.confirmed(NUMBER, "欠款"),
        say.no_such_ticket("1234"), say.tell_us(), say.it_is_stored(), say.bind_how(), say.invite_refused(),
        say.nothing_to_confirm(), say.cancelled(), say.welcome_thanks(), say.reply_what(NUMBER),
        say.report_what(NUMBER), say.courtesy_not_sent(NUMBER), say.resolve_what(NUMBER), say.not_what_was_done(NUMBER),
        *(say.followed_up(NUMBER, "欠款", is_guessed=True, is_held=held) for held in (True, False)),
        *(say.rated(NUMBER, "欠款", each, None, is_explained=False) for each in Rating),
        *(say.rated(NUMBER, "欠款", None, each, is_explained=True) for each in (*Rating, None)),
        say.rate_manners(NUMBER), say.rating_settled(NUMBER), say.ratings(None),
        say.ratings(dict.fromkeys(("result", "attitude"), dict.fromkeys(Rating, 3))),
        say.moved(NUMBER, "欠款", was_told=True), say.nothing_to_move(), say.nothing_to_split(),
        say.several(NUMBER, ["欠款", "电"]), say.several(NUMBER, ["欠款", "电", "地"]), say.split_already(NUMBER, ["1234"]),
        say.left_whole(NUMBER, "欠款"), say.verify_how(), say.not_bound(), say.nothing_to_leave(),
        *(say.human(view) for view in shown), *(say.help_now(nobody, [view]) for view in shown),
        *(say.split(view, ["欠款", "电"], [Submitted(1, NUMBER, "arrears", card, clocks.first("arrears", NOW))]) for view in shown),
        say.help_now(nobody, []), say.human_for_nobody(nobody), say.human_for_nobody(replace(nobody, carer=card)),
        say.call_wished(NUMBER, shown[0]), say.which_enterprise(NUMBER, replace(nobody, enterprise=firm, others=(firm,)), is_brief=False),
        say.which_enterprise(NUMBER, replace(nobody, enterprise=firm, others=(firm,)), is_brief=True),
        say.choose_enterprise(replace(nobody, enterprise=firm, others=(firm,)), NUMBER), say.switched(firm),
        say.moved_to_enterprise(NUMBER, "欠款", firm, card), say.only_the_author(NUMBER), say.enterprise_settled(NUMBER),
        say.leave_question(firm, [firm]), say.left(firm), say.calls_welcome(), say.choose_stage(firm), say.stage_known(firm),
        *(say.stage_told(firm, code) for code in say.STAGE), *(say.no_calls(is_noted=noted) for noted in (True, False)),
    ]  # fmt: skip
