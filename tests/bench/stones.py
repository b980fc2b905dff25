"""Cases that tell of many stones, as they are kept to be compared: in a SQLite file, by plain bulk SQL.

Their shape is that of real ones, in clusters: a stone is a mixture of two of our examples, a case is its stone
and as much of its own again, so that two of one stone have a cosine of about 0.5, and of the words of their
example three in four. A type's stones lie nearer one another than those of two types, as its examples do.
"""

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final

import numpy as np

from handlers.understanding.corpus import examples
from handlers.understanding.embedding import SIZE
from handlers.understanding.model import TYPES
from handlers.understanding.regroup import unit, vectors_of
from handlers.understanding.traits import READING, traits_of
from tests.bench import population
from tests.bench.population import NOW, Scale

MODEL: Final = "e5 bench"
PEOPLE: Final = Scale(leaders=500, enterprises=20_000, contacts=20_000)
PER_STONE: Final = 40
SHARED: Final = 0.75
"""Share of its example's pairs of characters that a case has, beside some of another's."""
STRANGE: Final = 4
TOLD: Final = 60
"""Examples of a type that its stones are mixed of."""
SHOWN: Final = 17
"""Cases from which on a stone is a pattern that is shown; of fewer it is forming."""
CHUNK: Final = 10_000
_MINUTE: Final = f"datetime({NOW}, '-200 days')"


@dataclass(frozen=True, slots=True)
class Stones:
    """The stones of one type: where they lie, and which example each is told like."""

    centres: Any
    texts: Sequence[str]
    kept: Sequence[dict[str, Any]]
    pairs: Sequence[Sequence[str]]
    told_like: Any

    def case(self, stone: int, dice: np.random.Generator) -> tuple[str, bytes, dict[str, Any]]:
        """Return the words, the kept vector and the traits of one more case of a stone."""
        own = dice.standard_normal(SIZE).astype(np.float32)
        vector = self.centres[stone] + own / np.linalg.norm(own)
        like = int(self.told_like[stone])
        pairs, chances = self.pairs[like], dice.random(len(self.pairs[like]))
        mine = [pair for pair, chance in zip(pairs, chances, strict=True) if chance < SHARED]
        mine += self.pairs[int(dice.integers(len(self.pairs)))][:STRANGE]
        return self.texts[like], small(vector), self.kept[like] | {"grams": "".join(mine)}


def small(vector: Any) -> bytes:
    """Return a vector as it is kept: a signed byte for each number."""
    kept: bytes = np.rint(vector * (127 / np.abs(vector).max())).astype(np.int8).tobytes()
    return kept


@cache
def stones(kind: str, count: int) -> Stones:
    """Return so many stones of a type, always the same."""
    texts = [each.text for each in examples() if each.type == kind][:: max(1, 600 // TOLD)][:TOLD]
    vectors = vectors_of(texts)
    dice = np.random.default_rng(TYPES.index(kind))
    first, second = dice.integers(len(texts), size=(2, count))
    scatter = unit(dice.standard_normal((count, SIZE)).astype(np.float32))
    centres = unit(vectors[first] + 0.6 * vectors[second] + 0.6 * scatter)
    kept = [traits_of(each).as_json() for each in texts]
    pairs = [[each["grams"][at : at + 2] for at in range(0, len(each["grams"]), 2)] for each in kept]
    return Stones(centres, texts, kept, pairs, first)


def cached(count: int, kinds: Sequence[str]) -> Path:
    """Return a database of so many cases, made once and kept between runs."""
    recipe = (Path(__file__).read_text("utf-8"), *kinds, str(READING), *population.recipe())
    name = sha256("\n".join(recipe).encode()).hexdigest()[:12]
    path = Path(tempfile.gettempdir()) / f"liaison-bench-stones-{count}-{name}.db"
    if not path.exists():
        unfinished = path.with_suffix(".making")
        unfinished.unlink(missing_ok=True)
        population.fill(unfinished, PEOPLE)
        _fill(unfinished, count, kinds)
        unfinished.rename(path)
    return path


def _fill(path: Path, count: int, kinds: Sequence[str]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        rows = _rows(count, kinds)
        while some := list(islice(rows, CHUNK)):
            connection.execute("BEGIN")
            connection.executemany(_TICKET, [each[0] for each in some])
            connection.executemany(_MESSAGE, [each[1] for each in some])
            connection.executemany(_VECTOR, [each[2] for each in some])
            connection.execute("COMMIT")
        _patterns(connection, count, kinds)
        connection.execute("PRAGMA journal_mode=WAL")


_TICKET: Final = (
    "INSERT INTO tickets (id, person_id, enterprise_id, owner_id, region, type, type_source, confidence, "
    "status, title, created_at, rebounds, hops) "
    f"VALUES (?, ?, ?, ?, '210100', ?, 'guess', 0.8, 'accepted', ?, {_MINUTE}, 0, 0)"
)
_MESSAGE: Final = (
    "INSERT INTO messages (ticket_id, person_id, side, by_aide, kind, text, at) "
    f"VALUES (?, ?, 'enterprise', 0, 'text', ?, {_MINUTE})"
)
_VECTOR: Final = (
    "INSERT INTO ticket_vectors (ticket_id, model, type, vector, traits, is_shielded) "
    f"VALUES (?, '{MODEL}', ?, ?, ?, 0)"
)


def _rows(count: int, kinds: Sequence[str]) -> Iterator[tuple[tuple[Any, ...], ...]]:
    dice = np.random.default_rng(count)
    found = [stones(kind, _stones_of(count, kinds)) for kind in kinds]
    for n in range(1, count + 1):
        kind, number = n % len(kinds), stone_of(n, count, kinds)
        words, vector, traits = found[kind].case(number, dice)
        firm = int(dice.integers(PEOPLE.contacts)) + 1
        person = firm + PEOPLE.officials
        yield (
            (n, person, firm, n % PEOPLE.leaders + 1, kinds[kind], words[:20]),
            (n, person, words),
            (n, kinds[kind], vector, json.dumps(traits, ensure_ascii=False)),
        )


def stone_of(n: int, count: int, kinds: Sequence[str]) -> int:
    """Return of which stone of its type a case is: a tenth of the stones have half of the cases."""
    many = _stones_of(count, kinds)
    spread = n * 7919 // len(kinds)
    return spread % max(1, many // 10) if spread % 2 else spread % many


def _stones_of(count: int, kinds: Sequence[str]) -> int:
    return max(1, count // PER_STONE // len(kinds))


def _patterns(connection: sqlite3.Connection, count: int, kinds: Sequence[str]) -> None:
    """Put the cases of each stone into a pattern, as the loop would have one by one."""
    many = _stones_of(count, kinds)
    sizes: dict[int, int] = {}
    members = []
    for n in range(1, count + 1):
        pattern = n % len(kinds) * many + stone_of(n, count, kinds) + 1
        sizes[pattern] = sizes.get(pattern, 0) + 1
        members.append((pattern, n))
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO patterns (id, type, state, title, stone, is_named, created_at, opened_at) "
        f"VALUES (?, ?, ?, 'stone', '', 0, {NOW}, {NOW})",
        [
            (each, kinds[(each - 1) // many], "open" if size >= SHOWN else "forming")
            for each, size in sorted(sizes.items())
        ],
    )
    connection.executemany(
        "INSERT INTO pattern_members (ticket_id, pattern_id, likeness, voice, is_pinned, joined_at) "
        f"SELECT t.id, ?1, 0.6, 'e' || t.enterprise_id, 0, {NOW} FROM tickets AS t WHERE t.id = ?2",
        members,
    )
    connection.execute("COMMIT")
