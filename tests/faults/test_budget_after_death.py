"""A worker killed between claiming and sending has paid for what it did not send; nobody pays twice for it."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select, update

from bot.simulator.windows import Trigger
from models.actions.outbox import Notice, tell
from models.queries.disturbance import rung_for
from models.tables import Contact, Delivery, Event, Outbox, Person, Ticket
from tests.faults.processes import until
from tests.faults.site import Pair, Site
from tests.flows.reading import number_in

BUDGET = 2
TOLD = ("甲", "乙", "丙", "丁")


def a_case(site: Site, pair: Pair) -> int:
    """Let an enterprise bring a case; return its id once everything about it has been delivered."""
    web = site.web("--no-worker")
    site.say(pair.leader, "待办")
    number_in(str(site.say(pair.contact, "新诉求 道路工程尾款一直不给结")["reply"]["Content"]))
    web.stop()
    with site.database.transaction() as session:
        session.execute(update(Outbox).values(state=Delivery.SENT))
        return session.scalars(select(Ticket.id)).one()


def let_days_pass(site: Site, openid: str) -> None:
    """Make it long ago that the enterprise wrote; it still has a window, here and on the platform."""
    long_ago, until_then = datetime.now(UTC) - timedelta(hours=30), datetime.now(UTC) + timedelta(hours=40)
    with site.database.transaction() as session:
        session.execute(update(Event).values(at=long_ago))
        whose = update(Person).where(Person.openid == openid)
        session.execute(whose.values(seen_at=long_ago, window_left=5, window_expires_at=until_then))

    async def opened() -> None:
        site.platform.users[openid].windows.open(Trigger.MESSAGE, site.platform.clock())

    site.loop.run(opened())


def queue(site: Site, ticket_id: int, openid: str) -> None:
    """Put four facts about the case into the outbox, each too long to travel with another."""
    now = datetime.now(UTC)
    with site.database.transaction() as session:
        who = session.scalars(select(Person.id).where(Person.openid == openid)).one()
        for seq, title in enumerate(TOLD, 50):
            row = {"ticket_id": ticket_id, "seq": seq, "at": now, "verb": "reply", "actor_role": "owner"}
            chained = {"to_status": "open", "data": {}, "previous": "", "digest": ""}
            event_id = session.execute(insert(Event).returning(Event.id), row | chained).scalar_one()
            said = {"number": "1010", "title": title, "text": title * 400, "kind": "text", "by": _BY}
            cause = {"ticket_id": ticket_id, "event_id": event_id}
            tell(session, [who], Notice.REPLIED, said, **cause, now=now)


_THEIRS = (Outbox.kind == Notice.REPLIED,)
_BY = {"name": "安予诚", "post": "副市长", "aide": False}


def test_worker_killed_before_sending_neither_loses_nor_counts_twice(site: Site) -> None:
    site.environment["LIAISON_CONTACT_BUDGET"] = str(BUDGET)
    [pair] = site.crowd(1)
    ticket_id = a_case(site, pair)
    heard = len(site.heard(pair.contact))
    let_days_pass(site, pair.contact)
    with site.database.reading() as session:
        firm = session.scalars(
            select(Contact.enterprise_id).join(Person).where(Person.openid == pair.contact)
        ).one()
    site.fault("latency", times=None, seconds=5)
    queue(site, ticket_id, pair.contact)

    worker = site.worker()
    until(lambda: site.count(Outbox.state == Delivery.SENDING, *_THEIRS))
    killed = worker.kill()
    assert _rung(site, firm) == 1
    assert site.let_leases_lapse(killed) >= 1
    site.sim.delete("/faults").raise_for_status()
    worker.start()

    until(lambda: site.count(Outbox.state.in_(("pending", "sending")), *_THEIRS) == 0)
    assert _rung(site, firm) == BUDGET
    states = [row.state for row in site.outbox() if row.kind == Notice.REPLIED]
    assert states == [Delivery.SENT] * BUDGET + [Delivery.HELD] * (len(TOLD) - BUDGET)
    told = "".join(site.heard(pair.contact)[heard:])
    assert [title in told for title in TOLD] == [True, True, False, False]


def _rung(site: Site, firm: int) -> int:
    with site.database.reading() as session:
        return rung_for(session, [firm], now=datetime.now(UTC)).get(firm, 0)
