"""What supervisors and owners do with a patch: open it, draft, consult, issue, put it in effect, begin anew.

Every function takes a patch that is locked (`patch_chain.locked`) and a hand. Nobody is told here but whoever
is to answer for it; timers tell everybody else (`patch_news`), so that a step costs the same however many
cases a patch is about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from models.actions.conversation import LOCAL, desk_or_office
from models.actions.outbox import Notice, tell
from models.actions.patch_chain import CLOCKWORK, Hand, born, record
from models.actions.patch_steps import planned
from models.queries.patch_asks import newest_cases
from models.queries.patches import issued_at
from models.queries.people import desk, official
from models.rules.patches import PatchRole, PatchState, PatchVerb, advance, begins, evaluated_at
from models.tables import (
    Official,
    OfficialKind,
    Patch,
    PatchAsk,
    Pattern,
)

SWEPT_FOR: Final = timedelta(days=1)
"""For so long after its day cases are looked for that were being compared meanwhile."""
INSTRUMENT: Final = ("document_no", "document_title", "clause", "link", "change", "effective_on")
NEEDED: Final = ("document_title", "change", "effective_on")
"""What must be known of a patch that is issued: what it says, where, and from when on."""


class NotWhole(ValueError):
    """A patch is to be issued of which something is not known yet."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"missing: {', '.join(missing)}")
        self.missing = tuple(missing)


class DayRefused(ValueError):
    """A patch is to take effect on a day that is over."""


class OwnerRefused(LookupError):
    """Whoever is to answer for a patch or a step of it is no leader in office."""


class NoSuchStep(LookupError):
    """A patch has no step of this number, or it is done."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a patch is opened with. `steps` are `{"what", "owner", "due_on"}`, an owner or None each."""

    title: str
    cause: str
    owner_id: int
    regions: tuple[str, ...]
    due_on: date
    evaluate_days: int
    steps: tuple[Mapping[str, Any], ...] = ()
    instrument: Mapping[str, Any] = field(default_factory=dict)


def open_patch(session: Session, pattern: Pattern, draft: Draft, by: Hand, *, now: datetime) -> Patch:
    """Open a patch from a pattern (立项); whoever is to answer for it is told.

    Raises:
        OwnerRefused: the owner, or that of a step, is no leader in office.
    """
    _in_office(session, [draft.owner_id, *(step["owner"] for step in draft.steps if step.get("owner"))])
    patch = Patch(
        pattern_id=pattern.id,
        state=PatchState.PROPOSED,
        title=draft.title,
        cause=draft.cause,
        owner_id=draft.owner_id,
        regions=sorted(set(draft.regions)),
        steps=[],
        due_on=draft.due_on,
        evaluate_days=draft.evaluate_days,
        created_at=now,
        key_id=by.id,
        round=1,
        looks=0,
        **_blank(draft.instrument),
    )
    planned(patch, [{**step, "done_at": None} for step in draft.steps])
    session.add(patch)
    session.flush()
    facts = {"cause": draft.cause, "owner": draft.owner_id, "regions": patch.regions, "pattern": pattern.id}
    event = born(session, patch, by, now=now, **facts, title=draft.title, due_on=draft.due_on.isoformat())
    _tell_owner(session, patch, event.seq, now)
    return patch


def move(session: Session, patch: Patch, verb: PatchVerb, by: Hand, *, now: datetime, note: str = "") -> None:
    """Take a step that needs nothing but perhaps a word: draft, evaluate, keep, drop, progress, restart.

    Raises:
        PatchNotPossible: the patch's state has no such step.
        PatchNotAllowed: the step is not for this hand.
    """
    record(session, patch, verb, by, now=now, **({"note": note} if note else {}))
    if verb is PatchVerb.EVALUATE:
        patch.evaluate_at = now
    if verb is PatchVerb.RESTART:
        patch.round, patch.looks, patch.evaluate_at = patch.round + 1, 0, None
    if verb in {PatchVerb.KEEP, PatchVerb.DROP}:
        patch.evaluate_at = None
    session.flush()


def amend(session: Session, patch: Patch, by: Hand, *, now: datetime, **facts: Any) -> None:
    """Say or correct what the patch says and does: what is given replaces what stood there.

    Raises:
        PatchNotPossible: it is issued already.
        PatchNotAllowed: the step is not for this hand.
        OwnerRefused: a step is given to nobody in office.
    """
    steps = facts.get("steps")
    if steps is not None:
        _in_office(session, [step["owner"] for step in steps if step.get("owner")])
        facts["steps"] = [{"done_at": None, **step} for step in steps]
    told = {name: _plain(value) for name, value in facts.items()}
    record(session, patch, PatchVerb.AMEND, by, now=now, **told)
    for name, value in facts.items():
        if name == "steps":
            planned(patch, value)
        else:
            setattr(patch, name, value)
    session.flush()


def do_step(session: Session, patch: Patch, number: int, by: Hand, *, now: datetime) -> None:
    """Say that a step, counted from one, is done.

    Raises:
        NoSuchStep: there is none of this number, or it was done before.
        PatchNotPossible: the patch was dropped.
    """
    if not 1 <= number <= len(patch.steps) or patch.steps[number - 1]["done_at"]:
        raise NoSuchStep(number)
    record(session, patch, PatchVerb.DO_STEP, by, now=now, step=number)
    steps = [dict(step) for step in patch.steps]
    steps[number - 1]["done_at"] = now.isoformat()
    planned(patch, steps)
    session.flush()


