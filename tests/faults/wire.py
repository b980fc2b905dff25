"""One push at a time, sealed by the platform's own encoder, and posted as often as a test wants."""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.simulator import AccountConfig
from bot.simulator.encoder import Encoder, Value, sign, write_xml
from bot.simulator.pushes import Numbers, Parcel, wrapped
from bot.simulator.replies import opened
from tests.world import World

Message = Mapping[str, Value]


UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Everything here is plain HTTP, yet httpx reads all root certificates for each client not given a context."""


@dataclass(frozen=True)
class Answer:
    """What came back: the HTTP status, and the text of the reply if there was one."""

    status: int
    body: bytes
    text: str | None


def wire_to(world: World) -> "Wire":
    """Return a wire to the product of a world, living by its clock."""
    return Wire(world.platform.account, f"{world.product.url}/wechat", lambda: world.clock().timestamp())


@dataclass
class Wire:
    """The platform's end of the line to one callback URL; `clock` gives seconds since 1970."""

    account: AccountConfig
    url: str
    clock: Callable[[], float] = time.time
    numbers: Numbers = field(default_factory=Numbers)

    def text(self, openid: str, words: str) -> Message:
        """Return a message that somebody typed. Posting it twice is a redelivery."""
        return {
            "ToUserName": self.account.original_id,
            "FromUserName": openid,
            "CreateTime": int(self.clock()),
            "MsgType": "text",
            "Content": words,
            "MsgId": self.numbers(),
        }

    def parcel(self, message: Message) -> Parcel:
        """Sign and seal a message for one delivery."""
        return wrapped(self.account, self._encoder(), message, int(self.clock()))

    def parcel_of(self, plain: str, *, encoder: Encoder | None = None, stamp: str | None = None) -> Parcel:
        """Sign and seal any text at all, as whoever knows the token could."""
        sealed = (encoder or self._encoder()).seal(plain)
        return self.signed(sealed, stamp=stamp)

    def signed(self, sealed: str, *, stamp: str | None = None) -> Parcel:
        """Return a parcel with a right signature over any `Encrypt` text."""
        stamp = str(int(self.clock())) if stamp is None else stamp
        query = {"timestamp": stamp, "nonce": "4711", "encrypt_type": "aes"}
        query["msg_signature"] = sign(self.account.token, stamp, "4711", sealed)
        body = write_xml({"ToUserName": self.account.original_id, "Encrypt": sealed})
        return Parcel(query, body.encode())

    def deliver(self, message: Message) -> Answer:
        """Post a message once."""
        return self.post(self.parcel(message))

    def post(self, parcel: Parcel) -> Answer:
        """Post a parcel as it is."""
        response = httpx.post(
            self.url,
            params=parcel.params,
            content=parcel.body,
            timeout=15,
            trust_env=False,
            verify=UNUSED,
        )
        return Answer(response.status_code, response.content, self._text(response))

    def _text(self, response: httpx.Response) -> str | None:
        if response.status_code != httpx.codes.OK or not response.content.startswith(b"<xml>"):
            return None
        fields: dict[str, Any] = opened(response.content, self.account, self._encoder())
        return str(fields["Content"])

    def _encoder(self) -> Encoder:
        return Encoder(self.account.aes_key, self.account.app_id)
