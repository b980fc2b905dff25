"""What goes in and out of `/api/v1` about who sits at which desk, and about visits: shapes only."""

from datetime import date, datetime

from pydantic import Field

from bot.web.api.fields import Id, LongName, Sent, Shown


class NewDelegation(Sent):
    """A leader away, and who acts meanwhile; without a deputy the supervisors are told."""

    official_id: Id
    deputy_id: Id | None = None
    starts_on: date = Field(description="The first day.")
    ends_on: date = Field(description="The last day; it ends by itself.")


class DelegationView(Shown):
    """A delegation; `ended_at` is when it was ended, or noted to have run out."""

    id: int
    official_id: int
    deputy_id: int | None
    starts_on: date
    ends_on: date
    created_at: datetime
    ended_at: datetime | None


class NewHandover(Sent):
    """To whom an official's cases and pairings go, why, and since which day."""

    to: Id = Field(description="The successor: a leader in office.")
    reason: LongName = Field(examples=["Change of post"])
    on: date | None = Field(
        None, description="The day of the order: today or earlier. Today if it is left out."
    )


class HandoverView(Shown):
    """The signed list of what was handed over: each ticket with the digest of its event."""

    id: int
    from_id: int
    to_id: int
    reason: str
    effective_on: date
    at: datetime
    tickets: list[str] = Field(description="Their numbers.")
    tasks: list[str] = Field(description="The numbers of the tickets it was asked to help with.")
    pairings: list[int] = Field(description="The enterprises' ids.")
    digest: str = Field(description="SHA-256 over the list with the digests of the events.")


class VisitView(Shown):
    """A visit, and what the enterprise said to it."""

    id: int
    official_id: int
    enterprise_id: int
    day: date
    note: str
    created_at: datetime
    confirmed_at: datetime | None
    disputed_at: datetime | None
