"""Every error of the API as `application/problem+json` (RFC 9457), and which error is which status.

Problems name what is wrong, never what was sent: no value of a request comes back or reaches a log line.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from models.actions import (
    access,
    behalf,
    co_handling,
    contacts,
    declines,
    importing,
    patches,
    patterns,
    phones,
    roster,
    shielding,
    stumbles,
    supervision,
    webhooks,
)
from models.actions.delegations import DelegationRefused
from models.actions.handover import HandoverRefused, StillResponsible
from models.actions.importing.undoing import UndoneAlready
from models.queries.duty import NobodyOnDuty
from models.queries.mergeable import CannotMerge
from models.queries.past_wall import TooMuchSince
from models.queries.registry import NotFound
from models.rules.lifecycle import NotAllowed, NotPossible
from models.rules.patches import PatchNotAllowed, PatchNotPossible
from models.rules.regions import UnknownRegion
from models.rules.webhooks import UrlRefused

log: Final = structlog.get_logger()

MEDIA_TYPE: Final = "application/problem+json"
REF: Final = "#/components/schemas/{model}"
_DECLARED: Final[dict[str, Any]] = {
    "description": "A problem (RFC 9457).",
    "content": {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}},
}
DECLARED: Final[dict[int | str, dict[str, Any]]] = {"4XX": _DECLARED, "5XX": _DECLARED}
"""What every operation says of its problems in the OpenAPI document."""


class Flaw(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(examples=["body.region"])
    says: str = Field(examples=["Field required"])


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"type": "urn:liaison:not-found", "title": "There is no such thing.", "status": 404}]
        }
    )

    type: str
    title: str
    status: int
    errors: list[Flaw] | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """How one sort of error is answered."""

    status: int
    slug: str
    title: str


class Refusal(Exception):
    """A request that is refused at the edge, before any action."""

    def __init__(
        self, kind: Kind, headers: Mapping[str, str] | None = None, errors: Sequence[Flaw] | None = None
    ) -> None:
        super().__init__(kind.slug)
        self.kind, self.headers, self.errors = kind, headers, errors


NO_KEY: Final = Kind(401, "no-key", "A valid API key is required: `Authorization: Bearer KEY`.")
TOO_MANY: Final = Kind(429, "too-many", "This key has no more requests this minute.")
CHANGED: Final = Kind(412, "changed", "It is no longer as you have seen it (If-Match): read it again.")
NOT_ALLOWED: Final = Kind(403, "not-allowed", "The role of this key does not allow this.")
OTHER_REGION: Final = Kind(403, "other-region", "This key is for another region.")
INVALID: Final = Kind(422, "invalid", "The request is not valid.")
TOO_LONG: Final = Kind(413, "too-long", "The body is longer than 64 KB.")
FILE_TOO_LONG: Final = Kind(413, "too-long", "The file is longer than 8 MB: import it at the machine itself.")
NO_FILE: Final = Kind(422, "no-file", "The form has no file in the part `file`.")
UNREADABLE: Final = Kind(422, "unreadable", "The file is neither a CSV nor an .xlsx that we can read.")
NO_HEADINGS: Final = Kind(422, "no-headings", "None of the first rows holds the headings of this list.")
FAULTY: Final = Kind(422, "faulty-list", "Rows of the list are wrong. Nothing was changed.")
NOT_REARMED: Final = Kind(409, "not-settled", "Only dead or parked messages can be put back in line.")
NOT_THEIRS: Final = Kind(409, "not-theirs", "The recipient no longer speaks for the enterprise.")
NO_NUMBER: Final = Kind(422, "no-number", "This is no phone number: a mobile, or a landline with area code.")
NOT_YET: Final = Kind(422, "not-yet", "This moment is to come: no ledger can be as of then.")
NOT_STORED: Final = Kind(500, "database", "The database did not take this. Nothing was changed.")
SURPRISE: Final = Kind(500, "surprise", "Something went wrong on our side.")

_PLAINER: Final = {"model_attributes_type": "A JSON object is wanted here, sent as application/json"}
"""What pydantic says of a body that is none, whatever was sent, by the name of its error."""

KINDS: Final[Mapping[type[Exception], Kind]] = {
    NotFound: Kind(404, "not-found", "There is no such thing."),
    roster.NoSuchOfficial: Kind(404, "not-found", "There is no such official."),
    roster.NoSuchEnterprise: Kind(404, "not-found", "There is no such enterprise."),
    roster.NoSuchPairing: Kind(404, "not-found", "There is no such pairing."),
    roster.KindRefused: Kind(422, "kind", "An aide has exactly one leader, a leader none."),
    roster.CreditCodeRefused: Kind(422, "credit-code", "No enterprise can have this credit code."),
    roster.CreditCodeTaken: Kind(409, "credit-code-taken", "Another enterprise has this credit code."),
    roster.NotALeader: Kind(409, "not-a-leader", "The official is an aide, or no longer in office."),
    roster.AlreadyPaired: Kind(409, "already-paired", "The enterprise is in a leader's care already."),
    roster.TooManyPairings: Kind(409, "too-many-pairings", "The leader looks after 20 enterprises already."),
    contacts.NoSuchPerson: Kind(404, "not-found", "There is no such person."),
    contacts.InOffice: Kind(409, "in-office", "The person is an official in office."),
    behalf.HasLeft: Kind(409, "contact-ended", "The contact no longer speaks for the enterprise."),
    importing.RosterMoved: Kind(409, "roster-moved", "The roster was changed meanwhile. Try again."),
    UndoneAlready: Kind(409, "undone-already", "This import was taken back before."),
    NobodyOnDuty: Kind(409, "nobody-on-duty", "No official answers for this: enter the provincial office."),
    DelegationRefused: Kind(409, "delegation-refused", "The days or the deputy are against the rules."),
    HandoverRefused: Kind(409, "handover-refused", "The successor or the day is against the rules."),
    StillResponsible: Kind(409, "still-responsible", "Cases, help or pairings must be handed over first."),
    phones.NumberTaken: Kind(409, "number-taken", "Another official has this number."),
    UnknownRegion: Kind(422, "unknown-region", "No region has this code."),
    TooMuchSince: Kind(422, "too-much-since", "Too many tickets have changed since: ask for a later moment."),
    NotPossible: Kind(409, "not-possible", "The ticket's status does not allow this."),
    NotAllowed: Kind(403, "not-allowed", "This is not for a supervisor to do."),
    declines.NoAppeal: Kind(409, "no-appeal", "No appeal on this ticket waits for a decision."),
    supervision.OwnedAlready: Kind(409, "owned-already", "The official owns this ticket already."),
    supervision.NotTried: Kind(
        409, "not-tried", "The enterprise must have been called in vain on two days since the result."
    ),
    shielding.HiddenTogether: Kind(
        409, "hidden-together", "It goes on under another case; what is shielded, or no more, is that one."
    ),
    CannotMerge: Kind(
        409,
        "cannot-merge",
        "A ticket joins an earlier one of its enterprise and owner, nothing unsettled, broken or put off.",
    ),
    co_handling.ReasonMissing: Kind(422, "reason", "A decision needs a reason."),
    access.UnknownRole: Kind(422, "role", "A key is for one of admin, supervisor, viewer."),
    access.NameRefused: Kind(422, "name", "A key's name has 1 to 100 characters."),
    access.ExpiryRefused: Kind(422, "expiry", "A key expires in the future."),
    access.KeyEnded: Kind(409, "key-ended", "The key is revoked or has expired."),
    UrlRefused: Kind(422, "url", "Webhooks go to https and public addresses, without a user or fragment."),
    webhooks.NotOn: Kind(409, "webhook-off", "The webhook is disabled."),
    webhooks.NotSettled: Kind(409, "not-settled", "It is still under way."),
    patterns.NotOfThePattern: Kind(409, "not-of-the-pattern", "Name some of the pattern's cases, not all."),
    patterns.CannotJoin: Kind(409, "cannot-join", "Only another of the same type joins one that stands."),
    patches.NotWhole: Kind(422, "not-whole", "Title of the document, change and effective date are needed."),
    patches.DayRefused: Kind(422, "day-over", "It cannot take effect on a day that is over."),
    patches.OwnerRefused: Kind(422, "no-leader", "Whoever is to answer for it is no leader in office."),
    patches.NoSuchStep: Kind(409, "no-such-step", "There is no such step, or it is done."),
    PatchNotPossible: Kind(409, "patch-not-possible", "The patch's state does not allow this."),
    PatchNotAllowed: Kind(403, "not-allowed", "This is not for a supervisor to do."),
    stumbles.NotStumbled: Kind(409, "not-stumbled", "The ticket is not marked as stumbled again."),
    access.KeyReused: Kind(422, "key-reused", "This Idempotency-Key came with another request before."),
}


def answer(
    kind: Kind, *, errors: list[dict[str, str]] | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """Return a problem as a response."""
    body: dict[str, Any] = {"type": f"urn:liaison:{kind.slug}", "title": kind.title, "status": kind.status}
    if errors is not None:
        body["errors"] = errors
    # An unknown field's name may hold half of a surrogate pair, which UTF-8 cannot carry.
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, kind.status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem."""
    for error in KINDS:
        app.exception_handler(error)(_known)
    app.exception_handler(Refusal)(refused)
    app.exception_handler(HTTPException)(http)
    app.exception_handler(RequestValidationError)(invalid)
    app.exception_handler(SQLAlchemyError)(_not_stored)
    app.exception_handler(Exception)(_surprise)


