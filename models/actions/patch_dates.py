"""What happens to a patch because a day has come: it takes effect, is judged, its steps are due or late."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.actions.conversation import LOCAL, desk_or_office, watchers
from models.actions.outbox import Notice, tell
from models.actions.patch_chain import CLOCKWORK, record
from models.actions.patch_steps import warn
from models.actions.patches import about_patch, take_effect
from models.actions.striking import Key, is_open, one_by_one
from models.queries.patch_effects import as_json, effect
from models.rules import effects
from models.rules.effects import Verdict
from models.rules.patches import PatchState, PatchVerb
from models.tables import Patch

_FOUND: Final = {
    Verdict.EFFECTIVE: PatchVerb.FIND_EFFECTIVE,
    Verdict.INEFFECTIVE: PatchVerb.FIND_INEFFECTIVE,
    Verdict.UNCLEAR: PatchVerb.LOOK_AGAIN,
}
_WATCHED: Final = (PatchState.IN_EFFECT, PatchState.EVALUATING)


def strike(session: Session, now: datetime, *, limit: int) -> int:
    """Put patches in effect whose day has come, judge those whose time is over, and tell of late steps."""
    today = now.astimezone(LOCAL).date()
    due = select(Patch.id).where(Patch.state == PatchState.ISSUED, Patch.effective_on <= today)
    done = one_by_one(session, "patches", _some(session, due, limit), lambda key: _begin(session, key, now))
    if done or not is_open(now):
        return done
    over = select(Patch.id).where(Patch.evaluate_at <= now, Patch.state.in_(_WATCHED))
    done = one_by_one(session, "patches", _some(session, over, limit), lambda key: _judge(session, key, now))
    if done:
        return done
    late = select(Patch.id).where(Patch.step_on <= today, Patch.state != PatchState.DROPPED)
    return one_by_one(session, "patches", _some(session, late, limit), lambda key: _warn(session, key, now))


def _some(session: Session, wanted: Select[Any], limit: int) -> Sequence[Key]:
    return session.execute(wanted.order_by(Patch.id).limit(limit)).all()


def _taken(session: Session, patch_id: int) -> Patch | None:
    wanted = select(Patch).where(Patch.id == patch_id).with_for_update(key_share=True, skip_locked=True)
    return session.scalars(wanted, execution_options={"populate_existing": True}).one_or_none()


def _begin(session: Session, key: Key, now: datetime) -> bool:
    patch = _taken(session, key[0])
    if patch is None or patch.state != PatchState.ISSUED:
        return False
    take_effect(session, patch, now=now)
    return True


def _judge(session: Session, key: Key, now: datetime) -> bool:
    """Ask the figures; where they do not tell yet, they are asked again after as long a time."""
    patch = _taken(session, key[0])
    if patch is None or patch.evaluate_at is None or patch.evaluate_at > now:
        return False
    figures = effect(session, patch, now)
    if patch.state == PatchState.IN_EFFECT:
        record(session, patch, PatchVerb.EVALUATE, CLOCKWORK, now=now)
    patch.looks += 1
    verdict = effects.judge(None if figures is None else figures.ratio, look=patch.looks)
    told = None if figures is None else as_json(figures)
    record(session, patch, _FOUND[verdict], CLOCKWORK, now=now, look=patch.looks, figures=told)
    unclear = verdict is Verdict.UNCLEAR
    patch.evaluate_at = now + timedelta(days=patch.evaluate_days) if unclear else None
    session.flush()
    if not unclear:
        _tell(session, patch, verdict, told, now)
    return True


def _warn(session: Session, key: Key, now: datetime) -> bool:
    patch = _taken(session, key[0])
    if patch is None or patch.step_on is None or patch.step_on > now.astimezone(LOCAL).date():
        return False
    warn(session, patch, now)
    return True


def _tell(
    session: Session, patch: Patch, verdict: Verdict, figures: dict[str, Any] | None, now: datetime
) -> None:
    """Tell whoever answers for a patch, and the supervisors of its regions, what came of it.

    The figures are of all its regions: who watches over some of them hears only whether it has worked.
    """
    above = [watchers(session, region, now) for region in patch.regions]
    over_all = [each for each in above[0] if all(each in some for some in above)]
    whole = dict.fromkeys([*desk_or_office(session, patch.owner_id, now).people, *over_all])
    partly = dict.fromkeys(each for some in above for each in some if each not in whole)
    news = about_patch(patch) | {"verdict": verdict}
    key = f"patch:{patch.id}:{patch.round}:{patch.looks}:judged"
    for told, seen in ((whole, figures), (partly, None)):
        said = news | {"figures": seen}
        tell(session, told, Notice.PATCH_JUDGED, said, ticket_id=None, event_id=None, now=now, key=key)
