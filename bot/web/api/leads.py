"""`/leads`: numbers that called in an official's name and are nobody's, and what became of them."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final

from fastapi import Depends, Query, Response
from sqlalchemy.orm import Session

from bot.web.api.auth import CallerReader
from bot.web.api.fields import IdInPath
from bot.web.api.idempotency import DecidedOnce
from bot.web.api.listing import Listing
from bot.web.api.paging import Page, nothing_asked
from bot.web.api.parts import PartsHere
from bot.web.api.schemas_trust import Decision, LeadView
from bot.web.api.tags import SeenHere
from bot.web.api.verifications import verification_view
from bot.web.api.witness import noun
from models.actions import trust
from models.queries import leads as reported
from models.tables import Finding, FraudLead

routes: Final = noun("/leads", tags=["trust"])


class Wanted(Listing):
    """Which leads: those with one finding, or with `open=true` those without any."""

    finding: Finding | None = None
    open: bool = False


@routes.get("")
def leads(parts: PartsHere, caller: CallerReader, wanted: Annotated[Wanted, Query()]) -> Page[LeadView]:
    """List the fraud leads with the reports that made them, oldest first."""
    with parts.database.reading() as session:
        read = partial(reported.leads, session, caller.regions, finding=wanted.finding, is_open=wanted.open)
        return wanted.page(session, FraudLead, read, _view, lambda lead: lead.row.id)


@routes.get("/{lead_id}", dependencies=[Depends(nothing_asked)])
def lead(parts: PartsHere, caller: CallerReader, lead_id: IdInPath) -> LeadView:
    """Read one fraud lead."""
    with parts.database.reading() as session:
        return _view(reported.lead(session, caller.regions, lead_id))


@routes.post("/{lead_id}/decision", response_model=LeadView, dependencies=[Depends(nothing_asked)])
def decide(once: DecidedOnce, seen: SeenHere, lead_id: IdInPath, decision: Decision) -> Response:
    """Say what became of a lead; whoever reported it is told. A later finding replaces an earlier one."""

    def decided(session: Session, now: datetime) -> LeadView:
        before = reported.lead(session, once.caller.regions, lead_id)
        seen.must_be(session, lambda: _view(before))
        key_id = once.caller.key_id
        trust.decide(session, lead_id, decision.finding, decision.note, key_id=key_id, now=now)
        return _view(reported.lead(session, once.caller.regions, lead_id))

    return once.answer(decision, decided, status=200)


def _view(found: reported.Lead) -> LeadView:
    return LeadView(
        id=found.row.id,
        day=found.row.day,
        tail=found.row.tail,
        created_at=found.row.created_at,
        finding=None if found.row.finding is None else Finding(found.row.finding),
        note=found.row.note,
        decided_at=found.row.decided_at,
        decided_by_key=found.row.decided_by_key,
        decided_by_official=found.row.decided_by_official,
        reports=[verification_view(report) for report in found.reports],
    )
