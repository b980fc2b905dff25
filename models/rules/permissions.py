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
    REGISTER = "register"
    """Enter who speaks for an enterprise, and take a request down on its behalf."""
    SEE_OPENIDS = "see_openids"
    SEE_CALLERS = "see_callers"
    """Who asked about which caller, what they said, and which leads came of it."""
    DECIDE = "decide"
    """Decide as a supervisor, about a ticket or a lead: signed with the key's name."""
    MANAGE = "manage"
    """See, make and end keys and webhooks."""
    AUDIT = "audit"
    """Read who read and changed what, and the anchors of the chains."""
    FORGET = "forget"
    """Take away for good what says who a person was."""


GRANTED: Final[Mapping[KeyRole, frozenset[Deed]]] = {
    KeyRole.ADMIN: frozenset(Deed),
    KeyRole.SUPERVISOR: frozenset({Deed.READ, Deed.REGISTER, Deed.SEE_CALLERS, Deed.DECIDE}),
    KeyRole.VIEWER: frozenset({Deed.READ}),
}


def may(role: KeyRole, deed: Deed) -> bool:
    """Whether a key of this role is good for `deed`."""
    return deed in GRANTED[role]
