"""What a process of ours writes down: lines a machine can read, without secrets, people or their words.

Logging is the whole process's affair, so each way of logging is tried in a process of its own.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = """
import logging, sys
import structlog
from bot import log
log.configure("INFO", sys.argv[1])
said = structlog.get_logger()
said.info("hello", kind="text", openid="o-SECRET", wechat_token="SECRET", app_secret="SECRET",
          aes_key="SECRET", Phone="138SECRET", text="SECRET words", msg_signature="SECRET")
said.debug("below the level")
logging.getLogger("httpx").info("GET https://host/cgi-bin/x?access_token=SECRET")
logging.getLogger("httpx").warning("httpx warns")
logging.getLogger("uvicorn.access").info("POST /wechat?openid=SECRET")
logging.getLogger("uvicorn.error").info("started")
def broken(openid):
    raise ValueError("SECRET value of " + openid)
try:
    broken("o-SECRET")
except ValueError:
    said.exception("turn_failed", kind="text")
try:
    broken("o-SECRET")
except ValueError:
    logging.getLogger("asyncio").exception("task failed")
"""
VISIBLE = ["hello", "httpx warns", "started", "turn_failed", "task failed"]


def written(style: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, style],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert done.stdout == ""
    return done.stderr


def entries() -> list[dict[str, Any]]:
    return [json.loads(line) for line in written("json").splitlines()]


@pytest.mark.parametrize("style", ["json", "console"])
def test_nothing_secret_is_written_and_the_rest_is(style: str) -> None:
    text = written(style)
    assert [word for word in VISIBLE if word not in text] == []
    assert [line for line in text.splitlines() if "SECRET" in line] == []
    assert "below the level" not in text


def test_every_line_is_one_json_object_with_time_level_and_event() -> None:
    found = entries()
    assert [entry["event"] for entry in found] == VISIBLE
    assert [entry["level"] for entry in found] == ["info", "warning", "info", "error", "error"]
    assert {entry["timestamp"][-1] for entry in found} == {"Z"}


def test_failure_says_what_and_where() -> None:
    [failed] = [entry for entry in entries() if entry["event"] == "turn_failed"]
    assert failed["kind"] == "text"
    assert "ValueError" in failed["exception"]
    assert "in broken" in failed["exception"]


def test_redacted_fields_keep_their_names() -> None:
    hidden = {"openid", "wechat_token", "app_secret", "aes_key", "Phone", "text", "msg_signature"}
    hello = entries()[0]
    assert {name: hello[name] for name in hidden} == dict.fromkeys(hidden, "…")
    assert hello["kind"] == "text"
