"""`liaison demo`: the whole product on this desk, with a simulated WeChat and an invented roster.

Everything runs as it would in production, over HTTP and encrypted; only the platform is ours, and the
database is a file that goes when the demo ends.
"""

import asyncio
import contextlib
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import uvicorn
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import demo_office, demo_patches, verifying
from bot.app import create_app
from bot.demo_office import Office
from bot.demo_site import PREFIX, Both, pages
from bot.demo_stories import STRANGERS_OPENID, play
from bot.service import Service, build, wall_clock
from bot.simulator import AccountConfig, Clock, Platform, Template
from bot.simulator import create_app as create_simulator
from config import catalog
from config.settings import Settings
from handlers import say
from models.actions import access, people, phones, roster
from models.actions.people import join, meet
from models.migrations import migrate
from models.rules.permissions import KeyRole
from models.rules.phones import Number, PhoneKey
from models.tables import Delivery, Enterprise, Official, OfficialKind, Outbox, Person

HOST: Final = "127.0.0.1"
TEMPLATE: Final = "demo_template"
HOLD: Final = 8
"""Seconds: in a demo nobody waits two minutes for an answer."""
INVENTED: Final = "+861384000"
"""What the demo's officials' numbers begin with; their last digits are on the roster."""
PATIENCE: Final = 20.0
"""Seconds within which everything that is due must be delivered."""
GLANCE: Final = 0.01
QR_LIFE: Final = 7 * 24 * 3600


class _Server(uvicorn.Server):
    """A server that leaves signals to `run`, and says when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: Any = None) -> None:
        """Start, and let the waiting know."""
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def run(*, port: int, headless: bool, console: Console) -> int:
    """Start everything, play the stories, and serve the phones until interrupted. Return the exit status."""
    with tempfile.TemporaryDirectory(prefix="liaison-demo-") as folder:
        clock = Clock()
        account = _account(port)
        platform = Platform(account, clock)
        service = build(_settings(account, Path(folder), port), clock=clock)
        migrate(service.database)
        with service.database.transaction() as session:
            _load_roster(session, platform, service.phone_key)
        simulator = create_simulator(platform, wall_url="/wall", office_url=demo_office.PATH)
        key = _key(service)
        try:
            async with _office(service, key, port) as office:
                both = Both(create_app(service), simulator, pages(office), key)
                async with _serving(both, port):
                    try:
                        return await _show(service, office, key, port, headless=headless, console=console)
                    finally:
                        platform.hang_up()
        except OSError as error:
            advice = "Try --port (make demo ARGS='--port 8001')."
            console.print(f"[red]Cannot listen on {HOST}:{port}: {error.strerror}. {advice}[/red]")
            return 1
        finally:
            await platform.aclose()


def _key(service: Service) -> str:
    """Make the demo's one key: it opens the wall chart, and whoever reads the terminal may use the API."""
    secret = secrets.token_urlsafe(32)
    with service.database.transaction() as session:
        access.create_key(session, secret, name="demo", role=KeyRole.ADMIN, region=None, now=service.clock())
    return secret


@contextlib.asynccontextmanager
async def _office(service: Service, key: str, port: int) -> AsyncIterator[Office]:
    here = f"http://{HOST}:{port}"
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=f"{here}/api/v1", headers=headers, trust_env=False, timeout=30
    ) as api:
        yield Office(api, here, service.clock, lambda: verifying.checked(service.database, service.clock()))


async def _show(
    service: Service, office: Office, key: str, port: int, *, headless: bool, console: Console
) -> int:
    here = f"http://{HOST}:{port}"
    if not headless:
        console.print(f"{here}{PREFIX} is open; first the stories play, in half a minute.\n")
    await service.client.create_menu(say.MENU)
    await _offer_codes(service)  # for the stories; they take weeks, and codes do not last so long
    async with httpx.AsyncClient(base_url=f"{here}{PREFIX}", trust_env=False, timeout=30) as phones:
        await play(phones, console, lambda: _calm(service), partial(_supervise, service))
    await demo_office.open_doors(office, console)
    if headless:
        return 0
    await _offer_codes(service)
    for line in last_lines(here, key, service.database.url.render_as_string(hide_password=False)):
        console.print(line, soft_wrap=True)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    return 0


def last_lines(here: str, key: str, database: str) -> list[str]:
    """Return what stays in the terminal: where to look, and the key and the database of this demo alone."""
    return [
        f"\n[bold green]{here}{PREFIX}[/bold green]  two phones and the wall chart. Ctrl-C ends the demo.",
        f"[bold green]{here}/wall[/bold green]  the wall chart alone",
        f"[bold green]{here}{demo_office.PATH}[/bold green]  an admin's day: ledgers, keys, proof",
        f"[bold green]{here}/api/v1/openapi.json[/bold green]  docs/api.md; of this demo only:",
        f"KEY={key}",
        f"DATABASE={database}",
    ]


def _supervise(service: Service, asked: Mapping[str, Any], numbers: list[str]) -> None:
    """Do what a supervisor or an admin does with the cases of a story, or whoever compares them."""
    now = service.clock()
    with service.database.transaction() as session:
        if "handover" in asked:
            demo_patches.hand_over(session, asked["handover"], now)
        elif "patch" in asked:
            demo_patches.put_in_force(session, numbers, asked["patch"], now)
        elif "notice" in asked:
            demo_patches.announce(asked["notice"], now)
        else:
            demo_patches.compare(session, numbers[-1], numbers[0], now)


