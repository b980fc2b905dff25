"""What is looked for first, because it is quicker, is held by everything that is looked for after it."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st

from handlers.understanding import phrases
from handlers.understanding.intents import (
    DELAY_UP_TO,
    RULES,
    SHORT_RULES,
    Intent,
    bare,
    complains_of_delay,
    intent_of,
    is_little_else,
    sounds_solved,
)
from handlers.understanding.regex import Regex

WILD = re.compile(r"\.|\[\^|\\[wWsSDbB]|[^\\]-[^\\]")
"""What stands for characters that it does not name."""

MATTER = st.sampled_from([*"钢材商标路灯轴承窗锅炉", "", "3", "十"])
SMALL = st.sampled_from(["请问", "我们公司", "的", "12", "领导", "上次", "反映的", ""])


def test_rules_name_every_character_they_take() -> None:
    """Characters that no rule names are then left over, whatever the rule."""
    for pattern in (Regex(phrases.SMALL_TALK), *(rule.pattern for rule in SHORT_RULES)):
        assert WILD.search(pattern.pattern) is None, pattern.pattern
        assert (pattern.flags, "(?i" in pattern.pattern) == (0, False), pattern.pattern


@given(
    st.lists(
        st.one_of(MATTER, SMALL, *(st.from_regex(rule.pattern.pattern, fullmatch=True) for rule in RULES)),
        max_size=5,
    )
)
def test_whatever_a_rule_fits_is_no_request(pieces: list[str]) -> None:
    core = "".join(pieces)
    assume(any(is_little_else(rule.pattern, rule.slack, core) for rule in RULES))
    assert intent_of(core) not in {Intent.REQUEST, Intent.FOLLOW_UP, Intent.UNCLEAR}


def test_rule_that_leaves_most_leaves_that_much_and_no_more() -> None:
    assert intent_of("请问转人工服务钢材商标") is Intent.HUMAN
    assert intent_of("请问转人工服务钢材商标路") is Intent.REQUEST


@given(SMALL, st.from_regex(phrases.PUT_OFF, fullmatch=True), MATTER)
def test_whatever_puts_it_off_is_a_complaint_of_delay(before: str, phrase: str, after: str) -> None:
    text = before + phrase + after
    assume(len(bare(text)) <= DELAY_UP_TO)
    assert complains_of_delay(text)


def test_every_way_to_say_that_it_is_settled_sounds_so() -> None:
    for settled in ("解决", "办好", "办妥", "搞定", "办成", "处理好"):
        assert sounds_solved(f"款到了，问题{settled}了"), settled
