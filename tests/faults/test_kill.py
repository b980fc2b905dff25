"""kill -9 of web and worker under load: every message has one effect, every notice is delivered."""

import re
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any

from sqlalchemy import func, select

from models.rules.chain import GENESIS
from models.tables import Delivery, Event, Inbox, Outbox, Person, Ticket
from tests.faults.gate import Gate
from tests.faults.processes import PATIENCE, Process, Web, until
from tests.faults.site import Pair, Site
from tests.flows.reading import number_in

FIRMS = 10
LIVES = 2
"""How often each of the two processes is killed."""

MATTERS = ("道路工程尾款一直不给结", "厂房停电三天没人来修", "食品经营许可证批不下来", "我们的商标被人抢注了")
"""What one enterprise has to say: matters that nobody offers to make one."""

Cases = list[tuple[Pair, Future[str]]]


def life(site: Site, pair: Pair, n: int) -> str:
    """One case: the enterprise says it, its leader accepts it. Return the number."""
    asked = site.say(pair.contact, f"新诉求 {MATTERS[n]}")
    number = number_in(_reply(asked))
    accepted = site.say(pair.leader, f"受理 {number}")
    assert number in _reply(accepted)
    return number


def _reply(result: dict[str, Any]) -> str:
    assert result["outcome"] == "replied", result
    return str(result["reply"]["Content"])


def kill_web(site: Site, web: Web, proxy: Gate, cases: Cases) -> None:
    """Kill it while messages come in, and start it again at once, as a supervisor would.

    Return when all of them have come through, so that no push meets two deaths in its three deliveries.
    """
    stored = site.stored()
    until(lambda: site.stored() > stored)
    proxy.hold()
    web.kill()
    web.start()
    web.wait_ready()
    proxy.release()
    wait([case for _, case in cases])


def kill_worker(site: Site, worker: Process) -> None:
    """Kill it while it sends, and start it again at once."""
    its_own = Outbox.claimed_by.startswith(f"{worker.pid}-")
    until(lambda: site.count(Outbox.state == Delivery.SENDING, its_own))
    killed = worker.kill()
    worker.start()
    assert site.let_leases_lapse(killed) > 0


def test_messages_and_notices_survive_any_number_of_deaths(site: Site) -> None:
    web, worker, pairs = site.web("--no-worker"), site.worker(), site.crowd(FIRMS)
    proxy = site.proxy(web)
    site.fault("latency", times=None, seconds=0.4)
    for pair in pairs:
        site.say(pair.leader, "待办")
    cases: Cases = []
    with ThreadPoolExecutor(FIRMS) as threads:
        for n in range(LIVES):
            coming = [(pair, threads.submit(life, site, pair, 2 * n)) for pair in pairs]
            kill_web(site, web, proxy, coming)
            sent = (Outbox.state == Delivery.SENT, Outbox.claimed_by.startswith(f"{worker.pid}-"))
            until(partial(site.count, *sent))
            going = [(pair, threads.submit(life, site, pair, 2 * n + 1)) for pair in pairs]
            kill_worker(site, worker)
            cases += coming + going
        numbers = [(pair, case.result(PATIENCE)) for pair, case in cases]

    until(lambda: site.count(Outbox.state != Delivery.SENT) == 0)
    assert len(web.lives) == len(worker.lives) == LIVES + 1
    assert_one_effect_each(site, [number for _, number in numbers])
    for pair, number in numbers:
        assert [text for text in site.heard(pair.leader) if re.search(rf"\b{number}\b", text)] != []
        assert [text for text in site.heard(pair.contact) if re.search(rf"\b{number}\b", text)] != []


def assert_one_effect_each(site: Site, numbers: list[str]) -> None:
    """What the platform pushed, whatever it took, is what the database holds, each once."""
    pushed = [push.message["MsgId"] for push in site.platform.pushes if push.message["MsgType"] == "text"]
    assert len(pushed) == FIRMS + 2 * len(numbers)
    assert max(len(push.deliveries) for push in site.platform.pushes) > 1
    with site.database.reading() as session:
        keys = session.scalars(select(Inbox.dedupe_key).where(Inbox.kind == "text")).all()
        assert sorted(key.split(":")[2] for key in keys) == sorted(str(number) for number in pushed)
        assert session.scalars(select(Inbox.id).where(Inbox.outcome.is_(None))).all() == []
        assert session.scalar(select(func.count()).select_from(Ticket)) == len(set(numbers)) == len(numbers)
        by_cause = select(Inbox.ticket_id).where(Inbox.outcome == "ticket")
        assert Counter(session.scalars(by_cause)) == Counter(session.scalars(select(Ticket.id)))
        told = select(Outbox.kind, func.count()).group_by(Outbox.kind)
        assert dict(session.execute(told).all()) == {"new_ticket": len(numbers), "accepted": len(numbers)}
        assert session.scalars(select(Person.id).where(Person.window_left < 0)).all() == []
        chains = session.scalars(select(Event).order_by(Event.ticket_id, Event.seq)).all()
    assert [(event.seq, event.verb) for event in chains] == [(1, "submit"), (2, "accept")] * len(numbers)
    for submitted, accepted in zip(chains[::2], chains[1::2], strict=True):
        assert (submitted.previous, accepted.previous) == (GENESIS, submitted.digest)
