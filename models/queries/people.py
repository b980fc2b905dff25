"""Who somebody is, and who answers for what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from config import catalog
from models.prepared import Prepared
from models.rules.lifecycle import Status
from models.rules.regions import upwards
from models.rules.windows import Window
from models.tables import (
    Call,
    Contact,
    Delegation,
    Enterprise,
    Official,
    OfficialKind,
    Pairing,
    Person,
    Ticket,
)

PROVINCE: Final = "210000"


@dataclass(frozen=True, slots=True)
class OfficialCard:
    """An official as others may know them."""

    id: int
    name: str
    post: str
    region: str
    leader_id: int | None = None
    kind: str = OfficialKind.LEADER

    @property
    def desk_id(self) -> int:
        """Whose desk they work at: a leader's own, an aide's leader's."""
        return self.leader_id or self.id


@dataclass(frozen=True, slots=True)
class EnterpriseCard:
    """The enterprise a person speaks for."""

    id: int
    name: str
    region: str
    stage: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """Everything a turn needs to know about who speaks; read in one statement, of officials in two."""

    person_id: int
    openid: str
    follows: bool
    window: Window | None
    hand_ticket_id: int | None
    hand_until: datetime | None
    pending: dict[str, Any] | None
    official: OfficialCard | None
    enterprise: EnterpriseCard | None
    carer: OfficialCard | None
    others: tuple[EnterpriseCard, ...] = ()
    """The further enterprises they speak for; `enterprise` is the one they chose or joined last."""
    no_calls: bool = False  # they asked not to be telephoned
    is_served: bool = False
    """Whether an enterprise of theirs has a case that is worked on, whoever brought it."""
    cases: tuple[tuple[int, str], ...] = ()
    """The cases they brought last, each with its first words; some may be finished by now."""
    is_called: bool = False
    """Whether a call or a visit is announced to an enterprise of theirs, or about a case they may see."""
    stands_in: bool = False
    """Whether they work at the office that acts for owners at whose desk nobody has bound a WeChat."""
    deputises: tuple[OfficialCard, ...] = ()
    """The leaders who have delegated to them for today (委托)."""

    @property
    def desks(self) -> list[int]:
        """Whose cases they work on: their own desk's first, then of those they stand in for."""
        own = [] if self.official is None else [self.official.desk_id]
        return list(dict.fromkeys([*own, *(leader.id for leader in self.deputises)]))

    def case_in_hand(self, now: datetime) -> int | None:
        """The ticket that plain text belongs to at `now`, if any."""
        if self.hand_ticket_id is None or self.hand_until is None or now >= self.hand_until:
            return None
        return self.hand_ticket_id


_carer = aliased(Official)


def _calls_about(*theirs: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Call.closed_at.is_(None), Call.ticket_id == Ticket.id, *theirs)


_PARTY: Final = Prepared(
    select(
        *(Person.id, Person.openid, Person.follows, Person.window_expires_at, Person.window_left),
        *(Person.hand_ticket_id, Person.hand_until, Person.pending),
        *(Official.id, Official.name, Official.post, Official.region, Official.leader_id, Official.kind),
        *(Enterprise.id, Enterprise.name, Enterprise.region, Enterprise.stage),
        *(_carer.id, _carer.name, _carer.post, _carer.region),
        *(Contact.no_calls, Person.cases, func.coalesce(Contact.chosen_at, Contact.since), Contact.id),
        exists().where(
            Ticket.enterprise_id == Enterprise.id,
            or_(Ticket.status == Status.OPEN.value, Ticket.status == Status.ACCEPTED.value),
        ),
        or_(
            exists().where(Call.closed_at.is_(None), Call.enterprise_id == Enterprise.id),
            _calls_about(Ticket.enterprise_id == Enterprise.id),
            _calls_about(Ticket.person_id == Person.id, Ticket.enterprise_id.is_(None)),
        ),
    )
    .outerjoin(Official, and_(Official.id == Person.official_id, Official.is_active))
    .outerjoin(Contact, and_(Contact.person_id == Person.id, Contact.is_active))
    .outerjoin(Enterprise, Enterprise.id == Contact.enterprise_id)
    .outerjoin(Pairing, and_(Pairing.enterprise_id == Enterprise.id, Pairing.ended_at.is_(None)))
    .outerjoin(_carer, and_(_carer.id == Pairing.official_id, _carer.is_active))
    .where(Person.openid == bindparam("openid"))
    .with_for_update(of=Person, key_share=True)
)
"""One row for each enterprise they speak for.

Locks the person where writers overlap: two messages of one person are taken one after the other. Who waited
for the lock on PostgreSQL reads everything else as it was before: a call announced meanwhile is not seen yet.
"""


