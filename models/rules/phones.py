"""Phone numbers as people type them: found in texts, brought into one form, sealed, and masked.

Pure arithmetic on text. A number leaves here as its last four digits or as a keyed hash, never whole: a
plain hash of eleven digits is guessed in minutes, so the key is what protects it (ADR 0020).
"""

import hashlib
import hmac
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

READ_AT_MOST: Final = 600
"""Characters; whoever has more to say has said the number by then."""

TAIL: Final = 4
_MARK: Final = 8

_GAP: Final = r"[\s\-.]{0,2}"
_CHINA: Final = rf"(?:(?:\+|00){_GAP})?86{_GAP}"
_AREA: Final = r"(?:10|2\d|[3-9]\d{2})"


def _more(count: str) -> str:
    return rf"(?:{_GAP}\d){{{count}}}"


_MOBILE: Final = rf"(?:{_CHINA})?(?P<mobile>1{_GAP}[3-9]{_more('9')})"
_LANDLINE: Final = rf"(?:{_CHINA}\(?0?|\(?0)(?P<area>{_AREA})\)?{_GAP}(?P<line>[2-9]{_more('6,7')})"
_HOTLINE: Final = rf"(?:{_CHINA})?(?P<hotline>[48]00{_more('7')})"
_ABROAD: Final = rf"(?:\+|00)(?!{_GAP}86)(?P<abroad>[1-9]{_more('6,13')})"
_NUMBER: Final = re.compile(rf"(?<!\d)(?:{_MOBILE}|{_LANDLINE}|{_HOTLINE}|{_ABROAD})(?!\d)")
_SERVICE: Final = re.compile(r"1[0-2]\d(?:\d{2})?|9[56]\d{3,6}")
"""Numbers that are dialled as they are: 110, 12345, 95588. In running text such digits may be anything."""
_EXTENSION: Final = re.compile(r"\s*(?:-|#|ext\.?|\u8f6c)?\s*\d{0,6}")
_MOBILES: Final = re.compile(r"\+861[3-9]\d{9}")
_LOCAL: Final = re.compile(r"[2-9]\d{6,7}")
_SHORT_AREA, _LONG_LINE = 2, 8
_NARROW: Final = (
    {0xFF01 + n: chr(0x21 + n) for n in range(94)}
    | dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x30FC), "-")
    | {0x3000: " "}
)
"""Full-width digits and signs, and the many dashes of keyboards, each as one plain character."""


@dataclass(frozen=True, slots=True)
class Number:
    """A phone number in one form, as it is dialled from anywhere."""

    dialled: str = field(repr=False)

    @property
    def tail(self) -> str:
        """The last four digits: all of a number that people are ever shown."""
        return self.dialled[-TAIL:]

    @property
    def is_mobile(self) -> bool:
        """Whether it is a mobile's in mainland China, which is one person's."""
        return _MOBILES.fullmatch(self.dialled) is not None

    @property
    def is_domestic(self) -> bool:
        """Whether it is a subscriber's in mainland China, and neither a short service number nor abroad."""
        return self.dialled.startswith("+86")


@dataclass(frozen=True, slots=True)
class PhoneKey:
    """The key under which numbers are sealed (HMAC-SHA-256)."""

    secret: bytes = field(repr=False)

    def seal(self, number: Number) -> str:
        """Return what is kept of a number."""
        return self._digest(f"number:{number.dialled}")

    @property
    def mark(self) -> str:
        """Which key this is, without telling it; kept beside every seal, so that a changed key is noticed."""
        return self._digest("mark")[:_MARK]

    def _digest(self, text: str) -> str:
        return hmac.digest(self.secret, text.encode(), hashlib.sha256).hex()


def numbers_in(text: str) -> tuple[Number, ...]:
    """Return the phone numbers in a text, each once, in the order in which they occur."""
    return tuple(dict.fromkeys(number for _, number in _found(_plain(text))))


def only_number(text: str) -> Number | None:
    """Return the number that a text consists of, an extension aside; None if it is anything else."""
    plain = _plain(text).strip()
    if _SERVICE.fullmatch(plain):
        return Number(plain)
    for match, number in _found(plain):
        if match.start() == 0 and _EXTENSION.fullmatch(plain, match.end()):
            return number
    return None


def lacks_area_code(text: str) -> bool:
    """Whether a text is a landline's number as it is dialled within its town only."""
    return _LOCAL.fullmatch(re.sub(r"[\s\-]", "", _plain(text))) is not None


def mask(text: str, *, keep: Collection[Number] = ()) -> str:
    """Return a text in which every number but those to `keep` is cut to its last four digits."""
    return _cut(text, lambda number: number not in keep)


def mask_only(text: str, numbers: Collection[Number]) -> str:
    """Return a text in which these numbers, however they are written, are cut to their last four digits."""
    return _cut(text, lambda number: number in numbers)


def _cut(text: str, is_meant: Callable[[Number], bool]) -> str:
    parts, end = [], 0
    for match, number in _found(text.translate(_NARROW)):
        if is_meant(number):
            parts += [text[end : match.start()], f"\u2026{number.tail}"]
            end = match.end()
    return "".join([*parts, text[end:]])


def _plain(text: str) -> str:
    return text[:READ_AT_MOST].translate(_NARROW)


def _found(plain: str) -> Iterator[tuple[re.Match[str], Number]]:
    for match in _NUMBER.finditer(plain):
        number = _number(match)
        if number is not None:
            yield match, number


def _number(match: re.Match[str]) -> Number | None:
    kind = match.lastgroup or ""
    digits = re.sub(r"\D", "", match[kind])
    if kind == "abroad":
        return Number(f"+{digits}")
    if kind != "line":
        return Number(f"+86{digits}")
    if len(match["area"]) == _SHORT_AREA and len(digits) != _LONG_LINE:
        return None
    return Number(f"+86{match['area']}{digits}")
