"""`/api/v1`: the REST API for supervisors and administrators, as an application of its own.

One noun a file; a file's endpoints take a shape in, call one query or action, and give a shape out. Rules
and visibility are not here: see `models.queries.registry`, `models.queries.feed`, `models.actions`.
"""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from bot.web.api import (
    audit,
    briefings,
    calendar,
    contacts,
    courtesies,
    decisions,
    delegations,
    enterprises,
    events,
    imports,
    invites,
    keys,
    leads,
    ledgers,
    officials,
    outbox,
    pairings,
    patches,
    patterns,
    people,
    phones,
    problems,
    rates,
    reconciliation,
    tags,
    tickets,
    verifications,
    visits,
    wall,
    webhooks,
)
from bot.web.api.auth import key_first
from bot.web.api.door import Door
from bot.web.api.examples import illustrate
from bot.web.api.parts import Parts
from bot.web.api.watch import Watch
from bot.web.api.witness import Witness

_NOUNS: Final = (
    officials, enterprises, courtesies, contacts, pairings, delegations, invites,
    tickets, decisions, ledgers, patterns, patches, visits, events, outbox, reconciliation, phones,
    verifications, leads, rates, wall, keys, webhooks, calendar, audit, people, imports, briefings,
)  # fmt: skip


def api(parts: Parts) -> FastAPI:
    """Return the API, to be mounted at `/api/v1`. Without a client no QR codes are made."""
    app = FastAPI(
        title="Liaison API",
        version="1",
        openapi_url="/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.parts = parts
    app.state.watch = Watch(parts.database)
    app.add_middleware(Door)
    app.add_middleware(tags.Tags)
    app.add_middleware(Witness, parts=parts)
    problems.install(app)
    for unreadable in (RequestValidationError, HTTPException):
        app.exception_handler(unreadable)(key_first)
    for noun in _NOUNS:
        app.router.routes.extend(
            noun.routes.routes
        )  # as they are: to include a router builds its routes anew
    _describe(app)
    return app


_TAG: Final[dict[str, Any]] = {
    "ETag": {
        "description": "What the answer is now, for `If-None-Match` and `If-Match`.",
        "schema": {"type": "string"},
    }
}


def _tag(operation: dict[str, Any]) -> None:
    """Have an operation whose answer carries an ETag say so, and that it may answer 304."""
    answers = operation["responses"]
    good = answers.get("200", {})
    if tags.JSON in good.get("content", {}):
        good["headers"] = good.get("headers", {}) | _TAG
        answers["304"] = {"description": "What `If-None-Match` named has not changed.", "headers": _TAG}


def _describe(app: FastAPI) -> None:
    """Have the OpenAPI document name what no endpoint returns by itself: problems, and "unchanged"."""
    plain = app.openapi

    def described() -> dict[str, Any]:
        document = plain()
        shape = problems.Problem.model_json_schema(ref_template=problems.REF)
        schemas = document["components"]["schemas"]
        schemas |= shape.pop("$defs", {}) | {"Problem": shape}
        for item in document["paths"].values():
            if "get" in item:
                _tag(item["get"])
        illustrate(schemas)
        return document

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's documented way to extend it
