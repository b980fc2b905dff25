"""Where we post to, how a post is signed, and how patiently it is repeated.

Pure. Signatures are those of the Standard Webhooks specification: HMAC-SHA-256 over id, time and body.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from models.rules.retry import Policy

PATIENCE: Final = timedelta(hours=24)
"""So long a post is repeated."""

POLICY: Final = Policy(attempts=10_000, first_wait=timedelta(seconds=5), longest_wait=timedelta(hours=1))
GONE: Final = 410
"""The answer of a receiver that wants to hear no more."""

_PREFIX: Final = "whsec_"
_TRANSLATED: Final = IPv6Network("64:ff9b::/96")
_LOW_32: Final = 0xFFFF_FFFF


class UrlRefused(ValueError):
    """We do not post there."""


@dataclass(frozen=True, slots=True)
class Openness:
    """What this installation allows besides https to public addresses."""

    http: bool = False
    private: bool = False


CLOSED: Final = Openness()


def check_url(url: str, openness: Openness) -> None:
    """Return if a post may go to `url`; which addresses its name leads to is asked when we connect.

    Raises:
        UrlRefused: it may not.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise UrlRefused("no address") from None
    if parts.scheme != "https" and not (openness.http and parts.scheme == "http"):
        raise UrlRefused("https only")
    if not host or parts.username is not None or parts.password is not None or parts.fragment:
        raise UrlRefused("a host, without a user or a fragment")
    if not url.isascii() or any(character.isspace() or not character.isprintable() for character in url):
        raise UrlRefused("plain ASCII")
    if not openness.private and _is_address(host) and not is_public(host):
        raise UrlRefused("no private address")


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also behind its translations into IPv6."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found in _TRANSLATED:
            return is_public(str(IPv4Address(int(found) & _LOW_32)))
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.sixtofour or found.teredo or found.is_site_local or int(found) <= _LOW_32:
            return False
    return found.is_global and not found.is_multicast


def secret_of(key: bytes, salt: str) -> str:
    """Return the secret of a webhook: derived, so that no database holds it."""
    derived = hmac.digest(key, f"webhook:{salt}".encode(), hashlib.sha256)
    return _PREFIX + base64.b64encode(derived).decode()


def headers(name: str, at: datetime, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """Return the headers of one post, signed with every secret that is good."""
    moment = str(int(at.timestamp()))
    signed = f"{name}.{moment}.".encode() + body
    signatures = [
        base64.b64encode(hmac.digest(base64.b64decode(each.removeprefix(_PREFIX)), signed, hashlib.sha256))
        for each in secrets
    ]
    return {
        "webhook-id": name,
        "webhook-timestamp": moment,
        "webhook-signature": " ".join(f"v1,{each.decode()}" for each in signatures),
    }


def again_at(failures: int, since: datetime, now: datetime, jitter: float) -> datetime | None:
    """Return when to post again after so many failures, or None to give up: `since` is too long ago."""
    again = POLICY.next_attempt(failures, now, jitter)
    return None if again is None or again > since + PATIENCE else again


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
