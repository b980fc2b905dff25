"""Tests use real things and always run: nothing is mocked, patched, skipped, slept through or let fail."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.tree import files, tree

FORBIDDEN_IMPORTS = {"mock", "unittest.mock", "pytest_mock", "respx"}
FORBIDDEN_NAMES = {
    "Mock", "MagicMock", "AsyncMock", "mocker", "xfail", "skip", "skipif", "skipUnless", "importorskip",
}  # fmt: skip
FORBIDDEN_METHODS = {"setattr", "delattr"}


def evasions(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield line and name of everything that makes a test prove less than it says."""
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, a.name) for a in names if a.name in FORBIDDEN_IMPORTS)
            case ast.ImportFrom(module=str(name)) if name in FORBIDDEN_IMPORTS:
                yield node.lineno, name
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in FORBIDDEN_NAMES:
                yield node.lineno, name
            case ast.Attribute(value=ast.Name(id="monkeypatch"), attr=name) if name in FORBIDDEN_METHODS:
                yield node.lineno, f"monkeypatch.{name}"
            case ast.Call() if sleeps(node):
                yield node.lineno, "sleep"


def sleeps(call: ast.Call) -> bool:
    """Tell whether `call` waits for time to pass; `asyncio.sleep(0)` only lets others run."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    return name == "sleep" and not (
        len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0
    )


def test_tests_evade_nothing() -> None:
    found = [
        f"{path}:{line}: {name}"
        for path in files("tests")
        if not path.is_relative_to("tests/bench")  # a benchmark paces its load by the clock
        for line, name in evasions(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "from unittest.mock import patch",
        "import unittest.mock",
        "monkeypatch.setattr(a, 'b', 1)",
        "pytest.skip('later')",
        "@pytest.mark.skipif(True, reason='')\ndef f(): ...",
        "pytest.importorskip('x')",
        "@pytest.mark.xfail\ndef f(): ...",
        "time.sleep(1)",
        "asyncio.sleep(0.1)",
    ],
)
def test_each_evasion_is_found(text: str) -> None:
    assert len(list(evasions(ast.parse(text)))) == 1


def test_yielding_to_others_is_no_sleep() -> None:
    assert list(evasions(ast.parse("asyncio.sleep(0)"))) == []
