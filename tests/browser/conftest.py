"""A real browser: Debian's chromium. Where it is missing, `tests/conftest.py` says so."""

from collections.abc import Generator, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.pictures import forget_failures, keep_failures
from tests.conftest import CHROMIUM

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

if not CHROMIUM.exists():
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One chromium a file: while it runs, its event loop occupies this thread."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """Pages know nothing of databases; flows and contracts meet both kinds."""
    return sqlite_url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Leave a picture of what was on the screens when a test failed, before they are closed."""
    report = yield
    root, browser = item.config.rootpath, item.funcargs.get("browser")
    if call.when == "setup":
        forget_failures(root, item.name)
    if report.failed and isinstance(browser, Browser):
        kept = keep_failures(browser, root, item.name)
        report.sections.append(("Screenshots", "\n".join(str(each) for each in kept)))
    return report
