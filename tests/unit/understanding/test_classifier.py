"""Text → type, with the shipped model."""

import json
import math
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.classifier import Classifier, Verdict, default_classifier
from handlers.understanding.corpus import digest, examples, lexicon
from handlers.understanding.jsonlines import BadLine, classify_line, classify_lines
from handlers.understanding.model import FORMAT, MODEL_PATH, TYPES, Model, WrongModel
from tests.effort import effort

TODAY = date(2026, 11, 27)

CLEAR = {
    "policy": "设备更新的财政补贴去年就公示了，奖励资金一直不兑现",
    "factors": "厂里变压器容量不够，申请增容供电所一直不给接电",
    "approval": "办营业执照变更，窗口三次让我补材料，到底要什么手续",
    "arrears": "某国企拖欠我厂货款八十多万，两年了不给结账",
    "ip": "我们的注册商标被同行抢注仿冒，想申请专利保护",
    "chain": "想进本地主机厂的供应商名录，给他们做零部件配套",
    "other": "房东突然涨房租还换锁，物业也不管",
}
NASTY = [
    "",
    " ",
    "😀😀",
    "\ud800",
    "\x00" * 50,
    "。。。？！",
    "字" * 10_000_000,
    "a" * 100_000,
    "Привет, мир",
    "<xml>]]>",
]


@pytest.mark.parametrize(("kind", "text"), CLEAR.items())
def test_classify_knows_a_clear_message_of_each_type(kind: str, text: str) -> None:
    verdict = default_classifier().classify(text)
    assert (verdict.type, verdict.is_sure) == (kind, True)


@pytest.mark.parametrize("text", NASTY)
def test_classify_of_nasty_input_is_a_whole_verdict(text: str) -> None:
    _assert_whole(default_classifier().classify(text))


@given(st.text(st.characters()))
def test_classify_of_anything_is_a_whole_verdict(text: str) -> None:
    _assert_whole(default_classifier().classify(text))


def test_classify_of_nothing_known_is_other_and_asks() -> None:
    even = dict.fromkeys(TYPES, 1 / 7)
    verdict = default_classifier().classify("😀")
    assert (verdict.type, verdict.confidence, verdict.scores) == ("other", 1 / 7, even)
    assert not verdict.is_sure


def test_classify_reads_traditional_and_full_width_alike() -> None:
    classify = default_classifier().classify
    assert classify("貨款拖欠１２０萬，對方賴賬") == classify("货款拖欠120万，对方赖账")


def test_classify_in_many_threads_says_what_one_thread_says() -> None:
    texts = [each.text for each in examples()]
    alone = [default_classifier().classify(text) for text in texts]
    fresh = Classifier.load()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(fresh.classify, texts)) == alone


def test_default_classifier_is_read_once() -> None:
    assert default_classifier() is default_classifier()


