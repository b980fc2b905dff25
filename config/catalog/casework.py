"""What an owner needs to work a case with others, or to decline it: reasons, channels, names of units."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from config.catalog.checks import unique
from config.catalog.reading import HERE, Entry, read


class Asks(StrEnum):
    """What an official's own words must hold besides the reason, where the reason alone says too little."""

    BASIS = "basis"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class DeclineReason:
    """Why a request may be declined, and where it belongs instead.

    `aliases` name the same reason when an official types them. `channel` is None where only the case knows
    the right channel, so that the official must say it.
    """

    code: str
    name: str
    aliases: tuple[str, ...]
    about: str
    channel: str | None
    asks: Asks | None
    source: str


@dataclass(frozen=True, slots=True)
class FirstReceiver:
    """The rule that whoever takes a request keeps it until it is done, and where it stands."""

    name: str
    source: str


def load_declines(folder: Path = HERE) -> tuple[Mapping[str, DeclineReason], FirstReceiver]:
    """Return the reasons to decline by code, in the order they are offered, and the first-receiver rule.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("declines.yaml", folder)
    whole.only("first_receiver", "reasons")
    rule = whole.entry("first_receiver")
    rule.only("name", "source")
    reasons = tuple(_reason(entry) for entry in whole.entries("reasons"))
    unique(whole, "reason", (one.code for one in reasons))
    unique(whole, "name or alias", (word for one in reasons for word in (one.name, *one.aliases)))
    first = FirstReceiver(rule.text("name"), rule.text("source"))
    return MappingProxyType({one.code: one for one in reasons}), first


def load_units(folder: Path = HERE) -> Mapping[str, tuple[str, ...]]:
    """Return what else people call a department, by the department as the roster spells it.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("units.yaml", folder)
    whole.only("units")
    rows = [_unit(entry) for entry in whole.entries("units")]
    unique(whole, "name or alias", (word for name, aliases in rows for word in (name, *aliases)))
    return MappingProxyType(dict(rows))


def _reason(entry: Entry) -> DeclineReason:
    entry.only("code", "name", "aliases", "about", "channel", "asks", "source")
    return DeclineReason(
        code=entry.text("code"),
        name=entry.text("name"),
        aliases=entry.texts("aliases"),
        about=entry.text("about"),
        channel=entry.text("channel") if entry.has("channel") else None,
        asks=entry.choice("asks", Asks) if entry.has("asks") else None,
        source=entry.text("source"),
    )


def _unit(entry: Entry) -> tuple[str, tuple[str, ...]]:
    entry.only("department", "aliases")
    return entry.text("department"), entry.texts("aliases")
