"""The four rooms are ours, hold no lumber room, and every file in them can be read in one sitting."""

import importlib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, ROOT, files, source

LUMBER = {"util", "utils", "helper", "helpers", "common"}
LONGEST_FILE = 300
PHRASE_BOOK = "handlers/say.py"
"""Every word we say stands in this one file, however long it gets; nothing in it decides anything."""


@pytest.mark.parametrize("room", ROOMS)
def test_room_is_ours_and_no_package_of_the_same_name(room: str) -> None:
    assert importlib.import_module(room).__file__ == str(ROOT / room / "__init__.py")


def test_nothing_is_called_utils() -> None:
    named = {path for path in files(*ROOMS, "tests") if LUMBER & {path.stem, *path.parent.parts}}
    assert named == set()


def test_files_are_short() -> None:
    generated = Path("models/migrations/versions")
    lengths = {
        str(path): source(path).count("\n") for path in files(*ROOMS) if not path.is_relative_to(generated)
    }
    del lengths[PHRASE_BOOK]
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_FILE} == {}
