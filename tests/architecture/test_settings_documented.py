"""Every setting is documented, with its default, and nothing is documented that does not exist."""

import re
from enum import Enum
from pathlib import Path

import pytest
from pydantic.fields import FieldInfo

from config.settings import Settings
from tests.architecture.tree import source

ROW = re.compile(r"^\| `(LIAISON_\w+)` \| (.+?) \|", re.MULTILINE)
REQUIRED = {"README.md": "required", "README.zh-CN.md": "必填"}
UNSET = {"README.md": "none", "README.zh-CN.md": "无"}


def variable(field: str) -> str:
    return f"LIAISON_{field.upper()}"


def default_in_words(field: FieldInfo, page: str) -> str:
    if field.is_required():
        return REQUIRED[page]
    value = field.default.value if isinstance(field.default, Enum) else field.default
    if value is None:
        return UNSET[page]
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_readme_lists_every_setting_with_its_default(page: str) -> None:
    documented = ROW.findall(source(Path(page)))
    existing = [
        (variable(name), default_in_words(field, page)) for name, field in Settings.model_fields.items()
    ]
    assert sorted(documented) == sorted(existing)


def test_operators_guide_names_only_settings_that_exist() -> None:
    named = set(re.findall(r"LIAISON_[A-Z_]*[A-Z]", source(Path("docs/operations.md"))))
    assert named - {variable(name) for name in Settings.model_fields} == set()


def test_example_environment_sets_what_has_no_default() -> None:
    given = set(re.findall(r"^(LIAISON_\w+)=", source(Path(".env.example")), re.MULTILINE))
    required = {variable(name) for name, field in Settings.model_fields.items() if field.is_required()}
    assert required - given == set()
    assert given - {variable(name) for name in Settings.model_fields} == set()
