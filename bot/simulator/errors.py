"""What the platform answers when it refuses, and what a phone cannot do.

Messages follow the official list of global return codes; the `rid` is added where the answer is written.
"""

from typing import Final

MESSAGES: Final[dict[int, str]] = {
    -1: "system error",
    0: "ok",
    40001: (
        "invalid credential, access_token is invalid or not latest, could get access_token by"
        " getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r"
    ),
    40002: "invalid grant_type",
    40003: "invalid openid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid appid",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40029: "invalid code",
    40030: "invalid refresh_token",
    40033: "invalid charset. please check your request, if include \\uxxxx will create fail!",
    40035: "invalid parameter",
    40037: "invalid template_id",
    40039: "invalid url size",
    40052: "invalid action name",
    40053: "invalid action info",
    40097: "invalid args",
    40125: "invalid appsecret",
    40163: "code been used",
    40164: "invalid ip {ip}, not in whitelist",
    40200: "invalid account type",
    41001: "access_token missing",
    41002: "appid missing",
    41003: "missing refresh_token",
    41004: "appsecret missing",
    41005: "media data missing",
    41008: "missing code",
    41009: "missing openid",
    42001: "access_token expired",
    42002: "refresh_token expired",
    43001: "require GET method",
    43002: "require POST method",
    43004: "require subscribe",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    44004: "empty content",
    45002: "content size out of limit",
    45008: "article size out of limit",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit mustslower retry next minute",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45072: "command must be one of: Typing, CancelTyping",
    45080: "should send typing message within 30 seconds after user interact",
    45081: "has already sent typing status",
    46003: "menu no exist",
    47001: "data format error",
    47003: "argument invalid! {field}",
    48001: "api unauthorized",
    48002: "user refuses messages from the account",
    48006: "forbid to clear quota because of reaching the limit",
}


class ApiError(Exception):
    """The platform refuses a call with `code`; `details` fill the message."""

    def __init__(self, code: int, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.message = (
            MESSAGES.get(code, "error").format_map(details) if details else MESSAGES.get(code, "error")
        )


class PhoneError(Exception):
    """A person tried something that a phone does not offer; `status` is the HTTP status of the answer."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
