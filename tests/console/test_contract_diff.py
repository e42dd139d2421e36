"""`atoll contract diff`, and `check --against`: exit statuses, words, JSON, and revisions of git."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.contract import app
from console.exits import Exit
from tests.contracts.services.kit import SAMPLE, edit, sample

PAYMENT = "order/payment/contract.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The sample estate below `services/` of a repository with one commit, tagged v1."""
    folder = sample(tmp_path)
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "first")
    git(tmp_path, "tag", "v1")
    return folder


def broken(folder: Path) -> int:
    """Lose a field that a consumer reads, with a minor version; the line of the version."""
    edit(folder, "order/payment/payment-captured.json", '"value"', '"worth"')
    return edit(folder, PAYMENT, "version: 2.1.0", "version: 2.2.0")


def test_diff_is_content_when_nothing_changed() -> None:
    done = run("diff", str(SAMPLE), "--against", str(SAMPLE))
    assert (done.exit_code, done.stdout) == (Exit.OK, "0 contracts changed, no problem\n")


def test_diff_names_consumer_operation_field_bump_and_command_when_a_consumer_breaks(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    line = broken(folder)
    done = run("diff", str(folder), "--against", str(SAMPLE))
    assert done.exit_code == Exit.DRIFT
    assert (
        done.stdout
        == f"""\
order/payment 2.1.0 → 2.2.0: needs major, has minor
  breaking    `PaymentCaptured` event field /amount/value was removed
  compatible  `PaymentCaptured` event field /amount/worth was added
  → analytics/analytics ^2.0.0 || ^3.0.0: breaks at 1 place
  → order/order >=2.0.0 <3.0.0: still good

version-bump-too-small
order/payment/contract.yaml:{line}  version
    found    2.1.0 → 2.2.0, but `PaymentCaptured` event field /amount/value was removed, \
which consumer analytics/analytics reads: needs 3.0.0
    allowed  3.0.0 or above
    fix      keep what others rely on, or raise the version to 3.0.0, then run `atoll contract diff` again

consumer-broken
order/payment/contract.yaml:{line}  version
    found    2.1.0 → 2.2.0, but `PaymentCaptured` event field /amount/value was removed, \
which consumer analytics/analytics reads: needs 3.0.0
    allowed  what is good for analytics/analytics, whose range ^2.0.0 || ^3.0.0 accepts 2.2.0
    fix      keep it, or let analytics/analytics move first or leave 2.2.0 out of its range, \
then run `atoll contract diff` again

1 contract changed, 2 problems
"""
    )
    assert "atoll contract diff" in done.stderr


def test_diff_prints_json_when_asked(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    broken(folder)
    done = run("diff", str(folder), "--against", str(SAMPLE), "--json")
    told = json.loads(done.stdout)
    (contract,) = told["contracts"]
    assert (done.exit_code, told["ok"], told["breaking"]) == (Exit.DRIFT, False, True)
    assert (contract["needed"], contract["declared"], contract["lowest_version"]) == ("major", "minor", "3.0.0")
    (consumer, _) = contract["consumers"]
    assert (consumer["id"], consumer["accepts"], consumer["refused"]) == ("analytics/analytics", True, True)
    assert [(c["operation"], c["path"]) for c in consumer["breaks"]] == [("PaymentCaptured", "/amount/value")]
    assert [finding["kind"] for finding in told["findings"]] == ["version-bump-too-small", "consumer-broken"]


def test_check_uses_the_same_verdict_when_told_what_was(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    broken(folder)
    done = run("check", str(folder), "--against", str(SAMPLE), "--json")
    kinds = [finding["kind"] for finding in json.loads(done.stdout)["findings"]]
    assert done.exit_code == Exit.DRIFT
    assert kinds[:2] == ["version-bump-too-small", "consumer-broken"]


def test_diff_ends_with_findings_when_only_the_minor_version_is_missing(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, PAYMENT, "version: 2.1.0", "version: 2.1.1")
    edit(folder, "order/payment/payment-captured.json", '"order_id": {', '"more": {"type": "string"}, "order_id": {')
    done = run("diff", str(folder), "--against", str(SAMPLE))
    assert done.exit_code == Exit.FINDINGS
    assert "raise the version to 2.2.0" in done.stdout


def test_diff_reads_the_last_commit_when_nothing_is_named(repository: Path) -> None:
    assert run("diff", str(repository)).stdout == "0 contracts changed, no problem\n"
    broken(repository)
    assert run("diff", str(repository)).exit_code == Exit.DRIFT
    git(repository, "commit", "-qam", "second")
    assert run("diff", str(repository)).exit_code == Exit.OK
    assert run("diff", str(repository), "--against", "v1").exit_code == Exit.DRIFT
    assert run("diff", str(repository), "--against", "HEAD~1").exit_code == Exit.DRIFT


@pytest.mark.parametrize("reference", ["v2", "-x", "--output=x", "HEAD:services", "a b", "$(date)", "../services"])
def test_diff_says_so_when_the_revision_is_none(repository: Path, reference: str) -> None:
    done = run("diff", str(repository), f"--against={reference}")
    assert done.exit_code == Exit.USAGE
    told = f"{reference!r} is no folder, and git knows no such revision"
    assert told in " ".join(done.stderr.split())


def test_diff_says_so_when_the_revision_has_no_contracts(repository: Path, tmp_path: Path) -> None:
    later = tmp_path / "later"
    sample(later)
    done = run("diff", str(later / "services"), "--against", "v1")
    assert done.exit_code == Exit.USAGE
    assert "v1 has no file in later/services/" in " ".join(done.stderr.split())


def test_diff_follows_no_link_of_a_revision(repository: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_text("{}")
    (repository / "order" / "payment" / "link.json").symlink_to(tmp_path / "elsewhere.json")
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "link")
    assert run("diff", str(repository), "--against", "HEAD").exit_code == Exit.OK


def test_diff_leaves_the_work_tree_alone(repository: Path) -> None:
    broken(repository)
    before = {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()}
    run("diff", str(repository), "--against", "v1")
    assert {path: path.read_bytes() for path in repository.rglob("*") if path.is_file()} == before


def test_diff_says_so_when_earlier_contracts_cannot_be_read(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, PAYMENT, "version: 2.1.0", "version: two")
    done = run("diff", str(SAMPLE), "--against", str(folder))
    assert done.exit_code == Exit.USAGE
    assert "cannot be compared. Compare with a revision whose contracts are whole." in " ".join(done.stderr.split())
