"""Play the demo's stories through the simulated phones, and show in the terminal what everybody sees.

A story's people type, tap, scan, send pictures, voices and places, use the menu, leave and come back; and
its clock moves. What a story must show is written beside it: a story that does not show it is broken.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import yaml
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding

from config import catalog
from handlers import say
from models.queries.workdays import calendar

STORIES: Final = Path(catalog.__file__).parent / "demo" / "stories.yaml"
LOCAL: Final = ZoneInfo("Asia/Shanghai")
STRANGER: Final = "stranger"
STRANGERS_OPENID: Final = "oDemoStranger_0000000000001"
_MEANT: Final = re.compile(r"\{n(\d?)\}")
_PICTURE: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
_PLACE: Final = {"latitude": 41.8, "longitude": 123.4}
_QUIET: Final = frozenset({"unfollow", "picture", "voice", "place", "menu", "follow"})
"""Acts that need no answer."""

_MORNING: Final = time(9)
_AFTERNOON: Final = time(15)
_FURTHEST: Final = 40
"""Days ahead that are looked at; no holidays last so long."""

Calm = Callable[[], Awaitable[None]]
Office = Callable[[Mapping[str, Any], list[str]], None]
"""Does what a supervisor, or a loop of ours, does with the cases of a story so far."""
Step = Mapping[str, Any]


class StoryBroken(Exception):
    """A story did not go as it must: the demo shows what is, or stops."""


def stories() -> list[dict[str, Any]]:
    """Return the stories as they are written."""
    return list(yaml.safe_load(STORIES.read_text(encoding="utf-8")))


async def play(phones: httpx.AsyncClient, console: Console, calm: Calm, office: Office) -> None:
    """Play every story; `calm` returns once everything that is due has been done and delivered.

    `office` does what no phone does.

    Raises:
        StoryBroken: an answer is missing, or something that a story must show.
    """
    stage = Stage(phones, console, calm, office)
    for story in stories():
        await stage.play(story)


def openids() -> dict[str, str]:
    """Return whose phone a name in a story means: an official, a firm's first contact, or its second."""
    invented = catalog.demo_roster()
    found = {one.key: one.openid for one in invented.officials if one.openid}
    for firm in invented.enterprises:
        keys = (firm.key, *(f"{firm.key}-{n}" for n in range(2, len(firm.contacts) + 1)))
        found |= {key: contact.openid for key, contact in zip(keys, firm.contacts, strict=True)}
    return found | {STRANGER: STRANGERS_OPENID}