def consult(session: Session, patch: Patch, by: Hand, *, asks: bool, now: datetime) -> int:
    """Put a patch before those concerned (征求意见); return how many enterprises will be asked.

    With `asks` every enterprise with a case in the pattern and the patch's regions is, once, because of its
    newest case. A shielded case (保密) is none.
    """
    record(session, patch, PatchVerb.CONSULT, by, now=now, asks=asks)
    if not asks:
        return 0
    rows = [
        {
            "patch_id": patch.id,
            "round": patch.round,
            "enterprise_id": enterprise_id,
            "ticket_id": ticket_id,
            "words": "",
            "salt": "",
            "is_reported": False,
        }
        for enterprise_id, ticket_id in session.execute(newest_cases(patch))
    ]
    if rows:
        session.execute(insert(PatchAsk), rows)
    return len(rows)


def issue(session: Session, patch: Patch, by: Hand, *, now: datetime, **facts: Any) -> None:
    """Issue the document (印发); `facts` are what was not said of it before.

    Raises:
        NotWhole: title, change or day are not known.
        DayRefused: the day it takes effect is over.
        PatchNotPossible: those concerned have not been asked, or it is issued already.
    """
    advance(PatchState(patch.state), PatchVerb.ISSUE, by.role)
    whole = {name: facts.get(name) or getattr(patch, name) for name in INSTRUMENT}
    missing = [name for name in NEEDED if not whole[name]]
    if missing:
        raise NotWhole(missing)
    if whole["effective_on"] < now.astimezone(LOCAL).date():
        raise DayRefused(whole["effective_on"])
    for name, value in whole.items():
        setattr(patch, name, value)
    told = {name: _plain(value) for name, value in whole.items()}
    record(session, patch, PatchVerb.ISSUE, by, now=now, **told)


def take_effect(session: Session, patch: Patch, by: Hand = CLOCKWORK, *, now: datetime) -> None:
    """Put a patch in effect: by its day, or at once by whoever answers for it.

    From then on what comes stumbles over it; what came before is told of it by a timer. By its day it is in
    effect from the first moment of that day, though not before it was issued, however late this is done.
    """
    advance(PatchState(patch.state), PatchVerb.TAKE_EFFECT, by.role)
    since = now
    if by.role is PatchRole.SYSTEM and patch.effective_on is not None:
        since = min(now, max(begins(patch.effective_on), issued_at(session, patch.id)))
    patch.took_effect_at, patch.effective_on = since, since.astimezone(LOCAL).date()
    patch.evaluate_at = evaluated_at(since, patch.evaluate_days)
    patch.sweep_until = now + SWEPT_FOR
    record(session, patch, PatchVerb.TAKE_EFFECT, by, now=now, since=since.isoformat())


def give(
    session: Session, patch: Patch, to: int, reason: str, by: Hand, *, now: datetime, is_left: bool = False
) -> None:
    """Have another leader answer for a patch: they are told, and so is who did, unless the post `is_left`.

    Raises:
        OwnerRefused: they are no leader in office.
        PatchNotPossible: the patch was dropped.
    """
    _in_office(session, [to])
    former = [] if is_left else desk(session, patch.owner_id, now.astimezone(LOCAL).date())
    record(session, patch, PatchVerb.GIVE, by, now=now, to=to, reason=reason)
    patch.owner_id = to
    session.flush()
    once = f"{patch.round}:{to}:{now.timestamp():.0f}"
    told, lead = _tell_owner(session, patch, once, now), official(session, to)
    news = about_patch(patch) | {"new_lead": {"name": lead.name, "post": lead.post}, "reason": reason}
    others, key = [each for each in former if each not in told], f"patch:{patch.id}:passed:{once}"
    tell(session, others, Notice.PATCH_PASSED, news, ticket_id=None, event_id=None, now=now, key=key)


def about_patch(patch: Patch) -> dict[str, Any]:
    """What every piece of news says about its patch."""
    return {
        "patch": patch.id,
        "patch_title": patch.title,
        "document_no": patch.document_no,
        "document_title": patch.document_title,
        "clause": patch.clause,
        "link": patch.link,
        "change": patch.change,
        "since": None if patch.effective_on is None else patch.effective_on.isoformat(),
    }


def _tell_owner(session: Session, patch: Patch, once: object, now: datetime) -> Sequence[int]:
    news = about_patch(patch) | {"due_on": patch.due_on.isoformat(), "cause": patch.cause}
    told = desk_or_office(session, patch.owner_id, now).people
    key = f"patch:{patch.id}:given:{once}"
    tell(session, told, Notice.PATCH_GIVEN, news, ticket_id=None, event_id=None, now=now, key=key)
    return told


def _in_office(session: Session, official_ids: Sequence[int]) -> None:
    wanted = select(Official.id).where(
        Official.id.in_(official_ids), Official.is_active, Official.kind == OfficialKind.LEADER
    )
    found = set(session.scalars(wanted))
    for each in official_ids:
        if each not in found:
            raise OwnerRefused(each)


def _blank(instrument: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: instrument.get(name) or "" for name in INSTRUMENT if name != "effective_on"}
    return known | {"effective_on": instrument.get("effective_on")}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
