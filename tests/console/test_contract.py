"""`atoll contract`: exit statuses, words and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.contract import app
from console.exits import Exit
from contracts.services import schema
from tests.contracts.services.kit import SAMPLE, edit, sample


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project without contracts, entered."""
    (tmp_path / "Pulumi.yaml").write_text("name: atoll\n")
    (tmp_path / "services").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_check_is_content_when_nothing_is_wrong() -> None:
    done = run("check", str(SAMPLE))
    assert (done.exit_code, done.stdout) == (Exit.OK, "6 contracts, 6 dependencies, no problem\n")


def test_check_finds_problems_of_contracts(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/inventory/contract.yaml", "version: 1.4.2", "version: one")
    done = run("check", str(folder))
    assert done.exit_code == Exit.FINDINGS
    assert "order/inventory/contract.yaml:3  version" in done.stdout
    assert "atoll contract check" in done.stderr


def test_check_finds_problems_between_contracts(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/order/contract.yaml", "getUser: {", "getUsers: {")
    done = run("check", str(folder))
    assert done.exit_code == Exit.FINDINGS
    assert done.stdout.startswith("unmet-dependency\norder/order/contract.yaml:")
    assert done.stdout.endswith("6 contracts, 6 dependencies, 1 problem\n")


def test_check_refuses_a_downgrade_when_told_what_was(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/inventory/contract.yaml", "version: 1.4.2", "version: 1.4.1")
    assert run("check", str(folder)).exit_code == Exit.OK
    done = run("check", str(folder), "--against", str(SAMPLE), "--json")
    assert done.exit_code == Exit.FINDINGS
    told = json.loads(done.stdout)
    assert not told["ok"]
    assert [finding["kind"] for finding in told["findings"]] == ["version-downgrade"]
    assert set(told["findings"][0]) == {
        *("kind", "refuses", "contracts", "file", "line", "path", "value", "allowed", "fix"),
    }


def test_check_prints_json_when_contracts_are_refused(tmp_path: Path) -> None:
    folder = sample(tmp_path)
    edit(folder, "order/inventory/contract.yaml", "version: 1.4.2", "version: one")
    done = run("check", str(folder), "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["ok"], told["findings"]) == (Exit.FINDINGS, False, [])
    assert told["problems"][0]["path"] == "version"


def test_check_says_how_to_begin_when_there_is_no_contract(project: Path) -> None:
    done = run("check")
    assert done.exit_code == Exit.USAGE
    assert "atoll contract new" in done.stderr


def test_check_says_so_when_the_folder_is_not_there(project: Path) -> None:
    assert run("check", "nowhere").exit_code == Exit.USAGE


@pytest.mark.parametrize("kind", ["rest", "event", "batch"])
def test_new_contract_passes_the_check(project: Path, kind: str) -> None:
    done = run("new", "order-processing-and-us/a-rather-long-name-here", "--kind", kind)
    assert done.exit_code == Exit.OK
    checked = run("check")
    assert checked.exit_code == Exit.OK, checked.stdout
    assert "1 contract, 0 dependencies, no problem" in checked.stdout


def test_new_contract_names_the_schema(project: Path) -> None:
    run("new", "order/order")
    home = project / "services" / "order" / "order"
    first = (home / "contract.yaml").read_text().splitlines()[0]
    assert (home / first.removeprefix(schema.MODELINE)).resolve() == schema.FILE


@pytest.mark.parametrize("contract_id", ["order", "Order/x", "../x/y", "order/payment/refund"])
def test_new_is_refused_when_the_id_is_none(project: Path, contract_id: str) -> None:
    done = run("new", contract_id)
    assert done.exit_code == Exit.USAGE
    assert "write it like order/payment" in " ".join(done.stderr.split())
    assert list((project / "services").iterdir()) == []


def test_new_is_refused_when_the_contract_is_there(project: Path) -> None:
    run("new", "order/order")
    file = project / "services" / "order" / "order" / "contract.yaml"
    file.write_text("mine")
    done = run("new", "order/order")
    assert (done.exit_code, file.read_text()) == (Exit.USAGE, "mine")


def test_graph_shows_who_uses_whom() -> None:
    done = run("graph", str(SAMPLE))
    assert done.exit_code == Exit.OK
    assert "order/order 1.2.0\n  → user/user ^1.0.0 = 1.0.3  waits: getUser\n" in done.stdout
    assert "  → order/payment ^2.0.0 || ^3.0.0 = 2.1.0  listens: PaymentCaptured\n" in done.stdout


def test_graph_prints_json_when_asked() -> None:
    told = json.loads(run("graph", str(SAMPLE), "--json").stdout)
    assert (len(told["contracts"]), len(told["edges"])) == (6, 6)
    assert told["edges"][0]["provider"] == "order/order"


def test_schema_is_compared_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "FILE", tmp_path / "schema.json")
    assert run("schema", "--check").exit_code == Exit.FINDINGS
    assert run("schema", "--write").exit_code == Exit.OK
    assert run("schema", "--check").exit_code == Exit.OK
    assert run("schema", "--check", "--write").exit_code == Exit.USAGE
    assert json.loads(run("schema").stdout)["title"] == "Atoll service contract"
