"""Template messages and subscription notices: what a template is, and which values it takes.

The limits of the typed keys are those of the subscription notices; a category template has the same keys.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.simulator.errors import ApiError

_HAN: Final = r"[㐀-䶿一-鿿]"
_TIME: Final = r"(\d{4}年\d{1,2}月\d{1,2}日)( ?\d{1,2}:\d{2}(:\d{2})?)?"
LIMITS: Final[dict[str, re.Pattern[str]]] = {
    kind: re.compile(pattern, re.DOTALL)
    for kind, pattern in {
        "thing": r".{1,20}",
        "phrase": rf"{_HAN}{{1,5}}",
        "name": rf"{_HAN}{{1,10}}|[A-Za-z .'-]{{1,20}}",
        "character_string": r"[\x21-\x7e]{1,32}",
        "number": r"[\d.]{1,32}",
        "letter": r"[A-Za-z]{1,32}",
        "symbol": r"[^\w\s]{1,5}",
        "phone_number": r"[\d+()\- ]{1,17}",
        "car_number": r".{1,8}",
        "amount": r"[¥￥$€£]?\d{1,10}(\.\d+)?元?",
        "time": rf"\d{{1,2}}:\d{{2}}(:\d{{2}})?|{_TIME}(~{_TIME})?",
        "date": rf"{_TIME}",
        "const": r".{1,20}",
    }.items()
}
_LABELS: Final = {
    "thing": "事项",
    "phrase": "状态",
    "name": "姓名",
    "character_string": "编号",
    "number": "数量",
    "phone_number": "电话",
    "amount": "金额",
    "time": "时间",
    "date": "日期",
    "const": "类别",
}
_KEY: Final = re.compile(r"([a-z_]+?)\d*")


@dataclass(frozen=True, slots=True)
class Template:
    """A template the account has chosen: the card's title and its rows as key → label.

    Without `labels` any typed key is taken. `is_long_term` matters to subscriptions only: one consent,
    any number of notices.
    """

    title: str = "服务通知"
    labels: Mapping[str, str] = field(default_factory=dict)
    is_long_term: bool = False


def rows(template: Template, data: Any) -> tuple[tuple[str, str], ...]:
    """Return the card's rows as (label, value).

    Raises:
        ApiError: 47003, naming the field that is missing or breaks its limit.
    """
    if not isinstance(data, dict) or not data:
        raise ApiError(47003, field="data is empty")
    for key in template.labels:
        if key not in data:
            raise ApiError(47003, field=f"data.{key}.value is empty")
    return tuple((_label(template, key), _value(template, key, cell)) for key, cell in data.items())


def _value(template: Template, key: str, cell: Any) -> str:
    value = cell.get("value") if isinstance(cell, dict) else None
    if not isinstance(value, str) or not value:
        raise ApiError(47003, field=f"data.{key}.value is empty")
    limit = LIMITS.get(_kind(key))
    is_foreign = bool(template.labels) and key not in template.labels
    if is_foreign or limit is None or limit.fullmatch(value) is None:
        raise ApiError(47003, field=f"data.{key}.value invalid")
    return value


def _label(template: Template, key: str) -> str:
    return template.labels.get(key) or _LABELS.get(_kind(key), key)


def _kind(key: str) -> str:
    matched = _KEY.fullmatch(key)
    return matched[1] if matched else key
