"""The model can be made again from the examples, and its confidence is honest on what it did not see."""

import numpy as np
import pytest

from handlers.understanding.classifier import ASK_BELOW, Classifier, default_classifier
from handlers.understanding.corpus import examples
from handlers.understanding.measure import Measured, ask_below, cross_validated
from handlers.understanding.train import softmax, temperature, train

ELSEWHERE = ["市里答应的搬迁奖励没到账", "冷库断电货都坏了", "Привет", "房東不退押金", ""]


@pytest.fixture(scope="module")
def held_back_matters() -> Measured:
    return cross_validated(by_matter=True)


def test_training_again_gives_the_shipped_scores() -> None:
    again, shipped = Classifier(train(examples())), default_classifier()
    texts = [each.text for each in examples()][::5] + ELSEWHERE
    one, other = ([list(by.classify(text).scores.values()) for text in texts] for by in (again, shipped))
    assert np.abs(np.array(one) - np.array(other)).max() < 1e-6


def test_held_back_sub_matters_are_understood_far_better_than_by_chance(held_back_matters: Measured) -> None:
    assert held_back_matters.stands_right(0.0) > 0.6


def test_confidence_on_held_back_sub_matters_is_what_comes_true(held_back_matters: Measured) -> None:
    said = held_back_matters.scores.max(1).mean()
    assert abs(said - held_back_matters.stands_right(0.0)) < 0.03


def test_ask_below_is_the_threshold_the_data_give(held_back_matters: Measured) -> None:
    assert ask_below(held_back_matters) == ASK_BELOW


def test_temperature_calms_a_model_that_is_too_sure() -> None:
    random = np.random.default_rng(7)
    honest = random.normal(size=(4000, 3))
    right = np.array([random.choice(3, p=each) for each in softmax(honest)])
    assert temperature(honest * 3, right) == pytest.approx(3, rel=0.15)


def test_report_names_what_it_measured() -> None:
    sure = Measured(np.eye(7), np.arange(7), [frozenset()] * 7)
    lines = list(sure.lines())
    assert lines[:3] == [
        "7 texts: seven-way 1.000, with the arguable 1.000",
        "six-way 1.000, top two of six 1.000",
        "macro-F1 1.000, `other` AUROC 1.000",
    ]
    assert lines[-1] == "asked 0.000, else right 1.000"
