"""`liaison import …` as an operator types it: what it prints, what it refuses, the bar at a terminal."""

import io
from pathlib import Path

from rich.console import Console

from bot import sheets
from bot.importing import progress
from models.rules.importing import Subject
from models.session import Database
from tests.lists import as_csv, as_workbook, firms, on_roster
from tests.unit.bot.test_cli import Liaison, liaison

__all__ = ["liaison"]


def enterprises(url: str) -> list[str]:
    database = Database(url)
    found = [row[1] for row in on_roster(database)["enterprises"]]
    database.dispose()
    return found


def test_list_is_rehearsed_imported_repeated_and_taken_back(
    liaison: Liaison, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "firms.xlsx"
    file.write_bytes(as_workbook(firms(1, 2)))

    def typed(*words: str) -> tuple[int, str, str]:
        ran = liaison("import", *words, LIAISON_DATABASE_URL=database_url)
        return ran.code, ran.out, ran.err

    dry = "Nothing was changed; it would be 2 new, 0 changed, 0 as they were.\n"
    assert typed("enterprises", str(file), "--dry-run") == (0, dry, "")
    assert enterprises(database_url) == []
    code, out, err = typed("enterprises", str(file))
    assert (code, out.partition(": ")[2], err) == (0, "2 new, 0 changed, 0 as they were.\n", "")
    first = out.split()[1].rstrip(":")
    assert enterprises(database_url) == ["云杉里1", "云杉里2"]
    code, out, err = typed("enterprises", str(file))
    assert (code, out.partition(": ")[2], err) == (0, "0 new, 0 changed, 2 as they were.\n", "")
    assert typed("undo", first) == (0, f"Import {first} is taken back; 0 of it stay.\n", "")
    assert enterprises(database_url) == []
    assert typed("undo", first) == (1, "", f"Import {first} was taken back before.\n")
    assert typed("undo", "999") == (2, "", "There is no import 999.\n")


def test_faults_are_printed_a_line_each_and_nothing_is_changed(
    liaison: Liaison, sqlite_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "firms.csv"
    file.write_bytes(as_csv([*firms(1), ("[red]", "", "火星", "")]))
    for more in ((), ("--dry-run",)):
        ran = liaison("import", "enterprises", str(file), *more, LIAISON_DATABASE_URL=sqlite_url)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.splitlines() == [
            "row 3, 统一社会信用代码: is empty",
            "row 3, 地区: names no region: a code such as 210100, or a name",
            "2 faults in 2 rows. Nothing was changed.",
        ]
    assert enterprises(sqlite_url) == []


def test_file_that_is_no_list_is_explained(liaison: Liaison, sqlite_url: str, tmp_path: Path) -> None:
    for content, words in ((b"\xff\xff", "in neither UTF-8"), (b"a,b\n", "no row with the headings")):
        file = tmp_path / "x.csv"
        file.write_bytes(content)
        ran = liaison("import", "pairings", str(file), LIAISON_DATABASE_URL=sqlite_url)
        assert (ran.code, ran.out) == (2, "")
        assert words in ran.err
        assert "Traceback" not in ran.err


def test_bar_is_shown_at_a_terminal_and_never_in_a_pipe() -> None:
    content = as_csv(firms(*range(1500)))
    for is_terminal in (True, False):
        shown = io.StringIO()
        console = Console(file=shown, force_terminal=is_terminal, width=80)
        with progress(sheets.opened(io.BytesIO(content)), Subject.ENTERPRISES, console) as rows:
            assert len(list(rows())) == 1501
        assert ("100%" in shown.getvalue()) is is_terminal
        assert ("enterprises" in shown.getvalue()) is is_terminal
