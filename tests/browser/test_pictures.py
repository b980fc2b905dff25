"""What a browser test leaves for whoever reads the run: also where it fails, before its pages are closed."""

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.pictures import FOLDER, ROOT, keep

FAILING = """
import pytest

@pytest.mark.parametrize("colour", ["red"])
def test_that_fails(browser, colour):
    page = browser.new_page()
    page.goto(f"data:text/html,<body style='background:{colour}'>")
    assert page.title() == "something else"

@pytest.fixture
def troubled(browser):
    page = browser.new_page()
    yield page
    assert page.title() == "at the end"

def test_that_ends_badly(troubled):
    troubled.goto("data:text/html,<title>at first</title>")

def test_that_is_well_now(browser):
    browser.new_page().close()
"""
CONFTEST = (
    "from tests.browser.conftest import *\nfrom tests.browser.conftest import pytest_runtest_makereport\n"
)
PNG = b"\x89PNG"


def test_test_that_fails_leaves_what_was_on_its_screens(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_them.py").write_text(FAILING, encoding="utf-8")
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    (folder / "failed-test_that_is_well_now-1.png").write_bytes(PNG)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-c"]
    ran = subprocess.run(
        [*command, "/dev/null", f"--rootdir={tmp_path}", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "1 failed, 2 passed, 1 error" in ran.stdout, ran.stdout + ran.stderr
    left = sorted(each.name for each in folder.iterdir())
    assert left == ["failed-test_that_ends_badly-1.png", "failed-test_that_fails-red-1.png"]
    for name in left:
        assert str(folder / name) in ran.stdout
        assert (folder / name).read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("width", "layout"), [(1920, "big"), (1280, "desk"), (390, "pocket"), (1280, "print")]
)
def test_picture_is_named_by_page_layout_and_colours(browser: Browser, width: int, layout: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 200})
    page.set_content("<style>@media (prefers-color-scheme: dark) {:root {color-scheme: dark}}</style>")
    page.emulate_media(media="print" if layout == "print" else "screen", color_scheme="dark")
    kept = keep(page, "example")
    page.close()
    assert kept == ROOT / FOLDER / f"example-{layout}-dark.png"
    assert kept.read_bytes().startswith(PNG)
    kept.unlink()
