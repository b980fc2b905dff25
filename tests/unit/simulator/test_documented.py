"""docs/simulator.md names everything that can be called, switched and broken: nothing is found only in the code."""

import re
from pathlib import Path

import pytest

from bot.simulator import FaultKind
from bot.simulator.controls import SWITCHES
from bot.simulator.endpoints import ENDPOINTS
from bot.simulator.phones import ACTS
from bot.simulator.sns import SNS

ROOT = Path(__file__).parents[3]
NAMED = set(re.findall(r"`([^`\n]+)`", (ROOT / "docs" / "simulator.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("names", [ENDPOINTS, SNS, ACTS, SWITCHES, list(FaultKind)])
def test_everything_has_its_name_in_the_document(names: list[str]) -> None:
    assert [name for name in names if str(name) not in NAMED] == []


def test_document_names_no_api_that_is_not_there() -> None:
    paths = {name for name in NAMED if name.startswith(("/cgi-bin/", "/sns/"))}
    assert paths == {*ENDPOINTS, *SNS, "/cgi-bin/showqrcode"}


def test_files_of_tests_that_the_document_promises_exist() -> None:
    files = {name for name in NAMED if re.fullmatch(r"test_\w+\.py", name)}
    assert files
    assert [name for name in files if not (Path(__file__).parent / name).is_file()] == []
