"""Numbers people read, type and are known by: ticket, ledger, and the enterprises' credit codes.

Pure arithmetic on text. A ticket number is short digits ending in a Damm check digit, which catches every
mistyped digit and every swapped pair of neighbours (H. M. Damm, 2004, the quasigroup of order 10).
"""

import re
from functools import cache
from operator import getitem
from typing import Final

from config.catalog import number_formats

FIRST: Final = 100
"""Added to a ticket's id, so that the shortest number has four digits and no number starts with 0."""

_DAMM: Final = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)

_NARROW: Final = str.maketrans({0xFF01 + n: chr(0x21 + n) for n in range(94)})
"""Full-width ASCII as a Chinese keyboard writes it, made narrow."""

_CREDIT_CODE: Final = re.compile("[0-9A-HJ-NP-RTUW-Y]{2}[0-9]{6}[0-9A-HJ-NP-RTUW-Y]{10}")
_CREDIT_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015: no I, O, S, V, Z."""
_CREDIT_WORTH: Final = tuple(
    {char: value * pow(3, place, 31) for value, char in enumerate(_CREDIT_CHARACTERS)} for place in range(17)
)
"""What each character counts at each place: a list of a whole province is checked code by code."""


def number_of(ticket_id: int) -> str:
    """Return the number under which people know a ticket.

    Raises:
        ValueError: `ticket_id` is less than 1.
    """
    if ticket_id < 1:
        raise ValueError(f"a ticket's id is at least 1, not {ticket_id}")
    digits = str(ticket_id + FIRST)
    return f"{digits}{_damm(digits)}"


def ticket_id_of(number: str) -> int | None:
    """Return the id behind a number as somebody typed it, None if it is no number of ours.

    Full-width digits, spaces and a word such as `No.` or `#` before the digits do not matter.
    """
    found = _typed().fullmatch("".join(number.split()).translate(_NARROW))
    if found is None or _damm(found[1]) != 0:
        return None
    ticket_id = int(found[1][:-1]) - FIRST
    return ticket_id if ticket_id >= 1 else None


def ledger_number(type_name: str, year: int, n: int) -> str:
    """Return the number of the `n`-th entry in a type's ledger of `year`, for documents."""
    return number_formats().ledger.format(type=type_name, year=year, n=n)


def credit_code_is_valid(code: str) -> bool:
    """Tell whether `code` is a unified social credit code with the right check character (GB 32100-2015)."""
    return bool(_CREDIT_CODE.fullmatch(code)) and credit_code_check(code[:17]) == code[17]


def credit_code_check(body: str) -> str:
    """Return the check character of the first 17 characters of a credit code: weights 3^i modulo 31.

    Raises:
        ValueError: a character of `body` never occurs in such a code.
    """
    try:
        return _CREDIT_CHARACTERS[-sum(map(getitem, _CREDIT_WORTH, body)) % 31]
    except KeyError:
        raise ValueError("no character of a credit code") from None


def _damm(digits: str) -> int:
    """Return the check digit of `digits`; 0 for digits that end in their right check digit."""
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


@cache
def _typed() -> re.Pattern[str]:
    """Return what a typed number looks like once it is narrow and without spaces.

    20 digits hold every 64-bit id, and keep a wall of digits from becoming a number; at most three
    prefixes keep a wall of those from costing time.
    """
    prefixes = (re.escape(prefix.translate(_NARROW)) for prefix in number_formats().prefixes)
    return re.compile(f"(?:(?:{'|'.join(prefixes)})[:.]?){{0,3}}([1-9][0-9]{{3,19}})", re.IGNORECASE)
