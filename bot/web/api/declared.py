"""What personal data each operation of the API reads or changes; a test walks all of them.

An operation that is not here is taken to read some: it is in the audit all the same.
"""

from collections.abc import Mapping
from typing import Final

NOTHING: Final = ""
"""The operation reads no personal data; what it changes is in the audit nevertheless."""

_WHO: Final = "names, roles and WeChat identities of those who speak for enterprises"
_OFFICIALS: Final = "names, posts and last digits of officials"
_SAID: Final = "what people wrote about their cases"
_CALLERS: Final = "who asked about which caller, and what they said"

DECLARED: Final[Mapping[str, str]] = {
    "GET /officials": _OFFICIALS,
    "GET /officials/{official_id}": _OFFICIALS,
    "POST /officials": _OFFICIALS,
    "POST /officials/{official_id}/retire": _OFFICIALS,
    "GET /officials/{official_id}/handover/{handover_id}": _OFFICIALS,
    "POST /officials/{official_id}/handover": _OFFICIALS,
    "GET /officials/{official_id}/phones": "last digits of officials' numbers",
    "GET /officials/{official_id}/phones/{phone_id}": "last digits of officials' numbers",
    "POST /officials/{official_id}/phones": "officials' numbers",
    "DELETE /officials/{official_id}/phones/{phone_id}": "last digits of officials' numbers",
    "GET /enterprises": NOTHING,
    "GET /enterprises/{enterprise_id}": NOTHING,
    "POST /enterprises": NOTHING,
    "GET /enterprises/{enterprise_id}/courtesy": NOTHING,
    "POST /enterprises/{enterprise_id}/courtesy": NOTHING,
    "GET /enterprises/{enterprise_id}/contact": "when an enterprise's people were disturbed and helped",
    "GET /contacts": _WHO,
    "GET /contacts/{contact_id}": _WHO,
    "POST /contacts": _WHO,
    "POST /contacts/{contact_id}/end": _WHO,
    "GET /people/{person_id}": "for whom somebody speaks",
    "POST /people/{person_id}/forget": "everything that says who a person is",
    "GET /pairings": NOTHING,
    "GET /pairings/{pairing_id}": NOTHING,
    "POST /pairings": NOTHING,
    "DELETE /pairings/{pairing_id}": NOTHING,
    "GET /delegations": NOTHING,
    "GET /delegations/{delegation_id}": NOTHING,
    "POST /delegations": NOTHING,
    "DELETE /delegations/{delegation_id}": NOTHING,
    "GET /invites": _WHO,
    "GET /invites/{invite_id}": _WHO,
    "POST /invites": _WHO,
    "GET /tickets": _SAID,
    "GET /tickets/{number}": _SAID,
    "GET /tickets/{number}/events": _SAID,
    "GET /tickets/{number}/messages": _SAID,
    "POST /tickets": _SAID,
    "POST /tickets/{number}/actions/reassign": _SAID,
    "POST /tickets/{number}/actions/uphold": _SAID,
    "POST /tickets/{number}/actions/overturn": _SAID,
    "POST /tickets/{number}/actions/write_off": _SAID,
    "POST /tickets/{number}/actions/merge": _SAID,
    "POST /tickets/{number}/actions/separate": _SAID,
    "POST /tickets/{number}/actions/shield": _SAID,
    "POST /tickets/{number}/actions/unshield": _SAID,
    "GET /visits": "what officials noted about visits",
    "GET /events": _SAID,
    "GET /events/{event_id}": _SAID,
    "GET /outbox": NOTHING,
    "GET /outbox/{outbox_id}": _SAID,
    "POST /outbox/{outbox_id}/rearm": _SAID,
    "GET /reconciliation": NOTHING,
    "GET /verifications": _CALLERS,
    "GET /leads": _CALLERS,
    "GET /leads/{lead_id}": _CALLERS,
    "POST /leads/{lead_id}/decision": _CALLERS,
    "GET /audit": "who read and changed what",
    "GET /audit/anchors": NOTHING,
    "GET /patterns": _SAID,
    "GET /patterns/{pattern_id}": _SAID,
    "POST /patterns/{pattern_id}/actions/rename": _SAID,
    "POST /patterns/{pattern_id}/actions/split": _SAID,
    "POST /patterns/{pattern_id}/actions/join": _SAID,
    "POST /patterns/{pattern_id}/actions/dismiss": _SAID,
    "GET /rates": NOTHING,
    "GET /wall": _SAID,
    "GET /ledgers/{type}": _SAID,
    "GET /ledgers/{type}.csv": _SAID,
    "GET /ledgers/{type}.xlsx": _SAID,
    "GET /briefings/{official_id}": _SAID,
    "GET /briefings/{official_id}.html": _SAID,
    "GET /briefings/{official_id}.xlsx": _SAID,
    "GET /calendar/notices": NOTHING,
    "GET /calendar/{year}": NOTHING,
    "GET /imports": _OFFICIALS,
    "GET /imports/{import_id}": _OFFICIALS,
    "POST /imports": _OFFICIALS,
    "POST /imports/{import_id}/undo": _OFFICIALS,
    "GET /keys": NOTHING,
    "GET /keys/{key_id}": NOTHING,
    "POST /keys": NOTHING,
    "POST /keys/{key_id}/rotate": NOTHING,
    "POST /keys/{key_id}/revoke": NOTHING,
    "GET /webhooks": NOTHING,
    "GET /webhooks/{webhook_id}": NOTHING,
    "POST /webhooks": NOTHING,
    "DELETE /webhooks/{webhook_id}": NOTHING,
    "POST /webhooks/{webhook_id}/disable": NOTHING,
    "POST /webhooks/{webhook_id}/enable": NOTHING,
    "POST /webhooks/{webhook_id}/rotate": NOTHING,
    "POST /webhooks/{webhook_id}/test": NOTHING,
    "GET /webhooks/{webhook_id}/deliveries": NOTHING,
    "GET /webhooks/{webhook_id}/deliveries/{delivery_id}": _SAID,
    "POST /webhooks/{webhook_id}/deliveries/{delivery_id}/replay": _SAID,
}


def personal(operation: str) -> str:
    """Return what personal data an operation (`GET /contacts`) touches; where it is not declared, all."""
    return DECLARED.get(operation, "undeclared")
