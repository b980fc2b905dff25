"""When to try again what the network refused.

Pure: the moment and the jitter come in as arguments.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Failure(StrEnum):
    """A try that counts against a message.

    MISSED certainly did not arrive, DOUBTFUL may have. They are counted apart, as their patience differs;
    a pause (quota, credentials, a closed window) is neither.
    """

    MISSED = "missed"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class Policy:
    """How often and how patiently something is tried.

    `attempts` counts the first try too. The wait doubles from `first_wait` up to `longest_wait`.
    """

    attempts: int
    first_wait: timedelta
    longest_wait: timedelta

    def __post_init__(self) -> None:
        if self.attempts < 1 or not timedelta() < self.first_wait <= self.longest_wait:
            raise ValueError(f"no policy to live with: {self}")

    def next_attempt(self, attempts_made: int, now: datetime, jitter: float) -> datetime | None:
        """Return when to try again after `attempts_made` tries, or None to give up.

        `jitter` from 0 to 1 places the moment between half and all of the wait, so that what failed
        together is not tried again together.

        Raises:
            ValueError: nothing was tried yet, or `jitter` is out of bounds.
        """
        if attempts_made < 1 or not 0 <= jitter <= 1:
            raise ValueError(f"no attempt follows {attempts_made} tries with jitter {jitter}")
        if attempts_made >= self.attempts:
            return None
        return now + self.wait_after(attempts_made) * (0.5 + jitter / 2)

    def wait_after(self, attempts_made: int) -> timedelta:
        """Return the whole wait after `attempts_made` tries."""
        doublings = attempts_made - 1
        # Past this many doublings any wait is longer than the longest, and the product might overflow.
        if doublings >= (self.longest_wait // self.first_wait).bit_length():
            return self.longest_wait
        return min(self.first_wait * (1 << doublings), self.longest_wait)
