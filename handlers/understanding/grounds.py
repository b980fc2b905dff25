"""The reason of a refusal as an official types it: one of the catalogue, words, perhaps the right channel."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from config import catalog

from .regex import Regex

_GAP: Final = re.compile(r"[\s，,、：:；;。.]+")
_CHANNEL: Final = Regex(
    r"(?:^|[\s，,；;。.])(?:正确)?(?:渠道|去处)(?:是|为)?[\s：:]+(?P<channel>.+)$", re.DOTALL
)
_POINTED: Final = Regex(
    r"(?:^|[\s，,；;。.])(?:请|应当?|可以?|需要?|须|建议)(?:[您你]们?|贵?公司|企业)?(?:直接)?(?:到|去|向|找|联系|咨询|拨打)"
    r"(?P<channel>[^。；;]*?(?:[局委厅办院所站]|海关|银行|街道|中心|窗口|部门|公司|热线|法庭)[^。；;]*)"
)
_BASIS: Final = Regex("《[^《》]{2,60}》|[〔\\[]\\d{4}[〕\\]]\\d{1,5}号")


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood: the code of a reason if one was named first, the words, the channel if any."""

    code: str | None
    words: str
    channel: str | None


def read_grounds(text: str) -> Said:
    """Return the reason, words and channel that `text` names."""
    head = _GAP.split(text, maxsplit=1)[0]
    code = _codes().get(head)
    rest = _GAP.sub("", text[len(head) :], count=1) if code else text
    found = _CHANNEL.search(rest)
    if found is None:
        return Said(code, rest.strip(), None)
    return Said(code, rest[: found.start()].strip(), found["channel"].strip())


def pointed_to(words: str) -> str | None:
    """Return where `words` send somebody (请到市场监管局许可科，电话024-…), None if they name no office."""
    found = _POINTED.search(words)
    return found["channel"].strip() if found else None


def names_a_basis(words: str) -> bool:
    """Whether `words` name a document: its title, or its number."""
    return _BASIS.search(words) is not None


@cache
def _codes() -> dict[str, str]:
    return {
        name: reason.code
        for reason in catalog.decline_reasons().values()
        for name in (reason.name, *reason.aliases)
    }
