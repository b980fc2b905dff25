"""What the container runs as, and that both halves of the service are in the composition and watched."""

import re
from typing import Any

import yaml

from tests.architecture.tree import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
SERVICES: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_image_is_made_in_two_stages_of_a_slim_base_and_is_nobodys_root() -> None:
    stages = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(stages) == 2
    assert all(stage.endswith("-slim") for stage in stages)
    last = DOCKERFILE.rsplit("\nFROM ", 1)[1]
    assert re.findall(r"^USER (\S+)", last, re.MULTILINE) == ["10001"]
    assert "HEALTHCHECK" in last


def test_composition_is_a_database_a_web_process_and_a_worker() -> None:
    commands = {name: each.get("command") for name, each in SERVICES.items()}
    assert commands == {
        "database": None,
        "migrate": ["liaison", "migrate"],
        "web": ["liaison", "serve", "--no-worker"],
        "worker": ["liaison", "worker"],
    }
    assert SERVICES["database"]["image"].startswith("postgres:")
    for name in ("migrate", "web", "worker"):
        assert SERVICES[name]["cap_drop"] == ["ALL"], name
        assert SERVICES[name]["read_only"] is True, name


def test_whatever_stays_up_is_asked_whether_it_is_well() -> None:
    staying = {name for name, each in SERVICES.items() if each["restart"] == "unless-stopped"}
    assert staying == {"database", "web", "worker"}
    assert [name for name in staying if SERVICES[name].get("healthcheck", {}).get("disable")] == []
    worker = SERVICES["worker"]["environment"]
    assert worker["LIAISON_METRICS_PORT"] == worker["LIAISON_PORT"]  # the image's check asks LIAISON_PORT
