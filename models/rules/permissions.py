"""What the holder of an API key may do, by the key's role.

Pure table and one question. Where a key may do it (its region) is asked of each object in the queries.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class KeyRole(StrEnum):
    """What an API key is for."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    VIEWER = "viewer"


class Deed(StrEnum):
    """What a request needs to be allowed."""

    READ = "read"
    WRITE = "write"
    SEE_OPENIDS = "see_openids"
    DECIDE = "decide"
    """Decide about a ticket as a supervisor: signed with the key's name."""


GRANTED: Final[Mapping[KeyRole, frozenset[Deed]]] = {
    KeyRole.ADMIN: frozenset(Deed),
    KeyRole.SUPERVISOR: frozenset({Deed.READ, Deed.DECIDE}),
    KeyRole.VIEWER: frozenset({Deed.READ}),
}


def may(role: KeyRole, deed: Deed) -> bool:
    """Whether a key of this role is good for `deed`."""
    return deed in GRANTED[role]
