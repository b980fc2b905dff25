"""`liaison evaluate`: labelled texts in, figures out. Reading the clock is the caller's, who hands it in."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .in_context import Context, intent_in
from .intent_model import IntentModel
from .intents import Intent
from .jsonlines import BadLine, Classify, situation_of, text_of
from .measure import Measured, Row, confusion, figures_in_lines, loses, share, table
from .model import TYPES

Stopwatch = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and its right type, beside what else is arguable."""

    text: str
    type: str
    also: frozenset[str]


@dataclass(frozen=True, slots=True)
class LabelledIntent:
    """A text in its situation, and what it is for."""

    text: str
    intent: Intent
    situation: Context


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that each text took."""

    seconds: Sequence[float]

    def figures(self) -> dict[str, float | None]:
        """Return the median and the 99th percentile in milliseconds."""
        ordered = sorted(self.seconds)
        last = len(ordered) - 1
        places = {"median_ms": 0.5, "p99_ms": 0.99}
        return {k: 1000 * ordered[round(at * last)] if ordered else None for k, at in places.items()}


@dataclass(frozen=True, slots=True)
class OfTypes:
    """How good and how fast a classifier is, and from which confidence on it does not ask."""

    measured: Measured
    times: Times
    ask_below: float

    def figures(self) -> dict[str, Any]:
        """Return everything by name."""
        return {
            **self.measured.figures(self.ask_below),
            **self.times.figures(),
            "reliability": [asdict(each) for each in self.measured.bins],
            "confusion": self.measured.confusion,
        }

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        yield from self.measured.lines(self.ask_below)
        yield from figures_in_lines(self.times.figures())


@dataclass(frozen=True, slots=True)
class OfIntents:
    """Right intents beside those that were read, and how fast they were."""

    pairs: Sequence[tuple[Intent, Intent]]
    times: Times

    def loses_to(self, current: "OfIntents") -> bool:
        """Whether it reads the same texts, in the same order, worse than another does, beyond chance."""
        both = zip(self.pairs, current.pairs, strict=True)
        return loses([(mine[0] is mine[1], its[0] is its[1]) for mine, its in both])

    def figures(self) -> dict[str, Any]:
        """Return everything by name."""
        return self._numbers() | {"confusion": self._confusion()}

    def lines(self) -> Iterator[str]:
        """Yield the report."""
        yield from figures_in_lines(self._numbers())
        yield from table(self._confusion())

    def _numbers(self) -> dict[str, Any]:
        accuracy = share(right is said for right, said in self.pairs)
        return {"texts": len(self.pairs), "accuracy": accuracy, **self.times.figures()}

    def _confusion(self) -> dict[str, dict[str, int]]:
        occur = {each for pair in self.pairs for each in pair}
        names = [each.value for each in Intent if each in occur]
        return confusion(names, [(right.value, said.value) for right, said in self.pairs])


def labelled(obj: Mapping[str, Any]) -> Labelled:
    """Return a line as a text with its right type.

    Raises:
        BadLine: it has no text, or names a type that does not exist.
    """
    also = obj.get("also", [])
    if not isinstance(also, list):
        raise BadLine("also is not a list")
    return Labelled(text_of(obj), _type(obj.get("type")), frozenset(map(_type, also)))


def labelled_intent(obj: Mapping[str, Any]) -> LabelledIntent:
    """Return a line as a text with what it is for.

    Raises:
        BadLine: it has no text, or names an intent that does not exist.
    """
    text, named = text_of(obj), obj.get("intent")
    if not isinstance(named, str) or named not in set(Intent):
        raise BadLine(f"intent {_shown(named)} is none of {', '.join(Intent)}")
    return LabelledIntent(text, Intent(named), situation_of(obj))


def evaluate_types(
    rows: Iterable[Labelled], classify: Classify, ask_below: float, clock: Stopwatch
) -> OfTypes:
    """Return what a way to classify makes of labelled texts, and how long each took."""
    measured, seconds = [], []
    for row in rows:
        began = clock()
        scores = classify(row.text).scores
        seconds.append(clock() - began)
        measured.append(Row([scores[name] for name in TYPES], row.type, row.also))
    return OfTypes(Measured(measured), Times(seconds), ask_below)


def evaluate_intents(
    rows: Iterable[LabelledIntent], clock: Stopwatch, model: IntentModel | None = None
) -> OfIntents:
    """Return how texts are read in their situation against what they are for, and how long each took.

    They are read by the model of this process, unless another is given.
    """
    pairs, seconds = [], []
    for row in rows:
        began = clock()
        pairs.append((row.intent, intent_in(row.text, row.situation, model)))
        seconds.append(clock() - began)
    return OfIntents(pairs, Times(seconds))


def _type(named: object) -> str:
    if not isinstance(named, str) or named not in TYPES:
        raise BadLine(f"type {_shown(named)} is none of {', '.join(TYPES)}")
    return named


def _shown(named: object) -> str:
    return ascii(named)[:40]
