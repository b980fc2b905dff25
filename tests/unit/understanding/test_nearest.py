"""The index names the cases whose signs differ least, whatever was added, moved and forgotten before."""

from time import thread_time

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.understanding.embedding import SIZE
from handlers.understanding.nearest import BITS, Nearest, _Shelf, signs


def kept(rng: np.random.Generator, many: int) -> bytes:
    return rng.integers(-127, 128, (many, SIZE), dtype=np.int8).tobytes()


def by_hand(cases: dict[int, bytes], wanted: bytes, most: int) -> list[int]:
    mine = np.frombuffer(wanted, dtype=np.int8) > 0
    far = {each: int(((np.frombuffer(v, dtype=np.int8) > 0) != mine).sum()) for each, v in cases.items()}
    return sorted(cases, key=lambda each: (far[each], each))[:most]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 1500), st.integers(1, 120))
def test_the_nearest_are_those_a_look_at_every_case_finds(seed: int, many: int, most: int) -> None:
    rng, index = np.random.default_rng(seed), Nearest()
    vectors = kept(rng, many)
    cases = {n + 1: vectors[n * SIZE : (n + 1) * SIZE] for n in range(many)}
    index.add_all("arrears", list(cases), vectors)
    for gone in sorted(cases)[:: max(1, many // 7)]:
        index.remove(gone)
        del cases[gone]
    wanted = kept(rng, 1)
    assert index.near("arrears", wanted, most) == by_hand(cases, wanted, most)
    assert index.near("ip", wanted, most) == []


def test_a_case_of_another_type_is_no_longer_found_where_it_was() -> None:
    rng, index = np.random.default_rng(1), Nearest()
    vector = kept(rng, 1)
    index.add(7, "arrears", vector)
    index.add(7, "ip", vector)
    assert (index.near("arrears", vector), index.near("ip", vector), len(index)) == ([], [7], 1)


def test_a_case_takes_fifty_six_bytes_and_chunks_make_no_difference() -> None:
    rng, index = np.random.default_rng(2), Nearest()
    many = 70_000
    vectors = kept(rng, many)
    index.add_all("arrears", list(range(1, many + 1)), vectors)
    shelf = index._shelves["arrears"]
    assert (shelf._signs.nbytes + shelf._ids.nbytes) / len(shelf._ids) == 56
    assert len(shelf._ids) < 2 * many
    wanted = vectors[69_999 * SIZE :]
    assert index.near("arrears", wanted, 1) == [many]
    differing = np.bitwise_count(signs(vectors) ^ signs(wanted)[0]).sum(axis=1)
    nearest = index.near("arrears", wanted, 96)
    assert nearest == sorted(range(1, many + 1), key=lambda each: (int(differing[each - 1]), each))[:96]


def test_a_million_cases_are_gone_through_in_far_less_than_the_time_there_is() -> None:
    """In the processor's time, the least of some: whatever else runs beside it takes none of that."""
    rng, many, took = np.random.default_rng(3), 1_000_000, []
    shelf = _Shelf()
    shelf._signs = rng.integers(0, 2**64, (BITS, many), dtype=np.uint64)
    shelf._ids, shelf._size = np.arange(many), many
    wanted = shelf._signs[:, many // 2].copy()
    for _ in range(5):
        began = thread_time()
        found = shelf.near(wanted, 96)
        took.append(thread_time() - began)
        assert (found[0], len(found)) == (many // 2, 96)
    assert min(took) < 0.1
