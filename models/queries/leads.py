"""Questions about callers and the fraud leads they became, as far as somebody's regions reach.

A question belongs to the region of the enterprise that asked, a stranger's to the province. A lead belongs
wherever it was reported; of reports from elsewhere nothing is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from models.queries.growing import Behind
from models.queries.registry import NotFound, Regions, inside
from models.tables import Enterprise, FraudLead, Official, OfficialPhone, Verification


@dataclass(frozen=True, slots=True)
class Asked:
    """One question about a number, with the enterprise that asked and the owner the caller claimed to be."""

    row: Verification
    enterprise: Enterprise | None
    claimed: Official | None


@dataclass(frozen=True, slots=True)
class Lead:
    """A fraud lead with the reports that made it, oldest first."""

    row: FraudLead
    reports: tuple[Asked, ...]


def verifications(
    session: Session, regions: Regions, *, verdict: str | None, after: Behind, limit: int
) -> list[Asked]:
    """Return up to `limit` questions behind `after`, with one verdict if it is named."""
    wanted = _asked(regions).where(after.holds(Verification.id)).order_by(Verification.id).limit(limit)
    if verdict is not None:
        wanted = wanted.where(Verification.verdict == verdict)
    return [Asked(*row) for row in session.execute(wanted)]


def leads(
    session: Session,
    regions: Regions,
    *,
    finding: str | None = None,
    is_open: bool = False,
    after: Behind,
    limit: int,
) -> list[Lead]:
    """Return up to `limit` leads behind `after`: those with a finding, or still without one."""
    wanted = _leads(regions).where(after.holds(FraudLead.id)).order_by(FraudLead.id).limit(limit)
    if finding is not None:
        wanted = wanted.where(FraudLead.finding == finding)
    if is_open:
        wanted = wanted.where(FraudLead.finding.is_(None))
    return _with_reports(session, regions, wanted)


def how_many_open(session: Session, regions: Regions) -> int:
    """Return how many leads nobody has said anything about yet."""
    wanted = _leads(regions).where(FraudLead.finding.is_(None)).subquery()
    return session.scalars(select(func.count()).select_from(wanted)).one()


def lead(session: Session, regions: Regions, lead_id: int) -> Lead:
    """Return one lead.

    Raises:
        NotFound: there is none, or it was reported elsewhere only.
    """
    found = _with_reports(session, regions, _leads(regions).where(FraudLead.id == lead_id))
    if not found:
        raise NotFound
    return found[0]


def phones(session: Session, official_id: int, *, after: Behind, limit: int) -> Sequence[OfficialPhone]:
    """Return up to `limit` numbers of an official behind `after`, retired ones too."""
    return session.scalars(
        select(OfficialPhone)
        .where(OfficialPhone.official_id == official_id, after.holds(OfficialPhone.id))
        .order_by(OfficialPhone.id)
        .limit(limit)
    ).all()


def phone(session: Session, official_id: int, phone_id: int) -> OfficialPhone:
    """Return one number of an official.

    Raises:
        NotFound: the official has none with this id.
    """
    row = session.get(OfficialPhone, phone_id)
    if row is None or row.official_id != official_id:
        raise NotFound
    return row


def _asked(regions: Regions) -> Select[Verification, Enterprise, Official]:
    return (
        select(Verification, Enterprise, Official)
        .outerjoin(Enterprise, Enterprise.id == Verification.enterprise_id)
        .outerjoin(Official, Official.id == Verification.claimed_id)
        .where(inside(Verification.region, regions))
    )


def _leads(regions: Regions) -> Select[FraudLead]:
    is_reported: ColumnElement[bool] = exists().where(
        Verification.lead_id == FraudLead.id, inside(Verification.region, regions)
    )
    return select(FraudLead).where(is_reported)


def _with_reports(session: Session, regions: Regions, wanted: Select[FraudLead]) -> list[Lead]:
    rows = session.scalars(wanted).all()
    reports: dict[int, list[Asked]] = {row.id: [] for row in rows}
    if reports:
        said = _asked(regions).where(Verification.lead_id.in_(list(reports))).order_by(Verification.id)
        for found in session.execute(said):
            reports[found[0].lead_id or 0].append(Asked(*found))
    return [Lead(row, tuple(reports[row.id])) for row in rows]
