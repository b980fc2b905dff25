"""What is kept of a row is the digest of its canonical JSON, whoever writes that JSON."""

import hashlib
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from models.rules.chain import canonical
from models.rules.stretches import leaf, rows_of

IDS = st.integers(1, 2**63 - 1)
ANY_TEXT = st.text(st.characters())
HALF = "\ud83d"
"""Half a character, which no encoder writes by itself."""


@given(row_id=IDS, values=st.lists(st.none() | st.integers() | ANY_TEXT))
@example(row_id=1, values=['"\\/\b\f\n\r\t\x00\x1f\x7f\u2028𝄞', HALF])
def test_a_leaf_is_half_the_digest_of_the_rows_canonical_json(row_id: int, values: list[Any]) -> None:
    said = canonical([row_id, *values]).encode("utf-8", "surrogatepass")
    kept = leaf((row_id, *values))
    assert kept == row_id.to_bytes(8) + hashlib.sha256(said).digest()[:16]
    assert rows_of(kept) == {row_id: kept}
