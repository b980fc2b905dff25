"""What may be wrong with a cell of a list that is imported, and how that is said. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Wrong(StrEnum):
    """What is wrong with a cell."""

    MISSING = "missing"
    TOO_LONG = "too-long"
    CONTROL = "control-character"
    CREDIT_CODE = "credit-code"
    REGION = "unknown-region"
    WHICH_REGION = "ambiguous-region"
    OTHER_REGION = "other-region"
    KIND = "unknown-kind"
    STAGE = "unknown-stage"
    TAIL = "phone-tail"
    LEADER_MISSING = "leader-missing"
    LEADER_TOO_MANY = "leader-not-wanted"
    REPEATED = "repeated"
    CODE_TAKEN = "credit-code-taken"
    NO_LEADER = "no-such-leader"
    WHICH_LEADER = "ambiguous-leader"
    WHICH_OFFICIAL = "ambiguous-official"
    NO_ENTERPRISE = "no-such-enterprise"
    OTHER_KIND = "kind-differs"
    OTHER_LEADER = "leader-differs"
    LEFT = "has-left"
    PAIRED = "already-paired"
    FULL = "too-many-pairings"


SAYS: Final[Mapping[Wrong, str]] = {
    Wrong.MISSING: "is empty",
    Wrong.TOO_LONG: "is too long",
    Wrong.CONTROL: "holds a line break or another control character",
    Wrong.CREDIT_CODE: "is no unified social credit code: 18 characters, the last checks the others; "
    "keep the column as text",
    Wrong.REGION: "names no region: a code such as 210100, or a name",
    Wrong.WHICH_REGION: "names more than one region: put the city's name before it, or give the code",
    Wrong.OTHER_REGION: "lies outside the region of this key",
    Wrong.KIND: "is neither a leader, an aide nor a supervisor",
    Wrong.STAGE: "is no stage: start-up, growing or mature",
    Wrong.TAIL: "must be the last four digits of a number; keep the column as text",
    Wrong.LEADER_MISSING: "is empty: an aide works for a leader",
    Wrong.LEADER_TOO_MANY: "must be empty: only an aide works for a leader",
    Wrong.REPEATED: "stands in this file before",
    Wrong.CODE_TAKEN: "belongs to an enterprise outside the region of this key",
    Wrong.NO_LEADER: "is no leader in office",
    Wrong.WHICH_LEADER: "is the name of more than one leader: add department and region",
    Wrong.WHICH_OFFICIAL: "is on the roster more than once in this department and region",
    Wrong.NO_ENTERPRISE: "belongs to no enterprise on the roster: import enterprises first",
    Wrong.OTHER_KIND: "differs from the roster, and a list does not change it",
    Wrong.OTHER_LEADER: "differs from the roster, and a list does not change it",
    Wrong.LEFT: "is of an official who has left office",
    Wrong.PAIRED: "belongs to an enterprise in another leader's care",
    Wrong.FULL: "is of a leader who looks after 20 enterprises already",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where: rows are counted as a spreadsheet shows them."""

    row: int
    column: str
    wrong: Wrong

    @property
    def says(self) -> str:
        """What is wrong, as the end of a sentence that begins with the column."""
        return SAYS[self.wrong]


class Refused(ValueError):
    """A cell that cannot be meant."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong)
        self.wrong = wrong
