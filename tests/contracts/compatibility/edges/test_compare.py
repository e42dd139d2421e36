"""The verdict: which version is needed, who is broken, who is only told."""

from __future__ import annotations

from typing import Any

from contracts.compatibility.edges import compare
from contracts.compatibility.verdict import Bump
from contracts.services import Estate, Kind
from tests.contracts.compatibility.edges.kit import Edit, consumer, provider, step


def lost(_: dict[str, Any], documents: dict[str, Any]) -> None:
    documents["event.json"]["properties"].pop("items")


def unread(_: dict[str, Any], documents: dict[str, Any]) -> None:
    documents["event.json"]["properties"].pop("note")


def grown(_: dict[str, Any], documents: dict[str, Any]) -> None:
    documents["event.json"]["properties"]["more"] = {"type": "string"}


def told(edit: Edit | None, version: str, **parts: Any) -> list[tuple[Kind, str, str]]:
    return [(f.kind, f.problem.value, f.problem.fix) for f in step(edit, version, **parts).findings]


AGAIN = "then run `atoll contract diff` again"


def test_nothing_is_told_when_nothing_changed() -> None:
    assert step(None, "1.4.0").contracts == ()


def test_break_within_the_range_names_consumer_operation_field_bump_and_command() -> None:
    change = "1.4.0 → 1.5.0, but `Moved` event field /items was removed, which consumer web/shop reads: needs 2.0.0"
    assert told(lost, "1.5.0", wanted="^1.0.0") == [
        (Kind.BUMP, change, f"keep what others rely on, or raise the version to 2.0.0, {AGAIN}"),
        (Kind.BROKEN, change, f"keep it, or raise the version to 2.0.0, which ^1.0.0 leaves out, {AGAIN}"),
    ]
    comparison = step(lost, "1.5.0", wanted="^1.0.0")
    (verdict,) = comparison.contracts
    assert (comparison.refuses, comparison.breaks) == (True, True)
    assert (verdict.needed, verdict.declared, str(verdict.required)) == (Bump.MAJOR, Bump.MINOR, "2.0.0")


def test_break_is_refused_when_the_range_accepts_the_major_version_too() -> None:
    assert told(lost, "2.0.0", wanted=">=1.0.0") == [
        (
            Kind.BROKEN,
            "1.4.0 → 2.0.0, but `Moved` event field /items was removed, which consumer web/shop reads",
            f"keep it, or let web/shop move first or leave 2.0.0 out of its range, {AGAIN}",
        )
    ]


def test_break_is_only_told_when_the_range_leaves_the_version_out() -> None:
    assert told(lost, "2.0.0", wanted="^1.0.0") == [
        (
            Kind.BEHIND,
            "`Moved` event field /items was removed, which consumer web/shop reads: "
            "web/shop stays with 1.4.0, since ^1.0.0 leaves 2.0.0 out",
            "keep 1.4.0 beside 2.0.0 until web/shop has moved",
        )
    ]


def test_consumer_may_move_when_what_it_uses_is_still_good() -> None:
    assert told(unread, "2.0.0", wanted="^1.0.0") == [
        (
            Kind.READY,
            "2.0.0 is good for web/shop, whose range ^1.0.0 leaves it out",
            "widen the range of web/shop to ^1.0.0 || ^2.0.0, or keep 1.4.0 beside 2.0.0",
        )
    ]


def test_version_says_major_when_nobody_in_the_estate_reads_the_field() -> None:
    comparison = step(unread, "1.5.0", wanted="^1.0.0")
    assert [f.kind for f in comparison.findings] == [Kind.BUMP]
    assert "which consumer" not in comparison.findings[0].problem.value


def test_addition_needs_a_minor_version_and_is_no_break() -> None:
    comparison = step(grown, "1.4.1", wanted="^1.0.0")
    assert [(f.kind, f.problem.fix) for f in comparison.findings] == [
        (Kind.BUMP, f"raise the version to 1.5.0, {AGAIN}")
    ]
    assert (comparison.refuses, comparison.breaks) == (True, False)
    assert step(grown, "1.5.0", wanted="^1.0.0").findings == ()


def test_republished_version_is_refused_with_the_version_it_needs() -> None:
    comparison = step(grown, "1.4.0", wanted="^1.0.0")
    kinds = {finding.kind: finding.problem.fix for finding in comparison.findings}
    assert kinds[Kind.CHANGED] == "raise the version to 1.5.0 or above"


def test_downgrade_is_refused() -> None:
    comparison = step(None, "1.3.9")
    assert [finding.kind for finding in comparison.findings] == [Kind.DOWNGRADE]
    assert (comparison.refuses, comparison.breaks) == (True, False)


def test_pre_release_counts_as_the_version_it_leads_to() -> None:
    assert [f.kind for f in step(lost, "1.5.0-rc.1", wanted="^1.0.0").findings] == [Kind.BUMP, Kind.BEHIND]
    assert [f.kind for f in step(lost, "2.0.0-rc.1", wanted="^1.0.0").findings] == [Kind.BEHIND]


def test_below_one_the_minor_number_carries_a_break() -> None:
    user = consumer("^0.4.0")
    before = Estate.of([provider("0.4.0"), user])
    assert not compare(before, Estate.of([provider("0.5.0", lost), user])).refuses
    assert compare(before, Estate.of([provider("0.4.1", lost), user])).breaks


def test_older_version_may_be_mended_beside_a_newer_one() -> None:
    user = consumer("^1.0.0")
    before = Estate.of([provider("1.4.0"), provider("2.0.0", lost), user])
    after = Estate.of([provider("1.4.0"), provider("1.5.0", grown), provider("2.0.0", lost), user])
    (verdict,) = compare(before, after).contracts
    assert (verdict.step, verdict.refuses, [edge.accepts for edge in verdict.edges]) == ("1.4.0 → 1.5.0", False, [True])


def test_new_version_may_stand_beside_the_one_that_a_consumer_needs() -> None:
    user = consumer("^1.0.0")
    before = Estate.of([provider("1.4.0"), user])
    comparison = compare(before, Estate.of([provider("1.4.0"), provider("2.0.0", lost), user]))
    assert [finding.kind for finding in comparison.findings] == [Kind.BEHIND]


def test_consumer_goes_first_when_it_moves_in_the_same_change() -> None:
    now = consumer(version="1.1.0", events={"Moved": {"reads": ["id"]}})
    before = Estate.of([provider("1.4.0"), consumer()])
    comparison = compare(before, Estate.of([provider("2.0.0", lost), now]))
    assert [(f.kind, f.problem.fix) for f in comparison.findings] == [
        (Kind.ORDER, "deploy web/shop first, it moves in the same change")
    ]


def test_contract_that_is_gone_is_refused_while_it_is_used() -> None:
    user = consumer("^1.0.0")
    comparison = compare(Estate.of([provider("1.4.0"), user]), Estate.of([user]))
    assert [(f.kind, f.problem.value) for f in comparison.findings] == [
        (Kind.BROKEN, "1.4.0 is gone, and web/shop uses it")
    ]
    assert comparison.refuses
    assert comparison.breaks
    assert not compare(Estate.of([provider("1.4.0"), user]), Estate.of([])).refuses


def test_contract_that_is_new_needs_nothing() -> None:
    assert compare(Estate.of([]), Estate.of([provider("1.0.0")])).contracts == ()
