"""Fixtures for bad days: the product in processes of its own, beside the simulated platform."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    """A place for processes, on each kind of database."""
    with Site.open(database_url, tmp_path) as opened:
        yield opened
