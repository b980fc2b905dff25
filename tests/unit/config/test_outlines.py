"""A customer's map: which regions it has, where they stand, and which files are refused at the start."""

import json
from pathlib import Path
from typing import Any

import pytest

from config import outlines
from tests.world import account_config, settings_for

EAST = [[[124, 41], [126, 41], [126, 43], [124, 43], [124, 41]]]
WEST = [[[122, 41], [124, 41], [124, 43], [122, 43], [122, 41]]]


def feature(coordinates: Any, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def written(folder: Path, *features: Any) -> Path:
    path = folder / "map.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_regions_stand_where_they_lie(tmp_path: Path) -> None:
    path = written(tmp_path, feature(EAST, adcode=210500), feature([WEST], "MultiPolygon", code="210100"))
    drawn = outlines.read(path)
    assert sorted(drawn.regions) == ["210100", "210500"]
    west, east = drawn.regions["210100"], drawn.regions["210500"]
    assert (west.x, east.x) == (250, 750)
    assert west.y == east.y == round(drawn.height / 2)
    assert west.path == f"M0,{drawn.height}L500,{drawn.height}L500,0L0,0L0,{drawn.height}Z"
    assert 600 < drawn.height < 700, "a degree of longitude is three quarters of one of latitude there"


def test_what_is_no_region_of_ours_is_not_drawn(tmp_path: Path) -> None:
    path = written(tmp_path, feature(EAST, adcode=210100), feature(WEST, adcode=110000), feature(WEST))
    assert list(outlines.read(path).regions) == ["210100"]


def test_points_that_fall_together_are_one(tmp_path: Path) -> None:
    fine = [[[122 + n / 100_000, 41] for n in range(2000)] + EAST[0][1:] + [[122, 41]]]
    assert len(outlines.read(written(tmp_path, feature(fine, code="210100"))).regions["210100"].path) < 200


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"features": [3]}',
        '{"features": []}',
        '{"features": [{"properties": {"code": "210100"}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
        '{"features": [{"properties": {"code": "210100"}, "geometry": {"type": "Polygon", "coordinates": [[[1]]]}}]}',
        '{"features": [{"properties": {"code": "210100"}, "geometry": {"type": "Polygon", "coordinates": [[[1, 2]]]}}]}',
    ],
)
def test_wrong_file_is_refused_at_the_start(tmp_path: Path, text: str) -> None:
    path = tmp_path / "map.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="map"):
        settings_for(account_config(), "sqlite+aiosqlite://", "https://api.example", wall_map=path)


def test_missing_file_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        settings_for(account_config(), "sqlite+aiosqlite://", "https://api.example", wall_map=tmp_path / "no")
