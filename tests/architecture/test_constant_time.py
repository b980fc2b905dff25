"""What proves a push genuine is compared in constant time: never with == or != (bot/wechat/signature.py).

An ordinary comparison ends at the first difference, and its time tells a patient stranger how far a guess was
right. So in `bot/wechat` nothing named like a proof or a secret stands beside ==, != or `in`, and the one
comparison that counts is `hmac.compare_digest`.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.tree import files, tree

SECRET = re.compile(
    r"sign|claim|secret|digest|hash|hmac|mac\b|token\b|aes_?key|password|echostr", re.IGNORECASE
)
LOOSE = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)
OURS = {"token.value == stale", "token.value != stale"}
"""Our own access token beside the one the platform has just refused: no stranger guesses at either."""


def words(node: ast.expr) -> Iterator[str]:
    """Yield every name that takes part in an expression, keys of mappings included."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name
            case ast.Constant(value=str(name)):
                yield name


def loose_comparisons(module: ast.Module) -> list[tuple[int, str]]:
    """Return line and text of each comparison that is not in constant time and touches a secret."""
    return [
        (node.lineno, ast.unparse(node))
        for node in ast.walk(module)
        if isinstance(node, ast.Compare) and any(isinstance(each, LOOSE) for each in node.ops)
        if any(SECRET.search(name) for operand in (node.left, *node.comparators) for name in words(operand))
    ]


def constant_comparisons(module: ast.Module) -> list[str]:
    """Return the calls of `compare_digest`, spelled out."""
    return [
        ast.unparse(node)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "hmac.compare_digest"
    ]


def test_no_proof_and_no_secret_is_compared_with_an_ordinary_operator() -> None:
    found = [
        f"{path}:{line}: {text}"
        for path in files("bot/wechat")
        for line, text in loose_comparisons(tree(path))
        if text not in OURS
    ]
    assert found == []


def test_signature_is_compared_in_constant_time_and_in_one_place() -> None:
    compared = {str(path): constant_comparisons(tree(path)) for path in files("bot/wechat")}
    assert {path: calls for path, calls in compared.items() if calls} == {
        "bot/wechat/signature.py": ["hmac.compare_digest(_raw(claimed), sign(*parts).encode())"]
    }


def test_account_asks_for_that_comparison_in_one_place() -> None:
    checks = [
        node
        for node in ast.walk(tree(Path("bot/wechat/account.py")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "is_genuine"
    ]
    assert len(checks) == 1


@pytest.mark.parametrize(
    "text",
    [
        "claimed == sign(*parts)",
        "sign(a) != b",
        'query["msg_signature"] == x',
        'query.get("signature") != x',
        "self._token == x",
        "x in {secret}",
        "a < b == digest",
        "hmac.digest(k, m, 'sha1') == x",
        "aes_key == x",
    ],
)
def test_each_loose_comparison_is_found(text: str) -> None:
    assert loose_comparisons(ast.parse(text)) != []


@pytest.mark.parametrize(
    "text", ["hmac.compare_digest(a, sign(b))", "code == 0", "path == TOKEN_PATH", "len(token) <= 3"]
)
def test_other_comparisons_are_let_be(text: str) -> None:
    assert loose_comparisons(ast.parse(text)) == []
