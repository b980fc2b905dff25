"""What a process does whose parent was killed: whoever is killed tells nobody to stop."""

from collections.abc import Callable
from multiprocessing import parent_process
from threading import Thread


def when_orphaned(act: Callable[[], object]) -> None:
    """Call `act` once the process that started this one as a part of itself has ended; never if none did."""
    parent = parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent.join, act), name="orphan", daemon=True).start()


def _follow(wait: Callable[[], object], act: Callable[[], object]) -> None:
    wait()
    act()
