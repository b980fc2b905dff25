"""A chain is walked link by link: whatever is changed, taken out or swapped is named, and nothing else."""

from dataclasses import replace
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from models.rules.chain import GENESIS
from models.rules.proof import Flaw, Link, Walk


def link(seq: int, previous: str, said: str) -> Link:
    """Return a sound link."""

    def seal(number: int) -> str:
        return sha256(f"{previous}/{number}/{said}".encode()).hexdigest()

    return Link(seq, previous, seal(seq), seal)


def chain(length: int) -> list[Link]:
    links: list[Link] = []
    for seq in range(1, length + 1):
        links.append(link(seq, links[-1].digest if links else GENESIS, f"{seq}"))
    return links


def walked(links: list[Link], cut: int | None = None) -> list[tuple[int | None, str]]:
    """Walk in one go, or in two stretches."""
    walk = Walk("c")
    parts = [links] if cut is None else [links[:cut], links[cut:]]
    flaws: list[Flaw] = [flaw for part in parts for flaw in walk.along(part)]
    return [(flaw.seq, flaw.kind) for flaw in flaws]


LENGTHS = st.integers(2, 9)


@given(LENGTHS, st.integers(0, 9))
def test_sound_chain_has_no_flaw_however_it_is_cut(length: int, cut: int) -> None:
    assert walked(chain(length)) == walked(chain(length), cut) == []


@given(LENGTHS, st.data())
def test_altered_link_is_the_one_that_is_named(length: int, data: st.DataObject) -> None:
    links, at = chain(length), data.draw(st.integers(1, length))
    other = link(at, links[at - 1].previous, "other")
    links[at - 1] = replace(links[at - 1], seal=other.seal)
    assert walked(links) == walked(links, data.draw(st.integers(0, length))) == [(at, "altered")]


@given(LENGTHS, st.data())
def test_link_that_is_gone_is_named_unless_it_was_the_last(length: int, data: st.DataObject) -> None:
    links, at = chain(length), data.draw(st.integers(1, length))
    del links[at - 1]
    expected = [] if at == length else [(at, "missing")]
    assert walked(links) == walked(links, data.draw(st.integers(0, length))) == expected


@given(LENGTHS, st.data())
def test_swapped_links_are_named_with_their_places(length: int, data: st.DataObject) -> None:
    links = chain(length)
    pairs = st.lists(st.integers(1, length), min_size=2, max_size=2, unique=True).map(sorted)
    one, other = data.draw(pairs)
    links[one - 1], links[other - 1] = (
        replace(links[other - 1], seq=one),
        replace(links[one - 1], seq=other),
    )
    assert walked(links) == [(one, "reordered"), (other, "reordered")]


@given(st.integers(3, 9), st.data())
def test_link_sealed_anew_is_named_by_the_next(length: int, data: st.DataObject) -> None:
    links, at = chain(length), data.draw(st.integers(1, length - 1))
    links[at - 1] = link(at, links[at - 1].previous, "other")
    assert walked(links) == walked(links, data.draw(st.integers(0, length))) == [(at, "resealed")]


def test_number_far_away_costs_nothing() -> None:
    links = chain(3)
    links[2] = replace(links[2], seq=10**12)
    assert walked(links) == [(10**12, "reordered")]
    links[2] = replace(links[2], digest="")
    assert walked(links) == [(3, "missing"), (10**12, "altered")]


def test_redacted_link_is_sound_as_it_was_left_and_only_so() -> None:
    links = chain(3)
    left = link(2, links[1].previous, "less")
    links[1] = replace(links[1], seal=left.seal)
    assert Walk("c", {2: left.digest}).along(links) == []
    assert [flaw.kind for flaw in Walk("c", {2: "f" * 64}).along(links)] == ["altered"]
