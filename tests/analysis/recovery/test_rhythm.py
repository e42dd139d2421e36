"""The longest time between two firings of a schedule."""

from __future__ import annotations

import pytest

from analysis.recovery.rhythm import DAY, longest_gap


@pytest.mark.parametrize(
    ("schedule", "seconds"),
    [
        ("rate(1 hour)", 3600),
        ("rate(2 days)", 2 * DAY),
        ("cron(0 5 ? * * *)", DAY),
        ("cron(0 5,17 ? * * *)", DAY / 2),
        ("cron(0 4,6 ? * * *)", 22 * 3600),
        ("cron(0 * ? * * *)", 3600),
        ("cron(0/20 * ? * * *)", 1200),
        ("cron(0 6 ? * SUN *)", 7 * DAY),
        ("cron(0 6 ? * MON-FRI *)", 3 * DAY),
        ("cron(0 7 1 * ? *)", 31 * DAY),
    ],
)
def test_gap_is_the_longest_one_when_a_schedule_can_be_read(schedule: str, seconds: float) -> None:
    assert longest_gap(schedule) == seconds


@pytest.mark.parametrize("schedule", ["cron(0 7 L * ? *)", "cron(0 7 ? * 2#1 *)", "cron(0 7 1 * ? 2030)", "at(noon)"])
def test_gap_is_not_known_when_a_schedule_says_more_than_lists_and_ranges(schedule: str) -> None:
    assert longest_gap(schedule) is None
