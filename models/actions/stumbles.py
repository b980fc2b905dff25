"""Stumbled again (再绊): a new case meets a stone that a patch in force was to take away.

Called where a case has found its pattern, with the case locked. Nothing waits for the patch's own lock.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.actions import events
from models.actions.conversation import about, tell_desk
from models.actions.outbox import Notice
from models.actions.patch_chain import head
from models.actions.patches import about_patch
from models.actions.repeats import stand_in
from models.actions.striking import SYSTEM, may
from models.queries.patches import reach
from models.queries.tickets import Actor
from models.rules.lifecycle import Verb
from models.rules.patches import IN_FORCE
from models.tables import Met, Patch, PatchCase, PatternMember, Ticket


class NotStumbled(LookupError):
    """A case is not marked as stumbled again."""


def met(session: Session, ticket: Ticket, pattern_id: int, *, now: datetime) -> None:
    """See whether a case that belongs to a pattern meets a patch of it, and mark it once.

    A case from before the patch took effect is one that it is about: its owner and its enterprise are told
    by a timer. People who said that it is no stumble are believed.
    """
    in_force = select(Patch).where(Patch.pattern_id == pattern_id, Patch.state.in_(sorted(IN_FORCE)))
    for patch in session.scalars(in_force.order_by(Patch.id)).all():
        if patch.took_effect_at is None or ticket.region not in reach(patch):
            continue
        known = session.get(PatchCase, (patch.id, ticket.id))
        if known is not None and (known.round == patch.round or known.kind == Met.CLEARED):
            continue
        if ticket.created_at < patch.took_effect_at:
            keep(session, patch, ticket, known, Met.AFFECTED, met_at=now)
        elif may(ticket, Verb.STUMBLE):
            _stumble(session, patch, ticket, known, now)


def keep(
    session: Session, patch: Patch, ticket: Ticket, known: PatchCase | None, kind: Met, **facts: Any
) -> PatchCase:
    """Keep how a case met a patch in its present round; nobody is told yet."""
    row = known or PatchCase(patch_id=patch.id, ticket_id=ticket.id)
    row.kind, row.round, row.event_id, row.told_at, row.is_reported = kind, patch.round, None, None, False
    for name, value in facts.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()
    return row


def unstumble(session: Session, ticket: Ticket, actor: Actor, *, now: datetime) -> None:
    """People say that a case is no stumble: the mark goes, it leaves the pattern and is counted no more.

    Raises:
        NotStumbled: it is not marked.
        NotPossible: the case was withdrawn.
        NotAllowed: it is not for this actor to say.
    """
    marked = select(PatchCase).where(PatchCase.ticket_id == ticket.id, PatchCase.kind == Met.STUMBLED)
    rows = session.scalars(marked.order_by(PatchCase.patch_id)).all()
    if not rows:
        raise NotStumbled
    events.record(session, ticket, Verb.UNSTUMBLE, actor, now=now, patches=[row.patch_id for row in rows])
    for row in rows:
        row.kind = Met.CLEARED
    session.execute(delete(PatternMember).where(PatternMember.ticket_id == ticket.id))
    session.flush()
    stand_in(session, [ticket.id])


def _stumble(session: Session, patch: Patch, ticket: Ticket, known: PatchCase | None, now: datetime) -> None:
    sealed = {"patch": patch.id, "head": head(session, patch.id)}
    event_id = events.record(session, ticket, Verb.STUMBLE, SYSTEM, now=now, **sealed)
    keep(session, patch, ticket, known, Met.STUMBLED, met_at=now, told_at=now, event_id=event_id)
    news = about(ticket) | about_patch(patch)
    tell_desk(session, ticket, Notice.STUMBLED, news, event_id=event_id, now=now)
