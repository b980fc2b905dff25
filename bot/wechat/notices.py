"""What fits into the typed fields of template messages and subscription notices.

One table of limits (the platform answers 47003 for anything beyond them) and `fit`, which obeys it.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from bot.wechat.errors import Unfit
from bot.wechat.replies import clean

_ELLIPSIS: Final = "…"
_BLANK: Final = "-"
_SPACES: Final = re.compile(r"\s+")
_NOT_HAN: Final = re.compile(r"[^\u3400-\u9fff]")
_NOT_ASCII: Final = re.compile(r"[^\x21-\x7e]")
_NOT_LETTER: Final = re.compile(r"[^A-Za-z]")
_CLOCK: Final = r"([01]?\d|2[0-3]):[0-5]\d"
_DAY: Final = r"\d{4}\u5e74(1[0-2]|0?[1-9])\u6708(3[01]|[12]\d|0?[1-9])\u65e5"

_FORMS: Final[Mapping[str, re.Pattern[str]]] = {
    "number": re.compile(r"(?=.{1,32}$)-?\d+(\.\d+)?", re.ASCII),
    "phone_number": re.compile(r"[\d+() -]{1,17}", re.ASCII),
    "car_number": re.compile(r"\S{1,8}"),
    "amount": re.compile(r"[¥￥$€£]?\d{1,10}(\.\d{1,2})?\u5143?", re.ASCII),
    "time": re.compile(rf"{_CLOCK}|{_DAY}( {_CLOCK})?", re.ASCII),
    "date": re.compile(rf"{_DAY}( {_CLOCK})?|\d{{4}}-\d{{2}}-\d{{2}}", re.ASCII),
}


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + _ELLIPSIS


def _thing(text: str) -> str:
    return _short(text, 20) or _BLANK


def _name(text: str) -> str:
    """Return at most twenty letters, or ten characters when they are not all letters."""
    return (text[:20] if text.isascii() else _short(text, 10)) or _BLANK


def _phrase(text: str) -> str:
    """Return at most five Chinese characters: a phrase takes nothing else, not even `…`."""
    return _NOT_HAN.sub("", text)[:5]


def _character_string(text: str) -> str:
    """Return at most 32 letters, digits and signs; `…` is none of them."""
    return _NOT_ASCII.sub("", text)[:32]


def _letter(text: str) -> str:
    return _NOT_LETTER.sub("", text)[:32]


def _symbol(text: str) -> str:
    return _NOT_ASCII.sub("", text)[:5]


_TEXTS: Final[Mapping[str, Callable[[str], str]]] = {
    "thing": _thing,
    "name": _name,
    "phrase": _phrase,
    "character_string": _character_string,
    "letter": _letter,
    "symbol": _symbol,
}


def fit(field_name: str, value: str) -> str:
    """Return `value` as the field (`thing1`, `time2`, …) takes it: shortened with `…` where text may be.

    A field of a kind we do not know (old templates' `keyword1`) takes the value as it is. An empty text
    becomes `-`, because the platform refuses empty values.

    Raises:
        Unfit: the value has not the form of a field that cannot be shortened (numbers, times, money),
            or nothing in it may stand in this field.
    """
    kind = field_name.rstrip("0123456789")
    said = _SPACES.sub(" ", clean(value)).strip()
    if form := _FORMS.get(kind):
        fitted = said if form.fullmatch(said) else ""
    else:
        fitted = _TEXTS[kind](said) if kind in _TEXTS else said or _BLANK
    if not fitted:
        raise Unfit(field_name)
    return fitted


_NAMED: Final = re.compile(r"data\.([a-z_]+\d*)\.value")
_NOT_PLAIN: Final = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff ]")
_PLAINER: Final[Mapping[str, int]] = {"thing": 10, "name": 5, "phrase": 4, "character_string": 16}


def plainer(data: Mapping[str, str], complaint: str) -> dict[str, str]:
    """Return `data` as it may pass after the platform's `complaint` (47003).

    The fields that it names, or all if it names none of ours, keep letters, digits and Han characters only,
    and half of what they could hold. Where nothing would be left, and in fields that cannot be shortened, the
    value stays.
    """
    named = set(_NAMED.findall(complaint)) & set(data) or set(data)
    return {name: _plain(name, value) if name in named else value for name, value in data.items()}


def _plain(field_name: str, value: str) -> str:
    most = _PLAINER.get(field_name.rstrip("0123456789"))
    return value if most is None else _NOT_PLAIN.sub("", value).strip()[:most] or value


def fit_all(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return `data` as the `data` object of a notice.

    Raises:
        Unfit: as `fit`.
    """
    return {name: {"value": fit(name, value)} for name, value in data.items()}
