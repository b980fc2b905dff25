"""What goes in and out of `/imports`: shapes only."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.web.api.fields import LongName, Shown
from models.actions.importing import Report
from models.actions.importing.undoing import Why
from models.queries.imports import Found
from models.rules.faults import Fault, Wrong
from models.rules.importing import Subject


class Asked(BaseModel):
    """What the body is a list of, and whether it is meant."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    subject: Annotated[Subject, Field(description="What the list is of.")]
    dry_run: Annotated[bool, Field(description="Say what would happen; change nothing.")] = False
    file_name: Annotated[LongName | None, Field(description="For a body that is the file itself.")] = None


class Sent(BaseModel):
    """An import as it is recognised when it comes again with its `Idempotency-Key`."""

    asked: Asked
    file_name: str
    file_digest: str


class FaultView(Shown):
    """One thing that is wrong with the list, and where."""

    row: int = Field(description="As a spreadsheet counts.", examples=[3])
    column: str = Field(description="The template's heading.", examples=["credit_code"])
    wrong: Wrong
    says: str = Field(examples=["is empty"])

    @classmethod
    def of(cls, fault: Fault) -> Self:
        """Return the view of a fault."""
        return cls(row=fault.row, column=fault.column, wrong=fault.wrong, says=fault.says)


class Rehearsal(Shown):
    """What an import would do. `faults` are the first of `fault_count`; with any, nothing would change."""

    rows: int = Field(examples=[9340])
    created: int = Field(examples=[9338])
    changed: int
    same: int
    fault_count: int
    faults: list[FaultView]
    ignored: list[str] = Field(description="Headings nobody reads.")

    @classmethod
    def of(cls, report: Report) -> Self:
        """Return the view of a report."""
        return cls(
            rows=report.rows,
            created=report.created,
            changed=report.changed,
            same=report.same,
            fault_count=report.fault_count,
            faults=[FaultView.of(fault) for fault in report.faults],
            ignored=list(report.ignored),
        )


class Left(Shown):
    """What an undoing could not take back."""

    id: int
    name: str
    why: Why


class ImportView(Shown):
    """One list that was imported, and what became of it. `left` are the first of `left_count`."""

    id: int
    subject: Subject
    file_name: str = Field(examples=["enterprises.xlsx"])
    file_digest: str = Field(description="SHA-256, hexadecimal.")
    at: datetime
    by: str | None = Field(description="The key's name, null if at the machine itself.")
    rows: int
    created: int
    changed: int
    same: int
    undone_at: datetime | None
    undone_by: str | None
    left_count: int | None = Field(description="So much an undoing could not take back; null before it.")
    left: list[Left] | None

    @classmethod
    def of(cls, found: Found) -> Self:
        """Return the view of an import and the names of its keys."""
        row, by, undone_by = found
        names = {"by": by, "undone_by": undone_by}
        fields = [name for name in cls.model_fields if name not in names]
        return cls(**{name: getattr(row, name) for name in fields}, **names)
