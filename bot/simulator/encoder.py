"""The platform's own signatures, AES and XML, written a second time on purpose.

Nothing here is shared with the product: a mistake cannot be made twice and cancel itself out.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct
import xml.parsers.expat
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

Value = str | int | Mapping[str, Any] | Sequence[Mapping[str, Any]]
_BLOCK: Final = 32
_DEEPEST: Final = 8
_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnreadableError(Exception):
    """A ciphertext or XML text that the platform cannot accept; the argument says why."""


def sign(*parts: str) -> str:
    """Return the hex SHA-1 over the byte-sorted, joined parts."""
    joined = b"".join(sorted(part.encode() for part in parts))
    return hashlib.sha1(joined, usedforsecurity=False).hexdigest()


def is_signed(signature: str, *parts: str) -> bool:
    """Say whether `signature` belongs to the parts, in constant time."""
    return hmac.compare_digest(signature.encode(), sign(*parts).encode())


class Encoder:
    """AES-256-CBC as the console's EncodingAESKey (43 characters) prescribes, for one AppID."""

    def __init__(self, aes_key: str, app_id: str) -> None:
        self._key = base64.b64decode(aes_key + "=")
        self._app_id = app_id.encode()
        if len(self._key) != _BLOCK:
            raise ValueError("an EncodingAESKey has 43 characters")

    def seal(self, text: str, prefix: bytes | None = None) -> str:
        """Encrypt `text`; `prefix` (16 bytes) is random unless a test vector fixes it."""
        body = text.encode()
        plain = (prefix or secrets.token_bytes(16)) + struct.pack(">I", len(body)) + body + self._app_id
        pad = _BLOCK - len(plain) % _BLOCK
        cipher = self._cipher().encryptor()
        return base64.b64encode(cipher.update(plain + bytes([pad]) * pad) + cipher.finalize()).decode()

    def unseal(self, sealed: str) -> str:
        """Decrypt what the account encrypted.

        Raises:
            UnreadableError: padding, length, AppID or text are wrong.
        """
        try:
            raw = base64.b64decode(sealed, validate=True)
            cipher = self._cipher().decryptor()
            plain = cipher.update(raw) + cipher.finalize()
        except (binascii.Error, ValueError) as error:
            raise UnreadableError("not base64 of whole AES blocks") from error
        return self._unpack(_unpad(plain))

    def _unpack(self, plain: bytes) -> str:
        if len(plain) < 20:  # noqa: PLR2004 - 16 random bytes and a length
            raise UnreadableError("too short")
        end = 20 + int(struct.unpack(">I", plain[16:20])[0])
        if plain[end:] != self._app_id or end > len(plain):
            raise UnreadableError("length or AppID differ")
        try:
            return plain[20:end].decode()
        except UnicodeDecodeError as error:
            raise UnreadableError("not UTF-8") from error

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))


def _unpad(plain: bytes) -> bytes:
    pad = plain[-1] if plain else 0
    if not 1 <= pad <= _BLOCK or plain[-pad:] != bytes([pad]) * pad:
        raise UnreadableError("padding is wrong")
    return plain[:-pad]


def write_xml(fields: Mapping[str, Value]) -> str:
    """Write a push: strings in CDATA, numbers bare, a list as repeated elements."""
    return f"<xml>{_children(fields)}</xml>"


def _children(fields: Mapping[str, Value]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Value) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_children(value)}</{name}>"
    if isinstance(value, str):
        safe = _ILLEGAL.sub("", value).replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    if isinstance(value, int):
        return f"<{name}>{value}</{name}>"
    return "".join(_element(name, one) for one in value)


class _Reader:
    """Collects one document: leaves become strings, branches dicts, repeated names lists."""

    def __init__(self) -> None:
        self.root: dict[str, Any] = {}
        self._path: list[tuple[str, dict[str, Any], list[str]]] = []

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if len(self._path) >= _DEEPEST:
            raise UnreadableError("too deep")
        self._path.append((name, {}, []))

    def data(self, text: str) -> None:
        self._path[-1][2].append(text)

    def end(self, _name: str) -> None:
        name, children, texts = self._path.pop()
        value: Any = children or "".join(texts)
        into = self._path[-1][1] if self._path else self.root
        if name not in into:
            into[name] = value
        elif isinstance(into[name], list):
            into[name].append(value)
        else:
            into[name] = [into[name], value]

    @staticmethod
    def doctype(*_declaration: object) -> None:
        raise UnreadableError("a DOCTYPE is refused")


def read_xml(text: str) -> dict[str, Any]:
    """Read an answer's `<xml>` element.

    Raises:
        UnreadableError: it is not well formed, declares a DOCTYPE, is too deep or has another root.
    """
    reader = _Reader()
    parser = xml.parsers.expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = reader.doctype
    try:
        parser.Parse(text, True)
    except xml.parsers.expat.ExpatError as error:
        raise UnreadableError("not well formed") from error
    found = reader.root.get("xml")
    if not isinstance(found, dict):
        raise UnreadableError("no <xml> element")
    return found
