"""Ledgers through the API: columns and words, moments past, regions, pages that keep their moment, digests."""

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config import catalog
from handlers import gist
from models.actions import co_handling, declines, extensions, office, roster, standing, supervision, tickets
from models.actions.conversation import Words
from models.actions.tickets import Guess
from models.queries import ledger
from models.queries.people import enterprise, party
from models.queries.tickets import Actor
from models.rules.lifecycle import Role
from models.rules.numbers import ticket_id_of
from models.tables import Event, Ticket
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, Place, settle_in
from tests.lists import OFFICIALS, as_csv

STORY = "给沈阳铁西区管委会修路，2025年8月15日验收，合同编号HT-2025-015，欠工程尾款三百多万，一直不付"
TITLES = [
    "编号",
    "受理日期",
    "企业",
    "信用代码",
    "地区",
    "阶段",
    "诉求内容",
    "类型",
    "责任领导",
    "协办单位",
    "办理措施",
    "时限",
    "办结日期",
    "企业认可",
    "满意度",
    "销号日期",
    "是否反弹",
    "备注",
]
CLAIM = ["欠款单位", "单位性质", "欠款金额（元）", "逾期天数", "逾期利息（元）"]


def ticket(session: Session, number: str) -> Ticket:
    return session.get_one(Ticket, ticket_id_of(number))


def owner(session: Session, row: Ticket) -> Actor:
    return Actor(Role.OWNER, None, row.owner_id, row.owner_id)


def accept(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        row = ticket(session, number)
        entered = gist.entered(session, row, desk.clock())
        office.accept(session, row, owner(session, row), entered=entered, now=desk.clock())


def resolve(desk: Desk, number: str, words: str = "已协调付款") -> None:
    with desk.database.transaction() as session:
        row = ticket(session, number)
        office.resolve(session, row, owner(session, row), Words("text", words), now=desk.clock())


def confirm(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        row = ticket(session, number)
        tickets.confirm(session, row, Actor(Role.ENTERPRISE, row.person_id), now=desk.clock())


def rebound(desk: Desk, number: str) -> None:
    with desk.database.transaction() as session:
        row = ticket(session, number)
        actor = Actor(Role.ENTERPRISE, row.person_id)
        tickets.dispute(session, row, actor, Words("text", "又不付了"), now=desk.clock())


def another(desk: Desk, place: Place, words: str, code: str = "arrears") -> str:
    """A contact of the place asks for something more."""
    with desk.database.transaction() as session:
        who = party(session, f"o-owner-{SHENYANG}")
        assert who is not None
        guess = Guess(code, 0.9, None, is_sure=True)
        done = tickets.submit(session, who, Words("text", words), guess, title=words[:20], now=desk.clock())
    return done.number


def table(answer: httpx.Response) -> list[list[str]]:
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def line(desk: Desk, **params: Any) -> dict[str, str]:
    [titles, only] = table(desk.get("/ledgers/arrears.csv", **params))
    return dict(zip(titles, only, strict=True))


def digest_of(answer: httpx.Response) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(answer.content).digest()).decode()}:"


