"""How content an enterprise may say it is. Silence is none of these, and is never counted as one."""

from enum import StrEnum
from typing import Final


class Rating(StrEnum):
    """Satisfied, fairly satisfied, not satisfied (满意, 基本满意, 不满意)."""

    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    DISSATISFIED = "dissatisfied"


CONTENT: Final = frozenset({Rating.SATISFIED, Rating.FAIRLY})
"""What counts as satisfied or better in the rate."""
