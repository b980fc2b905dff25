"""The words of messages as chat texts and in the fields of a template, and how many one text can carry."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Final

from bot.wechat.replies import TEXT_LIMIT, render
from handlers import say
from models.actions.deliveries import Item
from models.queries.outbox import Waiting
from models.rules.windows import together

BETWEEN: Final = "\n\n"
"""What parts messages that travel as one text."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Which of a template's typed fields takes what: number, what happened, title, hint."""

    number: str = "character_string1"
    what: str = "phrase2"
    title: str = "thing3"
    hint: str = "thing4"

    def fill(self, card: dict[str, str]) -> dict[str, str]:
        """Return the template's data for a card."""
        return {name: card[what] for what, name in asdict(self).items()}


FIELDS: Final = Fields()
"""The keys of a template from the public library."""


def texts(item: Item | Waiting, *, limit: int = TEXT_LIMIT) -> list[str]:
    """Return the chat texts that say one message, marked if it may be on their phone already.

    The mark is not counted: it still fits between our limit and the platform's (2,048 bytes).
    """
    words = render(say.notice(item.kind, item.payload), limit=limit)
    return [say.PERHAPS_AGAIN + words[0], *words[1:]] if item.doubts and words else words


def joined(words: Sequence[str]) -> str:
    """Return one text that says what several say."""
    return BETWEEN.join(words)


def how_many(line: Sequence[Waiting]) -> int:
    """Return how many messages, from the first on, fit into one text."""
    if len(line) == 1:
        return 1
    return together(map(_size, line), room=TEXT_LIMIT, between=len(BETWEEN.encode()))


def _size(each: Waiting) -> int | None:
    """The bytes of a message's text; None for one that takes more than one text, or cannot be said at all."""
    try:
        words = texts(each)
    except Exception:  # noqa: BLE001 -- it dies of it when it travels, alone
        return None
    return len(words[0].encode()) if len(words) == 1 else None
