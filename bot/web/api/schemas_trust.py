"""What goes in and out of `/api/v1` about callers: numbers, questions, leads. Shapes only."""

from datetime import date, datetime

from pydantic import Field

from bot.web.api.fields import Note, Sent, ShortText, Shown
from bot.web.api.schemas import EnterpriseName, OwnerCard
from models.tables import Finding, Verdict


class NewPhone(Sent):
    """A number an official calls from."""

    number: ShortText = Field(
        description="As people type it; spaces, dashes and +86 do not matter. A landline with area code.",
        examples=["138 4000 1234"],
    )


class PhoneView(Shown):
    """A registered number: its last digits only."""

    id: int
    official_id: int
    tail: str = Field(examples=["1234"])
    since: datetime
    ended_at: datetime | None


class VerificationView(Shown):
    """One question whether a caller is genuine. `said` is kept where it became a fraud lead."""

    id: int
    at: datetime
    tail: str
    verdict: Verdict
    person_id: int
    enterprise: EnterpriseName | None
    claimed: OwnerCard | None = Field(description="The owner whom the caller is said to have claimed to be.")
    lead_id: int | None
    said: str | None


class LeadView(Shown):
    """A number that is nobody's and called in an official's name; one lead a number and day."""

    id: int
    day: date
    tail: str
    created_at: datetime
    finding: Finding | None
    note: str | None
    decided_at: datetime | None
    decided_by_key: int | None
    decided_by_official: int | None
    reports: list[VerificationView]


class Decision(Sent):
    """What a supervisor found out about a lead."""

    finding: Finding
    note: Note | None = None
