"""Timers run beside delivery in exactly one process; its end, polite or not, hands them to another."""

from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import select, update

from bot.led_loop import HELD
from bot.timers import LEASE
from models.tables import Lease
from tests.faults.processes import free_port, until
from tests.faults.site import Site


def leader(site: Site) -> tuple[int, datetime] | None:
    """Return the number of the process that runs the timers, and how long it may."""
    with site.database.reading() as session:
        row = session.execute(select(Lease.holder, Lease.until).where(Lease.name == LEASE)).one_or_none()
        return None if row is None else (int(row[0].split("-")[0]), row[1])


def leads(site: Site, pid: int) -> bool:
    found = leader(site)
    return found is not None and found[0] == pid


def lapse(site: Site) -> None:
    """Let the leader's lease run out: this stands for the minute that would pass."""
    with site.database.transaction() as session:
        session.execute(update(Lease).where(Lease.name == LEASE).values(until=datetime.now(UTC)))


def test_worker_runs_the_timers_and_a_polite_end_hands_them_on(site: Site) -> None:
    first = site.worker()
    until(lambda: leads(site, first.pid))
    second = site.worker()
    assert first.terminate(within=10.0) == 0
    until(lambda: leads(site, second.pid))
    assert [event for event in first.events() if event["level"] == "error"] == []


def test_killed_leader_is_succeeded_when_its_lease_has_lapsed(sqlite_site: Site) -> None:
    site = sqlite_site
    first = site.worker()
    until(lambda: leads(site, first.pid))
    second = site.worker()
    first.kill()
    lapse(site)
    until(lambda: leads(site, second.pid))
    found = leader(site)
    assert found is not None
    assert found[1] - datetime.now(UTC) <= HELD + timedelta(seconds=1)


def test_web_process_runs_them_unless_it_has_no_worker(sqlite_site: Site) -> None:
    site = sqlite_site
    idle = site.web("--no-worker")
    busy = site.web()
    until(lambda: leads(site, busy.pid))
    assert idle.is_running


def test_setting_says_it_too_and_the_worker_can_be_watched(sqlite_site: Site) -> None:
    site, port = sqlite_site, free_port()
    site.environment |= {"LIAISON_WORKER": "false", "LIAISON_METRICS_PORT": str(port)}
    site.environment |= {"LIAISON_HOST": "127.0.0.1"}
    idle = site.web()
    worker = site.seasoned_worker()
    until(lambda: leads(site, worker.pid))

    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
        assert http.get("/healthz").json() == {"status": "ok"}
        assert http.get("/readyz").json() == {"status": "ready"}
        until(lambda: "liaison_deliveries_total{" in http.get("/metrics").text)
        counted = http.get("/metrics").text
    assert "liaison_timer_leader 1.0" in counted
    [delivered] = [line for line in counted.splitlines() if line.startswith("liaison_deliveries_total{")]
    assert delivered.endswith(" 1.0")
    assert "liaison_timer_leader 0.0" in httpx.get(f"{idle.url}/metrics", trust_env=False).text
    assert worker.terminate(within=10.0) == 0
