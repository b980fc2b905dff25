"""A browser without scripts at the wall chart: it keeps cookies, sends forms, and follows nothing by itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

import httpx

from bot.app import create_app
from tests.contracts.api.desk import Desk

SAME_ORIGIN = {"sec-fetch-site": "same-origin"}


@dataclass
class Visitor:
    """Somebody before the wall."""

    desk: Desk
    web: httpx.AsyncClient

    @classmethod
    @contextmanager
    def at(cls, desk: Desk) -> Iterator[Self]:
        """Come to the wall of a desk."""
        transport = httpx.ASGITransport(create_app(desk.service, with_worker=False))
        visitor = cls(desk, httpx.AsyncClient(transport=transport, base_url="http://wall"))
        yield visitor
        desk.loop.run(visitor.web.aclose())

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Open an address."""
        return self.desk.loop.run(self.web.get(path, headers=headers))

    def part(self, path: str) -> httpx.Response:
        """Have htmx fetch a part of a page."""
        return self.get(path, **{"hx-request": "true"})

    def post(self, path: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form."""
        return self.desk.loop.run(self.web.post(path, data=form, headers=SAME_ORIGIN | headers))

    def sign_in(self, key: str) -> httpx.Response:
        """Sign in with a key."""
        return self.post("/wall/sign-in", {"key": key})
