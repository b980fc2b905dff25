"""Makes the model of intents from the examples, for `liaison train`. Never imported by the service.

`python -m handlers.understanding.train_intents` prints the cross-validation by groups of alike wordings, and
by the people we imagined.
"""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.sparse import csr_matrix, vstack  # type: ignore[import-untyped]
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from .cues import cues
from .in_context import certain, intent_in
from .intent_corpus import TWELVE, Said, digest_of, matters, said_examples
from .intent_model import MARKED, IntentModel, by_length, packed
from .intents import Intent
from .situation import plain, signs
from .train import TooFew

FOLDS: Final = 8
ALIKE: Final = 70
"""Likeness (rapidfuzz, 0-100) from which two wordings are held back together."""
STRENGTH: Final = 0.03
"""Inverse of the regularisation; with five copies 0.03 and 0.045 were compared by leaving people out."""
MARGIN: Final = 3.5
"""What a margin counts in the exponent of a probability: the likeliest, by leaving people out."""
WORDS_SHARE: Final = 3.0
SEEN_SHARE: Final = 0.35
SEEN_IN: Final = 3
PIECES_AT_MOST: Final = 40_000
"""Pieces that are learned, those of one situation among them: more cost memory, and tell hardly more."""
BLURRED: Final = 5
"""Copies that are learned of each example with signs left out by chance: no sign is to be leaned on alone."""
KEPT: Final = 0.65
"""Share of its signs that a blurred copy keeps."""
MATTERS_FOR_ONE: Final = 10
"""Examples of a type that count as much as one example of an intent."""
LEARNED: Final = tuple(intent for intent in TWELVE if intent is not Intent.COMMAND)
"""A command is read by its grammar."""

Weights: TypeAlias = NDArray[np.float64]
Learned: TypeAlias = tuple[set[str], set[str]]
"""Of an example the pieces, those under its mark apart, and what is seen."""


def train_intents(written: Sequence[Said], also: Sequence[Said]) -> IntentModel:
    """Return the model of `written`, and of `also`: the shorter examples of the types, which count less.

    Raises:
        TooFew: an intent has no example to learn from.
    """
    learned = [each for each in written if each.intent is not Intent.COMMAND]
    if rare := [kind for kind in LEARNED if all(each.intent is not kind for each in learned)]:
        raise TooFew(f"no example to learn from: {', '.join(rare)}")
    known = [_signs(each) for each in (*learned, *also)]
    answers = [LEARNED.index(each.intent) for each in (*learned, *also)]
    counts = [MATTERS_FOR_ONE] * len(learned) + [1] * len(also)
    pieces, seen = (_seen_often(known, part) for part in (0, 1))
    pieces = _telling(pieces, known, answers, counts)
    fitted = LinearSVC(C=STRENGTH, tol=1e-4, max_iter=5000, random_state=0)
    with threadpool_limits(1):
        fitted.fit(
            _blurred(_matrix(known, pieces, seen)),
            answers * (1 + BLURRED),
            sample_weight=[each / MATTERS_FOR_ONE for each in counts] * (1 + BLURRED),
        )
    share = np.array([WORDS_SHARE] * len(pieces) + [SEEN_SHARE] * len(seen))
    weights: Weights = np.vstack([fitted.coef_.T * share[:, None], fitted.intercept_]) * MARGIN
    unit = float(abs(weights).max()) / 127
    finer = max(1, int(abs(weights).max() / abs(weights[len(pieces) : -1]).max()))
    units = np.array([unit] * len(pieces) + [unit / finer] * len(seen) + [unit])
    whole = [packed(row) for row in np.rint(weights / units[:, None]).astype(int).tolist()]
    return IntentModel(
        LEARNED,
        *by_length(dict(zip(pieces, whole[: len(pieces)], strict=True))),
        dict(zip(seen, whole[len(pieces) : -1], strict=True)),
        whole[-1],
        unit,
        finer,
        digest_of([*written, *also], list(cues())),
    )


def held_back(written: Sequence[Said]) -> list[Intent]:
    """Return what each example is taken for by a model that saw no wording like it."""
    folds, also = _folds(written), matters()
    taken = [Intent.UNCLEAR] * len(written)
    for fold in range(FOLDS):
        model = train_intents([each for each, its in zip(written, folds, strict=True) if its != fold], also)
        for place, each in enumerate(written):
            if folds[place] == fold:
                taken[place] = intent_in(each.text, each.context, model)
    return taken