def test_a_ledger_reads_as_on_paper(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    number = another(desk, place, STORY)
    accept(desk, number)
    resolve(desk, number)
    assert table(desk.get("/ledgers/arrears.csv"))[0] == [*TITLES, *CLAIM]
    assert table(desk.get("/ledgers/policy.csv")) == [TITLES]
    assert line(desk) == {
        "编号": "拖欠账款〔2026〕1号",
        "受理日期": "2026-11-24",
        "企业": "云杉里机械",
        "信用代码": "",
        "地区": "沈阳市",
        "阶段": "成熟期",
        "诉求内容": STORY,
        "类型": "拖欠账款",
        "责任领导": "局长 安予诚",
        "协办单位": "",
        "办理措施": "已协调付款",
        "时限": "2026-12-15",
        "办结日期": "2026-11-24",
        "企业认可": "待确认",
        "满意度": "",
        "销号日期": "",
        "是否反弹": "否",
        "备注": "",
        "欠款单位": "沈阳铁西区管委会",
        "单位性质": "机关",
        "欠款金额（元）": "3000000.00至3999999.99",
        "逾期天数": "436",
        "逾期利息（元）": "654000.00至871999.99",
    }


def test_only_what_was_taken_on_is_in_a_ledger(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    assert desk.get("/ledgers/arrears").json()["items"] == []


def test_past_moments_stay_as_they_were(desk: Desk) -> None:
    number = settle_in(desk, SHENYANG).number
    moments: list[str] = []
    seen: list[bytes] = []
    for step in (accept, resolve, confirm, rebound):
        desk.clock.advance(timedelta(hours=1))
        step(desk, number)
        moments.append(desk.clock().isoformat())
        seen.append(b"".join(_asked(desk, moments[-1])))
    desk.clock.advance(timedelta(days=9))
    assert [b"".join(_asked(desk, moment)) for moment in moments] == seen
    assert len(set(seen)) == len(seen)
    told = [line(desk, as_of=moment) for moment in moments]
    assert [one["企业认可"] for one in told] == ["", "待确认", "认可", "不认可"]
    assert [one["销号日期"] for one in told] == ["", "", "2026-11-24", ""]
    assert [one["是否反弹"] for one in told] == ["否", "否", "否", "是"]
    assert told[-1]["备注"] == "反弹1次"


def _asked(desk: Desk, as_of: str) -> list[bytes]:
    tails = ("", ".csv", ".xlsx")
    return [desk.get(f"/ledgers/arrears{tail}", as_of=as_of).content for tail in tails]


def test_what_the_roster_said_then_is_shown(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    accept(desk, place.number)
    with desk.database.transaction() as session:
        who = party(session, f"o-owner-{SHENYANG}")
        assert who is not None
        firm = enterprise(session, place.enterprise)
        assert not standing.tell_stage(session, who, firm, "growing", now=desk.clock())  # the roster knows
        session.connection().exec_driver_sql("UPDATE enterprises SET stage = NULL")
        assert standing.tell_stage(session, who, firm, "startup", now=desk.clock())
    before = desk.clock().isoformat()
    desk.clock.advance(timedelta(hours=1))
    with desk.database.transaction() as session:
        assert standing.tell_stage(session, who, firm, "growing", now=desk.clock())
    assert [line(desk, as_of=before)["阶段"], line(desk)["阶段"]] == ["初创型", "成长期"]


def import_leaders(desk: Desk, *rows: Sequence[object]) -> None:
    answer = desk.send(
        *("POST", "/imports", desk.key()),
        content=as_csv([OFFICIALS, *rows]),
        headers={"content-type": "application/octet-stream"},
        params={"subject": "officials"},
    )
    assert (answer.status_code, answer.json()["changed"]) == (201, len(rows))


def test_past_ledgers_show_officials_under_the_posts_they_had(desk: Desk) -> None:
    """The leader and the unit that helps are given other posts: the ledger of last month stays, byte for byte."""
    place, office_ = settle_in(desk, SHENYANG), catalog.office_department()
    accept(desk, place.number)
    with desk.database.transaction() as session:
        helper = roster.add_official(
            *(session,),
            name="白露",
            post="处长",
            department="工信局",
            region=SHENYANG,
            kind="leader",
            now=desk.clock(),
        )
        row = ticket(session, place.number)
        co_handling.call_in(session, row, owner(session, row), helper.id, "核实", now=desk.clock())
    then = desk.clock().isoformat()
    before = _asked(desk, then)
    shown = desk.get("/ledgers/arrears").json()["items"][0]
    assert (shown["owner"]["post"], shown["co_handlers"][0]["post"]) == ("局长", "处长")
    for days, posts in ((20, ("主任", "副局长")), (40, ("厅长", "局长"))):
        desk.clock.advance(timedelta(days=days))
        import_leaders(
            desk,
            ("安予诚", posts[0], office_, "沈阳市", "领导", "", "3059"),
            ("白露", posts[1], "工信局", "沈阳市", "领导", "", ""),
        )
        today = desk.get("/ledgers/arrears").json()["items"][0]
        assert (today["owner"]["post"], today["co_handlers"][0]["post"]) == posts
        assert _asked(desk, then) == before
    between = (desk.clock() - timedelta(days=3)).isoformat()
    assert line(desk, as_of=between)["责任领导"] == "主任 安予诚"


def test_ticket_s_row_is_no_source_of_its_entry(desk: Desk) -> None:
    """Number, day of acceptance, enterprise, region and owner are the events', whatever somebody makes of the row."""
    place = settle_in(desk, SHENYANG)
    accept(desk, place.number)
    then = desk.clock().isoformat()
    before = _asked(desk, then)
    elsewhere = settle_in(desk, DALIAN)
    with desk.database.transaction() as session:
        session.execute(
            update(Ticket)
            .where(Ticket.id == ticket_id_of(place.number))
            .values(
                ledger_no=77,
                accepted_at=desk.clock() - timedelta(days=3),
                region=DALIAN,
                enterprise_id=elsewhere.enterprise,
                owner_id=elsewhere.official,
                title="别的事",
            )
        )
    assert _asked(desk, then) == before


def test_what_no_event_took_on_is_in_no_ledger(desk: Desk) -> None:
    """Whatever the row says; a page of nothing but such rows is no trouble either."""
    accept(desk, settle_in(desk, SHENYANG).number)
    with desk.database.transaction() as session:
        session.execute(update(Event).where(Event.verb == "accept").values(verb="warn"))
    assert desk.get("/ledgers/arrears").json()["items"] == []
    assert len(table(desk.get("/ledgers/arrears.csv"))) == 1
    assert desk.get("/ledgers/arrears.xlsx").status_code == 200


def test_day_means_its_end_in_china(desk: Desk) -> None:
    number = settle_in(desk, SHENYANG).number
    desk.clock.advance(timedelta(hours=13, minutes=30))  # past eleven in the evening there
    accept(desk, number)
    desk.clock.advance(timedelta(days=1))
    on = {day: len(desk.get("/ledgers/arrears", as_of=day).json()["items"]) for day in DAYS}
    assert on == {"2026-11-23": 0, "2026-11-24": 1}


DAYS = ("2026-11-23", "2026-11-24")


def test_moments_to_come_and_no_moments_are_refused(small_desk: Desk) -> None:
    desk = small_desk
    said = {
        "2026-11-24": "not-yet",
        "2999-01-01T00:00:00Z": "not-yet",
        "9999-12-31": "invalid",
        "0001-01-01T00:00:00+14:00": "invalid",
        "yesterday": "invalid",
    }
    for tail in ("", ".csv", ".xlsx"):
        for words, slug in said.items():
            answer = desk.get(f"/ledgers/ip{tail}", as_of=words)
            assert (answer.status_code, answer.json()["type"]) == (422, f"urn:liaison:{slug}"), words
        assert desk.get(f"/ledgers/nothing{tail}").status_code == 422
        assert desk.get(f"/ledgers/ip{tail}", page="1").status_code == 422


def test_keys_see_their_regions_only(desk: Desk) -> None:
    for region in (SHENYANG, DALIAN):
        accept(desk, settle_in(desk, region).number)
    theirs = {region: desk.key("viewer", region) for region in (SHENYANG, DALIAN)}
    for region, key in theirs.items():
        items = desk.get("/ledgers/all", key).json()["items"]
        assert [one["region"] for one in items] == [region]
        rows = table(desk.get("/ledgers/all.csv", key))[1:]
        assert [row[4] for row in rows] == [{SHENYANG: "沈阳市", DALIAN: "大连市"}[region]]
        book = zipfile.ZipFile(io.BytesIO(desk.get("/ledgers/all.xlsx", key).content))
        inside = "".join(book.read(name).decode() for name in book.namelist() if "sheets/" in name)
        other = {SHENYANG: "大连市", DALIAN: "沈阳市"}[region]
        assert other not in inside
    assert len(desk.get("/ledgers/all").json()["items"]) == 2
    assert desk.send("GET", "/ledgers/all").status_code == 401


def test_pages_keep_their_moment_and_miss_nothing(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    numbers = [place.number, *(another(desk, place, f"第{n}件", code) for n, code in enumerate(CODES))]
    for number in numbers:
        accept(desk, number)
    whole = desk.get("/ledgers/all").json()
    seen: list[dict[str, Any]] = []
    page = desk.get("/ledgers/all", limit=2).json()
    while True:
        seen += page["items"]
        assert page["as_of"] == whole["as_of"]
        if page["next"] is None:
            break
        desk.clock.advance(timedelta(minutes=5))
        late = another(desk, place, "后来的", "policy")
        accept(desk, late)
        page = desk.get("/ledgers/all", limit=2, after=page["next"]).json()
    assert seen == whole["items"]
    assert sorted(one["ticket"] for one in seen) == sorted(numbers)
    for after, as_of in ((cursor_of(desk), "2026-11-20"), ("AAAA", None)):
        params = {"after": after} | ({"as_of": as_of} if as_of else {})
        assert desk.get("/ledgers/all", **params).status_code == 422


CODES = ("policy", "policy", "policy", "chain", "other")


def cursor_of(desk: Desk) -> str:
    return str(desk.get("/ledgers/all", limit=1).json()["next"])


def test_digest_names_the_bytes(desk: Desk) -> None:
    accept(desk, settle_in(desk, SHENYANG).number)
    for tail in ("", ".csv", ".xlsx"):
        answer = desk.get(f"/ledgers/arrears{tail}")
        assert answer.headers["repr-digest"] == digest_of(answer)
        assert answer.headers["content-length"] == str(len(answer.content))


def test_no_cell_is_taken_for_a_formula(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    said = ["=1+1", "@SUM(A1)", "  -2", "＝1+1", "+86", "\ttab", "a=b"]
    for words in said:
        accept(desk, another(desk, place, words, "policy"))
    shown = [row[6] for row in table(desk.get("/ledgers/policy.csv"))[1:]]
    assert shown == [*("'" + words for words in said[:-1]), "a=b"]
    book = zipfile.ZipFile(io.BytesIO(desk.get("/ledgers/policy.xlsx").content))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "<t>=1+1</t>" in sheet


def test_workbook_is_ready_for_print(desk: Desk) -> None:
    accept(desk, settle_in(desk, SHENYANG).number)
    book = zipfile.ZipFile(io.BytesIO(desk.get("/ledgers/all.xlsx").content))
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 7
    assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 31, 0, 0, 0)}
    assert book.read("docProps/core.xml").decode().count(">2026-01-01T00:00:00Z<") == 2
    names = book.read("xl/workbook.xml").decode()
    assert 'name="拖欠账款"' in names
    assert "_xlnm.Print_Titles" in names
    plain = book.read(sheets[0]).decode()
    for wanted in ('state="frozen"', 'orientation="landscape"', 'paperSize="8"', 'fitToHeight="0"', "<cols>"):
        assert wanted in plain


def test_refused_and_written_off_cases_say_why(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    with desk.database.transaction() as session:
        row = ticket(session, place.number)
        grounds = declines.Grounds("justice", "已经由法院受理", "沈阳市中级人民法院")
        told = gist.entered(session, row, desk.clock())
        declines.decline(session, row, owner(session, row), grounds, entered=told, now=desk.clock())
    assert line(desk)["备注"] == "不予办理：已经由法院受理（建议渠道：沈阳市中级人民法院）"
    assert line(desk)["办理措施"] == "已经由法院受理"
    view = desk.get("/ledgers/arrears").json()["items"][0]
    assert (view["status"], view["refusal"]["channel"]) == ("declined", "沈阳市中级人民法院")


def test_events_from_before_give_the_same_ledger(desk: Desk) -> None:
    """What they lack is read off the ticket, its clocks and its words."""
    place = settle_in(desk, SHENYANG)
    number = another(desk, place, STORY)
    accept(desk, number)
    before = desk.clock().isoformat()
    desk.clock.advance(timedelta(hours=2))
    extend(desk, number, place)
    now = desk.clock().isoformat()
    new = [line(desk, as_of=moment) for moment in (before, now)]
    assert [one["时限"] for one in new] == ["2026-12-15", "2026-12-22"]
    assert new[1]["备注"] == "延期1次"
    with desk.database.transaction() as session:
        for event in session.scalars(select(Event)):
            new_facts = {"due", "ledger", "entered", "enterprise_id", "region"}
            event.data = {name: value for name, value in event.data.items() if name not in new_facts}
    assert [line(desk, as_of=moment) for moment in (before, now)] == new


def extend(desk: Desk, number: str, place: Place) -> None:
    """The desk asks for five more days, and a supervisor grants them."""
    with desk.database.transaction() as session:
        row = ticket(session, number)
        extensions.ask_extension(session, row, owner(session, row), 5, "等审计", now=desk.clock())
        above = Actor(Role.SUPERVISOR, None, place.official, signed="督查")
        extensions.grant(session, row, above, now=desk.clock())


def test_an_owner_then_and_now(desk: Desk) -> None:
    place = settle_in(desk, SHENYANG)
    accept(desk, place.number)
    before = desk.clock().isoformat()
    desk.clock.advance(timedelta(hours=1))
    with desk.database.transaction() as session:
        other = roster.add_official(
            session,
            name="邵其琛",
            post="副局长",
            department="工信局",
            region=SHENYANG,
            kind="leader",
            now=desk.clock(),
        )
        row = ticket(session, place.number)
        above = Actor(Role.SUPERVISOR, None, None, signed="督查")
        supervision.reassign(session, row, above, other.id, "分工调整", now=desk.clock())
    assert [line(desk, as_of=before)["责任领导"], line(desk)["责任领导"]] == ["局长 安予诚", "副局长 邵其琛"]
    assert line(desk)["备注"] == "改派1次"


def test_batches_lose_nothing(desk: Desk) -> None:
    """More entries than a batch holds: each once, in the order of the numbers."""
    place = settle_in(desk, SHENYANG)
    for n in range(7):
        accept(desk, another(desk, place, f"第{n}件", "ip"))
    with desk.database.reading() as session:
        asked = ledger.Asked("ip", desk.clock())
        whole = list(ledger.entries(session, asked))
        small = list(ledger.entries(session, asked, batch=3))
    assert [entry.place.number for entry in whole] == list(range(1, 8))
    assert small == whole
