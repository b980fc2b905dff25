"""What is stored, one family a file. Shapes and constraints only; no behaviour."""

from models.tables.access import ApiKey, IdempotentAnswer
from models.tables.base import Base
from models.tables.delivery import (
    Attempt,
    Consent,
    Delivery,
    Lease,
    Outbox,
    PlatformToken,
    is_in_line,
    is_parked,
)
from models.tables.inbox import Inbox, Media, Outcome
from models.tables.people import Contact, Enterprise, Invite, Official, OfficialKind, Pairing, Person
from models.tables.tickets import Clock, Event, LedgerCounter, Message, Side, Ticket
from models.tables.trust import Call, CallState, Finding, FraudLead, OfficialPhone, Verdict, Verification

__all__ = [
    "ApiKey",
    "Attempt",
    "Base",
    "Call",
    "CallState",
    "Clock",
    "Consent",
    "Contact",
    "Delivery",
    "Enterprise",
    "Event",
    "Finding",
    "FraudLead",
    "IdempotentAnswer",
    "Inbox",
    "Invite",
    "Lease",
    "LedgerCounter",
    "Media",
    "Message",
    "Official",
    "OfficialKind",
    "OfficialPhone",
    "Outbox",
    "Outcome",
    "Pairing",
    "Person",
    "PlatformToken",
    "Side",
    "Ticket",
    "Verdict",
    "Verification",
    "is_in_line",
    "is_parked",
]
