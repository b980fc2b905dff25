"""What `say` says about patches, with the longest documents and names."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from handlers import say
from handlers.turn import Speech
from models.actions.outbox import Notice
from models.actions.patches import NEEDED
from models.queries.patch_effects import Effect, Side
from models.queries.patches import Comment, Shown
from models.rules import effects
from models.rules.directory import Desk
from models.rules.effects import Exposure
from models.rules.numbers import number_of
from models.rules.patches import Cause, PatchRole, PatchState, PatchVerb, StepNews, possible
from models.tables import Official, Patch

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
DAY = date(2026, 12, 31)
NUMBER = number_of(10**9)

CASELESS = frozenset(
    {Notice.PATCH_GIVEN, Notice.PATCH_PASSED, Notice.PATCH_NEWS, Notice.PATCH_EFFECT, Notice.PATCH_JUDGED}
    | {Notice.PATCH_STEPS}
)
"""News of a patch, which is about no single case."""
_FIGURES = {
    "before": {"met": 7, "rate": {"estimate": 1234.56}},
    "after": {"met": 9999, "rate": {"estimate": 1234.56}},
}
_VERDICTS = ("effective", "ineffective")


def _news(names: st.SearchStrategy[str], texts: st.SearchStrategy[str]) -> dict[str, st.SearchStrategy[Any]]:
    """Return what news of a patch says beside its case."""
    return {
        "patch": st.just(10**8),
        "patch_title": names.map(lambda name: name[:60]),
        "document_no": names.map(lambda name: name[:100]),
        "document_title": names,
        "clause": names.map(lambda name: name[:100]),
        "link": st.sampled_from(["", "https://www.example.gov.cn/" + "x" * 270]),
        "change": texts.map(lambda text: text[:300]),
        "since": st.sampled_from([None, DAY.isoformat()]),
        "due_on": st.just(DAY.isoformat()),
        "cause": st.sampled_from(sorted(Cause)),
        "new_lead": st.fixed_dictionaries({"name": names.map(lambda name: name[:50]), "post": names}),
        "live": st.integers(0, 3),
        "stumbles": st.integers(0, 9999),
        "enterprises": st.integers(0, 9999),
        "comments": st.integers(0, 9999),
        "verdict": st.sampled_from(_VERDICTS),
        "figures": st.sampled_from([None, _FIGURES]),
        "is_own": st.booleans(),
        "steps": st.lists(
            st.fixed_dictionaries(
                {
                    "number": st.integers(1, 20),
                    "what": names.map(lambda name: name[:100]),
                    "due_on": st.just(DAY.isoformat()),
                    "is": st.sampled_from(sorted(StepNews)),
                }
            ),
            max_size=4,
        ),
    }


NEWS: Callable[..., dict[str, st.SearchStrategy[Any]]] = _news
WORST: dict[str, Any] = {
    "patch": 10**8,
    **{
        name: "😀" * size
        for name, size in (("patch_title", 60), ("document_no", 100), ("document_title", 200),
                           ("clause", 100), ("change", 300))
    },
    "link": "https://www.example.gov.cn/" + "x" * 270,
    "since": DAY.isoformat(),
    "due_on": DAY.isoformat(),
    "cause": "loop",
    "new_lead": {"name": "😀" * 50, "post": "😀" * 100},
    "live": 1,
    "stumbles": 9999,
    "enterprises": 9999,
    "comments": 9999,
    "verdict": "ineffective",
    "figures": _FIGURES,
    "is_own": True,
    "steps": [{"number": 20, "what": "😀" * 100, "due_on": DAY.isoformat(), "is": "overdue"}] * 4,
}  # fmt: skip


def told(notice: Notice) -> list[dict[str, Any]]:
    """Return what may differ in one kind of news about patches, so that each wording is tried."""
    plain = {
        "patch_title": "限期支付", "document_title": "通知", "document_no": "十二号", "clause": "第三条",
        "link": "", "change": "六十日内付清",
    }  # fmt: skip
    if notice is Notice.PATCH_JUDGED:
        return [plain | {"verdict": each, "figures": some} for each in _VERDICTS for some in (None, _FIGURES)]
    if notice is Notice.PATCH_STEPS:
        step = {"number": 1, "what": "起草", "due_on": DAY.isoformat()}
        steps = [step | {"is": each} for each in sorted(StepNews)]
        return [plain | {"steps": steps, "is_own": own, "count": 2} for own in (True, False)]
    if notice is Notice.PATCH_CHANGED:
        return [plain | {"live": live, "count": count} for live in (0, 1) for count in (1, 3)]
    return [plain] if notice in CASELESS | {Notice.PATCH_ASKED, Notice.STUMBLED} else [{}]


def a_patch(char: str = "补", state: str = "in_effect") -> Patch:
    """A patch of which everything is known."""
    return Patch(
        id=10**8, pattern_id=1, state=state, title=char * 60, cause="loop", owner_id=1, regions=["210000"],
        steps=[{"what": char * 100, "owner": 1, "due_on": DAY.isoformat(), "done_at": None}] * 20, due_on=DAY,
        document_no=char * 100, document_title=char * 200, clause=char * 100, link="", change=char * 300,
        effective_on=DAY, took_effect_at=NOW, evaluate_days=90, evaluate_at=NOW, looks=0, round=1,
    )  # fmt: skip


def a_view(char: str = "补", state: str = "in_effect") -> Shown:
    """The same as its owner sees it."""
    return Shown(
        row=a_patch(char, state), owner=Official(id=1, name=char * 50, post=char * 100), opened_by="督查室",
        affected=999, told=999, stumbled=999, stumblers=999, asked=999,
        comments=[Comment(char * 200, char * 2000, NOW)] * 20, stumbles=[], step_owners={},
    )  # fmt: skip


def _side(met: int) -> Side:
    seen = Exposure(met, 9340, 90)
    return Side(seen, effects.rate(seen), met, met, 1234.5, met)


EFFECTS = [None, Effect(_side(999), _side(0), None), Effect(_side(0), _side(999), None)]
LEAD = Desk(1, "柏知远", "副省长", "辽宁省人民政府", "210000")
VERBS = st.lists(st.sampled_from(PatchVerb), max_size=9)


def said(names: st.SearchStrategy[str]) -> dict[str, st.SearchStrategy[Speech]]:
    """Return every answer about patches."""
    rows = st.builds(a_patch, names.map(lambda name: name[:1] or "补"), st.sampled_from(PatchState))
    some = st.lists(rows, max_size=9)
    views = st.builds(a_view, names.map(lambda name: name[:1] or "补"), st.sampled_from(PatchState))
    ids, number = st.just(10**8), st.just(NUMBER)
    leads = names.map(lambda name: Desk(1, name[:50], name[:100], name[:100], "210000"))
    return {
        "patches": st.builds(say.patches, some, are_own=st.booleans()),
        "patch": st.builds(say.patch, views, st.sampled_from(EFFECTS), VERBS),
        "patch_asked_about": st.builds(say.patch_asked_about, views, st.sampled_from(EFFECTS), VERBS),
        "patch_just_moved": st.builds(say.patch_just_moved, rows, st.sampled_from(PatchVerb)),
        "patch_moved": st.builds(
            say.patch_moved, rows, st.sampled_from(PatchVerb), st.sampled_from([None, 0, 999])
        ),
        "patch_noted": st.builds(say.patch_noted, rows, st.sampled_from(PatchVerb)),
        "patch_incomplete": st.builds(
            say.patch_incomplete, rows, st.lists(st.sampled_from(NEEDED), min_size=1, max_size=3)
        ),
        "patch_day_refused": st.builds(say.patch_day_refused),
        "patch_not_now": st.builds(
            say.patch_not_now, st.sampled_from(PatchState), st.sampled_from(PatchVerb)
        ),
        "patch_not_yours": st.builds(say.patch_not_yours, st.sampled_from(PatchVerb)),
        "no_such_patch": st.builds(say.no_such_patch, are_own=st.booleans()),
        "patch_of_more_regions": st.builds(say.patch_of_more_regions, rows),
        "patch_waits": st.builds(say.patch_waits, rows),
        "why_patch": st.builds(
            say.why_patch, rows, st.sampled_from([PatchVerb.KEEP, PatchVerb.DROP, PatchVerb.GIVE])
        ),
        "patch_to_whom": st.builds(say.patch_to_whom, rows),
        "patch_which_lead": st.builds(
            say.patch_which_lead, rows, number, st.lists(leads, max_size=4), fitting=st.integers(0, 999)
        ),
        "patch_has_lead": st.builds(say.patch_has_lead, rows, leads),
        "patch_called_off": st.builds(say.patch_called_off, st.integers(1, 10**9)),
        "patch_given": st.builds(say.patch_given, rows, leads),
        "comment_in_words": st.builds(
            say.comment_in_words, rows, st.sampled_from(["voice", "image", "video"])
        ),
        "unstumble_which": st.builds(say.unstumble_which),
        "which_patch": st.builds(say.which_patch, some, are_own=st.booleans()),
        "patch_unread": st.builds(say.patch_unread, ids),
        "no_such_step": st.builds(say.no_such_step, rows),
        "nothing_to_cite": st.builds(say.nothing_to_cite, number),
        "cited_already": st.builds(say.cited_already, number),
        "unstumbled": st.builds(say.unstumbled, number),
        "not_stumbled": st.builds(say.not_stumbled, number),
        "comment_noted": st.builds(say.comment_noted, rows, is_guessed=st.booleans()),
        "comment_what": st.builds(say.comment_what, rows),
        "comments_over": st.builds(say.comments_over),
        "no_comment_of_yours": st.builds(say.no_comment_of_yours),
    }


def longest(char: str) -> dict[str, Speech]:
    """Return the answers that hold most."""
    return {
        "patches": say.patches([a_patch(char)] * 20, are_own=True),
        "which_patch": say.which_patch([a_patch(char)] * 20, are_own=True),
        "patch": say.patch(a_view(char), EFFECTS[1], list(PatchVerb)),
        "patch_asked_about": say.patch_asked_about(a_view(char), EFFECTS[1], list(PatchVerb)),
    }


def everything() -> list[Speech]:
    """Return all we can say about patches."""
    row = a_patch()
    return [
        *(say.patches(rows, are_own=own) for rows in ([], [row], [row] * 9) for own in (True, False)),
        *(say.patch(a_view(state=state), found, possible(state, role))
          for state in PatchState for found in EFFECTS for role in PatchRole),
        *(say.patch_moved(row, verb, asked) for verb in PatchVerb for asked in (None, 0, 7)),
        *(say.patch_just_moved(row, verb) for verb in PatchVerb),
        say.patch_asked_about(a_view(), None, possible(PatchState.DRAFTING, PatchRole.OWNER)),
        *(say.patch_noted(row, verb) for verb in PatchVerb), *(say.patch_not_yours(verb) for verb in PatchVerb),
        *(say.patch_incomplete(row, [name]) for name in NEEDED),
        *(say.patch_not_now(state, verb) for state in PatchState for verb in PatchVerb),
        say.patch_day_refused(), say.patch_unread(3), say.unstumble_which(), say.patch_of_more_regions(row),
        *(say.no_such_patch(are_own=own) for own in (True, False)),
        *(say.which_patch([row], are_own=own) for own in (True, False)),
        *(say.patch_waits(a_patch(state=state)) for state in PatchState),
        *(say.why_patch(row, verb) for verb in (PatchVerb.KEEP, PatchVerb.DROP, PatchVerb.GIVE)),
        say.patch_to_whom(row), say.patch_has_lead(row, LEAD), say.patch_given(row, LEAD), say.patch_called_off(7),
        *(say.patch_which_lead(row, "柏知远", desks, fitting=fitting)
          for desks in ([], [LEAD]) for fitting in (0, 1, 9)),
        *(say.comment_in_words(row, kind) for kind in ("voice", "image", "video")),
        say.no_such_step(row), say.nothing_to_cite(NUMBER), say.cited_already(NUMBER), say.unstumbled(NUMBER), say.not_stumbled(NUMBER),
        say.comment_noted(row, is_guessed=True), say.comment_noted(row, is_guessed=False),
        say.comment_what(row), say.comments_over(), say.no_comment_of_yours(), (say.citation(row),),
    ]  # fmt: skip
