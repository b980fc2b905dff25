"""One spelling for one text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.text import normalize


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("貨款拖欠兩年", "货款拖欠两年"),
        ("ＡＢＣ１２３", "abc123"),
        ("  你好\u3000\n 世界 ", "你好 世界"),
        ("壹\u200b佰", "壹 佰"),
        ("Ⅷ期工程", "viii期工程"),
        ("", ""),
        ("\x00\x07", ""),
        ("\ud800钱\udfff", "钱"),
        ("著作权归谁", "著作权归谁"),
        ("😀專利", "😀专利"),
    ],
)
def test_normalize_gives_one_spelling(written: str, read: str) -> None:
    assert normalize(written) == read


@given(st.text(st.characters()))
def test_normalize_never_raises_and_leaves_no_control_or_surrogate(text: str) -> None:
    read = normalize(text)
    assert [c for c in read if c < " " or "\ud800" <= c <= "\udfff"] == []
    assert read == read.strip()
    assert "  " not in read


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)))
def test_normalize_of_normalized_chinese_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(st.characters(max_codepoint=0x7E)))
def test_normalize_of_ascii_only_lowers_and_folds(text: str) -> None:
    blanks = "".join(max(c, " ") for c in text)
    assert normalize(text) == " ".join(blanks.lower().split())
