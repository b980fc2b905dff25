"""What `say` says where an official's words are kept, taken back or asked about, with the longest texts."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from handlers import say
from handlers.turn import Speech
from handlers.understanding.commands import Command
from models.actions.appointments import Announced
from models.actions.held import Unsent
from models.queries.mergeable import Apart
from models.queries.people import OfficialCard
from models.queries.tickets import Overview
from models.rules.calling import Span
from models.rules.disturbance import Quiet
from models.rules.lifecycle import Role
from models.tables import Call, CallKind, Enterprise, Official, Ticket

Views = st.SearchStrategy[Overview]
SPOKEN = st.sampled_from([Command.REPLY, Command.REPORT, Command.RESOLVE])
NEWS: dict[str, st.SearchStrategy[Any]] = {
    "seq": st.just(10**6),
    "is_visit": st.booleans(),
    "act": st.sampled_from(["resolve", "decline", "extend", "call_in"]),
    "role": st.sampled_from([str(role) for role in Role]),
    "is_on": st.booleans(),
    "main": st.fixed_dictionaries({"number": st.just("1010"), "title": st.text(max_size=60)}),
    "apart": st.lists(
        st.fixed_dictionaries({"name": st.text(max_size=50), "post": st.text(max_size=100)}),
        min_size=2,
        max_size=2,
    )
    | st.none(),
}
WORST: dict[str, Any] = {"seq": 10**6, "act": "call_in", "is_visit": False}
WORST |= {"role": "owner", "is_on": True, "main": {"number": "1010", "title": "长" * 60}}
WORST |= {"apart": [{"name": "长" * 50, "post": "长" * 100}] * 2}


FIRM = Enterprise(id=12, name="云杉里")
NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 24)
HOUR = timedelta(hours=1)
WINDOW = Span(NOW, NOW + HOUR)
COMES = OfficialCard(2, "程小满", "专班联络员", "210000", 1, "aide")
VISIT = Announced(WINDOW, "青山 白鹭", COMES, ("3059",), kind=CallKind.VISIT)


def unsent(text: str, kind: str = "text") -> Unsent:
    """Words that wait on some case."""
    return Unsent(Ticket(id=101), 10**6, "程小满", text, kind, is_own=False)


def said(
    number: str,
    texts: st.SearchStrategy[str],
    views: Views,
    firm: st.SearchStrategy[Enterprise],
    officials: st.SearchStrategy[Official],
) -> dict[str, st.SearchStrategy[Speech]]:
    """Return every answer about words that are kept or taken back."""
    kinds = st.sampled_from(["text", *say.ATTACHED])
    some, firms = st.lists(views, max_size=4), st.lists(firm, max_size=9)
    numbers = st.just(number)
    return {
        "take_back_or_send": st.builds(say.take_back_or_send, st.builds(unsent, texts, kinds), views),
        "which_to_reopen": st.builds(say.which_to_reopen, some),
        "take_up_this": st.builds(say.take_up_this, views),
        "which_to_take_up": st.builds(say.which_to_take_up),
        "taken_up_by_you": st.builds(say.taken_up_by_you, views),
        "appealed_meanwhile": st.builds(say.appealed_meanwhile, st.just(number)),
        "to_each": st.builds(say.to_each, some, texts, SPOKEN),
        "one_at_a_time": st.builds(say.one_at_a_time, some, SPOKEN),
        "no_ticket_on_desk": st.builds(say.no_ticket_on_desk, texts),
        "announce_visit_how": st.builds(say.announce_visit_how, firms, texts),
        "nothing_to_visit_about": st.builds(say.nothing_to_visit_about, firm),
        "visit_announced": st.builds(say.visit_announced, st.just(VISIT), firm, by=st.just(COMES)),
        "visit_cancelled": st.builds(say.visit_cancelled, firm),
        "who_deputises": st.builds(say.who_deputises, st.lists(officials, max_size=9), st.just((DAY, DAY))),
        "visit_ahead": st.builds(say.visit_ahead, firm, texts),
        "visit_too_old": st.builds(say.visit_too_old, firm, texts),
        "perhaps_visited": st.builds(say.perhaps_visited, firms, st.lists(views, max_size=4)),
        "same_matter": st.builds(say.same_matter, numbers, numbers, texts),
        "merged": st.builds(say.merged, numbers, numbers, texts),
        "separated": st.builds(say.separated, numbers, texts),
        "goes_on": st.builds(say.goes_on, numbers, texts),
        "main_goes_on": st.builds(say.main_goes_on, numbers, texts),
        "all_go_on": st.builds(say.all_go_on, st.integers(6, 999)),
        "merge_which": st.builds(say.merge_which),
        "separate_which": st.builds(say.separate_which, st.lists(numbers, max_size=9)),
        "cannot_merge": st.builds(say.cannot_merge, st.sampled_from(Apart)),
        "shielded": st.builds(say.shielded, numbers, texts),
        "unshielded": st.builds(say.unshielded, numbers, texts),
        "said_with": st.builds(say.said_with, st.lists(numbers, min_size=1, max_size=3)),
        "shield_which": st.builds(say.shield_which),
        "shield_stands": st.builds(say.shield_stands),
        "shielded_together": st.builds(say.shielded_together, numbers),
        "perhaps": st.builds(say.perhaps, views, st.sampled_from(sorted(say._PERHAPS)), texts),
    }


def longest(char: str, view: Overview) -> dict[str, Speech]:
    """Return the answers that hold most."""
    firm = Enterprise(id=10**9, name=char * 200)
    return {
        "take_back_or_send": say.take_back_or_send(unsent(char * 999, "video"), view),
        "to_each": say.to_each([view] * 4, char * 999, Command.REPORT),
        "one_at_a_time": say.one_at_a_time([view] * 4, Command.REPORT),
        "merged": say.merged(view.number, view.number, char * 60),
        "shielded": say.shielded(view.number, char * 60),
        "perhaps": say.perhaps(view, Command.CALL_IN, char * 999),
        "announce_visit_how": say.announce_visit_how([firm] * 9, char * 999),
        "perhaps_visited": say.perhaps_visited([firm] * 9, [view] * 4),
        "who_deputises": say.who_deputises(
            [Official(id=10**9, name=char * 50, post=char * 100)] * 9, (DAY, DAY)
        ),
    }


def everything(number: str, view: Overview) -> list[Speech]:
    """Return all we can say about it."""
    return [
        say.take_back_or_send(unsent("好"), view),
        say.same_matter(number, number, "欠款"), say.merged(number, number, "欠款"), say.separated(number, "欠款"),
        say.merge_which(), say.separate_which([]), say.separate_which([number, number]), say.shield_which(), say.shield_stands(), say.shielded_together(number),
        *(say.cannot_merge(why) for why in Apart), say.shielded(number, "欠款"), say.unshielded(number, "欠款"),
        *(say.which_to_reopen(views) for views in ([], [view])),
        say.take_up_this(view), say.which_to_take_up(), say.taken_up_by_you(view), say.appealed_meanwhile(number),
        *(say.to_each([view, view], "好", command) for command in (Command.REPLY, Command.RESOLVE)),
        *(say.announce_visit_how(firms, "明天") for firms in ([], [FIRM])), say.nothing_to_visit_about(FIRM),
        say.visit_announced(VISIT, FIRM, by=COMES), say.nobody_to_call(FIRM), say.visit_cancelled(FIRM), say.no_call_to_cancel(FIRM),
        say.quiet_then(FIRM, Quiet(60, 120), WINDOW, is_visit=True), say.quiet_then(FIRM, Quiet(60, 120), None, is_visit=True),
        say.announced_enough(FIRM, 2, NOW), say.when_to_call(FIRM, "no_time", is_visit=True), say.call_agreed(VISIT, FIRM),
        say.call_moved(VISIT, FIRM), say.call_expected(VISIT, FIRM), say.when_it_suits(FIRM, "no_time"), say.move_or_matter(FIRM, "明天"),
        say.call_declined(FIRM), say.which_call([number, FIRM]),
        say.who_deputises([Official(id=2, name="程小满", post="专班联络员")], (DAY, DAY)),
        say.visit_ahead(FIRM, "明天上午10点"), say.visit_too_old(FIRM, "去的"),
        *(say.perhaps_visited([FIRM], each) for each in ([], [view], [view] * 2)), say.quiet_then(number, Quiet(60, 120), WINDOW, is_visit=True),
        say.when_to_call(number, "no_time", is_visit=True),
        say.call_announced(VISIT, view, by=COMES), say.call_agreed(VISIT, number), say.which_number([], [VISIT], is_local=False),
        say.detail(view, [], None, Call(kind="visit", begins_at=NOW, ends_at=NOW + HOUR, phrase="青山 白鹭")),
        say.one_at_a_time([view], Command.REPLY), say.no_ticket_on_desk(number),
        *(say.perhaps(view, command, "税务局 核实") for command in say._PERHAPS),
    ]  # fmt: skip


_OF_CALLS = ("call_announced", "call_briefed", "call_answered", "call_cancelled", "call_over")


def _of_a_visit(told: dict[str, Any]) -> dict[str, Any]:
    """Return news of a visit announced to an enterprise that has no case."""
    kept = {key: value for key, value in told.items() if key not in {"number", "title"}}
    return kept | {"firm": 12, "enterprise": FIRM.name, "is_visit": True}


def of_aides(news: dict[str, Any], when: datetime) -> list[Speech]:
    """Return all news of what an aide did."""
    told = news | {"until": when.isoformat(), "kind": "text", "seq": 3}
    return [
        *(
            say.notice("done_by_aide", told | {"act": act})
            for act in ("resolve", "decline", "extend", "call_in")
        ),
        *(say.notice("aide_wrote", told | {"kind": kind}) for kind in ("text", *say.ATTACHED)),
        *(
            say.notice(notice, told | {"is_visit": True, "answer": answer})
            for notice in _OF_CALLS
            for answer in ("agreed", "moved", "declined")
        ),
        *(
            say.notice(
                notice, {**_of_a_visit(told), "answer": answer, "of": "call_announced", "why": "window"}
            )
            for notice in (*_OF_CALLS, "unreachable", "no_contact")
            for answer in ("agreed", "moved", "declined", "doubted")
        ),
    ]
