"""Read in the outbox and on the platform what became of messages."""

from datetime import timedelta

from sqlalchemy import select, update

from models.actions.outbox import Notice, tell
from models.tables import Attempt, Delivery, Outbox
from tests.roster import LEADER
from tests.unit.models.stage import cause_of
from tests.world import World

SEND = "/cgi-bin/message/custom/send"
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
