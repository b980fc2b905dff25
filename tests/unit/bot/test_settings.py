"""A wrong setting is refused with words an operator understands, and never with the secret itself."""

import asyncio
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from bot.delivery.wording import Fields
from bot.service import build, courtesy_of, phone_key_of
from bot.wechat.transport import TIMEOUT
from config.settings import DEFAULT_DATABASE_URL, PLATFORM, DatabaseSettings, Settings
from models.rules.disturbance import GRANTED, Courtesy, Quiet
from models.rules.phones import PhoneKey

GOOD: dict[str, Any] = {
    "wechat_app_id": "wx0123456789abcdef",
    "wechat_app_secret": "0123456789abcdef0123456789abcdef",
    "wechat_token": "Token123",
    "wechat_aes_key": "A" * 43,
}
WRONG = {
    ("wechat_app_id", "wx0123456789ABCDEF"): "an AppID is 'wx' followed by 16 hexadecimal digits",
    ("wechat_app_id", "gh_0123456789abcd"): "an AppID is 'wx' followed by 16 hexadecimal digits",
    ("wechat_token", "ab"): "the Token is 3 to 32 letters and digits",
    ("wechat_token", "t" * 33): "the Token is 3 to 32 letters and digits",
    ("wechat_token", "has space"): "the Token is 3 to 32 letters and digits",
    ("wechat_aes_key", "B" * 42): "the EncodingAESKey is exactly 43 letters and digits",
    ("wechat_aes_key", "B" * 43 + "="): "the EncodingAESKey is exactly 43 letters and digits",
    ("wechat_aes_key_previous", "C" * 44): "the EncodingAESKey is exactly 43 letters and digits",
    ("llm_url", "ftp://llm.example/v1"): "URL scheme should be 'http' or 'https'",
    ("llm_key", "with a blank"): "the key is printable ASCII without blanks",
    ("llm_key", "ключ"): "the key is printable ASCII without blanks",
    ("llm_model", "m" * 121): "at most 120 characters",
    ("phone_key", "k" * 31): "the phone key has at least 32 characters",
    ("port", 0): "greater than or equal to 1",
    ("port", 65_536): "less than or equal to 65535",
    ("port", "http"): "valid integer",
    ("log_level", "LOUD"): "should match pattern",
    ("log_format", "xml"): "should match pattern",
    ("public_url", "liaison.example"): "valid URL",
    ("wechat_api_base", "ftp://127.0.0.1"): "URL scheme should be 'http' or 'https'",
    ("wechat_plaintext", "perhaps"): "valid boolean",
    ("quiet_hours", "at night"): "quiet hours are two times of day as in 21:00-08:00, or none",
    ("quiet_hours", "24:00-08:00"): "quiet hours are two times of day as in 21:00-08:00, or none",
    ("contact_budget", 21): "less than or equal to 20",
    ("contact_budget", -1): "greater than or equal to 0",
    ("wechat_template_fields", "thing1,thing2,thing3"): "four different keys",
    ("wechat_template_fields", "thing1,thing2,thing3,thing3"): "four different keys",
    ("wechat_template_fields", "phrase1,thing2,thing3,thing4"): "'phrase1' must be one of character_string|",
    ("wechat_template_fields", "character_string1,time2,thing3,thing4"): "'time2' must be one of thing|",
    ("wechat_template_fields", "character_string1,phrase2,thing3,hint"): "'hint' must be one of thing|",
    ("wechat_subscription_long_term", "forever"): "valid boolean",
}


