"""AES-256-CBC as WeChat uses it: one `Cipher` for one EncodingAESKey and one AppID.

The plaintext is `16 random bytes | length (uint32, big endian) | message | app id`, padded PKCS#7 to
blocks of 32; the IV is the first half of the key. The platform fixes all of this, weak spots included.
"""

import binascii
import re
from typing import Final, final

from cryptography.hazmat.primitives.ciphers import Cipher as AesCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from bot.wechat.errors import Forged

BLOCK: Final = 32
HEAD: Final = 20
_KEY: Final = re.compile(r"[A-Za-z0-9]{43}")
_PADS: Final = tuple(bytes([size]) * size for size in range(BLOCK + 1))


@final
class Cipher:
    """Encrypts and decrypts messages of one account; holds no state between calls, so threads may share it.

    Raises:
        ValueError: the EncodingAESKey is not 43 letters and digits, or the AppID is empty.
    """

    __slots__ = ("_aes", "_app_id")

    def __init__(self, encoding_aes_key: str, app_id: str) -> None:
        if _KEY.fullmatch(encoding_aes_key) is None:
            raise ValueError("an EncodingAESKey is 43 letters and digits")
        if not app_id:
            raise ValueError("an AppID is never empty")
        key = binascii.a2b_base64(encoding_aes_key + "=")
        self._aes = AesCipher(algorithms.AES(key), modes.CBC(key[:16]))
        self._app_id = app_id.encode()

    def decrypt(self, encrypted: str) -> bytes:
        """Return the message inside `encrypted` (base64).

        Raises:
            Forged: base64, block length, padding, length field or AppID is wrong.
        """
        plain = _unpadded(self._opened(encrypted))
        end = HEAD + int.from_bytes(plain[16:HEAD], "big")
        if plain[end:] != self._app_id:  # also when `end` lies beyond: an AppID is never empty
            raise Forged("length or app id")
        return plain[HEAD:end]

    def encrypt(self, message: bytes, *, random16: bytes) -> str:
        """Return `message` encrypted as base64; `random16` is 16 fresh random bytes."""
        plain = b"".join((random16, len(message).to_bytes(4, "big"), message, self._app_id))
        encryptor = self._aes.encryptor()
        sealed = encryptor.update(plain + _PADS[BLOCK - len(plain) % BLOCK]) + encryptor.finalize()
        return binascii.b2a_base64(sealed, newline=False).decode()

    def _opened(self, encrypted: str) -> bytes:
        try:
            sealed = binascii.a2b_base64(encrypted, strict_mode=True)
        except ValueError:  # binascii.Error, and the plain ValueError for non-ASCII text
            raise Forged("base64") from None
        if not sealed or len(sealed) % BLOCK:
            raise Forged("block length")
        decryptor = self._aes.decryptor()
        return decryptor.update(sealed) + decryptor.finalize()


def _unpadded(plain: bytes) -> bytes:
    pad = plain[-1]
    if not 1 <= pad <= BLOCK or not plain.endswith(_PADS[pad]):
        raise Forged("padding")
    return plain[:-pad]
