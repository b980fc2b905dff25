"""`liaison evaluate` and `train` as an operator types them, and a model of one's own in use."""

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.learning import use_chosen_model
from config.settings import ModelSettings
from handlers.understanding.classifier import Classifier, default_classifier, use
from handlers.understanding.corpus import EXAMPLES, Example, examples, is_held_back
from handlers.understanding.cues import cues
from handlers.understanding.deep import DeepClassifier, DeepModel, beside, default_deep
from handlers.understanding.intent_corpus import (
    FOLDER,
    HELD_BACK,
    TWELVE,
    digest_of,
    matters,
    said_examples,
)
from handlers.understanding.intent_model import IntentModel, default_intents, intents_beside, use_intents
from handlers.understanding.model import TYPES, Model
from handlers.understanding.train import train
from handlers.understanding.train_intents import train_intents
from models.actions import retyping
from models.queries.tickets import actor_on
from models.session import Database
from tests.flows.test_operators_commands import run
from tests.roster import LEADER, OWNER
from tests.unit.models.stage import NOW, a_ticket, known, staffed

TYPED = [
    {"text": "某国企拖欠我厂货款八十多万，两年了不给结账", "type": "arrears"},
    {"text": "厂里变压器容量不够，申请增容供电所一直不给接电", "type": "factors", "also": ["approval"]},
    {"text": "房东突然涨房租还换锁，物业也不管", "type": "other"},
]
MEANT = [{"text": "你好", "intent": "greeting"}, {"text": "快点给办啊", "intent": "urge", "open": True}]
SHORT = 30
OF_THEM = 160
UNTRAINED = (
    "import sys; sys.modules['sklearn'] = None; sys.argv = ['liaison', 'train', '--out', sys.argv[1]];"
    "from bot.cli import main; main()"
)


