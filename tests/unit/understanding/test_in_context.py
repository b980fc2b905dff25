"""What a message is for in its situation: golden cases, what always holds, and the file that ships."""

import math
import time
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.cues import cues
from handlers.understanding.in_context import Context, certain, intent_in, likely
from handlers.understanding.intent_corpus import TWELVE, digest_of, matters, said_examples
from handlers.understanding.intent_model import (
    INTENTS_PATH,
    LANE,
    MARKED,
    MOST,
    IntentModel,
    default_intents,
)
from handlers.understanding.intents import Intent
from handlers.understanding.jsonlines import BadLine, classify_line
from handlers.understanding.model import WrongModel, write
from handlers.understanding.situation import signs
from handlers.understanding.train_intents import train_intents
from tests.effort import effort

TODAY = date(2026, 1, 5)

OPEN = Context(open=True)
CONTEXTS = st.builds(
    Context,
    open=st.booleans(),
    asked=st.sampled_from([None, "missing", "stage", "which_case", "result", "rating", "else"]),
    said=st.text(st.characters(), max_size=60),
)


@pytest.mark.parametrize(
    ("text", "context", "intent"),
    [
        ("供电", Context(True, "which_case", "您想查哪一件的进度？供电／欠款"), Intent.PROGRESS),
        ("供电", Context(True, "which_case", "您要催哪一件？供电／欠款"), Intent.URGE),
        ("供电", Context(True, "which_case", "您要撤回哪一件？供电／欠款"), Intent.WITHDRAW),
        ("供电", Context(True, "which_case", "您补充的是哪一件？供电／欠款"), Intent.FOLLOW_UP),
        ("不是", Context(True, "which_case", "您说的是供电那件吗？"), Intent.CORRECTION),
        ("2", Context(True, "rating", "1 满意 2 基本满意 3 不满意"), Intent.RATE),
        ("2", Context(True, "missing", "请选择：1 有合同 2 只有送货单"), Intent.FOLLOW_UP),
        ("2", Context(), Intent.NOISE),
        ("👍", Context(True, "rating"), Intent.RATE),
        ("没有", Context(True, "result", "请问解决了吗？"), Intent.RATE),
        ("没有", Context(True, "missing", "有没有书面合同？"), Intent.FOLLOW_UP),
        ("没有", Context(True, None, "请问贵公司是否取得资质？"), Intent.FOLLOW_UP),
        ("撤了", Context(True, "result", "重复罚单已撤销，请问解决了吗？"), Intent.RATE),
        ("撤了", OPEN, Intent.WITHDRAW),
        ("1250", Context(True, "missing", "请补充：变压器容量。"), Intent.FOLLOW_UP),
        ("1250", OPEN, Intent.COMMAND),
        ("今日有人自称市里的，要看账本，是你们的人吗", Context(), Intent.VERIFY),
        ("今日", Context(), Intent.COMMAND),
        ("啥", Context(True, "result", "请问解决了吗？"), Intent.NOISE),
        ("批没批", OPEN, Intent.PROGRESS),
        ("6621打来的，没说暗语", Context(True, None, "领导将于10点致电您，尾号6621。"), Intent.VERIFY),
        ("满意", Context(True, "rating", "请您评价"), Intent.RATE),
        ("满意 2208", Context(True, "rating", "请您评价"), Intent.COMMAND),
        ("进度 1010", OPEN, Intent.COMMAND),
        ("帮助", Context(), Intent.COMMAND),
        ("谢谢", OPEN, Intent.GREETING),
        ("你好", Context(True, "result", "请问解决了吗？"), Intent.GREETING),
        ("13812345678 这个号是你们的吗", Context(), Intent.VERIFY),
        ("语音通话 已取消", Context(), Intent.NOISE),
        ("我要取消", OPEN, Intent.WITHDRAW),
        ("又停电了", Context(), Intent.REQUEST),
        ("请您别打电话", OPEN, Intent.COMMAND),
        ("不用打电话，我想当面见领导", OPEN, Intent.HUMAN),
        ("让他别打了", OPEN, Intent.FOLLOW_UP),
        ("正在办", OPEN, Intent.FOLLOW_UP),
        ("再给我几天", OPEN, Intent.FOLLOW_UP),
        ("", Context(), Intent.NOISE),
    ],
)
def test_intent_in_its_situation(text: str, context: Context, intent: Intent) -> None:
    assert intent_in(text, context) is intent


