"""The commands as an operator types them: what they print, what they keep, how they refuse."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from handlers.understanding.classifier import default_classifier
from handlers.understanding.deep import default_deep
from models.queries.schema import is_current
from models.session import Database
from models.tables import ApiKey
from tests.world import World

ROOT = Path(__file__).parents[3]
SECRET = "s3cretPassword"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


Liaison = Callable[..., Ran]


@pytest.fixture(scope="module")
def liaison() -> Iterator[Liaison]:
    """Type `liaison …` with nothing of ours in the environment but what is given."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.unit.bot.shell"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as shell:

        def run(*command: str, said: str = "", **environment: str) -> Ran:
            assert shell.stdin is not None
            assert shell.stdout is not None
            line = json.dumps({"command": command, "environment": environment, "said": said})
            shell.stdin.write(line.encode() + b"\n")
            shell.stdin.flush()
            ended = json.loads(shell.stdout.readline())
            return Ran(ended["code"], ended["out"], ended["err"])

        yield run


def keys(url: str) -> list[ApiKey]:
    database = Database(url)
    with database.reading() as session:
        found = list(session.scalars(select(ApiKey).order_by(ApiKey.id)))
        session.expunge_all()
    database.dispose()
    return found


def test_migrate_makes_the_tables_and_may_be_repeated(liaison: Liaison, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new.db'}"
    for _ in range(2):
        ran = liaison("migrate", LIAISON_DATABASE_URL=url)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == f"{url} is up to date.\n"
    database = Database(url)
    with database.reading() as session:
        assert is_current(session)
    database.dispose()


def test_long_line_is_printed_whole(liaison: Liaison, tmp_path: Path) -> None:
    """A pipe has no width."""
    folder = tmp_path / ("a long name " * 8)
    folder.mkdir()
    url = f"sqlite:///{folder / 'new.db'}"
    assert liaison("migrate", LIAISON_DATABASE_URL=url).out == f"{url} is up to date.\n"


@pytest.mark.parametrize(
    ("command", "line"),
    [
        (
            ("key", "create", "--name", "n", "--role", f"[/red]:cat:{'x' * 100}"),
            f"a key is for one of admin, supervisor, viewer, not '[/red]:cat:{'x' * 100}'",
        ),
        (("x" * 100,), f"Error: No such command '{'x' * 100}'."),
        (
            ("classify", f"/nowhere/{'x' * 100}"),
            f"Error: Invalid value for 'file': file '/nowhere/{'x' * 100}' does not exist.",
        ),
    ],
)
def test_refusal_is_printed_whole_and_word_for_word(
    liaison: Liaison, sqlite_url: str, command: tuple[str, ...], line: str
) -> None:
    """Nor may a value be taken for a colour or a picture."""
    ran = liaison(*command, LIAISON_DATABASE_URL=sqlite_url)
    assert ran.code == 2
    assert line in ran.err.splitlines()


def test_migrate_does_not_print_the_password(liaison: Liaison, postgresql_url: str) -> None:
    url = make_url(postgresql_url).set(password=SECRET).render_as_string(hide_password=False)
    assert SECRET in url
    ran = liaison("migrate", LIAISON_DATABASE_URL=url)
    assert SECRET not in ran.out + ran.err


def test_key_is_printed_once_and_only_its_hash_is_kept(liaison: Liaison, sqlite_url: str) -> None:
    ran = liaison(
        "key", "create", "--name", "督查室", "--role", "supervisor", "--region", "210100",
        LIAISON_DATABASE_URL=sqlite_url,
    )  # fmt: skip
    assert (ran.code, ran.err) == (0, "")
    [raw] = ran.out.split()
    [kept] = keys(sqlite_url)
    assert len(raw) >= 43
    assert (kept.name, kept.role, kept.region) == ("督查室", "supervisor", "210100")
    assert kept.key_hash == hashlib.sha256(raw.encode()).hexdigest()
    assert raw.encode() not in Path(Database(sqlite_url).url.database or "").read_bytes()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--name", "n", "--role", "owner"), "owner"),
        (("--name", "n", "--role", "viewer", "--region", "999999"), "999999"),
        (("--name", "", "--role", "viewer"), "name"),
        (("--name", "n"), "--role"),
    ],
)
def test_key_that_cannot_be_is_refused(
    liaison: Liaison, sqlite_url: str, options: tuple[str, ...], words: str
) -> None:
    ran = liaison("key", "create", *options, LIAISON_DATABASE_URL=sqlite_url)
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "Traceback" not in ran.err
    assert keys(sqlite_url) == []


LINES = (
    {"id": 1, "text": "给管委会干的工程尾款320万一直不给结", "time": "2026-11-24T10:00:00+08:00"},
    {"id": "b", "text": "你好"},
)


