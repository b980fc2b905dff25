"""The files of this repository as the architecture tests see them: what is ours, and nothing generated."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "handlers", "models", "config")
GENERATED = ("node_modules", "__pycache__", "vendor", "build", "dist", "artifacts")


def files(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[Path]:
    """Return our own files under `folders`, sorted, relative to the root; `.` is everything."""
    return sorted(path for folder in folders for path in _walk(ROOT / folder) if path.suffix in suffixes)


@cache
def source(path: Path) -> str:
    """Return the text of a file given relative to the root."""
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a Python file given relative to the root."""
    return ast.parse(source(path), filename=str(path))


def places(path: Path, pattern: str) -> list[str]:
    """Return `file:line: text` for every line of `path` in which the regular expression occurs."""
    return [
        f"{path}:{number}: {line.strip()}"
        for number, line in enumerate(source(path).splitlines(), start=1)
        if re.search(pattern, line)
    ]


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name in GENERATED:
            continue
        if path.is_dir():
            yield from _walk(path)
        else:
            yield path.relative_to(ROOT)
