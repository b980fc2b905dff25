"""What `say` says about being left in peace, with the longest names and the busiest days."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from handlers import say
from handlers.turn import Speech
from models.queries.contact_day import Bother, ContactDay, Help, Kind
from models.queries.disturbance import Waits
from models.rules.disturbance import Courtesy, Hold, Park, Quiet, Why

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 24)
NUMBER = "1010101010"
HOURS = [Quiet(0, 0), Quiet(21 * 60, 8 * 60), Quiet(12 * 60, 14 * 60)]
COURTESIES = [Courtesy(quiet, budget) for quiet in HOURS for budget in (0, 3, 20)]
WAITS = [
    *(Waits(12, why, NOW) for why in ("quiet", "budget", None)),
    *(Waits(12, why, None) for why in ("asked", "window", "left", "45015 response out of time limit", None)),
]
_WAITS = [*(Hold(datetime(2026, 11, 25, tzinfo=UTC), why) for why in Why), *map(Park, Why)]


def busy(times: int, day: date = TODAY) -> ContactDay:
    """A day on which everything happened so many times."""
    came = [Bother(kind, NOW, number, "x") for kind in Kind for number in (None, NUMBER)] * times
    steps = [Help(NOW, NUMBER, step, 1) for step in say._STEP] * times
    return ContactDay(day, came, steps)


DAYS = [busy(times, day) for times in (0, 1, 30) for day in (TODAY, date(2026, 11, 23))]


def said(names: st.SearchStrategy[str]) -> dict[str, st.SearchStrategy[Speech]]:
    """Return every answer about being left in peace."""
    courtesies = st.sampled_from(COURTESIES)
    days = st.lists(st.tuples(st.none() | names, st.sampled_from(DAYS)), min_size=1, max_size=2)
    return {
        "quiet_as_it_is": st.builds(say.quiet_as_it_is, courtesies, is_new=st.booleans()),
        "quiet_how": st.builds(say.quiet_how),
        "peace_choices": st.builds(say.peace_choices),
        "not_heard_yet": st.sampled_from(_WAITS).map(say.not_heard_yet),
        "too_many_a_day": st.builds(say.too_many_a_day, st.just(20)),
        "bind_to_be_left_alone": st.builds(say.bind_to_be_left_alone, courtesies),
        "who_came": st.builds(say.who_came, days, st.just(TODAY)),
    }


def longest(char: str) -> dict[str, Speech]:
    """Return the answers that hold most."""
    return {"who_came": say.who_came([(char * 200, busy(30))] * 2, TODAY)}


def everything() -> list[Speech]:
    """Return all we can say about it."""
    return [
        *(say.quiet_as_it_is(mine, is_new=is_new) for mine in COURTESIES for is_new in (True, False)),
        *(say.bind_to_be_left_alone(mine) for mine in COURTESIES),
        *(say.who_came([(name, day)], TODAY) for name in (None, "云杉里") for day in DAYS),
        *((say._held_back(wait),) for wait in WAITS),
        *map(say.not_heard_yet, _WAITS),
        say.quiet_how(), say.too_many_a_day(20),
    ]  # fmt: skip
