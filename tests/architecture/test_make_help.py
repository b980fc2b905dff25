"""The Makefile stays a short list that explains itself, and the documents name only targets that exist."""

import re
import subprocess
from pathlib import Path

from tests.architecture.tree import ROOT, files, source

PAGES = [*files(".", suffixes=(".md",)), Path(".ci/run")]


def targets() -> list[str]:
    match = re.search(r"^\.PHONY: (.+)$", source(Path("Makefile")), re.MULTILINE)
    assert match is not None
    return match[1].split()


def test_help_lists_every_target_once_and_there_are_at_most_twelve() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    listed = re.findall(r"^  make (\w+) +\S", shown.stdout, re.MULTILINE)
    assert listed == targets()
    assert len(listed) <= 12


def test_documents_name_only_targets_that_exist() -> None:
    named = {
        (str(page), word)
        for page in PAGES
        for command in re.findall(r"(?:`|^|\s\$ )make ((?:[a-z]+ ?)+)", source(page), re.MULTILINE)
        for word in command.split()
    }
    assert {(page, word) for page, word in named if word not in targets()} == set()
    assert ("README.md", "demo") in named
    assert (".ci/run", "check") in named
