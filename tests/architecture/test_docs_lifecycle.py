"""docs/lifecycle.md is printed from the table of steps, so it cannot say anything else (`make docs`)."""

import subprocess
import sys
from pathlib import Path

from models.rules import lifecycle
from tests.architecture.tree import ROOT, source

PAGE = Path("docs/lifecycle.md")


def test_lifecycle_page_is_what_the_table_prints() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "models.rules.lifecycle"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert printed.stdout.decode("utf-8") == source(PAGE)


def test_lifecycle_page_is_the_markdown_of_the_table() -> None:
    assert source(PAGE).rstrip() == lifecycle.markdown().rstrip()
