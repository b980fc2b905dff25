"""Invitation codes in what people type: 26 characters of base 32, or 32 hexadecimal digits.

Which of them is a live invite is for the caller to look up; here is only what looks like one.
"""

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from .headline import names_a_matter
from .intents import bare
from .regex import Regex
from .text import normalize

LITTLE: Final = 8
"""Characters beside something like a code in a text that is about nothing else."""
LENGTHS: Final = (26, 32)
_WINDOWS_AT_MOST: Final = 200
_STRETCH: Final = re.compile("[0-9a-z](?: ?[0-9a-z]){25,}")
_MAY_HOLD: Final = re.compile("[0-9A-Za-z０-９Ａ-Ｚａ-ｚ](?:[ 　]?[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]){19}")
"""What no ordinary sentence holds."""

_SHORTEST: Final = 20

_RUN: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{20,40}(?![0-9A-Za-z])")
_CODE: Final = re.compile("[a-z2-7]{26}|[0-9a-f]{32}")
_TRUNCATED: Final = re.compile("(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{20,40}")
_IN_A_LINK: Final = "/?&=.%_#-"
_SPOKEN_OF: Final = Regex("绑定|邀请")
_ABOUT: Final = Regex(
    "绑定|邀请码|邀请|验证码|注册码|号码|码|我们?|要|想|请|帮|麻烦|一下|给|的|是|这个|这|谢谢?|您?你?好|领导|收到|发来|发|来"
)
"""What people say around a code that they send."""


@dataclass(frozen=True, slots=True)
class Code:
    """Something like a code, and what else was said; `is_all` if that is next to nothing.

    `is_linked`: it stands as in a link.
    """

    text: str
    rest: str
    is_all: bool
    is_linked: bool

    @property
    def is_spoken_of(self) -> bool:
        """Whether the rest speaks of an invitation, or at least of no matter."""
        return _SPOKEN_OF.search(self.rest) is not None or not names_a_matter(self.rest)


def may_hold(text: str) -> bool:
    """Whether `text` is worth a look, as no ordinary sentence is."""
    return len(text) >= _SHORTEST and _MAY_HOLD.search(text) is not None


def codes_in(text: str) -> list[Code]:
    """Return what looks like an invitation code in `text`, in order; nothing for every ordinary sentence.

    Nothing but digits is a bill's or an account's number; a run inside a link is the link's, unless it is
    a code in length and characters.
    """
    if not may_hold(text):
        return []
    plain = normalize(text)
    return [code for found in _RUN.finditer(plain) if (code := _code(plain, found)) is not None]


def hidden_in(text: str) -> list[str]:
    """Return all that may be codes in `text`, be they run together with other letters or split by blanks."""
    if not may_hold(text):
        return []
    stretches = (found[0].replace(" ", "") for found in _STRETCH.finditer(normalize(text).lower()))
    windows = (
        stretch[start : start + length]
        for stretch in stretches
        for length in LENGTHS
        for start in range(len(stretch) - length + 1)
    )
    return list(islice((each for each in windows if _CODE.fullmatch(each)), _WINDOWS_AT_MOST))


def beside(text: str, code: str) -> Code:
    """Return a code that was hidden in `text`, with what stands around it; of a split one the code alone."""
    before, found, after = normalize(text).lower().partition(code)
    rest = f"{before} {after}".strip() if found else ""
    return Code(code, rest, is_all=not names_a_matter(rest), is_linked=False)


def _code(text: str, found: re.Match[str]) -> Code | None:
    word = found[0].lower()
    is_whole = _CODE.fullmatch(word) is not None and not word.isdigit()
    before, after = text[: found.start()], text[found.end() :]
    rest = f"{before.rstrip()} {after.lstrip()}".strip()
    is_all = len(_ABOUT.sub("", bare(normalize(rest)))) <= LITTLE
    is_linked = before.endswith(tuple(_IN_A_LINK))
    is_part = is_all and not is_linked and _TRUNCATED.fullmatch(word) is not None
    if not (is_whole or is_part):
        return None
    return Code(word, rest, is_all=is_all, is_linked=is_linked)
