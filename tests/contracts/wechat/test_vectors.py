"""The published vectors: a round trip alone would pass with one mistake made twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.wechat.crypto import Cipher
from bot.wechat.signature import is_genuine, sign

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS["signatures"])
def test_signature_equals_the_published_one(vector: dict[str, Any]) -> None:
    assert sign(*vector["parts"]) == vector["signature"]
    assert is_genuine(vector["signature"], *reversed(vector["parts"]))


@pytest.mark.parametrize("vector", VECTORS["ciphers"], ids=lambda vector: vector["source"])
def test_decryption_equals_the_published_message(vector: dict[str, Any]) -> None:
    cipher = Cipher(vector["key"], vector["app_id"])
    assert cipher.decrypt(vector["encrypted"]).decode() == vector["message"]


@pytest.mark.parametrize("vector", VECTORS["ciphers"], ids=lambda vector: vector["source"])
def test_message_signature_equals_the_published_one(vector: dict[str, Any]) -> None:
    parts = (vector["token"], vector["timestamp"], vector["nonce"], vector["encrypted"])
    assert sign(*parts) == vector["signature"]


@pytest.mark.parametrize("vector", [vector for vector in VECTORS["ciphers"] if vector["random"]])
def test_encryption_equals_the_published_bytes(vector: dict[str, Any]) -> None:
    cipher = Cipher(vector["key"], vector["app_id"])
    sealed = cipher.encrypt(vector["message"].encode(), random16=vector["random"].encode())
    assert sealed == vector["encrypted"]
