"""Whose key this is: the role says what it may do, the region where."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException
from starlette.responses import Response

from bot.web.api.parts import PartsHere, parts_of
from bot.web.api.problems import NO_KEY, NOT_ALLOWED, OTHER_REGION, Refusal, http, invalid, refused
from models.actions import access
from models.queries.people import PROVINCE
from models.queries.registry import Regions
from models.rules.permissions import Deed, KeyRole, may
from models.rules.regions import regions_within

_bearer: Final = HTTPBearer(
    auto_error=False, description="A key made with `liaison key create`, shown once, kept as a hash."
)
_CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="liaison"'}


@dataclass(frozen=True, slots=True)
class Caller:
    """The holder of a key. `regions` are the codes it reaches, None for the whole province."""

    key_id: int
    name: str
    role: KeyRole
    regions: Regions
    secret: str = field(repr=False)
    region: str | None = None

    def may(self, deed: Deed) -> bool:
        """Whether the role is good for `deed`."""
        return may(self.role, deed)

    def must_reach(self, region: str) -> None:
        """Return if something may be put into `region` with this key.

        Raises:
            Refusal: it may not.
        """
        if self.regions is not None and region not in self.regions:
            raise Refusal(OTHER_REGION)

    def must_reach_everything(self) -> None:
        """Return if this key is bound to no region.

        Raises:
            Refusal: it is.
        """
        if self.regions is not None:
            raise Refusal(OTHER_REGION)


def _caller(
    request: Request,
    parts: PartsHere,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Caller:
    if credentials is None:
        raise Refusal(NO_KEY, _CHALLENGE)
    secret = credentials.credentials
    with parts.database.reading() as session:
        key = access.find_key(session, secret, now=parts.clock())
        if key is None:
            raise Refusal(NO_KEY, _CHALLENGE)
        caller = Caller(key.id, key.name, KeyRole(key.role), reach_of(key.region), secret, key.region)
    if parts.limits is not None:
        request.state.limit = parts.limits.admit(caller.key_id)
    return caller


async def key_first(request: Request, error: RequestValidationError | HTTPException) -> Response:
    """Answer a request that is not valid: an unreadable body is read before anybody asks for the key."""
    if _is_unread(error):
        try:
            await run_in_threadpool(_caller, request, parts_of(request), await _bearer(request))
        except Refusal as refusal:
            return await refused(request, refusal)
    if isinstance(error, HTTPException):
        return await http(request, error)
    return await invalid(request, error)


def _is_unread(error: RequestValidationError | HTTPException) -> bool:
    if isinstance(error, HTTPException):
        return error.status_code == HTTPStatus.BAD_REQUEST
    return any(flaw["type"] == "json_invalid" for flaw in error.errors())


def reach_of(region: str | None) -> Regions:
    """Return the regions a key of `region` reaches, None for the whole province."""
    return None if region in {None, PROVINCE} else regions_within(str(region))


def allowed_to(deed: Deed) -> Callable[[Caller], Caller]:
    """Return the dependency that gives the caller, if the role of their key is good for `deed`."""

    def allowed(caller: Annotated[Caller, Depends(_caller)]) -> Caller:
        if not caller.may(deed):
            raise Refusal(NOT_ALLOWED)
        return caller

    return allowed


Known = Annotated[Caller, Depends(_caller)]
Reader = Annotated[Caller, Depends(allowed_to(Deed.READ))]
Writer = Annotated[Caller, Depends(allowed_to(Deed.WRITE))]
Manager = Annotated[Caller, Depends(allowed_to(Deed.MANAGE))]
CallerReader = Annotated[Caller, Depends(allowed_to(Deed.SEE_CALLERS))]
