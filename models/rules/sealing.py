"""Which words the events of a ticket took in, and whether those that are stored are the same. Pure.

An event that takes words in holds their digests (`SEALED`), salted, so that nobody can try what was said.
Words that went to another ticket are `MOVED` away by a later event; of those in which somebody had to be
forgotten, `FORGOTTEN` says which digest what is left of them has instead (ADR 0155).
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from models.rules.proof import ALTERED, DIFFERENT, MISSING, REORDERED, Flaw

SEALED: Final = "sealed"
MOVED: Final = "words_moved"
FORGOTTEN: Final = "words_forgotten"
TITLED: Final = "titled"
"""What the case is called from this event on, as a digest."""


class Taken(NamedTuple):
    """Words that an event took in: its number and moment, and their digest as it stands."""

    seq: int
    at: str
    digest: str


class Said(NamedTuple):
    """Words as they are stored: the row's id, when they were said, and the digest they have.

    `of` is the number of the event that they are said to be of, where that is one of the same ticket.
    """

    id: int
    at: str
    digest: str
    of: int | None = None


def taken_in(facts: Iterable[tuple[int, str, Mapping[str, Any]]]) -> list[Taken]:
    """Return what is to be found of the words that events, given as number, moment and data, took in.

    Raises:
        LookupError, TypeError, ValueError, AttributeError: what an event says is not what we write.
    """
    found: list[Taken] = []
    for seq, at, data in facts:
        left = dict(data.get(FORGOTTEN, ()))
        gone = set(data.get(MOVED, ()))
        if left or gone:
            found = [
                one._replace(digest=left.get(one.digest, one.digest))
                for one in found
                if one.digest not in gone
            ]
        found += [Taken(seq, at, each) for each in data.get(SEALED, ())]
    return found


def compared(chain: str, taken: Sequence[Taken], said: Sequence[Said]) -> list[Flaw]:
    """Return what the words stored of a ticket, in the order of their ids, and its events do not agree on."""
    if [one.digest for one in taken] == [one.digest for one in said]:
        return _misplaced(chain, list(zip(taken, said, strict=True)))
    stored: dict[str, list[Said]] = {}
    for row in said:
        stored.setdefault(row.digest, []).append(row)
    pairs, lacking = [], []
    for one in taken:
        rows = stored.get(one.digest)
        if rows:
            pairs.append((one, rows.pop(0)))
        else:
            lacking.append(one)
    loose = [row for rows in stored.values() for row in rows]
    return [*_reordered(chain, pairs), *_misplaced(chain, pairs), *_strange(chain, lacking, sorted(loose))]


def _misplaced(chain: str, pairs: Sequence[tuple[Taken, Said]]) -> list[Flaw]:
    """Name words that are said to be of another event than took them in: ledgers print them by that."""
    return [
        Flaw(chain, one.seq, ALTERED, f"message {row.id} is said to be of another event")
        for one, row in pairs
        if row.of not in {None, one.seq}
    ]


def _reordered(chain: str, pairs: Sequence[tuple[Taken, Said]]) -> list[Flaw]:
    """Name words that stand before some said earlier.

    What was said at the moment of its event was stored with it, event by event; what had waited was stored
    before, in the order in which its event names it.
    """
    last: dict[int, int] = {}
    flaws = []
    for one, row in pairs:
        run = 0 if one.at == row.at else one.seq
        if row.id < last.get(run, 0):
            says = f"message {row.id} stands before one that was said earlier"
            flaws.append(Flaw(chain, one.seq, REORDERED, says))
        last[run] = max(row.id, last.get(run, 0))
    return flaws


def _strange(chain: str, lacking: list[Taken], loose: Sequence[Said]) -> list[Flaw]:
    """Name words that no event took in, each with the event whose words it may have been."""
    flaws = []
    for row in loose:
        if not lacking:
            says = f"no event took in the words of message {row.id}"
            flaws.append(Flaw(chain, None, DIFFERENT, says))
            continue
        one = next((each for each in lacking if each.at == row.at), lacking[0])
        lacking.remove(one)
        says = f"message {row.id} does not say what it said when it came"
        flaws.append(Flaw(chain, one.seq, ALTERED, says))
    says = "the words it took in are not there"
    return flaws + [Flaw(chain, one.seq, MISSING, says) for one in lacking]
