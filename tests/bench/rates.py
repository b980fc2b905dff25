"""What an answer with rates or the wall chart takes, at the API of the large database."""

import asyncio
import secrets
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from typing import Final, NamedTuple

import httpx

from bot.collector import spare_the_collector
from bot.web.api import api
from bot.web.api.parts import Parts
from models.actions import access
from models.rules.phones import PhoneKey
from models.session import Database

QUESTIONS: Final = {
    "rates by type": "/rates?by=type",
    "rates by region": "/rates?by=region",
    "rates by stage": "/rates?by=stage",
    "rates by month": "/rates?by=month",
    "rates by owner": "/rates?by=owner",
    "rates of a year": "/rates?by=type&since={year}&until={week}",
    "rates of a city": "/rates?by=owner&region=210100",
    "wall": "/wall",
}
TIMES: Final = 100


class Taken(NamedTuple):
    """Milliseconds that one answer took: by the clock, and of computing."""

    clock: float
    cpu: float


def times(path: Path, count: int = TIMES) -> dict[str, list[Taken]]:
    """Return what each answer takes, asked one after the other by a key for the whole province."""
    database = Database(f"sqlite:///{path}")
    found = asyncio.run(_times(database, count))
    database.dispose()
    return found


async def _times(database: Database, count: int) -> dict[str, list[Taken]]:
    raw = secrets.token_urlsafe(32)
    with database.transaction() as session:
        access.create_key(session, raw, name="bench", role="viewer", region=None, now=datetime.now(UTC))
    app = api(Parts(database, lambda: datetime.now(UTC), None, PhoneKey(secrets.token_bytes(32))))
    headers = {"Authorization": f"Bearer {raw}"}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bench", headers=headers) as client:
        for _, question in _questions():
            await _asked(client, question)  # statements are compiled once a process
        spare_the_collector()  # as the served process does
        return {
            name: [await _asked(client, question) for _ in range(count)] for name, question in _questions()
        }


def p99(found: Sequence[float]) -> float:
    """Return the time that one in a hundred answers takes longer than."""
    return quantiles(found, n=100)[98]


def _questions() -> Iterator[tuple[str, str]]:
    today = datetime.now(UTC).date()
    days = {"year": today - timedelta(days=380), "week": today - timedelta(days=9)}
    for name, question in QUESTIONS.items():
        yield name, question.format(**days)


async def _asked(client: httpx.AsyncClient, question: str) -> Taken:
    began, used = time.perf_counter(), time.process_time()
    answer = await client.get(question)
    taken = Taken((time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000)
    answer.raise_for_status()
    return taken
