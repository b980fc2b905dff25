"""The demo's invented people and firms, checked as strictly as a real roster would be."""

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from config.catalog.checks import unique
from config.catalog.places import load_regions
from config.catalog.reading import HERE, Entry, read
from config.catalog.shapes import Stage

_OPENID: Final = re.compile("[A-Za-z0-9_-]{28}")
_PHONE_TAIL: Final = re.compile("[0-9]{4}")


class OfficialKind(StrEnum):
    """A leader owns tickets; an aide works for one leader; a supervisor decides in a region."""

    LEADER = "leader"
    AIDE = "aide"
    SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class DemoOfficial:
    """An invented official; `leader` is the key of the leader an aide works for."""

    key: str
    name: str
    post: str
    department: str
    region: str
    kind: OfficialKind
    leader: str | None
    phone_tail: str
    openid: str | None


@dataclass(frozen=True, slots=True)
class DemoContact:
    """An invented person at an enterprise, with a WeChat identity."""

    name: str
    openid: str
    role: str


@dataclass(frozen=True, slots=True)
class DemoEnterprise:
    """An invented enterprise; `leader` is the key of the leader it is paired with, if any.

    A person may speak for two enterprises; of whom no `stage` is known it is asked.
    """

    key: str
    name: str
    credit_code: str
    region: str
    stage: Stage | None
    leader: str | None
    contacts: tuple[DemoContact, ...]


@dataclass(frozen=True, slots=True)
class DemoRoster:
    """The people and firms of the demo."""

    officials: tuple[DemoOfficial, ...]
    enterprises: tuple[DemoEnterprise, ...]


def load_roster(folder: Path = HERE) -> DemoRoster:
    """Return the demo's roster.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read("demo/roster.yaml", folder)
    whole.only("officials", "enterprises")
    regions = set(load_regions(folder))
    officials = tuple(_official(entry, regions) for entry in whole.entries("officials"))
    enterprises = tuple(_enterprise(entry, regions) for entry in whole.entries("enterprises"))
    roster = DemoRoster(officials, enterprises)
    _check(whole, roster)
    return roster


def _official(entry: Entry, regions: set[str]) -> DemoOfficial:
    entry.only("key", "name", "post", "department", "region", "kind", "leader", "phone_tail", "openid")
    kind = entry.choice("kind", OfficialKind)
    if (kind is OfficialKind.AIDE) != entry.has("leader"):
        raise entry.fault("an aide has a leader, nobody else has one")
    return DemoOfficial(
        key=entry.text("key"),
        name=entry.text("name"),
        post=entry.text("post"),
        department=entry.text("department"),
        region=_region(entry, regions),
        kind=kind,
        leader=entry.text("leader") if entry.has("leader") else None,
        phone_tail=_matching(entry, "phone_tail", _PHONE_TAIL),
        openid=_matching(entry, "openid", _OPENID) if entry.has("openid") else None,
    )


def _enterprise(entry: Entry, regions: set[str]) -> DemoEnterprise:
    entry.only("key", "name", "credit_code", "region", "stage", "leader", "contacts")
    return DemoEnterprise(
        key=entry.text("key"),
        name=entry.text("name"),
        credit_code=entry.text("credit_code"),
        region=_region(entry, regions),
        stage=entry.choice("stage", Stage) if entry.has("stage") else None,
        leader=entry.text("leader") if entry.has("leader") else None,
        contacts=tuple(_contact(contact) for contact in entry.entries("contacts")),
    )


def _contact(entry: Entry) -> DemoContact:
    entry.only("name", "openid", "role")
    return DemoContact(entry.text("name"), _matching(entry, "openid", _OPENID), entry.text("role"))


def _check(whole: Entry, roster: DemoRoster) -> None:
    """Refuse what no single entry shows: repeats, and leaders that are none."""
    people, firms = roster.officials, roster.enterprises
    unique(whole, "key", (*(one.key for one in people), *(firm.key for firm in firms)))
    unique(whole, "credit code", (firm.credit_code for firm in firms))
    officials = [one.openid for one in people if one.openid]
    unique(whole, "openid", officials)
    for firm in firms:
        unique(whole, "openid", (*officials, *(contact.openid for contact in firm.contacts)))
    leaders = {one.key for one in people if one.kind is OfficialKind.LEADER}
    named = {one.key: one.leader for one in people} | {firm.key: firm.leader for firm in firms}
    for key, leader in named.items():
        if leader is not None and leader not in leaders:
            raise whole.fault(f"{key}: {leader} is no leader")


def _region(entry: Entry, regions: set[str]) -> str:
    code = entry.text("region")
    if code not in regions:
        raise entry.fault(f"unknown region {code}")
    return code


def _matching(entry: Entry, key: str, pattern: re.Pattern[str]) -> str:
    text = entry.text(key)
    if not pattern.fullmatch(text):
        raise entry.fault(f"{key} must match {pattern.pattern}, not {text!r}")
    return text