def classified(ran: Ran) -> list[dict[str, object]]:
    assert (ran.code, ran.err) == (0, "")
    return [json.loads(line) for line in ran.out.splitlines()]


def test_classify_answers_line_by_line_from_stdin_and_file(liaison: Liaison, tmp_path: Path) -> None:
    said = "\n".join(json.dumps(line, ensure_ascii=False) for line in LINES) + "\n\n"
    file = tmp_path / "lines.jsonl"
    file.write_text(said, encoding="utf-8")

    found = classified(liaison("classify", said=said))

    assert found == classified(liaison("classify", str(file)))
    assert [list(line) for line in found] == [
        ["id", "intent", "type", "confidence", "second", "scores", "facts"]
    ] * 2
    assert [(line["id"], line["intent"]) for line in found] == [(1, "request"), ("b", "greeting")]
    assert found[0]["type"] == "arrears"


def test_classify_is_deep_unless_told_to_be_fast(liaison: Liaison) -> None:
    text = "说好给的装修补助拖到现在一分没见"
    said = json.dumps({"id": 1, "text": text})
    deep, fast = (
        classified(liaison("classify", said=said))[0],
        classified(liaison("classify", "--fast", said=said))[0],
    )
    assert deep["scores"] == dict(default_deep().classify(text).scores)
    assert fast["scores"] == dict(default_classifier().classify(text).scores)


@pytest.mark.parametrize("bad", ["not json", "[1]", '{"id": 3}', '{"id": 3, "text": null}'])
def test_classify_names_the_line_it_cannot_read(liaison: Liaison, bad: str) -> None:
    ran = liaison("classify", said=json.dumps(LINES[0]) + "\n" + bad + "\n")
    assert ran.code == 2
    assert "line 2" in ran.err
    assert "Traceback" not in ran.err
    assert len(ran.out.splitlines()) == 1


@pytest.mark.parametrize("name", ["missing.jsonl", "a [red] folder"])
def test_classify_blames_the_file_it_cannot_open_and_nothing_else(
    liaison: Liaison, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    if "folder" in name:
        file.mkdir()
    ran = liaison("classify", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert str(file) in ran.err
    assert "LIAISON" not in ran.err
    assert "Traceback" not in ran.err


def test_place_for_a_database_that_does_not_exist_is_named(liaison: Liaison) -> None:
    ran = liaison("migrate", LIAISON_DATABASE_URL="sqlite:////nowhere/at/all/x.db")
    assert (ran.code, ran.out) == (1, "")
    assert "/nowhere/at/all/x.db" in ran.err


@pytest.mark.parametrize("command", ["serve", "worker", "doctor", "menu"])
def test_missing_settings_are_explained(liaison: Liaison, command: str, tmp_path: Path) -> None:
    ran = liaison(command, LIAISON_DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}")
    assert (ran.code, ran.out) == (2, "")
    named = [line.split(":")[0] for line in ran.err.splitlines() if line.startswith("LIAISON_")]
    assert named == [f"LIAISON_WECHAT_{name}" for name in ("APP_ID", "APP_SECRET", "TOKEN", "AES_KEY")]
    assert "Traceback" not in ran.err


def test_wrong_setting_is_explained_without_its_value(liaison: Liaison) -> None:
    ran = liaison(
        "doctor",
        LIAISON_WECHAT_APP_ID="wx0123456789abcdef",
        LIAISON_WECHAT_APP_SECRET="a" * 32,
        LIAISON_WECHAT_TOKEN="Token123",
        LIAISON_WECHAT_AES_KEY=SECRET,
    )
    assert ran.code == 2
    assert "LIAISON_WECHAT_AES_KEY" in ran.err
    assert "exactly 43 letters and digits" in ran.err
    assert SECRET not in ran.err + ran.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "the map is a GeoJSON FeatureCollection of polygons"),
        ('{"type": "FeatureCollection", "features": []}', "one of our regions' codes"),
        (None, "the map cannot be read: No such file or directory"),
    ],
)
@pytest.mark.parametrize("command", ["serve", "worker", "doctor"])
def test_map_that_is_none_stops_the_start_with_words(
    liaison: Liaison, tmp_path: Path, text: str | None, says: str, command: str
) -> None:
    drawn = tmp_path / "map.json"
    if text is not None:
        drawn.write_text(text, encoding="utf-8")
    ran = liaison(
        command,
        LIAISON_DATABASE_URL=f"sqlite:///{tmp_path / 'x.db'}",
        LIAISON_WECHAT_APP_ID="wx0123456789abcdef",
        LIAISON_WECHAT_APP_SECRET="a" * 32,
        LIAISON_WECHAT_TOKEN="Token123",
        LIAISON_WECHAT_AES_KEY="A" * 43,
        LIAISON_WALL_MAP=str(drawn),
    )
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(":")[0] for line in ran.err.splitlines() if "LIAISON_" in line] == ["LIAISON_WALL_MAP"]
    assert says in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "url",
    [
        f"mysql://u:{SECRET}@h/d",
        "sqlite://",
        "nonsense",
        f"postgresql://u:{SECRET}@127.0.0.1:9/d",
        "sqlite:////nowhere/at/all/x.db",
    ],
)
@pytest.mark.parametrize("command", [("migrate",), ("key", "create", "--name", "n", "--role", "viewer")])
def test_database_that_cannot_be_used_is_explained(
    liaison: Liaison, url: str, command: tuple[str, ...]
) -> None:
    ran = liaison(*command, LIAISON_DATABASE_URL=url)
    assert (ran.code != 0, ran.out) == (True, "")
    assert "Traceback" not in ran.err
    assert SECRET not in ran.err
    assert ran.err.strip() != ""


