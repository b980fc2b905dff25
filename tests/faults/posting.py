"""Read in the outbox and on the platform what became of messages."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import func, select, update

from bot.simulator.windows import Trigger
from models.actions.outbox import Notice, tell
from models.actions.people import meet
from models.tables import Attempt, Consent, Delivery, Outbox, Person
from tests.roster import LEADER
from tests.unit.models.stage import cause_of
from tests.world import SUBSCRIPTION, World

SEND = "/cgi-bin/message/custom/send"
NOTIFY = "/cgi-bin/message/subscribe/bizsend"
INFORM = "/cgi-bin/message/template/send"
TOKEN = "/cgi-bin/stable_token"


def post(
    world: World, openid: str = LEADER, key: str = "news", kind: str = Notice.URGED, **news: object
) -> int:
    """Put one message to somebody into the outbox; return its id."""
    said = {"number": "1010", "title": key} | news
    with world.database.transaction() as session:
        person = world.roster.people[openid]
        tell(session, [person], Notice(kind), said, **cause_of(session, person), now=world.clock(), key=key)
    with world.database.reading() as session:
        return session.scalars(select(Outbox.id).where(Outbox.dedupe_key.startswith(f"{key}:"))).one()


def post_all(world: World, openid: str, *keys: str, first: Notice = Notice.URGED) -> list[int]:
    """Put several messages to somebody into the outbox in one transaction; return their ids."""
    person = world.roster.people[openid]
    with world.database.transaction() as session:
        for n, key in enumerate(keys):
            said, kind = {"number": "1010", "title": key}, Notice.URGED if n else first
            tell(session, [person], kind, said, **cause_of(session, person), now=world.clock(), key=key)
    with world.database.reading() as session:
        rows = session.execute(select(Outbox.id, Outbox.dedupe_key).order_by(Outbox.id)).all()
    return [row.id for row in rows if row.dedupe_key.split(":")[0] in keys]


def reader(world: World, openid: str, *, left: int = 5, consents: int = 0) -> str:
    """Bring somebody of an office, whom so many chat messages and subscription notices may reach."""
    world.phone(openid)
    with world.database.transaction() as session:
        person = session.get_one(Person, meet(session, openid, now=world.clock()).person_id)
        person.official_id = world.roster.officials["office"]
        person.window_left = left
        person.window_expires_at = world.clock() + timedelta(hours=48)
        session.add(Consent(person_id=person.id, template_id=SUBSCRIPTION, left=consents))
        world.roster.people[openid] = person.id
    world.loop.run(_allow(world, openid, left, consents))
    return openid


async def _allow(world: World, openid: str, left: int, consents: int) -> None:
    user = world.platform.users[openid]
    user.consents[SUBSCRIPTION] = abs(consents)
    if left:
        user.windows.open(Trigger.MESSAGE, world.clock())


def post_each(world: World, people: Iterable[str], key: str = "news") -> list[int]:
    """Put one message to each of many into the outbox, all in one transaction; return their ids."""
    with world.database.transaction() as session:
        for openid in people:
            person, said = world.roster.people[openid], {"number": "1010", "title": key}
            cause = cause_of(session, person)
            tell(session, [person], Notice.URGED, said, **cause, now=world.clock(), key=f"{key}:{openid}")
    with world.database.reading() as session:
        wanted = Outbox.dedupe_key.startswith(f"{key}:")
        return list(session.scalars(select(Outbox.id).where(wanted).order_by(Outbox.id)))


def in_hand(world: World) -> int:
    """Return how many messages a worker holds, sent or about to be."""
    with world.database.reading() as session:
        held = select(func.count()).select_from(Outbox).where(Outbox.state == Delivery.SENDING)
        return session.scalar(held) or 0


def tries(world: World) -> int:
    """Return how many attempts are on record, on whatever message."""
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Attempt)) or 0


def left_of(world: World, openid: str) -> tuple[int, int]:
    """Return how many chat messages and how many notices our ledgers still allow to somebody."""
    who = world.roster.people[openid]
    with world.database.reading() as session:
        window = session.scalars(select(Person.window_left).where(Person.id == who)).one()
        return window, session.scalars(select(Consent.left).where(Consent.person_id == who)).one()


def row(world: World, outbox_id: int) -> Outbox:
    """Return one message as it stands."""
    with world.database.reading() as session:
        found = session.get_one(Outbox, outbox_id)
        session.expunge_all()
        return found


def attempts(world: World, outbox_id: int) -> list[tuple[str, int | None]]:
    """Return outcome and code of every attempt on one message, oldest first."""
    with world.database.reading() as session:
        tries = (
            select(Attempt.outcome, Attempt.code).where(Attempt.outbox_id == outbox_id).order_by(Attempt.id)
        )
        return [(outcome, code) for outcome, code in session.execute(tries)]


def until_tried(world: World, outbox_id: int, times: int) -> Outbox:
    """Wait until so many attempts are written down; return the message as it stands then."""
    world.until(lambda: len(attempts(world, outbox_id)) >= times)
    assert len(attempts(world, outbox_id)) == times
    return row(world, outbox_id)


def tried_before(world: World, outbox_id: int, **failures: int) -> None:
    """Have a message failed so many times already, as after a day that nobody wants to sit through."""
    with world.database.transaction() as session:
        session.execute(update(Outbox).where(Outbox.id == outbox_id).values(failures))


def wait_for(world: World, outbox_id: int, state: Delivery) -> Outbox:
    """Wait until a message is in a state; return it."""
    world.until(lambda: row(world, outbox_id).state == state)
    return row(world, outbox_id)


def until_due(world: World, outbox_id: int) -> timedelta:
    """Move the clock to when a message is due again; return how long that was."""
    wait = row(world, outbox_id).due_at - world.clock()
    assert wait > timedelta()
    world.advance(seconds=wait.total_seconds())
    return wait


def calls(world: World, path: str) -> list[int]:
    """Return the codes of every call of an API, oldest first."""
    return [call.errcode for call in world.platform.calls if call.path == path]


def refuse(world: World, code: int, path: str = SEND, times: int | None = 1) -> None:
    """Have the platform refuse calls with a code."""
    world.platform.faults.add("errcode", path, errcode=code, times=times)
