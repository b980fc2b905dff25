"""The chat words of both READMEs are the words the program understands, no more and no fewer."""

import re
from pathlib import Path

import pytest

from handlers.understanding.commands import WORDS
from tests.architecture.tree import source

SECTION = {"README.md": "## What one can say in the chat", "README.zh-CN.md": "## 对话里怎么说"}


def documented(page: str) -> set[str]:
    """Return the first word of every command in the table of the section about the chat."""
    section = source(Path(page)).split(SECTION[page])[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ")]
    return {command.split()[0] for row in rows for command in re.findall(r"`([^`]+)`", row)}


@pytest.mark.parametrize("page", SECTION)
def test_readme_documents_no_word_that_is_not_understood(page: str) -> None:
    assert documented(page) - set(WORDS) == set()


@pytest.mark.parametrize("page", SECTION)
def test_readme_documents_a_word_for_every_command(page: str) -> None:
    assert set(WORDS.values()) - {WORDS[word] for word in documented(page)} == set()
