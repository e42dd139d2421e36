"""Schedules as EventBridge Scheduler understands them: `cron(…)`, `rate(…)` and `at(…)`.

Source: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html.
AWS refuses a bad expression only when it is deployed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LONGEST_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}


@dataclass(frozen=True)
class _Field:
    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    """Names that stand for numbers, the first for `low`."""

    def number(self, text: str) -> int | None:
        if text.upper() in self.names:
            return self.low + self.names.index(text.upper())
        if re.fullmatch(r"[0-9]{1,4}", text) and self.low <= int(text) <= self.high:
            return int(text)
        return None

    @property
    def allowed(self) -> str:
        words = f" or {self.names[0]}-{self.names[-1]}" if self.names else ""
        return f"{self.low}-{self.high}{words}"


_MINUTE = _Field("minutes", 0, 59)
_HOUR = _Field("hours", 0, 23)
_DAY = _Field("day of month", 1, 31)
_MONTH = _Field("month", 1, 12, MONTHS)
_WEEKDAY = _Field("day of week", 1, 7, WEEKDAYS)
_YEAR = _Field("year", 1970, 2199)


def schedule_problem(expression: str) -> str | None:
    """Why EventBridge Scheduler would refuse the expression, or why it would never fire; None when it is fine."""
    match = re.fullmatch(r"(cron|rate|at)\((.*)\)", expression)
    if match is None:
        return "it is none of cron(…), rate(…) and at(…)"
    kind, body = match.groups()
    return {"cron": _cron_problem, "rate": _rate_problem, "at": _at_problem}[kind](body)


def cron_problem(expression: str) -> str | None:
    """As `schedule_problem`, for a schedule that has to be tied to the clock."""
    if not expression.startswith("cron("):
        return "it is not cron(…)"
    return schedule_problem(expression)


def _rate_problem(body: str) -> str | None:
    match = re.fullmatch(r"([1-9][0-9]{0,8}) (minute|hour|day)(s?)", body)
    if match is None:
        return "rate takes a whole number from 1 and minute(s), hour(s) or day(s)"
    if (match[1] == "1") == bool(match[3]):
        form = ("singular", "") if match[1] == "1" else ("plural", "s")
        return f"rate({body}) must be {form[0]}: {match[2]}{form[1]}"
    return None


def _at_problem(body: str) -> str | None:
    try:
        datetime.strptime(body, "%Y-%m-%dT%H:%M:%S")
    except ValueError:
        return "at takes a date and a time of day, yyyy-mm-ddThh:mm:ss"
    return None


def _cron_problem(body: str) -> str | None:
    fields = body.split(" ")
    if len(fields) != 6 or "" in fields:
        found = len(body.split())
        fields_of = "minutes hours day-of-month month day-of-week year"
        return f"cron takes six fields with one space between ({fields_of}), {found} found"
    minute, hour, day, month, weekday, year = fields
    problems = (
        _list_problem(_MINUTE, minute),
        _list_problem(_HOUR, hour),
        _day_problem(day),
        _list_problem(_MONTH, month),
        _weekday_problem(weekday),
        _list_problem(_YEAR, year),
    )
    if problem := next((p for p in problems if p), None):
        return problem
    if (day == "?") == (weekday == "?"):
        return "exactly one of day of month and day of week must be ?"
    return _never_fires(day, month)


def _list_problem(field: _Field, text: str) -> str | None:
    """A comma-separated list of `*`, numbers, ranges and steps."""
    return next((p for part in text.split(",") if (p := _part_problem(field, part))), None)


def _part_problem(field: _Field, part: str) -> str | None:
    span, slash, step = part.partition("/")
    if slash and (re.fullmatch(r"[1-9][0-9]{0,3}", step) is None or int(step) > field.high):
        return f"{field.name}: the step in {part!r} is not a whole number up to {field.high}"
    if span == "*":
        return None
    first, dash, last = span.partition("-")
    start, end = field.number(first), field.number(last) if dash else None
    if start is None or (dash and end is None):
        return f"{field.name}: {part!r} is outside {field.allowed}"
    if end is not None and start > end:
        return f"{field.name}: the range {span!r} runs backwards; write two ranges with a comma"
    return None


def _day_problem(text: str) -> str | None:
    if text in {"?", "L", "LW"}:
        return None
    if nearest := re.fullmatch(r"([0-9]+)W", text):
        return None if _DAY.number(nearest[1]) else f"day of month: {text!r} is outside 1W-31W"
    if before_last := re.fullmatch(r"L-([0-9]+)", text):
        return None if int(before_last[1]) <= 30 else f"day of month: {text!r} is before the month begins"
    return _list_problem(_DAY, text)


def _weekday_problem(text: str) -> str | None:
    if text in {"?", "L"}:
        return None
    if nth := re.fullmatch(r"([0-9A-Za-z]+)#([0-9]+)", text):
        if _WEEKDAY.number(nth[1]) and 1 <= int(nth[2]) <= 5:
            return None
        return f"day of week: {text!r} is not a day, # and 1-5"
    if last := re.fullmatch(r"([0-9A-Za-z]+)L", text):
        return None if _WEEKDAY.number(last[1]) else f"day of week: {text!r} is outside {_WEEKDAY.allowed}"
    return _list_problem(_WEEKDAY, text)


def _never_fires(day: str, month: str) -> str | None:
    """A day that none of the months has, such as 31 February: AWS accepts it and nothing ever happens."""
    if not day.isdigit() or month == "*" or not all(_MONTH.number(part) for part in month.split(",")):
        return None
    months = [_MONTH.number(part) or 0 for part in month.split(",")]
    if all(int(day) > LONGEST_MONTHS.get(number, 31) for number in months):
        return f"it never fires: no month {month} has a day {day}"
    return None
