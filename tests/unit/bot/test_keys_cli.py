"""`liaison key …` as an operator types it: secrets are printed once, and never listed."""

from datetime import UTC, datetime

from models.actions.access import key_hash
from tests.unit.bot.test_cli import Liaison, keys, liaison

__all__ = ["liaison"]


def test_key_is_made_listed_rotated_and_revoked(liaison: Liaison, sqlite_url: str) -> None:
    def typed(*words: str) -> str:
        ran = liaison("key", *words, LIAISON_DATABASE_URL=sqlite_url)
        assert (ran.code, ran.err) == (0, "")
        return ran.out

    first = typed("create", "--name", "[督查室]", "--role", "viewer", "--expires", "2099-01-01").strip()
    listed = typed("list")
    assert ("[督查室]" in listed, "live" in listed, first in listed) == (True, True, False)
    assert "2099-01-01" in listed

    second = typed("rotate", "1", "--grace", "2").strip()
    [kept] = keys(sqlite_url)
    assert (kept.key_hash, kept.previous_hash) == (key_hash(second), key_hash(first))
    assert kept.expires_at == datetime(2099, 1, 1, tzinfo=UTC)
    assert kept.previous_until is not None
    assert kept.rotated_at is not None
    assert (kept.previous_until - kept.rotated_at).total_seconds() == 7200

    assert typed("revoke", "1") == "Key 1 is revoked.\n"
    assert typed("revoke", "1") == "Key 1 was revoked already.\n"
    assert "revoked" in typed("list")


def test_keys_that_are_not_there_or_have_ended_are_refused(liaison: Liaison, sqlite_url: str) -> None:
    for words in (("rotate", "7"), ("revoke", "7")):
        ran = liaison("key", *words, LIAISON_DATABASE_URL=sqlite_url)
        assert (ran.code, ran.out) == (1, "")
        assert "no key 7" in ran.err
    late = ("create", "--name", "n", "--role", "viewer", "--expires", "2020-01-01")
    ran = liaison("key", *late, LIAISON_DATABASE_URL=sqlite_url)
    assert (ran.code, ran.out, keys(sqlite_url)) == (2, "", [])
