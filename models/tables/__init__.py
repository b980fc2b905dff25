"""What is stored, one family a file. Shapes and constraints only; no behaviour."""

from models.tables.access import ApiKey, IdempotentAnswer
from models.tables.base import Base
from models.tables.co_handling import CoHandling, HelpState, is_helping
from models.tables.deadlines import Escalation, Extension, Pause, Proof
from models.tables.declines import Decline, Ruling
from models.tables.delivery import (
    Attempt,
    Consent,
    Delivery,
    FeedCursor,
    Lease,
    Outbox,
    PlatformToken,
    Report,
    is_held,
    is_in_line,
    is_parked,
    waits_for_them,
)
from models.tables.desks import Delegation, Handover, Morning
from models.tables.inbox import Inbox, Media, Outcome
from models.tables.patterns import (
    Pattern,
    PatternDecision,
    PatternMember,
    PatternState,
    PatternWeek,
    TicketVector,
)
from models.tables.people import (
    Contact,
    Enterprise,
    Invite,
    Official,
    OfficialKind,
    OwnCourtesy,
    Pairing,
    Person,
)
from models.tables.suggestions import Suggestion, SuggestionCount
from models.tables.tickets import Clock, Event, LedgerCounter, Message, Side, Ticket
from models.tables.trust import (
    Call,
    CallKind,
    CallState,
    Finding,
    FraudLead,
    OfficialPhone,
    Verdict,
    Verification,
)
from models.tables.visits import Visit

__all__ = [
    "ApiKey",
    "Attempt",
    "Base",
    "Call",
    "CallKind",
    "CallState",
    "Clock",
    "CoHandling",
    "Consent",
    "Contact",
    "Decline",
    "Delegation",
    "Delivery",
    "Enterprise",
    "Escalation",
    "Event",
    "Extension",
    "FeedCursor",
    "Finding",
    "FraudLead",
    "Handover",
    "HelpState",
    "IdempotentAnswer",
    "Inbox",
    "Invite",
    "Lease",
    "LedgerCounter",
    "Media",
    "Message",
    "Morning",
    "Official",
    "OfficialKind",
    "OfficialPhone",
    "Outbox",
    "Outcome",
    "OwnCourtesy",
    "Pairing",
    "Pattern",
    "PatternDecision",
    "PatternMember",
    "PatternState",
    "PatternWeek",
    "Pause",
    "Person",
    "PlatformToken",
    "Proof",
    "Report",
    "Ruling",
    "Side",
    "Suggestion",
    "SuggestionCount",
    "Ticket",
    "TicketVector",
    "Verdict",
    "Verification",
    "Visit",
    "is_held",
    "is_helping",
    "is_in_line",
    "is_parked",
    "waits_for_them",
]
