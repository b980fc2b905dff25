"""What the endpoints of `/api/v1` are given to work with.

An endpoint opens its transaction itself, inside its own body, and so holds a connection on one thread from
begin to commit. As a dependency with `yield` the transaction would begin and end in other threads of the
pool than the endpoint: with more requests at once than threads, those that wait for a connection would
hold all threads, and those that have one could not go on. A commit that fails in the body is also a 500
by itself, whatever the framework does at the end of a dependency.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from bot.web.api.limits import Limits
from bot.web.api.watch import Watch
from bot.web.api.watched import About, Watched
from bot.wechat.client import Client
from models.rules.disturbance import GRANTED, Courtesy
from models.rules.phones import PhoneKey
from models.rules.webhooks import CLOSED, Openness
from models.session import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """Database, clock, the way to the platform if there is one, the key of phone numbers, our courtesy.

    `patch_days` after it took effect it is asked whether a patch has worked. Without `limits` nobody counts
    requests.
    """

    database: Database
    clock: Callable[[], datetime]
    client: Client | None
    phone_key: PhoneKey
    granted: Courtesy = GRANTED
    limits: Limits | None = None
    openness: Openness = CLOSED
    patch_days: int = 90
    about: About = field(default_factory=About)


def parts_of(request: Request) -> Parts:
    """Return what there is to work with: a database in which nothing is changed off the record."""
    parts: Parts = request.app.state.parts
    about: About = request.state.about
    return replace(parts, database=Watched(parts.database, about, parts.clock), about=about)


PartsHere = Annotated[Parts, Depends(parts_of)]


def _watch(request: Request) -> Watch:
    watch: Watch = request.app.state.watch
    return watch


WatchHere = Annotated[Watch, Depends(_watch)]
"""What wakes those who wait for events."""
