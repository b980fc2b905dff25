"""An enterprise asks when nothing shall ring, and how much may on one day (免打扰)."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models.rules.disturbance import Quiet
from models.session import core
from models.tables import OwnCourtesy

_DIALECTS: Final[dict[str, Any]] = {"sqlite": sqlite, "postgresql": postgresql}


def ask_for_quiet(
    session: Session, enterprise_id: int, quiet: Quiet, *, person_id: int, now: datetime
) -> None:
    """Somebody of the enterprise says when nothing shall ring; the budget stays."""
    _ask(session, enterprise_id, now, person_id=person_id, **_minutes(quiet))


def ask_for_budget(
    session: Session, enterprise_id: int, budget: int, *, person_id: int, now: datetime
) -> None:
    """Somebody of the enterprise says how many unasked messages a day may come; the hours stay."""
    _ask(session, enterprise_id, now, person_id=person_id, budget=budget)


def settle(
    session: Session,
    enterprise_id: int,
    *,
    quiet: Quiet | None,
    budget: int | None,
    now: datetime,
    person_id: int | None = None,
    key_id: int | None = None,
) -> None:
    """Say both at once, by a person of the enterprise or a key of the API; None is as for everybody."""
    values = _minutes(quiet) | {"budget": budget, "key_id": key_id}
    _ask(session, enterprise_id, now, person_id=person_id, **values)


def _minutes(quiet: Quiet | None) -> dict[str, Any]:
    if quiet is None:
        return {"quiet_from": None, "quiet_to": None}
    return {"quiet_from": quiet.begins, "quiet_to": quiet.ends}


def _ask(session: Session, enterprise_id: int, now: datetime, **values: Any) -> None:
    """Change what is given and leave the rest; two at once wait for one another."""
    changed = {"key_id": None, "changed_at": now} | values
    insert = _DIALECTS[core(session).dialect.name].insert(OwnCourtesy)
    row = insert.values(enterprise_id=enterprise_id, **changed)
    session.execute(row.on_conflict_do_update(index_elements=["enterprise_id"], set_=changed))
    session.expire_all()
