"""Servers under measurement: processes of their own on one core, and what the kernel says they cost.

The client keeps the other core. CPU is user and system time of the whole process tree, from /proc.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Final

ROOT: Final = Path(__file__).parents[2]
CORES: Final = sorted(os.sched_getaffinity(0))
SERVER_CORE: Final = CORES[0]
CLIENT_CORE: Final = CORES[-1]
TICK: Final = 1 / os.sysconf("SC_CLK_TCK")
UVICORN: Final = ("--no-access-log", "--log-level=warning", "--no-server-header", "--no-date-header")


def memory(which: str, pid: int | str = "self") -> float:
    """Return the memory of a process in MiB: `VmRSS` now, `VmHWM` at most so far.

    What `getrusage` says of the most is inherited from whoever started the process.
    """
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{which}:")) / 1024


def take_client_core() -> None:
    """Keep this process, the client, off the servers' core."""
    os.sched_setaffinity(0, {CLIENT_CORE})


@dataclass
class Server:
    """A running server."""

    process: "subprocess.Popen[bytes]"
    port: int
    ready_after: float
    """Seconds from exec to the first good answer."""

    def cpu(self) -> float:
        """Return the CPU seconds that the process and its children have used."""
        return sum(_cpu_of(pid) for pid in _tree(self.process.pid))

    def rss(self) -> float:
        """Return the resident memory of process and children in MiB."""
        return sum(memory("VmRSS", pid) for pid in _tree(self.process.pid))


@contextmanager
def product(environment: Mapping[str, str], *options: str) -> Iterator[Server]:
    """Run `liaison serve` with these settings until the block ends."""
    with _running("/readyz", environment, "bot", "serve", *options, core=SERVER_CORE) as server:
        yield server


@contextmanager
def uvicorn(application: str, environment: Mapping[str, str], *, core: int = SERVER_CORE) -> Iterator[Server]:
    """Serve an application factory of the benchmark the way the product serves itself."""
    target = f"tests.bench.{application}"
    with _running(None, environment, "uvicorn", "--factory", *UVICORN, target, core=core) as server:
        yield server


@contextmanager
def _running(ready: str | None, environment: Mapping[str, str], *command: str, core: int) -> Iterator[Server]:
    port = _free_port()
    with TemporaryFile() as words:
        started = time.perf_counter()
        process = _start([sys.executable, "-m", *command, f"--port={port}"], environment, core, words)
        try:
            if not _is_up(process, port, ready):
                words.seek(0)
                raise RuntimeError(f"{command} did not start:\n{words.read().decode(errors='replace')}")
            yield Server(process, port, time.perf_counter() - started)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def _start(
    command: Sequence[str], environment: Mapping[str, str], core: int, words: IO[bytes]
) -> "subprocess.Popen[bytes]":
    """Start a process that is on `core` from its first instruction, with no settings but these."""
    mine = os.sched_getaffinity(0)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")}
    os.sched_setaffinity(0, {core})
    try:
        return subprocess.Popen(command, cwd=ROOT, env=clean | dict(environment), stdout=words, stderr=words)
    finally:
        os.sched_setaffinity(0, mine)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_up(process: "subprocess.Popen[bytes]", port: int, ready: str | None) -> bool:
    """Wait up to a minute until the server accepts connections, and answers `ready` with 200 if that is given."""
    until = time.perf_counter() + 60
    while time.perf_counter() < until and process.poll() is None:
        if _answers(port, ready):
            return True
        time.sleep(0.01)
    return False


def _answers(port: int, ready: str | None) -> bool:
    if ready is None:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:  # HTTPError and URLError are OSErrors
        return False


def _tree(root: int) -> list[int]:
    """Return `root` and its living descendants."""
    parents = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            parents[int(entry.name)] = int(fields[1])
    found = [root]
    for pid in found:
        found.extend(child for child, parent in parents.items() if parent == pid)
    return found


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; none if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _cpu_of(pid: int) -> float:
    fields = _stat(pid)
    return sum(int(field) for field in fields[11:15]) * TICK if fields else 0.0


def cpu_of_machine() -> float:
    """Return the CPU seconds that the whole machine has used."""
    first = Path("/proc/stat").read_text(encoding="utf-8").partition("\n")[0].split()[1:]
    user, nice, system, _idle, _wait, irq, softirq = (int(field) for field in first[:7])
    return (user + nice + system + irq + softirq) * TICK
