"""What stories about the entrepreneur's conversation look at: news that waits, and what stands on a case."""

from sqlalchemy import select

from models.actions import people, roster
from models.actions.timers import TIMERS
from models.rules.numbers import ticket_id_of
from models.tables import Event, Inbox, Message, Ticket
from tests.world import World

ARREARS = "给开发区管委会干的厂区道路工程，验收一年多了，尾款320万一直不给结"
POWER = "新车间下个月投产，变压器增容报了三个月还排不上，停一天损失好几万"
BRAND = "网上有人卖假冒我们商标的产品，包装一模一样，投诉了也没人管"


def strike(world: World) -> int:
    """Let the timers do what is due now."""
    with world.database.transaction() as session:
        return TIMERS["gathered"](session, world.clock(), limit=100)


def a_minute_later(world: World) -> int:
    """Move the clock past the hold and let the timers strike."""
    world.advance(seconds=61)
    struck = strike(world)
    world.nudge()
    return struck


def case(world: World, number: str) -> Ticket:
    """Return a ticket as it stands."""
    with world.database.reading() as session:
        ticket = session.get_one(Ticket, ticket_id_of(number))
        session.expunge(ticket)
        return ticket


def verbs(world: World, number: str) -> list[str]:
    """Return what happened to a ticket."""
    with world.database.reading() as session:
        happened = select(Event.verb).where(Event.ticket_id == ticket_id_of(number)).order_by(Event.seq)
        return list(session.scalars(happened))


def facts(world: World, number: str) -> list[dict[str, object]]:
    """Return what the events of a ticket remember."""
    with world.database.reading() as session:
        remembered = select(Event.data).where(Event.ticket_id == ticket_id_of(number)).order_by(Event.seq)
        return list(session.scalars(remembered))


def words(world: World, number: str) -> list[str]:
    """Return what was said on a ticket."""
    with world.database.reading() as session:
        said = select(Message.text).where(Message.ticket_id == ticket_id_of(number)).order_by(Message.id)
        return list(session.scalars(said))


def pushes(world: World, number: str) -> list[str | None]:
    """Return how the pushes that belong to a ticket ended."""
    with world.database.reading() as session:
        ended = select(Inbox.outcome).where(Inbox.ticket_id == ticket_id_of(number)).order_by(Inbox.id)
        return list(session.scalars(ended))


def another_enterprise(world: World, name: str, *openids: str, stage: str | None = None) -> int:
    """Enter an enterprise nobody is paired for, with its contacts, and return its id."""
    with world.database.transaction() as session:
        firm = roster.add_enterprise(
            session, name=name, credit_code=None, region="210200", stage=stage, now=world.clock()
        )
        for openid in openids:
            person = people.meet(session, openid, now=world.clock()).person_id
            people.join(session, person, firm.id, name="林向晚", role="财务经理", now=world.clock())
        return firm.id
