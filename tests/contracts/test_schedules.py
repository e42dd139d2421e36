"""EventBridge Scheduler expressions, accepted and refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.schedules import cron_problem, schedule_problem


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 20 ? * MON-FRI *)",
        "cron(15 10 L * ? 2027)",
        "cron(0 8 LW * ? *)",
        "cron(0 8 L-3 * ? *)",
        "cron(0 8 15W JAN,JUL ? *)",
        "cron(0/15 8-18 ? * 2#1 *)",
        "cron(0 8 ? * FRIL *)",
        "cron(0 8 ? * L *)",
        "cron(0 8 ? * fri#5 2026-2030)",
        "cron(*/5 * * * ? *)",
        "cron(0,30 0 29 2 ? *)",
        "cron(0 0 31 1/2 ? *)",
        "rate(1 minute)",
        "rate(12 hours)",
        "at(2027-02-28T23:59:59)",
    ],
)
def test_expression_is_accepted_when_scheduler_accepts_it(expression: str) -> None:
    assert schedule_problem(expression) is None


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("0 20 ? * MON-FRI *", "it is none of cron(…), rate(…) and at(…)"),
        ("cron(0 20 ? * MON-FRI)", "five"),
        ("cron(0  20 ? * MON *)", "six fields with one space between"),
        ("cron(60 20 ? * MON *)", "minutes: '60' is outside 0-59"),
        ("cron(0 24 ? * MON *)", "hours: '24' is outside 0-23"),
        ("cron(0 20 32 * ? *)", "day of month: '32' is outside 1-31"),
        ("cron(0 20 0 * ? *)", "day of month: '0' is outside 1-31"),
        ("cron(0 20 32W * ? *)", "day of month: '32W' is outside 1W-31W"),
        ("cron(0 20 L-31 * ? *)", "day of month: 'L-31' is before the month begins"),
        ("cron(0 20 ? 13 MON *)", "month: '13' is outside 1-12 or JAN-DEC"),
        ("cron(0 20 ? * 8 *)", "day of week: '8' is outside 1-7 or SUN-SAT"),
        ("cron(0 20 ? * MON#6 *)", "day of week: 'MON#6' is not a day, # and 1-5"),
        ("cron(0 20 ? * MON 1969)", "year: '1969' is outside 1970-2199"),
        ("cron(0 20 * * MON *)", "exactly one of day of month and day of week must be ?"),
        ("cron(0 20 ? * ? *)", "exactly one of day of month and day of week must be ?"),
        ("cron(? 20 ? * MON *)", "minutes: '?' is outside 0-59"),
        ("cron(0 20 ? * FRI-MON *)", "the range 'FRI-MON' runs backwards"),
        ("cron(0/0 20 ? * MON *)", "the step in '0/0' is not a whole number up to 59"),
        ("cron(0 20 30 2 ? *)", "it never fires: no month 2 has a day 30"),
        ("cron(0 20 31 APR,JUN ? *)", "it never fires: no month APR,JUN has a day 31"),
        ("cron(0,, 20 ? * MON *)", "minutes: '' is outside 0-59"),
        ("rate(1 hours)", "rate(1 hours) must be singular: hour"),
        ("rate(2 hour)", "rate(2 hour) must be plural: hours"),
        ("rate(0 hours)", "rate takes a whole number from 1"),
        ("rate(5 weeks)", "minute(s), hour(s) or day(s)"),
        ("at(2027-02-29T00:00:00)", "at takes a date and a time of day"),
        ("at(2027-02-28)", "at takes a date and a time of day"),
    ],
)
def test_reason_is_told_when_an_expression_is_refused(expression: str, reason: str) -> None:
    found = schedule_problem(expression)
    assert found is not None
    assert reason.replace("five", "5 found") in found


def test_rate_is_refused_when_a_time_of_day_is_wanted() -> None:
    assert cron_problem("rate(5 minutes)") == "it is not cron(…)"


@given(st.text())
def test_any_text_is_judged_without_an_error(text: str) -> None:
    for expression in (text, f"cron({text})", f"rate({text})", f"at({text})", f"cron(0 {text} ? * {text} *)"):
        assert schedule_problem(expression) is None or schedule_problem(expression)


@given(st.integers(0, 59), st.integers(0, 23), st.integers(1, 28), st.integers(1, 12), st.integers(1970, 2199))
def test_any_moment_can_be_told(minute: int, hour: int, day: int, month: int, year: int) -> None:
    assert schedule_problem(f"cron({minute} {hour} {day} {month} ? {year})") is None
