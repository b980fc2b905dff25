from enum import StrEnum


class Intent(StrEnum):
    REQUEST = "request"
    FOLLOW_UP = "follow_up"
    PROGRESS = "progress"
    URGE = "urge"
    WITHDRAW = "withdraw"
    VERIFY = "verify"
    RATE = "rate"
    CORRECTION = "correction"
    HUMAN = "human"
    GREETING = "greeting"
    THANKS = "thanks"
    NOISE = "noise"
    HELP = "help"
    UNCLEAR = "unclear"


def intent_of(text: str) -> Intent:
    return Intent.REQUEST if len(text) > 3 else Intent.NOISE
