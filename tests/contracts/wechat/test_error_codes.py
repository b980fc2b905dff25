"""Every error code the platform documents asks for something definite."""

from pathlib import Path

import pytest

from bot.wechat.errors import ACTIONS, Action, action_for

LINES = Path(__file__).with_name("error_codes.txt").read_text(encoding="utf-8").split("\n")
DOCUMENTED = [(int(code), Action(action)) for code, action in (line.split() for line in LINES if line)]


@pytest.mark.parametrize(("code", "action"), DOCUMENTED)
def test_documented_code_has_its_action(code: int, action: Action) -> None:
    assert ACTIONS[code] is action
    assert action_for(code) is action


def test_every_action_is_asked_for_by_some_code() -> None:
    assert set(ACTIONS.values()) == set(Action)


def test_undocumented_code_is_permanent() -> None:
    assert 12345 not in ACTIONS
    assert action_for(12345) is Action.PERMANENT
