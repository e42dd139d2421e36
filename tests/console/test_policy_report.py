"""`atoll policy report`, `runtime` and `docs`: files, mistakes, and the same bytes in another process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from console.exits import Exit
from console.policy import app
from console.policy_report import collected_tests
from policies.evidence import FORMATS
from policies.evidence.proofs import TEST

PROJECT = Path(__file__).parents[2]


def ask(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, done.stderr


def test_report_is_the_same_bytes_when_another_process_writes_it(tmp_path: Path) -> None:
    texts: list[bytes] = []
    for seed in ("1", "2"):
        file = tmp_path / f"{seed}.html"
        command = [
            sys.executable,
            "-m",
            "console",
            "policy",
            "report",
            "dev",
            "--as-of",
            "2026-11-21",
            "--output",
            str(file),
        ]
        subprocess.run(
            command, cwd=PROJECT, env={**os.environ, "PYTHONHASHSEED": seed}, check=True, capture_output=True
        )
        texts.append(file.read_bytes())
    assert texts[0] == texts[1]
    assert b"2026-11-21 00:00:00 UTC" in texts[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("report", "dev", "--format", "pdf"), f"there is no format pdf; there are {', '.join(FORMATS)}"),
        (("report", "dev", "--as-of", "yesterday"), "--as-of: yesterday is no day such as 2026-11-30"),
        (("report", "nowhere"), "There is no stack `nowhere`"),
        (("report", "dev", "--framework", "hipaa"), "there is no framework hipaa; there are cis, gdpr"),
        (("runtime", "--framework", "hipaa"), "there is no pack hipaa; there are baseline"),
        (("docs", "--write", "--check"), "choose one of --write and --check"),
    ],
)
def test_mistake_is_told_with_what_there_is(arguments: tuple[str, ...], says: str) -> None:
    code, out, err = ask(*arguments)
    assert (code, out) == (Exit.USAGE, "")
    assert says in err


def test_runtime_writes_a_file_for_each_part(tmp_path: Path) -> None:
    code, _, err = ask("runtime", "--framework", "gdpr", "--output", str(tmp_path))
    assert code == Exit.OK
    [file] = tmp_path.iterdir()
    assert file.name == "atoll-gdpr.yaml"
    assert yaml.safe_load(file.read_text())["Resources"]
    assert "rules" in err


def test_runtime_prints_a_template_that_can_be_piped() -> None:
    code, out, _ = ask("runtime", "--framework", "pci-dss")
    assert code == Exit.OK
    assert out.startswith("# atoll-pci-dss: ")
    assert yaml.safe_load(out)["Resources"]


def test_docs_and_proofs_are_current() -> None:
    code, _, err = ask("docs", "--check")
    assert (code, err.strip()) == (Exit.OK, "docs/controls.md and the list of proofs are current")


def test_proofs_are_what_pytest_collects() -> None:
    assert sum(node_id.startswith(TEST) for node_id in collected_tests(PROJECT)) > 300
