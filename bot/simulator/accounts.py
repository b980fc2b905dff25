"""The settings of the one service account that this desk platform serves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.simulator.notices import Template
from bot.simulator.windows import Trigger


class Mode(StrEnum):
    """How pushes are written: the console's 明文模式, 兼容模式 and 安全模式."""

    PLAINTEXT = "plaintext"
    COMPATIBLE = "compatible"
    SAFE = "safe"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountConfig:
    """What the console and the platform know of an account.

    `deliveries` is how often one message is pushed at most (3 or 4: the official wording allows both) and
    `reuse_nonce` whether a repeat keeps timestamp, nonce and ciphertext; neither is documented. `patience`
    and `pause` (between deliveries) are seconds of real time. After `markfail_after` failed messages in a
    row nothing is pushed for `silence` of the platform's clock. `notice_delay` is how long, in seconds,
    the result event of a notice takes; with `reports_first` it arrives before the call is answered.
    `tells_notice_ids`: whether the answer about a subscription notice has its id; that is not documented.
    `menu_tap` is the window that a tap on a menu message opens. `quotas` overrides daily limits by path. A
    test account has lower ones, no msgmenu and no bizmsgmenuid; without `keeps_menu_ids` any account's taps
    lack the id, as those of some clients do. `oauth_host` is the console's 网页授权域名, by default that of
    the callback. With `has_snapshots` pages are seen by virtual persons (is_snapshotuser), with
    `has_union_ids` the account is bound to an Open Platform account.
    """

    app_id: str
    app_secret: str
    token: str
    aes_key: str
    callback_url: str
    original_id: str = "gh_5f0c1d2e3a4b"
    name: str = "政企直通"
    mode: Mode = Mode.SAFE
    template_ids: Mapping[str, Template] = field(default_factory=dict)
    subscription_ids: Mapping[str, Template] = field(default_factory=dict)
    patience: float = 5.0
    deliveries: int = 3
    reuse_nonce: bool = False
    pause: float = 0.02
    markfail_after: int = 5
    silence: timedelta = timedelta(seconds=60)
    notice_delay: float = 0.02
    reports_first: bool = False
    tells_notice_ids: bool = True
    menu_tap: Trigger = Trigger.MESSAGE
    quotas: Mapping[str, int] = field(default_factory=dict)
    ip_whitelist: frozenset[str] | None = None
    is_test_account: bool = False
    keeps_menu_ids: bool = True
    oauth_host: str | None = None
    has_snapshots: bool = False
    has_union_ids: bool = False
