"""One unit of work has one commit, and it is spelled in models/session.py (ADR 0002)."""

import ast
import re
from pathlib import Path

from tests.architecture.tree import ROOMS, files, tree

THE_ONE = Path("models/session.py")
SPELLED_IN_CODE = {"commit", "begin", "begin_nested"}
SPELLED_IN_SQL = re.compile(r"\s*(BEGIN|COMMIT|SAVEPOINT)\b")


def ends_of_transactions(module: ast.Module) -> list[int]:
    """Return the lines that start or end a transaction, by method call or by SQL text."""
    return [
        node.lineno
        for node in ast.walk(module)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in SPELLED_IN_CODE
        )
        or (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and SPELLED_IN_SQL.match(node.value)
        )
    ]


def test_transactions_begin_and_end_only_in_session() -> None:
    elsewhere = [
        f"{path}:{line}"
        for path in files(*ROOMS)
        if path != THE_ONE
        for line in ends_of_transactions(tree(path))
    ]
    assert elsewhere == []


def test_session_is_where_the_commit_is() -> None:
    assert ends_of_transactions(tree(THE_ONE)) != []


def test_every_spelling_of_a_commit_is_found() -> None:
    spellings = [
        "session.commit()",
        "with sessions.begin(): ...",
        'c.execute("COMMIT")',
        'c.execute("BEGIN IMMEDIATE")',
    ]
    assert [ends_of_transactions(ast.parse(text)) for text in spellings] == [[1], [1], [1], [1]]
