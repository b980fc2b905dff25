"""Pictures of the pages, for whoever reads a run: `artifacts/screenshots`, which a CI keeps (CONTRIBUTING.md).

Named by page, layout (`big` screen, `desk`, `pocket`, `print`) and colours, and written also where all is well:
`wall-desk-dark.png`. A test that fails leaves what
was on its screens then as `failed-NAME-OF-THE-TEST-1.png`.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, ConsoleMessage, Error, Page

FOLDER: Final = Path("artifacts") / "screenshots"
ROOT: Final = Path(__file__).parents[2]
SHORTLY: Final = 10_000
"""Milliseconds a picture of a failure may take: it must not hide the failure."""
_ABANDONED: Final = ("htmx:sendAbort", "htmx:afterRequest")
"""Of a request that a later one made needless htmx complains like this; of trouble it has further words."""
_COLOURS: Final = (
    "getComputedStyle(document.documentElement).colorScheme.trim() === 'dark' ? 'dark' : 'light'"
)
_LAYOUT: Final = """
matchMedia("print").matches ? "print" : innerWidth >= 1800 ? "big" : innerWidth <= 640 ? "pocket" : "desk"
"""


def keep(page: Page, name: str) -> Path:
    """Leave a picture of a page; return where it is."""
    folder = ROOT / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{name}-{page.evaluate(_LAYOUT)}-{page.evaluate(_COLOURS)}.png"
    page.screenshot(path=place, full_page=True)
    return place


@contextmanager
def untroubled(page: Page, *, may_be_refused: bool = False) -> Iterator[Page]:
    """Yield a page and close it; fail if a script of its went wrong or, unless it `may_be_refused`, complained."""
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))

    def note(said: ConsoleMessage) -> None:
        if said.type == "error" and not said.text.startswith(_ABANDONED):
            problems.append(said.text)

    if not may_be_refused:
        page.on("console", note)
    yield page
    if not problems:
        page.close()
    assert problems == [], problems


def forget_failures(root: Path, test: str) -> None:
    """Remove what an earlier run of a test left."""
    for old in (root / FOLDER).glob(f"{_named(test)}-*.png"):
        old.unlink()


def keep_failures(browser: Browser, root: Path, test: str) -> list[Path]:
    """Leave a picture of every page that is open, the newest last, and close it; return where they are."""
    pages = [page for context in browser.contexts for page in context.pages]
    kept: list[Path] = []
    for number, page in enumerate(pages, start=1):
        place = root / FOLDER / f"{_named(test)}-{number}.png"
        with suppress(Error):  # a page that has crashed has no picture
            page.screenshot(path=place, full_page=True, timeout=SHORTLY)
            kept.append(place)
        page.close()  # the next test that fails has pages of its own
    return kept


def _named(test: str) -> str:
    return "failed-" + re.sub(r"\W+", "-", test).strip("-")
