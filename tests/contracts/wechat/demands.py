"""What the platform's documentation asks for each error code, in its own words, and what that means to us.

`error_codes.txt` has the words of the reference we work by (codes | what to do); nothing in it is taken from
our code. `MEANING` says what must then be true of a message, told as what one can see from outside.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

LINES: Final = Path(__file__).with_name("error_codes.txt").read_text(encoding="utf-8").splitlines()


def _codes(words: str) -> list[int]:
    first, _, last = words.partition("-") if words[0] != "-" else (words, "", "")
    return list(range(int(first), int(last or first) + 1))


DEMANDS: Final = {
    code: demand.strip()
    for line in LINES
    for words, demand in [line.split("|")]
    for each in words.split()
    for code in _codes(each)
}
"""What is demanded, by code."""


@dataclass(frozen=True)
class Seen:
    """What can be seen of a message that was refused once, by the channel it was meant to take.

    `state` and the outcomes of its attempts at once; what it has cost of chat messages and of consents;
    whether the account pauses; how many calls of the channel's API it took.
    """

    state: str
    outcomes: tuple[str, ...]
    cost: int = 0
    consents: int = 0
    pauses: bool = False
    calls: int = 1


PAUSE: Final = Seen("pending", ("again",), pauses=True)
AGAIN: Final = Seen("pending", ("again",))
DEAD: Final = Seen("dead", ("dead",))
PARKED: Final = Seen("parked", ("parked",))
ARRIVED: Final = {
    "custom": Seen("sent", ("sent",), cost=1),
    "subscription": Seen("sent", ("sent",), consents=1),
    "template": Seen("sent", ("sent",)),
}
SECOND_TRY: Final = {
    "custom": Seen("sent", ("sent",), cost=1, calls=2),
    "subscription": Seen("sent", ("sent",), consents=1, calls=2),
    "template": Seen("sent", ("sent",), calls=2),
}
NEXT_WAY: Final = {
    "custom": PARKED,
    "subscription": Seen("sent", ("next_channel", "sent")),
    "template": PARKED,
}
"""Our fault, or the account's: it costs the person nothing, and the last way is to wait for their words."""

REFUSED_TODAY: Final = {
    "custom": Seen("sent", ("again", "sent")),
    "subscription": Seen("sent", ("next_channel", "sent")),
    "template": Seen("held", ("again",)),
}
"""The channel rests: the next one is taken, and where there is none the message is held back."""

GONE: Final = {
    "custom": Seen("parked", ("channel_closed",), cost=5),
    "subscription": Seen("parked", ("channel_closed",)),
    "template": Seen("parked", ("channel_closed",)),
}
"""All of their window is closed; what they consented to stays, should they come back."""


def _everywhere(seen: Seen) -> dict[str, Seen]:
    return dict.fromkeys(("custom", "subscription", "template"), seen)


MEANING: Final = {
    "retry 3× with jittered backoff": _everywhere(AGAIN),
    "too fast": _everywhere(AGAIN),
    "refresh once, retry once, then alert": SECOND_TRY,
    "bug": _everywhere(DEAD),
    "token call built wrongly": _everywhere(DEAD),
    "too long": _everywhere(DEAD),
    "permanent": _everywhere(DEAD),
    "permanent for this recipient; drop + flag": GONE,
    "moderation": _everywhere(DEAD),
    "restart the authorize redirect": _everywhere(DEAD),
    "re-upload once": _everywhere(PARKED),
    "stop all, page operator": _everywhere(PAUSE),
    "stop all, page operator with IP from errmsg": _everywhere(PAUSE),
    "IP needs admin confirm: stop all, page operator": _everywhere(PAUSE),
    "stop, page": _everywhere(PAUSE),
    "account blocked": _everywhere(PAUSE),
    "back off ≥60 s": _everywhere(PAUSE),
    "config error, fall back to custom": NEXT_WAY,
    "config": NEXT_WAY,
    "subscription template admin: config": NEXT_WAY,
    "stop template, page operator": NEXT_WAY,
    "switch feature off (e.g. msgmenu → plain text)": REFUSED_TODAY,
    "switch feature off, page operator": REFUSED_TODAY,
    'mark unsubscribed; stop; tell leader "citizen unreachable on WeChat"': GONE,
    "same as 43004": GONE,
    "as 43004 (channel closed)": GONE,
    "as 43004": GONE,
    "mark consumed; next channel": {
        "custom": PARKED,
        "subscription": Seen("sent", ("consent_used", "sent"), consents=3),
        "template": PARKED,
    },
    "split and resend": {
        "custom": Seen("sent", ("sent",), cost=1, calls=2),
        "subscription": Seen("sent", ("next_channel", "sent")),
        "template": DEAD,
    },
    "stop until the daily reset (00:00 Asia/Shanghai) or clear_quota (operator)": REFUSED_TODAY,
    "wait": REFUSED_TODAY,
    "permanent for now; retry next day": REFUSED_TODAY,
    "close ledger window; template/subscribe fallback; else park": {
        "custom": Seen("sent", ("window_closed", "sent"), cost=5),
        "subscription": Seen("sent", ("next_channel", "sent")),
        "template": PARKED,
    },
    "ledger remaining=0; same fallback": {
        "custom": Seen("sent", ("window_closed", "sent"), cost=5),
        "subscription": Seen("sent", ("next_channel", "sent")),
        "template": PARKED,
    },
    "treat 45065 as already sent": ARRIVED,
    "ignore": _everywhere(AGAIN),
    "log": _everywhere(AGAIN),
    "errmsg names it; fix value and resend once": {
        "custom": PARKED,
        "subscription": SECOND_TRY["subscription"],
        "template": SECOND_TRY["template"],
    },
}
"""`ignore` and `log` speak of typing and of human seats. A message that meets such a code has not arrived."""
