"""The outlines of regions, from a customer's GeoJSON file: a map to draw instead of the schematic one.

A feature belongs to the region whose code its properties hold as `code` or `adcode`; what belongs to no
region of the catalogue is not drawn. Outlines are projected once, at the start, into paths of whole units.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from pathlib import Path
from typing import Any, Final

from config import catalog

WIDTH: Final = 1000
"""Units from west to east; finer than any screen shows in a card."""
_CODES: Final = ("code", "adcode")
_CORNERS: Final = 3

Point = tuple[float, float]
Ring = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Outline:
    """One region: its path, and where its name stands."""

    path: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Outlines:
    """All regions of the file by code, and how tall the map is in units."""

    height: int
    regions: Mapping[str, Outline]


def read(path: Path) -> Outlines:
    """Return the outlines of a GeoJSON file.

    Raises:
        ValueError: it cannot be read, is no GeoJSON of areas, or names none of our regions.
    """
    try:
        whole = json.loads(path.read_bytes())
        found: dict[str, list[Ring]] = {}
        for feature in whole["features"]:
            if (code := _code(feature)) in catalog.regions():
                found.setdefault(code, []).extend(_rings(feature["geometry"]))
    except OSError as error:
        raise ValueError(f"the map cannot be read: {error.strerror}") from None
    except (KeyError, TypeError, IndexError, AttributeError, ValueError):
        raise ValueError("the map is a GeoJSON FeatureCollection of polygons") from None
    drawn = {code: rings for code, rings in found.items() if rings}
    if not drawn:
        raise ValueError("no feature of the map has one of our regions' codes as `code` or `adcode`")
    return _projected(drawn)


def _code(feature: Mapping[str, Any]) -> str:
    told = feature["properties"] or {}
    return next((str(told[name]) for name in _CODES if name in told), "")


def _rings(geometry: Mapping[str, Any]) -> Iterator[Ring]:
    if geometry["type"] not in {"Polygon", "MultiPolygon"}:
        raise ValueError(geometry["type"])
    written = geometry["coordinates"]
    for polygon in written if geometry["type"] == "MultiPolygon" else [written]:
        for ring in polygon:
            yield [(float(point[0]), float(point[1])) for point in ring]


def _projected(found: Mapping[str, Sequence[Ring]]) -> Outlines:
    """Flatten the globe: degrees of longitude shrink as they do in the middle of the map."""
    points = [point for rings in found.values() for ring in rings for point in ring]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    if not (east > west and north > south):
        raise ValueError("the map has no extent")
    shrunk = cos(radians((south + north) / 2))
    scale = WIDTH / ((east - west) * shrunk)

    def flat(ring: Ring) -> list[tuple[int, int]]:
        return [(round((x - west) * shrunk * scale), round((north - y) * scale)) for x, y in ring]

    regions = {code: _outline([flat(ring) for ring in rings]) for code, rings in found.items()}
    return Outlines(max(1, round((north - south) * scale)), regions)


def _outline(rings: Sequence[Sequence[tuple[int, int]]]) -> Outline:
    whole = max(rings, key=lambda ring: abs(_area(ring)))
    x, y = _middle(whole)
    return Outline("".join(_path(ring) for ring in rings), x, y)


def _path(ring: Sequence[tuple[int, int]]) -> str:
    """Write a ring without the points that fall on the one before; too small a ring is nothing."""
    kept = [point for n, point in enumerate(ring) if n == 0 or point != ring[n - 1]]
    return "M" + "L".join(f"{x},{y}" for x, y in kept) + "Z" if len(kept) > _CORNERS else ""


def _area(ring: Sequence[tuple[int, int]]) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _middle(ring: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the centre of gravity; of what has no area its first point."""
    area = _area(ring)
    if not area:
        return ring[0]
    sides = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in sides) / (6 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in sides) / (6 * area)
    return round(x), round(y)
