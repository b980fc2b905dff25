"""Examples for the OpenAPI document, by the name of the field: one value for one idea.

A field that says its own example keeps it. A contract test asks that every field has one.
"""

from collections.abc import Mapping
from typing import Any, Final

_DIGEST: Final = "9f2c7f4d1e0a4b8c55b7a1d6c3e2f0918a7b6c5d4e3f20112233445566778899"

EXAMPLES: Final[Mapping[str, Any]] = {
    "amber": 2,
    "attempts": 1,
    "by": "Roster office",
    "by_aide": False,
    "call_id": 4,
    "calls": 1,
    "chain": 3,
    "chains": 1042,
    "changed": 2,
    "changed_by_key": 1,
    "changed_by_person": 17,
    "channel": "custom",
    "code": 45015,
    "confidence": 0.93,
    "confirmed": 12,
    "contact_budget": 3,
    "contact_name": "Lin Xiangwan",
    "contact_role": "Managing director",
    "content": "The park owes us 3.2 million",
    "count": 2,
    "created": 9338,
    "credit_code": "91210100DEM000014A",
    "data": {"by_aide": False},
    "debtor": "High-tech zone committee",
    "decided_by_key": 1,
    "decided_by_official": 7,
    "denied": 0,
    "denominator": "Tickets received",
    "department": "Finance",
    "deputy_id": 8,
    "detail": "response out of time limit",
    "digest": _DIGEST,
    "disturbed": 4,
    "done": 12,
    "enterprise": "Shenyang Yunshanli Precision Machinery Co., Ltd.",
    "enterprise_id": 3,
    "enterprises": 20,
    "event_id": 17,
    "exclusions": "Withdrawn and merged tickets",
    "explanation": "15 working days after acceptance, by the State Council's calendar.",
    "extensions": 1,
    "failed_calls": 0,
    "fault_count": 0,
    "file_digest": _DIGEST,
    "finished": 11,
    "from_id": 7,
    "green": 15,
    "handover_id": 2,
    "helped": 9,
    "hops": 0,
    "id": 1,
    "ignored": ["Remarks"],
    "interest_least": 480000,
    "interest_most": 480000,
    "kind": "text",
    "lead_id": 1,
    "leader_id": 7,
    "ledger_number": "arrears [2026] 12",
    "left_count": 0,
    "limit": 50,
    "measures": "Met the park; the sum was paid",
    "media_id": 5,
    "messages": 5,
    "most": 3_200_000,
    "name": "An Yucheng",
    "next": None,
    "note": "Reported to the police",
    "number": "1010",
    "numerator": "Tickets resolved",
    "official_id": 7,
    "openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M",
    "outcome": "sent",
    "overdue": 1,
    "own_contact_budget": 1,
    "own_quiet_hours": "20:00-09:00",
    "owner_id": 8,
    "pairings": [4],
    "patch": None,
    "patches": 0,
    "payload": {"number": "1010"},
    "person_id": 17,
    "phone_tail": "3059",
    "post": "Deputy governor",
    "previous": _DIGEST,
    "qr_url": "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=gQH47joAAAAAAAAAASxodHRw",
    "quiet_hours": "21:00-08:00",
    "reason": "The owner has an interest in the matter",
    "rebounded": 1,
    "rebounds": 0,
    "received": 25,
    "red": 3,
    "region": "210100",
    "request_id": "7f3a9c0b52d84c1f",
    "role": "Managing director",
    "rows": 9340,
    "said": "He said he was the deputy governor's secretary",
    "same": 0,
    "scene": "bind:7f3a9c",
    "seq": 2,
    "signed": "Yan Lixin, supervisor",
    "slot": 3,
    "stage": "mature",
    "status": 404,
    "statuses": {"open": 3, "accepted": 18},
    "step": "reply",
    "steps": 14,
    "tail": "3059",
    "tasks": ["1010"],
    "text": "The park owes us 3.2 million for works accepted a year ago",
    "ticket": "1010",
    "tickets": ["1010"],
    "title": "The park owes us 3.2 million",
    "to": 8,
    "to_id": 8,
    "took_ms": 120,
    "type": "urn:liaison:not-found",
    "types": {},
    "undone_by": 1,
    "unsolved_count": 3,
    "used_by": 17,
    "verb": "accept",
    "verification_id": 1,
    "visit_id": 6,
    "visits": 2,
    "what": "confirmed",
    "year": 2026,
}


def illustrate(schemas: Mapping[str, Any]) -> None:
    """Give an example to every field of the document's schemas that has none and is known here."""
    for schema in schemas.values():
        for name, field in schema.get("properties", {}).items():
            if name in EXAMPLES and not is_plain(field) and not schema.get("examples"):
                field["examples"] = [EXAMPLES[name]]


def is_plain(field: Mapping[str, Any]) -> bool:
    """Whether a field needs no example: it has one, or its type says all there is."""
    if {"examples", "enum", "const", "default", "$ref"} & set(field):
        return True
    if field.get("type") in {"boolean", "null"} or field.get("format") in {"date", "date-time"}:
        return True
    if "items" in field:
        return is_plain(field["items"])
    return "anyOf" in field and all(is_plain(each) for each in field["anyOf"])
