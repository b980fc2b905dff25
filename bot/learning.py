"""`liaison classify`, `evaluate` and `train`: what the classifier says, how good it is, how it gets better.

What people have corrected is read from the event log and masked before anything learns from it.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, TypeVar

import typer

from bot.lines import Refused, lines_of, whole
from bot.patterning import of_patterns, patterns_of, regrouped
from config.settings import DatabaseSettings, ModelSettings
from handlers import say
from handlers.understanding.classifier import Classifier, default_classifier, use
from handlers.understanding.deep import DeepClassifier, NoDeepModel, beside, default_deep
from handlers.understanding.embedding import NoEmbedding
from handlers.understanding.evaluation import (
    LabelledIntent,
    OfIntents,
    OfTypes,
    evaluate_intents,
    evaluate_types,
    labelled,
    labelled_intent,
)
from handlers.understanding.intent_model import IntentModel, default_intents, intents_beside, use_intents
from handlers.understanding.jsonlines import Line, classify_lines, read_all
from handlers.understanding.masking import mask
from handlers.understanding.measure import Measured, is_worse
from handlers.understanding.model import MODEL_PATH, WrongModel, write_all
from handlers.understanding.pattern_measure import Agreement
from models.queries.corrections import Correction, corrections
from models.rules.regions import UnknownRegion, regions_within
from models.session import Database

Texts = Annotated[
    Path | None,
    typer.Argument(
        exists=True,
        dir_okay=False,
        readable=True,
        help="JSON lines with id, text, perhaps time; stdin if left out.",
    ),
]
InUse = TypeVar("InUse", Classifier, IntentModel)


def use_chosen_model(settings: ModelSettings) -> None:
    """Make the model that is set the one of this process, with the intents that stand beside it, if any do.

    The shipped ones are read when they are first needed.

    Raises:
        WrongModel: a file is no model for this version.
        OSError: it cannot be read.
    """
    _use_chosen_types(settings.model)
    _use_chosen_intents(settings.model)


def _use_chosen_types(path: Path | None) -> None:
    if path is not None:
        use(Classifier.load(path))


def _use_chosen_intents(path: Path | None) -> None:
    if path is not None and (intents := intents_beside(path)).exists():
        use_intents(IntentModel.load(intents))


def classify(
    file: Texts = None,
    *,
    fast: Annotated[bool, typer.Option("--fast", help="By the fast path alone, as under load.")] = False,
) -> None:
    """Say of each text what its sender wants and tells: JSON lines in, JSON lines out."""
    use_chosen_model(ModelSettings())
    path = _path(fast=fast)
    today = datetime.now(UTC).astimezone(say.LOCAL).date()
    with lines_of(file) as lines:
        try:
            for line in classify_lines(lines, today, path.classify):
                sys.stdout.write(line + "\n")
        except ValueError as error:
            raise Refused(str(error), 2) from None


def patterns(
    file: Texts = None,
    *,
    regroup: Annotated[
        bool, typer.Option("--regroup", help="Group all cases that are stored anew instead.")
    ] = False,
) -> None:
    """Put texts that tell of the same stone together: `pattern` is the same for them, null for others."""
    use_chosen_model(ModelSettings())
    if regroup:
        if file is not None:
            raise Refused("Either texts of a file are grouped, or the cases that are stored.", 2)
        for report in regrouped(DatabaseSettings().database_url):
            sys.stdout.write(report + "\n")
        return
    with lines_of(file) as lines:
        for line in patterns_of(lines):
            sys.stdout.write(line + "\n")


def evaluate(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="JSON lines with text, type and perhaps also."
        ),
    ],
    *,
    fast: Annotated[bool, typer.Option("--fast", help="The fast path alone, as under load.")] = False,
    intents: Annotated[bool, typer.Option("--intents", help="Lines have text and intent.")] = False,
    patterns: Annotated[
        bool, typer.Option("--patterns", help="Lines have text and pattern, null for none.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of a report.")] = False,
) -> None:
    """Measure the classifier, the reading of intents, or the finding of patterns, on labelled texts."""
    use_chosen_model(ModelSettings())
    with lines_of(file) as lines:
        report = _report(lines, fast=fast, intents=intents, patterns=patterns)
    sys.stdout.write(json.dumps(report.figures()) if as_json else "\n".join(report.lines()))
    sys.stdout.write("\n")


def train(
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, help="Where to write it, the others beside it; else over the model in use."
        ),
    ] = None,
    with_corrections: Annotated[
        bool, typer.Option("--with-corrections", help="Learn also from types that people corrected.")
    ] = False,
    region: Annotated[
        str | None, typer.Option(help="Corrections of this region only, by code; else all.")
    ] = None,
    examples: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="A folder like ours, instead of ours."),
    ] = None,
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Date to put into the file; else today.")
    ] = None,
) -> None:
    """Train all models anew, measure them beside those in use, and keep them unless one is worse."""
    try:
        # Only here scikit-learn is wanted.
        from handlers.understanding import corpus, train, train_deep  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        name = str(missing.name).partition(".")[0]
        raise Refused(f"{name} is not installed: pip install 'liaison[train]'", 1) from None
    path = out or ModelSettings().model or MODEL_PATH
    if not path.parent.is_dir():
        raise Refused(f"{path.parent}: no such folder.", 1)
    learned = _corrected(region) if with_corrections else []
    folder = examples or corpus.EXAMPLES
    try:
        ours = corpus.examples(folder)
        written = corpus.joined(ours, [(mask(c.text), c.type, c.event_id) for c in learned])
        model, known = train.train(written, made=(date or datetime.now(UTC)).date(), corrections=len(learned))
        candidate = Classifier(model)
        unseen = train.on_held_back(candidate, written)
    except (corpus.BadExamples, train.TooFew) as unfit:
        raise Refused(str(unfit), 1) from None
    files, current = {path: model.content()}, _current(_use_chosen_types, default_classifier)
    sys.stdout.write(f"{len(written)} examples{_provenance(learned)}\n")
    _print("candidate, whole sub-matters held back", known, candidate)
    _print("candidate, on what no model has seen", unseen, candidate)
    if current is not None:
        theirs = train.on_held_back(current, written)
        _print("model in use, on the same", theirs, current)
        if is_worse(unseen, theirs):
            raise Refused(f"The candidate is worse than the model in use: {path} is left as it was.", 1)
    if (intents := _intents(folder)) is not None:
        files[intents_beside(path)] = intents.content()
    try:
        embedding = train_deep.Remembered(each.text for each in written)
        deep_model, known = train_deep.train_deep(written, known, embedding)
        deep = DeepClassifier(candidate, deep_model, embedding)
        _print("candidate, deep path, whole sub-matters held back", known, deep)
        _print("candidate, deep path, on what no model has seen", train.on_held_back(deep, written), deep)
        files = {beside(path): deep_model.content(), **files}
    except NoEmbedding as missing:
        sys.stdout.write(f"\nWithout a deep path: {missing}\n")
    write_all(files)
    names = ", ".join(str(each) for each in files)
    sys.stdout.write(f"\n{names} written: made {model.made} from {model.digest[:12]}\n")


def _intents(folder: Path) -> IntentModel | None:
    """Return the model of the intents that a folder holds, None if it holds none; a worse one is refused."""
    from handlers.understanding import corpus, intent_corpus, train, train_intents  # noqa: PLC0415

    if not (folder / intent_corpus.FOLDER).is_dir():
        return None
    try:
        written, unseen = intent_corpus.said_examples(folder), intent_corpus.said_by_held_back(folder)
        candidate = train_intents.train_intents(written, intent_corpus.matters(folder))
    except (corpus.BadExamples, train.TooFew) as unfit:
        raise Refused(str(unfit), 1) from None
    if not unseen:
        raise Refused(f"{folder / intent_corpus.FOLDER}: nobody is held back to measure on.", 1)
    _compare(candidate, [LabelledIntent(each.text, each.intent, each.context) for each in unseen])
    return candidate


def _compare(candidate: IntentModel, unseen: Sequence[LabelledIntent]) -> None:
    """Print how both models of intents read what neither learned from; refuse a candidate that is worse.

    Where the chosen one cannot be read, it is measured beside the shipped one.
    """
    current = _current(_use_chosen_intents, default_intents)
    other, known = ("shipped model", IntentModel.load()) if current is None else ("model in use", current)
    found, in_use = (evaluate_intents(unseen, perf_counter, each) for each in (candidate, known))
    for title, each in (("candidate", found), (other, in_use)):
        sys.stdout.write("\n".join(["", f"{title}, intents of people held back", *each.lines(), ""]))
    if found.loses_to(in_use):
        raise Refused("The candidate's intents are worse than those in use: all is left as it was.", 1)


def _path(*, fast: bool) -> Classifier | DeepClassifier:
    """Return the deep path; the fast one if that is asked for, or, as it says then, if there is no other."""
    if fast:
        return default_classifier()
    try:
        deep = default_deep()
        deep.prepare()
    except (NoDeepModel, NoEmbedding) as missing:
        sys.stderr.write(f"By the fast path alone: {missing}\n")
        return default_classifier()
    return deep


def _report(
    lines: Iterable[Line], *, fast: bool, intents: bool, patterns: bool
) -> OfTypes | OfIntents | Agreement:
    if intents and patterns:
        raise Refused("Either --intents or --patterns: one file holds one of both.", 2)
    if patterns:
        return of_patterns(lines)
    return _of_intents(lines) if intents else _of_types(lines, fast=fast)


def _of_types(lines: Iterable[Line], *, fast: bool) -> OfTypes:
    rows, path = whole(*read_all(lines, labelled)), _path(fast=fast)
    return evaluate_types(rows, path.classify, path.ask_below, perf_counter)


def _of_intents(lines: Iterable[Line]) -> OfIntents:
    return evaluate_intents(whole(*read_all(lines, labelled_intent)), perf_counter)


def _corrected(region: str | None) -> Sequence[Correction]:
    """Return what people corrected, in one region or everywhere: the database is its operator's."""
    database = Database(DatabaseSettings().database_url)
    try:
        with database.reading() as session:
            return corrections(session, None if region is None else regions_within(region))
    except UnknownRegion as unknown:
        raise Refused(str(unknown), 2) from None
    finally:
        database.dispose()


def _current(choose: Callable[[Path | None], None], in_use: Callable[[], InUse]) -> InUse | None:
    """Return the model in use of types, or of intents; None if there is none that this version can read."""
    try:
        choose(ModelSettings().model)
        return in_use()
    except (WrongModel, FileNotFoundError) as unusable:
        sys.stdout.write(f"Nothing to compare with: {unusable}\n")
        return None


def _provenance(learned: Sequence[Correction]) -> str:
    if not learned:
        return ""
    roles = Counter(each.role for each in learned)
    by_role = ", ".join(f"{number} by {role}" for role, number in sorted(roles.items()))
    first, last = learned[0], learned[-1]
    return f", corrections: {by_role}; events {first.event_id} to {last.event_id}, until {last.at:%Y-%m-%d}"


def _print(title: str, measured: Measured, classifier: Classifier | DeepClassifier) -> None:
    sys.stdout.write("\n".join(["", title, *measured.lines(classifier.ask_below), ""]))
