"""The outbox in a worker's hand: shorthand for tests of claiming and settling."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from models.actions import deliveries, settlements
from models.actions.deliveries import Claimed, Item
from models.actions.settlements import Settlement
from models.actions.ways import Channels, HowMany
from models.queries.outbox import Waiting
from models.session import Database
from models.tables import Attempt, Consent, Outbox, Person
from tests.unit.models.stage import NOW, a_message, a_person, open_window

BARE = Channels()
NOTICES = Channels(subscription_id="sub", template_id="tmpl")
LATER = NOW + timedelta(days=30)


def alone(_line: Sequence[Waiting]) -> int:
    """Every message is too long to travel with another."""
    return 1


def claimed(
    database: Database,
    *,
    at: datetime = NOW,
    limit: int = 64,
    channels: Channels = BARE,
    how_many: HowMany = alone,
) -> list[Claimed]:
    with database.transaction() as session:
        return deliveries.claim(session, "w", channels=channels, how_many=how_many, limit=limit, now=at)


def item(one: Claimed) -> Item:
    """Return the only message of a claim."""
    [only] = one.items
    return only


def ids_of(taken: Iterable[Claimed]) -> list[int]:
    """Return the ids of all messages of claims."""
    return [each.id for one in taken for each in one.items]


def settled(database: Database, *outcomes: Settlement, at: datetime = NOW) -> None:
    with database.transaction() as session:
        settlements.settle(session, outcomes, at)


def outbox(database: Database) -> dict[str, Outbox]:
    """Return the outbox by the first part of the dedupe key."""
    with database.reading() as session:
        rows = {
            row.dedupe_key.split(":")[0]: row for row in session.scalars(select(Outbox).order_by(Outbox.id))
        }
        session.expunge_all()
        return rows


def states(database: Database) -> dict[str, str]:
    return {key: row.state for key, row in outbox(database).items()}


def person(database: Database, person_id: int) -> Person:
    with database.reading() as session:
        found = session.get_one(Person, person_id)
        session.expunge(found)
        return found


def attempts(database: Database) -> list[tuple[int, str]]:
    with database.reading() as session:
        rows = session.execute(select(Attempt.outbox_id, Attempt.outcome).order_by(Attempt.id))
        return [(row[0], row[1]) for row in rows]


def waiting(database: Database, who: dict[str, Iterable[str]], *, left: int = 5) -> dict[str, int]:
    """Queue messages by key for each person, whose window is open; return the ids by key."""
    with database.transaction() as session:
        ids: dict[str, int] = {}
        for openid, keys in who.items():
            person_id = a_person(session, openid)
            open_window(session, person_id, left=left, until=LATER)
            ids |= {key: a_message(session, person_id, key) for key in keys}
        return ids


def consent(database: Database, openid: str = "a") -> int:
    with database.reading() as session:
        return session.scalars(select(Consent.left).join(Person).where(Person.openid == openid)).one()


def subscriber(database: Database, left: int, openid: str = "a") -> Claimed:
    """Claim a message for somebody with so many consents and no open window."""
    waiting(database, {openid: [f"{openid}1"]}, left=0)
    with database.transaction() as session:
        session.add(Consent(person_id=a_person(session, openid), template_id="sub", left=left))
    [one] = claimed(database, channels=NOTICES)
    return one
