"""What can go wrong with WeChat, and what each platform error code asks us to do.

    WeChatError
    ├── Forged        signature, AppID, padding, ciphertext or freshness is wrong
    ├── Malformed     it cannot be read, and nobody proved that it is the platform's
    │   └── Unreadable    the same of a push that is proven genuine
    ├── Unfit         a value cannot go into the notice field it was meant for
    ├── ApiError      the platform answered with an error code
    └── Unreachable   no readable answer from the platform
        └── TooLong       an answer of more bytes than we take, however often it is asked for

`ACTIONS` is the whole truth about error codes; nobody else compares a code with a number.
No message text here ever carries a token, a key, an openid or what a person wrote.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

TOKEN_PATH: Final = "/cgi-bin/stable_token"  # noqa: S105 - a path, not a secret


class Action(StrEnum):
    """What an error code asks of the sender."""

    RETRY = "retry"
    """Busy: the same request again, with backoff."""
    REFRESH_TOKEN = "refresh_token"  # noqa: S105 - a word, not a secret
    """The client has already refreshed once; seen outside the client it means: retry later, tell someone."""
    CLOSE_CHANNEL = "close_channel"
    """This person cannot be reached on WeChat until they come back; nor can an openid that is nobody's."""
    CLOSE_WINDOW = "close_window"
    """No customer-service messages until the person next writes."""
    NEXT_CHANNEL = "next_channel"
    """The template is at fault, not the person: use the next channel, and let the operator mend it."""
    MEND = "mend"
    """A value does not fit its field: make it plainer, send once more, then the next channel."""
    CONSENT_USED = "consent_used"
    """The person's consent to this notice is used up or taken back: forget it, use the next channel."""
    SPLIT = "split"
    """Too long: split and send again."""
    REUPLOAD = "reupload"
    """The media id is bad or older than three days: upload once more."""
    PERMANENT = "permanent"
    """Never works for this recipient or content."""
    STOP = "stop"
    """Credentials, IP list or a ban: stop sending at all and page the operator."""
    BACK_OFF = "back_off"
    """Too fast: wait at least a minute."""
    UNTIL_RESET = "until_reset"
    """A quota is used up: wait for the daily reset (00:00 Asia/Shanghai)."""
    FEATURE_OFF = "feature_off"
    """The account may not use this feature: do without it."""
    ALREADY_DONE = "already_done"
    """A repeat of something the platform already accepted: count it as sent."""
    IGNORE = "ignore"
    """Harmless where it belongs, to the signs of typing. A message that meets it has not arrived."""
    LOG = "log"
    """A matter of human seats, which we do not have. A message that meets it has not arrived."""
    BUG = "bug"
    """The request was built wrongly: look at the code."""


def _table() -> Mapping[int, Action]:
    codes: dict[Action, tuple[int, ...]] = {
        Action.RETRY: (-1, 45066),
        Action.REFRESH_TOKEN: (40001, 40014, 42001),
        Action.CLOSE_CHANNEL: (40003, 43004, 43019, 48002, 50005),
        Action.CLOSE_WINDOW: (45015, 45047),
        Action.NEXT_CHANNEL: (
            *(40036, 40037, 40039, 40249, 43116, 45026),
            *range(200011, 200023),  # template administration
        ),
        Action.MEND: (47003,),
        Action.CONSENT_USED: (43101,),
        Action.SPLIT: (45002,),
        Action.REUPLOAD: (40007,),
        Action.PERMANENT: (40004, 40005, 40006, 40029, 40163, 87014),
        Action.STOP: (
            *(40013, 40125, 40243, 41002, 41004),  # credentials
            *(40164, 45035, 61004, 89503, 89506, 89507),  # caller address
            *(48004, 50004, 50007),  # banned or blocked
        ),
        Action.BACK_OFF: (45011,),
        Action.UNTIL_RESET: (45009, 48006, 50002),
        Action.FEATURE_OFF: (40200, 48001),
        Action.ALREADY_DONE: (45065,),
        Action.IGNORE: (45072, 45080, 45081),
        Action.LOG: tuple(range(65400, 65418)),
        Action.BUG: (40002, 41001, 43002, 44002, 44004, 45008, 45067, 47001),
    }
    return MappingProxyType({code: action for action, group in codes.items() for code in group})


ACTIONS: Final[Mapping[int, Action]] = _table()
OF_THE_ACCOUNT: Final = frozenset({Action.STOP, Action.REFRESH_TOKEN, Action.BACK_OFF})
"""The platform refuses the account, whatever the message: no other message would fare better now."""

OF_A_CHANNEL: Final = frozenset({Action.UNTIL_RESET, Action.FEATURE_OFF})
"""The platform refuses one of its APIs to the account, whatever the message: another one may do."""


def action_for(code: int) -> Action:
    """Return what `code` asks of the sender; a code nobody knows is permanent."""
    return ACTIONS.get(code, Action.PERMANENT)


def is_of_account(code: int) -> bool:
    """Whether `code` refuses the account, whatever the message."""
    return action_for(code) in OF_THE_ACCOUNT


class WeChatError(Exception):
    """Anything that goes wrong between the platform and us."""


class Forged(WeChatError):
    """The request does not prove that it comes from the platform.

    Every cause gets the same answer outside; `reason` is one short phrase for the log.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Malformed(WeChatError):
    """The body cannot be read as a WeChat message."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unreadable(Malformed):
    """A push that the platform signed and we cannot read: more words or other forms than we know.

    It would only send it again, so what is here is kept and the answer is `success`. `sealed` is the push as
    received, `digest` the SHA-256 of its decrypted body, which a repeat shares.
    """

    def __init__(self, reason: str, *, sealed: str, digest: str) -> None:
        super().__init__(reason)
        self.sealed = sealed
        self.digest = digest


class Unfit(WeChatError):
    """A value breaks the form of its notice field and cannot be shortened into it."""

    def __init__(self, field_name: str) -> None:
        super().__init__(f"the value has not the form of the field {field_name}")
        self.field_name = field_name


class ApiError(WeChatError):
    """The platform answered `errcode` other than 0; `rid` is what its support asks for."""

    def __init__(self, code: int, message: str, path: str, rid: str) -> None:
        super().__init__(f"{path} answered {code}: {message}")
        self.code = code
        self.message = message
        self.path = path
        self.rid = rid

    @property
    def action(self) -> Action:
        """What to do: `action_for(code)`, but no message is at fault where the token call is refused.

        40001 means a wrong secret there, and a code that nobody knows is none of the message's either.
        """
        action = action_for(self.code)
        if self.path != TOKEN_PATH or action in {Action.RETRY, Action.BACK_OFF}:
            return action
        return Action.BACK_OFF if action is Action.UNTIL_RESET else Action.STOP


class Unreachable(WeChatError):
    """The platform gave no readable answer.

    `sent` is False when the platform certainly did nothing: the request never left us, or was refused. True
    when it certainly did what was asked: its answer begins with `errcode` 0 and is cut off. None when nobody
    can know. Only False is safe to repeat blindly.
    """

    def __init__(self, reason: str, *, sent: bool | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.sent = sent


class TooLong(Unreachable):
    """The answer is longer than we take."""

    def __init__(self) -> None:
        super().__init__("the answer is too long", sent=None)
