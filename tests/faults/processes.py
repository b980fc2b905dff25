"""The product as an operator runs it: `python -m bot …` in processes that can be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[2]
PATIENCE = 20.0


def until(is_true: Callable[[], object], *, within: float = PATIENCE) -> None:
    """Wait until a fact is true in the real system; fail after `within` seconds."""
    pause, end = threading.Event(), time.monotonic() + within
    while not is_true():
        if time.monotonic() > end:
            raise AssertionError(f"not true within {within} s: {is_true}")
        pause.wait(0.01)


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Process:
    """One command of the product; it may be started again after it ended. Its log is kept over all lives."""

    command: tuple[str, ...]
    environment: Mapping[str, str]
    log: Path
    lives: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def start(self) -> None:
        """Start it; return at once."""
        with self.log.open("ab") as stderr:
            self.lives.append(
                subprocess.Popen(
                    [sys.executable, "-m", "bot", *self.command],
                    cwd=ROOT,
                    env={**_inherited(), **self.environment},
                    stdin=subprocess.DEVNULL,
                    stdout=stderr,
                    stderr=stderr,
                    start_new_session=True,  # so that what it starts ends with it
                )
            )

    @property
    def pid(self) -> int:
        """The number of its present or last life."""
        return self.lives[-1].pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and has not ended."""
        return bool(self.lives) and self.lives[-1].poll() is None

    def kill(self) -> int:
        """End it and what it started as a power cut would (SIGKILL); return the number it had."""
        os.killpg(self.pid, signal.SIGKILL)
        self.lives[-1].wait(PATIENCE)
        return self.pid

    def terminate(self, *, within: float) -> int:
        """Ask it to leave (SIGTERM); return its exit code, or fail if it stays longer than `within` seconds."""
        self.lives[-1].send_signal(signal.SIGTERM)
        return self.lives[-1].wait(within)

    def stop(self) -> None:
        """Make sure that it does not run."""
        if self.is_running:
            self.kill()

    def said(self) -> list[str]:
        """Return the lines of its log so far."""
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def events(self) -> list[dict[str, Any]]:
        """Return those lines that are structured, in order."""
        return [json.loads(line) for line in self.said() if line.startswith("{")]


class Web(Process):
    """`liaison serve`, on a port that it keeps over all lives."""

    port: int = 0

    @classmethod
    def on_free_port(cls, *options: str, environment: Mapping[str, str], log: Path) -> "Web":
        """Prepare one; it is not started yet."""
        port = free_port()
        web = cls(("serve", "--port", str(port), *options), environment, log)
        web.port = port
        return web

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def wait_ready(self, *, within: float = PATIENCE) -> None:
        """Wait until it can store messages; fail after `within` seconds."""
        with httpx.Client(base_url=self.url, trust_env=False, timeout=5) as http:
            until(lambda: self._status(http, "/readyz") == httpx.codes.OK, within=within)

    def _status(self, http: httpx.Client, path: str) -> int | None:
        if not self.is_running:
            raise AssertionError("\n".join(["the process has ended:", *self.said()[-20:]]))
        try:
            return http.get(path).status_code
        except httpx.TransportError:
            return None


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")}
