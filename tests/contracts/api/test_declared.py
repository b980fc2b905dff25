"""What may be read without being on record: these paths and no others, each because it names nobody."""

from typing import Final

from bot.web.api.declared import DECLARED, NOTHING

UNNOTED: Final = {
    *("/enterprises", "/enterprises/{enterprise_id}", "/enterprises/{enterprise_id}/courtesy"),
    *("/pairings", "/pairings/{pairing_id}", "/delegations", "/delegations/{delegation_id}"),
    *("/outbox", "/reconciliation", "/audit/anchors"),
    *("/calendar/notices", "/calendar/{year}"),
    *("/keys", "/keys/{key_id}"),
    *("/webhooks", "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/deliveries"),
}


def test_only_these_may_be_read_without_being_on_record() -> None:
    reads = {operation for operation, what in DECLARED.items() if what == NOTHING and operation[:4] == "GET "}
    assert reads == {f"GET {path}" for path in UNNOTED}
