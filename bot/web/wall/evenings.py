"""Which evening of the past somebody asks for: the wall as it stood at the end of a day that is over."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import BeforeValidator

from models.rules.counting import SHANGHAI


def _none(value: Any) -> Any:
    return value or None


PastDay = Annotated[date | None, BeforeValidator(_none)]
"""A day, or nothing for now."""


def evening(day: date | None, now: datetime) -> datetime | None:
    """Return the last moment of a day; None if it is not over, so that now is meant."""
    if day is None or day >= now.astimezone(SHANGHAI).date():
        return None
    return datetime.combine(day, time.max, SHANGHAI)
