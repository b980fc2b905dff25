"""Keep what the roster says of an enterprise or an official before it says something else."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, insert, literal, select
from sqlalchemy.orm import Session

from models.actions import tallies
from models.tables import Enterprise, EnterprisePast, Official, OfficialPast, Ticket
from models.tables.base import Moment


def keep(session: Session, *which: ColumnElement[bool], now: datetime) -> None:
    """Keep the name, credit code, region and stage of the enterprises that are about to change.

    Call it before the change, in the same transaction; ledgers as of an earlier moment show what was kept.
    """
    columns = ("name", "credit_code", "region", "stage")
    was = select(Enterprise.id, literal(now, Moment()), *(getattr(Enterprise, name) for name in columns))
    session.execute(
        insert(EnterprisePast).from_select(["enterprise_id", "until", *columns], was.where(*which))
    )


def change_many(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Keep what is said of enterprises changed past the session, and have their tickets counted anew."""
    keep(session, Enterprise.id.in_(ids), now=now)
    tallies.touch(session, *session.scalars(select(Ticket.id).where(Ticket.enterprise_id.in_(ids))))


def keep_officials(session: Session, ids: Sequence[int], *, now: datetime) -> None:
    """Keep the names and posts of officials that are about to change, in the same transaction."""
    columns = ("name", "post", "department")
    was = select(Official.id, literal(now, Moment()), *(getattr(Official, name) for name in columns))
    session.execute(
        insert(OfficialPast).from_select(["official_id", "until", *columns], was.where(Official.id.in_(ids)))
    )