def _window(expires_at: datetime | None, left: int) -> Window | None:
    return None if expires_at is None else Window(expires_at, left)


def _party(rows: list[Sequence[Any]]) -> Party:
    if len(rows) > 1:
        rows.sort(key=lambda each: (each[24], each[25]), reverse=True)  # the one chosen or joined last first
    row = rows[0]
    return Party(
        row[0],
        row[1],
        row[2],
        _window(row[3], row[4]),
        row[5],
        row[6],
        row[7],
        OfficialCard(*row[8:14]) if row[8] is not None else None,
        EnterpriseCard(*row[14:18]) if row[14] is not None else None,
        OfficialCard(*row[18:22]) if row[18] is not None else None,
        tuple(EnterpriseCard(*more[14:18]) for more in rows[1:]),
        bool(row[22]),
        any(more[26] for more in rows),
        tuple((case, words) for case, words in row[23] or ()),
        any(more[27] for more in rows),
    )


def party(session: Session, openid: str) -> Party | None:
    """Return who `openid` is to us, or None if they never wrote."""
    rows = _PARTY.all(session, openid=openid)
    found = _party(rows) if rows else None
    if found is None or found.official is None:
        return found
    office = stand_in(session)
    return replace(found, stands_in=office is not None and office.id == found.official.desk_id)


def _working(*which: ColumnElement[bool]) -> Select[int]:
    who = select(Person.id).join(Official, Official.id == Person.official_id)
    return who.where(Official.is_active, *which)


_desk: Final[BindParameter[int]] = bindparam("desk")
_on: Final[BindParameter[date]] = bindparam("on")
_DESK: Final = Prepared(
    union_all(
        _working(Official.id == _desk),
        _working(Official.leader_id == _desk),
        _working(Delegation.ended_at.is_(None), Delegation.starts_on <= _on, Delegation.ends_on >= _on)
        .join(Delegation, Delegation.deputy_id == Official.id)
        .where(Delegation.official_id == _desk),
    )
)
"""Each half has an index of its own; who is found twice is told once."""


def desk(session: Session, official_id: int, on: date | None = None) -> list[int]:
    """Return the people who work at a leader's desk: the leader, the aides, and who deputises `on` a day.

    As person ids; empty while none of them has bound their WeChat.
    """
    return sorted({row[0] for row in _DESK.all(session, desk=official_id, on=on)})


def supervisors(session: Session, region: str) -> list[int]:
    """Return the supervisors (督查) nearest above a matter in `region`, as person ids.

    Empty while none of them has bound their WeChat.
    """
    rows = session.execute(
        select(Person.id, Official.region)
        .join(Official, Official.id == Person.official_id)
        .where(
            Official.is_active,
            Official.kind == OfficialKind.SUPERVISOR,
            Official.region.in_(upwards(region)),
        )
        .order_by(Person.id)
    ).all()
    for level in upwards(region):
        if near := [row.id for row in rows if row.region == level]:
            return near
    return []


_bound = aliased(Official)


def manned_desks() -> Select[int]:
    """Return the ids of the leaders at whose desk somebody has bound a WeChat, be it an aide."""
    return (
        select(func.coalesce(_bound.leader_id, _bound.id))
        .join(Person, Person.official_id == _bound.id)
        .where(_bound.is_active)
    )


_STAND_IN: Final = Prepared(
    select(Official.id, Official.name, Official.post, Official.region)
    .where(
        Official.is_active,
        Official.kind == OfficialKind.LEADER,
        Official.department == bindparam("office"),
        Official.region == PROVINCE,
        exists()
        .where(Person.official_id == _bound.id, _bound.is_active)
        .where(or_(_bound.id == Official.id, _bound.leader_id == Official.id))
        .correlate(Official),
    )
    .order_by(Official.id)
    .limit(1)
)


def stand_in(session: Session) -> OfficialCard | None:
    """Return the provincial office, which acts where nobody at the owner's desk has bound a WeChat.

    The first of that department at whose own desk somebody has; None while nobody has.
    """
    row = _STAND_IN.first(session, office=catalog.office_department())
    return None if row is None else OfficialCard(row[0], row[1], row[2], row[3])


def official(session: Session, official_id: int) -> OfficialCard:
    """Return an official's card by id."""
    row = session.get_one(Official, official_id)
    return OfficialCard(row.id, row.name, row.post, row.region, row.leader_id)


def enterprise(session: Session, enterprise_id: int) -> EnterpriseCard:
    """Return an enterprise's card by id."""
    row = session.get_one(Enterprise, enterprise_id)
    return EnterpriseCard(row.id, row.name, row.region, row.stage)
