"""What an operator may set, read once from `LIAISON_*` variables and never changed after.

Secrets are `SecretStr` and have no default: a service without them refuses to start rather than
run with a guessable one. `docs/operations.md` and the README table list every name here (a test
compares them).
"""

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, HttpUrl, SecretStr, TypeAdapter
from pydantic_settings import BaseSettings, SettingsConfigDict

from config import outlines
from config.catalog.timetable import load_notices

DEFAULT_DATABASE_URL = "sqlite+aiosqlite:///liaison.db"
PLATFORM = "https://api.weixin.qq.com"
_LEAST_KEY = 32


def _app_id(value: str) -> str:
    if not re.fullmatch(r"wx[0-9a-f]{16}", value):
        raise ValueError("an AppID is 'wx' followed by 16 hexadecimal digits")
    return value


def _token(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{3,32}", value.get_secret_value()):
        raise ValueError("the Token is 3 to 32 letters and digits")
    return value


def _aes_key(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[A-Za-z0-9]{43}", value.get_secret_value()):
        raise ValueError("the EncodingAESKey is exactly 43 letters and digits")
    return value


def _phone_key(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < _LEAST_KEY:
        raise ValueError(f"the phone key has at least {_LEAST_KEY} characters, chosen at random")
    return value


def _header_value(value: SecretStr) -> SecretStr:
    if not re.fullmatch(r"[!-~]+", value.get_secret_value()):
        raise ValueError("the key is printable ASCII without blanks")
    return value


def _quiet_hours(value: str) -> str:
    if value != "none" and not re.fullmatch(
        r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", value
    ):
        raise ValueError("quiet hours are two times of day as in 21:00-08:00, or none")
    return value


_TAKES_DIGITS = "character_string|number|thing|keyword"
_TAKES_WORDS = "thing|phrase|name|keyword"


def _fields(value: str) -> str:
    """Four keys of a template: of the number, what happened, the title, the hint."""
    names = [name.strip() for name in value.split(",")]
    kinds = [_TAKES_DIGITS, *[_TAKES_WORDS] * 3]
    if len(names) != len(kinds) or len(set(names)) != len(kinds):
        raise ValueError("template fields are four different keys: number, what happened, title, hint")
    for name, kind in zip(names, kinds, strict=True):
        if not re.fullmatch(f"({kind})[0-9]{{1,3}}", name):
            raise ValueError(f"the template field {name!r} must be one of {kind}, with its digit")
    return ",".join(names)


def _map(value: Path) -> Path:
    outlines.read(value)
    return value


def _notices(value: Path) -> Path:
    load_notices(value.parent, value.name)
    return value


def _web_address(value: str) -> str:
    TypeAdapter(HttpUrl).validate_python(value)
    return value.rstrip("/")


AppId = Annotated[str, AfterValidator(_app_id)]
Token = Annotated[SecretStr, AfterValidator(_token)]
AesKey = Annotated[SecretStr, AfterValidator(_aes_key)]
PhoneKeyText = Annotated[SecretStr, AfterValidator(_phone_key)]
BearerKey = Annotated[SecretStr, AfterValidator(_header_value)]
QuietHours = Annotated[str, AfterValidator(_quiet_hours)]
TemplateFields = Annotated[str, AfterValidator(_fields)]
NoticesFile = Annotated[Path, AfterValidator(_notices)]
MapFile = Annotated[Path, AfterValidator(_map)]
WebAddress = Annotated[str, AfterValidator(_web_address)]


class _Environment(BaseSettings):
    """How every setting is read."""

    model_config = SettingsConfigDict(
        env_prefix="LIAISON_",
        env_ignore_empty=True,
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
    )


class DatabaseSettings(_Environment):
    """Where everything is kept: all that `migrate` and `key` need to know."""

    database_url: str = Field(
        DEFAULT_DATABASE_URL, description="where everything is kept: SQLite or PostgreSQL"
    )


class ModelSettings(_Environment):
    """Which model reads the messages: all that `classify` and `evaluate` need to know."""

    model: Path | None = Field(
        None, description="a model made by `liaison train`, instead of the one that is shipped"
    )


class Settings(DatabaseSettings, ModelSettings):
    """Everything that differs between two installations, and nothing else."""

    host: str = Field("127.0.0.1", description="address that `liaison serve` listens on")
    port: int = Field(8000, ge=1, le=65535, description="port that `liaison serve` listens on")
    public_url: WebAddress | None = Field(None, description="how the outside world reaches this service")

    wechat_app_id: AppId = Field(description="AppID of the service account")
    wechat_app_secret: SecretStr = Field(description="AppSecret, for the access token")
    wechat_token: Token = Field(description="Token, signs every push")
    wechat_aes_key: AesKey = Field(description="EncodingAESKey, encrypts every push")
    wechat_aes_key_previous: AesKey | None = Field(
        None, description="the key before the last rotation, still accepted"
    )
    wechat_api_base: WebAddress = Field(PLATFORM, description="the platform's API; change it for a simulator")
    wechat_plaintext: bool = Field(
        False, description="development only: accept pushes in plaintext mode, with a loud warning"
    )
    wechat_template_id: str | None = Field(None, description="template for notices outside the 48 hours")
    wechat_subscription_id: str | None = Field(
        None, description="subscription template for notices outside the 48 hours"
    )
    wechat_subscription_long_term: bool = Field(
        False, description="that subscription template is a long-term one: whoever follows may be sent it"
    )
    wechat_template_fields: TemplateFields = Field(
        "character_string1,phrase2,thing3,thing4",
        description="the keys of both templates: number, what happened, title, hint",
    )

    hold: int = Field(
        120, ge=0, le=600, description="seconds in which an official may take back what they wrote"
    )
    quiet_hours: QuietHours = Field(
        "21:00-08:00", description="when no enterprise is rung unasked, in local time; none for never"
    )
    contact_budget: int = Field(3, ge=0, le=20, description="unasked messages an enterprise may get a day")
    visit_every: int = Field(90, ge=1, le=3660, description="days after which a leader owes a visit")
    patch_days: int = Field(
        90, ge=7, le=730, description="days after a patch took effect until it is asked if it worked"
    )
    api_rate: int = Field(
        600, ge=0, le=1_000_000, description="requests a minute that one API key may make; 0 for no limit"
    )
    webhooks_http: bool = Field(
        False, description="development only: webhooks of other systems may also go to plain http"
    )
    webhooks_private: bool = Field(
        False, description="whether webhooks of other systems may also go to private addresses"
    )
    phone_key: PhoneKeyText | None = Field(
        None, description="seals officials' phone numbers; without it a key derived from the AppSecret does"
    )

    calendar: NoticesFile | None = Field(
        None, description="YAML with further official notices about working days, as in catalog/calendar.yaml"
    )
    wall_map: MapFile | None = Field(
        None,
        description="GeoJSON with the outlines of regions for the wall chart; else a schematic map",
    )

    retention_days: int | None = Field(
        None, ge=90, le=36_500, description="days after their last case ended until people are forgotten"
    )

    wechat_max_skew: int = Field(
        600,
        ge=60,
        le=86_400,
        description="seconds that a push may be older or newer than our clock says",
    )
    metrics_port: int | None = Field(
        None, ge=1, le=65535, description="port on which `liaison worker` answers `/metrics` and `/healthz`"
    )
    worker: bool = Field(True, description="whether the web process also delivers (`serve --no-worker`)")

    deep: bool = Field(
        True, description="whether types are also guessed by the deep path, where there is time for it"
    )

    llm_url: WebAddress | None = Field(
        None, description="OpenAI-compatible endpoint of a large model; without it no text leaves"
    )
    llm_model: str | None = Field(None, max_length=120, description="which model to ask for there")
    llm_key: BearerKey | None = Field(None, description="the endpoint's key, if it wants one")

    log_level: str = Field(
        "INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR"
    )
    log_format: str = Field("json", pattern="^(json|console)$", description="json or console")
