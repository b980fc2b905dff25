"""The working days that are in force: by the notices that are shipped, and by those of the operator."""

from typing import Final

from config import catalog
from config.catalog import CalendarNotice
from models.rules.calendar import Calendar

_in_force: Final[list[tuple[tuple[CalendarNotice, ...], Calendar]]] = []


def calendar() -> Calendar:
    """Return the calendar of the notices that are in force now; made once for the same notices."""
    notices = catalog.calendar_overrides()
    if not _in_force or _in_force[0][0] is not notices:
        _in_force[:] = [(notices, Calendar(notices))]
    return _in_force[0][1]
