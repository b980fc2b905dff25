"""The access token in the shared database, so that all processes use one."""

import asyncio
from datetime import datetime
from typing import Final

from bot.wechat.tokens import Token
from models.actions import leases
from models.session import Database

_LEASE: Final = "token:"


class DatabaseTokenStore:
    """A `TokenStore` kept in the database. One account a store."""

    def __init__(self, database: Database, app_id: str) -> None:
        self._database = database
        self._app_id = app_id

    async def read(self) -> Token | None:
        """Return the token saved last, expired or not."""
        return await asyncio.to_thread(self._read)

    async def acquire(self, holder: str, *, now: datetime, until: datetime) -> bool:
        """Give `holder` the refresher's lease until `until`; False while another holder's has not lapsed."""
        return await asyncio.to_thread(self._acquire, holder, now, until)

    async def save(self, token: Token, holder: str) -> None:
        """Replace the token, and end the lease if it is still `holder`'s."""
        await asyncio.to_thread(self._save, token, holder)

    async def give_up(self, holder: str) -> None:
        """End the lease if it is `holder`'s, who has no token to save."""
        await asyncio.to_thread(self._give_up, holder)

    def _read(self) -> Token | None:
        with self._database.reading() as session:
            shared = leases.read_token(session, self._app_id)
        return None if shared is None else Token(shared.value, shared.expires_at)

    def _acquire(self, holder: str, now: datetime, until: datetime) -> bool:
        with self._database.transaction() as session:
            return leases.acquire(session, _LEASE + self._app_id, holder, now=now, until=until)

    def _save(self, token: Token, holder: str) -> None:
        with self._database.transaction() as session:
            leases.save_token(session, self._app_id, leases.SharedToken(token.value, token.expires_at))
            leases.release(session, _LEASE + self._app_id, holder)

    def _give_up(self, holder: str) -> None:
        with self._database.transaction() as session:
            leases.release(session, _LEASE + self._app_id, holder)
