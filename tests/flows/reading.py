"""Read what the phones show."""

import re


def number_in(text: str) -> str:
    """Return the ticket's number in a receipt."""
    found = re.search(r"编号 (\d{4,})", text)
    if found is None:
        raise AssertionError(f"no number in: {text}")
    return found[1]
