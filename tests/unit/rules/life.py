"""The life of a ticket, written down a second time: by hand, from MISSION.md 1-5, not from the product's table.

Whoever changes the product's table must say here, too, who may now do what; nothing is computed from it.
"""

from typing import Final, NamedTuple

from models.rules.lifecycle import Role, Status, Verb

ENTERPRISE: Final = "enterprise"
DESK: Final = "owner aide"
HELPERS: Final = "co_handler"
ABOVE: Final = "supervisor"
SYSTEM: Final = "system"

_LIFE: Final = {
    # What only the enterprise does: nobody speaks, withdraws, confirms or rates in its name.
    "follow_up": (ENTERPRISE, "open accepted resolved"),
    "urge": (ENTERPRISE, "open accepted"),
    "withdraw": (ENTERPRISE, "open->withdrawn accepted->withdrawn"),
    "confirm": (ENTERPRISE, "resolved->closed"),
    "dispute": (ENTERPRISE, "resolved->accepted"),
    "rebound": (ENTERPRISE, "closed->accepted"),
    "rate": (ENTERPRISE, "resolved closed"),
    "appeal": (ENTERPRISE, "declined"),
    "answer_call": (ENTERPRISE, "open accepted resolved"),
    # A type is corrected by anybody who sees the ticket, but for helpers, until it is in a ledger.
    "retype": (f"{ENTERPRISE} {DESK} {ABOVE} {SYSTEM}", "open"),
    # What only the owner's desk does.
    "accept": (DESK, "open->accepted"),
    "reply": (DESK, "open accepted resolved"),
    "retract": (f"{DESK} {SYSTEM}", "open accepted resolved closed declined withdrawn"),
    "progress": (DESK, "accepted"),
    "resolve": (DESK, "accepted->resolved"),
    "reopen": (DESK, "resolved->accepted declined->accepted"),
    "decline": (DESK, "accepted->declined"),
    "extend": (DESK, "accepted"),
    "call_in": (DESK, "open accepted"),
    "let_go": (DESK, "open accepted"),
    "announce_call": (DESK, "open accepted resolved"),
    "cancel_call": (f"{DESK} {SYSTEM}", "open accepted resolved"),
    "call_failed": (DESK, "open accepted resolved"),
    # Helpers speak to the owner only.
    "join": (HELPERS, "open accepted"),
    "refuse": (HELPERS, "open accepted"),
    "contribute": (HELPERS, "open accepted resolved"),
    # Nobody grants themselves time, stops their own clock, judges their own refusal or passes a case on.
    "grant": (ABOVE, "accepted"),
    "deny": (ABOVE, "accepted"),
    "pause": (ABOVE, "open accepted"),
    "resume": (f"{ABOVE} {SYSTEM}", "open accepted"),
    "uphold": (ABOVE, "declined"),
    "overturn": (ABOVE, "declined->accepted"),
    "reassign": (ABOVE, "open accepted resolved"),
    "hand_over": (f"{ABOVE} {SYSTEM}", "open accepted resolved closed declined merged"),
    "inherit": (ABOVE, "open accepted resolved"),
    "write_off": (ABOVE, "resolved->closed"),
    # What clocks do by themselves.
    "warn": (SYSTEM, "open accepted resolved declined"),
    "reckon": (SYSTEM, "open accepted resolved declined"),
    "redact": (SYSTEM, "open accepted resolved closed declined withdrawn merged"),
    # Two cases of one enterprise are one matter, or a case is nobody else's business: either side says so.
    # What a withdrawn case carried goes on by itself.
    "merge": (f"{ENTERPRISE} {DESK} {ABOVE}", "open->merged accepted->merged"),
    "separate": (f"{ENTERPRISE} {DESK} {ABOVE} {SYSTEM}", "merged->open"),
    "revive": (f"{ENTERPRISE} {DESK} {ABOVE} {SYSTEM}", "merged->accepted"),
    "carry": (f"{ENTERPRISE} {DESK} {ABOVE} {SYSTEM}", "open accepted resolved closed declined withdrawn"),
    "shield": (f"{ENTERPRISE} {DESK} {ABOVE}", "open accepted resolved closed declined withdrawn merged"),
    "unshield": (f"{ENTERPRISE} {DESK} {ABOVE}", "open accepted resolved closed declined withdrawn merged"),
    # A patch is about a case whatever has become of it; that it is no stumble its owner or a supervisor says.
    "consult": (SYSTEM, "open accepted resolved closed declined"),
    "patch": (SYSTEM, "open accepted resolved closed declined"),
    "stumble": (SYSTEM, "open accepted resolved closed declined"),
    "unstumble": (f"{DESK} {ABOVE}", "open accepted resolved closed declined"),
}


class Way(NamedTuple):
    """Where a verb leads, and who may take it there."""

    target: Status
    roles: frozenset[Role]


def _ways() -> dict[tuple[Status, Verb], Way]:
    return {
        (Status(source), Verb(verb)): Way(Status(target or source), frozenset(map(Role, who.split())))
        for verb, (who, moves) in _LIFE.items()
        for source, _, target in (move.partition("->") for move in moves.split())
    }


LIFE: Final = _ways()
