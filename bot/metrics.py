"""What operators can count. One process each; scrape every process."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

INBOUND: Final = Counter("liaison_inbound", "Pushes answered, by kind and outcome", ["kind", "outcome"])
REFUSED: Final = Counter("liaison_refused", "Requests refused at the door, by reason", ["reason"])
BATCH_SECONDS: Final = Histogram(
    "liaison_batch_seconds",
    "From the arrival of a batch's first push to its commit",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 4),
)
BATCH: Final = Histogram(
    "liaison_batch_turns", "Turns that shared one commit", buckets=(1, 2, 4, 8, 16, 32, 64)
)
DELIVERIES: Final = Counter("liaison_deliveries", "Attempts, by channel and outcome", ["channel", "outcome"])
PLATFORM_ERRORS: Final = Counter("liaison_platform_errors", "Error codes of the platform", ["code"])
TIMERS: Final = Counter("liaison_timers", "Things that fell due and were done, by timer", ["timer"])
TIMER_FAILURES: Final = Counter("liaison_timer_failures", "Rounds of a timer that broke, by timer", ["timer"])
TIMER_LEADER: Final = Gauge("liaison_timer_leader", "Whether the timers run in this process")
PAUSED: Final = Gauge("liaison_delivery_paused", "Whether the worker here waits: the account is refused")
RESTING: Final = Gauge(
    "liaison_channel_resting", "The code for which a channel rests in the worker here, or 0", ["channel"]
)
ACCOUNT_REFUSED: Final = Gauge(
    "liaison_account_refused",
    "The code by which any worker's last try was refused for the account's sake, or 0",
)
OUTBOX: Final = Gauge("liaison_outbox", "Outbox rows by state", ["state"])
SECOND_LOOKS: Final = Counter(
    "liaison_second_looks", "Guesses looked at again by the deep path, by what became of them", ["outcome"]
)
SECOND_LOOK_SECONDS: Final = Histogram(
    "liaison_second_look_seconds",
    "What the deep path took for one text of a second look",
    buckets=(0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5),
)
SECOND_LOOK_LEADER: Final = Gauge(
    "liaison_second_look_leader", "Whether second looks are taken in this process"
)
PATTERN_CASES: Final = Counter("liaison_pattern_cases", "Cases compared with those they may be like")
PATTERNS_SHOWN: Final = Counter(
    "liaison_patterns_shown", "Patterns that enough enterprises told of to be shown"
)
PATTERNS_LEADER: Final = Gauge("liaison_patterns_leader", "Whether cases are compared in this process")
DEEP_AT_ONCE: Final = Counter(
    "liaison_deep_at_once",
    "Messages at an idle desk that the deep path was asked about, by outcome",
    ["outcome"],
)
LARGE_MODEL: Final = Counter(
    "liaison_large_model", "What came of asking the large model, or of not asking it", ["outcome"]
)
LARGE_MODEL_SECONDS: Final = Histogram(
    "liaison_large_model_seconds",
    "What the large model took for one answer",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10),
)
