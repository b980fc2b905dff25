"""Plaintext mode is for a desk only: whoever turns it on is warned loudly, and nobody else lets plaintext in."""

import httpx
import pytest

from bot.simulator.encoder import sign, write_xml
from bot.simulator.pushes import Parcel
from tests.faults.site import Site
from tests.faults.wire import Wire
from tests.roster import OWNER


def in_the_open(wire: Wire) -> Parcel:
    """Return a message as plaintext mode carries it: the signature does not cover the body."""
    stamp = str(int(wire.clock()))
    query = {"timestamp": stamp, "nonce": "4711", "signature": sign(wire.account.token, stamp, "4711")}
    return Parcel(query, write_xml(wire.text(OWNER, "新诉求 尾款一直不给结")).encode())


@pytest.mark.parametrize(
    ("setting", "status", "said"), [("false", 403, "refused"), ("true", 200, "plaintext_accepted")]
)
def test_plaintext_is_taken_only_with_a_loud_warning(
    sqlite_site: Site, setting: str, status: int, said: str
) -> None:
    sqlite_site.environment["LIAISON_WECHAT_PLAINTEXT"] = setting
    web = sqlite_site.web("--no-worker")
    parcel = in_the_open(sqlite_site.wire(web))

    answer = httpx.post(f"{web.url}/wechat", params=parcel.params, content=parcel.body, trust_env=False)

    assert answer.status_code == status

    loud = [event for event in web.events() if event["level"] != "info"]
    assert [(event["event"], event["level"]) for event in loud] == [(said, "warning")]
    assert len(sqlite_site.inbox()) == (1 if status == httpx.codes.OK else 0)


def test_warning_stands_in_the_log_before_anybody_knocks(sqlite_site: Site) -> None:
    sqlite_site.environment["LIAISON_WECHAT_PLAINTEXT"] = "true"
    web = sqlite_site.web("--no-worker")

    [warning] = [event for event in web.events() if event["event"] == "plaintext_accepted"]

    assert "development only" in warning["advice"]
    assert "forge" in warning["advice"]
