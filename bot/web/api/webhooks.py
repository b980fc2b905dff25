"""`/webhooks`: other systems that are told of events as they happen, signed (Standard Webhooks).

A webhook hears what the key that made it may read, in its region, and as long as that key is good.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import Depends, Query, Response
from pydantic import Field, StringConstraints
from sqlalchemy.orm import Session

from bot.web.api.auth import Manager
from bot.web.api.fields import IdInPath, RegionCode, Sent, Shown, Title
from bot.web.api.idempotency import ManagedOnce
from bot.web.api.keys import Rotation
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.tags import SeenHere
from bot.web.api.witness import noun
from models.actions import webhooks as actions
from models.queries import webhooks as found
from models.rules.lifecycle import Verb
from models.rules.webhooks import secret_of
from models.tables import Posting, Webhook, WebhookDelivery

routes: Final = noun("/webhooks", tags=["webhooks"])

_UNSEEN: Final = ("secret",)
_Url = Annotated[str, StringConstraints(min_length=8, max_length=500, pattern=r"^https?://[\x21-\x7e]+$")]


class NewWebhook(Sent):
    """Where to post, and what of."""

    name: Title = Field(examples=["City data platform"])
    url: _Url = Field(examples=["https://data.example.gov.cn/liaison"])
    region: RegionCode | None = Field(
        None, description="Null reaches the whole province, for keys without a region."
    )
    events: list[Verb] = Field(
        [],
        max_length=len(Verb),
        description="Verbs of events; none means all.",
        examples=[["submit", "resolve"]],
    )


class WebhookView(Shown):
    """A webhook as it is listed: never its secret."""

    id: int = Field(examples=[1])
    key_id: int = Field(description="Once this key ends, nothing is posted any more.", examples=[1])
    name: str = Field(examples=["City data platform"])
    url: str = Field(examples=["https://data.example.gov.cn/liaison"])
    region: str | None = Field(examples=["210100"])
    events: list[str] = Field(examples=[["submit", "resolve"]])
    created_at: datetime
    rotated_at: datetime | None
    previous_until: datetime | None = Field(
        description="Until when posts are signed with the old secret too."
    )
    disabled_at: datetime | None
    disabled_why: Literal["asked", "gone"] | None = Field(description="`gone`: the receiver answered 410.")


class WebhookWithSecret(WebhookView):
    """A webhook with the secret just made for it."""

    secret: str | None = Field(
        description="Shown now and never again: a repeat with the same Idempotency-Key has null here.",
        examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="],
    )


class PostingView(Shown):
    """One event on its way to a webhook; a ping has none."""

    id: int = Field(examples=[1])
    event_id: int | None = Field(examples=[17])
    state: Posting
    attempts: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None


class PostAttemptView(Shown):
    """One attempt: the status that was answered, or what went wrong before there was any."""

    at: datetime
    status: int | None = Field(examples=[503])
    error: str | None = Field(examples=["timeout"])
    took_ms: int


class PostingWithTries(PostingView):
    """One event on its way, with every attempt."""

    tries: list[PostAttemptView]


class WantedPostings(Listing):
    """Which deliveries."""

    state: Posting | None = None


@routes.get("")
def webhooks(parts: PartsHere, caller: Manager, wanted: Annotated[Listing, Query()]) -> Page[WebhookView]:
    """List the webhooks."""
    with parts.database.reading() as session:
        read = partial(found.webhooks, session, caller.regions)
        return wanted.page(session, Webhook, read, WebhookView.model_validate)


@routes.get("/{webhook_id}", dependencies=[Depends(nothing_asked)])
def webhook(parts: PartsHere, caller: Manager, webhook_id: IdInPath) -> WebhookView:
    """Read one webhook."""
    with parts.database.reading() as session:
        return WebhookView.model_validate(found.webhook(session, caller.regions, webhook_id))


@routes.post("", status_code=201, response_model=WebhookWithSecret, dependencies=[Depends(nothing_asked)])
def add_webhook(once: ManagedOnce, new: NewWebhook) -> Response:
    """Have another system told of what happens from now on."""

    def add(session: Session, now: datetime) -> WebhookWithSecret:
        if new.region is None:
            once.caller.must_reach_everything()
        else:
            once.caller.must_reach(new.region)
        row = actions.create(
            session,
            **new.model_dump(),
            key_id=once.caller.key_id,
            openness=once.parts.openness,
            now=now,
        )
        return _with_secret(once, row)

    return once.answer(new, add, unseen=_UNSEEN)


@routes.post(
    "/{webhook_id}/test",
    status_code=202,
    response_model=PostingView,
    dependencies=[Depends(nothing_asked)],
)
def test(once: ManagedOnce, seen: SeenHere, webhook_id: IdInPath) -> Response:
    """Post a ping. What came of it is among the deliveries within seconds."""

    def ping(session: Session, now: datetime) -> PostingView:
        row = _to_change(session, once, seen, webhook_id)
        return PostingView.model_validate(actions.ping(session, row, now=now))

    return once.answer(None, ping, status=202)


@routes.post("/{webhook_id}/rotate", response_model=WebhookWithSecret, dependencies=[Depends(nothing_asked)])
def rotate(
    once: ManagedOnce, seen: SeenHere, webhook_id: IdInPath, asked: Rotation | None = None
) -> Response:
    """Give a webhook another secret. For `grace` seconds, a day if not said, posts carry both signatures."""

    def change(session: Session, now: datetime) -> WebhookWithSecret:
        row = _to_change(session, once, seen, webhook_id)
        grace = timedelta(seconds=(asked or Rotation()).grace)
        actions.rotate(session, row, grace=grace, now=now)
        return _with_secret(once, row)

    return once.answer(asked, change, status=200, unseen=_UNSEEN)


@routes.post("/{webhook_id}/disable", response_model=WebhookView, dependencies=[Depends(nothing_asked)])
def disable(once: ManagedOnce, seen: SeenHere, webhook_id: IdInPath) -> Response:
    """Post nothing more. What is under way waits, and is given up when its 24 hours are over."""

    def change(session: Session, now: datetime) -> WebhookView:
        row = _to_change(session, once, seen, webhook_id)
        actions.disable(session, row, now=now)
        return WebhookView.model_validate(row)

    return once.answer(None, change, status=200)


@routes.post("/{webhook_id}/enable", response_model=WebhookView, dependencies=[Depends(nothing_asked)])
def enable(once: ManagedOnce, seen: SeenHere, webhook_id: IdInPath) -> Response:
    """Post again what happens from now on; `events?after=` has what happened meanwhile."""

    def change(session: Session, _now: datetime) -> WebhookView:
        row = _to_change(session, once, seen, webhook_id)
        actions.enable(session, row)
        return WebhookView.model_validate(row)

    return once.answer(None, change, status=200)


@routes.delete("/{webhook_id}", status_code=204, dependencies=[Depends(nothing_asked)])
def delete(parts: PartsHere, caller: Manager, seen: SeenHere, webhook_id: IdInPath) -> None:
    """End a webhook."""
    with parts.database.transaction() as session:
        row = found.webhook(session, caller.regions, webhook_id, lock=True)
        seen.must_be(session, lambda: WebhookView.model_validate(row))
        actions.delete(session, row, now=parts.clock())


@routes.get("/{webhook_id}/deliveries")
def deliveries(
    parts: PartsHere, caller: Manager, webhook_id: IdInPath, wanted: Annotated[WantedPostings, Query()]
) -> Page[PostingView]:
    """List what a webhook was told, and is to be told; what was settled a month ago is forgotten."""
    with parts.database.reading() as session:
        found.webhook(session, caller.regions, webhook_id)
        read = partial(found.deliveries, session, webhook_id, state=wanted.state)
        return wanted.page(session, WebhookDelivery, read, PostingView.model_validate)


@routes.get("/{webhook_id}/deliveries/{delivery_id}", dependencies=[Depends(nothing_asked)])
def delivery(
    parts: PartsHere, caller: Manager, webhook_id: IdInPath, delivery_id: IdInPath
) -> PostingWithTries:
    """Read one delivery with every attempt."""
    with parts.database.reading() as session:
        found.webhook(session, caller.regions, webhook_id)
        return _with_tries(session, webhook_id, delivery_id)


@routes.post(
    "/{webhook_id}/deliveries/{delivery_id}/replay",
    status_code=202,
    response_model=PostingWithTries,
    dependencies=[Depends(nothing_asked)],
)
def replay(once: ManagedOnce, seen: SeenHere, webhook_id: IdInPath, delivery_id: IdInPath) -> Response:
    """Post again what was posted or given up, under the same `webhook-id`, for another 24 hours."""

    def again(session: Session, now: datetime) -> PostingWithTries:
        row = found.webhook(session, once.caller.regions, webhook_id, lock=True)
        sent, _ = found.delivery(session, webhook_id, delivery_id)
        seen.must_be(session, lambda: _with_tries(session, webhook_id, delivery_id))
        actions.replay(session, row, sent, now=now)
        return _with_tries(session, webhook_id, delivery_id)

    return once.answer(None, again, status=202)


def _to_change(session: Session, once: ManagedOnce, seen: SeenHere, webhook_id: int) -> Webhook:
    """Return a webhook, locked, as the caller has seen it."""
    row = found.webhook(session, once.caller.regions, webhook_id, lock=True)
    seen.must_be(session, lambda: WebhookView.model_validate(row))
    return row


def _with_secret(once: ManagedOnce, row: Webhook) -> WebhookWithSecret:
    secret = secret_of(once.parts.phone_key.secret, row.salt)
    return WebhookWithSecret(**dict(WebhookView.model_validate(row)), secret=secret)


def _with_tries(session: Session, webhook_id: int, delivery_id: int) -> PostingWithTries:
    row, tries = found.delivery(session, webhook_id, delivery_id)
    shown = [PostAttemptView.model_validate(each) for each in tries]
    return PostingWithTries(**dict(_posting(row)), tries=shown)


def _posting(row: WebhookDelivery) -> PostingView:
    return PostingView.model_validate(row)
