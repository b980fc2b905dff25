"""Play the demo's stories through the simulated phones, and show in the terminal what everybody sees."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import httpx
import yaml
from rich.console import Console
from rich.markup import escape

from config import catalog

STORIES: Final = Path(catalog.__file__).parent / "demo" / "stories.yaml"
_NUMBER: Final = re.compile(r"\s(\d{4,})\b")


class StoryBroken(Exception):
    """A story did not go as it must: the demo shows what is, or stops."""


async def play(phones: httpx.AsyncClient, console: Console) -> None:
    """Play every story.

    Raises:
        StoryBroken: an answer is missing, or a first message opened no ticket.
    """
    listed = (await phones.get("/phones")).json()["phones"]
    names = {one["openid"]: f"{one['nickname']} {one['remark']}".strip() for one in listed}
    for story in yaml.safe_load(STORIES.read_text(encoding="utf-8")):
        console.rule(f"[bold]{story['title']}")
        await _play(phones, names, story["steps"], console)


async def _play(
    phones: httpx.AsyncClient, names: dict[str, str], steps: Iterable[dict[str, str]], console: Console
) -> None:
    number = ""
    for step in steps:
        said = step["say"].replace("{n}", number)
        console.print(f"[bold cyan]{escape(names[step['who']])}[/]：{escape(said)}")
        answer = await phones.post(f"/phones/{step['who']}/say", json={"text": said})
        answer.raise_for_status()
        heard = "\n".join(_texts(answer.json()["entries"]))
        if not heard:
            raise StoryBroken(f"no answer to: {said}")
        if not number:
            number = _number(heard)
        console.print(f"[green]　↳[/] {escape(heard).replace(chr(10), chr(10) + '　　')}\n")


def _texts(entries: Iterable[dict[str, Any]]) -> Iterable[str]:
    return (
        entry["text"] for entry in entries if entry["direction"] == "account" and entry["via"] == "passive"
    )


def _number(heard: str) -> str:
    found = _NUMBER.search(heard)
    if found is None:
        raise StoryBroken(f"no ticket in: {heard}")
    return found[1]
