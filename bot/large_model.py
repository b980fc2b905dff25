"""A large model behind any OpenAI-compatible endpoint: asked once, briefly, about texts made fit to leave.

Off unless an address and a model are set. What it says is one code, one sentence or nothing. An endpoint in
trouble is left alone for a while. Neither a text nor an answer is ever logged.
"""

import asyncio
import json
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import httpx
import structlog
from pydantic import SecretStr

from bot import metrics
from bot.wechat.connections import Connections
from config.settings import Settings
from handlers.understanding.suggesting import messages, suggested

log: Final = structlog.get_logger()

ALLOWED: Final = 10.0
"""Seconds for one question, from the look-up of the host to the last byte of the answer."""
MOST: Final = 64 * 1024
"""Bytes of an answer that are read; a longer one is none."""
LONGEST_ANSWER: Final = 160
"""Tokens. A code takes a dozen, a sentence of sixty characters a hundred at most."""
PATIENCE: Final = 3
"""Failures in a row after which the endpoint is left alone."""
FIRST_REST: Final = timedelta(seconds=30)
LONGEST_REST: Final = timedelta(minutes=15)
GRACE: Final = 5.0
"""Seconds beyond its own limit after which an answer is given up, should the event loop have died."""
_PATH: Final = "/chat/completions"

Question = list[dict[str, str]]
"""The messages of a chat completion, each with its role and content."""


class Unanswered(Exception):
    """The endpoint gave no answer; the words say why, and nothing of what was asked or said."""


class LargeModel:
    """Answers one question at a time: the type of a text, the stone of several."""

    def __init__(
        self,
        url: str,
        name: str,
        key: SecretStr | None,
        clock: Callable[[], datetime],
        *,
        allowed: float = ALLOWED,
    ) -> None:
        self.name = name
        self.allowed = allowed
        self._url = url if url.endswith(_PATH) else url + _PATH
        self._key = key
        self._clock = clock
        self._failures = 0
        self._rests_until: datetime | None = None

    @property
    def rests(self) -> bool:
        """Whether the endpoint is left alone now, because it failed several times in a row."""
        return self._rests_until is not None and self._clock() < self._rests_until

    async def named(self, text: str) -> str | None:
        """Return the type that the model names for a prepared text; None if it names none, fails or rests."""
        return await self.told(messages(text), suggested)

    async def told(self, question: Question, read: Callable[[str], str | None]) -> str | None:
        """Return what `read` finds in the answer; None if it finds nothing, or the model fails or rests."""
        if self.rests:
            metrics.LARGE_MODEL.labels("resting").inc()
            return None
        began = time.perf_counter()
        try:
            answer = await self.ask(question)
        except Unanswered as failure:
            self._fail()
            log.warning("large_model_failed", reason=str(failure), failures=self._failures)
            metrics.LARGE_MODEL.labels("failed").inc()
            return None
        finally:
            metrics.LARGE_MODEL_SECONDS.observe(time.perf_counter() - began)
        self._failures, self._rests_until = 0, None
        found = read(answer)
        if found is None:
            log.warning("large_model_unreadable", characters=len(answer))
        metrics.LARGE_MODEL.labels("unreadable" if found is None else "named").inc()
        return found

    async def ask(self, question: Question) -> str:
        """Ask once, whether the endpoint rests or not; return what the model wrote.

        Raises:
            Unanswered: no answer in time, or none that is one.
        """
        try:
            async with asyncio.timeout(self.allowed):
                return _written(await self._post(question))
        except Unanswered:
            raise
        except TimeoutError:
            raise Unanswered("no answer in time") from None
        except Exception as error:  # noqa: BLE001 -- whatever breaks there, we go on without a word
            raise Unanswered(type(error).__name__) from None

    async def _post(self, question: Question) -> bytes:
        asked = {
            "model": self.name,
            "messages": question,
            "temperature": 0,
            "max_tokens": LONGEST_ANSWER,
            "stream": False,
        }
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key.get_secret_value()}"
        body = json.dumps(asked).encode()
        async with (
            httpx.AsyncClient(
                transport=Connections(most=1), trust_env=False, timeout=self.allowed, follow_redirects=False
            ) as http,
            http.stream("POST", self._url, content=body, headers=headers) as answer,
        ):
            if answer.status_code != httpx.codes.OK:
                raise Unanswered(f"HTTP {answer.status_code}")
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise Unanswered("an answer that is packed")
            return await _whole(answer)

    def _fail(self) -> None:
        self._failures += 1
        beyond = self._failures - PATIENCE
        if beyond >= 0:
            self._rests_until = self._clock() + min(FIRST_REST * 2 ** min(beyond, 10), LONGEST_REST)


def large_model_of(settings: Settings, clock: Callable[[], datetime]) -> LargeModel | None:
    """Return the large model if an address and a name are set, else None: then no text leaves."""
    if settings.llm_url is None or settings.llm_model is None:
        return None
    return LargeModel(settings.llm_url, settings.llm_model, settings.llm_key, clock)


async def _whole(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_raw():
        body += part
        if len(body) > MOST:
            raise Unanswered("an answer that is too long")
    return bytes(body)


def _written(body: bytes) -> str:
    """Return what the model wrote, from the endpoint's JSON."""
    try:
        written = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise Unanswered("an answer of another form") from None
    if not isinstance(written, str):
        raise Unanswered("an answer of another form")
    return written
