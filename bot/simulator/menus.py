"""The custom menu at the foot of the chat: what `menu/create` accepts."""

from collections.abc import Iterator
from typing import Any, Final

from bot.simulator.errors import ApiError

_MOST_BUTTONS: Final = 3
_MOST_SUBS: Final = 5
_NAME_BYTES: Final = 16
_SUB_NAME_BYTES: Final = 60
_KEY_BYTES: Final = 128
_URL_BYTES: Final = 1024
KEYED: Final = frozenset(
    {
        "click",
        "scancode_push",
        "scancode_waitmsg",
        "pic_sysphoto",
        "pic_photo_or_album",
        "pic_weixin",
        "location_select",
    }
)
_OTHERS: Final = frozenset({"view", "media_id", "article_id", "miniprogram"})


def checked(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the buttons of a menu.

    Raises:
        ApiError: 40016 to 40027, which button is wrong in which way.
    """
    buttons = body.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= _MOST_BUTTONS:
        raise ApiError(40016)
    for button in buttons:
        _check_top(button)
    return buttons


def button_by_key(buttons: list[dict[str, Any]], key: str) -> dict[str, Any] | None:
    """Return the button, top or sub, with that key."""
    return next((one for one in _leaves(buttons) if one.get("key") == key), None)


def button_by_url(buttons: list[dict[str, Any]], url: str) -> dict[str, Any] | None:
    """Return the button, top or sub, that opens that page."""
    return next(
        (one for one in _leaves(buttons) if one.get("type") == "view" and one.get("url") == url), None
    )


def _leaves(buttons: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for button in buttons:
        yield from button.get("sub_button") or [button]


def _check_top(button: Any) -> None:
    if not isinstance(button, dict):
        raise ApiError(40016)
    _check_length(button.get("name"), _NAME_BYTES, 40018)
    subs = button.get("sub_button")
    if not subs:
        _check_action(button, 40017, 40019, 40020)
        return
    if not isinstance(subs, list) or len(subs) > _MOST_SUBS:
        raise ApiError(40023)
    for sub in subs:
        if not isinstance(sub, dict):
            raise ApiError(40023)
        _check_length(sub.get("name"), _SUB_NAME_BYTES, 40025)
        _check_action(sub, 40024, 40026, 40027)


def _check_action(button: dict[str, Any], bad_type: int, bad_key: int, bad_url: int) -> None:
    kind = button.get("type")
    if kind in KEYED:
        _check_length(button.get("key"), _KEY_BYTES, bad_key)
    elif kind not in _OTHERS:
        raise ApiError(bad_type)
    elif kind in {"view", "miniprogram"}:
        _check_length(button.get("url"), _URL_BYTES, bad_url)


def _check_length(value: Any, most: int, code: int) -> None:
    if not isinstance(value, str) or not 1 <= len(value.encode()) <= most:
        raise ApiError(code)
