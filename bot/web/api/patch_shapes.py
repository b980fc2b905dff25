"""What `/patches` takes and shows."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints

from bot.web.api.fields import Id, NumberInPath, RegionCode, Sent, Shown, Title, Words
from bot.web.api.patterns import CaseCard
from bot.web.api.schemas import OwnerCard
from models.queries import patches as queries
from models.queries.patch_effects import Effect, as_json
from models.rules.effects import LEAST_DAYS
from models.rules.numbers import number_of
from models.tables import PatchEvent, Ticket

CauseCode = Literal["unclear", "not_executed", "loop", "resources", "counterparty", "other"]
StateCode = Literal[
    "proposed", "drafting", "consulting", "issued", "in_effect",
    "evaluating", "effective", "ineffective", "dropped",
]  # fmt: skip
_PLAIN = r"^[^\x00-\x1f\x7f]*$"


def _line(least: int, most: int) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=least, max_length=most, pattern=_PLAIN)


Name = Annotated[str, _line(2, 60)]
Line = Annotated[str, _line(1, 200)]
Change = Annotated[str, _line(4, 300)]
Link = Annotated[
    str,
    Field(
        max_length=300,
        pattern=r"^https?://[^\s\x00-\x1f\x7f]+$",
        examples=["https://www.example.gov.cn/doc/12"],
    ),
]


class NewStep(Sent):
    """One thing to be done, by whom and until when."""

    what: Title
    owner_id: Id | None = None
    due_on: date | None = None

    def as_kept(self) -> dict[str, Any]:
        """Return the step as it is kept."""
        return {
            "what": self.what,
            "owner": self.owner_id,
            "due_on": None if self.due_on is None else self.due_on.isoformat(),
        }


class Instrument(Sent):
    """The document that solves the class, as far as it is known, and what it changes for enterprises."""

    document_no: Title | None = Field(None, examples=["Liaozheng [2026] 12"])
    document_title: Line | None = Field(None, examples=["Notice on paying for finished works"])
    clause: Title | None = Field(None, examples=["Article 3"])
    link: Link | None = None
    change: Change | None = Field(
        None, description="Told to every enterprise concerned when it takes effect.",
        examples=["Works that are accepted are paid within 60 days"],
    )  # fmt: skip
    effective_on: date | None = None

    def given(self) -> dict[str, Any]:
        """Return what was said of it."""
        return {name: value for name in Instrument.model_fields if (value := getattr(self, name)) is not None}


class NewPatch(Instrument):
    """What a patch is opened with."""

    pattern_id: Id
    title: Name
    cause: CauseCode
    owner_id: Id
    regions: Annotated[list[RegionCode], Field(min_length=1, max_length=30)]
    due_on: date
    steps: Annotated[tuple[NewStep, ...], Field(max_length=20)] = ()
    evaluate_days: Annotated[int, Field(ge=LEAST_DAYS, le=730)] | None = Field(
        None,
        description="Days in effect until it is judged, and from one look to the next; of fewer than seven "
        "no rate is told. Left out, as the installation has it.",
    )


class Amended(Instrument):
    """What is said or corrected; what is left out stays."""

    title: Name | None = None
    due_on: date | None = None
    steps: Annotated[list[NewStep], Field(max_length=20)] | None = None

    def facts(self) -> dict[str, Any]:
        """Return what replaces what stood there."""
        plain = {"title": self.title, "due_on": self.due_on}
        found = self.given() | {name: value for name, value in plain.items() if value is not None}
        return found if self.steps is None else found | {"steps": [each.as_kept() for each in self.steps]}


class Consulted(Sent):
    """Whether the enterprises of the pattern are asked."""

    asks_enterprises: bool = True


class Noted(Sent):
    """What there is to say."""

    note: Words


class Done(Sent):
    """Which step, counted from one."""

    step: Annotated[int, Field(ge=1, le=20)]


class Given(Sent):
    """Who answers for the patch from now on, and why."""

    owner_id: Id
    reason: Words


class Cleared(Sent):
    """Which case is no stumble."""

    number: NumberInPath


class StepView(Shown):
    """One thing to be done."""

    what: str
    owner_id: int | None
    due_on: date | None
    done_at: datetime | None


class CommentView(Shown):
    """What an enterprise thinks of a patch."""

    enterprise: str
    words: str
    at: datetime


class IntervalView(Shown):
    """An estimate with the bounds of its exact 95 % interval; null where it has none."""

    estimate: float | None
    low: float | None
    high: float | None


class SideView(Shown):
    """One side of the day it took effect; the rate is per 1,000 enterprises and 90 days."""

    met: int = Field(description="Different enterprises that met the stone; copies do not count.")
    enterprises: int
    days: float
    rate: IntervalView | None
    cases: int
    solved: int
    hours: float | None = Field(description="Median hours from a case's coming to its result.")
    rebounds: int


class EffectView(Shown):
    """Before and after, and the rate after as a multiple of that before."""

    before: SideView
    after: SideView
    ratio: IntervalView | None

    @classmethod
    def of(cls, found: Effect) -> Self:
        """Return figures as they are shown."""
        return cls.model_validate(as_json(found))


class PatchView(Shown):
    """A patch, counted over the cases of the key's regions. Shielded cases are in none of it."""

    id: int
    pattern_id: int
    state: StateCode
    title: str
    cause: CauseCode
    owner: OwnerCard
    opened_by: str
    regions: list[str] = Field(examples=[["210100"]])
    steps: list[StepView]
    due_on: date
    document_no: str
    document_title: str
    clause: str
    link: str
    change: str
    effective_on: date | None
    took_effect_at: datetime | None
    evaluate_days: int
    evaluate_at: datetime | None
    round: int
    created_at: datetime
    affected: int
    told: int = Field(description="Of the affected cases those whose enterprise has been told.")
    stumbled: int
    stumblers: int = Field(description="Different enterprises that stumbled over it again.")
    stumbles: list[CaseCard]
    asked: int
    comments: list[CommentView]
    effect: EffectView | None = Field(description="Of the key's regions; null before it takes effect.")


