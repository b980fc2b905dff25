"""Two workers on one outbox: each message is sent once, in its order, and both take part."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from bot.simulator.windows import Trigger
from models.actions.outbox import Notice, tell
from models.tables import Attempt, Delivery, Outbox, Person
from tests.faults.processes import until
from tests.faults.site import Site
from tests.unit.models.stage import cause_of

PAIRS = 40
EACH = 3


async def _open_windows(site: Site) -> None:
    for user in site.platform.users.values():
        user.windows.open(Trigger.MESSAGE, site.platform.clock())


def everybody_wrote(site: Site) -> None:
    """Give everybody a fresh window of five messages, here and on the platform."""
    site.loop.run(_open_windows(site))
    until_then = datetime.now(UTC) + timedelta(hours=48)
    with site.database.transaction() as session:
        session.execute(update(Person).values(window_left=5, window_expires_at=until_then))


def queue(site: Site, words: list[str]) -> None:
    """Put one message after the other into the outbox for everybody, all in one transaction."""
    now = datetime.now(UTC)
    with site.database.transaction() as session:
        people = session.scalars(select(Person.id).where(Person.openid.contains("-0"))).all()
        for title in words:
            news = {"number": "1010", "title": title}
            for who in people:
                tell(session, [who], Notice.URGED, news, **cause_of(session, who), now=now, key=title)


def until_sent(site: Site) -> None:
    until(lambda: site.count(Outbox.state != Delivery.SENT) == 0)


def test_two_workers_share_one_outbox(site: Site) -> None:
    people = [openid for pair in site.crowd(PAIRS) for openid in (pair.contact, pair.leader)]
    site.fault("latency", times=None, seconds=0.6)  # longer than a worker waits before it looks again
    workers = {str(site.worker().pid), str(site.worker().pid)}
    warm = 0
    while {str(row.claimed_by).split("-")[0] for row in site.outbox()} != workers:
        everybody_wrote(site)
        queue(site, [f"热身{warm}"])
        until_sent(site)
        warm += 1

    everybody_wrote(site)
    queue(site, [f"第{n}句" for n in range(EACH)])
    until_sent(site)

    for openid in people:
        titles = re.findall("「(.*?)」", "".join(site.heard(openid)))
        assert titles == [f"热身{n}" for n in range(warm)] + [f"第{n}句" for n in range(EACH)]
    rows = site.outbox()
    assert len(rows) == len(people) * (warm + EACH)
    assert {row.attempts for row in rows} == {1}
    assert {str(row.claimed_by).split("-")[0] for row in rows[-EACH * len(people) :]} == workers
    with site.database.reading() as session:
        tries = session.scalars(select(Attempt.outbox_id).order_by(Attempt.outbox_id)).all()
    assert tries == [row.id for row in rows]
    assert {len(site.heard(openid)) for openid in people} == {warm + 1}
