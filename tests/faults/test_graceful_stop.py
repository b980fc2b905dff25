"""SIGTERM under load: every process finishes what it has in hand, leaves by itself, and nothing is lost."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.tables import Delivery, Outbox
from tests.faults.gate import Gate
from tests.faults.processes import PATIENCE, until
from tests.faults.site import Pair, Site
from tests.flows.reading import number_in
from tests.roster import OFFICE
from tests.serving import Loop

FIRMS = 24
ROOM = 10.0
"""Seconds: what container runtimes give a process between SIGTERM and SIGKILL."""


def test_stop_under_load_loses_nothing_and_repeats_nothing(site: Site) -> None:
    worker, web, pairs = site.seasoned_worker(), site.web(), site.crowd(FIRMS)
    proxy = site.proxy(web)
    for pair in pairs:
        site.say(pair.leader, "待办")
    site.fault("latency", times=None, seconds=0.4)

    def cases(pair: Pair) -> list[str]:
        said = [site.say(pair.contact, f"新诉求 第{n}件：工程尾款一直不给结") for n in range(2)]
        assert {result["outcome"] for result in said} == {"replied"}
        return [number_in(result["reply"]["Content"]) for result in said]

    with ThreadPoolExecutor(FIRMS) as threads:
        talks = [threads.submit(cases, pair) for pair in pairs]
        until(lambda: site.count(Outbox.state == Delivery.SENDING) > 0)
        proxy.hold()
        with ThreadPoolExecutor(2) as both:
            leaving = [both.submit(process.terminate, within=ROOM) for process in (web, worker)]
            assert [leave.result() for leave in leaving] == [0, 0]
        assert site.count(Outbox.state == Delivery.SENDING) == 0
        assert [event for event in web.events() if event["level"] == "error"] == []
        web.start()
        web.wait_ready()
        proxy.release()
        numbers = {pair: talk.result(PATIENCE) for pair, talk in zip(pairs, talks, strict=True)}

    until(lambda: site.count(Outbox.state != Delivery.SENT) == 0)
    assert {row.attempts for row in site.outbox()} == {1}
    assert [row for row in site.inbox() if row.outcome is None] == []
    for pair, told in numbers.items():
        assert [
            number for text in site.heard(pair.leader) for number in told if f" {number}　" in text
        ] == told


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate(Loop())
    gate.open()
    yield gate
    gate.shut()
    gate.loop.close()


def test_mute_platform_keeps_no_process_from_leaving(sqlite_site: Site, gate: Gate) -> None:
    site = sqlite_site
    gate.target = site.simulator.server.port
    site.environment["LIAISON_WECHAT_API_BASE"] = gate.url
    worker = site.seasoned_worker()
    gate.change(mute=True)
    site.queue(OFFICE, "second")
    until(lambda: site.count(Outbox.state == Delivery.SENDING) == 1)

    assert worker.terminate(within=ROOM) == 0

    gate.change()
    again = site.worker()
    site.let_leases_lapse(worker.pid)
    until(lambda: site.count(Outbox.state != Delivery.SENT) == 0)
    assert again.is_running


def test_idle_processes_leave_at_once(sqlite_site: Site) -> None:
    worker, web = sqlite_site.seasoned_worker(), sqlite_site.web()
    sqlite_site.say(sqlite_site.crowd(1)[0].contact, "新诉求 工程尾款一直不给结")
    until(lambda: sqlite_site.count(Outbox.state != Delivery.SENT) == 0)
    assert worker.terminate(within=3.0) == 0
    assert web.terminate(within=3.0) == 0
