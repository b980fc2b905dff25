"""Every metric is in the operators' guide, and the guide names no metric that does not exist."""

import re
from pathlib import Path

from prometheus_client import REGISTRY

from bot import metrics
from tests.architecture.tree import source


def exposed() -> set[str]:
    """Return the names of our metrics as a scrape shows them: a counter's ends in `_total`."""
    assert metrics.INBOUND is not None  # importing the module is what registers them
    families = [family for family in REGISTRY.collect() if family.name.startswith("liaison_")]
    return {family.name + ("_total" if family.type == "counter" else "") for family in families}


def test_operators_guide_and_program_name_the_same_metrics() -> None:
    named = set(re.findall(r"\bliaison_[a-z_]+", source(Path("docs/operations.md"))))
    assert named == exposed()
