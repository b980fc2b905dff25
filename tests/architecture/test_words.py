"""Words in their places: Chinese where we speak, no machine's paths, nothing unfinished.

Everything said to people stands in `handlers/say.py`; the words we understand stand in `understanding`, names
and sources in the catalogue, and the simulator's pages speak for the platform. Elsewhere Chinese may gloss a
term in a comment or docstring, but no string of the program holds any: it could be said.
"""

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.tree import ROOMS, files, places, tree

CHINESE = r"[\u3400-\u9fff\uf900-\ufaff]"
SPEAKERS = ("handlers/say.py", "handlers/understanding", "config/catalog", "bot/simulator")
TEXTS = (".py", ".md", ".toml", ".yaml", ".yml", ".html", ".js", ".css", ".txt", ".ini")
MACHINE_PATHS = r"(?<![\w.])/(work|farm|root|home|Users|tmp/(lab|plan|bash_jobs))/"
UNFINISHED = r"\b(TO[D]O|FIX[M]E|XX[X])\b|Not[I]mplemented|\bpas[s]  #"


def sayings(module: ast.Module) -> list[tuple[int, str]]:
    """Return line and text of every Chinese string in `module` that is no docstring."""
    remarks = {id(node.value) for node in ast.walk(module) if isinstance(node, ast.Expr)}
    return [
        (node.lineno, node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in remarks
        if re.search(CHINESE, node.value)
    ]


def test_chinese_is_spoken_only_where_we_speak() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path in files(*ROOMS)
        if not any(path.is_relative_to(speaker) for speaker in SPEAKERS)
        for line, text in sayings(tree(path))
    ]
    assert found == []


def test_a_saying_is_found_and_a_gloss_is_not() -> None:
    module = ast.parse('"""Tickets (诉求)."""\nreply = f"{number} 已受理"  # 受理\n')
    assert sayings(module) == [(2, " 已受理")]


def test_no_path_of_a_machine_is_written_down() -> None:
    found = [place for path in files(".", suffixes=TEXTS) for place in places(path, MACHINE_PATHS)]
    assert found == []


def test_nothing_is_unfinished() -> None:
    found = [place for path in files(".", suffixes=TEXTS) for place in places(path, UNFINISHED)]
    assert found == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (MACHINE_PATHS, f"see {Path('/', 'home', 'someone', 'notes')}"),
        (UNFINISHED, "# TO" + "DO later"),
        (UNFINISHED, "raise Not" + "ImplementedError"),
        (UNFINISHED, "pas" + "s  # for now"),
    ],
)
def test_each_pattern_finds_what_it_is_for(pattern: str, line: str, tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(f"{line}\nnothing of the kind\n", encoding="utf-8")
    assert places(sample, pattern) == [f"{sample}:1: {line}"]
