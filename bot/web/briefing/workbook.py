"""The briefing as a workbook: one sheet that prints on one page, in which texts stay texts."""

import io
from collections.abc import Iterable, Sequence
from typing import Final

from bot.web.briefing.words import (
    about,
    line,
    more,
    on,
    patch_line,
    percent,
    region_name,
    stage_name,
    whose,
)
from handlers import say
from models.queries.briefing import Briefing, Cared, Requests, Unsolved
from models.rules.numbers import number_of

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_A4: Final = 9
_WIDTHS: Final = (12, 30, 14, 10, 12, 10, 10)

_REQUESTS: Final = ("type", "received", "done", "rate", "confirmed", "overdue", "rebounded")
_FIRMS: Final = ("place", "enterprise", "region", "stage", "visits", "received", "done")
_CASES: Final = ("number", "case", "enterprise", "type", "came", "due")

Cells = Sequence[str | int]


def workbook(shown: Briefing) -> bytes:
    """Return the whole workbook."""
    import xlsxwriter  # noqa: PLC0415 -- 5 MB that only a workbook needs

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    # The same content is the same file: the moment is the briefing's own.
    book.set_properties({"created": shown.as_of.replace(tzinfo=None)})
    sheet = book.add_worksheet(say.BRIEFING["title"])
    sheet.set_paper(_A4)
    sheet.set_portrait()
    sheet.fit_to_pages(1, 1)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    head = book.add_format({"bold": True, "border": 1, "bg_color": "#E8E8E8"})
    cell, plain = book.add_format({"border": 1, "text_wrap": True}), book.add_format({})
    title = book.add_format({"bold": True, "font_size": 16})
    formats = {"title": title, "head": head, "cell": cell, "plain": plain}
    for row, (style, cells) in enumerate(_lines(shown)):
        for column, value in enumerate(cells):
            write = sheet.write_number if isinstance(value, int) else sheet.write_string
            write(row, column, value, formats[style])
    book.close()
    return file.getvalue()


def _lines(shown: Briefing) -> Iterable[tuple[str, Cells]]:
    words = say.BRIEFING
    who = shown.official
    yield "title", [words["title"]]
    yield "plain", [words["official"], f"{who.post} {who.name}", words["department"], who.department]
    span = f"{on(shown.period.since)} — {on(shown.period.until)}"
    yield "plain", [words["period"], span, words["as_of"], on(shown.as_of)]
    yield "plain", [line(shown)]
    yield "plain", []
    yield "head", [words[key] for key in _REQUESTS]
    for part in (*shown.requests, shown.total):
        yield "cell", _counted(part)
    yield "plain", []
    yield "head", [words[key] for key in _FIRMS]
    for place, firm in enumerate(shown.enterprises, start=1):
        yield "cell", [place, *_cared_for(firm)]
    yield "plain", []
    yield "head", [words[key] for key in _CASES]
    for case in shown.unsolved:
        yield "cell", _in_work(case)
    yield "plain", [more(shown)]
    yield "plain", [words["patches"], *([] if shown.patches else [words["no_patches"]])]
    for each in shown.patches:
        yield "plain", [patch_line(each)]


def _counted(part: Requests) -> Cells:
    name = say.BRIEFING["total"] if part.type == "all" else say.type_name(part.type)
    counts = (part.confirmed, part.overdue, part.rebounded)
    return [name, part.received, part.done, percent(part.rate), *counts]


def _cared_for(firm: Cared) -> Cells:
    counts = (firm.visits, firm.received, firm.done)
    return [firm.name, region_name(firm.region), stage_name(firm.stage), *counts]


def _in_work(case: Unsolved) -> Cells:
    dates = (on(case.created_at), on(case.due_at))
    return [number_of(case.id), about(case), whose(case), say.type_name(case.type), *dates]
