"""What `/api/v1` shows of what went out, and of what came in and ended in nothing: shapes only."""

from datetime import datetime
from typing import Any

from pydantic import Field

from bot.web.api.fields import Shown
from models.tables import Delivery


class OutboxView(Shown):
    """One message to one person: its cause, its state, and why it has not arrived.

    What is `held` (reason `quiet` or `budget`) waits until `due_at`, or until the person writes.
    """

    id: int
    person_id: int | None = Field(description="To whom; of a shielded case that is not told.")
    ticket: str | None = Field(description="The ticket's number.")
    event_id: int | None
    visit_id: int | None
    verification_id: int | None = Field(description="The question about a caller that it answers.")
    call_id: int | None = Field(description="The visit announced to an enterprise without a case.")
    kind: str
    state: Delivery
    channel: str | None
    reason: str | None
    attempts: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    rang_at: datetime | None = Field(description="When it went out though nobody there had just written.")


class AttemptView(Shown):
    """One try to deliver, and what the platform said."""

    at: datetime
    channel: str
    outcome: str
    code: int | None
    detail: str | None
    said: str | None


class OutgoingView(OutboxView):
    """One message with its content and every attempt."""

    payload: dict[str, Any]
    tries: list[AttemptView]


class UnsettledView(Shown):
    """A push that reached us and ended in nothing."""

    id: int
    kind: str
    received_at: datetime
