"""What is stored, one family a file. Shapes and constraints only; no behaviour but triggers."""

from models.tables.access import ApiKey, IdempotentAnswer, KeyUse, PageSession
from models.tables.announced import LISTED
from models.tables.audit import Anchor, AnchorBlock, AuditEntry, AuditHead, Sealed
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
from models.tables.imports import Import, ImportChange
from models.tables.inbox import Inbox, Media, Outcome
from models.tables.merges import Merge
from models.tables.patches import Met, Patch, PatchAsk, PatchCase, PatchEvent, is_open_to_others
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
    EnterprisePast,
    Invite,
    Official,
    OfficialKind,
    OfficialPast,
    OwnCourtesy,
    Pairing,
    Person,
)
from models.tables.suggestions import Suggestion, SuggestionCount
from models.tables.tallies import Tally, TallyChange, TallyMark
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
from models.tables.webhooks import Posting, Webhook, WebhookAttempt, WebhookDelivery

__all__ = [
    "LISTED",
    "Anchor",
    "AnchorBlock",
    "ApiKey",
    "Attempt",
    "AuditEntry",
    "AuditHead",
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
    "EnterprisePast",
    "Escalation",
    "Event",
    "Extension",
    "FeedCursor",
    "Finding",
    "FraudLead",
    "Handover",
    "HelpState",
    "IdempotentAnswer",
    "Import",
    "ImportChange",
    "Inbox",
    "Invite",
    "KeyUse",
    "Lease",
    "LedgerCounter",
    "Media",
    "Merge",
    "Message",
    "Met",
    "Morning",
    "Official",
    "OfficialKind",
    "OfficialPast",
    "OfficialPhone",
    "Outbox",
    "Outcome",
    "OwnCourtesy",
    "PageSession",
    "Pairing",
    "Patch",
    "PatchAsk",
    "PatchCase",
    "PatchEvent",
    "Pattern",
    "PatternDecision",
    "PatternMember",
    "PatternState",
    "PatternWeek",
    "Pause",
    "Person",
    "PlatformToken",
    "Posting",
    "Proof",
    "Report",
    "Ruling",
    "Sealed",
    "Side",
    "Suggestion",
    "SuggestionCount",
    "Tally",
    "TallyChange",
    "TallyMark",
    "Ticket",
    "TicketVector",
    "Verdict",
    "Verification",
    "Visit",
    "Webhook",
    "WebhookAttempt",
    "WebhookDelivery",
    "is_held",
    "is_helping",
    "is_in_line",
    "is_open_to_others",
    "is_parked",
    "waits_for_them",
]
