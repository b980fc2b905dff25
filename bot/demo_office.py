"""The demo's office: what an admin does in a day, done through the API, told in the terminal and on a page.

Every step asks the running service over HTTP with the demo's key, as `docs/api.md` does with curl; what it
tells is what was answered. A step that is not answered as it must be stops the demo.
"""

import asyncio
import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import yaml
from rich.console import Console
from rich.markup import escape

from config import catalog
from models.queries.proof import Report

PATH: Final = "/demo/office"
_TEXTS: Final = Path(catalog.__file__).parent / "demo" / "office.yaml"
_PATIENCE: Final = 15.0
"""Seconds within which a post must arrive."""
_GLANCE: Final = 0.05
_SHOWN: Final = 5
"""Entries of the audit that are shown."""
_DIGEST: Final = 16
_HALF_A_YEAR: Final = timedelta(days=180)
_REGION: Final = "210100"

File = tuple[str, bytes]
"""Its media type and what is in it."""


class OfficeClosed(Exception):
    """The API did not answer as it must: the demo shows what is, or stops."""


@dataclass
class Told:
    """One step: what was asked of the API, what came of it, and the file that came, if any."""

    title: str
    why: str
    asked: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    file: str | None = None


@dataclass
class Hook:
    """Another system, to which webhooks post: what came last."""

    came: asyncio.Event = field(default_factory=asyncio.Event)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def is_signed_with(self, secret: str) -> bool:
        """Check the post's signature as the standard says, not with our own code."""
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode()
        key = b64decode(secret.removeprefix("whsec_"))
        mine = "v1," + b64encode(hmac.digest(key, head + self.body, hashlib.sha256)).decode()
        return any(hmac.compare_digest(mine, each) for each in self.headers["webhook-signature"].split())


