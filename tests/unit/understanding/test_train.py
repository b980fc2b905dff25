"""The model can be made again from the examples, is honest on what it did not see, and never learns that."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from handlers.understanding.classifier import Classifier, default_classifier
from handlers.understanding.corpus import ONE_IN, Example, examples, is_held_back, joined
from handlers.understanding.measure import Measured, ask_below
from handlers.understanding.model import MODEL_PATH, TYPES, Model
from handlers.understanding.train import (
    TooFew,
    learned_from,
    on_held_back,
    softmax,
    temperature,
    train,
)

ELSEWHERE = ["市里答应的搬迁奖励没到账", "冷库断电货都坏了", "Привет", "房東不退押金", ""]
PART = examples()[:: max(1, len(examples()) // 400)]
"""Enough to learn from, and quick."""
DAY = date(2026, 1, 1)
AGAIN = """
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from handlers.understanding.corpus import examples
from handlers.understanding.train import train
train(examples()[:: int(sys.argv[2])], made=date(2026, 1, 1))[0].save(Path(sys.argv[1]))
"""


@pytest.fixture(scope="module")
def again() -> tuple[Model, Measured]:
    return train(examples(), made=date.fromisoformat(Model.load().made))


@pytest.fixture(scope="module")
def held_back_matters(again: tuple[Model, Measured]) -> Measured:
    return again[1]


def trained(written: Sequence[Example]) -> Model:
    return train(written, made=DAY)[0]


def about(path: Path) -> object:
    with ZipFile(path) as file:
        return json.loads(file.read("about.json"))


@pytest.mark.parametrize("seed", ["1", "2"])
def test_same_examples_give_the_same_file_byte_for_byte(tmp_path: Path, seed: str) -> None:
    here, there = tmp_path / "here.zip", tmp_path / "there.zip"
    trained(PART).save(here)
    subprocess.run(
        [sys.executable, "-c", AGAIN, str(there), str(max(1, len(examples()) // 400))],
        env=os.environ | {"PYTHONHASHSEED": seed},
        check=True,
    )
    assert here.read_bytes() == there.read_bytes()


def test_training_again_gives_what_is_shipped(tmp_path: Path, again: tuple[Model, Measured]) -> None:
    """Within two thousandths: on other processors the search for the best weights ends a little elsewhere."""
    again[0].save(tmp_path / "again.zip")
    assert about(tmp_path / "again.zip") == about(MODEL_PATH)

    mine, shipped = Classifier.load(tmp_path / "again.zip"), default_classifier()
    texts = [each.text for each in examples()][::5] + ELSEWHERE
    scores, theirs = ([list(by.classify(text).scores.values()) for text in texts] for by in (mine, shipped))
    assert np.abs(np.array(scores) - np.array(theirs)).max() < 2e-3


def test_a_tenth_is_held_back_whatever_it_stands_among() -> None:
    back = [each for each in examples() if is_held_back(each.text)]
    assert 0.5 < len(back) * ONE_IN / len(examples()) < 1.5
    assert [each for each in learned_from(examples()) if each in back] == []
    assert {each.type for each in back} == set(TYPES)
    assert is_held_back("貨款拖欠１２０萬") == is_held_back(" 货款拖欠120万 ")


def test_what_is_held_back_changes_nothing_but_what_is_said_of_it() -> None:
    back = next(each for each in examples() if is_held_back(each.text))
    wrong = [Example(back.text, "ip" if back.type != "ip" else "chain", back.matter)]
    one, other = (trained(those) for those in (PART, [*PART, *wrong]))
    assert (one.weights, one.bias, one.temperature) == (other.weights, other.bias, other.temperature)
    assert one.digest != other.digest


def test_shipped_model_says_what_it_was_made_from() -> None:
    counts = Model.load().counts
    back = sum(is_held_back(each.text) for each in examples())
    assert counts == {"examples": len(examples()), "corrections": 0, "held_back": back}
    assert date.fromisoformat(Model.load().made)


def test_held_back_sub_matters_are_understood_far_better_than_by_chance(held_back_matters: Measured) -> None:
    assert (held_back_matters.seven_way or 0.0) > 0.74
    assert (held_back_matters.six_way() or 0.0) > 0.78
    assert (held_back_matters.six_way(2) or 0.0) > 0.92
    assert (held_back_matters.macro_f1 or 0.0) > 0.73
    assert (held_back_matters.other_auroc or 0.0) > 0.90


def test_confidence_on_held_back_sub_matters_is_what_comes_true(held_back_matters: Measured) -> None:
    said = sum(row.sure for row in held_back_matters.rows) / len(held_back_matters.rows)
    assert abs(said - (held_back_matters.seven_way or 0.0)) < 0.03
    assert (held_back_matters.calibration_error or 1.0) < 0.06


def test_recorded_threshold_is_the_one_the_data_give(held_back_matters: Measured) -> None:
    assert default_classifier().ask_below == ask_below(held_back_matters)
    assert (held_back_matters.stands_right(default_classifier().ask_below) or 0.0) >= 0.8


def test_verdict_stands_from_the_recorded_threshold_on() -> None:
    verdicts = [default_classifier().classify(each.text) for each in examples()]
    assert {each.is_sure for each in verdicts} == {True, False}
    assert [v for v in verdicts if v.is_sure != (v.confidence >= default_classifier().ask_below)] == []


def test_correction_is_learned() -> None:
    texts = [f"{place}号档口的秤被收走了，说要换带芯片的" for place in "甲乙丙丁戊己庚辛"]
    taught = joined(PART, [(text, "chain", place) for place, text in enumerate(texts)])
    before, after = (Classifier(trained(those)) for those in (PART, taught))
    unseen = "壬号档口的秤被收走了，说要换带芯片的"
    assert after.classify(unseen).scores["chain"] > before.classify(unseen).scores["chain"] + 0.2


def test_joined_learns_no_text_twice_and_the_last_word_on_it() -> None:
    written = [Example("货款拖欠120万", "arrears", 0)]
    corrected = [
        (" 貨款拖欠１２０萬", "policy", 3),
        ("没水", "policy", 5),
        ("沒水", "factors", 8),
        (" ", "ip", 9),
    ]
    assert joined(written, corrected) == [*written, Example("沒水", "factors", 8)]


def test_too_few_examples_are_refused_by_name() -> None:
    lacking = [each for each in examples() if each.type != "ip"]
    with pytest.raises(TooFew, match="fewer than 5 examples to learn from: ip"):
        trained(lacking)
    with pytest.raises(TooFew, match="held back"):
        on_held_back(default_classifier(), learned_from(examples()))


def test_temperature_calms_a_model_that_is_too_sure() -> None:
    random = np.random.default_rng(7)
    honest = random.normal(size=(4000, 3))
    right = np.array([random.choice(3, p=each) for each in softmax(honest)])
    assert temperature(honest * 3, right) == pytest.approx(3, rel=0.15)
