"""The time on the desk: real time plus an offset, or a time that stands still until it is moved.

The product under test is handed the same object, so that windows, tokens and working-day clocks agree.
"""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the time when called; `frozen_at` stops it there, otherwise it runs beside real time."""

    def __init__(self, frozen_at: datetime | None = None) -> None:
        self._frozen = None if frozen_at is None else _aware(frozen_at)
        self._offset = timedelta()

    def __call__(self) -> datetime:
        """Return the present moment, aware and in UTC."""
        if self._frozen is not None:
            return self._frozen
        return datetime.now(UTC) + self._offset

    def advance(self, step: timedelta) -> datetime:
        """Move by `step` and return the new moment."""
        if self._frozen is not None:
            self._frozen += step
        else:
            self._offset += step
        return self()

    def set(self, moment: datetime) -> datetime:
        """Move to `moment` (aware) and return it."""
        return self.advance(_aware(moment) - self())


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
