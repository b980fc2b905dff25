"""Steps of a patch that are due or late: whoever has one is told once of each, in office hours.

A late step is also told to whoever answers for the patch. A step is marked in the transaction that tells.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from models.actions.conversation import LOCAL, desk_or_office
from models.actions.outbox import Notice, tell
from models.queries.workdays import calendar
from models.rules.patches import StepNews, next_told, step_is
from models.tables import Patch

NAMED: Final = 4
"""Steps that a message names; the rest is counted."""


def planned(patch: Patch, steps: Iterable[Mapping[str, Any]]) -> None:
    """Have a patch take these steps; what was told of one that stays as it was is not told again."""
    told = {_same(each): each["told"] for each in patch.steps or () if each.get("told")}
    patch.steps = [
        {**each, "told": told[_same(each)]} if _same(each) in told else dict(each) for each in steps
    ]
    patch.step_on = next_told(patch.steps, _worked)


def warn(session: Session, patch: Patch, now: datetime) -> None:
    """Tell who has a step of a locked patch that is due or late, and mark it."""
    today = now.astimezone(LOCAL).date()
    stand = [step_is(each, today, _worked) for each in patch.steps]
    theirs: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    for number, (step, late) in enumerate(zip(patch.steps, stand, strict=True), 1):
        if late is not None:
            whose = {step.get("owner") or patch.owner_id} | (
                {patch.owner_id} if late is StepNews.OVERDUE else set()
            )
            for each in sorted(whose):
                theirs[each].append(
                    {"number": number, "what": step["what"], "due_on": step["due_on"], "is": late}
                )
    for official_id, steps in theirs.items():
        news = {
            "patch": patch.id,
            "patch_title": patch.title,
            "is_own": official_id == patch.owner_id,
            "count": len(steps),
            "steps": steps[:NAMED],
        }
        people = desk_or_office(session, official_id, now).people
        key = f"patch:{patch.id}:steps:{official_id}:{now.timestamp():.0f}"
        tell(session, people, Notice.PATCH_STEPS, news, ticket_id=None, event_id=None, now=now, key=key)
    patch.steps = [
        each if late is None else {**each, "told": late}
        for each, late in zip(patch.steps, stand, strict=True)
    ]
    patch.step_on = next_told(patch.steps, _worked)
    session.flush()


def _same(step: Mapping[str, Any]) -> tuple[Any, ...]:
    return step["what"], step.get("owner"), step.get("due_on")


def _worked(day: date) -> date:
    return calendar().add_working_days(day, 0)
