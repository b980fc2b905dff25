"""What the words of a ticket tell in figures and names, as `/api/v1` shows it beside the ticket: shapes only.

Read by a machine from what the enterprise said, and never checked: what was not said is null or empty.
"""

from datetime import date

from pydantic import Field

from bot.web.api.fields import Shown
from bot.web.api.schemas import TicketView
from config.catalog import DebtorKind


class AmountView(Shown):
    """A sum as it was said, in hundredths of its currency (分 of CNY), both ends included."""

    text: str = Field(examples=["320w"])
    least: int = Field(examples=[320000000])
    most: int | None = Field(description="Null where no end was said.", examples=[320000000])
    currency: str = Field(examples=["CNY"])


class SpanView(Shown):
    """The days that words may mean, both ends included."""

    from_: date = Field(alias="from", examples=["2023-05-01"])
    to: date = Field(examples=["2023-05-31"])
    text: str = Field(description="As it was said.", examples=["2023.5"])


class RegionView(Shown):
    """A county, city or zone that is named."""

    code: str = Field(description="GB/T 2260.", examples=["210106"])
    name: str = Field(description="In Chinese.", examples=["Tiexi"])


class DueView(Shown):
    """By when the law wanted a debt paid where the contract says nothing, and on what ground."""

    date: date
    days: int = Field(description="Calendar days after delivery.", examples=[30])
    clause: str = Field(description="In Chinese.", examples=["Article 9"])
    source: str = Field(description="The law by its name and order, in Chinese.", examples=["Order 802"])
    if_large: bool = Field(
        default=False, description="It holds only if the debtor is a large enterprise, which no name proves."
    )


class InterestView(Shown):
    """What the delay has cost by today where no rate was agreed, in 分: a floor, never a claim."""

    least: int = Field(examples=[21950000])
    most: int | None = Field(description="Null where the sum has no end.")
    days: int = Field(description="Of delay.", examples=[439])
    daily: str = Field(description="The rate for one day.", examples=["0.0005"])
    clause: str = Field(description="In Chinese.", examples=["Article 17"])
    source: str = Field(description="The law by its name and order, in Chinese.", examples=["Order 802"])


class FactsView(Shown):
    """What the enterprise's first messages tell, read anew each time. `debtor` and below: `arrears` only."""

    amounts: list[AmountView] = Field(default=[])
    owed: AmountView | None = Field(default=None, description="The sum that is still owed.")
    since: SpanView | None = Field(default=None, description="Since when it has been so.")
    deadline: SpanView | None = Field(default=None, description="The last day by which it is wanted.")
    region: RegionView | None = None
    phones: list[str] = Field(default=[], description="Last four digits.", examples=[["5678"]])
    credit_codes: list[str] = Field(default=[], description="Only with the right check character.")
    contracts: list[str] = Field(default=[], examples=[["HT-2023-015"]])
    licences: list[str] = Field(default=[])
    trademarks: list[str] = Field(default=[])
    patents: list[str] = Field(default=[])
    documents: list[str] = Field(default=[], description="Papers of offices, as they number them.")
    urgency: list[str] = Field(
        default=[], description="Any of production, power, cash, crowd, safety.", examples=[["cash"]]
    )
    debtor: str | None = Field(default=None, description="As the message calls them.", examples=["Town hall"])
    debtor_kind: DebtorKind | None = None
    due: DueView | None = None
    interest: InterestView | None = None


class TicketWithFacts(TicketView):
    """A ticket, and what the enterprise's words on it tell."""

    facts: FactsView
