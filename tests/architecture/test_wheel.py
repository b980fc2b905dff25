"""What is installed elsewhere is whole, and needs nothing but what it asks for."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path
from zipfile import ZipFile

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOMS, ROOT, files, tree

HOW_MANY_WE_KNOW = 400


def test_wheel_holds_every_file_of_the_rooms(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("liaison-*.whl")
    with ZipFile(wheel) as held:
        names = set(held.namelist())
    wanted = {
        str(path.relative_to(ROOT))
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert len(wanted) > HOW_MANY_WE_KNOW
    assert wanted - names == set()


def test_rooms_import_only_what_is_installed_with_them() -> None:
    """But for training, which says so itself where it is asked for without."""
    installed, trained = set(_closure("liaison")), set(_closure("liaison", "train"))
    providers = packages_distributions()
    missing = {
        (str(path), name)
        for path in files(*ROOMS)
        for name in _imported(tree(path))
        if name not in sys.stdlib_module_names and name not in ROOMS
        if not {canonicalize_name(each) for each in providers.get(name, ())}
        & (trained if path.stem.startswith(("train", "fit")) else installed)
    }
    assert missing == set()
    assert {"fastapi", "sqlalchemy"} <= installed
    assert "pytest" not in trained


def _imported(module: ast.Module) -> Iterator[str]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def _closure(name: str, *extras: str) -> Iterator[str]:
    """Yield the names of all distributions that installing `name` with `extras` brings here."""
    seen: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [(name, extras)]
    while waiting:
        asked = waiting.pop()
        if asked in seen:
            continue
        seen.add(asked)
        try:
            needs = requires(asked[0]) or []
        except PackageNotFoundError:  # of another platform
            continue
        yield canonicalize_name(asked[0])
        for need in map(Requirement, needs):
            markers = [
                need.marker is None or need.marker.evaluate({"extra": each}) for each in ("", *asked[1])
            ]
            if any(markers):
                waiting.append((need.name, tuple(need.extras)))
