"""Messages that travel as one text fit into it, whatever is said; what cannot be said travels alone."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.wording import BETWEEN, how_many, joined, texts
from bot.wechat.replies import TEXT_LIMIT
from models.actions.outbox import Notice, _parts
from models.queries.outbox import Waiting
from tests.unit.handlers.speeches import NEWS, SPOKEN, WORST, dated


def waiting(kind: str, payload: dict[str, Any]) -> Waiting:
    return Waiting(1, 1, kind, payload, None, 0, 0)


LINES = st.lists(
    st.builds(
        lambda kind, news: waiting(kind, _parts(kind, news | dated(kind))[-1]), st.sampled_from(SPOKEN), NEWS
    ),
    min_size=1,
    max_size=8,
)
SHORT = waiting(Notice.URGED, {"number": "1010", "title": "工程款"})
LONG = waiting(Notice.REPLIED, WORST)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_what_goes_together_fits_one_text_and_one_more_would_not(line: list[Waiting]) -> None:
    count = how_many(line)
    words = [texts(each)[0] for each in line]

    assert len(joined(words[:count]).encode()) <= TEXT_LIMIT
    if count < len(line):
        assert len(joined(words[: count + 1]).encode()) > TEXT_LIMIT


def test_parts_are_told_apart_and_links_stay_live() -> None:
    words = [texts(SHORT)[0]] * 3
    assert how_many([SHORT] * 3) == 3
    assert joined(words).split(BETWEEN) == words
    assert joined(words).count('<a href="weixin://bizmsgmenu?') == 3


def test_what_cannot_be_said_and_what_is_too_long_travel_alone() -> None:
    unsayable = waiting(Notice.REPLIED, {})
    assert how_many([SHORT, unsayable, SHORT]) == 1
    assert how_many([unsayable, SHORT]) == 1
    assert how_many([LONG, LONG]) == 1
    assert how_many([LONG]) == 1
