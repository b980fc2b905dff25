"""A model of one's own in use: both paths take it, or it is refused in words."""

import json
from pathlib import Path

import pytest

from bot.learning import use_chosen_model
from bot.service import deep_path_of
from handlers.understanding.classifier import Classifier, default_classifier, use
from handlers.understanding.deep import beside
from handlers.understanding.model import MODEL_PATH
from tests.flows.test_operators_commands import run
from tests.unit.bot.test_learning import TYPED, another, file_of, ours
from tests.world import World

__all__ = ["another", "ours"]


def environment(world: World) -> dict[str, str]:
    settings = world.settings
    return {
        "LIAISON_DATABASE_URL": settings.database_url,
        "LIAISON_WECHAT_APP_ID": settings.wechat_app_id,
        "LIAISON_WECHAT_APP_SECRET": settings.wechat_app_secret.get_secret_value(),
        "LIAISON_WECHAT_TOKEN": settings.wechat_token.get_secret_value(),
        "LIAISON_WECHAT_AES_KEY": settings.wechat_aes_key.get_secret_value(),
    }


def test_chosen_model_reads_the_messages(another: Path) -> None:
    said = json.dumps(TYPED[0])
    told = run("classify", said=said, LIAISON_MODEL=str(another))
    assert told.stderr == f"By the fast path alone: {beside(another)}: No such file or directory\n"
    theirs = json.loads(told.stdout)
    assert theirs["confidence"] == Classifier.load(another).classify(TYPED[0]["text"]).confidence  # type: ignore[arg-type]
    assert theirs["confidence"] != json.loads(run("classify", "--fast", said=said).stdout)["confidence"]


def test_service_without_a_deep_model_of_its_fast_one_says_so_and_goes_on(
    world: World, another: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = default_classifier()
    settings = world.settings.model_copy(update={"deep": True, "model": another})
    assert deep_path_of(settings) is not None
    use_chosen_model(settings)
    try:
        assert deep_path_of(settings) is None
    finally:
        use(before)
    told = "".join(capsys.readouterr())
    assert "no_deep_model" in told
    assert beside(another).name in told


@pytest.mark.parametrize("command", ["serve", "worker", "classify", "evaluate"])
def test_wrong_model_is_refused_at_the_start(world: World, tmp_path: Path, command: str) -> None:
    wrong = tmp_path / "wrong.zip"
    wrong.write_bytes(MODEL_PATH.read_bytes()[:5000])
    rest = [file_of(tmp_path, *TYPED)] if command == "evaluate" else []
    done = run(command, *rest, said="{}", **environment(world), LIAISON_MODEL=str(wrong))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"LIAISON_MODEL: {wrong} is no model for this version: it cannot be read (BadZipFile). "
        "`liaison train --out FILE` makes one.\n"
    )


def test_missing_model_is_named(tmp_path: Path) -> None:
    done = run("classify", said="{}", LIAISON_MODEL=str(tmp_path / "none.zip"))
    assert (done.returncode, done.stdout) == (1, "")
    assert str(tmp_path / "none.zip") in done.stderr
    assert "Traceback" not in done.stderr
