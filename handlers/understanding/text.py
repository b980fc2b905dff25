"""One spelling for one text, before anything is understood. No meaning lives here."""

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


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


@lru_cache(maxsize=64)
def normalize(text: str) -> str:
    """Return `text` in NFKC, simplified characters and lower case, blanks folded to single spaces.

    Never raises: lone surrogates, NUL and other controls count as blanks. OpenCC (t2s) is loaded
    and asked only when a character outside GB 2312 is present, because it costs more than all the rest.
    """
    plain = unicodedata.normalize("NFKC", _SURROGATE.sub(" ", text)).lower()
    if _may_be_traditional(plain):
        plain = _to_simplified().convert(plain)
    return _SPACE.sub(" ", plain).strip()
