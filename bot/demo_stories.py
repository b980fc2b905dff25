"""Play the demo's stories through the simulated phones, and show in the terminal what everybody sees."""

import re
from collections.abc import Iterable
from pathlib import Path
from textwrap import indent
from typing import Any, Final

import httpx
import yaml
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from config import catalog

STORIES: Final = Path(catalog.__file__).parent / "demo" / "stories.yaml"
WAIT: Final = 3.0
QUIET: Final = 0.5
"""Seconds without news after which a phone has received all there is."""
_NUMBER: Final = re.compile(r"\s(\d{4,})\b")


class StoryBroken(Exception):
    """A story did not go as it must: the demo shows what is, or stops."""


async def play(phones: httpx.AsyncClient, console: Console) -> None:
    """Play every story.

    Raises:
        StoryBroken: an answer is missing, or a first message opened no ticket.
    """
    listed = (await phones.get("/phones")).json()["phones"]
    await _warm(phones)
    names = {one["openid"]: f"{one['nickname']} {one['remark']}".strip() for one in listed}
    for story in yaml.safe_load(STORIES.read_text(encoding="utf-8")):
        console.rule(f"[bold]{story['title']}")
        await _play(phones, names, story["steps"], console)


async def _warm(phones: httpx.AsyncClient) -> None:
    """Let the first story's officials have used the chat before, so that news reaches them in full."""
    first = yaml.safe_load(STORIES.read_text(encoding="utf-8"))[0]
    owner = first["steps"][0]["who"]
    for who in sorted({step["who"] for step in first["steps"]} - {owner}):
        await phones.post(f"/phones/{who}/say", json={"text": first["before"]})


async def _play(
    phones: httpx.AsyncClient, names: dict[str, str], steps: Iterable[dict[str, str]], console: Console
) -> None:
    number = ""
    listed = (await phones.get("/phones")).json()["phones"]
    seen = {one["openid"]: int(one["last_id"]) for one in listed}
    for step in steps:
        who, said = step["who"], step["say"].replace("{n}", number)
        if number:
            await _show_news(phones, names[who], who, seen, console)
        console.print(f"[bold cyan]{escape(names[who])}[/]：{escape(said)}")
        answer = await phones.post(f"/phones/{who}/say", json={"text": said})
        answer.raise_for_status()
        heard = "\n".join(_texts(answer.json()["entries"], "passive"))
        if not heard:
            raise StoryBroken(f"no answer to: {said}")
        number = number or _number(heard)
        _tell(console, "↳", heard)


async def _show_news(
    phones: httpx.AsyncClient, name: str, who: str, seen: dict[str, int], console: Console
) -> None:
    """Show what reached this phone since its owner last looked, waiting for it to arrive."""
    wait = WAIT
    while True:
        asked = {"after": seen[who], "wait": wait}
        answer = (await phones.get(f"/phones/{who}/transcript", params=asked)).json()
        seen[who] = answer["last_id"]
        if not answer["entries"]:
            return
        for text in _texts(answer["entries"], "custom", "template"):
            console.print(f"[dim]{escape(name)} ⟵[/]")
            _tell(console, " ", text)
        wait = QUIET


def _tell(console: Console, mark: str, text: str) -> None:
    said = f"[green]{mark}[/] {escape(text)}"
    # Padding fills a width, and cuts what is longer: where lines stay whole there is none.
    console.print(indent(said, "  ") if console.soft_wrap else Padding(said, (0, 0, 0, 2)))
    console.print()


def _texts(entries: Iterable[dict[str, Any]], *ways: str) -> Iterable[str]:
    return (entry["text"] for entry in entries if entry["via"] in ways)


def _number(heard: str) -> str:
    found = _NUMBER.search(heard)
    if found is None:
        raise StoryBroken(f"no ticket in: {heard}")
    return found[1]
