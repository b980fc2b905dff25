"""Register the numbers officials call from. A number comes in; a keyed seal and its last digits are kept."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.actions.roster import NoSuchOfficial
from models.rules.phones import Number, PhoneKey
from models.tables import Official, OfficialPhone


class NumberTaken(Exception):
    """Another official has this number."""


def register(
    session: Session, official_id: int, number: Number, *, key: PhoneKey, now: datetime
) -> OfficialPhone:
    """Note that an official calls from `number`; doing it twice changes nothing.

    What the same official had under another key with the same last digits is taken to be this number.

    Raises:
        NoSuchOfficial: nobody in office has this id.
        NumberTaken: another official has it.
    """
    official = session.get(Official, official_id)
    if official is None or not official.is_active:
        raise NoSuchOfficial(official_id)
    seal = key.seal(number)
    known = session.scalars(
        select(OfficialPhone).where(OfficialPhone.number_hash == seal, OfficialPhone.ended_at.is_(None))
    ).one_or_none()
    if known is not None and known.official_id != official_id:
        raise NumberTaken(official_id)
    return known or _add(session, official_id, number, key, now)


def _add(session: Session, official_id: int, number: Number, key: PhoneKey, now: datetime) -> OfficialPhone:
    session.execute(
        update(OfficialPhone)
        .where(
            OfficialPhone.official_id == official_id,
            OfficialPhone.tail == number.tail,
            OfficialPhone.key_mark != key.mark,
            OfficialPhone.ended_at.is_(None),
        )
        .values(ended_at=now)
    )
    row = OfficialPhone(
        official_id=official_id,
        number_hash=key.seal(number),
        key_mark=key.mark,
        tail=number.tail,
        since=now,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as race:
        raise NumberTaken(official_id) from race
    return row


def retire(session: Session, phone: OfficialPhone, *, now: datetime) -> None:
    """Note that an official no longer calls from this number; what has ended already stays as it was."""
    if phone.ended_at is None:
        phone.ended_at = now
        session.flush()
