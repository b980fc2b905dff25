"""Regions, and which of them a sentence is about."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from config.catalog.checks import unique
from config.catalog.reading import HERE, Entry, read
from config.catalog.shapes import Region, RegionKind

_FILE: Final = "regions.yaml"
_DISTRICT: Final = "\u533a"
_FULL_NAME: Final = ("\u5e02", "\u53bf")
"""The last characters of a district's name, and of a city's or county's."""
_NOT_AN_AREA: Final = "(?!\u57df)"
"""A district's name may be the start of the word for an area."""
_NOT_A_ROAD: Final = "(?![\u4e1c\u897f\u5357\u5317\u4e2d]?[\u8def\u8857\u9053])"
"""Streets anywhere are named after cities: a short name, a compass point perhaps, road or street."""


def load_regions(folder: Path = HERE) -> Mapping[str, Region]:
    """Return every region by its code: province, zones, cities, counties.

    Raises:
        CatalogError: the file cannot be meant; the message names the entry.
    """
    whole = read(_FILE, folder)
    whole.only("province", "zones", "cities")
    found = tuple(_regions(whole))
    unique(whole, "code", (region.code for region in found))
    unique(whole, "alias", (alias for region in found for alias in region.aliases))
    return MappingProxyType({region.code: region for region in found})


class Gazetteer:
    """Finds the city or zone that a sentence names, by its own name or by a county's."""

    def __init__(self, regions: Mapping[str, Region]) -> None:
        self._codes = {
            alias: region.parent or region.code if region.kind is RegionKind.COUNTY else region.code
            for region in regions.values()
            for alias in region.aliases
        }
        self._zones = _pattern(regions, RegionKind.ZONE)
        self._cities = _pattern(regions, RegionKind.CITY, RegionKind.COUNTY)
        self._counties = {
            city.code: _named(county for county in regions.values() if county.parent == city.code)
            for city in regions.values()
            if city.kind is RegionKind.CITY
        }

    def city_in(self, text: str) -> str | None:
        """Return the code of the zone `text` names, else of the first city or county's city."""
        found = self._zones.search(text) or self._cities.search(text)
        return self._codes[found.group()] if found else None

    def nearest_in(self, text: str) -> str | None:
        """Return the code of the zone `text` names, else of the county in its city, else of that city.

        A county whose name others have too is found only where the text names its city.
        """
        city = self.city_in(text)
        if city not in self._counties:
            return city
        pattern, codes = self._counties[city]
        found = pattern.search(text)
        return codes[found.group()] if found else city


def _regions(whole: Entry) -> Iterator[Region]:
    province = _region(whole.entry("province"), RegionKind.PROVINCE, parent=None)
    yield province
    for zone in whole.entries("zones"):
        yield _region(zone, RegionKind.ZONE, parent=province.code)
    for city in whole.entries("cities"):
        yield _region(city, RegionKind.CITY, parent=province.code)
        for county in city.entries("counties"):
            yield _region(county, RegionKind.COUNTY, parent=city.text("code"))


def _region(entry: Entry, kind: RegionKind, *, parent: str | None) -> Region:
    entry.only("code", "name", "short", "tile", "aliases", "counties")
    code = entry.text("code")
    if not re.fullmatch("[0-9]{6}", code):
        raise entry.fault(f"code must be six digits, not {code!r}")
    if kind is RegionKind.COUNTY and code[:4] != str(parent)[:4]:
        raise entry.fault(f"{code} does not lie in {parent}")
    name = entry.text("name")
    short = entry.text("short", name)
    return Region(code, name, short, kind, parent, entry.texts("aliases"), _tile(entry))


def _tile(entry: Entry) -> tuple[int, int] | None:
    if not entry.has("tile"):
        return None
    tile = entry.entry("tile")
    tile.only("column", "row")
    return tile.whole("column", least=0), tile.whole("row", least=0)


def _named(counties: Iterable[Region]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Return what finds any of a city's counties by its name or an alias, and the code of each."""
    codes = {name: county.code for county in counties for name in (county.name, *county.aliases)}
    return _any_of(codes), codes


def _pattern(regions: Mapping[str, Region], *kinds: RegionKind) -> re.Pattern[str]:
    """Return what finds any alias of regions of these kinds."""
    aliases = {alias for region in regions.values() if region.kind in kinds for alias in region.aliases}
    return _any_of(aliases)


def _any_of(aliases: Iterable[str]) -> re.Pattern[str]:
    """Return what finds any alias, the longest first; with none it finds nothing."""
    longest_first = sorted(aliases, key=lambda alias: (-len(alias), alias))
    return re.compile("|".join(re.escape(alias) + _guard(alias) for alias in longest_first) or "(?!)")


def _guard(alias: str) -> str:
    if alias.endswith(_DISTRICT):
        return _NOT_AN_AREA
    return "" if alias.endswith(_FULL_NAME) else _NOT_A_ROAD