def file_of(folder: Path, *lines: object) -> str:
    path = folder / "lines.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a part of the short examples: enough to learn from, and quick to embed."""
    folder = tmp_path_factory.mktemp("examples")
    short = [each for each in examples() if len(each.text) <= SHORT]
    for kind in TYPES:
        matters: dict[int, list[str]] = {}
        for each in short[:: max(1, len(short) // OF_THEM)]:
            if each.type == kind:
                matters.setdefault(each.matter, []).append(each.text)
        (folder / f"{kind}.yaml").write_text(yaml.safe_dump(matters, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def another(tmp_path_factory: pytest.TempPathFactory, ours: Path) -> Path:
    """A model made from half of that part: worse than that of the whole, and in good order."""
    path = tmp_path_factory.mktemp("model") / "another.zip"
    made_of(examples(ours)[::2]).save(path)
    return path


@pytest.fixture(scope="module")
def spoken(tmp_path_factory: pytest.TempPathFactory, ours: Path) -> Path:
    """The same folder with a part of the examples of intents, and two of the people who are held back."""
    folder = tmp_path_factory.mktemp("spoken")
    shutil.copytree(ours, folder, dirs_exist_ok=True)
    theirs, held_back = folder / FOLDER, folder / FOLDER / HELD_BACK
    held_back.mkdir(parents=True)
    for intent in TWELVE:
        blocks = yaml.safe_load((EXAMPLES / FOLDER / f"{intent}.yaml").read_text("utf-8"))
        few = [{**each, "texts": each["texts"][:12]} for each in blocks]
        (theirs / f"{intent}.yaml").write_text(yaml.safe_dump(few, allow_unicode=True), encoding="utf-8")
    for who in ("driving", "printer"):
        shutil.copy(EXAMPLES / FOLDER / HELD_BACK / f"{who}.yaml", held_back)
    return folder


def made_of(written: Sequence[Example]) -> Model:
    return train(written, made=date(2026, 1, 2))[0]


@pytest.fixture
def corrected_url(sqlite_url: str) -> str:
    """A database in which an enterprise corrected one type and a leader another, elsewhere."""
    database = Database(sqlite_url)
    staffed(database)
    told = (("锅炉停了，联系人王小明13812345678", OWNER, "210100"), ("想进配套名录", LEADER, "210200"))
    with database.transaction() as session:
        for text, openid, region in told:
            ticket = a_ticket(session, text=text)
            ticket.region = region
            actor = actor_on(session, known(session, openid), ticket)
            retyping.retype(session, ticket, actor, "factors", now=NOW)
    database.dispose()
    return sqlite_url


def test_evaluate_reports_every_figure(tmp_path: Path) -> None:
    file = file_of(tmp_path, *TYPED)
    told = run("evaluate", file)
    assert (told.returncode, told.stderr) == (0, "")
    for words in (
        "seven way",
        "six way",
        "top two of six",
        "macro f1",
        "other auroc",
        "calibration error",
        "p99 ms",
    ):
        assert words in told.stdout
    figures = json.loads(run("evaluate", file, "--json").stdout)
    assert (figures["texts"], figures["seven_way"], figures["six_way"], figures["macro_f1"]) == (
        3,
        1.0,
        1.0,
        None,
    )
    assert figures["confusion"]["other"]["other"] == 1
    assert 0 < figures["median_ms"] <= figures["p99_ms"]


def test_evaluate_reports_intents(tmp_path: Path) -> None:
    figures = json.loads(run("evaluate", file_of(tmp_path, *MEANT), "--intents", "--json").stdout)
    assert (figures["texts"], figures["accuracy"]) == (2, 1.0)
    assert figures["confusion"] == {
        "urge": {"urge": 1, "greeting": 0},
        "greeting": {"urge": 0, "greeting": 1},
    }


@pytest.mark.parametrize("options", [(), ("--intents",)])
def test_evaluate_names_every_bad_line(tmp_path: Path, options: tuple[str, ...]) -> None:
    done = run("evaluate", file_of(tmp_path, [], {"text": "a"}, *([3] * 30)), *options)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[0] == "line 1: not a JSON object"
    assert lines[1].startswith("line 2: ")
    assert (len(lines), lines[-1]) == (21, "and 12 lines more")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xfe\x00", b"[" * 100_000, b"\x00" * 100_000])
def test_evaluate_of_no_lines_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    done = run("evaluate", str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "line" in done.stderr
    assert "Traceback" not in done.stderr


def test_train_writes_what_it_measured_and_what_it_learned_from(
    tmp_path: Path, corrected_url: str, ours: Path, another: Path
) -> None:
    made = tmp_path / "made.zip"
    asked = (
        "train",
        "--with-corrections",
        "--date",
        "2026-03-04",
        "--out",
        str(made),
        "--examples",
        str(ours),
    )
    done = run(*asked, LIAISON_DATABASE_URL=corrected_url, LIAISON_MODEL=str(another))
    assert (done.returncode, done.stderr) == (0, "")
    assert "corrections: 1 by enterprise, 1 by owner; events" in done.stdout
    titles = [line for line in done.stdout.splitlines() if line.startswith(("candidate", "model in use"))]
    assert titles == [
        "candidate, whole sub-matters held back",
        "candidate, on what no model has seen",
        "model in use, on the same",
        "candidate, deep path, whole sub-matters held back",
        "candidate, deep path, on what no model has seen",
    ]
    assert sorted(path.name for path in tmp_path.glob("made*")) == ["made.deep.zip", "made.zip"]
    assert DeepClassifier.over(Classifier.load(made)).classify("没水").scores
    counts = Model.load(made).counts
    assert (counts["corrections"], counts["examples"]) == (2, len(examples(ours)) + 2)


def test_train_replaces_the_worse_model_in_use_and_then_itself(
    tmp_path: Path, ours: Path, another: Path
) -> None:
    mine = tmp_path / "mine.zip"
    mine.write_bytes(another.read_bytes())
    for day in ("2026-03-04", "2026-03-05"):
        done = run("train", "--examples", str(ours), "--date", day, LIAISON_MODEL=str(mine))
        assert (done.returncode, done.stderr) == (0, "")
        assert (Model.load(mine).made, Model.load(mine).digest) == (day, made_of(examples(ours)).digest)
        assert DeepModel.load(beside(mine)).digest == Model.load(mine).digest


def knowing_in(folder: Path, ours: Path) -> Path:
    """Write a model that has seen what is held back, word for word but for a sign; return where it is."""
    knowing = folder / "knowing.zip"
    back = [each for each in examples(ours) if is_held_back(each.text)]
    signs = [Example(each.text + sign, each.type, each.matter) for each in back for sign in "~^+*"]
    made_of([*examples(ours), *signs]).save(knowing)
    return knowing


def test_train_refuses_worse_types_whatever_the_intents_beside_them_are(tmp_path: Path, ours: Path) -> None:
    knowing = knowing_in(tmp_path, ours)
    intents_beside(knowing).write_bytes(b"PK")
    before = knowing.read_bytes()
    done = run("train", "--examples", str(ours), LIAISON_MODEL=str(knowing))
    assert done.stderr == f"The candidate is worse than the model in use: {knowing} is left as it was.\n"
    assert done.returncode == 1
    assert knowing.read_bytes() == before


def test_train_measures_intents_beside_the_shipped_ones_where_the_chosen_are_damaged(
    tmp_path: Path, spoken: Path, another: Path
) -> None:
    mine = tmp_path / "mine.zip"
    mine.write_bytes(another.read_bytes())
    intents_beside(mine).write_bytes(b"PK")
    done = run("train", "--examples", str(spoken), LIAISON_MODEL=str(mine))
    assert (done.returncode, done.stderr) == (
        1,
        "The candidate's intents are worse than those in use: all is left as it was.\n",
    )
    assert f"Nothing to compare with: {intents_beside(mine)} is no model" in done.stdout
    titles = [line for line in done.stdout.splitlines() if line.startswith(("model in use", "shipped"))]
    assert titles == ["model in use, on the same", "shipped model, intents of people held back"]
    assert mine.read_bytes() == another.read_bytes()


def test_train_refuses_a_worse_model_and_writes_nothing(tmp_path: Path, ours: Path) -> None:
    knowing = knowing_in(tmp_path, ours)
    before = knowing.read_bytes()
    done = run("train", "--examples", str(ours), LIAISON_MODEL=str(knowing))
    assert done.returncode == 1
    assert done.stderr == f"The candidate is worse than the model in use: {knowing} is left as it was.\n"
    assert knowing.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["knowing.zip"]


def test_train_makes_the_intents_anew_the_same_each_time_and_the_service_reads_by_them(
    tmp_path: Path, spoken: Path, another: Path
) -> None:
    mine = tmp_path / "mine.zip"
    mine.write_bytes(another.read_bytes())
    train_intents(said_examples(spoken)[::5], matters(spoken)).save(intents_beside(mine))
    made = []
    for _ in range(2):
        done = run("train", "--examples", str(spoken), "--date", "2026-03-04", LIAISON_MODEL=str(mine))
        assert (done.returncode, done.stderr) == (0, "")
        made.append(intents_beside(mine).read_bytes())
    assert made[0] == made[1]
    titles = [line for line in done.stdout.splitlines() if "intents" in line]
    assert titles[:2] == [f"{each}, intents of people held back" for each in ("candidate", "model in use")]
    model = IntentModel.load(intents_beside(mine))
    assert model.digest == digest_of([*said_examples(spoken), *matters(spoken)], list(cues()))

    before = default_classifier(), default_intents()
    use_chosen_model(ModelSettings(model=mine))
    try:
        assert default_intents() == model
    finally:
        use(before[0])
        use_intents(before[1])


def test_train_refuses_worse_intents_and_writes_nothing(tmp_path: Path, spoken: Path, another: Path) -> None:
    """In use are the shipped intents, made of all that we wrote."""
    mine = tmp_path / "mine.zip"
    mine.write_bytes(another.read_bytes())
    done = run("train", "--examples", str(spoken), LIAISON_MODEL=str(mine))
    assert (done.returncode, done.stderr) == (
        1,
        "The candidate's intents are worse than those in use: all is left as it was.\n",
    )
    assert ([path.name for path in tmp_path.iterdir()], mine.read_bytes()) == (
        ["mine.zip"],
        another.read_bytes(),
    )


@pytest.mark.parametrize("lacks", ["greeting.yaml", HELD_BACK])
def test_train_on_intents_that_are_not_whole_is_refused(
    tmp_path: Path, spoken: Path, another: Path, lacks: str
) -> None:
    folder = tmp_path / "odd"
    shutil.copytree(spoken, folder, ignore=shutil.ignore_patterns(lacks))
    made = tmp_path / "made.zip"
    done = run("train", "--examples", str(folder), "--out", str(made), LIAISON_MODEL=str(another))
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"{folder / FOLDER}" in done.stderr
    assert not list(tmp_path.glob("made*"))


def test_train_writes_neither_model_where_one_cannot_be_written(
    tmp_path: Path, ours: Path, another: Path
) -> None:
    made = tmp_path / "made.zip"
    beside(made).mkdir()
    done = run("train", "--examples", str(ours), "--out", str(made), LIAISON_MODEL=str(another))
    assert done.returncode == 1
    assert "made.deep.zip" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["made.deep.zip"]


def test_train_says_when_there_is_nothing_to_compare_with(tmp_path: Path, ours: Path) -> None:
    made, old = tmp_path / "made.zip", tmp_path / "old.zip"
    old.write_bytes(b"PK")
    done = run("train", "--examples", str(ours), "--out", str(made), LIAISON_MODEL=str(old))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Nothing to compare with: {old} is no model for this version" in done.stdout
    assert Model.load(made).digest == made_of(examples(ours)).digest


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("- a", "does not hold lists of texts by sub-matter"),
        ("a: b", "does not hold lists of texts by sub-matter"),
        ("a: [3]", "does not hold lists of texts by sub-matter"),
        ("a: [", "cannot be read"),
        ("a: [一句]", "fewer than 5 examples to learn from: policy, factors"),
        (None, "No such file"),
    ],
)
def test_train_on_examples_that_are_none_is_refused(tmp_path: Path, content: str | None, why: str) -> None:
    for kind in TYPES if content else ():
        (tmp_path / f"{kind}.yaml").write_text(str(content), encoding="utf-8")
    done = run("train", "--examples", str(tmp_path), "--out", str(tmp_path / "made.zip"))
    assert (done.returncode, done.stdout) == (1, "")
    assert why in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "made.zip").exists()


def test_train_learns_from_one_region_only_if_told(tmp_path: Path, corrected_url: str, ours: Path) -> None:
    out = str(tmp_path / "made.zip")
    asked = ("train", "--with-corrections", "--out", out, "--examples", str(ours), "--region")
    done = run(*asked, "210200", LIAISON_DATABASE_URL=corrected_url)
    assert "corrections: 1 by owner; events" in done.stdout
    done = run(*asked, "999999", LIAISON_DATABASE_URL=corrected_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "no region has the code '999999'\n"


def test_train_without_its_libraries_says_what_to_install(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", UNTRAINED, str(tmp_path / "made.zip")],
        env={name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "sklearn is not installed: pip install 'liaison[train]'\n"


def test_train_into_no_place_is_explained(tmp_path: Path, ours: Path, another: Path) -> None:
    out = str(tmp_path / "nowhere" / "made.zip")
    done = run("train", "--examples", str(ours), "--out", out, LIAISON_MODEL=str(another))
    assert done.returncode == 1
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_evaluate_measures_the_deep_path_unless_told_to_be_fast(tmp_path: Path) -> None:
    file = file_of(tmp_path, *TYPED)
    for path, options in ((default_deep(), ()), (default_classifier(), ("--fast",))):
        figures = json.loads(run("evaluate", file, *options, "--json").stdout)
        surprise = [-math.log(path.classify(str(each["text"])).scores[str(each["type"])]) for each in TYPED]
        assert figures["log_loss"] == pytest.approx(sum(surprise) / len(surprise))
        assert figures["ask_below"] == path.ask_below
