"""A customer's map from the setting to the page: fifteen regions of an invented country, drawn and opened."""

import json
from pathlib import Path
from typing import Any

import pytest

from config import catalog
from config.catalog.shapes import RegionKind
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, settle_in
from tests.contracts.wall.pages import Shown
from tests.contracts.wall.visitor import Visitor

CODES = [
    region.code
    for region in catalog.regions().values()
    if region.kind is not RegionKind.COUNTY and region.parent is not None
]


def feature(place: int, code: str) -> dict[str, Any]:
    """A square field of a board of five by three; every third region has an island besides."""
    west, south = 120 + place % 5, 40 + place // 5
    field = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    island = [[x + 0.1, y - 4] for x, y in field]
    several = place % 3 == 0
    geometry = (
        {"type": "MultiPolygon", "coordinates": [[field], [island]]}
        if several
        else {"type": "Polygon", "coordinates": [field]}
    )
    named = {"adcode": int(code)} if several else {"code": code}
    return {"type": "Feature", "properties": named | {"name": "想象之地"}, "geometry": geometry}


def drawn(folder: Path) -> Path:
    path = folder / "map.geojson"
    features = [feature(place, code) for place, code in enumerate(CODES)]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_all_fifteen_are_drawn_and_lead_to_their_cases(sqlite_url: str, tmp_path: Path) -> None:
    assert len(CODES) == 15
    with Desk.open(sqlite_url, wall_map=drawn(tmp_path)) as desk:
        places = {region: settle_in(desk, region) for region in (SHENYANG, DALIAN)}
        with Visitor.at(desk) as visitor:
            visitor.sign_in(desk.key("viewer"))
            regions = Shown.of(visitor.get("/wall").text).section("regions")
            outlines = list(regions.one("svg", "map").all("a"))
            assert [len(list(each.all("path"))) for each in outlines] == [1] * 15
            assert all(each.one("path").attributes["d"].startswith("M") for each in outlines)
            assert list(regions.all("a", "tile")) == []
            for region, place in places.items():
                [mine] = [each for each in outlines if each.attributes["href"].endswith(f"region={region}")]
                assert mine.attributes["class"] == "is-green"
                assert mine.text.endswith(" 1")
                assert f"/wall/cases/{place.number}" in visitor.get(mine.attributes["href"]).text
            assert sum(each.attributes["class"] == "is-out" for each in outlines) == 13


@pytest.mark.parametrize("region", [SHENYANG, DALIAN])
def test_key_of_a_city_sees_its_outline_alone(sqlite_url: str, tmp_path: Path, region: str) -> None:
    with Desk.open(sqlite_url, wall_map=drawn(tmp_path)) as desk, Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer", region))
        regions = Shown.of(visitor.get("/wall").text).section("regions")
        [only] = regions.one("svg", "map").all("a")
        assert only.attributes["href"].endswith(f"region={region}")
