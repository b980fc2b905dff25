"""The hash chains that make what is written down evidence: canonical JSON and the digests over it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from json.encoder import encode_basestring
from typing import Any, Final

GENESIS: Final = "0" * 64
"""The digest that the first link of every chain points back to."""

BLOCK: Final = 1024
"""So many neighbouring tickets are anchored under one digest."""

AUDIT_BLOCK: Final = -1
"""The block whose leaves are the heads of the audit's chains."""

PATCH_BLOCK: Final = -2
"""The block whose leaves are the heads of those patches that have changed since the anchor before."""

LEAF: Final = 8 + 4 + 32
"""Bytes in which one head is anchored: chain, sequence number, digest."""

canonical: Final = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_load: Final = json.JSONDecoder().decode


def digest(previous: str, *, ticket_id: int, seq: int, at: datetime, fact: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) that seals one event to the one before it.

    `fact` holds everything else the event says: verb, actor, statuses, data.
    """
    return _sealed(previous, ticket_id, seq, moment(at), fact)


def audit_digest(previous: str, *, chain: int, seq: int, at: datetime, fact: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) that seals one entry of the audit to the one before it in its chain."""
    return _sealed(previous, "audit", chain, seq, moment(at), fact)


def anchor_digest(
    previous: str, *, day: str, upto: Sequence[int], blocks: Sequence[tuple[int, str | None]]
) -> str:
    """Return the SHA-256 (hex) over an anchor: the one before, what it covers, which blocks changed."""
    return _sealed(previous, "anchor", day, list(upto), [list(block) for block in blocks])


def row_digest(previous: str, ticket_id: int, seq: int, at: str, said: Sequence[Any]) -> str:
    """Return what `digest` returns, from a row as the database gives it: a million of them in seconds.

    `at` is the moment as `isoformat` writes it in UTC with microseconds; `said` are verb, actor's role and
    id, the statuses before and after, and the data as JSON text in any order.

    Raises:
        ValueError: the data is no JSON.
    """
    verb, role, actor_id, source, target, data = said
    plain = data if data == "{}" else canonical(_load(data))
    body = (
        f"[{encode_basestring(previous)},{ticket_id},{seq},{encode_basestring(at)},"
        f'{{"actor_id":{"null" if actor_id is None else actor_id},"actor_role":{encode_basestring(role)},'
        f'"data":{plain},"from_status":{"null" if source is None else encode_basestring(source)},'
        f'"to_status":{encode_basestring(target)},"verb":{encode_basestring(verb)}}}]'
    )
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def words_digest(salt: str, at: str, said: Sequence[Any]) -> str:
    """Return the SHA-256 (hex) over what somebody said and random bits, without which nobody can guess it.

    `at` is the moment as `isoformat` writes it in UTC with microseconds; `said` are the person's id, the
    side, whether an aide wrote it, its kind, the text and the medium's id.
    """
    person_id, side, by_aide, kind, text, media_id = said
    body = (
        f'[{encode_basestring(salt)},"words",{encode_basestring(at)},'
        f"{'null' if person_id is None else person_id},{encode_basestring(side)},"
        f"{'true' if by_aide else 'false'},{encode_basestring(kind)},"
        f"{encode_basestring(text)},{'null' if media_id is None else media_id}]"
    )
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def title_digest(salt: str, title: str) -> str:
    """Return the SHA-256 (hex) over what a case is called and random bits."""
    body = f'[{encode_basestring(salt)},"title",{encode_basestring(title)}]'
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def media_digest(remote_id: str, content_type: str, data: bytes) -> str:
    """Return the SHA-256 (hex) over a picture, a voice or a video, and the name it came under.

    That name is random, and goes when somebody is forgotten: then nobody can try which picture it was.
    """
    return _sealed(remote_id, "media", content_type, bytes_digest(data))


def bytes_digest(data: bytes) -> str:
    """Return the SHA-256 (hex) of bytes."""
    return hashlib.sha256(data).hexdigest()


def leaves_of(heads: Mapping[int, tuple[int, str]]) -> bytes:
    """Return the heads of a block, ticket → (sequence number, digest), as they are anchored: 44 bytes each.

    A digest that is none is anchored as what it hashes to: it must not be able to stop an anchor.
    """
    return b"".join(
        chain.to_bytes(8) + heads[chain][0].to_bytes(4) + _raw(heads[chain][1]) for chain in sorted(heads)
    )


def heads_of(leaves: bytes) -> dict[int, tuple[int, str]]:
    """Return what `leaves_of` made leaves of."""
    cut = (leaves[start : start + LEAF] for start in range(0, len(leaves), LEAF))
    return {int.from_bytes(one[:8]): (int.from_bytes(one[8:12]), one[12:].hex()) for one in cut}


def block_digest(leaves: bytes) -> str:
    """Return the SHA-256 (hex) over the heads of a block."""
    return hashlib.sha256(leaves).hexdigest()


def _raw(head: str) -> bytes:
    try:
        raw = bytes.fromhex(head)
    except ValueError:
        raw = b""
    return raw if len(raw) == 32 else hashlib.sha256(head.encode()).digest()  # noqa: PLR2004 -- SHA-256


def _sealed(*body: Any) -> str:
    return hashlib.sha256(canonical(list(body)).encode()).hexdigest()


@lru_cache(maxsize=8)
def moment(at: datetime) -> str:
    """Return a moment as it is sealed; the turns that share a commit share theirs."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
