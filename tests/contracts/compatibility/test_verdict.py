"""Which bump a change needs, and when a version is refused."""

from __future__ import annotations

import pytest

from contracts.compatibility.verdict import Bump, breaking, compatible, needed_bump, placed, refuse, unknown

REMOVED = placed(
    [breaking("/total", "was removed")],
    operation="GET /orders/{id}",
    subject="response 200 field",
    consumer="order/web",
)


def test_refusal_names_consumer_operation_and_field_when_the_bump_is_too_small() -> None:
    assert refuse("1.4.0", "1.5.0", REMOVED) == (
        "1.4.0 → 1.5.0, but `GET /orders/{id}` response 200 field /total was removed, "
        "which consumer order/web reads: needs 2.0.0"
    )


@pytest.mark.parametrize(
    ("old", "new", "change", "accepted"),
    [
        ("1.4.2", "2.0.0", breaking("", "x"), True),
        ("1.4.2", "1.9.9", unknown("", "x"), False),
        ("1.4.2", "1.5.0", compatible("", "x"), True),
        ("1.4.2", "1.4.3", compatible("", "x"), False),
        ("1.4.2", "1.4.3", compatible("", "x", Bump.PATCH), True),
        ("1.4.2", "1.4.2", compatible("", "x", Bump.PATCH), False),
        ("0.4.2", "0.5.0", breaking("", "x"), True),
        ("0.4.2", "0.4.9", breaking("", "x"), False),
        ("1.9.0", "1.10.0", compatible("", "x"), True),
    ],
)
def test_bump_is_judged_when_a_change_is_given(old: str, new: str, change, accepted: bool) -> None:
    assert (refuse(old, new, [change]) is None) is accepted


def test_version_is_refused_when_it_goes_back_or_is_none() -> None:
    assert "goes back" in (refuse("2.0.0", "1.9.0", []) or "")
    assert "no semantic version" in (refuse("1.0", "1.1.0", []) or "")
    assert "no semantic version" in (refuse("1.0.0", "1.1.0-rc1", []) or "")
    assert refuse("1.0.0", "1.0.0", []) is None


def test_needed_bump_is_the_largest_when_changes_differ() -> None:
    assert needed_bump([compatible("", "x", Bump.PATCH), compatible("", "y")]) is Bump.MINOR
    assert needed_bump([]) is Bump.NONE
    assert needed_bump([compatible("", "x"), unknown("", "y")]) is Bump.MAJOR


def test_only_the_changes_that_need_the_bump_are_named_when_there_are_more() -> None:
    text = refuse("1.0.0", "1.1.0", [breaking("/a", "was removed"), compatible("/b", "was added")]) or ""
    assert text.splitlines() == ["1.0.0 → 1.1.0, but /a was removed: needs 2.0.0"]
