"""How many hours of a month a resource runs that EventBridge Scheduler stops and starts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

MINUTES_OF_WEEK = 7 * 24 * 60
HOURS_OF_MONTH = Decimal(730)
"""What AWS's own calculators take: 365 days * 24 hours / 12 months."""

_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_CRON = re.compile(r"cron\((\d{1,2}) (\d{1,2}) \? \* ([A-Z,-]+|\*) \*\)")


@dataclass(frozen=True, order=True)
class Switch:
    """One moment of the week; minutes since Sunday 00:00 in the schedule's own time zone."""

    minute: int
    on: bool


def switches(cron: str, *, on: bool) -> list[Switch]:
    """Return the moments of a weekly cron expression such as `cron(0 20 ? * MON-FRI *)`.

    Raises:
        ValueError: the expression is not of that form.
    """
    match = _CRON.fullmatch(cron)
    if match is None:
        raise ValueError(f"{cron} is not a weekly schedule: expected cron(<minute> <hour> ? * <days> *)")
    minute, hour, days = int(match[1]), int(match[2]), match[3]
    return [Switch((day * 24 + hour) * 60 + minute, on) for day in _weekdays(days)]


def awake_hours(moments: Sequence[Switch]) -> Decimal:
    """Return the hours of an average month between a start and the next stop; all of them without a stop.

    Starting what runs and stopping what is stopped changes nothing.
    """
    if not any(not moment.on for moment in moments):
        return HOURS_OF_MONTH
    ordered = sorted(moments)
    awake, on = 0, ordered[-1].on
    previous = ordered[-1].minute - MINUTES_OF_WEEK
    for moment in ordered:
        awake += (moment.minute - previous) if on else 0
        previous, on = moment.minute, moment.on
    return HOURS_OF_MONTH * awake / MINUTES_OF_WEEK


def _weekdays(days: str) -> list[int]:
    if days == "*":
        return list(range(7))
    found: list[int] = []
    for part in days.split(","):
        first, _, last = part.partition("-")
        if first not in _DAYS or (last and last not in _DAYS):
            raise ValueError(f"{part} is no day of the week; use {', '.join(_DAYS)}")
        start, end = _DAYS.index(first), _DAYS.index(last or first)
        found += [day % 7 for day in range(start, end + (7 if end < start else 0) + 1)]
    return found
