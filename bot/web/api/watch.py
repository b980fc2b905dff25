"""Waiting for something to happen: one look at the end of the feed every half second for all who wait.

Whoever waits holds neither a thread nor a connection, only a place in a set.
"""

import asyncio
from typing import Final

from models.queries import feed
from models.session import TROUBLE, Database

POLL: Final = 0.5
"""Seconds between looks; other processes write too, so nobody here can ring."""

Position = tuple[int, int]


class Watch:
    """Wakes those who wait once the feed of events goes beyond the place they know."""

    def __init__(self, database: Database, *, poll: float = POLL) -> None:
        self._database = database
        self._poll = poll
        self._waiting: dict[asyncio.Future[None], Position] = {}
        self._looking: asyncio.Task[None] | None = None

    async def beyond(self, place: Position, seconds: float) -> bool:
        """Return True once something lies behind `place`, False if nothing does for so many seconds."""
        mine = asyncio.get_running_loop().create_future()
        self._waiting[mine] = place
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(seconds):
                await mine
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(mine, None)
            if not self._waiting:
                self._looking.cancel()
        return True

    async def _look(self) -> None:
        """Look as long as anybody waits."""
        while self._waiting:
            try:
                end = await asyncio.to_thread(self._end)
            except TROUBLE:
                end = (0, 0)  # who looks themselves will hear of it
            for one, place in list(self._waiting.items()):
                if end > place and not one.done():
                    one.set_result(None)
            await asyncio.sleep(self._poll)

    def _end(self) -> Position:
        with self._database.reading() as session:
            return feed.end_of_events(session)
