"""The fields and bases that the shapes of `/api/v1` are made of.

Texts are capped and hold no control characters: PostgreSQL keeps no NUL, and a line break in a name forges
lines elsewhere.
"""

from typing import Annotated, Any, Final, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from bot.web.api.paging import LARGEST

_NO_NUL: Final = r"^[^\x00]*$"
_PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"
_LINES: Final = r"^[^\x00-\x09\x0b-\x1f\x7f]*$"


def _text(longest: int, pattern: str = _PLAIN) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest, pattern=pattern)


Id = Annotated[int, Field(ge=1, le=LARGEST)]
IdInPath = Annotated[int, Path(ge=1, le=LARGEST)]
NumberInPath = Annotated[
    str, Path(max_length=24, description="As people know it: digits that end in a check digit.")
]
Number = Annotated[
    str, Field(max_length=24, description="As people know it: digits that end in a check digit.")
]
RegionCode = Annotated[str, Field(pattern="^[0-9]{6}$", description="GB/T 2260.", examples=["210100"])]
CreditCode = Annotated[
    str, Field(min_length=18, max_length=18, pattern="^[0-9A-Z]*$", description="GB 32100-2015.")
]
TypeCode = Literal["policy", "factors", "approval", "arrears", "ip", "chain", "other"]

Words = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, min_length=2, max_length=500, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
    ),
    Field(description="Read by everybody concerned, and kept with the name of the key."),
]
SearchText = Annotated[str, _text(50)]
ShortText = Annotated[str, _text(50)]
Title = Annotated[str, _text(100)]
LongName = Annotated[str, _text(200)]
Story = Annotated[str, _text(2000, _LINES)]
"""What somebody has to say; lines may end with LF."""
Note = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000, pattern=_NO_NUL)
]


class Sent(BaseModel):
    """A body somebody sends us."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """A body we send."""

    model_config = ConfigDict(from_attributes=True, frozen=True)
