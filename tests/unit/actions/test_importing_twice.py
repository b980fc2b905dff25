"""Whatever lists come: a second time they change nothing, and undone in turn they leave the roster as it was."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from models.actions.importing.undoing import undo
from models.rules.importing import Subject
from models.session import Database
from models.tables import Pairing
from tests.lists import (
    ENTERPRISES,
    NOW,
    OFFICIALS,
    PAIRINGS,
    Table,
    bring_in,
    credit_code,
    firms,
    leader,
    on_roster,
)

NAMES = ("安予诚", "白露", "程小满")
STAGES = st.sampled_from(["", "初创型", "成长期", "mature"])
REGIONS = st.sampled_from(["沈阳市", "大连", "219900", "沈阳市铁西区"])


@st.composite
def lists(draw: st.DrawFn) -> list[tuple[Subject, Table]]:
    """Return a list of each kind, the last of which fits the others."""
    posts = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["局长", "主任"]), min_size=1))
    cared = sorted(
        draw(
            st.dictionaries(st.integers(0, 8), st.tuples(st.text("甲乙丙", min_size=1), REGIONS, STAGES))
        ).items()
    )
    paired = draw(
        st.dictionaries(st.sampled_from([0, 1, 2, *(n for n, _ in cared)]), st.sampled_from(sorted(posts)))
    )
    return [
        (Subject.OFFICIALS, [OFFICIALS, *(leader(name, post=post) for name, post in posts.items())]),
        (
            Subject.ENTERPRISES,
            [ENTERPRISES, *((name, credit_code(n), where, stage) for n, (name, where, stage) in cared)],
        ),
        (Subject.PAIRINGS, [PAIRINGS, *((credit_code(n), name, "") for n, name in paired.items())]),
    ]


def test_twice_is_once_and_back_is_back(database: Database) -> None:
    bring_in(database, Subject.OFFICIALS, [OFFICIALS, leader("白露")])
    bring_in(database, Subject.ENTERPRISES, firms(0, 1, 2, stage="初创型"))

    @settings(max_examples=12, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(lists())
    def holds(tables: list[tuple[Subject, Table]]) -> None:
        before = on_roster(database)
        made = [bring_in(database, *each) for each in tables]
        after = on_roster(database)
        again = [bring_in(database, *each) for each in tables]
        assert [(each.created, each.changed, each.same) for each in again] == [
            (0, 0, len(table) - 1) for _, table in tables
        ]
        assert on_roster(database) == after
        for report in [*reversed(again), *reversed(made[2:])]:
            with database.transaction() as session:
                assert undo(session, report.import_id, key_id=None, now=NOW).left == []
        with database.transaction() as session:
            session.execute(delete(Pairing))  # ended ones keep enterprises and leaders on the roster
        for report in reversed(made[:2]):
            with database.transaction() as session:
                assert undo(session, report.import_id, key_id=None, now=NOW).left == []
        assert on_roster(database) == before

    holds()
