"""Daily and weekly windows in UTC, as RDS and ElastiCache take them: `03:00-04:00` and `sun:05:00-sun:06:00`."""

from __future__ import annotations

import re
from dataclasses import dataclass

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
"""Minutes of a day."""
WEEK = 7 * DAY
"""Minutes of a week."""

_CLOCK = r"([01][0-9]|2[0-3]):([0-5][0-9])"
DAILY_PATTERN = rf"{_CLOCK}-{_CLOCK}"
WEEKLY_PATTERN = rf"(mon|tue|wed|thu|fri|sat|sun):{_CLOCK}-(mon|tue|wed|thu|fri|sat|sun):{_CLOCK}"


@dataclass(frozen=True)
class Window:
    """A stretch of the week; one that crosses midnight, or the end of the week, runs on at the other side."""

    start: int
    """Minutes from Monday 00:00 UTC."""
    length: int
    """Minutes."""

    def overlaps(self, other: Window) -> bool:
        """Whether the two share a minute."""
        return (other.start - self.start) % WEEK < self.length or (self.start - other.start) % WEEK < other.length


def daily(text: str) -> tuple[Window, ...]:
    """The seven windows of a daily one.

    Raises:
        ValueError: not `hh:mm-hh:mm`.
    """
    match = re.fullmatch(DAILY_PATTERN, text)
    if match is None:
        raise ValueError(f"{text!r} is not hh:mm-hh:mm")
    hours = [int(part) for part in match.groups()]
    start, end = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
    return tuple(Window(day * DAY + start, (end - start) % DAY) for day in range(7))


def weekly(text: str) -> Window:
    """The window of a weekly one.

    Raises:
        ValueError: not `ddd:hh:mm-ddd:hh:mm`.
    """
    match = re.fullmatch(WEEKLY_PATTERN, text)
    if match is None:
        raise ValueError(f"{text!r} is not ddd:hh:mm-ddd:hh:mm")
    day, hour, minute, end_day, end_hour, end_minute = match.groups()
    start = DAYS.index(day) * DAY + int(hour) * 60 + int(minute)
    end = DAYS.index(end_day) * DAY + int(end_hour) * 60 + int(end_minute)
    return Window(start, (end - start) % WEEK)


def daily_problem(text: str, shortest: int) -> str | None:
    """Why a daily window is refused (`shortest` in minutes); None when it is fine."""
    try:
        length = daily(text)[0].length
    except ValueError:
        return "it is not hh:mm-hh:mm in UTC"
    return None if length >= shortest else f"it lasts {length} minutes"


def weekly_problem(text: str, shortest: int) -> str | None:
    """Why a weekly window is refused (`shortest` in minutes); None when it is fine. AWS takes less than a day."""
    try:
        length = weekly(text).length
    except ValueError:
        return "it is not ddd:hh:mm-ddd:hh:mm in UTC, days in lower case"
    return None if shortest <= length < DAY else f"it lasts {length} minutes"