def test_classify_needs_nothing_that_only_training_needs() -> None:
    asked = (
        "import sys; from handlers.understanding.jsonlines import classify_line;"
        "from datetime import date; classify_line({'text': '欠款'}, date(2026, 1, 5)); "
        "print([name for name in ('sklearn', 'scipy', 'numpy') if name in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout.strip() == "[]"


def test_shipped_model_is_made_from_the_examples_as_they_stand() -> None:
    assert Model.load().digest == digest(examples(), lexicon())


def test_shipped_model_is_small() -> None:
    assert MODEL_PATH.stat().st_size < 2_000_000


def test_model_of_another_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "later.zip"
    with ZipFile(MODEL_PATH) as shipped, ZipFile(path, "w") as later:
        about = json.loads(shipped.read("about.json")) | {"format": FORMAT + 1}
        later.writestr("about.json", json.dumps(about))
        later.writestr("numbers.f32", shipped.read("numbers.f32"))
    with pytest.raises(WrongModel, match=f"format is {FORMAT + 1}, not {FORMAT}"):
        Classifier.load(path)


@pytest.mark.parametrize(
    "changed",
    [
        {"types": ["policy", "other"]},
        {"grams": []},
        {"ideas": {"退税": [9999]}},
        {"ideas": {"退税": [[]]}},
        {"temperature": 0},
        {"temperature": None},
        {"ask_below": "half"},
        {"counts": 3},
    ],
    ids=str,
)
def test_model_in_which_something_is_wrong_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    path = tmp_path / "odd.zip"
    with ZipFile(MODEL_PATH) as shipped, ZipFile(path, "w") as odd:
        odd.writestr("about.json", json.dumps(json.loads(shipped.read("about.json")) | changed))
        odd.writestr("numbers.f32", shipped.read("numbers.f32"))
    with pytest.raises(WrongModel, match="is no model for this version: it cannot be read"):
        Classifier.load(path)


@pytest.mark.parametrize("field", ["format", "digest", "made", "ask_below"])
def test_model_that_lacks_something_is_refused(tmp_path: Path, field: str) -> None:
    path = tmp_path / "odd.zip"
    with ZipFile(MODEL_PATH) as shipped, ZipFile(path, "w") as odd:
        about = json.loads(shipped.read("about.json"))
        del about[field]
        odd.writestr("about.json", json.dumps(about))
        odd.writestr("numbers.f32", shipped.read("numbers.f32"))
    with pytest.raises(WrongModel):
        Classifier.load(path)


@pytest.mark.parametrize("bad", ["nan", "short"])
def test_model_whose_numbers_are_odd_is_refused(tmp_path: Path, bad: str) -> None:
    path = tmp_path / "odd.zip"
    with ZipFile(MODEL_PATH) as shipped, ZipFile(path, "w") as odd:
        numbers = shipped.read("numbers.f32")
        odd.writestr("about.json", shipped.read("about.json"))
        odd.writestr("numbers.f32", numbers[:-4] + b"\x00\x00\xc0\x7f" if bad == "nan" else numbers[:-4])
    with pytest.raises(WrongModel):
        Classifier.load(path)


def test_model_that_is_damaged_on_disk_is_refused(tmp_path: Path) -> None:
    path, whole = tmp_path / "torn.zip", bytearray(MODEL_PATH.read_bytes())
    for place in range(60, 4000):
        whole[place] ^= 0xFF
    path.write_bytes(whole)
    with pytest.raises(WrongModel):
        Classifier.load(path)


def test_model_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path, odd = tmp_path / "model.zip", replace(Model.load(), weights=[["no number"]])
    Model.load().save(path)
    with pytest.raises(TypeError):
        odd.save(path)
    assert [each.name for each in tmp_path.iterdir()] == ["model.zip"]
    assert path.read_bytes() == MODEL_PATH.read_bytes()


@pytest.mark.parametrize("content", [b"", b"PK", pickle.dumps({"format": FORMAT})])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.zip"
    path.write_bytes(content)
    with pytest.raises(WrongModel):
        Classifier.load(path)


def test_model_is_the_same_once_saved_and_read_again(tmp_path: Path) -> None:
    paths = [tmp_path / "one.zip", tmp_path / "other.zip"]
    Model.load().save(paths[0])
    Model.load(paths[0]).save(paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes() == MODEL_PATH.read_bytes()


def test_classify_line_has_exactly_the_promised_keys() -> None:
    line = classify_line({"id": "7", "text": "货款拖了两年不给", "time": "2026-01-05"}, TODAY)
    verdict = default_classifier().classify("货款拖了两年不给")
    assert line == {
        "id": "7",
        "intent": "request",
        "type": "arrears",
        "confidence": verdict.confidence,
        "second": verdict.second,
        "scores": dict(verdict.scores),
        "facts": {"since": {"from": "2023-07-07", "to": "2024-07-06", "text": "拖了两年"}},
    }
    assert list(line) == ["id", "intent", "type", "confidence", "second", "scores", "facts"]


def test_classify_lines_answers_each_line_and_leaves_blanks_out() -> None:
    lines = ['{"id": 1, "text": "你好"}\n', "\n", '{"id": 2, "text": "快点给办啊"}\n']
    answers = [json.loads(line) for line in classify_lines(lines, TODAY)]
    assert [(each["id"], each["intent"]) for each in answers] == [(1, "greeting"), (2, "urge")]


@pytest.mark.parametrize("line", ["{", "[]", "{}", '{"text": 3}'])
def test_classify_lines_names_the_line_it_cannot_read(line: str) -> None:
    with pytest.raises(BadLine, match="line 2: "):
        list(classify_lines(['{"text": "你好"}', line], TODAY))


def _assert_whole(verdict: Verdict) -> None:
    assert tuple(verdict.scores) == TYPES
    assert math.isclose(sum(verdict.scores.values()), 1.0)
    best, second = sorted(verdict.scores.values(), reverse=True)[:2]
    assert (verdict.confidence, verdict.scores[verdict.type], verdict.scores[verdict.second]) == (
        best,
        best,
        second,
    )
    assert verdict.type != verdict.second


@pytest.mark.parametrize(("size", "most"), [(20, 9.5), (300, 3.7)])
def test_classify_costs_little_more_than_counting(size: int, most: float) -> None:
    """5.3 to 6.7 times as much for 20 characters, 2.2 to 2.7 for 300, on two busy cores: twice that fails."""
    texts = [(each.text * size)[:size] for each in examples()[::100]]
    assert effort(default_classifier().classify, texts, texts) < most
