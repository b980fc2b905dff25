"""`serve --workers 2`: two processes behind one port, one effect a message, and both leave in good order."""

import os
import signal
import socket
from concurrent.futures import ThreadPoolExecutor

from models.tables import Delivery, Outbox
from tests.faults.processes import PATIENCE, until
from tests.faults.site import Site
from tests.flows.reading import number_in

FIRMS = 12


def test_messages_to_several_processes_have_one_effect_each(site: Site) -> None:
    web = site.web("--workers", "2", "--no-worker", within=3 * PATIENCE)  # one that starts two
    pairs = site.crowd(FIRMS)
    until(lambda: len(_started(web.events())) == 2)
    with ThreadPoolExecutor(FIRMS) as threads:
        said = list(threads.map(lambda pair: site.say(pair.contact, "新诉求 工程尾款一直不给结"), pairs))
    assert {each["outcome"] for each in said} == {"replied"}
    assert len({number_in(each["reply"]["Content"]) for each in said}) == FIRMS
    assert [row for row in site.inbox() if row.outcome is None] == []
    assert site.count(Outbox.state == Delivery.PENDING) == FIRMS
    assert web.terminate(within=20) == 0


def test_processes_whose_parent_was_killed_leave_in_good_order(site: Site) -> None:
    web = site.web("--workers", "2", "--no-worker", within=3 * PATIENCE)
    until(lambda: len(_started(web.events())) == 2)
    os.kill(web.pid, signal.SIGKILL)
    web.lives[-1].wait(PATIENCE)
    until(lambda: sum(each["event"] == "Application shutdown complete." for each in web.events()) == 2)
    until(lambda: _is_free(web.port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def _started(events: list[dict[str, object]]) -> set[object]:
    told = "Started server process"
    return {each["event"] for each in events if str(each["event"]).startswith(told)}
