"""When people mean: 今天下午3点, 明天上午, 周五10:30, 11月28日15时半, 15:30-16:00.

Pure: text and now in, a span out. What may mean two times, or lies behind us, is a doubt to ask about,
never a guess. All times are those of Asia/Shanghai.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Final

from config import catalog
from handlers.understanding.days import days_in, in_figures
from handlers.understanding.regex import Regex
from handlers.understanding.text import normalize
from models.rules.calling import SHANGHAI, Span

READ_AT_MOST: Final = 120
LATE: Final = timedelta(minutes=10)
"""So much after its beginning a time that was said is still meant: people type slowly."""

LEAST: Final = timedelta(minutes=5)
_NOON: Final = 12
_EVENING_HOURS: Final = 12
_SURELY_MORNING: Final = range(8, 13)
"""Hours that mean themselves when no part of the day is said; 3点 may be either."""


class Doubt(StrEnum):
    """Why no time could be understood."""

    NO_TIME = "no_time"
    NO_HOUR = "no_hour"
    """A day, but not when on it."""
    WHICH_HALF = "which_half"
    """3点: in the night or in the afternoon?"""
    UNCLEAR = "unclear"
    """Several times, or one that does not exist."""
    PAST = "past"


class _Doubtful(Exception):
    def __init__(self, doubt: Doubt) -> None:
        super().__init__(doubt)
        self.doubt = doubt


@dataclass(frozen=True, slots=True)
class _Hour:
    """An hour as somebody said it: with a part of the day or without."""

    part: str | None
    hour: int
    minute: int
    is_exact: bool
    """Said as 07:30, which is no hour of the afternoon."""


def span_in(text: str, now: datetime) -> Span | Doubt:
    """Return the time that `text` names, or why it names none. Never raises; time is bounded."""
    return _understood(text, now)[0]


def only_span(text: str, now: datetime) -> Span | Doubt | None:
    """Return the same if `text` is nothing but a time and courtesies; None if it says anything else."""
    found, rest = _understood(text, now)
    return None if found is Doubt.NO_TIME or _COURTESY.sub("", rest) else found


def moved_to(text: str, now: datetime) -> str:
    """Return the time to which a text moves something, and says nothing else: 电话改到后天下午4点."""
    found = _MOVED.fullmatch(normalize(text[:READ_AT_MOST]).strip(" .!~。！"))
    return found["time"] if found and isinstance(only_span(found["time"], now), Span) else ""


def is_busy_then(text: str) -> bool:
    """Whether a text only says when something does not suit: 明天没空."""
    return _ONLY_BUSY.fullmatch(normalize(text)) is not None


def without_excuse(text: str) -> str:
    """Return a text without the time that does not suit: 下午没空，晚上吧 → 晚上吧."""
    return _BUSY_THEN.sub("", text, count=1) or text


def day_in(text: str, now: datetime) -> str:
    """Return the one day to come that `text` names, as it may stand before an hour; else nothing."""
    days, today = _days(text, now), now.astimezone(SHANGHAI).date()
    day = next(iter(days)) if len(days) == 1 else None
    return _named(day) if day is not None and day >= today else ""


def day_of(moment: datetime) -> str:
    """Return the day of a moment as `day_in` names it."""
    return _named(moment.astimezone(SHANGHAI).date())


def _named(day: date) -> str:
    return f"{day.month}月{day.day}日"


def on_day(day: str, text: str, now: datetime) -> str:
    """Return a time with the day that was named before it, unless it names one itself."""
    return text if _days(text, now) else f"{day}{text}"


def _days(text: str, now: datetime) -> set[date | None]:
    said = in_figures(normalize(text[:READ_AT_MOST]))
    return days_in(said, now.astimezone(SHANGHAI).date())[0]


def clause_of_time(text: str, now: datetime) -> str:
    """Return the one of several clauses that is a time to come; its day may stand in another one."""
    clauses = [each for each in _CLAUSE.split(text[:READ_AT_MOST].strip()) if each.strip()]
    if len(clauses) == 1:
        return ""
    times = [each for each in clauses if _TIME_FIRST.match(each) and isinstance(only_span(each, now), Span)]
    if len(times) != 1:
        return ""
    return on_day(day_in("".join(each for each in clauses if each != times[0]), now), times[0], now)


def _understood(text: str, now: datetime) -> tuple[Span | Doubt, str]:
    local = now.astimezone(SHANGHAI)
    said = in_figures(normalize(text[:READ_AT_MOST]))
    try:
        span, rest = _soon(said, local) or _said(said, local)
    except _Doubtful as found:
        return found.doubt, _without_times(said, local)
    return Span(span.begins.astimezone(UTC), span.ends.astimezone(UTC)), rest


def _said(said: str, now: datetime) -> tuple[Span, str]:
    days, rest = days_in(said, now.date())
    if len(days) > 1 or None in days:
        raise _Doubtful(Doubt.UNCLEAR)
    day = next(iter(days), None)
    hours = [_hour(match) for match in _hours().finditer(rest)]
    parts = _parts().findall(rest)
    if hours:
        _check_joined(rest)
        span = _by_hours(day or now.date(), hours, now)
    elif len(set(parts)) == 1:
        part = catalog.call_habits().parts[parts[0]]
        span = Span(_at(day or now.date(), part.begins), _at(day or now.date(), part.ends))
    elif parts:
        raise _Doubtful(Doubt.UNCLEAR)
    else:
        raise _Doubtful(Doubt.NO_TIME if day is None else Doubt.NO_HOUR)
    return _ahead(span, now, is_point=len(hours) == 1), _parts().sub("", _hours().sub("", rest))


def _soon(said: str, now: datetime) -> tuple[Span, str] | None:
    """A time counted from now: 现在, 半小时后, 20分钟后."""
    match = _SOON.search(said)
    if match is None:
        return None
    if _hours().search(said) or _parts().search(said):
        raise _Doubtful(Doubt.UNCLEAR)
    hours, minutes = int(match["hours"] or 0), int(match["minutes"] or 0)
    half = 30 if match["half"] or match["and_half"] else 0
    begins = now + timedelta(hours=hours, minutes=minutes + half)
    return Span(begins, begins + catalog.call_habits().usual), _SOON.sub("", said)


def _check_joined(rest: str) -> None:
    """Two hours are a span only if a word between them says so; three are never one."""
    matches = list(_hours().finditer(rest))
    if len(matches) > 2:  # noqa: PLR2004 -- a beginning and an end
        raise _Doubtful(Doubt.UNCLEAR)
    if len(matches) == 2 and not _JOINED.fullmatch(rest[matches[0].end() : matches[1].start()]):  # noqa: PLR2004
        raise _Doubtful(Doubt.UNCLEAR)


def _hour(match: re.Match[str]) -> _Hour:
    minute = 30 if match["half"] else 15 * int(match["quarter"]) if match["quarter"] else 0
    minute += int(match["minute"] or match["minutes"] or 0)
    hour = int(match["hour"])
    if hour >= 24 or minute >= 60:  # noqa: PLR2004 -- a clock's
        raise _Doubtful(Doubt.UNCLEAR)
    is_exact = match["hour"].startswith("0") and match["minute"] is not None
    return _Hour(match["part"], hour, minute, is_exact=is_exact)


def _by_hours(day: date, hours: list[_Hour], now: datetime) -> Span:
    begins = _meant(day, hours[0], now)
    if len(hours) == 1:
        return Span(begins, begins + catalog.call_habits().usual)
    last = hours[1]
    ends = [_in_its_part(day, last)] if last.part is not None else _readings(day, last)
    later = [end for end in ends if end > begins]
    if not later:
        raise _Doubtful(Doubt.UNCLEAR)
    return Span(begins, min(later))


def _meant(day: date, said: _Hour, now: datetime) -> datetime:
    """Return the one moment of the day that is meant; of two, one that has passed is not."""
    if said.part is not None:
        return _in_its_part(day, said)
    if said.hour > _NOON or said.hour in _SURELY_MORNING or said.is_exact:
        return _at(day, time(said.hour, said.minute))
    early, late = _readings(day, said)
    if early < now <= late:
        return late
    raise _Doubtful(Doubt.WHICH_HALF)


def _in_its_part(day: date, said: _Hour) -> datetime:
    part = catalog.call_habits().parts[said.part or ""]
    fits = [at for at in _readings(day, said) if part.first_hour <= at.hour <= part.last_hour]
    if len(fits) != 1:
        raise _Doubtful(Doubt.UNCLEAR)
    return fits[0]


def _readings(day: date, said: _Hour) -> list[datetime]:
    hours = (said.hour, said.hour + _EVENING_HOURS) if said.hour < _NOON else (said.hour,)
    return [_at(day, time(hour, said.minute)) for hour in hours]


def _at(day: date, moment: time) -> datetime:
    return datetime.combine(day, moment, SHANGHAI)


def _ahead(span: Span, now: datetime, *, is_point: bool) -> Span:
    """Return what of a span is still to come."""
    if span.ends - LEAST <= now or (is_point and span.begins < now - LATE):
        raise _Doubtful(Doubt.PAST)
    if span.begins >= now:
        return span
    return Span(now, now + (span.ends - span.begins)) if is_point else Span(now, span.ends)


def _without_times(said: str, now: datetime) -> str:
    """What is left of a text when all that may be a time is taken out."""
    _, rest = days_in(said, now.date())
    return _parts().sub("", _hours().sub("", _SOON.sub("", rest)))


_SOON: Final = Regex(
    r"现在|马上|立刻|这会儿|这就|(?:(?P<half>半)个?(?:小时|钟头)|(?P<hours>\d{1,2})个?(?P<and_half>半)?(?:小时|钟头)|(?P<minutes>\d{1,3})分钟)[之以]?后"
)
_JOINED: Final = Regex(r"\s*(?:-|–|—|~|到|至)+\s*")
_COURTESY: Final = re.compile(
    r"[\W_]|行不行?|可不可以|好不好?|成不成?|方不方便|能不能|咋样|怎么样|如何|或者?|还是|要么|可以|方便|没问题|有空|有时间|都行|行|好的?|吧|呢|啊|吗|了|的|我|您|你|那就|那|就|再|给|打|来|电话|联系|通话|改到?|换到?|约|在|到|至|左右|以后|之后|前后|时间|请|谢谢|说"
)


_BUSY: Final = (
    "[^，,。;；!！ ]{0,8}(?:没空|没时间|(?<!行)不行|(?<!方便)不方便|有事|开会|不在|忙|有会)(?:着|呢|啊|的)?"
)
_BUSY_THEN: Final = Regex(f"{_BUSY}[，,。;；!！ ]+")
_ONLY_BUSY: Final = Regex(f"{_BUSY}[了啊呀]*[。.!！~ ]*")
_MOVED: Final = Regex(
    "(?:把|那|就|还是|我|[敬烦恳]?请|能不能|可不可以|可以|可否|能否|能|麻烦|想|要|给)*(?:[今明后]天|[上下]午|那个|这个|的)*(?:时间|电话|来电|走访|通话)?(?:还是|就|再)?"
    "(?:改|挪|调|换|推迟|延后|提前)(?:到|成|至|为)(?P<time>.{2,24})"
)
_CLAUSE: Final = Regex("[，,。；;！!]+")
_TIME_FIRST: Final = re.compile("(?:那就?|我)?[今明后周星礼下上早中晚半0-9０-９一二三四五六七八九十]")


@cache
def _parts() -> Regex:
    return Regex(_part_words())


def _part_words() -> str:
    return "|".join(sorted(map(re.escape, catalog.call_habits().parts), key=len, reverse=True))


@cache
def _hours() -> Regex:
    part = _part_words()
    unit = r"[点时](?:钟|整)?"
    return Regex(
        rf"(?:(?P<part>{part})的?\s*)?(?<!\d)(?P<hour>\d{{1,2}})(?:"
        rf"[:：](?P<minute>\d{{2}})(?!\d)"
        rf"|{unit}(?:(?P<half>半)|(?P<quarter>[13])刻|(?P<minutes>\d{{1,2}})(?!\d)分?)?"
        rf"|(?=\s*(?:-|–|—|~|到|至)\s*(?:{part})?\d{{1,2}}{unit}))"
    )
