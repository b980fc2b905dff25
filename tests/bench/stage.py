"""Everything that is measured, up and running: echoes, the product on several databases, a sink."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench import population
from tests.bench.population import Scale
from tests.bench.pushes import Platform
from tests.bench.servers import CLIENT_CORE, Server, product, uvicorn
from tests.bench.trial import Subject

SMALL: Final = Scale(leaders=2_500, enterprises=50_000, contacts=50_000)
"""Nobody has written yet; enough people that each need write only once."""


@dataclass(frozen=True, slots=True)
class Stage:
    """The subjects, and what the large database holds."""

    echo: Subject
    lean: Subject
    plain: Subject
    delivering: Subject
    overloaded: Subject
    large: Subject
    large_rows: dict[str, int]

    def compared(self) -> tuple[Subject, ...]:
        """Return those that take part in every round, the yardstick first."""
        return (self.echo, self.lean, self.plain, self.delivering, self.large)


@dataclass(frozen=True, slots=True)
class _Builder:
    stack: ExitStack
    folder: Path
    platform: Platform
    sink: Server
    small: Path

    def echo(self, name: str, factory: str) -> Subject:
        server = self.stack.enter_context(uvicorn(f"echo:{factory}", self.platform.environment()))
        return Subject(name, server, self.platform, self._writers(self.small))

    def ours(self, name: str, path: Path, *options: str) -> Subject:
        server = self.stack.enter_context(product(environment(self.platform, path, self.sink), *options))
        sink = None if "--no-worker" in options else self.sink
        return Subject(name, server, self.platform, self._writers(path), path, sink)

    def copy(self, name: str) -> Path:
        return Path(shutil.copyfile(self.small, self.folder / f"{name}.db"))

    def _writers(self, path: Path) -> Iterator[str]:
        return iter(population.senders(path, SMALL.contacts))


def environment(platform: Platform, path: Path, sink: Server) -> dict[str, str]:
    """Return the settings of a product on the database at `path`."""
    return platform.environment() | {
        "LIAISON_DATABASE_URL": f"sqlite+aiosqlite:///{path}",
        "LIAISON_WECHAT_API_BASE": f"http://127.0.0.1:{sink.port}",
    }


@contextmanager
def set_up(large: Scale) -> Iterator[Stage]:
    """Build the databases, start all servers, and stop them at the end."""
    platform = Platform()
    large_path = _large(large)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="liaison-bench-")))
        sink = stack.enter_context(uvicorn("sink:sink", {}, core=CLIENT_CORE))
        small = folder / "small.db"
        population.fill(small, SMALL)
        build = _Builder(stack, folder, platform, sink, small)
        yield Stage(
            build.echo("echo: FastAPI + wechatpy", "wechatpy_echo"),
            build.echo("echo: FastAPI + bot.wechat", "lean_echo"),
            build.ours("ticket, serve --no-worker", build.copy("plain"), "--no-worker"),
            build.ours("ticket + its notices, serve", build.copy("delivering")),
            build.ours("overload", build.copy("overload"), "--no-worker"),
            build.ours("ticket, large database", large_path, "--no-worker"),
            population.rows(large_path),
        )


def _large(scale: Scale) -> Path:
    """Return the large database; making it takes minutes, so it is kept."""
    path = population.cached_path(scale)
    if not path.exists():
        print(f"Building {path} once ...", file=sys.stderr)
        population.make(path, scale)
    return path
