"""The rooms point one way: the contracts of pyproject.toml hold, and would be seen to break."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOMS, ROOT

LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False, timeout=120
    )


def test_walls_hold() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_walls_break_when_a_room_imports_the_one_above_it(tmp_path: Path) -> None:
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "config" / "astray.py").write_text("import bot\n", encoding="utf-8")

    result = lint(tmp_path)

    assert result.returncode == 1
    assert "Rooms point one way BROKEN" in result.stdout
