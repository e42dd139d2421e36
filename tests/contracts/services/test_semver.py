"""Versions and ranges: the published examples, and laws that hold for whatever is drawn."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.services.semver import Range, Version

NUMBERS = st.integers(0, 4)
RELEASES = st.builds(Version, NUMBERS, NUMBERS, NUMBERS)
TAILS = st.sampled_from([(), ("alpha",), ("alpha", "1"), ("alpha", "beta"), ("rc", "1"), ("rc", "11"), ("2",)])
VERSIONS = st.builds(Version, NUMBERS, NUMBERS, NUMBERS, TAILS)


@pytest.mark.parametrize(
    ("text", "yes", "no"),
    [
        ("^1.2.3", "1.2.3 1.9.0", "1.2.2 2.0.0 2.0.0-rc.1 1.3.0-rc.1"),
        ("^0.2.3", "0.2.3 0.2.9", "0.2.2 0.3.0 1.0.0"),
        ("^0.0.3", "0.0.3", "0.0.4 0.0.2"),
        ("^0.0", "0.0.0 0.0.9", "0.1.0"),
        ("^0.x", "0.0.0 0.9.0", "1.0.0"),
        ("^1.2", "1.2.0 1.9.9", "1.1.9 2.0.0"),
        ("^1.2.3-beta.2", "1.2.3-beta.2 1.2.3-beta.4 1.2.3 1.4.0", "1.2.3-beta.1 1.2.4-beta.2 2.0.0"),
        ("~1.2.3", "1.2.3 1.2.9", "1.2.2 1.3.0"),
        ("~1.2", "1.2.0 1.2.9", "1.3.0 1.1.9"),
        ("~1", "1.0.0 1.9.9", "2.0.0 0.9.9"),
        ("1.x", "1.0.0 1.9.9", "0.9.9 2.0.0"),
        ("1.2.X", "1.2.0 1.2.9", "1.3.0"),
        ("1", "1.0.0 1.9.0", "2.0.0"),
        ("*", "0.0.0 9.9.9", "1.0.0-rc.1"),
        ("1.2.3", "1.2.3", "1.2.4 1.2.3-rc.1"),
        ("=1.2.3", "1.2.3", "1.2.4"),
        (">=1.2.3 <2.0.0", "1.2.3 1.9.9", "1.2.2 2.0.0"),
        (">= 1.2.3 < 2.0.0", "1.2.3 1.9.9", "1.2.2 2.0.0"),
        (">1.2", "1.3.0 2.0.0", "1.2.9"),
        (">1.2.3", "1.2.4", "1.2.3"),
        ("<=1.2", "1.2.9 0.0.0", "1.3.0"),
        ("<=1.2.3", "1.2.3", "1.2.4"),
        ("<1.2", "1.1.9", "1.2.0"),
        (">*", "", "0.0.0 9.9.9"),
        ("1.2.0 - 1.4.0", "1.2.0 1.4.0", "1.1.9 1.4.1"),
        ("1.2 - 1.4", "1.2.0 1.4.9", "1.5.0"),
        ("^1.0.0 || ^3.0.0", "1.5.0 3.1.0", "2.0.0"),
        (">=1.0.0-rc.1", "1.0.0-rc.1 1.0.0-rc.2 1.0.0 2.0.0", "1.0.0-beta 1.0.1-rc.1"),
    ],
)
def test_range_accepts_what_npm_accepts_when(text: str, yes: str, no: str) -> None:
    accepted = Range.parse(text)
    assert [v for v in yes.split() if Version.parse(v) not in accepted] == []
    assert [v for v in no.split() if Version.parse(v) in accepted] == []


@pytest.mark.parametrize(
    "text", ["", "||", "^1 ||", "one", "1.2.3.4", "1.x.3", "^^1", "1.02.3", "v1", ">", "*-rc", "1 " * 70, "1.2.x-rc.1"]
)
def test_range_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Range.parse(text)


@pytest.mark.parametrize("text", ["1.2", "1.2.3.4", "01.2.3", "1.2.3-", "1.2.3-01", "v1.2.3", "1.2.3+", "", "१.0.0"])
def test_version_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="no semantic version"):
        Version.parse(text)


def test_versions_are_in_the_order_of_the_specification() -> None:
    texts = "1.0.0-1 1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0"
    ordered = [Version.parse(text) for text in texts.split()]
    assert all(lower < higher for lower, higher in pairwise(ordered))


def test_build_metadata_has_no_part_in_precedence() -> None:
    assert Version.parse("1.0.0+a") == Version.parse("1.0.0+b.7")


@given(VERSIONS)
def test_version_is_read_back_as_it_was_written(version: Version) -> None:
    assert Version.parse(str(version)) == version


@given(VERSIONS, VERSIONS, VERSIONS)
def test_order_is_total(a: Version, b: Version, c: Version) -> None:
    assert (a < b) + (a == b) + (b < a) == 1
    assert not (a < b and b < c) or a < c


@given(RELEASES, RELEASES)
def test_caret_keeps_the_leftmost_number_that_is_not_zero(base: Version, other: Version) -> None:
    index = next((i for i, number in enumerate(base.release) if number), 2)
    same = other.release[: index + 1] == base.release[: index + 1]
    assert (other in Range.parse(f"^{base}")) == (same and other >= base)


@given(RELEASES, RELEASES)
def test_tilde_keeps_major_and_minor(base: Version, other: Version) -> None:
    assert (other in Range.parse(f"~{base}")) == (other.release[:2] == base.release[:2] and other >= base)


@given(VERSIONS)
def test_exact_range_accepts_its_version_alone(version: Version) -> None:
    assert version in Range.parse(str(version))
    assert Range.parse(str(version)).best([version, Version(9, 9, 9)]) == version


@given(RELEASES, RELEASES)
def test_comparators_are_the_order(bound: Version, other: Version) -> None:
    for operator, expected in (
        (">=", other >= bound),
        (">", other > bound),
        ("<=", other <= bound),
        ("<", other < bound),
    ):
        assert (other in Range.parse(f"{operator}{bound}")) == expected


RANGES = st.builds(lambda op, version: f"{op}{version}", st.sampled_from(["^", "~", ">=", "<", "=", ">"]), VERSIONS)


@given(RANGES, RANGES, VERSIONS)
def test_alternatives_are_a_union(a: str, b: str, version: Version) -> None:
    assert (version in Range.parse(f"{a} || {b}")) == (version in Range.parse(a) or version in Range.parse(b))


@given(RANGES, RANGES, RELEASES)
def test_comparators_side_by_side_are_an_intersection(a: str, b: str, version: Version) -> None:
    assert (version in Range.parse(f"{a} {b}")) == (version in Range.parse(a) and version in Range.parse(b))


@given(RANGES, st.lists(VERSIONS))
def test_best_is_the_highest_that_is_accepted(text: str, versions: list[Version]) -> None:
    best = Range.parse(text).best(versions)
    accepted = [version for version in versions if version in Range.parse(text)]
    assert best == (max(accepted) if accepted else None)


@given(st.text(alphabet="0123456789.x*^~<>=|- rc", max_size=20))
def test_nothing_but_a_value_error_is_raised_when_text_is_drawn(text: str) -> None:
    try:
        Range.parse(text)
    except ValueError:
        return
