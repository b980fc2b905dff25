"""What operators type: each command does what the guide says, and says what is wrong in one line."""

import json
import os
import subprocess
import sys

import httpx

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


def test_demo_plays_a_story_of_every_type_in_order() -> None:
    done = run("demo", "--headless", "--port", "8461")

    assert done.returncode == 0, done.stderr
    for name in ("拖欠账款", "政策落实", "要素保障", "行政审批", "知识产权", "产业链协同", "待定类"):
        assert name in done.stdout
    story = "".join(done.stdout.split())
    moments = ["收到，编号", "新诉求1010", "已受理1010", "有进展", "说已办结", "已销号"]
    assert sorted(moments, key=story.index) == moments
    calls = [
        "已给沈阳云杉里",
        "来电预告",
        "好的，已告诉对方",
        "没有登记",
        "打不通（第1天）",
        "已改好并告诉对方",
    ]
    assert sorted(calls, key=story.index) == calls


def test_demo_says_that_its_port_is_taken(small_world: World) -> None:
    port = str(small_world.product.server.port)

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


def test_doctor_names_what_is_wrong(small_world: World) -> None:
    small_world.sim.post(
        "/faults", json={"kind": "errcode", "path": "/cgi-bin/stable_token", "errcode": 40164, "times": None}
    )

    done = liaison(small_world, "doctor")

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
