"""The platform's signature: SHA-1 over the byte-sorted parts. Nothing else lives here."""

import hashlib
import hmac


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def sign(*parts: str) -> str:
    """Return the 40 hex digits of SHA-1 over `parts`, sorted as bytes and joined."""
    return hashlib.sha1(b"".join(sorted(map(_raw, parts))), usedforsecurity=False).hexdigest()


def is_genuine(claimed: str, *parts: str) -> bool:
    """Tell whether `claimed` signs `parts`; constant time, over bytes, and it never raises.

    `hmac.compare_digest` refuses non-ASCII text with a TypeError, hence the bytes.
    """
    return hmac.compare_digest(_raw(claimed), sign(*parts).encode())
