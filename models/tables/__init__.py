"""What is stored, one family a file. Shapes and constraints only; no behaviour."""

from models.tables.access import ApiKey, IdempotentAnswer
from models.tables.base import Base
from models.tables.co_handling import CoHandling, HelpState, is_helping
from models.tables.declines import Decline, Verdict
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

__all__ = [
    "ApiKey",
    "Attempt",
    "Base",
    "Clock",
    "CoHandling",
    "Consent",
    "Contact",
    "Decline",
    "Delivery",
    "Enterprise",
    "Event",
    "HelpState",
    "IdempotentAnswer",
    "Inbox",
    "Invite",
    "Lease",
    "LedgerCounter",
    "Media",
    "Message",
    "Official",
    "OfficialKind",
    "Outbox",
    "Outcome",
    "Pairing",
    "Person",
    "PlatformToken",
    "Side",
    "Ticket",
    "Verdict",
    "is_helping",
    "is_in_line",
    "is_parked",
]