class PatchEventView(Shown):
    """One fact of a patch's chain."""

    seq: int
    at: datetime
    verb: str
    role: str
    signed: str
    from_state: str | None
    to_state: str
    data: dict[str, Any]
    previous: str
    digest: str

    @classmethod
    def of(cls, row: PatchEvent, *, is_whole: bool) -> Self:
        """Return an event as it is shown; figures only to whoever reaches the whole of what they count."""
        return cls(
            seq=row.seq,
            at=row.at,
            verb=row.verb,
            role=row.actor_role,
            signed=row.signed,
            from_state=row.from_state,
            to_state=row.to_state,
            data={name: value for name, value in row.data.items() if is_whole or name != "figures"},
            previous=row.previous,
            digest=row.digest,
        )


def patch_view(seen: queries.Shown, effect: Effect | None) -> PatchView:
    """Return a patch as it is shown."""
    row = seen.row
    plain = (
        *(
            "id",
            "pattern_id",
            "state",
            "title",
            "cause",
            "regions",
            "due_on",
            "document_no",
            "document_title",
        ),
        *("clause", "link", "change", "effective_on", "took_effect_at", "evaluate_days", "evaluate_at"),
        *("round", "created_at"),
    )
    counted = ("opened_by", "affected", "told", "stumbled", "stumblers", "asked")
    return PatchView(
        **{name: getattr(row, name) for name in plain},
        **{name: getattr(seen, name) for name in counted},
        owner=OwnerCard.model_validate(seen.owner),
        steps=[_step(each) for each in row.steps],
        stumbles=[
            CaseCard(number=number_of(each.id), title=each.title, status=each.status)
            for each in seen.stumbles
        ],
        comments=[CommentView.model_validate(each) for each in seen.comments],
        effect=None if effect is None else EffectView.of(effect),
    )


def _case(row: Ticket) -> CaseCard:
    return CaseCard(number=number_of(row.id), title=row.title, status=row.status)


def _step(kept: dict[str, Any]) -> StepView:
    return StepView(
        what=kept["what"],
        owner_id=kept.get("owner"),
        due_on=kept.get("due_on"),
        done_at=kept.get("done_at"),
    )
