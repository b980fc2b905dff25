"""The deep path: a mix that is made again byte for byte, and a whole verdict on anything."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from handlers.understanding.classifier import Classifier, Verdict, default_classifier, use
from handlers.understanding.corpus import Example, digest, examples, is_held_back, lexicon
from handlers.understanding.deep import (
    DEEP_PATH,
    LONGEST,
    DeepClassifier,
    DeepModel,
    NoDeepModel,
    beside,
    default_deep,
)
from handlers.understanding.embedding import SHARED, SIZE, Embedding, readable
from handlers.understanding.measure import Measured, Row, ask_below
from handlers.understanding.model import MODEL_PATH, TYPES, Model, WrongModel, write, write_all
from handlers.understanding.train import learned_from, softmax, train
from handlers.understanding.train_deep import Remembered, mix, train_deep
from tests.unit.understanding.test_classifier import CLEAR, NASTY

SHORT = 40
OF_EACH = 20
SEEN_SHORT = 60
MANY = 150


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
    written = few()
    model, known = train(written, made=date(2026, 1, 1))
    deep, mixed = train_deep(written, known, Remembered(each.text for each in written))
    assert len(mixed.rows) == len(learned_from(written)) < len(written)
    assert (deep.ask_below, deep.digest) == (ask_below(mixed), model.digest)
    path = folder / "mine.zip"
    write_all({path: model.content(), beside(path): deep.content()})
    assert DeepClassifier.over(Classifier.load(path)).ask_below == deep.ask_below
    return path.read_bytes(), (folder / "mine.deep.zip").read_bytes()


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
    with pytest.raises(WrongModel, match="its format is 3, not deep 2"):
        DeepModel.load(MODEL_PATH)
    with pytest.raises(WrongModel, match="its format is 'deep 2', not 3"):
        Model.load(DEEP_PATH)


@pytest.mark.parametrize("field", ["types", "share", "temperature", "ask_below", "digest"])
def test_file_that_lacks_something_is_refused(tmp_path: Path, field: str) -> None:
    about, numbers = DeepModel.load().content()
    write(tmp_path / "bad.zip", {name: said for name, said in about.items() if name != field}, numbers)
    with pytest.raises(WrongModel):
        DeepModel.load(tmp_path / "bad.zip")


@pytest.mark.parametrize("wrong", [{"temperature": 0}, {"share": float("nan")}, {"types": ["ip"]}])
def test_file_that_nothing_can_be_reckoned_with_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    about, numbers = DeepModel.load().content()
    write(tmp_path / "bad.zip", {**about, **wrong}, numbers)
    with pytest.raises(WrongModel):
        DeepModel.load(tmp_path / "bad.zip")
    write(tmp_path / "short.zip", about, list(numbers)[:-1])
    with pytest.raises(WrongModel):
        DeepModel.load(tmp_path / "short.zip")


def test_of_two_models_both_are_written_or_none(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(b"before")
    broken = ({"format": object()}, [])
    with pytest.raises(TypeError):
        write_all({path: Model.load().content(), beside(path): broken})
    assert ([each.name for each in tmp_path.iterdir()], path.read_bytes()) == (["mine.zip"], b"before")


def test_fast_model_of_ones_own_takes_the_deep_one_beside_it_if_it_belongs_to_it(tmp_path: Path) -> None:
    path = tmp_path / "mine.zip"
    path.write_bytes(MODEL_PATH.read_bytes())
    mine = Classifier.load(path)
    with pytest.raises(NoDeepModel, match=r"mine\.deep\.zip: No such file"):
        DeepClassifier.over(mine)
    beside(path).write_bytes(b"PK")
    with pytest.raises(NoDeepModel, match=r"mine\.deep\.zip is no model for this version"):
        DeepClassifier.over(mine)
    beside(path).write_bytes(DEEP_PATH.read_bytes())
    assert DeepClassifier.over(mine).classify("尾款不给结") == default_deep().classify("尾款不给结")
    about, numbers = DeepModel.load().content()
    write(beside(path), {**about, "digest": "of others"}, numbers)
    with pytest.raises(NoDeepModel, match=r"was not made with mine\.zip"):
        DeepClassifier.over(mine)
    with pytest.raises(NoDeepModel, match="comes from no file"):
        DeepClassifier.over(Classifier(Model.load()))


def test_deep_path_is_of_the_fast_model_in_use(tmp_path: Path) -> None:
    before, path = default_classifier(), tmp_path / "mine.zip"
    path.write_bytes(MODEL_PATH.read_bytes())
    assert default_deep() is default_deep()
    use(Classifier.load(path))
    try:
        with pytest.raises(NoDeepModel):
            default_deep()
    finally:
        use(before)
    assert default_deep().ask_below == DeepModel.load().ask_below


def test_shipped_mix_understands_what_no_model_saw_better_than_the_fast_path() -> None:
    unseen = [each for each in examples() if is_held_back(each.text) and len(each.text) <= SEEN_SHORT][::3]

    def measured(classify: Callable[[str], Verdict]) -> Measured:
        verdicts = [(classify(each.text).scores, each.type) for each in unseen]
        return Measured([Row([scores[kind] for kind in TYPES], right) for scores, right in verdicts])

    deep, fast = measured(default_deep().classify), measured(default_classifier().classify)
    assert len(unseen) > MANY
    assert (deep.six_way() or 0.0) > max(0.78, fast.six_way() or 0.0)
    assert (deep.seven_way or 0.0) > max(0.72, (fast.seven_way or 0.0) - 0.01)
    assert (deep.six_way(2) or 0.0) > 0.92
    assert (deep.other_auroc or 0.0) > 0.87


def test_remembered_texts_read_as_any_other() -> None:
    texts = ["尾款不给结", "😀", "没水", "没水"]
    known = Remembered(texts[:3])
    assert [known.vector(text) for text in texts] == [SHARED.vector(text) for text in texts]
    assert known.vector("冷库断电") == SHARED.vector("冷库断电")


@pytest.mark.parametrize(("kind", "text"), CLEAR.items())
def test_clear_message_of_each_type_is_known(kind: str, text: str) -> None:
    verdict = default_deep().classify(text)
    assert (verdict.type, verdict.is_sure) == (kind, True)


@pytest.mark.parametrize("text", NASTY)
def test_nasty_input_is_a_whole_verdict(text: str) -> None:
    verdict = default_deep().classify(text)
    assert sum(verdict.scores.values()) == pytest.approx(1)
    assert set(verdict.scores) == set(TYPES)
    assert verdict.scores[verdict.type] == verdict.confidence >= verdict.scores[verdict.second]


def test_where_nothing_can_be_read_the_fast_path_answers() -> None:
    assert default_deep().classify("😀😀") == default_classifier().classify("😀😀")


@pytest.mark.parametrize("piece", ["款", "\u33a1", "😀款"])
def test_longer_texts_than_can_be_embedded_in_time_are_the_fast_paths(piece: str) -> None:
    """A sign may stand for several characters: none is embedded beyond the longest."""

    class Counted(Embedding):
        def __init__(self) -> None:
            super().__init__()
            self.given: list[str] = []

        def vector(self, text: str) -> tuple[float, ...] | None:
            self.given.append(text)
            return SHARED.vector(text)

    counted = Counted()
    deep = DeepClassifier(default_classifier(), DeepModel.load(), counted)
    for length in (20, LONGEST // len(piece), LONGEST // len(piece) + 1, 10 * LONGEST):
        deep.classify(piece * length)
    assert counted.given
    assert max(len(readable(text)) for text in counted.given) <= LONGEST
    assert deep.classify("款" * (LONGEST + 1)) == default_classifier().classify("款" * (LONGEST + 1))


def test_threads_share_it() -> None:
    texts = list(CLEAR.values()) * 3
    with ThreadPoolExecutor(4) as crowd:
        assert list(crowd.map(default_deep().classify, texts)) == list(map(default_deep().classify, texts))


def test_who_is_more_often_right_gets_the_greater_share() -> None:
    random = np.random.default_rng(7)
    right = random.integers(0, 3, 900)
    good, poor = (softmax(np.eye(3)[right] * sure + random.normal(size=(900, 3))) for sure in (3, 0.5))
    assert mix(poor, good, right)[0] > 0.5 > mix(good, poor, right)[0]
