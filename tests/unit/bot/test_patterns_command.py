"""`liaison patterns` and `liaison evaluate --patterns` as an operator types them."""

import json
from pathlib import Path

from tests.alike import APPROVAL, ARREARS
from tests.flows.test_operators_commands import run

GAS = ("北屏工业园停气第三天了，窑炉凉了全报废", "北屏工业园的天然气啥时候恢复？我们面包厂断气没法生产")


def file_of(folder: Path, *lines: object) -> str:
    path = folder / "lines.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return str(path)


def test_alike_texts_have_one_pattern_and_others_none(tmp_path: Path) -> None:
    texts = [*ARREARS[:3], APPROVAL, *GAS, ""]
    lines = [{"id": f"t{n}", "text": text, "time": "2026-01-05"} for n, text in enumerate(texts)]
    done = run("patterns", file_of(tmp_path, *lines))
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [each["id"] for each in answers] == [f"t{n}" for n in range(len(texts))]
    assert [each["pattern"] for each in answers] == [1, 1, 1, None, 2, 2, None]
    assert all(set(each) == {"id", "pattern"} for each in answers)


def test_line_that_holds_no_text_is_named_and_nothing_is_written(tmp_path: Path) -> None:
    done = run("patterns", file_of(tmp_path, {"id": 1, "text": "停电"}, {"id": 2}))
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2" in done.stderr


def test_evaluation_counts_pairs(tmp_path: Path) -> None:
    given = [{"text": text, "pattern": "debt"} for text in ARREARS[:3]]
    given += [{"text": text, "pattern": "gas"} for text in GAS] + [{"text": APPROVAL, "pattern": None}]
    done = run("evaluate", file_of(tmp_path, *given), "--patterns", "--json")
    assert json.loads(done.stdout) == {
        "texts": 6,
        "groups": 2,
        "found": 2,
        "precision": 1.0,
        "recall": 1.0,
        "ari": 1.0,
    }
    plain = run("evaluate", file_of(tmp_path, *given), "--patterns")
    assert "adjusted Rand      1.000" in plain.stdout


def test_line_without_a_group_is_refused_and_so_are_two_measures_at_once(tmp_path: Path) -> None:
    path = file_of(tmp_path, {"text": "停电"})
    assert "has no pattern" in run("evaluate", path, "--patterns").stderr
    both = run("evaluate", path, "--patterns", "--intents")
    assert (both.returncode, "Either" in both.stderr) == (2, True)
