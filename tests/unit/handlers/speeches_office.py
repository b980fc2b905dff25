"""What `say` says where an official's words are kept, taken back or asked about, with the longest texts."""

from datetime import datetime
from typing import Any

from hypothesis import strategies as st

from handlers import say
from handlers.turn import Speech
from handlers.understanding.commands import Command
from models.actions.held import Unsent
from models.queries.tickets import Overview
from models.tables import Ticket

Views = st.SearchStrategy[Overview]
SPOKEN = st.sampled_from([Command.REPLY, Command.REPORT, Command.RESOLVE])
NEWS: dict[str, st.SearchStrategy[Any]] = {
    "seq": st.just(10**6),
    "act": st.sampled_from(["resolve", "decline", "extend", "call_in"]),
}
WORST: dict[str, Any] = {"seq": 10**6, "act": "call_in"}


def unsent(text: str, kind: str = "text") -> Unsent:
    """Words that wait on some case."""
    return Unsent(Ticket(id=101), 10**6, "程小满", text, kind, is_own=False)


def said(number: str, texts: st.SearchStrategy[str], views: Views) -> dict[str, st.SearchStrategy[Speech]]:
    """Return every answer about words that are kept or taken back."""
    kinds = st.sampled_from(["text", *say.ATTACHED])
    some = st.lists(views, max_size=4)
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
        "perhaps": st.builds(say.perhaps, views, st.sampled_from(sorted(say._PERHAPS)), texts),
    }


def longest(char: str, view: Overview) -> dict[str, Speech]:
    """Return the answers that hold most."""
    return {
        "take_back_or_send": say.take_back_or_send(unsent(char * 999, "video"), view),
        "to_each": say.to_each([view] * 4, char * 999, Command.REPORT),
        "one_at_a_time": say.one_at_a_time([view] * 4, Command.REPORT),
        "perhaps": say.perhaps(view, Command.CALL_IN, char * 999),
    }


def everything(number: str, view: Overview) -> list[Speech]:
    """Return all we can say about it."""
    return [
        say.take_back_or_send(unsent("好"), view),
        *(say.which_to_reopen(views) for views in ([], [view])),
        say.take_up_this(view), say.which_to_take_up(), say.taken_up_by_you(view), say.appealed_meanwhile(number),
        *(say.to_each([view, view], "好", command) for command in (Command.REPLY, Command.RESOLVE)),
        say.one_at_a_time([view], Command.REPLY), say.no_ticket_on_desk(number),
        *(say.perhaps(view, command, "税务局 核实") for command in say._PERHAPS),
    ]  # fmt: skip


def of_aides(news: dict[str, Any], when: datetime) -> list[Speech]:
    """Return all news of what an aide did."""
    told = news | {"until": when.isoformat(), "kind": "text", "seq": 3}
    return [
        *(
            say.notice("done_by_aide", told | {"act": act})
            for act in ("resolve", "decline", "extend", "call_in")
        ),
        *(say.notice("aide_wrote", told | {"kind": kind}) for kind in ("text", *say.ATTACHED)),
    ]
