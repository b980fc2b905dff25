"""What a list that is imported must look like: its headings, its cells, and what is wrong with them.

Pure: texts in, checked values or faults out. Whether a row agrees with the roster is seen in the actions.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache, partial
from typing import Final

from config import catalog
from config.catalog import Column
from models.rules.faults import Fault, Refused, Wrong
from models.rules.numbers import credit_code_is_valid

HEADING_WITHIN: Final = 5
"""The headings stand in one of so many rows that hold anything: lists like to begin with a title."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_TAIL: Final = re.compile(r"[0-9]{4}")
_REMARK: Final = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：]|\s")
_NARROW: Final = {0xFF01 + n: chr(0x21 + n) for n in range(94)} | {0x3000: " "}

Reach = Collection[str] | None
"""The regions whose rows may be imported; None for all."""


class Subject(StrEnum):
    """What a list is of."""

    OFFICIALS = "officials"
    ENTERPRISES = "enterprises"
    PAIRINGS = "pairings"


class NoHeadings(Exception):
    """No row is one of headings; `missing` are the titles that the most likely one lacks."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(f"no row with the headings {', '.join(missing)}")
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Headings:
    """Which field stands where in a row, and the headings nobody reads."""

    places: tuple[tuple[int, str], ...]
    ignored: tuple[str, ...]


Cells = Mapping[str, str | None]
"""The checked cells of one row by field; None where an optional one is empty."""


def columns(subject: Subject) -> tuple[Column, ...]:
    """Return the columns of a list in the order of its template."""
    return catalog.import_columns().of[subject]


def title(subject: Subject, field: str) -> str:
    """Return the template's heading of a field."""
    return next(column.title for column in columns(subject) if column.field == field)


def headings(subject: Subject, row: Sequence[str]) -> Headings:
    """Return where the fields stand in a row of headings; remarks such as (required) do not matter.

    Raises:
        NoHeadings: a column that must be there is not, or one is there twice.
    """
    fields = _fields(subject)
    found = [(place, fields.get(plain(text))) for place, text in enumerate(row)]
    places = tuple((place, field) for place, field in found if field is not None)
    have = [field for _, field in places]
    lacking = [
        each.title
        for each in columns(subject)
        if have.count(each.field) > 1 or (each.field not in have and not each.is_optional)
    ]
    if lacking:
        raise NoHeadings(lacking)
    ignored = tuple(row[place].strip() for place, field in found if field is None and row[place].strip())
    return Headings(places, ignored)


def read(
    subject: Subject, number: int, row: Sequence[str], where: Headings, reach: Reach
) -> Cells | list[Fault]:
    """Return the checked cells of a row, or all that is wrong with it."""
    cells: dict[str, str | None] = dict.fromkeys(_checks(subject))
    faults: list[Fault] = []
    checks = _checks(subject)
    width = len(row)
    for place, field in where.places:
        text = row[place].strip() if place < width else ""
        check, is_optional = checks[field]
        if not text:
            if not is_optional:
                faults.append(Fault(number, title(subject, field), Wrong.MISSING))
            continue
        try:
            cells[field] = check(text)
        except Refused as refused:
            faults.append(Fault(number, title(subject, field), refused.wrong))
    if not faults:
        faults = [
            Fault(number, title(subject, field), wrong) for field, wrong in _whole(subject, cells, reach)
        ]
    return faults or cells


def _whole(subject: Subject, cells: Mapping[str, str | None], reach: Reach) -> Iterator[tuple[str, Wrong]]:
    """Yield what no single cell shows."""
    region = cells.get("region")
    if subject is not Subject.PAIRINGS and reach is not None and region not in reach:
        yield "region", Wrong.OTHER_REGION
    if subject is Subject.OFFICIALS:
        is_aide = cells["kind"] == catalog.OfficialKind.AIDE
        if is_aide and cells["leader"] is None:
            yield "leader", Wrong.LEADER_MISSING
        if not is_aide and cells["leader"] is not None:
            yield "leader", Wrong.LEADER_TOO_MANY


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Return a heading or a word without remarks and spaces, narrow and in small letters."""
    return _REMARK.sub("", text.translate(_NARROW)).lower()


def region_code(text: str) -> str:
    """Return the code of the region that `text` is the code or a name of.

    Raises:
        Refused: there is none, or more than one has this name.
    """
    codes = _regions().get(plain(text), frozenset())
    if len(codes) != 1:
        raise Refused(Wrong.WHICH_REGION if codes else Wrong.REGION)
    return next(iter(codes))


def credit_code(text: str) -> str:
    """Return a unified social credit code, in capitals and without spaces.

    Raises:
        Refused: it cannot be one (GB 32100-2015).
    """
    code = "".join(text.translate(_NARROW).split()).upper()
    if not credit_code_is_valid(code):
        raise Refused(Wrong.CREDIT_CODE)
    return code


def _text(longest: int, text: str) -> str:
    if len(text) > longest:
        raise Refused(Wrong.TOO_LONG)
    if _CONTROL.search(text):
        raise Refused(Wrong.CONTROL)
    return text


def _tail(text: str) -> str:
    digits = text.translate(_NARROW)
    if not _TAIL.fullmatch(digits):
        raise Refused(Wrong.TAIL)
    return digits


def _kind(text: str) -> str:
    return _word(catalog.import_columns().kinds, Wrong.KIND, text)


def _stage(text: str) -> str:
    return _word(catalog.import_columns().stages, Wrong.STAGE, text)


def _word(words: Mapping[str, StrEnum], wrong: Wrong, text: str) -> str:
    code = words.get(plain(text))
    if code is None:
        raise Refused(wrong)
    return code.value


Check = Callable[[str], str]

_NAME, _TITLE, _FIRM = (partial(_text, longest) for longest in (50, 100, 200))
_CHECKS: Final[Mapping[Subject, Mapping[str, Check]]] = {
    Subject.OFFICIALS: {
        "name": _NAME,
        "post": _TITLE,
        "department": _TITLE,
        "region": region_code,
        "kind": _kind,
        "leader": _NAME,
        "leader_department": _TITLE,
        "phone_tail": _tail,
    },
    Subject.ENTERPRISES: {"name": _FIRM, "credit_code": credit_code, "region": region_code, "stage": _stage},
    Subject.PAIRINGS: {
        "credit_code": credit_code, "official": _NAME, "department": _TITLE, "region": region_code,
    },
}  # fmt: skip


@cache
def _checks(subject: Subject) -> Mapping[str, tuple[Check, bool]]:
    return {each.field: (_CHECKS[subject][each.field], each.is_optional) for each in columns(subject)}


@cache
def _fields(subject: Subject) -> Mapping[str, str]:
    return {plain(heading): each.field for each in columns(subject) for heading in each.headings}


@cache
def _regions() -> Mapping[str, frozenset[str]]:
    """Every way to write a region: its code, its names, with those of the region it lies in before it."""
    found: dict[str, set[str]] = {}
    every = catalog.regions()
    for region in every.values():
        names = {region.name, region.short, *region.aliases}
        above, line = region.parent, {""}
        while above is not None:
            line |= {f"{name}{rest}" for name in (every[above].name, every[above].short) for rest in line}
            above = every[above].parent
        for word in {region.code} | {f"{before}{name}" for before in line for name in names}:
            found.setdefault(plain(word), set()).add(region.code)
    return {word: frozenset(codes) for word, codes in found.items()}
