"""Links between the documents lead somewhere."""

import re
from pathlib import Path

from tests.architecture.tree import ROOT, files, source

LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


def test_every_relative_link_leads_to_a_file() -> None:
    dead = [
        f"{page}: {target}"
        for page in files(".", suffixes=(".md",))
        for target in LINK.findall(source(Path(page)))
        if not (ROOT / page.parent / target).exists()
    ]
    assert dead == []