@given(st.text(st.characters()), CONTEXTS)
def test_intent_in_any_situation_is_one_of_the_twelve(text: str, context: Context) -> None:
    intent, sure = likely(text, context)
    assert intent in TWELVE
    assert 0 < sure <= 1


@pytest.mark.parametrize(
    "piece", ["的", "好的", "那个件", "1", "☺", " ", "供电", "第一件", "\x00", "\ud800", "停电？"]
)
@pytest.mark.parametrize("asked", [None, "which_case", "rating"])
def test_intent_in_endless_words_takes_bounded_time(piece: str, asked: str | None) -> None:
    started = time.process_time()
    for size in (6, 12, 40, 1_000_000):
        intent_in(piece * (size // len(piece)), Context(True, asked, piece * 1000))
    assert time.process_time() - started < 0.5


def test_every_example_of_a_command_is_one_by_its_grammar() -> None:
    commands = [each for each in said_examples() if each.intent is Intent.COMMAND]
    assert [each.text for each in commands if certain(each.text, each.context) is not Intent.COMMAND] == []


def test_examples_of_intents_are_each_said_once() -> None:
    said = [(each.text, each.context) for each in said_examples()]
    assert len(said) == len(set(said))


def test_shipped_intents_are_made_from_the_shipped_examples() -> None:
    assert default_intents().digest == digest_of([*said_examples(), *matters()], list(cues()))


def test_training_intents_again_gives_the_shipped_readings() -> None:
    again, shipped = train_intents(said_examples(), matters()), default_intents()
    assert ([*again.pieces()], [*again.seen]) == ([*shipped.pieces()], [*shipped.seen])
    for each in said_examples()[::7]:
        one, other = again.scores(each.text, each.context), shipped.scores(each.text, each.context)
        assert max(abs(one[intent] - other[intent]) for intent in one) < 0.05


def test_saved_intents_are_the_same_bytes(tmp_path: Path) -> None:
    default_intents().save(tmp_path / "again.zip")
    assert (tmp_path / "again.zip").read_bytes() == INTENTS_PATH.read_bytes()


def test_a_file_that_is_no_model_of_intents_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.zip").write_bytes(b"odd")
    with pytest.raises(WrongModel):
        IntentModel.load(tmp_path / "odd.zip")


@pytest.mark.parametrize("part", ["format", "intents", "unit", "finer", "digest", "pieces", "seen"])
def test_a_model_of_intents_that_lacks_a_part_is_refused(tmp_path: Path, part: str) -> None:
    about, weights = default_intents().content()
    write(tmp_path / "odd.zip", {name: said for name, said in about.items() if name != part}, weights)
    with pytest.raises(WrongModel):
        IntentModel.load(tmp_path / "odd.zip")


@pytest.mark.parametrize(
    "odd",
    [
        {"format": "3"},
        *({part: None} for part in ("intents", "unit", "finer", "pieces", "seen")),
        {"intents": ["no such intent"] * 11},
        {"intents": [Intent.URGE] * 11},
        {"intents": []},
        {"intents": 3},
        {"unit": "x"},
        {"unit": float("nan")},
        {"unit": 0},
        {"finer": 0},
        {"finer": [1]},
        {"pieces": 5},
        {"pieces": ["好"]},
        {"seen": {"a": 1}},
        {"seen": [["=urge"]]},
    ],
    ids=repr,
)
def test_a_model_of_intents_with_a_garbled_part_is_refused(tmp_path: Path, odd: dict[str, object]) -> None:
    about, weights = default_intents().content()
    write(tmp_path / "odd.zip", {**about, **odd}, weights)
    with pytest.raises(WrongModel):
        IntentModel.load(tmp_path / "odd.zip")


@pytest.mark.parametrize("name", ["pieces", "seen"])
def test_a_model_of_intents_that_names_a_sign_twice_or_by_no_word_is_refused(
    tmp_path: Path, name: str
) -> None:
    about, weights = default_intents().content()
    signs = list(about[name])
    for odd in (signs[1], 7):
        write(tmp_path / "odd.zip", {**about, name: [odd, *signs[1:]]}, weights)
        with pytest.raises(WrongModel):
            IntentModel.load(tmp_path / "odd.zip")


@pytest.mark.parametrize("cut", [0, 1, 40_000, -1])
def test_weights_that_are_cut_short_or_of_another_make_are_refused(tmp_path: Path, cut: int) -> None:
    about, weights = default_intents().content()
    assert isinstance(weights, bytes)
    for odd in (weights[:cut], [float(each) for each in weights[:9]]):
        write(tmp_path / "odd.zip", about, odd)
        with pytest.raises(WrongModel):
            IntentModel.load(tmp_path / "odd.zip")
    path = tmp_path / "odd.zip"
    path.write_bytes(INTENTS_PATH.read_bytes()[: 1000 + cut])
    with pytest.raises(WrongModel):
        IntentModel.load(path)


@pytest.mark.parametrize("said", ["[]", "3", "null", "{", "[" * 100_000, '"format"'])
def test_a_model_of_intents_that_says_something_else_of_itself_is_refused(tmp_path: Path, said: str) -> None:
    _, weights = default_intents().content()
    with ZipFile(tmp_path / "odd.zip", "w") as file:
        file.writestr("about.json", said)
        file.writestr("weights.i8", weights)
    with pytest.raises(WrongModel):
        IntentModel.load(tmp_path / "odd.zip")


def test_no_file_of_intents_is_no_wrong_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        IntentModel.load(tmp_path / "none.zip")


def test_classify_reads_the_situation() -> None:
    line = {"id": 1, "text": "1", "open": True, "asked": "rating", "said": "1 满意 2 基本满意 3 不满意"}
    without = {"id": 1, "text": "1"}
    assert [classify_line(each, TODAY)["intent"] for each in (line, without)] == ["rate", "noise"]


@pytest.mark.parametrize("odd", [{"open": "yes"}, {"asked": 3}, {"said": ["x"]}])
def test_classify_refuses_an_odd_situation(odd: dict[str, object]) -> None:
    with pytest.raises(BadLine):
        classify_line({"id": 1, "text": "1", **odd}, TODAY)


@pytest.mark.parametrize(
    "context",
    [
        Context(),
        OPEN,
        Context(True, "missing", "请补充"),
        Context(True, "which_case", "哪一件？"),
        Context(True, "else", "？"),
    ],
)
def test_rows_added_as_numbers_give_what_each_weight_added_gives(context: Context) -> None:
    """The quick arithmetic beside the plain one: a piece counts once anywhere, and once more under its mark."""
    model = default_intents()
    rows = model.pieces()
    for text in ("供电那件到哪了", "不急，等你们", "👍", "又停了三个小时，照片晚上发", "zz"):
        short, long, mark, seen = signs(text, context)
        words = [rows[each] for each in (*short, *long) if each in rows]
        words += [rows[f"{mark}{MARKED}{each}"] for each in short if f"{mark}{MARKED}{each}" in rows]
        situation = [model.seen[each] for each in seen if each in model.seen]
        summed = [
            weight(model.bias, place)
            + sum(weight(row, place) for row in situation) / model.finer
            + sum(weight(row, place) for row in words) / math.sqrt(len(words) or 1)
            for place in range(len(model.intents))
        ]
        raised = [math.exp(each * model.unit) for each in summed]
        assert [*model.scores(text, context).values()] == pytest.approx(
            [each / sum(raised) for each in raised], rel=1e-9
        )


def weight(row: int, place: int) -> int:
    return (row >> (LANE * place) & (1 << LANE) - 1) - MOST


def test_a_phone_message_costs_little() -> None:
    """17 to 22 times as much as counting its n-grams, on two busy cores: twice that fails."""
    said = said_examples()[::40]
    read = effort(lambda each: intent_in(each.text, each.context), said, [each.text for each in said])
    assert read < 31
