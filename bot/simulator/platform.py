"""The platform itself: one account, its people, and everything kept about them, in memory.

What a person does with a phone is in `hands.py`, what the account may call in `api.py`.
"""

import asyncio
import secrets
import socket
import ssl
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from bot.simulator.accounts import AccountConfig
from bot.simulator.clock import Clock
from bot.simulator.codes import Codes
from bot.simulator.encoder import Value, sign
from bot.simulator.errors import ApiError, PhoneError
from bot.simulator.faults import FaultKind, Faults
from bot.simulator.media import Library
from bot.simulator.menus import button_by_url
from bot.simulator.oauth import OAuth
from bot.simulator.pushes import GOOD, Courier, Numbers, PushResult, Violation
from bot.simulator.quotas import Quotas
from bot.simulator.tokens import Tokens
from bot.simulator.users import OUT_OF_SERVICE, Draft, User
from bot.simulator.windows import Trigger

_CALLS_KEPT: Final = 10_000
_MENU_EVENTS: Final = frozenset({"CLICK", "scancode_push", "scancode_waitmsg"})


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call of the account: what it asked and the code it got."""

    at: datetime
    path: str
    body: Any
    errcode: int

    def as_json(self) -> dict[str, Any]:
        """Return it for the control API."""
        return {**asdict(self), "at": self.at.isoformat()}


class Platform:
    """Serves `account` by `clock`; pushes go through `http`, or a client of its own."""

    def __init__(
        self, account: AccountConfig, clock: Clock | None = None, http: httpx.AsyncClient | None = None
    ) -> None:
        self.account = account
        self.clock = clock or Clock()
        self.users: dict[str, User] = {}
        self.tokens = Tokens(self.clock)
        self.quotas = Quotas(account.quotas, is_test_account=account.is_test_account)
        self.oauth = OAuth()
        self.media = Library()
        self.codes = Codes()
        self.faults = Faults()
        self.menu: list[dict[str, Any]] = []
        self.menu_id = 0
        self.is_ending = False
        self.calls: deque[CallRecord] = deque(maxlen=_CALLS_KEPT)
        self.pushes: deque[PushResult] = deque(maxlen=_CALLS_KEPT)
        self.sent_notices: dict[tuple[str, str], tuple[int, datetime]] = {}
        self.next_id = Numbers()
        # Patience is kept by the courier; the client must not lose it sooner.
        self._http = http or httpx.AsyncClient(verify=_trusted(), trust_env=False, timeout=None)  # noqa: S113 -- see above
        self._owns_http = http is None
        self._courier = Courier(self._http, self.clock, self.media, self.faults)
        self._errands: set[asyncio.Task[None]] = set()
        self._last_created: dict[str, int] = {}
        self._last_message_id = 0

    @property
    def violations(self) -> list[Violation]:
        """Every answer of the account that broke the protocol; a good account leaves it empty."""
        return self._courier.violations

    def reconfigure(self, **changes: Any) -> None:
        """Change fields of the account's settings, such as `aes_key`, from the next push or call on."""
        self.account = replace(self.account, **changes)
        self.quotas.arrange(self.account.quotas, is_test_account=self.account.is_test_account)

    def add_user(
        self, nickname: str, *, openid: str | None = None, remark: str = "", followed: bool = True
    ) -> User:
        """Give a person a phone; an openid that exists returns its person."""
        openid = openid or f"o{secrets.token_urlsafe(21)[:27]}"
        user = self.users.get(openid)
        if user is None:
            joined = self.clock() if followed else None
            user = User(openid, nickname, remark, followed=followed, subscribed_at=joined)
            self.users[openid] = user
        return user

    def user(self, openid: str) -> User:
        """Return a person.

        Raises:
            PhoneError: 404, there is no such person.
        """
        user = self.users.get(openid)
        if user is None:
            raise PhoneError(404, "no such person")
        return user

    def recipient(self, openid: object) -> User:
        """Return the person a call is addressed to.

        Raises:
            ApiError: 40003, no such openid; 43004, it does not follow the account.
        """
        user = self.users.get(openid) if isinstance(openid, str) else None
        if user is None:
            raise ApiError(40003)
        if not user.followed:
            raise ApiError(43004)
        return user

    async def push(self, openid: str, fields: Mapping[str, Value]) -> PushResult:
        """Push a message or an event of a person to the account, and show that person the answer.

        `fields` begin with MsgType; addresses, CreateTime and MsgId are added. Windows open as they would.

        Raises:
            PhoneError: 404, there is no such person.
        """
        user = self.user(openid)
        self._open_window(user, fields)
        fault = self.faults.take_push(FaultKind.SKEW)
        skew = timedelta(seconds=fault.seconds) if fault else timedelta()
        result = await self._courier.deliver(self.account, self._addressed(openid, fields, skew), skew)
        self.pushes.append(result)
        self._show_answer(user, result)
        return result

    async def verify_callback(self) -> bool:
        """Ask the account's server to echo, as saving its URL in the console does."""
        stamp, nonce, echo = str(int(self.clock().timestamp())), secrets.token_hex(5), secrets.token_hex(8)
        signature = sign(self.account.token, stamp, nonce)
        query = {"signature": signature, "timestamp": stamp, "nonce": nonce, "echostr": echo}
        try:
            response = await self._http.get(
                self.account.callback_url, params=query, timeout=self.account.patience
            )
        except httpx.TransportError:
            return False
        return response.status_code == httpx.codes.OK and response.text == echo

    async def callback_addresses(self) -> list[str]:
        """Return the addresses of the account's server, as the platform's resolver finds them."""
        host = urlsplit(self.account.callback_url).hostname
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except OSError:
            return []
        return sorted({str(one[4][0]) for one in found})

    def has_menu_link(self, url: str) -> bool:
        """Say whether a button of the menu opens this page."""
        return button_by_url(self.menu, url) is not None

    def report(self, openid: str, event: Mapping[str, Value]) -> None:
        """Push an event of the platform's own a little later, such as what became of a notice."""
        if self.is_ending:
            return
        task = asyncio.get_running_loop().create_task(self._report(openid, event))
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _report(self, openid: str, event: Mapping[str, Value]) -> None:
        await asyncio.sleep(self.account.notice_delay)
        await self.push(openid, {"MsgType": "event", **event})

    async def settle(self) -> None:
        """Wait until every event that was due has been pushed."""
        while self._errands:
            await asyncio.gather(*self._errands)

    def hang_up(self) -> None:
        """Let nobody wait for news any longer: a server that stops would wait for them."""
        self.is_ending = True
        for user in self.users.values():
            user.stir()

    async def aclose(self) -> None:
        """Drop the events still due, wait until they have let go of their connections, and close these."""
        self.hang_up()
        dropped = list(self._errands)
        for task in dropped:
            task.cancel()
        await asyncio.gather(*dropped, return_exceptions=True)
        if self._owns_http:
            await self._http.aclose()

    def _addressed(self, openid: str, fields: Mapping[str, Value], skew: timedelta) -> dict[str, Value]:
        head: dict[str, Value] = {
            "ToUserName": self.account.original_id,
            "FromUserName": openid,
            "CreateTime": self._created(openid, skew),
        }
        tail: dict[str, Value] = {} if fields.get("MsgType") == "event" else {"MsgId": self._message_id()}
        return {**head, **tail, **fields}

    def _created(self, openid: str, skew: timedelta) -> int:
        created = int((self.clock() + skew).timestamp())
        if self.faults.take_push(FaultKind.SAME_SECOND):
            created = self._last_created.get(openid, created)
        self._last_created[openid] = created
        return created

    def _message_id(self) -> int:
        if not self._last_message_id or not self.faults.take_push(FaultKind.SAME_ID):
            self._last_message_id = self.next_id()
        return self._last_message_id

    def _open_window(self, user: User, fields: Mapping[str, Value]) -> None:
        trigger = trigger_of(fields, self.account)
        if trigger is not None:
            now = self.clock()
            user.last_active = now
            user.windows.open(trigger, now)

    def _show_answer(self, user: User, result: PushResult) -> None:
        now, message = self.clock(), result.message
        if result.outcome in GOOD:
            for draft in next((one.drafts for one in result.deliveries if one.outcome in GOOD), ()):
                user.show(draft, "account", now, "passive")
        elif message["MsgType"] != "event" or str(message.get("Event")) in _MENU_EVENTS:
            user.show(Draft("system", OUT_OF_SERVICE), "system", now)


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def trigger_of(fields: Mapping[str, Value], account: AccountConfig) -> Trigger | None:
    """Return the window that a message or event opens, if any."""
    if fields.get("MsgType") != "event":
        return account.menu_tap if "bizmsgmenuid" in fields else Trigger.MESSAGE
    event = str(fields.get("Event"))
    if event in _MENU_EVENTS:
        return Trigger.MENU
    return {"subscribe": Trigger.FOLLOW, "SCAN": Trigger.SCAN}.get(event)
