"""When alike cases are a pattern, and where a new one belongs."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from models.rules.patterns import (
    FARTHEST,
    KNOWN,
    LEAST,
    Near,
    Place,
    counts,
    heard,
    in_question,
    is_doubled,
    join_from,
    more_after,
    needed,
    place,
    same_matter,
    voice_of,
)


def near(ticket: int, likeness: float, *, voice: str = "e1", pattern: int | None = None) -> Near:
    return Near(ticket, pattern, voice, likeness)


def test_small_numbers_are_no_pattern_and_large_ones_must_beat_chance() -> None:
    assert needed(0) == needed(100) == LEAST
    assert needed(20_000) == 17
    assert needed(100, 2) == LEAST + 2


def test_it_has_doubled_at_eight_sixteen_and_so_on() -> None:
    assert [each for each in range(70) if is_doubled(each)] == [8, 16, 32, 64]


@given(st.integers(0, 10**6), st.integers(0, 5))
def test_more_cases_never_need_fewer_enterprises(cases: int, more: int) -> None:
    assert LEAST <= needed(cases, more) <= needed(cases + 1000, more + 1)


def test_dismissals_raise_what_is_needed_and_confirmations_take_it_back() -> None:
    assert more_after(0, 0) == 0
    assert more_after(1, 0) == 1
    assert more_after(1, 5) == 0
    assert more_after(100, 0) == 4


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_decisions_move_the_join_only_so_far(splits: int, joins: int) -> None:
    moved = join_from(0.4, splits, joins)
    assert abs(moved - 0.4) <= FARTHEST + 1e-9
    assert (moved > 0.4) == (splits > joins)


def test_strangers_and_copies_are_not_heard() -> None:
    assert voice_of(7, 1) == "e7"
    assert voice_of(None, 1) == "p1"
    assert (counts("e7"), counts("p1")) == (True, False)
    assert heard(said("e1", "e1", ("e2", 1), "p4", "e5")) == 2


def test_of_those_who_repeat_what_is_not_heard_itself_the_first_is() -> None:
    assert heard(said(("e1", 90), ("e2", 90), ("e3", 90))) == 1, "what it began with lies outside"
    assert heard(said("p1", ("e2", 1), ("e3", 1))) == 1, "a stranger silences nobody"
    assert heard([]) == 0


def test_whoever_says_it_again_in_other_words_is_heard_whoever_copied_their_first() -> None:
    again = [Case(2, "e1", 90, is_own=True), Case(3, "e2", 91, is_own=True)]
    assert heard(again) == 2
    copier = [Case(4, "e9", 90), Case(5, "e9", 91)]
    assert heard([*copier, *again]) == heard([*again, *copier]) == 2, "what is copied is heard in theirs"


@dataclass(frozen=True)
class Case:
    ticket_id: int
    voice: str
    copy_of: int | None
    is_own: bool = False


def said(*cases: str | tuple[str, int]) -> list[Case]:
    """Return cases numbered from one: a voice, and which case of another it repeats."""
    pairs = [each if isinstance(each, tuple) else (each, None) for each in cases]
    return [Case(number, voice, copy_of) for number, (voice, copy_of) in enumerate(pairs, 1)]


@given(st.permutations(["e1", "e2", "p3", "e4"]), st.integers(0, 3), st.integers(0, 3))
def test_near_of_ones_own_is_one_matter_and_others_never_are(voices: list[str], at: int, mine: int) -> None:
    found = [Near(n, None, voice, 0.7) for n, voice in enumerate(voices)]
    own = voices[mine]
    expected = mine if counts(own) and mine < at else None
    assert same_matter(own, at, found) == expected


@given(
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abcde"), st.floats(0, 1)), max_size=30),
    st.lists(st.tuples(st.integers(1, 4), st.sampled_from("abcdefgh")), max_size=30),
    st.floats(0.3, 0.5),
)
def test_patterns_that_are_not_asked_about_would_not_take_the_case(
    around: list[tuple[int, str, float]], members: list[tuple[int, str]], join: float
) -> None:
    some = [
        near(n, likeness, voice=f"e{who}", pattern=pattern)
        for n, (pattern, who, likeness) in enumerate(around)
    ]
    all_voices = {
        each: sorted({f"e{who}" for pattern, who in members if pattern == each}) for each in range(1, 5)
    }
    asked = {each: all_voices[each] for each in in_question(some, join=join)}
    assert place("e-own", some, asked, join=join) == place("e-own", some, all_voices, join=join)
    assert len(asked) <= len({each.pattern_id for each in some if each.likeness >= join})


def test_a_flood_of_one_enterprise_pulls_no_harder_than_one_case() -> None:
    voices = {1: ["e1", "e2", "e3"]}
    flood = [near(n, 0.9, voice="e1", pattern=1) for n in range(100)]
    assert place("e9", flood, voices, join=0.4).is_nowhere
    all_of_them = [*flood, near(200, 0.9, voice="e2", pattern=1)]
    assert place("e9", all_of_them, voices, join=0.4) == Place(1, None, (0.9 + 0.9) / 3, None)


def test_strangers_in_a_pattern_have_no_say_where_enterprises_are() -> None:
    voices = {1: ["e1", "p2", "p3"]}
    assert place("e9", [near(5, 0.9, voice="p2", pattern=1)], voices, join=0.4).is_nowhere
    assert place("e9", [near(5, 0.5, voice="e1", pattern=1)], voices, join=0.4) == Place(1, None, 0.5, None)


def test_of_two_patterns_the_nearer_and_of_equal_ones_the_older() -> None:
    some = [near(1, 0.6, voice="e1", pattern=1), near(2, 0.8, voice="e2", pattern=2)]
    assert place("e9", some, {1: ["e1"], 2: ["e2"]}, join=0.4) == Place(2, None, 0.8, None)
    even = [near(1, 0.8, voice="e1", pattern=1), near(2, 0.8, voice="e2", pattern=2)]
    assert place("e9", even, {2: ["e2"], 1: ["e1"]}, join=0.4) == Place(1, None, 0.8, None)


def test_two_cases_in_no_pattern_begin_one_if_they_are_alike_enough() -> None:
    assert place("e9", [near(3, 0.5), near(2, 0.5)], {}, join=0.4) == Place(None, 2, 0.5, None)
    assert place("e9", [near(3, 0.3)], {}, join=0.4).is_nowhere
    assert place("e9", [], {}, join=0.4).is_nowhere


def test_a_copy_is_named_as_one() -> None:
    copied = [Near(4, None, "e1", 0.99, is_copy=True)]
    assert place("e9", copied, {}, join=0.4) == Place(None, 4, 0.99, 4)


def test_a_large_pattern_need_not_be_known_whole() -> None:
    voices = {1: [f"e{n}" for n in range(500)]}
    some = [near(n, 0.8, voice=f"e{n}", pattern=1) for n in range(KNOWN)]
    found = place("e900", some, voices, join=0.4)
    assert found is not None
    assert abs(found.likeness - 0.8) < 1e-9
