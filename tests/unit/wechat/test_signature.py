"""The signature: sorted as bytes, compared in constant time, never an exception."""

from hypothesis import given
from hypothesis import strategies as st

from bot.wechat.signature import is_genuine, sign

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def test_parts_are_sorted_as_bytes() -> None:
    astral, late_bmp = "\U00010000", "\uffff"  # UTF-16 would sort these the other way round
    assert sign(astral, late_bmp) == sign(late_bmp, astral)
    assert sign("a", "b") == "da23614e02469a0d7c7bd1bdab5c9c474b1904dc"  # sha1sum of "ab"


@given(ANY_TEXT, st.lists(ANY_TEXT, max_size=4))
def test_any_claim_is_judged_without_an_exception(claimed: str, parts: list[str]) -> None:
    assert is_genuine(claimed, *parts) == (claimed == sign(*parts))
    assert is_genuine(sign(*parts), *parts)


def test_uppercase_signature_is_refused() -> None:
    assert not is_genuine(sign("a").upper(), "a")