class Stage:
    """The phones on the desk, and what has been seen on them in the story that is played."""

    def __init__(self, phones: httpx.AsyncClient, console: Console, calm: Calm, office: Office) -> None:
        self._office = office
        self._phones = phones
        self._console = console
        self._calm = calm
        self._openids = openids()
        self._names: dict[str, str] = {}
        self._seen: dict[str, int] = {}
        self._numbers: list[str] = []
        self._shown: list[str] = []

    async def play(self, story: Mapping[str, Any]) -> None:
        """Play one story to its end, and what it brings to everybody's phone.

        Raises:
            StoryBroken: an answer is missing, or something that it must show.
        """
        self._console.rule(f"[bold]{story['title']}")
        steps, self._numbers, self._shown = story["steps"], [], []
        await self._move(story.get("begins"))
        await self._open_the_chat(steps)
        for step in steps:
            await self._take(step)
        await self._calm()
        for who in dict.fromkeys(step["who"] for step in steps if "who" in step):
            await self._show_news(who)
        shown = "".join("".join(self._shown).split())
        for line in story["shows"]:
            if "".join(self._meant(line).split()) not in shown:
                raise StoryBroken(f"{story['title']}: {self._meant(line)}")

    async def _open_the_chat(self, steps: Iterable[Step]) -> None:
        """Let the story's officials have used the chat before, so that news reaches them in full."""
        officials = {one.key for one in catalog.demo_roster().officials}
        for who in sorted({step["who"] for step in steps if step.get("who") in officials}):
            await self._phones.post(f"/phones/{self._openids[who]}/say", json={"text": say.OPENING})
        await self._calm()
        for one in (await self._phones.get("/phones")).json()["phones"]:
            self._seen[one["openid"]] = int(one["last_id"])
            self._names[one["openid"]] = f"{one['nickname']} {one['remark']}".strip()

    async def _take(self, step: Step) -> None:
        if "clock" in step:
            await self._calm()
            await self._move(step["clock"])
            await self._calm()
            return
        if "office" in step:
            await self._calm()
            await asyncio.to_thread(self._office, step["office"], list(self._numbers))
            await self._calm()
            return
        who = step["who"]
        if self._shown:
            await self._calm()
            await self._show_news(who)
        ((kind, value),) = ((kind, value) for kind, value in step.items() if kind != "who")
        act, body = await self._act(kind, value)
        self._say(f"[bold cyan]{escape(self._name(who))}[/]：{escape(self._heard_as(kind, value))}")
        url = f"/phones/{self._openids[who]}/{act}"
        if act == "image":
            answer = await self._phones.post(url, files={"media": ("picture.png", _PICTURE)})
        else:
            answer = await self._phones.post(url, json=body)
        if answer.is_error:
            raise StoryBroken(f"{kind} {value}: {answer.text}")
        heard = "\n".join(_texts(answer.json()["entries"], "passive"))
        if not heard and kind not in _QUIET:
            raise StoryBroken(f"no answer to: {kind} {value}")
        if heard:
            self._tell("↳", heard)

    async def _act(self, kind: str, value: Any) -> tuple[str, dict[str, Any]]:
        """Return which act of the phone a step is, and what it takes."""
        if kind == "scan":
            codes = (await self._phones.get("/account")).json()["codes"]
            return kind, {"scene": [code["ticket"] for code in codes][value]}
        takes = {
            "say": ("say", {"text": self._meant(value) if kind == "say" else ""}),
            "tap": ("tap", {"label": value}),
            "menu": ("menu", {"key": value}),
            "picture": ("image", {}),
            "voice": ("voice", {"seconds": 4, "recognition": value}),
            "place": ("location", {**_PLACE, "label": value}),
        }
        return takes.get(kind, (kind, {}))

    def _heard_as(self, kind: str, value: Any) -> str:
        if kind == "say":
            return self._meant(value)
        return say.by_hand(kind, str(value))

    async def _move(self, how: Mapping[str, Any] | None) -> None:
        """Move the clock on: by `hours`, or to the next moment when it is `at` (of a `workday`)."""
        now = datetime.fromisoformat((await self._phones.get("/clock")).json()["now"])
        then = moved(now, how)
        step = (then - now).total_seconds()
        await self._phones.post("/clock/advance", json={"seconds": step})
        if step >= 60:  # noqa: PLR2004 -- less is not worth a line
            self._console.print(f"[yellow]{say.day(then)}[/]\n")

    async def _show_news(self, who: str) -> None:
        """Show what reached this phone since its owner last looked."""
        openid = self._openids[who]
        asked = {"after": self._seen[openid], "wait": 0}
        answer = (await self._phones.get(f"/phones/{openid}/transcript", params=asked)).json()
        self._seen[openid] = answer["last_id"]
        for text in _texts(answer["entries"], "custom", "template"):
            self._say(f"[dim]{escape(self._name(who))} ⟵[/]")
            self._tell(" ", text or say.MEDIA_CAME)

    def _name(self, who: str) -> str:
        return self._names[self._openids[who]]

    def _meant(self, words: str) -> str:
        """Put the story's numbers in: {n} is the first ticket it opened, {n2} the second."""

        def number(found: re.Match[str]) -> str:
            place = int(found[1] or 1)
            if len(self._numbers) < place:
                raise StoryBroken(f"no ticket for: {words}")
            return self._numbers[place - 1]

        return _MEANT.sub(number, words)

    def _say(self, line: str) -> None:
        self._console.print(line)

    def _tell(self, mark: str, text: str) -> None:
        self._shown.append(text)
        for found in say.OPENED.finditer(text):
            if (number := found[1] or found[2]) not in self._numbers:
                self._numbers.append(number)
        said = f"[green]{mark}[/] {escape(text)}"
        # Padding fills a width, and cuts what is longer: where lines stay whole there is none.
        whole = self._console.soft_wrap
        self._console.print(indent(said, "  ") if whole else Padding(said, (0, 0, 0, 2)))
        self._console.print()


def moved(now: datetime, how: Mapping[str, Any] | None) -> datetime:
    """Return the moment that a move of the clock leads to; to the next office hours if it says nothing."""
    if how is None:
        return now if _is_office_hour(now) else moved(now, {"workday": "09:30"})
    if "hours" in how:
        return now + timedelta(hours=how["hours"])
    wanted = time.fromisoformat(how.get("workday") or how["at"])
    first = now.astimezone(LOCAL).date() + timedelta(days=how.get("days", 0))
    for day in (first + timedelta(days=n) for n in range(_FURTHEST)):
        then = datetime.combine(day, wanted, LOCAL)
        needed = range("workday" in how and how.get("in_a_row", 1))
        if then > now and all(_is_worked(day + timedelta(days=n)) for n in needed):
            return then
    raise StoryBroken(f"no such moment: {how}")


def _is_office_hour(now: datetime) -> bool:
    local = now.astimezone(LOCAL)
    return _is_worked(local.date()) and _MORNING <= local.time() <= _AFTERNOON


def _is_worked(day: date) -> bool:
    return calendar().add_working_days(day, 0) == day


def _texts(entries: Iterable[dict[str, Any]], *ways: str) -> Iterable[str]:
    return (entry["text"] for entry in entries if entry["via"] in ways)