def problems(**fields: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as refused:
        Settings(**fields)
    return [(str(problem["loc"][0]), problem["msg"]) for problem in refused.value.errors()]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_wrong_value_is_named_and_explained(name: str, value: object) -> None:
    [(found, words)] = problems(**(GOOD | {name: value}))
    assert found == name
    assert WRONG[name, value] in words


def test_every_missing_setting_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in GOOD:
        monkeypatch.delenv(f"LIAISON_{name.upper()}", raising=False)
    assert [name for name, _ in problems()] == list(GOOD)


@pytest.mark.parametrize("name", ["wechat_token", "wechat_aes_key", "wechat_aes_key_previous", "phone_key"])
def test_refused_secret_is_not_repeated(name: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Settings(**(GOOD | {name: "s3cret!"}))
    assert "s3cret!" not in str(refused.value)


def test_secrets_are_not_shown() -> None:
    shown = repr(Settings(**GOOD)) + str(Settings(**GOOD))
    assert [
        name for name in ("wechat_app_secret", "wechat_token", "wechat_aes_key") if GOOD[name] in shown
    ] == []


def test_defaults_are_safe() -> None:
    settings = Settings(**GOOD)
    assert (settings.host, settings.wechat_api_base, settings.wechat_plaintext) == (
        "127.0.0.1",
        PLATFORM,
        False,
    )
    assert (settings.database_url, settings.log_format) == (DEFAULT_DATABASE_URL, "json")


def test_settings_come_from_the_environment_and_empty_ones_are_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(f"LIAISON_{name.upper()}", value)
    monkeypatch.setenv("LIAISON_PUBLIC_URL", "https://liaison.example/")
    monkeypatch.setenv("LIAISON_WECHAT_AES_KEY_PREVIOUS", "")
    monkeypatch.setenv("LIAISON_PORT", "")

    settings = Settings()

    assert (settings.public_url, settings.wechat_aes_key_previous, settings.port) == (
        "https://liaison.example",
        None,
        8000,
    )
    assert settings.wechat_token == SecretStr(GOOD["wechat_token"])


def test_database_needs_no_other_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIAISON_DATABASE_URL", "postgresql://u@h/d")
    assert DatabaseSettings().database_url == "postgresql://u@h/d"


def test_settings_never_change() -> None:
    settings = Settings(**GOOD)
    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 9  # type: ignore[misc]  # that it cannot be is what is tested


def test_phone_key_is_the_one_that_is_set_else_one_of_the_secret_alone() -> None:
    given = phone_key_of(Settings(**GOOD, phone_key="k" * 32))
    assert given == PhoneKey(b"k" * 32)
    derived = phone_key_of(Settings(**GOOD))
    assert derived == phone_key_of(Settings(**(GOOD | {"wechat_token": "Another"})))
    assert len(derived.secret) == 32
    assert GOOD["wechat_app_secret"].encode() not in derived.secret
    assert (
        len(
            {
                derived.mark,
                given.mark,
                phone_key_of(Settings(**(GOOD | {"wechat_app_secret": "x" * 32}))).mark,
            }
        )
        == 3
    )


def test_courtesy_is_what_the_rules_grant_unless_it_is_set() -> None:
    assert courtesy_of(Settings(**GOOD)) == GRANTED
    asked = Settings(**GOOD, quiet_hours="none", contact_budget=0)
    assert courtesy_of(asked) == Courtesy(Quiet(0, 0), 0)


def test_production_waits_for_the_platform_only_so_long(sqlite_url: str) -> None:
    """Of the client that a process really builds, and of the call for the token, which it makes itself."""
    service = build(Settings(**GOOD, database_url=sqlite_url))
    call = service.client._request("POST", "/cgi-bin/message/custom/send", "T", {})
    upload = service.client._request("GET", "/x", "T", {}, timeout=service.client._media_timeout)
    waits = {
        "call": call.extensions["timeout"],
        "media": upload.extensions["timeout"],
        "token": TIMEOUT.as_dict(),
    }
    asyncio.run(service.http.aclose())
    service.close()
    for what, longest in {"call": 10, "media": 60, "token": 10}.items():
        assert waits[what].keys() == {"connect", "read", "write", "pool"}
        assert all(each is not None and 0 < each <= longest for each in waits[what].values()), what
        assert max(waits[what]["connect"], waits[what]["pool"]) <= 3, what


def test_keys_of_templates_reach_whoever_fills_them(sqlite_url: str) -> None:
    keys = "thing9, phrase1,thing2,keyword4"
    service = build(Settings(**GOOD, database_url=sqlite_url, wechat_template_fields=keys))
    assert service.delivery._sender._fields == Fields("thing9", "phrase1", "thing2", "keyword4")
    asyncio.run(service.http.aclose())
    service.close()
