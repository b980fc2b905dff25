"""Tell whoever answers for a patch who stumbled over it and who commented, once a day however many did."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from models.actions.conversation import desk_or_office
from models.actions.outbox import Notice, tell
from models.actions.patches import about_patch
from models.actions.striking import one_by_one
from models.queries.patches import is_in_its_pattern
from models.queries.patterns import GONE
from models.tables import Met, Patch, PatchAsk, PatchCase, Ticket, is_open_to_others

ONCE_IN: Final = timedelta(days=1)


def report(session: Session, now: datetime, limit: int) -> int:
    """Tell whoever answers for a patch of stumbles and comments, once a day however many there were."""
    stumbled = select(PatchCase.patch_id).where(_is_unreported_stumble())
    commented = select(PatchAsk.patch_id).where(_is_unreported_comment())
    wanted = (
        select(Patch.id)
        .where(or_(Patch.id.in_(stumbled), Patch.id.in_(commented)))
        .where(or_(Patch.reported_at.is_(None), Patch.reported_at <= now - ONCE_IN))
        .order_by(Patch.id)
    )
    found = session.execute(wanted.limit(limit)).all()
    return one_by_one(session, "patch_news", found, lambda key: _report(session, key[0], now))


def _report(session: Session, patch_id: int, now: datetime) -> bool:
    locking = select(Patch).where(Patch.id == patch_id).with_for_update(key_share=True, skip_locked=True)
    patch = session.scalars(locking, execution_options={"populate_existing": True}).one_or_none()
    if patch is None:
        return False
    cases = session.execute(
        select(PatchCase.ticket_id, Ticket.enterprise_id)
        .join(Ticket, Ticket.id == PatchCase.ticket_id)
        .join(Patch, Patch.id == PatchCase.patch_id)
        .where(PatchCase.patch_id == patch_id, _is_unreported_stumble(), is_open_to_others(Ticket.id))
        .where(is_in_its_pattern(), Ticket.status.not_in(GONE))
        .order_by(PatchCase.ticket_id.desc())
    ).all()
    comments = session.scalars(
        select(PatchAsk.id).where(PatchAsk.patch_id == patch_id, _is_unreported_comment())
        .where(is_open_to_others(PatchAsk.ticket_id))
    ).all()  # fmt: skip
    reported = update(PatchCase).where(PatchCase.patch_id == patch_id, _is_unreported_stumble())
    session.execute(reported.values(is_reported=True))
    heard = update(PatchAsk).where(PatchAsk.patch_id == patch_id, _is_unreported_comment())
    session.execute(heard.values(is_reported=True))
    patch.reported_at = now
    if cases or comments:
        news = about_patch(patch) | {
            "stumbles": len(cases),
            "enterprises": len({each.enterprise_id for each in cases} - {None}),
            "comments": len(comments),
        }
        told = desk_or_office(session, patch.owner_id, now).people
        key = f"patch:{patch.id}:news:{now.timestamp():.0f}"
        tell(session, told, Notice.PATCH_NEWS, news, ticket_id=None, event_id=None, now=now, key=key)
    session.flush()
    return True


def _is_unreported_stumble() -> ColumnElement[bool]:
    return and_(PatchCase.kind == Met.STUMBLED, ~PatchCase.is_reported)


def _is_unreported_comment() -> ColumnElement[bool]:
    return and_(PatchAsk.answered_at.is_not(None), ~PatchAsk.is_reported)
