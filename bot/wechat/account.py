"""One Official Account: its secrets, and the three things only they allow: echo, open and seal.

Never logs, never reads the clock, never touches the network.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.wechat import reader, xml
from bot.wechat.crypto import Cipher
from bot.wechat.errors import Forged, Malformed, Unreadable
from bot.wechat.messages import Envelope
from bot.wechat.replies import cdata
from bot.wechat.signature import is_genuine, sign

BODY_CAP: Final = 64 * 1024
_PUSH: Final = re.compile(
    rb"<xml>\s*<ToUserName><!\[CDATA\[[^\]<>]*\]\]></ToUserName>\s*"
    rb"<Encrypt><!\[CDATA\[([A-Za-z0-9+/=]+)\]\]></Encrypt>\s*</xml>\s*"
)


@dataclass(frozen=True)
class Account:
    """An Official Account's identity; the first of `aes_keys` is current, the next the previous one.

    `plaintext` lets unencrypted pushes in: for development only, as the plain `signature` does not
    cover the body. `max_skew` is in seconds; the platform's retries may reuse an old timestamp.

    Raises:
        ValueError: an EncodingAESKey is not 43 letters and digits, or there is none and no `plaintext`.
    """

    app_id: str
    token: str = field(repr=False)
    aes_keys: tuple[str, ...] = field(repr=False)
    plaintext: bool = False
    max_skew: int = 600
    _ciphers: tuple[Cipher, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.aes_keys and not self.plaintext:
            raise ValueError("an account needs an EncodingAESKey unless it takes plaintext")
        ciphers = tuple(Cipher(key, self.app_id) for key in self.aes_keys)
        object.__setattr__(self, "_ciphers", ciphers)

    def echo(self, query: Mapping[str, str]) -> str:
        """Return the `echostr` that proves to the platform that this URL is ours.

        Raises:
            Forged: the signature is not the platform's.
        """
        self._check(query.get("signature", ""), query)
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes, *, now: int) -> Envelope:
        """Return the push in `body`, proven genuine; `now` is in seconds since 1970.

        In compatible mode the plaintext fields beside `Encrypt` are never looked at.

        Raises:
            Forged: not provably from the platform, too old, or plaintext where we expect encryption.
            Malformed: over `BODY_CAP` bytes, or not readable as an encrypted push.
            Unreadable: proven genuine, and what was inside is not readable.
        """
        if len(body) > BODY_CAP:
            raise Malformed("too long")
        if query.get("encrypt_type") == "aes":
            sealed = _encrypted(body)
            self._check(query.get("msg_signature", ""), query, sealed)
            self._check_age(query, now)
            plain, key_index = self._decrypt(sealed)
            return _read(plain, sealed=sealed, key_index=key_index)
        if not self.plaintext:
            raise Forged("not encrypted")
        self._check(query.get("signature", ""), query)
        self._check_age(query, now)
        return _read(body, sealed=None, key_index=None)

    def seal(self, envelope: Envelope, xml: str, *, now: int, nonce: str) -> bytes:
        """Return the reply `xml` as the platform wants it: sealed with the key that opened `envelope`.

        A plaintext envelope gets plain XML. `success` and the empty reply are never sealed: do not pass them.
        """
        if envelope.key_index is None:
            return xml.encode()
        cipher = self._ciphers[envelope.key_index]
        encrypted = cipher.encrypt(xml.encode(), random16=secrets.token_bytes(16))
        signature = sign(self.token, str(now), nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature>{signature}</MsgSignature>"
            f"<TimeStamp>{now}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
        ).encode()

    def _check(self, claimed: str, query: Mapping[str, str], *more: str) -> None:
        if not is_genuine(claimed, self.token, query.get("timestamp", ""), query.get("nonce", ""), *more):
            raise Forged("signature")

    def _check_age(self, query: Mapping[str, str], now: int) -> None:
        stamp = query.get("timestamp", "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):  # noqa: PLR2004 - year 9999 has 12
            raise Forged("timestamp")
        if abs(now - int(stamp)) > self.max_skew:
            raise Forged("timestamp")

    def _decrypt(self, sealed: str) -> tuple[bytes, int]:
        reason = "no key"
        for index, cipher in enumerate(self._ciphers):
            try:
                return cipher.decrypt(sealed), index
            except Forged as forged:
                reason = forged.reason
        raise Forged(reason)


def _read(body: bytes, *, sealed: str | None, key_index: int | None) -> Envelope:
    """Return the envelope of a body whose request is proven genuine."""
    legal = xml.legal(body)
    try:
        tree = reader.parse(legal)
        received = legal.decode() if sealed is None else sealed
        return reader.read(tree, body=legal, sealed=received, key_index=key_index)
    except Malformed as error:
        kept = legal.decode(errors="replace") if sealed is None else sealed
        raise Unreadable(error.reason, sealed=kept, digest=hashlib.sha256(body).hexdigest()) from None


def _encrypted(body: bytes) -> str:
    """Return the Encrypt text; the safe mode's fixed shape is matched whole, anything else is parsed."""
    if match := _PUSH.fullmatch(body):
        return match[1].decode()
    encrypted = xml.parse(body).get("Encrypt")
    if not isinstance(encrypted, str):
        raise Malformed("no Encrypt")
    return encrypted
