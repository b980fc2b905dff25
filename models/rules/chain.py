"""The hash chain that makes a ticket's events evidence: canonical JSON and the digest over it."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

GENESIS: Final = "0" * 64
"""The digest that the first event of every chain points back to."""

_canonical: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def digest(previous: str, *, ticket_id: int, seq: int, at: datetime, fact: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) that seals one event to the one before it.

    `fact` holds everything else the event says: verb, actor, statuses, data.
    """
    body = [previous, ticket_id, seq, at.astimezone(UTC).isoformat(timespec="microseconds"), fact]
    return hashlib.sha256(_canonical(body).encode()).hexdigest()
