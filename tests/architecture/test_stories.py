"""Every story of docs/stories.md is told by a test that exists."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOT, source, tree

PAGE = Path("docs/stories.md")
ROW = re.compile(r"^\| (?P<title>[^|]+) \| (?P<tests>`[^|]+`) \|$", re.MULTILINE)
TEST = re.compile(r"`(?P<path>tests/[\w/]+\.py)::(?P<name>\w+)`")
AT_LEAST = 20
NAMED = (
    "Two tickets in one chat",
    "A wrong classification is corrected",
    "The leader is on leave",
    "A unit refuses to help, another accepts",
    "A refusal, an appeal",
    "Rebound after 29 days",
    "Rebound after 31 days",
    "Taken back within two minutes",
    "Taken back after two minutes",
    "Unfollowed in the middle of a case",
    "A verified call",
    "A fake call",
    "Budget exhausted, parked, delivered",
)
"""What every city asks for first."""


def told() -> dict[str, list[tuple[str, str]]]:
    """Return the tests of each story on the page."""
    return {
        row["title"].strip(): [(each["path"], each["name"]) for each in TEST.finditer(row["tests"])]
        for row in ROW.finditer(source(PAGE))
    }


def functions(path: Path) -> set[str]:
    """Return the names of the functions of a file of tests."""
    return {node.name for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef)}


def test_every_test_named_on_the_page_exists() -> None:
    for title, tests in told().items():
        assert tests, title
        for path, name in tests:
            assert (ROOT / path).is_file(), (title, path)
            assert name in functions(Path(path)), (title, path, name)


def test_page_names_no_test_outside_its_table() -> None:
    assert len(TEST.findall(source(PAGE))) == sum(len(tests) for tests in told().values())


def test_named_stories_are_there_and_at_least_twenty_in_all() -> None:
    assert [title for title in NAMED if title not in told()] == []
    assert len(told()) >= AT_LEAST
