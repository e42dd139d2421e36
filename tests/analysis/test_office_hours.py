from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.office_hours import HOURS_OF_MONTH, MINUTES_OF_WEEK, Switch, awake_hours, switches

MOMENTS = st.lists(
    st.builds(Switch, minute=st.integers(0, MINUTES_OF_WEEK - 1), on=st.booleans()), unique_by=lambda item: item.minute
)


def week(start: str, stop: str) -> list[Switch]:
    return [*switches(start, on=True), *switches(stop, on=False)]


@pytest.mark.parametrize(
    ("start", "stop", "hours_a_week"),
    [
        ("cron(0 8 ? * MON-FRI *)", "cron(0 19 ? * MON-FRI *)", 55),
        ("cron(30 8 ? * MON,WED *)", "cron(0 19 ? * MON,WED *)", 21),
        ("cron(0 22 ? * FRI *)", "cron(0 2 ? * SAT *)", 4),
        ("cron(0 22 ? * SAT *)", "cron(0 2 ? * SUN *)", 4),
        ("cron(0 8 ? * * *)", "cron(0 20 ? * * *)", 84),
        ("cron(0 8 ? * FRI-MON *)", "cron(0 9 ? * FRI-MON *)", 4),
        # Stopped on Friday only: it is up from Monday morning to Friday evening.
        ("cron(0 8 ? * MON *)", "cron(0 8 ? * FRI *)", 96),
    ],
)
def test_hours_are_those_between_start_and_stop_when_weekly(start: str, stop: str, hours_a_week: int) -> None:
    assert awake_hours(week(start, stop)) == HOURS_OF_MONTH * hours_a_week / 168


def test_resource_runs_all_month_when_nothing_stops_it() -> None:
    assert awake_hours([]) == HOURS_OF_MONTH
    assert awake_hours(switches("cron(0 8 ? * MON-FRI *)", on=True)) == HOURS_OF_MONTH


def test_resource_never_runs_when_nothing_starts_it() -> None:
    assert awake_hours(switches("cron(0 8 ? * MON-FRI *)", on=False)) == 0


@given(MOMENTS)
def test_hours_stay_within_the_month_when_switches_vary(moments: list[Switch]) -> None:
    assert Decimal(0) <= awake_hours(moments) <= HOURS_OF_MONTH


@given(MOMENTS)
def test_asleep_and_awake_make_the_month_when_switches_are_swapped(moments: list[Switch]) -> None:
    if {moment.on for moment in moments} == {True, False}:
        swapped = [Switch(moment.minute, not moment.on) for moment in moments]
        assert abs(awake_hours(moments) + awake_hours(swapped) - HOURS_OF_MONTH) < Decimal("1e-20")


@pytest.mark.parametrize(
    "cron",
    ["rate(1 day)", "cron(0 8 1 * ? *)", "cron(0/5 8 ? * MON *)", "cron(0 8 ? * MONDAY *)", "cron(0 8 ? * MON-XXX *)"],
)
def test_schedule_is_refused_when_it_is_not_weekly(cron: str) -> None:
    with pytest.raises(ValueError, match=r"is not a weekly schedule|is no day of the week"):
        switches(cron, on=True)
