"""Work in pieces at once: whoever ends leaves nobody behind, and what went wrong is told."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.spread import at_once
from models.rules.lifecycle import NotPossible, Status, Verb
from models.session import Database
from tests.architecture.tree import ROOT

PATIENCE = 30.0
ENDLESS = """
import sys, time
from tests.unit.bot.test_spread import pid
from bot.spread import at_once
from models.session import Database
if __name__ == "__main__":
    with at_once(Database(sys.argv[1]), 2) as each:
        print(*each(pid, range(2)), flush=True)
        time.sleep(600)
"""


def pid(_database: Database, _piece: int) -> int:
    return os.getpid()


def odd(_database: Database, _piece: int) -> None:
    raise NotPossible(Status.OPEN, Verb.MERGE)


def test_what_cannot_travel_is_told_in_words(sqlite_url: str) -> None:
    with at_once(Database(sqlite_url), 1) as each, pytest.raises(RuntimeError, match="NotPossible"):
        list(each(odd, [1]))


def test_nobody_outlives_a_parent_that_was_killed(sqlite_url: str, tmp_path: Path) -> None:
    script = tmp_path / "endless.py"
    script.write_text(ENDLESS, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script), sqlite_url],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        children = [int(each) for each in parent.stdout.readline().split()]
        assert all(map(is_alive, children))
        parent.send_signal(signal.SIGKILL)
    until(lambda: not any(map(is_alive, children)))


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(is_true: Callable[[], object]) -> None:
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not is_true():
        assert time.monotonic() < end
        pause.wait(0.05)