async def _calm(service: Service) -> None:
    """Return once everything that is due has been done, and every message that is due delivered."""
    while await service.timers.once():
        pass
    async with asyncio.timeout(PATIENCE):
        while await asyncio.to_thread(_messages_due, service):
            service.delivery.nudge()
            await asyncio.sleep(GLANCE)


def _messages_due(service: Service) -> int:
    waiting = Outbox.state.in_((Delivery.PENDING, Delivery.SENDING)) & (Outbox.due_at <= service.clock())
    with service.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Outbox).where(waiting)) or 0


async def _offer_codes(service: Service) -> None:
    """Make two QR codes that any phone may scan: to become a contact, and to become an aide."""
    now = service.clock()
    with service.database.transaction() as session:
        enterprise = session.scalars(select(Enterprise).order_by(Enterprise.id)).first()
        aide = session.scalars(select(Official).where(Official.kind == OfficialKind.AIDE)).first()
        codes = [secrets.token_hex(16), secrets.token_hex(16)]
        people.invite(session, codes[0], enterprise_id=enterprise.id if enterprise else None, now=now)
        people.invite(session, codes[1], official_id=aide.id if aide else None, now=now)
    for code in codes:
        await service.client.create_qr(people.BIND_SCENE + code, QR_LIFE)


@contextlib.asynccontextmanager
async def _serving(app: Any, port: int) -> AsyncIterator[None]:
    config = uvicorn.Config(
        app, host=HOST, port=port, log_config=None, access_log=False, timeout_graceful_shutdown=3
    )
    _check_free(port)
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    await server.ready.wait()
    try:
        yield
    finally:
        server.should_exit = True
        await task


def _check_free(port: int) -> None:
    """Raise OSError while somebody else uses the port: uvicorn would end the process instead."""
    import socket  # noqa: PLC0415 -- for this one look

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))


def _account(port: int) -> AccountConfig:
    template = Template(say.CARD_TITLE, say.CARD_LABELS)
    return AccountConfig(
        app_id=f"wx{secrets.token_hex(8)}",
        app_secret=secrets.token_hex(16),
        token=secrets.token_hex(8),
        aes_key=secrets.token_hex(22)[:43],
        callback_url=f"http://{HOST}:{port}/wechat",
        template_ids={TEMPLATE: template},
    )


def _settings(account: AccountConfig, folder: Path, port: int) -> Settings:
    return Settings(
        database_url=f"sqlite+aiosqlite:///{folder / 'liaison.db'}",
        wechat_app_id=account.app_id,
        wechat_app_secret=SecretStr(account.app_secret),
        wechat_token=SecretStr(account.token),
        wechat_aes_key=SecretStr(account.aes_key),
        wechat_api_base=f"http://{HOST}:{port}{PREFIX}",
        wechat_template_id=TEMPLATE,
        hold=HOLD,
        webhooks_http=True,  # to this desk itself
        webhooks_private=True,
    )


def _first_two(invented: catalog.DemoRoster, platform: Platform) -> None:
    """Put an entrepreneur on the left phone and her leader on the right one."""
    firm = invented.enterprises[0]
    leader = next(official for official in invented.officials if official.key == firm.leader)
    platform.add_user(firm.contacts[0].name, openid=firm.contacts[0].openid, remark=firm.name)
    platform.add_user(leader.name, openid=leader.openid, remark=leader.post)


def _load_roster(session: Session, platform: Platform, key: PhoneKey) -> None:
    """Load the invented officials and enterprises, and give everybody with a WeChat a phone."""
    now = wall_clock()
    invented = catalog.demo_roster()
    _first_two(invented, platform)
    ids: dict[str, int] = {}
    for entry in invented.officials:
        official = roster.add_official(
            session,
            name=entry.name,
            post=entry.post,
            department=entry.department,
            region=entry.region,
            kind=entry.kind,
            leader_id=ids[entry.leader] if entry.leader else None,
            phone_tail=entry.phone_tail,
            now=now,
        )
        ids[entry.key] = official.id
        phones.register(session, official.id, Number(f"{INVENTED}{entry.phone_tail}"), key=key, now=now)
        if entry.openid:
            person = session.get_one(Person, meet(session, entry.openid, now=now).person_id)
            person.official_id = official.id
            platform.add_user(entry.name, openid=entry.openid, remark=entry.post)
    for firm in invented.enterprises:
        enterprise = roster.add_enterprise(
            session,
            name=firm.name,
            credit_code=firm.credit_code,
            region=firm.region,
            stage=firm.stage,
            now=now,
        )
        if firm.leader:
            roster.pair(session, enterprise_id=enterprise.id, official_id=ids[firm.leader], now=now)
        for contact in firm.contacts:
            who = meet(session, contact.openid, now=now)
            join(session, who.person_id, enterprise.id, name=contact.name, role=contact.role, now=now)
            platform.add_user(contact.name, openid=contact.openid, remark=firm.name)
    platform.add_user(say.STRANGER, openid=STRANGERS_OPENID, remark="")
