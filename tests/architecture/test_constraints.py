"""constraints.txt pins exactly all that pyproject.toml asks for, and names no place it came from."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import source

LINES = source(Path("constraints.txt")).splitlines()


def test_every_line_is_an_exact_pin_and_names_no_host() -> None:
    exact = re.compile(r"[a-z0-9-]+==[\w.+!]+( ; .+)?")
    assert [line for line in LINES if not exact.fullmatch(line) or "//" in line] == []


def test_every_requirement_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads(source(Path("pyproject.toml")))["project"]
    asked = sum(project["optional-dependencies"].values(), start=project["dependencies"])
    pins = [Requirement(line) for line in LINES]

    for requirement in map(Requirement, asked):
        versions = [
            next(iter(pin.specifier)).version
            for pin in pins
            if canonicalize_name(pin.name) == canonicalize_name(requirement.name)
        ]
        assert versions != [], f"{requirement} is not pinned: make lock"
        assert list(requirement.specifier.filter(versions, prereleases=True)) == versions, requirement


def test_whoever_develops_can_train() -> None:
    extras = tomllib.loads(source(Path("pyproject.toml")))["project"]["optional-dependencies"]
    assert [each for each in extras["train"] if each not in extras["dev"]] == []
