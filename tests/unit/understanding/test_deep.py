"""The deep path: a mix that is made again byte for byte, and a whole verdict on anything."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from handlers.understanding.classifier import default_classifier
from handlers.understanding.corpus import TYPES, Example, digest, examples, lexicon
from handlers.understanding.deep import DEEP_PATH, DeepModel, default_deep
from handlers.understanding.embedding import SIZE
from handlers.understanding.model import MODEL_PATH, Model, WrongModel
from handlers.understanding.train import softmax, train_both
from handlers.understanding.train_deep import mix
from tests.unit.understanding.test_classifier import CLEAR, NASTY

SHORT = 40
OF_EACH = 20


def few() -> list[Example]:
    """Return some short examples of each type, from all over its sub-matters: embedding all takes minutes."""
    chosen: list[Example] = []
    for kind in TYPES:
        short = [each for each in examples() if each.type == kind and len(each.text) <= SHORT]
        chosen += short[:: max(1, len(short) // OF_EACH)]
    return chosen


def made(folder: Path) -> tuple[bytes, bytes]:
    """Train on a few examples; return both files."""
    folder.mkdir()
    model, deep = train_both(few())
    assert deep is not None
    model.save(folder / "model.zip")
    deep.save(folder / "deep.zip")
    return (folder / "model.zip").read_bytes(), (folder / "deep.zip").read_bytes()


def test_training_again_makes_the_same_bytes(tmp_path: Path) -> None:
    assert made(tmp_path / "one") == made(tmp_path / "other")


def test_shipped_file_is_of_the_shipped_examples() -> None:
    ours = digest(examples(), lexicon())
    assert (DeepModel.load().digest, Model.load().digest) == (ours, ours)


def test_file_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    shipped = DeepModel.load()
    shipped.save(tmp_path / "again.zip")
    assert DeepModel.load(tmp_path / "again.zip") == shipped
    assert (tmp_path / "again.zip").read_bytes() == DEEP_PATH.read_bytes()
    assert (len(shipped.weights), len(shipped.mean), len(shipped.scale)) == (SIZE,) * 3


def test_file_of_another_format_is_refused() -> None:
    with pytest.raises(WrongModel, match=r"format 2 in model\.zip, expected deep 1"):
        DeepModel.load(MODEL_PATH)
    with pytest.raises(WrongModel, match=r"format deep 1 in deep\.zip"):
        Model.load(DEEP_PATH)


@pytest.mark.parametrize(("kind", "text"), CLEAR.items())
def test_clear_message_of_each_type_is_known(kind: str, text: str) -> None:
    verdict = default_deep().classify(text)
    assert (verdict.type, verdict.stands) == (kind, True)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_input_is_a_whole_verdict(text: str) -> None:
    verdict = default_deep().classify(text)
    assert sum(verdict.scores.values()) == pytest.approx(1)
    assert set(verdict.scores) == set(TYPES)
    assert verdict.scores[verdict.type] == verdict.confidence >= verdict.scores[verdict.second]


def test_where_nothing_can_be_read_the_fast_path_answers() -> None:
    assert default_deep().classify("😀😀") == default_classifier().classify("😀😀")


def test_threads_share_it() -> None:
    texts = list(CLEAR.values()) * 3
    with ThreadPoolExecutor(4) as crowd:
        assert list(crowd.map(default_deep().classify, texts)) == list(map(default_deep().classify, texts))


def test_who_is_more_often_right_gets_the_greater_share() -> None:
    random = np.random.default_rng(7)
    right = random.integers(0, 3, 900)
    good, poor = (softmax(np.eye(3)[right] * sure + random.normal(size=(900, 3))) for sure in (3, 0.5))
    assert mix(poor, good, right)[0] > 0.5 > mix(good, poor, right)[0]
