"""Bad days on order: what goes wrong, where, and how often.

API faults are keyed by path; push faults concern the next message of anyone, or the next notice to anyone.
"""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What can be made to go wrong."""

    ERRCODE = "errcode"  # the call is refused with `errcode`, nothing happens
    LATENCY = "latency"  # the call waits `seconds` first
    BAD_GATEWAY = "http_502"  # an HTML page instead of the API, nothing happens
    TRUNCATED = "truncated"  # the call works, half the answer arrives
    RESET = "reset"  # the call works, the connection breaks before the answer
    TEXT_PLAIN = "text_plain"  # the call works, its JSON calls itself text/plain
    REJECT_TOKENS = "reject_tokens"  # 40001 for every access token
    DUPLICATE_PUSH = "duplicate_push"  # a message answered well is pushed once more
    CONCURRENT_PUSH = "concurrent_push"  # a message is pushed twice at the same moment
    REORDERED_PUSH = "reordered_push"  # a message is held back until a later one was pushed
    SAME_SECOND = "same_second"  # a push bears the CreateTime of its sender's last one
    SAME_ID = "same_id"  # a message bears the MsgId of the last message, whoever sent that
    NOTICE_LOST = "notice_lost"  # a notice is accepted, and reported as failed with `errcode`
    SKEW = "skew"  # timestamp and CreateTime of a push are off by `seconds`


PUSH_FAULTS = frozenset(
    {
        FaultKind.DUPLICATE_PUSH,
        FaultKind.CONCURRENT_PUSH,
        FaultKind.REORDERED_PUSH,
        FaultKind.SAME_SECOND,
        FaultKind.SAME_ID,
        FaultKind.NOTICE_LOST,
        FaultKind.SKEW,
    }
)


@dataclass(slots=True)
class Fault:
    """One fault: `times` more calls of paths that begin with `path`; None means until cleared."""

    kind: FaultKind
    path: str = "/cgi-bin/"
    times: int | None = 1
    errcode: int = -1
    seconds: float = 0.0


class Faults:
    """The faults in force, first ordered first used."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(
        self,
        kind: FaultKind | str,
        path: str = "/cgi-bin/",
        *,
        times: int | None = 1,
        errcode: int = -1,
        seconds: float = 0.0,
    ) -> None:
        """Order a fault.

        Raises:
            ValueError: there is no such kind.
        """
        self._faults.append(Fault(FaultKind(kind), path, times, errcode, seconds))

    def clear(self) -> None:
        """Make everything well again."""
        self._faults.clear()

    def take_call(self, path: str) -> list[Fault]:
        """Return the faults that a call of `path` meets: one of each kind at most."""
        if not self._faults:
            return []
        met: dict[FaultKind, Fault] = {}
        for fault in self._faults:
            if fault.kind not in PUSH_FAULTS and fault.kind not in met and path.startswith(fault.path):
                met[fault.kind] = fault
        return [self._use(fault) for fault in met.values()]

    def take_push(self, kind: FaultKind) -> Fault | None:
        """Return the push fault of that kind if one is in force."""
        for fault in self._faults:
            if fault.kind == kind:
                return self._use(fault)
        return None

    def listing(self) -> list[dict[str, Any]]:
        """Return what is still in force, as JSON."""
        return [asdict(fault) for fault in self._faults]

    def _use(self, fault: Fault) -> Fault:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault
