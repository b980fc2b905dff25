"""The imports that somebody may see: those of keys that reach no further than their own."""

from collections.abc import Sequence

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from models.queries.growing import Behind
from models.queries.registry import NotFound, Regions, inside
from models.tables import ApiKey, Import

_By = aliased(ApiKey)
_UndoneBy = aliased(ApiKey)

Found = Row[Import, str, str]
"""An import, and the names of the keys that made it and took it back."""


def imports(session: Session, regions: Regions, *, after: Behind, limit: int) -> Sequence[Found]:
    """Return up to `limit` imports behind `after`."""
    wanted = _imports(regions).where(after.holds(Import.id)).order_by(Import.id).limit(limit)
    return session.execute(wanted).all()


def one_import(session: Session, regions: Regions, import_id: int) -> Found:
    """Return one import.

    Raises:
        NotFound: there is none, or its key reached further than `regions`.
    """
    found = session.execute(_imports(regions).where(Import.id == import_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def _imports(regions: Regions) -> Select[Import, str, str]:
    return (
        select(Import, _By.name, _UndoneBy.name)
        .outerjoin(_By, _By.id == Import.key_id)
        .outerjoin(_UndoneBy, _UndoneBy.id == Import.undone_key_id)
        .where(inside(Import.region, regions))
    )