def test_key_before_the_tables_is_told_to_migrate(liaison: Liaison, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    ran = liaison("key", "create", "--name", "n", "--role", "viewer", LIAISON_DATABASE_URL=url)
    assert (ran.code != 0, ran.out) == (True, "")
    assert "liaison migrate" in ran.err
    assert "Traceback" not in ran.err


def test_doctor_prints_its_findings_and_fails_if_one_is_wrong(liaison: Liaison, world: World) -> None:
    settings = world.settings
    environment = {
        "LIAISON_DATABASE_URL": settings.database_url,
        "LIAISON_WECHAT_APP_ID": settings.wechat_app_id,
        "LIAISON_WECHAT_APP_SECRET": settings.wechat_app_secret.get_secret_value(),
        "LIAISON_WECHAT_TOKEN": settings.wechat_token.get_secret_value(),
        "LIAISON_WECHAT_AES_KEY": settings.wechat_aes_key.get_secret_value(),
        "LIAISON_WECHAT_API_BASE": settings.wechat_api_base,
    }
    well = liaison("doctor", **environment)
    assert (well.code, well.err) == (0, "")
    assert "✓ platform: answers, and our credentials are good" in well.out

    wrong = liaison("doctor", **(environment | {"LIAISON_WECHAT_API_BASE": "http://127.0.0.1:9"}))
    assert wrong.code == 1
    assert "✗ platform: cannot be reached" in wrong.out


def test_command_runs_as_a_program_of_its_own(sqlite_url: str) -> None:
    """Once without the shell above: what ends `main` ends the process."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LIAISON_")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "doctor"],
        cwd=ROOT,
        env=inherited | {"LIAISON_DATABASE_URL": sqlite_url},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"LIAISON_WECHAT_APP_ID" in done.stderr


APART = """
import sys
from bot import cli
from models.queries.schema import is_current
from models.session import Database
cli._be_migrated(sys.argv[1])
with Database(sys.argv[1]).reading() as session:
    print(is_current(session), "alembic" in sys.modules)
"""


MIGRATED_ONLY = "import sys; from bot import cli; cli._be_migrated(sys.argv[1])"


def migrated_apart(url: str) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-c", APART, url]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)


def test_new_embedded_database_is_migrated_by_a_process_that_ends(tmp_path: Path) -> None:
    for _ in range(2):
        done = migrated_apart(f"sqlite:///{tmp_path / 'new.db'}")
        assert (done.returncode, done.stdout) == (0, b"True False\n"), done.stderr


def test_new_embedded_database_is_all_in_its_file(tmp_path: Path) -> None:
    """Whoever copies it before anything else is written has the tables."""
    command = [sys.executable, "-c", MIGRATED_ONLY, f"sqlite:///{tmp_path / 'new.db'}"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=120)
    assert [each.name for each in tmp_path.iterdir()] == ["new.db"], "no new.db-wal"
    assert (tmp_path / "new.db").stat().st_size > 100_000


ENDLESS = """
import signal, sys
from contextlib import contextmanager
from bot import cli
from models.session import Database
class Endless(Database):
    @contextmanager
    def migrating(self):
        print("begun", flush=True)
        while True:
            signal.pause()
        yield
cli._migrate_apart(Endless(sys.argv[1]))
"""


def test_who_is_told_to_stop_leaves_nobody_behind_who_migrates_on(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ENDLESS, f"sqlite:///{tmp_path / 'new.db'}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, process_group=0) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"begun\n"
        parent.terminate()
        try:
            assert parent.wait(60) == 0
            with pytest.raises(ProcessLookupError):
                os.killpg(parent.pid, signal.SIGKILL)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(parent.pid, signal.SIGKILL)


def test_what_ends_that_process_is_heard_by_the_one_that_waits(tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_bytes(b"no database at all" * 100)
    done = migrated_apart(f"sqlite:///{tmp_path / 'odd.db'}")
    assert done.returncode == 1
    assert b"file is not a database" in done.stderr
