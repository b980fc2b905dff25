"""Lists on the roster: all or nothing, twice is once, and back again; on each kind of database."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.actions import importing, roster, tickets
from models.actions.conversation import Words
from models.actions.importing.account import AT_ONCE
from models.actions.importing.undoing import UndoneAlready, undo
from models.actions.people import join, meet
from models.actions.tickets import Guess
from models.queries import recounting
from models.queries.people import party
from models.rules.importing import NoHeadings, Subject
from models.session import Database
from models.tables import Contact, Enterprise, EnterprisePast, Import, Official, OfficialPast, Pairing, Person
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
    rows_of,
    wrong,
)
from tests.unit.models.stage import staffed

SHENYANG = frozenset({"210100", "210106"})


def staff(database: Database, *more: Sequence[object]) -> None:
    bring_in(database, Subject.OFFICIALS, [OFFICIALS, leader("安予诚"), leader("白露", "住建局"), *more])


def back(database: Database, import_id: int) -> Import:
    with database.transaction() as session:
        return undo(session, import_id, key_id=None, now=NOW + timedelta(hours=1))


def counts(report: importing.Report) -> tuple[int, int, int]:
    return report.created, report.changed, report.same


def test_enterprises_come_once_however_often_the_list_does(database: Database) -> None:
    table = firms(*range(AT_ONCE + 2))
    assert counts(bring_in(database, Subject.ENTERPRISES, table)) == (AT_ONCE + 2, 0, 0)
    before = on_roster(database)
    assert len(before["enterprises"]) == AT_ONCE + 2
    assert counts(bring_in(database, Subject.ENTERPRISES, table)) == (0, 0, AT_ONCE + 2)
    assert on_roster(database) == before


def test_name_is_kept_letter_for_letter(database: Database) -> None:
    odd = "沈阳\"云杉\\里\"{1,'NULL'}😀机械"
    bring_in(database, Subject.ENTERPRISES, [ENTERPRISES, (odd, credit_code(1), "沈阳", "")])
    assert [row[1] for row in on_roster(database)["enterprises"]] == [odd]


def test_list_changes_what_it_says_otherwise_and_undoing_gives_it_back(database: Database) -> None:
    bring_in(database, Subject.ENTERPRISES, firms(1, 2, stage="初创型"))
    before = on_roster(database)
    table = [
        ENTERPRISES,
        ("新名", credit_code(1), "大连市", "成熟期"),
        ("云杉里2", credit_code(2), "沈阳", ""),
    ]
    report = bring_in(database, Subject.ENTERPRISES, table)
    assert counts(report) == (0, 1, 1)
    [first, second] = on_roster(database)["enterprises"]
    assert first[1:5] == ("新名", credit_code(1), "210200", "mature")
    assert second == before["enterprises"][1]
    row = back(database, report.import_id)
    assert (row.left_count, row.left) == (0, [])
    assert on_roster(database) == before


def test_what_a_list_changes_is_kept_for_ledgers_and_counted_anew(database: Database) -> None:
    staffed(database)
    bring_in(database, Subject.ENTERPRISES, firms(1, stage="初创型"))
    with database.transaction() as session:
        firm = session.scalars(select(Enterprise).where(Enterprise.name == "云杉里1")).one()
        person = meet(session, "o-1", now=NOW).person_id
        join(session, person, firm.id, name="林向晚", role="会计", now=NOW)
    with database.transaction() as session:
        who = party(session, "o-1")
        assert who is not None
        guess = Guess("arrears", 0.9, "policy", is_sure=True)
        tickets.submit(session, who, Words("text", "欠款"), guess, title="欠款", now=NOW)
    table = [ENTERPRISES, ("新名", credit_code(1), "沈阳市", "成熟期")]
    report = bring_in(database, Subject.ENTERPRISES, table)
    with database.reading() as session:
        assert [(row.name, row.stage) for row in session.scalars(select(EnterprisePast))] == [
            ("云杉里1", "startup")
        ]
        assert recounting.differences(session, NOW) == []
    back(database, report.import_id)
    with database.reading() as session:
        assert [row.name for row in session.scalars(select(EnterprisePast))] == ["云杉里1", "新名"]
        assert recounting.differences(session, NOW) == []


def test_stage_that_the_enterprise_told_stays(database: Database) -> None:
    bring_in(database, Subject.ENTERPRISES, firms(1))
    with database.transaction() as session:
        firm = session.scalars(select(Enterprise)).one()
        firm.stage, firm.stage_by = "growing", 1
    assert counts(bring_in(database, Subject.ENTERPRISES, firms(1, stage="成熟期"))) == (0, 0, 1)
    assert on_roster(database)["enterprises"][0][4] == "growing"


@pytest.mark.parametrize(
    ("table", "faults"),
    [
        (firms(1, 2, 1), [(4, "统一社会信用代码", "repeated")]),
        (
            [*firms(*range(AT_ONCE)), ("另一名", credit_code(3), "沈阳市", "")],
            [(AT_ONCE + 2, "统一社会信用代码", "repeated")],
        ),
        (
            [*firms(1), ("", "x", "沈阳市", ""), *firms(2)[1:], ("名", credit_code(9), "铁西区", "")],
            [
                (3, "企业名称", "missing"),
                (3, "统一社会信用代码", "credit-code"),
                (5, "地区", "ambiguous-region"),
            ],
        ),
    ],
    ids=["twice in a batch", "twice in the list", "wrong in themselves"],
)
def test_one_fault_and_nothing_of_the_list_is_taken(
    database: Database, table: Table, faults: list[tuple[int, str, str]]
) -> None:
    bring_in(database, Subject.ENTERPRISES, firms(77))
    before = on_roster(database)
    assert wrong(database, Subject.ENTERPRISES, table) == faults
    assert on_roster(database) == before
    with database.reading() as session:
        assert len(session.scalars(select(Import)).all()) == 1


def test_rehearsal_says_what_an_import_does(database: Database) -> None:
    bring_in(database, Subject.ENTERPRISES, firms(1, 2))
    table = firms(1, 3, stage="成长期")
    with database.reading() as session:
        origin = importing.Origin("f", "0" * 64)
        told = importing.rehearse(session, Subject.ENTERPRISES, rows_of(table), origin, now=NOW)
    assert counts(told) == (1, 1, 0)
    assert len(on_roster(database)["enterprises"]) == 2
    assert counts(bring_in(database, Subject.ENTERPRISES, table)) == counts(told)


def test_titles_before_the_headings_do_not_matter_and_a_list_without_them_is_none(database: Database) -> None:
    titled = [("包保企业名单",), ("", ""), *firms(1), ("合格", "x", "沈阳市", "")]
    assert wrong(database, Subject.ENTERPRISES, titled) == [(5, "统一社会信用代码", "credit-code")]
    assert counts(bring_in(database, Subject.ENTERPRISES, titled[:4])) == (1, 0, 0)
    for table in ([], [("名称", "代码")] * 9):
        with pytest.raises(NoHeadings):
            bring_in(database, Subject.ENTERPRISES, table)


def test_aides_find_their_leader_wherever_the_leader_stands(database: Database) -> None:
    aide = ("程小满", "处长", "工信局", "沈阳市", "联络员", "安予诚", "0059")
    other = ("程小满", "处长", "住建局", "沈阳市", "联络员", "安予诚", "")
    table = [OFFICIALS, aide, other, leader("安予诚"), leader("安予诚", "住建局")]
    assert counts(bring_in(database, Subject.OFFICIALS, table)) == (4, 0, 0)
    rows = {(row[1], row[3]): row for row in on_roster(database)["officials"]}
    for department in ("工信局", "住建局"):
        assert rows["程小满", department][6] == rows["安予诚", department][0]
    assert rows["程小满", "工信局"][5:8] == ("aide", rows["安予诚", "工信局"][0], "0059")
    assert counts(bring_in(database, Subject.OFFICIALS, table)) == (0, 0, 4)


def test_officials_a_list_may_not_touch(database: Database) -> None:
    staff(database, leader("贺年"))
    with database.transaction() as session:
        session.scalars(select(Official).where(Official.name == "贺年")).one().is_active = False
        twin = session.scalars(select(Official).where(Official.name == "白露")).one()
        twins = {c: getattr(twin, c) for c in ("name", "post", "department", "region", "kind", "created_at")}
        session.add(Official(**twins))
    table = [
        OFFICIALS,
        leader("贺年"),
        leader("白露", "住建局"),
        ("安予诚", "局长", "工信局", "沈阳市", "督查", "", ""),
        ("新人", "处长", "工信局", "沈阳市", "联络员", "白露", ""),
        ("新人二", "处长", "工信局", "沈阳市", "联络员", "无此人", ""),
    ]
    assert wrong(database, Subject.OFFICIALS, table) == [
        (2, "姓名", "has-left"),
        (3, "姓名", "ambiguous-official"),
        (4, "身份", "kind-differs"),
        (5, "责任领导", "ambiguous-leader"),
        (6, "责任领导", "no-such-leader"),
    ]


def test_post_and_last_digits_follow_the_list_and_go_back(database: Database) -> None:
    staff(database)
    before = on_roster(database)
    table = [OFFICIALS, ("安予诚", "主任", "工信局", "沈阳市", "", "", "3059")]
    report = bring_in(database, Subject.OFFICIALS, table)
    assert counts(report) == (0, 1, 0)
    assert on_roster(database)["officials"][0][2:8] == ("主任", "工信局", "210100", "leader", None, "3059")
    back(database, report.import_id)
    assert on_roster(database) == before


def pairs(*numbers: int, name: str = "安予诚", department: str = "") -> Table:
    return [PAIRINGS, *((credit_code(n), name, department) for n in numbers)]


def test_pairings_fill_the_free_slots_up_to_twenty(database: Database) -> None:
    staff(database)
    bring_in(database, Subject.ENTERPRISES, firms(*range(22)))
    first = bring_in(database, Subject.PAIRINGS, pairs(*range(19)))
    assert counts(first) == (19, 0, 0)
    assert wrong(database, Subject.PAIRINGS, pairs(*range(22))) == [
        (22, "责任领导", "too-many-pairings"),
        (23, "责任领导", "too-many-pairings"),
    ]
    with database.transaction() as session:
        seventh = session.scalars(select(Pairing).where(Pairing.slot == 7)).one()
        roster.unpair(session, seventh.id, now=NOW)
    assert counts(bring_in(database, Subject.PAIRINGS, pairs(19, 20))) == (2, 0, 0)
    with database.reading() as session:
        slots = session.scalars(select(Pairing.slot).where(Pairing.ended_at.is_(None)))
        assert sorted(slot or 0 for slot in slots) == list(range(1, 21))


def test_pairings_that_cannot_be(database: Database) -> None:
    staff(database, leader("安予诚", "住建局"))
    bring_in(database, Subject.ENTERPRISES, firms(1, 2))
    bring_in(database, Subject.PAIRINGS, pairs(1, name="白露"))
    table = [
        *pairs(1, department="工信局"),
        *pairs(2)[1:],
        *pairs(3, name="白露")[1:],
        *pairs(2, name="谁")[1:],
    ]
    assert wrong(database, Subject.PAIRINGS, table) == [
        (2, "统一社会信用代码", "already-paired"),
        (3, "责任领导", "ambiguous-leader"),
        (4, "统一社会信用代码", "no-such-enterprise"),
        (5, "统一社会信用代码", "repeated"),
    ]


def test_key_of_a_region_imports_there_only_and_learns_nothing(database: Database) -> None:
    staff(database)
    bring_in(database, Subject.ENTERPRISES, firms(1, region="大连市"))
    mine = {"region": "210100", "regions": SHENYANG}
    table = [*firms(1), *firms(2, region="大连市")[1:], *firms(3)[1:]]
    assert wrong(database, Subject.ENTERPRISES, table, **mine) == [
        (2, "统一社会信用代码", "credit-code-taken"),
        (3, "地区", "other-region"),
    ]
    assert wrong(database, Subject.PAIRINGS, pairs(1), **mine) == [
        (2, "统一社会信用代码", "no-such-enterprise")
    ]
    assert counts(bring_in(database, Subject.ENTERPRISES, firms(3), **mine)) == (1, 0, 0)
    there = frozenset({"210200"})
    assert wrong(database, Subject.PAIRINGS, pairs(1), region="210200", regions=there) == [
        (2, "责任领导", "no-such-leader")
    ]


def test_undoing_leaves_what_something_hangs_on_and_names_it(database: Database) -> None:
    staff(database)
    report = bring_in(database, Subject.ENTERPRISES, firms(1, 2, 3, 4))
    bring_in(database, Subject.PAIRINGS, pairs(1))
    bring_in(database, Subject.ENTERPRISES, firms(3, stage="成长期"))
    with database.transaction() as session:
        person = Person(openid="o", created_at=NOW, seen_at=NOW)
        session.add(person)
        session.flush()
        firm = session.scalars(select(Enterprise).where(Enterprise.credit_code == credit_code(4))).one()
        session.add(Contact(person_id=person.id, enterprise_id=firm.id, since=NOW))
    row = back(database, report.import_id)
    stay = [(one["name"], one["why"]) for one in row.left or []]
    assert stay == [("云杉里1", "in-use"), ("云杉里3", "changed-since"), ("云杉里4", "in-use")]
    assert (row.left_count, row.undone_at) == (3, NOW + timedelta(hours=1))
    assert [firm[1] for firm in on_roster(database)["enterprises"]] == ["云杉里1", "云杉里3", "云杉里4"]
    with pytest.raises(UndoneAlready):
        back(database, report.import_id)


def test_undoing_keeps_what_was_changed_again(database: Database) -> None:
    bring_in(database, Subject.ENTERPRISES, firms(1))
    second = bring_in(database, Subject.ENTERPRISES, firms(1, stage="成长期"))
    bring_in(database, Subject.ENTERPRISES, firms(1, stage="成熟期"))
    row = back(database, second.import_id)
    assert [(one["name"], one["why"]) for one in row.left or []] == [("云杉里1", "changed-since")]
    assert on_roster(database)["enterprises"][0][4] == "mature"


def test_lists_taken_back_last_first_leave_nothing(database: Database) -> None:
    """What the roster said meanwhile is kept for ledgers; of somebody who stands in none it goes too."""
    for subject, lists in (
        (Subject.ENTERPRISES, [firms(1), firms(1, stage="成长期")]),
        (Subject.OFFICIALS, [[OFFICIALS, leader("安予诚", post=post)] for post in ("局长", "主任")]),
    ):
        made = [bring_in(database, subject, table) for table in lists]
        for report in reversed(made):
            assert back(database, report.import_id).left_count == 0
    assert on_roster(database) == {"officials": [], "enterprises": [], "pairings": []}
    with database.reading() as session:
        assert session.scalars(select(EnterprisePast)).all() == []
        assert session.scalars(select(OfficialPast)).all() == []


def test_undoing_officials_takes_aides_before_leaders(database: Database) -> None:
    aide = ("程小满", "处长", "工信局", "沈阳市", "联络员", "安予诚", "")
    first = bring_in(database, Subject.OFFICIALS, [OFFICIALS, leader("安予诚"), leader("白露"), aide])
    second = bring_in(database, Subject.OFFICIALS, [OFFICIALS, (*aide[:2], "住建局", *aide[3:])])
    row = back(database, first.import_id)
    assert [(one["name"], one["why"]) for one in row.left or []] == [("安予诚", "in-use")]
    assert [(row[1], row[3]) for row in on_roster(database)["officials"]] == [
        ("安予诚", "工信局"),
        ("程小满", "住建局"),
    ]
    assert back(database, second.import_id).left == []


def test_undoing_pairings_ends_them_and_names_those_that_had_ended(database: Database) -> None:
    staff(database)
    bring_in(database, Subject.ENTERPRISES, firms(1, 2))
    before = on_roster(database)
    report = bring_in(database, Subject.PAIRINGS, pairs(1, 2))
    with database.transaction() as session:
        first = session.scalars(select(Pairing).order_by(Pairing.id)).first()
        assert first is not None
        roster.unpair(session, first.id, now=NOW)
    row = back(database, report.import_id)
    assert [(one["name"], one["why"]) for one in row.left or []] == [("云杉里1", "ended-since")]
    assert on_roster(database) == before
    assert counts(bring_in(database, Subject.PAIRINGS, pairs(1, 2))) == (2, 0, 0)