def without_their_own(written: Sequence[Said]) -> Iterator[str]:
    """Yield how many of each person's messages are read right by a model that knows all people but them."""
    right, also = 0, matters()
    people = sorted({each.who for each in written if each.who})
    for who in people:
        model = train_intents([each for each in written if each.who != who], also)
        theirs = [each for each in written if each.who == who]
        hits = sum(intent_in(each.text, each.context, model) is each.intent for each in theirs)
        right += hits
        yield f"{who:12} {len(theirs):4d} {hits / len(theirs):.3f}"
    whole = sum(bool(each.who) for each in written)
    yield f"{len(people)} people, each left out in turn: {whole} examples, {right / whole:.4f}"


def report(written: Sequence[Said], taken: Sequence[Intent]) -> Iterator[str]:
    """Yield accuracy, confusion and time."""
    counted = Counter((each.intent, its) for each, its in zip(written, taken, strict=True))
    right = sum(counted[each, each] for each in TWELVE)
    yield f"{len(written)} examples, held back by alike wordings: {right / len(written):.4f}"
    yield "right \\ said" + "".join(f"{each[:8]:>9}" for each in TWELVE)
    for each in TWELVE:
        yield f"{each:12}" + "".join(f"{counted[each, other]:9d}" for other in TWELVE)
    rules = sum(certain(each.text, each.context) is not None for each in written)
    yield f"settled by rules: {rules / len(written):.3f}"


def _signs(each: Said) -> Learned:
    short, long, mark, seen = signs(each.text, each.context)
    return short | long | {f"{mark}{MARKED}{piece}" for piece in short}, seen


def _seen_often(known: Sequence[Learned], part: int) -> list[str]:
    spread = Counter(sign for each in known for sign in each[part])
    return sorted(sign for sign, times in spread.items() if times >= SEEN_IN)


def _telling(
    pieces: Sequence[str], known: Sequence[Learned], answers: Sequence[int], counts: Sequence[int]
) -> list[str]:
    """Return the pieces farthest from chance beside an intent: counted, so the same everywhere."""
    beside = {piece: [0] * len(LEARNED) for piece in pieces}
    of_intent = [0] * len(LEARNED)
    for (its_pieces, _), answer, count in zip(known, answers, counts, strict=True):
        of_intent[answer] += count
        for piece in its_pieces:
            if piece in beside:
                beside[piece][answer] += count
    whole = sum(of_intent)

    def distance(piece: str) -> float:
        its = beside[piece]
        most = max(abs(each * whole - sum(its) * of) for each, of in zip(its, of_intent, strict=True))
        return most * most / sum(its)

    return sorted(sorted(pieces, key=lambda piece: (-distance(piece), piece))[:PIECES_AT_MOST])


def _matrix(known: Sequence[Learned], pieces: Sequence[str], seen: Sequence[str]) -> csr_matrix:
    of_piece = {sign: place for place, sign in enumerate(pieces)}
    of_seen = {sign: len(pieces) + place for place, sign in enumerate(seen)}
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for its_pieces, its_seen in known:
        words = sorted(of_piece[sign] for sign in its_pieces if sign in of_piece)
        rest = sorted(of_seen[sign] for sign in its_seen if sign in of_seen)
        columns += [*words, *rest]
        values += [WORDS_SHARE / max(1, len(words)) ** 0.5] * len(words) + [SEEN_SHARE] * len(rest)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(known), len(pieces) + len(seen)))


def _blurred(whole: csr_matrix) -> csr_matrix:
    """Return the rows of `whole`, and beneath them their blurred copies, the same ones every time."""
    chance = np.random.default_rng(0)
    copies = [whole.copy() for _ in range(BLURRED)]
    for each in copies:
        each.data *= (chance.random(each.nnz) < KEPT) / KEPT**0.5
    return vstack([whole, *copies], format="csr")


def _folds(written: Sequence[Said]) -> list[int]:
    texts = [plain(each.text) for each in written]
    parents = list(range(len(texts)))
    likeness = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
    for one, other in np.argwhere(likeness).tolist():
        parents[_root(parents, one)] = _root(parents, other)
    roots = [_root(parents, place) for place in range(len(texts))]
    order = {root: number for number, root in enumerate(sorted(set(roots), key=lambda root: texts[root]))}
    return [order[root] % FOLDS for root in roots]


def _root(parents: list[int], place: int) -> int:
    while parents[place] != place:
        parents[place] = place = parents[parents[place]]
    return place


def _microseconds(work: Callable[[Said], object], written: Sequence[Said]) -> float:
    started = time.process_time()
    for each in written:
        work(each)
    return (time.process_time() - started) / len(written) * 1e6


def main() -> None:
    """Print the measures."""
    written = said_examples()
    lines = [*report(written, held_back(written)), *without_their_own(written)]
    took = _microseconds(lambda each: intent_in(each.text, each.context), written)
    sys.stdout.write("\n".join([*lines, f"one message: {took:.0f} µs", ""]))


if __name__ == "__main__":
    main()
