"""Pushes as the platform sends them, made before the clock starts, and the check of what came back.

The simulator's encoder writes and reads them: it shares nothing with the product's.
"""

import itertools
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from bot.simulator.encoder import Encoder, read_xml, sign, write_xml
from tests.bench.texts import texts

ACCOUNT: Final = "gh_benchmark"
DECRYPTED: Final = 8
"""Every reply's signature is checked; one in so many is also decrypted and read."""


@dataclass(frozen=True, slots=True)
class Push:
    """One request, ready for the wire, and what its answer must fit."""

    openid: str
    message_id: int
    nonce: str
    wire: bytes


@dataclass
class Platform:
    """The secrets of one account, and the pushes it sends."""

    app_id: str = field(default_factory=lambda: f"wx{secrets.token_hex(8)}")
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    aes_key: str = field(default_factory=lambda: secrets.token_hex(22)[:43])
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(time.time_ns() // 100))
    _texts: Iterator[str] = field(default_factory=lambda: texts(seed=20261124))

    def environment(self) -> dict[str, str]:
        """Return the variables that make a server this account's."""
        return {
            "LIAISON_WECHAT_APP_ID": self.app_id,
            "LIAISON_WECHAT_APP_SECRET": secrets.token_hex(16),
            "LIAISON_WECHAT_TOKEN": self.token,
            "LIAISON_WECHAT_AES_KEY": self.aes_key,
            "LIAISON_DEEP": "false",  # under this load it is never asked; its memory is told apart
        }

    def pushes(self, openids: Sequence[str]) -> list[Push]:
        """Return one text message from each person. They stay fresh for ten minutes."""
        encoder, now = Encoder(self.aes_key, self.app_id), int(time.time())
        return [self._push(encoder, openid, now) for openid in openids]

    def _push(self, encoder: Encoder, openid: str, now: int) -> Push:
        message_id = next(self._ids)
        sealed = encoder.seal(
            write_xml(
                {
                    "ToUserName": ACCOUNT,
                    "FromUserName": openid,
                    "CreateTime": now,
                    "MsgType": "text",
                    "Content": next(self._texts),
                    "MsgId": message_id,
                }
            )
        )
        nonce, stamp = secrets.token_hex(5), str(now)
        body = write_xml({"ToUserName": ACCOUNT, "Encrypt": sealed}).encode()
        head = (
            f"POST /wechat?signature={sign(self.token, stamp, nonce)}&timestamp={stamp}&nonce={nonce}"
            f"&openid={openid}&encrypt_type=aes&msg_signature={sign(self.token, stamp, nonce, sealed)}"
            f" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nPragma: no-cache\r\n"
            f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return Push(openid, message_id, nonce, head.encode() + body)

    def check(self, pushes: Sequence[Push], bodies: Sequence[bytes]) -> None:
        """Check that each body is the account's own sealed reply to the sender of its push.

        Raises:
            AssertionError: one is not.
        """
        encoder = Encoder(self.aes_key, self.app_id)
        for number, (push, body) in enumerate(zip(pushes, bodies, strict=True)):
            outer = read_xml(body.decode())
            genuine = sign(self.token, outer["TimeStamp"], push.nonce, outer["Encrypt"])
            assert outer["MsgSignature"] == genuine, "a reply is not signed by the account"
            if number % DECRYPTED == 0:
                reply = read_xml(encoder.unseal(outer["Encrypt"]))
                assert (reply["ToUserName"], reply["FromUserName"]) == (push.openid, ACCOUNT)
                assert reply["Content"].strip(), "a reply says nothing"
