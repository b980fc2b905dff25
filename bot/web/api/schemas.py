"""What goes in and out of `/api/v1`: shapes only. Unknown fields are refused.

Those of deliveries are in `delivery_schemas`.
"""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from bot.web.api.fields import (
    CreditCode,
    Id,
    LongName,
    RegionCode,
    Sent,
    ShortText,
    Shown,
    Story,
    Title,
    TypeCode,
)
from config.catalog import Stage
from models.rules.clocks import ClockState
from models.rules.lifecycle import Role, Status
from models.tables import HelpState, OfficialKind, Side


class NewOfficial(Sent):
    """A leader, or an aide of one leader."""

    name: ShortText = Field(examples=["An Yucheng"])
    post: Title = Field(examples=["Deputy governor"])
    department: Title = Field(description="As the duty catalogue spells it.", examples=["Finance"])
    region: RegionCode
    kind: OfficialKind = OfficialKind.LEADER
    leader_id: Id | None = Field(None, description="Whose aide; only and always for an aide.")
    phone_tail: Annotated[str, Field(pattern="^[0-9]{4}$")] | None = Field(None, examples=["3059"])

    @model_validator(mode="after")
    def _aide_has_leader(self) -> Self:
        if (self.kind is OfficialKind.AIDE) != (self.leader_id is not None):
            raise ValueError("an aide has exactly one leader, a leader none")
        return self


class OfficialView(Shown):
    """An official on the roster."""

    id: int
    name: str
    post: str
    department: str
    region: str
    kind: OfficialKind
    leader_id: int | None
    phone_tail: str | None
    is_active: bool
    created_at: datetime


class NewEnterprise(Sent):
    """An enterprise for the roster."""

    name: LongName = Field(examples=["Shenyang Yunshanli Precision Machinery Co., Ltd."])
    credit_code: CreditCode | None = Field(None, examples=["91210100DEM000014A"])
    region: RegionCode
    stage: Stage | None = None


class EnterpriseView(Shown):
    """An enterprise on the roster."""

    id: int
    name: str
    credit_code: str | None
    region: str
    stage: Stage | None
    created_at: datetime


class NewPairing(Sent):
    """An enterprise for a leader's care."""

    enterprise_id: Id
    official_id: Id


class PairingView(Shown):
    """An enterprise in a leader's care; `slot` is one of the leader's 20, null once it has ended."""

    id: int
    enterprise_id: int
    official_id: int
    slot: int | None
    since: datetime
    ended_at: datetime | None


class EnterpriseName(Shown):
    """An enterprise, named only."""

    id: int
    name: str


class NewContact(Sent):
    """A person who has written to the account or follows it, and the enterprise they speak for."""

    person_id: Id = Field(description="As in a stranger's messages, or in the outbox.", examples=[17])
    enterprise_id: Id = Field(examples=[1])
    name: ShortText | None = Field(None, examples=["Lin Xiangwan"])
    role: ShortText | None = Field(None, examples=["Managing director"])


class ContactView(Shown):
    """A person who speaks for an enterprise. The openid is shown to administrators only."""

    id: int
    person_id: int
    openid: str | None
    enterprise: EnterpriseName
    name: str | None
    role: str | None
    is_active: bool
    no_calls: bool = Field(description="They asked not to be telephoned.")
    since: datetime


class NewInvite(Sent):
    """Whom to invite: an official, or somebody who speaks for an enterprise."""

    official_id: Id | None = None
    enterprise_id: Id | None = None
    contact_name: ShortText | None = None
    contact_role: ShortText | None = None
    expires_in_hours: int = Field(168, ge=1, le=720)
    qr: bool = Field(False, description="Ask the platform for a QR code that carries the scene.")

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.official_id is None) == (self.enterprise_id is None):
            raise ValueError("name either an official or an enterprise")
        if self.official_id is not None and (self.contact_name or self.contact_role):
            raise ValueError("a contact's name and role go with an enterprise")
        return self


class InviteMade(Shown):
    """A new invite. The code is shown now and never again."""

    id: int
    code: str = Field(description="What the person sends to the account to bind.")
    scene: str = Field(description="What a QR code must carry to bind by scanning.")
    expires_at: datetime
    qr_url: str | None = Field(description="The picture of the QR code, if asked for and to be had.")


class InviteView(Shown):
    """An invite, without its code."""

    id: int
    official_id: int | None
    enterprise_id: int | None
    contact_name: str | None
    contact_role: str | None
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    used_by: int | None = Field(description="The person's id.")


class OwnerCard(Shown):
    """The one official who answers for a ticket."""

    id: int
    name: str
    post: str


class HelperCard(Shown):
    """A leader whose desk helps with a ticket, or was asked to; the owner stays the owner."""

    id: int
    name: str
    post: str
    department: str
    state: HelpState
    due_at: datetime
    answered_at: datetime | None


class EnterpriseCard(Shown):
    """The enterprise a ticket is about."""

    id: int
    name: str
    stage: Stage | None
    region: str


class NewTicket(Sent):
    """A request that an enterprise made by telephone or on a visit, taken down by an office."""

    contact_id: Id = Field(description="Who asked; they and the owner are told.", examples=[1])
    text: Story = Field(examples=["The road works were accepted a year ago; 3.2 million are still not paid."])
    type: TypeCode | None = Field(
        None, description="If the office knows; else it is guessed from the text.", examples=["arrears"]
    )


class ClockView(Shown):
    """A promise: what by when, how far it has run, and why this date."""

    name: str
    due_at: datetime
    state: ClockState
    explanation: str


class ReachView(Shown):
    """How whoever brought a ticket can be reached, and how often they were rung in vain."""

    last_heard_at: datetime
    follows: bool
    window_open: bool = Field(description="Whether the platform lets us write freely now.")
    failed_calls: int


class TicketView(Shown):
    """A ticket with its owner, its enterprise (null until the person is bound) and its promises."""

    number: str = Field(examples=["1013"])
    type: TypeCode
    type_source: str = Field(description="`guess`, or whose word it was.", examples=["supervisor"])
    confidence: float
    status: Status
    title: str
    region: str
    owner: OwnerCard
    co_handlers: list[HelperCard]
    enterprise: EnterpriseCard | None
    created_at: datetime
    accepted_at: datetime | None
    first_contact_at: datetime | None
    resolved_at: datetime | None
    confirmed_at: datetime | None
    closed_at: datetime | None
    clocks: list[ClockView]
    rebounds: int
    hops: int
    patch: int | None
    merged_into: str | None
    is_shielded: bool
    ledger_number: str | None = Field(description="Given when the ticket is accepted.")
    reach: ReachView | None = Field(description="Null in lists of shielded tickets: it is the person's.")


class ActorView(Shown):
    """In which capacity somebody acted, and who: an official's id, for an enterprise the person's.

    A supervisor acts with an API key, whose id is in the event's `data`. Of a shielded case (保密) the
    enterprise's people have none.
    """

    role: Role
    id: int | None


class EventView(Shown):
    """A fact about a ticket, sealed by `digest` to the one before (`previous`)."""

    id: int
    ticket: str = Field(description="The ticket's number.")
    seq: int
    at: datetime
    verb: str
    actor: ActorView
    from_status: Status | None
    to_status: Status
    data: dict[str, Any]
    previous: str | None = Field(
        description="Null, as `digest`, where the words of the ticket are kept quiet."
    )
    digest: str | None


class MessageView(Shown):
    """What was said in a ticket, and whether an aide said it for the leader."""

    id: int
    at: datetime
    side: Side
    by_aide: bool
    kind: str
    text: str
    person_id: int | None
    media_id: int | None
