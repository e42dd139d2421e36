"""What may become of a contract that is known: versions rise, and a version never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.services import Estate, Kind, progress, read
from tests.contracts.services.kit import SAMPLE, TODAY, contract, edit, sample


def test_nothing_is_told_when_nothing_changed(tmp_path: Path) -> None:
    assert progress(read(SAMPLE, today=TODAY), read(sample(tmp_path), today=TODAY)) == []


def test_nothing_is_told_when_only_order_and_comments_changed(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/inventory/contract.yaml", "version: 1.4.2\n", "# a comment\n")
    edit(
        folder,
        "order/inventory/contract.yaml",
        "data_classification: internal\n",
        "data_classification: internal\nversion: 1.4.2\n",
    )
    assert progress(read(SAMPLE, today=TODAY), read(folder, today=TODAY)) == []


def test_downgrade_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    line = edit(folder, "order/inventory/contract.yaml", "version: 1.4.2", "version: 1.4.1")
    (finding,) = progress(read(SAMPLE, today=TODAY), read(folder, today=TODAY))
    assert (finding.kind, finding.kind.refuses) == (Kind.DOWNGRADE, True)
    assert str(finding.problem) == (
        f"order/inventory/contract.yaml:{line}  version\n"
        '    found    "1.4.1"\n'
        "    allowed  a version above 1.4.2\n"
        "    fix      raise it above 1.4.2; to take a change back, publish the old content as a new version"
    )


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("order/inventory/contract.yaml", "availability_percent: 99.9", "availability_percent: 99.5"),
        ("order/inventory/inventory.proto", "int32 count = 2", "int64 count = 2"),
    ],
)
def test_change_is_refused_when_the_version_stayed(tmp_path: Path, file: str, old: str, new: str) -> None:
    folder = sample(tmp_path)
    edit(folder, file, old, new)
    (finding,) = progress(read(SAMPLE, today=TODAY), read(folder, today=TODAY))
    assert (finding.kind, finding.contracts) == (Kind.CHANGED, ("order/inventory",))


@pytest.mark.parametrize("version", ["1.4.3", "1.5.0-rc.1", "2.0.0"])
def test_change_is_fine_when_the_version_rose(tmp_path: Path, version: str) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/inventory/contract.yaml", "version: 1.4.2", f"version: {version}")
    assert progress(read(SAMPLE, today=TODAY), read(folder, today=TODAY)) == []


def test_older_version_may_be_kept_beside_the_newest() -> None:
    before = Estate.of([contract("a/a", "2.0.0")])
    assert progress(before, Estate.of([contract("a/a", "1.9.1"), contract("a/a", "2.0.0")])) == []


def test_contract_is_fine_when_it_is_new() -> None:
    assert progress(Estate.of([]), Estate.of([contract("a/a")])) == []
