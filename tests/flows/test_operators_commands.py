"""What operators type: each command does what the guide says, and says what is wrong in one line."""

import json
import os
import re
import subprocess
import sys
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

import httpx
import pytest

from bot.demo_stories import LOCAL, moved, stories
from models.session import Database
from tests.flows.test_menu import liaison
from tests.roster import OWNER
from tests.world import World


def run(*arguments: str, said: str | None = None, **settings: str) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        env=clean | settings,
        input=said,
        capture_output=True,
        text=True,
        check=False,
    )


def test_demo_plays_every_story_and_shows_what_matters_in_it() -> None:
    done = run("demo", "--headless", "--port", "8461")

    assert done.returncode == 0, done.stderr
    told = "".join(done.stdout.split()).replace("─", "")
    for story, after in zip_longest(stories(), stories()[1:]):
        begins = told.index("".join(story["title"].split()))
        ends = told.index("".join(after["title"].split())) if after else len(told)
        for line in story["shows"]:
            shown = re.sub(r"\\\{n\d?\\\}", "[0-9]{4}", re.escape("".join(line.split())))
            assert re.search(shown, told[begins:ends]), (story["title"], line)
    office = told[told.index("管理员这一天") :]
    for line in ("摘要分毫不差", "第4行企业名称：没有填", "旧密钥立刻401", "签名核对无误", "没有发现问题"):
        assert line in office
    for name in ("拖欠账款", "政策落实", "要素保障", "行政审批", "知识产权", "产业链协同", "待定类"):
        assert any(story["title"].startswith(name) for story in stories())


@pytest.mark.parametrize(
    ("how", "then"),
    [
        ({"hours": 1.5}, "2026-12-04 16:30"),
        ({"at": "16:00"}, "2026-12-04 16:00"),
        ({"at": "09:00"}, "2026-12-05 09:00"),
        ({"workday": "09:00"}, "2026-12-07 09:00"),
        ({"workday": "09:00", "days": 4}, "2026-12-08 09:00"),
        ({"workday": "14:00", "in_a_row": 2}, "2026-12-07 14:00"),
        ({"workday": "16:00", "in_a_row": 2}, "2026-12-07 16:00"),
        ({"workday": "16:00"}, "2026-12-04 16:00"),
        (None, "2026-12-04 15:00"),
    ],
)
def test_clock_of_a_story_moves_to_the_moment_it_names(how: dict[str, Any] | None, then: str) -> None:
    friday = datetime(2026, 12, 4, 15, 0, tzinfo=LOCAL)
    assert moved(friday, how) == datetime.fromisoformat(then).replace(tzinfo=LOCAL)
    assert moved(friday + timedelta(minutes=1), None) == datetime(2026, 12, 7, 9, 30, tzinfo=LOCAL)


def test_demo_says_that_its_port_is_taken(world: World) -> None:
    port = str(world.product.server.port)

    done = run("demo", "--headless", "--port", port)

    assert done.returncode == 1
    assert f"Cannot listen on 127.0.0.1:{port}" in done.stdout


def test_key_is_printed_once_and_opens_the_api(world: World) -> None:
    made = liaison(world, "key", "create", "--name", "督查室", "--role", "viewer")
    key = made.stdout.strip()

    answer = world.web.get("/api/v1/officials", headers={"Authorization": f"Bearer {key}"})

    assert answer.status_code == httpx.codes.OK
    assert {one["name"] for one in answer.json()["items"]} == {"安予诚", "程小满", "简闻和"}
    database = Database(world.settings.database_url)
    with database.engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT * FROM api_keys").fetchall()
    database.dispose()
    assert key not in str(stored)


def test_doctor_finds_a_healthy_house_healthy(world: World) -> None:
    done = liaison(world, "doctor")

    assert done.returncode == 0, done.stdout
    assert "✓ platform" in done.stdout
    assert "✓ provincial office: 省营商局局长 简闻和" in done.stdout


def test_doctor_names_what_is_wrong(world: World) -> None:
    world.sim.post(
        "/faults", json={"kind": "errcode", "path": "/cgi-bin/stable_token", "errcode": 40164, "times": None}
    )

    done = liaison(world, "doctor")

    assert done.returncode == 1
    assert "✗ platform: refuses us: 40164" in done.stdout


def test_missing_settings_are_named_without_a_traceback() -> None:
    done = run("serve")

    assert done.returncode == 2
    assert "LIAISON_WECHAT_APP_ID" in done.stderr
    assert "Traceback" not in done.stderr


def test_classify_answers_line_by_line() -> None:
    done = run("classify", said='{"id": "a", "text": "管委会欠我们工程尾款三百多万，拖了两年不给"}\n')

    answer = json.loads(done.stdout)
    assert (answer["id"], answer["type"]) == ("a", "arrears")
    assert set(answer) == {"id", "intent", "type", "confidence", "second", "scores", "facts"}


def test_metrics_count_what_came_in(world: World) -> None:
    world.phone(OWNER).say("给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结")

    lines = world.web.get("/metrics").text.splitlines()

    assert any(line.startswith('liaison_inbound_total{kind="text",outcome="ticket"}') for line in lines)
    assert 'liaison_outbox{state="dead"} 0.0' in lines
