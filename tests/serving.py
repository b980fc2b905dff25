"""Web applications on ports of this machine, in one background thread, that start and leave at once."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self, TypeVar

import httpx
import uvicorn

T = TypeVar("T")

PATIENCE = 10.0
GLANCE = 0.001
TRUSTED = httpx.create_ssl_context(trust_env=False)
"""Made once: reading all authorities takes as long as starting a server."""


class _Server(uvicorn.Server):
    """A uvicorn server inside somebody else's loop: signals are not its business."""

    def __init__(self, app: Any) -> None:
        super().__init__(uvicorn.Config(app, host="127.0.0.1", port=0, log_config=None))
        self.ready, self.leaving = asyncio.Event(), asyncio.Event()

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """Serve until told to leave; uvicorn looks at a flag ten times a second."""
        await self.on_tick(0)
        await self.leaving.wait()

    async def shutdown(self, sockets: Any = None) -> None:
        """Leave as uvicorn does, in the same order, without its naps of a tenth of a second."""
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        async with asyncio.timeout(PATIENCE):
            await _glance()  # whoever was let in last becomes a connection
            while self.server_state.connections or self.server_state.tasks:
                for connection in list(self.server_state.connections):
                    connection.shutdown()
                await _glance()
        await self.lifespan.shutdown()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def _glance() -> None:
    """Let the loop go on for a moment; uvicorn tells nobody when its last connection is gone."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GLANCE):
            await asyncio.Event().wait()


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine there and return what it gives."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def close(self) -> None:
        """Stop the loop and its thread."""
        self.run(self.loop.shutdown_default_executor())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(timeout=10)
        self.loop.close()


@dataclass
class Server:
    """A web application answering on a port of this machine."""

    loop: Loop
    server: _Server
    task: "asyncio.Task[None]"

    @classmethod
    def start(cls, loop: Loop, app: Any) -> Self:
        """Start serving and return once connections are accepted."""

        async def started() -> tuple[_Server, "asyncio.Task[None]"]:
            server = _Server(app)
            task = asyncio.create_task(server.serve())
            waiting = asyncio.create_task(server.ready.wait())
            await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            return server, task

        return cls(loop, *loop.run(started()))

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.server.port}"

    def stop(self) -> None:
        """Stop it the way SIGTERM would."""

        async def stopped() -> None:
            self.server.leaving.set()
            await self.task

        self.loop.run(stopped())


def client_of(server: Server) -> httpx.Client:
    """Return a client of a server, for the thread of the test."""
    return httpx.Client(base_url=server.url, verify=TRUSTED, trust_env=False, timeout=60)
