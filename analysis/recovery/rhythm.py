"""The longest time between two firings of a schedule."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise

from contracts.schedules import MONTHS, WEEKDAYS

DAY = 24 * 3600
_RATE = {"minute": 60, "hour": 3600, "day": DAY}
_SPAN_DAYS = 2 * 366
"""Days that are looked at: any month, both lengths of February."""
_START = date(2027, 1, 1)


@lru_cache(maxsize=256)
def longest_gap(schedule: str) -> float | None:
    """Return the most seconds between two firings of `rate(…)` or `cron(…)`; None where it cannot be told.

    Forms that AWS offers beyond lists, ranges and steps (`L`, `W`, `#`) cannot be told here.
    """
    if match := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", schedule):
        return int(match[1]) * _RATE[match[2]]
    match = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", schedule)
    if match is None or match[6] != "*":
        return None
    minutes, hours = _numbers(match[1], 0, 59), _numbers(match[2], 0, 23)
    days, months = _numbers(match[3], 1, 31), _numbers(match[4], 1, 12, MONTHS)
    weekdays = _numbers(match[5], 1, 7, WEEKDAYS)
    if minutes is None or hours is None or days is None or months is None or weekdays is None:
        return None
    moments = sorted(hour * 3600 + minute * 60 for hour in hours for minute in minutes)
    firing = [
        offset
        for offset in range(_SPAN_DAYS)
        if _fires(_START + timedelta(days=offset), days, months, weekdays) and moments
    ]
    if len(firing) < 2:
        return None
    within = max((later - earlier for earlier, later in pairwise(moments)), default=0)
    over_night = moments[0] - moments[-1]
    apart = max((later - earlier) * DAY for earlier, later in pairwise(firing))
    return float(max(within, apart + over_night))


def _fires(day: date, days: frozenset[int], months: frozenset[int], weekdays: frozenset[int]) -> bool:
    return day.month in months and day.day in days and (day.isoweekday() % 7 + 1) in weekdays


def _numbers(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int] | None:
    """The numbers of one field; None where it is of a form that cannot be told."""
    if text == "?":
        return frozenset(range(low, high + 1))
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = low if span == "*" else _number(first, low, names)
        end = high if span == "*" or (slash and not dash) else _number(last if dash else first, low, names)
        if start is None or end is None or (slash and not step.isdigit()) or start > end:
            return None
        found.update(range(start, end + 1, int(step) if slash else 1))
    return frozenset(found) if found and min(found) >= low and max(found) <= high else None


def _number(text: str, low: int, names: tuple[str, ...]) -> int | None:
    if text.upper() in names:
        return low + names.index(text.upper())
    return int(text) if text.isdigit() else None
