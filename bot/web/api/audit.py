"""`/audit`: who read personal data and changed what; `/audit/anchors`: digests to print and publish."""

from datetime import date, datetime
from functools import partial
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from pydantic import AfterValidator, AwareDatetime, Field

from bot.web.api.auth import Caller, allowed_to
from bot.web.api.fields import Id, Shown
from bot.web.api.paging import Bounds, Page, Paging, checked, cursor, place_of
from bot.web.api.parts import PartsHere
from bot.web.api.witness import noun
from models.queries import audit as found
from models.queries.stretches import KINDS
from models.rules.permissions import Deed
from models.tables import AuditEntry

routes: Final = noun("/audit", tags=["audit"])
_LESSENED: Final = ", ".join(f"`{kind.lessens}`" for kind in KINDS.values() if kind.lessens)
_SHOWN: Final = (
    f"The ids on a list that was read. Of {_LESSENED}, when somebody was forgotten: what is left of each "
    "sealed row, as 16 hex digits of its id and 32 of its digest."
)
Auditor = Annotated[Caller, Depends(allowed_to(Deed.AUDIT))]


class Wanted(Bounds):
    """Which entries, and from where on."""

    after: Annotated[str, Field(max_length=100), AfterValidator(partial(checked, size=2))] | None = Field(
        None, description="`next` of the answer before."
    )
    actor: Id | None = Field(None, description="The id of a key.")
    object: str | None = Field(
        None,
        pattern=r"^[A-Za-z0-9_/.-]{1,200}$",
        description="A place in this API, with all under it.",
        examples=["contacts/5"],
    )
    since: AwareDatetime | None = Field(None, description="From this moment on.")

    @property
    def place(self) -> tuple[int, int]:
        """Behind which transaction and row the answer starts."""
        if self.after is None:
            return 0, 0
        transaction, row = place_of(self.after, 2)
        return transaction, row


class WhoView(Shown):
    """Who acted: a key, whoever sat at the command line, or the service itself."""

    kind: str = Field(examples=["key"])
    id: int | None = Field(examples=[3])
    name: str = Field(examples=["inspection office"])
    role: str | None = Field(examples=["admin"])
    region: str | None = Field(examples=["210100"])


class AuditEntryView(Shown):
    """One read, change or refused attempt. `digest` seals it to the entry before it in its chain."""

    id: int
    at: datetime
    actor: WhoView
    deed: str = Field(examples=["read"])
    operation: str = Field(examples=["GET /contacts/{contact_id}"])
    object: str = Field(examples=["contacts/5"])
    shown: list[Any] | None = Field(description=_SHOWN, examples=[[5, 6]])
    status: int | None = Field(examples=[200])
    request_id: str | None = Field(description="`X-Request-Id` of the answer.")
    reason: str | None = Field(
        description="Why, as was said; of `seal` the digest of the rows in `object` and when the newest came."
    )
    chain: int
    seq: int
    previous: str
    digest: str


class AnchorView(Shown):
    """All heads of one day under one digest. Published, it lets nothing before it be changed unseen."""

    id: int
    day: date
    chains: int = Field(description="How many chains it has found changed since the day before.")
    previous: str
    digest: str


@routes.get("")
def audit(parts: PartsHere, caller: Auditor, wanted: Annotated[Wanted, Query()]) -> Page[AuditEntryView]:
    """Follow the audit. `next` is always there: pass it as `after` to get what has come since."""
    chosen = found.Wanted(wanted.actor, wanted.object, wanted.since)
    with parts.database.reading() as session:
        rows = found.entries(session, caller.regions, chosen, after=wanted.place, limit=wanted.limit)
        place = (rows[-1].tx, rows[-1].id) if rows else wanted.place
        return Page(items=[_view(row) for row in rows], next=cursor(*place))


@routes.get("/anchors")
def anchors(parts: PartsHere, caller: Auditor, wanted: Annotated[Paging, Query()]) -> Page[AnchorView]:
    """List the daily anchors over all chains of tickets and of the audit."""
    del caller
    with parts.database.reading() as session:
        rows = found.anchors(session, after=wanted.place, limit=wanted.limit + 1)
        return Page.of(rows, wanted.limit, AnchorView.model_validate)


def _view(row: AuditEntry) -> AuditEntryView:
    return AuditEntryView(
        id=row.id,
        at=row.at,
        actor=WhoView(
            kind=row.actor_kind, id=row.actor_id, name=row.actor_name, role=row.role, region=row.region
        ),
        deed=row.deed,
        operation=row.operation,
        object=row.object,
        shown=row.shown,
        status=row.status,
        request_id=row.request_id,
        reason=row.reason,
        chain=row.chain,
        seq=row.seq,
        previous=row.previous,
        digest=row.digest,
    )
