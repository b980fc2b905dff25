"""`/healthz` (the process lives), `/readyz` (it can do its work), `/metrics`."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot import metrics
from bot.wechat.errors import is_of_account
from models.queries.outbox import counts, last_try
from models.queries.schema import is_current
from models.session import Database


def router(database: Database) -> APIRouter:
    """Return the routes for machines that watch us."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    async def healthz() -> dict[str, str]:
        """Alive."""
        return {"status": "ok"}

    @routes.get("/readyz")
    async def readyz() -> JSONResponse:
        """Able to store a message: the database answers and has today's tables."""
        problem = await asyncio.to_thread(_problem, database)
        if problem is None:
            return JSONResponse({"status": "ready"})
        return JSONResponse({"status": "not ready", "problem": problem}, status_code=503)

    @routes.get("/metrics")
    async def metrics_() -> Response:
        """Counters of this process, and the outbox by state."""
        await asyncio.to_thread(_count_outbox, database)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return routes


class _Guest(uvicorn.Server):
    """A server inside somebody else's loop: signals are its host's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them alone."""
        yield


@asynccontextmanager
async def answering(database: Database, host: str, port: int | None) -> AsyncIterator[None]:
    """Answer those who watch a process that serves nothing else, while the block lasts; no port: nothing.

    Raises:
        SystemExit: the port is taken.
    """
    if port is None:
        yield
        return
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.extend(router(database).routes)
    server = _Guest(uvicorn.Config(app, host=host, port=port, log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _problem(database: Database) -> str | None:
    try:
        with database.reading() as session:
            return None if is_current(session) else "the database is not migrated: run `liaison migrate`"
    except SQLAlchemyError as error:
        return f"the database does not answer: {type(error).__name__}"


def _count_outbox(database: Database) -> None:
    try:
        with database.reading() as session:
            for state, count in counts(session).items():
                metrics.OUTBOX.labels(state).set(count)
            last = last_try(session)
            code = 0 if last is None else last.code or 0
            metrics.ACCOUNT_REFUSED.set(code if is_of_account(code) else 0)
    except SQLAlchemyError:
        metrics.OUTBOX.clear()
