"""Daily and weekly windows: length, overlap, the turn of the day and of the week."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.windows import DAY, WEEK, Window, daily, daily_problem, weekly, weekly_problem

windows = st.builds(Window, st.integers(0, WEEK - 1), st.integers(1, DAY))


def test_window_runs_on_when_it_crosses_midnight() -> None:
    assert daily("23:30-00:30")[0] == Window(23 * 60 + 30, 60)


def test_window_runs_on_when_it_crosses_the_end_of_the_week() -> None:
    assert weekly("sun:23:30-mon:00:30").overlaps(daily("00:00-00:30")[0])


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("03:00-04:00", None),
        ("03:00-03:30", None),
        ("03:00-03:29", "it lasts 29 minutes"),
        ("03:00-03:00", "it lasts 0 minutes"),
        ("3:00-4:00", "it is not hh:mm-hh:mm in UTC"),
        ("24:00-01:00", "it is not hh:mm-hh:mm in UTC"),
    ],
)
def test_daily_window_is_judged_by_form_and_length(text: str, problem: str | None) -> None:
    assert daily_problem(text, 30) == problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sun:05:00-sun:06:00", None),
        ("sun:05:00-mon:05:00", "it lasts 1440 minutes"),
        ("sun:05:00-sun:05:10", "it lasts 10 minutes"),
        ("Sun:05:00-Sun:06:00", "it is not ddd:hh:mm-ddd:hh:mm in UTC, days in lower case"),
    ],
)
def test_weekly_window_is_judged_by_form_and_length(text: str, problem: str | None) -> None:
    assert weekly_problem(text, 30) == problem


@given(windows, windows)
def test_windows_overlap_exactly_when_they_share_a_minute(one: Window, other: Window) -> None:
    def minutes(window: Window) -> set[int]:
        return {(window.start + offset) % WEEK for offset in range(window.length)}

    assert one.overlaps(other) == other.overlaps(one) == bool(minutes(one) & minutes(other))