class Office:
    """Somebody at a desk with the demo's key. `verify` looks through every chain and every count."""

    def __init__(
        self, api: httpx.AsyncClient, here: str, clock: Callable[[], datetime], verify: Callable[[], Report]
    ) -> None:
        self._api = api
        self._here = here
        self._clock = clock
        self._verify = verify
        self._texts: dict[str, Any] = yaml.safe_load(_TEXTS.read_text(encoding="utf-8"))
        self._busy = asyncio.Lock()
        self._began = clock()
        self.hook = Hook()
        self.told: Sequence[Told] = ()
        self.files: dict[str, File] = {}

    @property
    def words(self) -> Mapping[str, Any]:
        """What is said around the steps."""
        return self._texts

    async def walk(self) -> Sequence[Told]:
        """Take every step once; two who ask at once wait for one another.

        Raises:
            OfficeClosed: the API did not answer as it must.
        """
        async with self._busy:
            told, self._began = [], self._clock()
            for key, step in _STEPS.items():
                text = self._texts["steps"][key]
                one = Told(text["title"], text["why"])
                facts = await step(self, one)
                one.done = [line for each in text["done"] for line in each.format(**facts).splitlines()]
                told.append(one)
            self.told = told
            return told

    async def _ask(
        self, told: Told, method: str, path: str, status: int = 200, **more: Any
    ) -> httpx.Response:
        answer = await self._api.request(method, path, **more)
        if answer.status_code != status:
            raise OfficeClosed(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        told.asked.append(f"{method} {answer.request.url.raw_path.decode()} → {status}")
        return answer

    async def _ledger(self, told: Told) -> dict[str, Any]:
        entries = (await self._ask(told, "GET", "ledgers/all", params={"limit": 200})).json()["items"]
        moment = {"as_of": self._clock().isoformat()}
        first = await self._ask(told, "GET", "ledgers/all.xlsx", params=moment)
        again = await self._ask(told, "GET", "ledgers/all.xlsx", params=moment)
        digest = first.headers["repr-digest"]
        if (digest, first.content) != (again.headers["repr-digest"], again.content):
            raise OfficeClosed("the same ledger twice is not the same")
        self._keep(told, "ledger.xlsx", first)
        return {"count": len(entries), "name": told.file, "digest": _short(digest.split(":")[1])}

    async def _import(self, told: Told) -> dict[str, Any]:
        async def send(name: str, status: int = 200, **query: Any) -> dict[str, Any]:
            files = {"file": (f"{name}.csv", self._texts["lists"][name].encode())}
            query = {"subject": "enterprises", **query}
            return dict((await self._ask(told, "POST", "imports", status, params=query, files=files)).json())

        faulty = await send("faulty", dry_run="true")
        await send("right", dry_run="true")
        done = await send("right", 201)
        await self._ask(told, "POST", f"imports/{done['id']}/undo")
        words = self._texts["words"]
        faults = "\n".join(
            words["fault"].format(
                row=one["row"], column=one["column"], says=words["says"].get(one["wrong"], one["says"])
            )
            for one in faulty["faults"]
        )
        return {**faulty, "created": done["created"], "faults": faults, "id": done["id"]}

    async def _briefing(self, told: Told) -> dict[str, Any]:
        officials = (await self._ask(told, "GET", "officials", params={"limit": 200})).json()["items"]
        leader = next(one["id"] for one in officials if one["kind"] == "leader")
        since = {"since": (self._clock().date() - _HALF_A_YEAR).isoformat()}
        found = (await self._ask(told, "GET", f"briefings/{leader}", params=since)).json()
        self._keep(
            told, "briefing.html", await self._ask(told, "GET", f"briefings/{leader}.html", params=since)
        )
        total = found["total"]
        name = f"{found['official']['post']} {found['official']['name']}"
        return {"owner": name, "received": total["received"], "resolved": total["done"]}

    async def _key(self, told: Told) -> dict[str, Any]:
        name = self._texts["words"]["hall"]
        wanted = {"name": name, "role": "viewer", "region": _REGION}
        made = (await self._ask(told, "POST", "keys", 201, json=wanted)).json()
        with_it: dict[str, Any] = {"headers": {"Authorization": f"Bearer {made['secret']}"}}
        await self._ask(told, "GET", "tickets", **with_it)
        await self._ask(told, "POST", "keys", 403, json=wanted, **with_it)
        turned = (await self._ask(told, "POST", f"keys/{made['id']}/rotate", json={"grace": 0})).json()
        with_new: dict[str, Any] = {"headers": {"Authorization": f"Bearer {turned['secret']}"}}
        new = await self._ask(told, "GET", "tickets", **with_new)
        old = await self._ask(told, "GET", "tickets", 401, **with_it)
        await self._ask(told, "POST", f"keys/{made['id']}/revoke")
        gone = await self._ask(told, "GET", "tickets", 401, **with_new)
        return {
            "name": name,
            "region": catalog.regions()[_REGION].name,
            "forbidden": 403,
            "new": new.status_code,
            "old": old.status_code,
            "revoked": gone.status_code,
        }

    async def _webhook(self, told: Told) -> dict[str, Any]:
        words, url = self._texts["words"], f"{self._here}{PATH}/hook"
        wanted = {"name": words["system"], "url": url, "events": ["submit"]}
        made = (await self._ask(told, "POST", "webhooks", 201, json=wanted)).json()
        self.hook.came.clear()
        ping = (await self._ask(told, "POST", f"webhooks/{made['id']}/test", 202)).json()
        async with asyncio.timeout(_PATIENCE):
            await self.hook.came.wait()
            post = await self._settled(f"webhooks/{made['id']}/deliveries/{ping['id']}")
        await self._ask(told, "GET", f"webhooks/{made['id']}/deliveries/{ping['id']}")
        await self._ask(told, "DELETE", f"webhooks/{made['id']}", 204)
        genuine = words["genuine" if self.hook.is_signed_with(made["secret"]) else "forged"]
        kind = httpx.Response(200, content=self.hook.body).json()["type"]
        return {
            "type": kind,
            "genuine": genuine,
            "state": words["states"][post["state"]],
            "attempts": post["attempts"],
        }

    async def _settled(self, place: str) -> dict[str, Any]:
        """Return a delivery once the answer to its post is on record, a moment after it came."""
        while True:
            post = dict((await self._api.get(place)).json())
            if post["settled_at"]:
                return post
            await asyncio.sleep(_GLANCE)

    async def _proof(self, told: Told) -> dict[str, Any]:
        words = self._texts["words"]
        since = {"since": self._began.isoformat(), "limit": 200}
        newest = (await self._ask(told, "GET", "audit", params=since)).json()["items"]
        await self._ask(told, "GET", "audit/anchors")
        report = await asyncio.to_thread(self._verify)
        told.asked.append("liaison verify")
        lines = dict.fromkeys(
            f"{words['deeds'][each['deed']]}　{each['operation'].split()[0]}　{each['object']}"
            for each in newest
        )
        return {
            "audit": "\n".join([*lines][-_SHOWN:]),
            "tickets": report.tickets,
            "events": report.events,
            "entries": report.entries,
            "anchors": report.anchors,
            "flaws": words["flaws"].format(len(report.flaws)) if report.flaws else words["no_flaws"],
        }

    def _keep(self, told: Told, name: str, answer: httpx.Response) -> None:
        self.files[name] = (answer.headers["content-type"], answer.content)
        told.file = name


_STEPS: Final[Mapping[str, Callable[[Office, Told], Awaitable[dict[str, Any]]]]] = {
    "ledger": Office._ledger,  # noqa: SLF001 -- the office's own steps, in the order of its day
    "import": Office._import,  # noqa: SLF001
    "briefing": Office._briefing,  # noqa: SLF001
    "key": Office._key,  # noqa: SLF001
    "webhook": Office._webhook,  # noqa: SLF001
    "proof": Office._proof,  # noqa: SLF001
}


def _short(digest: str) -> str:
    return digest[:_DIGEST] + "…"


async def open_doors(office: Office, console: Console) -> None:
    """Take every step of an admin's day, and tell in the terminal what was asked and what came of it."""
    console.rule(f"[bold]{office.words['title']}")
    for step in await office.walk():
        console.print(f"[bold cyan]{escape(step.title)}[/]\n[dim]{escape(step.why)}[/]", soft_wrap=True)
        for line in step.asked:
            console.print(f"  [dim]{escape(line)}[/]", soft_wrap=True)
        for line in step.done:
            console.print(f"  [green]↳[/] {escape(line)}", soft_wrap=True)
        console.print()
