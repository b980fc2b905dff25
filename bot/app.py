"""Composition root of the web process: the webhook at the front, everything else behind it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final

from fastapi import FastAPI

from bot import learning, log
from bot.collector import spare_the_collector
from bot.orphans import when_orphaned
from bot.service import Service, build, courtesy_of, openness_of
from bot.web import health, wall
from bot.web.api import api
from bot.web.api.limits import Limits
from bot.web.api.parts import Parts
from bot.web.webhook import Receive, Scope, Send
from config import outlines
from config.settings import Settings

WEBHOOK: Final = "/wechat"


class Front:
    """Hands the platform's pushes straight to the webhook and the rest to the application.

    The webhook is the one hot path; the application's middleware would double what it costs.
    """

    def __init__(self, service: Service, app: FastAPI) -> None:
        self.service = service
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"] == WEBHOOK:
            await self.service.webhook(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def create_app(service: Service, *, with_worker: bool = True) -> Front:
    """Return the whole web process as an ASGI application; timers run where the worker runs."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with service.running(with_worker=with_worker):
            yield

    app = FastAPI(title="Liaison", lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.extend(health.router(service.database).routes)
    parts = parts_of(service)
    app.state.parts = parts
    app.mount("/api/v1", api(parts))
    drawn = service.settings.wall_map
    wall.install(app, None if drawn is None else outlines.read(drawn))
    return Front(service, app)


def parts_of(service: Service) -> Parts:
    """Return what the API and the pages work with."""
    return Parts(
        *(service.database, service.clock, service.client, service.phone_key),
        granted=courtesy_of(service.settings),
        limits=Limits(service.database, service.clock, service.settings.api_rate),
        openness=openness_of(service.settings),
        patch_days=service.settings.patch_days,
    )


def from_environment() -> Any:
    """Return the application as the environment describes it; what uvicorn's workers call."""
    settings = Settings()
    log.configure(settings.log_level, settings.log_format)
    learning.use_chosen_model(settings)
    app = create_app(build(settings), with_worker=settings.worker)
    spare_the_collector()
    # One of several workers leaves in good order when the process that started them was killed.
    when_orphaned(partial(os.kill, os.getpid(), signal.SIGTERM))
    return app
