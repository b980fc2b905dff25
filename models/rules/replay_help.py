"""What events tell of who helps with a ticket (协办): the part of `replay` that is about them. Pure."""

from typing import Final

from models.rules.states import Fact, Help, State

_HELPING: Final = frozenset({"asked", "joined"})


def end_help(state: State, fact: Fact, unit_id: int | None = None) -> None:
    """End all help, or that of one unit."""
    for each in state.helpers.values():
        if each.state in _HELPING and unit_id in {None, each.unit_id}:
            each.state, each.over = "ended", fact.seq


def call_in(state: State, fact: Fact) -> None:
    """A unit is asked; what it was asked before is over."""
    unit_id = fact.data["unit_id"]
    end_help(state, fact, unit_id)
    state.helpers[fact.data["co_handling"]] = Help(unit_id)


def _helper(state: State, fact: Fact) -> Help | None:
    """Return the request an event is about; one asked anew after a refusal is known by its first answer."""
    key, data = fact.data["co_handling"], fact.data
    if key not in state.helpers and "unit_id" in data:
        state.helpers[key] = Help(data["unit_id"])
    return state.helpers.get(key)


def join(state: State, fact: Fact) -> None:
    """The unit takes its task on."""
    if (one := _helper(state, fact)) is not None:
        one.state, one.took_part = "joined", True


def contribute(state: State, fact: Fact) -> None:
    """The unit writes to the owner."""
    if (one := _helper(state, fact)) is not None:
        one.took_part = True


def refuse(state: State, fact: Fact) -> None:
    """The unit does not take its task on, or adds why."""
    if (one := _helper(state, fact)) is not None:
        one.state, one.took_part, one.over = "refused", False, one.over or fact.seq


def let_go(state: State, fact: Fact) -> None:
    """The owner needs the unit no longer."""
    if (one := _helper(state, fact)) is not None:
        one.state, one.over = "ended", fact.seq


def inherit(state: State, fact: Fact) -> None:
    """Have a successor help, unless they own the case or help with it already."""
    one, to = _helper(state, fact), fact.data["to"]
    if one is None:
        return
    helps = any(each.unit_id == to and each.state in _HELPING for each in state.helpers.values())
    if to == state.owner_id or helps:
        one.state, one.over = "ended", fact.seq
    else:
        one.unit_id = to
