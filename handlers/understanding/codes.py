"""Invitation codes in what people type: 26 characters of base 32, or 32 hexadecimal digits.

Which of them is a live invite is for the caller to look up; here is only what looks like one.
"""

import re
from dataclasses import dataclass
from typing import Final

from .headline import names_a_matter
from .intents import bare
from .text import normalize

SHORTEST: Final = 20
"""Characters of the shortest text in which a code, or the greater part of one, can stand."""
LITTLE: Final = 8
"""Characters beside something like a code in a text that is about nothing else."""

_RUN: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{20,40}(?![0-9A-Za-z])")
_CODE: Final = re.compile("[a-z2-7]{26}|[0-9a-f]{32}")
_TRUNCATED: Final = re.compile("(?=[a-z]*[0-9])(?=[0-9]*[a-z])[0-9a-z]{20,40}")
_IN_A_LINK: Final = "/?&=.%_#-"
_SPOKEN_OF: Final = re.compile("绑定|邀请")
_ABOUT: Final = re.compile(
    "绑定|邀请码|邀请|验证码|注册码|号码|码|我们?|要|想|请|帮|麻烦|一下|给|的|是|这个|这|谢谢?|您?你?好|领导|收到|发来|发|来"
)
"""What people say around a code that they send."""


@dataclass(frozen=True, slots=True)
class Code:
    """Something like a code, and what else was said; `is_all` if that is next to nothing.

    `is_whole`: it has the length and the characters of a code; `is_linked`: it stands as in a link.
    """

    text: str
    rest: str
    is_whole: bool
    is_all: bool
    is_linked: bool

    @property
    def is_spoken_of(self) -> bool:
        """Whether the rest speaks of an invitation, or at least of no matter."""
        return _SPOKEN_OF.search(self.rest) is not None or not names_a_matter(self.rest)


def code_in(text: str) -> Code | None:
    """Return what looks like an invitation code in `text`; None for every ordinary sentence.

    Nothing but digits is a bill's or an account's number; a run inside a link is the link's, unless it is
    a code in length and characters.
    """
    if len(text) < SHORTEST:
        return None
    return next((code for found in _RUN.finditer(text) if (code := _code(text, found)) is not None), None)


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
    return Code(word, rest, is_whole=is_whole, is_all=is_all, is_linked=is_linked)
