"""Where webhooks may go, how they are signed, and how patiently they are repeated."""

from datetime import UTC, datetime, timedelta

import pytest

from models.rules.webhooks import (
    CLOSED,
    PATIENCE,
    Openness,
    UrlRefused,
    again_at,
    check_url,
    headers,
    is_public,
    secret_of,
)

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


def test_signature_is_that_of_the_published_example() -> None:
    """The example of the Standard Webhooks reference implementations."""
    at = datetime.fromtimestamp(1614265330, UTC)
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    sent = headers("msg_p5jXN8AQM9LWM0D4loKWxJek", at, b'{"test": 2432232314}', [secret])
    assert sent == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_secrets_follow_from_key_and_salt_alone() -> None:
    assert secret_of(b"k", "a") == secret_of(b"k", "a")
    assert len({secret_of(key, salt) for key in (b"k", b"l") for salt in ("a", "b")}) == 4


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.1",
     "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fec0::1", "ff02::1",
     "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"],
)  # fmt: skip
def test_private_addresses_are_known_in_every_dress(address: str) -> None:
    assert not is_public(address)
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(UrlRefused):
        check_url(f"https://{host}/", CLOSED)
    check_url(f"https://{host}/", Openness(private=True))


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"])
def test_public_addresses_are_let_through(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    ["http://a.cn/", "ftp://a.cn/", "https://", "https:///x", "https://u:p@a.cn/", "https://u@a.cn/",
     "https://a.cn/#x", "https://a.cn:99999/", "https://[::1", "https://例.cn/", "https://a.cn/ x", "a.cn"],
)  # fmt: skip
def test_senseless_addresses_are_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        check_url(url, CLOSED)


def test_http_is_a_setting() -> None:
    check_url("https://a.cn:8443/in?x=1", CLOSED)
    check_url("http://a.cn/", Openness(http=True))


def test_waits_double_up_to_an_hour_and_end_after_a_day() -> None:
    waits, now, failures = [], NOW, 1
    while (again := again_at(failures, NOW, now, 1.0)) is not None:
        waits.append(again - now)
        now, failures = again, failures + 1
    assert waits[:4] == [timedelta(seconds=n) for n in (5, 10, 20, 40)]
    assert (max(waits), sorted(waits)) == (timedelta(hours=1), waits)
    assert PATIENCE - timedelta(hours=1) < now - NOW <= PATIENCE
    assert 30 < failures < 40
