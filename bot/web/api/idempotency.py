"""A POST that is sent twice with one `Idempotency-Key` happens once and is answered the same twice.

The key is taken, the work done and the answer kept in one transaction: a second request at the same time
waits for the first, and a first that failed leaves nothing behind. Refusals are not kept.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from bot.web.api.auth import Caller, allowed_to
from bot.web.api.parts import Parts, PartsHere
from models.actions import access
from models.rules.permissions import Deed
from models.tables import IdempotentAnswer

Work = Callable[[Session, datetime], BaseModel]


@dataclass(frozen=True, slots=True)
class Kept:
    """The answer to a request: of now, or of the first time."""

    status: int
    body: Mapping[str, Any]
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Once:
    """One POST of one caller, to be carried out once."""

    parts: Parts
    caller: Caller
    path: str
    key: str | None

    def do(
        self, asked: BaseModel | None, work: Work, *, status: int = 201, unseen: Sequence[str] = ()
    ) -> Kept:
        """Carry the request out, or return what came of it the first time. Commits.

        Fields `unseen` later are secrets: they are shown the first time and kept nowhere, so that a repeat
        has null in their place.

        Raises:
            KeyReused: the idempotency key came before, with another path or body.
        """
        now = self.parts.clock()
        with self.parts.database.transaction() as session:
            first = self._first(session, asked, now)
            if first is not None:
                self.parts.about.is_repeat = True
                return Kept(first.status, first.body, is_repeat=True)
            body = work(session, now).model_dump(mode="json")
            if status == 201:  # noqa: PLR2004 -- Created
                self.parts.about.made = body.get("id", body.get("number"))
            if self.key is not None:
                kept = body | dict.fromkeys(unseen)
                access.keep_answer(session, self.caller.key_id, self.key, status=status, body=kept)
        return Kept(status, body, is_repeat=False)

    def answer(
        self, asked: BaseModel | None, work: Work, *, status: int = 201, unseen: Sequence[str] = ()
    ) -> JSONResponse:
        """Do it once and answer with what came of it."""
        return self.response(self.do(asked, work, status=status, unseen=unseen))

    def response(self, kept: Kept) -> JSONResponse:
        """Return a kept answer; a repeated one says so, and what was created says where it is."""
        headers = {"Idempotent-Replayed": "true"} if kept.is_repeat else {}
        if kept.status == 201:  # noqa: PLR2004 -- Created
            name = kept.body["id"] if "id" in kept.body else kept.body["number"]
            headers["Location"] = f"{self.path}/{name}"
        return JSONResponse(dict(kept.body), kept.status, headers)

    def _first(self, session: Session, asked: BaseModel | None, now: datetime) -> IdempotentAnswer | None:
        if self.key is None:
            return None
        request = f"{self.path}\n{'' if asked is None else asked.model_dump_json()}"
        # Keyed, because a body may hold a phone number, which a plain hash of eleven digits does not hide.
        secret = self.caller.secret.encode("utf-8", "surrogatepass")
        digest = hmac.digest(secret, request.encode(), hashlib.sha256).hex()
        return access.first_answer(session, self.caller.key_id, self.key, digest=digest, now=now)


_Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="A word of your own: sent again with it, the request changes nothing.",
    ),
]


def _once_for(deed: Deed) -> Callable[[Request, Parts, Caller, str | None], Once]:
    def once(
        request: Request,
        parts: PartsHere,
        caller: Annotated[Caller, Depends(allowed_to(deed))],
        idempotency_key: _Key = None,
    ) -> Once:
        return Once(parts, caller, request.url.path, idempotency_key)

    return once


OnceHere = Annotated[Once, Depends(_once_for(Deed.WRITE))]
OnceByOffice = Annotated[Once, Depends(_once_for(Deed.REGISTER))]
ManagedOnce = Annotated[Once, Depends(_once_for(Deed.MANAGE))]
DecidedOnce = Annotated[Once, Depends(_once_for(Deed.DECIDE))]
"""The same for a supervisor's decision."""
ForgottenOnce = Annotated[Once, Depends(_once_for(Deed.FORGET))]
"""The same for what takes away who a person was."""
