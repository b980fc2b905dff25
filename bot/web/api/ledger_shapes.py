"""The entries of a ledger as `/api/v1` shows them: shapes only."""

from datetime import datetime

from pydantic import Field

from bot.ledgers.cells import Acknowledged
from bot.web.api.fields import Shown, TypeCode
from bot.web.api.schemas import OwnerCard
from config.catalog import DebtorKind
from models.rules.lifecycle import Status
from models.rules.satisfaction import Rating


class FirmThen(Shown):
    """An enterprise as the roster had it at that moment."""

    name: str
    credit_code: str | None
    region: str
    stage: str | None


class UnitCard(Shown):
    """A unit that helps or has helped."""

    id: int
    name: str
    post: str
    department: str


class RefusalView(Shown):
    """Why it was not dealt with, and where it belongs."""

    reason: str
    channel: str


class WriteOffView(Shown):
    """Why a supervisor wrote it off without the enterprise's word, and who signed."""

    reason: str
    signed: str


class ClaimView(Shown):
    """A debt as it was entered, sums in 分; days and interest by law, until the result or that moment."""

    debtor: str | None = Field(description="As the message calls them.")
    kind: DebtorKind | None
    least: int | None = Field(examples=[320000000])
    most: int | None = Field(description="Null where no end was said.", examples=[320000000])
    overdue: int | None = Field(description="Days after the law's date of payment.", examples=[439])
    interest_least: int | None = None
    interest_most: int | None = None


class LedgerEntryView(Shown):
    """One entry of a ledger, in the order of the official columns."""

    number: str = Field(description="The number in the ledger, in Chinese.")
    ticket: str = Field(description="The number people know it by.", examples=["1016"])
    accepted_at: datetime
    enterprise: FirmThen | None
    region: str
    content: str
    type: TypeCode
    status: Status
    owner: OwnerCard
    co_handlers: list[UnitCard]
    measures: str | None = Field(description="The desk's last words on what it did.")
    due_at: datetime | None = Field(description="By when a result was promised.")
    resolved_at: datetime | None
    acknowledged: Acknowledged | None = Field(description="What the enterprise says of the result.")
    rated_result: Rating | None
    closed_at: datetime | None
    rebounds: int
    refusal: RefusalView | None
    withdrawn_at: datetime | None
    merged_into: str | None = Field(description="The ticket it goes on under and is counted with.")
    written_off: WriteOffView | None
    hops: int
    extensions: int
    claim: ClaimView | None = Field(description="In `arrears` only.")


class LedgerPage(Shown):
    """Some entries of a ledger as of a moment. `next` leads to those behind them, as of the same moment."""

    as_of: datetime
    items: list[LedgerEntryView]
    next: str | None
