"""The daily anchors hold the heads of patches: an end that was cut off, or written anew, is found and named."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from models.actions import patches
from models.actions.patch_chain import locked
from models.queries import proof
from models.rules.chain import PATCH_BLOCK, heads_of
from models.rules.patches import PatchVerb
from models.session import Database
from models.tables import AnchorBlock, Patch, PatchEvent
from tests.patching import Ground, ground
from tests.unit.models.stage import NOW
from tests.unit.models.test_proof import anchored, flaws

DAY = timedelta(days=1)


@pytest.fixture
def desk(database: Database) -> Ground:
    return ground(database)


def noted(desk: Ground, patch: int, note: str, *, day: int = 0) -> None:
    with desk.database.transaction() as session:
        row = locked(session, patch)
        patches.move(session, row, PatchVerb.PROGRESS, desk.supervisor, now=NOW + day * DAY, note=note)


def cut(session: Session, patch: int, seq: int) -> None:
    session.execute(delete(PatchEvent).where(PatchEvent.patch_id == patch, PatchEvent.seq >= seq))


def kept(desk: Ground) -> list[dict[int, int]]:
    """Which patches each anchor holds, and up to which event."""
    wanted = select(AnchorBlock.leaves).where(AnchorBlock.block == PATCH_BLOCK)
    with desk.database.reading() as session:
        rows = session.scalars(wanted.order_by(AnchorBlock.anchor_id)).all()
    return [{patch: seq for patch, (seq, _) in heads_of(each or b"").items()} for each in rows]


def test_anchor_holds_the_patches_that_have_changed(desk: Ground) -> None:
    anchored(desk.database)
    assert kept(desk) == []
    one, other = desk.open(), desk.open()
    noted(desk, one, "起草中")
    anchored(desk.database, days=1)
    anchored(desk.database, days=2)
    assert kept(desk) == [{one: 2, other: 1}], "nothing has changed since"
    noted(desk, other, "起草中", day=3)
    anchored(desk.database, days=3)
    assert kept(desk) == [{one: 2, other: 1}, {other: 2}]
    assert flaws(desk.database) == []


def test_end_that_was_cut_off_is_found_at_once_and_after_it_has_grown_again(desk: Ground) -> None:
    patch = desk.open()
    for note in ("一", "二"):
        noted(desk, patch, note)
    assert flaws(desk.database) == []
    anchored(desk.database)
    with desk.database.transaction() as session:
        cut(session, patch, 3)
    assert flaws(desk.database) == [(f"patch {patch}", 3, "missing")]
    noted(desk, patch, "另一个二", day=1)
    anchored(desk.database, days=1)
    noted(desk, patch, "三", day=2)
    anchored(desk.database, days=2)
    assert flaws(desk.database) == [(f"patch {patch}", 3, "resealed")]
    assert "2026-11-24" in str(proof.verify(desk.database).flaws[0])


def test_patch_that_vanished_is_found(desk: Ground) -> None:
    patch = desk.open()
    anchored(desk.database)
    with desk.database.transaction() as session:
        cut(session, patch, 1)
        session.execute(delete(Patch).where(Patch.id == patch))
    assert flaws(desk.database) == [(f"patch {patch}", 1, "missing")]


def test_heads_that_were_changed_to_fit_are_found(desk: Ground) -> None:
    patch = desk.open()
    noted(desk, patch, "一")
    anchored(desk.database)
    mine = AnchorBlock.block == PATCH_BLOCK
    with desk.database.transaction() as session:
        cut(session, patch, 2)
        session.execute(update(AnchorBlock).where(mine).values(leaves=None))
    assert flaws(desk.database) == [("patches", None, "altered")]
    with desk.database.transaction() as session:
        session.execute(text("DELETE FROM anchor_blocks WHERE block = -2"))
    assert flaws(desk.database) == [("anchor 2026-11-24", None, "altered")]
