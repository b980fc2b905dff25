"""The desk's control API: the clock, bad days, the account's switches, and what the account did."""

import binascii
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.accounts import Mode
from bot.simulator.bodies import body_of, number, text
from bot.simulator.encoder import Encoder
from bot.simulator.errors import PhoneError
from bot.simulator.platform import Platform
from bot.simulator.windows import Trigger

_CODES_SHOWN: Final = 6
_MOST_DELIVERIES: Final = 10


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or not 1 <= value <= _MOST_DELIVERIES:
        raise ValueError
    return value


def _key(value: Any) -> str:
    Encoder(value, "")
    return str(value)


def _whitelist(value: Any) -> frozenset[str] | None:
    return None if value is None else frozenset(str(one) for one in list(value))


SWITCHES: Final[dict[str, Callable[[Any], Any]]] = {
    "mode": Mode,
    "aes_key": _key,
    "deliveries": _count,
    "markfail_after": _count,
    "reuse_nonce": _flag,
    "menu_tap": Trigger,
    "keeps_menu_ids": _flag,
    "is_test_account": _flag,
    "has_snapshots": _flag,
    "has_union_ids": _flag,
    "ip_whitelist": _whitelist,
}


class Controls:
    """The desk's side of the control API over one platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def routes(self) -> list[Route]:
        """Return its routes, relative to wherever the simulator is mounted."""
        return [
            Route("/account", self._account, methods=["GET", "POST"]),
            Route("/clock", self._clock, methods=["GET"]),
            Route("/clock/advance", self._advance, methods=["POST"]),
            Route("/faults", self._faults, methods=["GET", "POST", "DELETE"]),
            Route("/violations", self._violations, methods=["GET"]),
            Route("/calls", self._calls, methods=["GET"]),
            Route("/settle", self._settle, methods=["POST"]),
        ]

    async def _account(self, request: Request) -> Response:
        platform = self._platform
        if request.method == "POST":
            platform.reconfigure(**_switched(await body_of(request)))
        account = platform.account
        codes = platform.codes.valid(platform.clock())[:_CODES_SHOWN]
        return JSONResponse(
            {
                "name": account.name,
                "menu": platform.menu,
                "subscriptions": {key: one.title for key, one in account.subscription_ids.items()},
                "codes": [{"scene": code.scene, "ticket": code.ticket} for code in codes],
            }
        )

    async def _clock(self, _request: Request) -> Response:
        return JSONResponse({"now": self._platform.clock().isoformat()})

    async def _advance(self, request: Request) -> Response:
        seconds = number(await body_of(request), "seconds")
        now = self._platform.clock.advance(timedelta(seconds=seconds))
        for user in self._platform.users.values():
            user.stir()
        return JSONResponse({"now": now.isoformat()})

    async def _faults(self, request: Request) -> Response:
        faults = self._platform.faults
        if request.method == "DELETE":
            faults.clear()
        elif request.method == "POST":
            body = await body_of(request)
            try:
                faults.add(
                    text(body, "kind"),
                    text(body, "path", default="/cgi-bin/"),
                    times=body.get("times", 1),
                    errcode=int(number(body, "errcode", default=-1)),
                    seconds=number(body, "seconds", default=0),
                )
            except ValueError as error:
                raise PhoneError(422, str(error)) from error
        return JSONResponse({"faults": faults.listing()})

    async def _violations(self, _request: Request) -> Response:
        return JSONResponse({"violations": [one.as_json() for one in self._platform.violations]})

    async def _calls(self, request: Request) -> Response:
        path = request.query_params.get("path")
        calls = [call.as_json() for call in self._platform.calls if path in {None, call.path}]
        return JSONResponse({"calls": calls})

    async def _settle(self, _request: Request) -> Response:
        await self._platform.settle()
        return JSONResponse({"settled": True})


def _switched(body: dict[str, Any]) -> dict[str, Any]:
    changes = {}
    for name, value in body.items():
        if name not in SWITCHES:
            raise PhoneError(422, f"{name}: no such switch")
        try:
            changes[name] = SWITCHES[name](value)
        except (TypeError, ValueError, binascii.Error) as error:
            raise PhoneError(422, f"{name}: not like this") from error
    return changes
