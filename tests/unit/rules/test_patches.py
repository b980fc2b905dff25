"""Exactly the listed steps of a patch succeed; what it says is sealed; the page is the table."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules import patches
from models.rules.patches import (
    BIRTH,
    IN_FORCE,
    STEPS,
    PatchNotAllowed,
    PatchNotPossible,
    PatchRole,
    PatchState,
    PatchVerb,
    advance,
    begins,
    comment_digest,
    evaluated_at,
    patch_digest,
    possible,
)
from tests.architecture.tree import source

DESK, ABOVE, CLOCK, FIRM = "owner supervisor", "supervisor", "system", "enterprise"
WORKED = "proposed drafting consulting issued in_effect evaluating effective ineffective"
LIFE = {
    "draft": (DESK, "proposed->drafting"),
    "consult": (DESK, "drafting->consulting"),
    "comment": (FIRM, "consulting"),
    "retract": (FIRM, "consulting"),
    "issue": (DESK, "consulting->issued"),
    "take_effect": (f"{DESK} {CLOCK}", "issued->in_effect"),
    "evaluate": (f"{DESK} {CLOCK}", "in_effect->evaluating"),
    # Nobody judges their own patch: its figures do, and only a supervisor answers for going against them.
    "find_effective": (CLOCK, "evaluating->effective"),
    "find_ineffective": (CLOCK, "evaluating->ineffective"),
    "look_again": (CLOCK, "evaluating"),
    "restart": (DESK, "ineffective->drafting"),
    "keep": (ABOVE, "ineffective->effective"),
    "drop": (ABOVE, "proposed->dropped drafting->dropped consulting->dropped"),
    "amend": (DESK, "proposed drafting consulting"),
    "progress": (DESK, WORKED),
    "do_step": (DESK, WORKED),
    "give": (ABOVE, WORKED),
}
"""Written from the request, not from the table: 立项→拟制→征求意见→印发→生效→评估→(有效|无效重启)."""


def listed() -> dict[tuple[str, str], tuple[str, set[str]]]:
    found = {}
    for verb, (roles, ways) in LIFE.items():
        for way in ways.split():
            start, _, end = way.partition("->")
            found[start, verb] = (end or start, set(roles.split()))
    return found


def test_exactly_the_listed_steps_succeed() -> None:
    ways = listed()
    for state in PatchState:
        for verb in PatchVerb:
            for role in PatchRole:
                way = ways.get((state, verb))
                if way is None:
                    with pytest.raises(PatchNotPossible):
                        advance(state, verb, role)
                elif role not in way[1]:
                    with pytest.raises(PatchNotAllowed):
                        advance(state, verb, role)
                else:
                    assert advance(state, verb, role) == way[0]
                assert (verb in possible(state, role)) is (way is not None and role in way[1])


def test_every_verb_and_state_is_of_use() -> None:
    assert {verb for _, verb in STEPS} | {PatchVerb.OPEN} == set(PatchVerb)
    reached = {BIRTH} | {step.target for step in STEPS.values()}
    assert reached == set(PatchState)
    assert [state for state in PatchState if not any(source == state for source, _ in STEPS)] == ["dropped"]


@given(st.lists(st.tuples(st.sampled_from(PatchVerb), st.sampled_from(PatchRole)), max_size=40))
def test_no_way_into_force_leads_past_being_asked_and_issued(walk: list[tuple[PatchVerb, PatchRole]]) -> None:
    state, seen = BIRTH, {BIRTH}
    for verb, role in walk:
        try:
            state = advance(state, verb, role)
        except (PatchNotPossible, PatchNotAllowed):
            continue
        seen.add(state)
        if state in IN_FORCE:
            assert {PatchState.DRAFTING, PatchState.CONSULTING, PatchState.ISSUED} <= seen


def test_patch_is_in_effect_from_the_first_moment_of_its_day_in_shanghai() -> None:
    assert begins(date(2026, 12, 1)) == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert evaluated_at(begins(date(2026, 12, 1)), 90) - begins(date(2026, 12, 1)) == timedelta(days=90)


def test_digest_of_an_event_is_that_of_its_canonical_json() -> None:
    """Counted outside: `printf '%s' '["patch","0",7,1,"t",{"a":"好","b":1}]' | sha256sum`."""
    expected = "e8be0c4dda88b74e4664d9739b94636a597dbb543bf840d06e599c47f399a5d9"
    sealed = patch_digest("0", patch_id=7, seq=1, at="t", fact={"b": 1, "a": "好"})
    assert sealed == expected
    others = [
        patch_digest("1", patch_id=7, seq=1, at="t", fact={"a": "好", "b": 1}),
        patch_digest("0", patch_id=8, seq=1, at="t", fact={"a": "好", "b": 1}),
        patch_digest("0", patch_id=7, seq=2, at="t", fact={"a": "好", "b": 1}),
        patch_digest("0", patch_id=7, seq=1, at="u", fact={"a": "好", "b": 1}),
        patch_digest("0", patch_id=7, seq=1, at="t", fact={"a": "坏", "b": 1}),
    ]
    assert sealed not in others


def test_comment_is_sealed_with_its_salt() -> None:
    assert comment_digest("好", "1") != comment_digest("好", "2") != comment_digest("坏", "2")


def test_page_is_the_markdown_of_the_table() -> None:
    assert source(Path("docs/patches.md")).rstrip() == patches.markdown().rstrip()
