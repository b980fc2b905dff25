"""A catalogue with a fault is refused, by a message that names file, entry and fault."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import config.catalog
from config.catalog import CatalogError
from config.catalog.calling import load_call_habits, load_phrase_words
from config.catalog.casework import load_declines, load_units
from config.catalog.columns import load_columns
from config.catalog.festivals import load_festivals
from config.catalog.ledgers import load_ledger_form
from config.catalog.loading import load_duties, load_number_formats, load_types
from config.catalog.manners import load_manners
from config.catalog.payments import load_payment_law
from config.catalog.places import Gazetteer, load_regions
from config.catalog.roster import load_roster
from config.catalog.timetable import load_clocks, load_notices

SHIPPED = Path(str(config.catalog.__file__)).parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped catalogues that a test may spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "catalog", ignore=shutil.ignore_patterns("*.py*")))


def spoil(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


LOADERS: dict[str, Callable[[Path], object]] = {
    "types.yaml": lambda folder: (load_types(folder), load_number_formats(folder)),
    "regions.yaml": load_regions,
    "duties.yaml": load_duties,
    "clocks.yaml": load_clocks,
    "calendar.yaml": load_notices,
    "declines.yaml": load_declines,
    "units.yaml": load_units,
    "manners.yaml": load_manners,
    "demo/roster.yaml": load_roster,
    "calls.yaml": load_call_habits,
    "phrases.yaml": load_phrase_words,
    "payment.yaml": load_payment_law,
    "festivals.yaml": load_festivals,
    "ledger.yaml": load_ledger_form,
    "imports.yaml": load_columns,
}

FAULTS = {
    "ledger.yaml": [
        ("key: remarks", "key: number", "ledger.yaml: column number occurs twice"),
        ("key: debtor,", "key: number,", "extra[1] (arrears): column number occurs twice"),
        ("type: arrears", "type: wages", "unknown type wages"),
        ("width: 22", "width: 0", "columns[1] (number): width must be a whole number from 1, not 0"),
        ("  awaited: 待确认\n", "", "words: awaited must be a text, not None"),
        ("{type}台账（", "台账（", "ledger.yaml"),
    ],
    "imports.yaml": [
        ("[姓名, 干部姓名, 领导姓名, name]", "[]", "officials[1]: a column needs a heading"),
        ("headings: [职务, 职位", "headings: [姓名, 职位", "heading 姓名 occurs twice"),
        ("code: aide", "code: maid", "kinds[2] (maid): code must be one of leader, aide, supervisor"),
        ("words: [成长期", "words: [初创型, 成长期", "stages 初创型 occurs twice"),
        ("optional: true", "needed: false", "unknown key needed"),
    ],
    "payment.yaml": [
        ("[organ, institution]", "[organ, bank]", "terms[1]: 'bank' is not a valid DebtorKind"),
        ("days: 30", "days: 0", "terms[1]: days must be a whole number from 1, not 0"),
        ("at_most: 60", "at_most: 20", "terms[1]: at_most must be a whole number from 30, not 20"),
        ('daily: "0.0005"', 'daily: "5e"', "interest[1]: daily must be a share such as 0.0005"),
        ('daily: "0.0005"', 'daily: "5"', "interest[1]: daily must be a share such as 0.0005"),
        ('daily: "0.0005"', 'daily: "NaN"', "interest[1]: daily must be a share such as 0.0005"),
        ("2025-05-31", "2020-05-31", "terms[3]: effective_to lies before effective_from"),
        ("terms:", "term: 5\nterms:", "unknown key term"),
        ("clause: 第九条", "clause: 9", "terms[1]: clause must be a text, not 9"),
    ],
    "festivals.yaml": [
        ('yearly: "01-01"', 'yearly: "13-01"', "festivals[2] (元旦): yearly must be a month and a day"),
        ('yearly: "01-01"', "", "festivals[2] (元旦): give either yearly or days"),
        ("words: [元旦, 新年]", "words: []", "festivals[2] (元旦): words must name it"),
        (
            "2026-02-17, 2027-02-06",
            "2027-02-06, 2026-02-17",
            "festivals[1] (春节): days must be in their order",
        ),
        ("festivals:", "feasts: 1\nfestivals:", "unknown key feasts"),
    ],
    "manners.yaml": [
        ("  seconds: 60", "  seconds: 0", "gathering: seconds must be a whole number from 1, not 0"),
        ("longest_seconds: 300", "longest_seconds: 30", "longest_seconds must not be less than seconds"),
        ("shown_from: 5", "shown_form: 5", "ratings: unknown key shown_form"),
        ("gathering:", "held:\n  x: 1\ngathering:", "unknown key held"),
    ],
    "types.yaml": [
        ("code: ip", "code: policy", "type policy occurs twice"),
        ("code: other", "code: rest", "the type other is missing"),
        ("name: 知识产权", "nmae: 知识产权", "types[5] (ip): unknown key nmae"),
        ("name: 知识产权", "name: 5", "types[5] (ip): name must be a text, not 5"),
        ("name: 知识产权", 'name: " "', "types[5] (ip): name must be a text, not ' '"),
        ("[政策,", "[2025-01-01,", "types[1] (policy): aliases must be a list of texts"),
        ("types:", "types: [1]\n_:", "unknown key _"),
        ("{n}号", "{m}号", "ledger must have the places n, type, year, not m, type, year"),
        ("{n}号", "{n号", "numbers: ledger: expected '}' before end of string"),
    ],
    "regions.yaml": [
        ('"210181"', "210181", "counties[13] (210181): code must be a text, not 210181"),
        ('"210181"', '"21018"', "code must be six digits, not '21018'"),
        ('"210181"', '"210281"', "210281 does not lie in 210100"),
        ('"210124"', '"210123"', "code 210123 occurs twice"),
        ("aliases: [新民市]", "aliases: [大连]", "alias 大连 occurs twice"),
    ],
    "duties.yaml": [
        ("type: ip", "type: chain", "no department for ip"),
        ("type: ip", "type: tax", "duties[5] (tax): unknown type tax"),
    ],
    "clocks.yaml": [
        ("name: accept", "name: adopt", "rules[1] (adopt): name must be one of accept, first_contact"),
        ("length: 10\n", "length: 0\n", "rules[5] (forward): length must be a whole number from 1, not 0"),
        ("length: 10\n", "length: yes\n", "length must be a whole number from 1, not True"),
        ("length: 10\n", "length: 400\n", "length must be at most 366 days, not 400"),
        ("cap: 90", "cap: 20", "rules[6] (answer): cap must be a whole number from 30, not 20"),
        ("    approver: 部门负责人\n", "", "cap, approver and extensions belong together"),
        ("extensions: 2", "extensions: 9", "rules[3] (result): extensions must be at most 3, not 9"),
        ("    pausable: false", "    pausable: no way", "pausable must be true or false, not 'no way'"),
        ('opens: "08:30:00"', 'opens: "17:30:00"', "warnings: closes 17:30:00 is not after opens 17:30:00"),
        ("proof_hours: 4", "proof_hours: 0", "warnings: proof_hours must be a whole number from 1, not 0"),
        ("longest: 60", "longest: 600", "pauses: longest must be at most 366 days, not 600"),
        ("most: 2", "most: 4", "pauses: most must be at most 3, not 4"),
        (
            "经{approver}同意",
            "同意",
            "wording: extended must have the places approver, days, reason, unit, not",
        ),
        ("cap: 90", "effective_to: 2025-05-31", "effective_to 2025-05-31 is before effective_from"),
        (
            "effective_from: 2025-01-01",
            "effective_from: soon",
            "rules[1] (accept): effective_from must be a day such as 2026-01-31, not 'soon'",
        ),
        ("effective_from: 2025-06-01", "effective_from: 2025-13-01", "month must be in 1..12"),
        ("[arrears]", "[debts]", "rules[5] (forward): unknown type debts"),
        ("[arrears]", "[]", "applies_to must be all or a list of types"),
        ('"17:30:00"', "17:30:00", "units: working_days: closes_at must be a text, not 63000"),
        ('"17:30:00"', '"half past"', "closes_at must be a time such as"),
        ("{due}前", "前", "template must have the places due, length, source, started, not"),
    ],
    "declines.yaml": [
        ("code: civil", "code: justice", "reason justice occurs twice"),
        ("aliases: [民事,", "aliases: [仲裁,", "name or alias 仲裁 occurs twice"),
        ("asks: basis", "asks: proof", "reasons[6] (against_policy): asks must be one of basis, number"),
        ("    about: 平等", "    when: 平等", "unknown key when"),
        ("    source: 参照《信访工作条例》第三十六条", "    source: ' '", "source must be a text"),
        ("  name: 首接负责", "  nmae: 首接负责", "first_receiver: unknown key nmae"),
    ],
    "units.yaml": [
        ("aliases: [财政局,", "aliases: [营商局,", "name or alias 营商局 occurs twice"),
        ("{department: 税务局,", "{name: 税务局,", "unknown key name"),
    ],
    "calendar.yaml": [
        (
            "[2025-01-26,",
            "[2025-01-28,",
            "notices[1] (国办发明电〔2024〕12号): 2025-01-28 is both rest and work",
        ),
        ("[2025-01-26,", "[2024-01-28,", "2024-01-28 is not in 2025"),
        ("last: 2025-02-04", "last: 2025-01-04", "rest[2] (春节): 2025-01-28 to 2025-01-04 is no span"),
        ("[2025-01-26,", "[2025-01-26 08:00:00,", "(国办发明电〔2024〕12号): work must be a day such as"),
        ("work: [2025-01-26,", "work: 5\n    _: [2025-01-26,", "unknown key _"),
        ("[2025-01-26, 2025-02-08, 2025-04-27, 2025-09-28, 2025-10-11]", "5", "work must be a list of days"),
    ],
    "demo/roster.yaml": [
        ("leader: an-yucheng", "leader: nobody", "cheng-xiaoman: nobody is no leader"),
        ("leader: an-yucheng, ", "", "an aide has a leader, nobody else has one"),
        ("key: wen-haiyun", "key: chilu", "key chilu occurs twice"),
        ('"3059"', '"305"', "officials[1] (an-yucheng): phone_tail must match [0-9]{4}, not '305'"),
        ('region: "210100"', 'region: "990000"', "unknown region 990000"),
        ("stage: mature", "stage: old", "stage must be one of startup, growing, mature, not 'old'"),
        ("openid: oDemoLAn", "openid: oDemoLAn!", "openid must match"),
    ],
    "calls.yaml": [
        ('until: "20:00:00"', 'until: "07:00:00"', "hours: until 07:00:00 is not after from 08:00:00"),
        ("longest_minutes: 300", "longest_minutes: 20", "longest_minutes must be a whole number from 30"),
        ("hours: [12, 19]", "hours: [6, 19]", "hours must be two hours less than twelve apart, not [6, 19]"),
        ("hours: [12, 19]", "hours: 12", "parts[4]: hours must be two hours less than twelve apart, not 12"),
        ("[中午, 晌午]", "[中午, 上午]", "word 上午 occurs twice"),
        ("most: 2\n", "most: 0\n", "unasked: most must be a whole number from 1, not 0"),
        ("most: 5", "most: 0", "guesses[1]: most must be a whole number from 1, not 0"),
        ("most: 5", "least: 5", "guesses[1]: unknown key least"),
    ],
    "phrases.yaml": [
        ("白云: bai yun", "白云: qing shang", "words: sound qin san occurs twice"),
        ("白云: bai yun", "白云朵: bai yun", "words: 白云朵 must be two characters with the sound of each"),
        ("白云: bai yun", "白云: 白 云", "words: 白云: 白 云 is no sound"),
        ("白云: bai yun", "白云: 5", "words: 白云 must be a text, not 5"),
    ],
}
"""For each file: a text in it, what to put there instead, and what the complaint must say."""


@pytest.mark.parametrize(
    ("file", "fault"), [(file, fault) for file, faults in FAULTS.items() for fault in faults]
)
def test_fault_is_named(folder: Path, file: str, fault: tuple[str, str, str]) -> None:
    old, new, message = fault
    load = LOADERS[file]
    load(folder)
    spoil(folder / file, old, new)
    with pytest.raises(CatalogError) as raised:
        load(folder)
    assert str(raised.value).startswith(f"{file}: ")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("types: [", "types.yaml: "),
        ("- a\n- b\n", "types.yaml: must be a mapping with text keys"),
        ("off: 1\n", "types.yaml: must be a mapping with text keys, not {False: 1}"),
        ("types: {a: 1}\n", "types.yaml: types must be a list"),
        ("types: [a]\n", "types.yaml: types[1]: must be a mapping"),
        ("types: [{code: !!python/name:os.system x}]\n", "types.yaml: could not determine a constructor"),
    ],
)
def test_file_that_is_no_catalogue_is_refused(folder: Path, text: str, message: str) -> None:
    (folder / "types.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as raised:
        load_types(folder)
    assert str(raised.value).startswith(message)


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "calendar.yaml").unlink()
    with pytest.raises(CatalogError, match=r"^calendar\.yaml: .*No such file"):
        load_notices(folder)


def test_region_catalogue_without_aliases_finds_nothing(folder: Path) -> None:
    (folder / "regions.yaml").write_text('province: {code: "220000", name: 吉林省}\n', encoding="utf-8")
    assert Gazetteer(load_regions(folder)).city_in("吉林省长春市") is None


def test_notice_for_a_coming_year_needs_no_code(folder: Path) -> None:
    with (folder / "calendar.yaml").open("a", encoding="utf-8") as file:
        file.write("\n  - {number: n, title: t, issued: 2026-11-20, year: 2027, work: [2027-01-31]}\n")
    assert [notice.year for notice in load_notices(folder)] == [2025, 2026, 2027]


def test_phrases_of_few_words_are_refused(folder: Path) -> None:
    (folder / "phrases.yaml").write_text("words: {青山: qing shan, 白云: bai yun}\n", encoding="utf-8")
    with pytest.raises(CatalogError, match=r"^phrases\.yaml: words: 2 words are too few, 200 are needed"):
        load_phrase_words(folder)
