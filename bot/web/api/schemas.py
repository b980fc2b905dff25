"""What goes in and out of `/api/v1`: shapes only. Unknown fields are refused, texts are capped.

Texts hold no control characters: PostgreSQL keeps no NUL, and a line break in a name forges lines
elsewhere.
"""

from datetime import datetime
from typing import Annotated, Any, Final, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from bot.web.api.paging import LARGEST
from config.catalog import Stage
from models.actions.deliveries import Fate
from models.rules.lifecycle import Status, Verb
from models.rules.lifecycle import Role as ActorRole
from models.tables import Delivery, OfficialKind, Side

_PLAIN: Final = r"^[^\x00-\x1f\x7f]*$"


def _text(longest: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=1, max_length=longest, pattern=_PLAIN)


Id = Annotated[int, Field(ge=1, le=LARGEST)]
IdInPath = Annotated[int, Path(ge=1, le=LARGEST)]
NumberInPath = Annotated[str, Path(max_length=24, description="As people know it: digits ending in a check digit.")]
RegionCode = Annotated[str, Field(pattern="^[0-9]{6}$", description="GB/T 2260", examples=["210100"])]
