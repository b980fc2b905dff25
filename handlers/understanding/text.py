"""One spelling for one text, before anything is understood. No meaning lives here."""

import re
import unicodedata
from functools import cache, lru_cache
from operator import eq
from typing import Final

from opencc import OpenCC

_BLANK = r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+"
_SPACE = re.compile(_BLANK)
_AROUND = re.compile(rf"\A{_BLANK}|{_BLANK}\Z")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_STUTTER = re.compile(r"(.)\1{2,}")
_REMARK = 32

STICKER: Final = re.compile(r"\[[^\[\]\s]{1,6}\]")
"""A picture of the platform's, as its name stands in a text: [强]."""


@cache
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def _may_be_traditional(text: str) -> bool:
    """Whether a character stands outside GB 2312, the simplified set; emoji do too, which is harmless."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False


def simplified(text: str) -> str:
    """Return `text` with traditional characters replaced by simplified ones, and nothing else changed."""
    if not _may_be_traditional(text):
        return text
    return str(_to_simplified().convert(_SURROGATE.sub("\ufffd", text)))


def trimmed(text: str) -> str:
    """Return `text` without the blanks around it, those that nobody sees included."""
    plain = text.strip()
    is_bare = not plain or (plain[0].isalnum() and plain[-1].isalnum())
    return plain if is_bare else _AROUND.sub("", plain)


@lru_cache(maxsize=256)
def normalize(text: str) -> str:
    """Return `text` in NFKC, simplified characters and lower case, blanks folded to single spaces.

    Never raises: lone surrogates, NUL and other controls count as blanks. OpenCC (t2s) is loaded
    and asked only when a character outside GB 2312 is present, because it costs more than all the rest.
    """
    plain = unicodedata.normalize("NFKC", _SURROGATE.sub(" ", text)).lower()
    return _SPACE.sub(" ", simplified(plain)).strip()


def without_stutter(text: str) -> str:
    """Return `text` with nothing in it repeated more than twice in a row."""
    return _STUTTER.sub(r"\1\1", text) if any(map(eq, text, text[1:])) else text


def letters(text: str) -> str:
    """Return the letters and digits of `text`, and nothing between them."""
    return text if text.isalnum() else "".join(filter(str.isalnum, text))


@lru_cache(maxsize=64)
def core_of(text: str) -> str:
    """Return the letters and digits of `text` in their one spelling."""
    return letters(normalize(text))


def remark_core(text: str) -> str:
    """Return `core_of` the beginning of a text, longer than any remark, which is read as a whole."""
    return core_of(text[:_REMARK])