async def _known(_request: Request, error: Exception) -> Response:
    return answer(KINDS[type(error)])


async def refused(_request: Request, refusal: Refusal) -> Response:
    """Answer what was refused at the edge."""
    errors = None if refusal.errors is None else [flaw.model_dump() for flaw in refusal.errors]
    return answer(refusal.kind, errors=errors, headers=refusal.headers)


async def http(_request: Request, error: HTTPException) -> Response:
    """What the framework refuses: no such path, no such method, an unreadable body."""
    phrase = HTTPStatus(error.status_code).phrase
    kind = Kind(error.status_code, phrase.lower().replace(" ", "-"), f"{phrase}.")
    return answer(kind, headers=error.headers)


async def invalid(_request: Request, error: RequestValidationError) -> Response:
    """Answer a request that is not valid, with all that is wrong with it."""
    flaws = [
        {"where": ".".join(map(str, flaw["loc"])), "says": _PLAINER.get(flaw["type"], flaw["msg"])}
        for flaw in error.errors()
    ]
    return answer(INVALID, errors=flaws)


async def _not_stored(request: Request, error: SQLAlchemyError) -> Response:
    """The database failed. Its own message repeats the parameters, so only its name is logged."""
    log.error("not_stored", path=request.url.path, error=type(error).__name__)
    return answer(NOT_STORED)


async def _surprise(request: Request, error: Exception) -> Response:
    """A mistake of ours; the server logs where it happened."""
    log.error("surprise", path=request.url.path, error=type(error).__name__)
    return answer(SURPRISE)
