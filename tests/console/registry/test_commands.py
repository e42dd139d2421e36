"""`atoll contract publish|resolve|list|history|consumers`: exit statuses, words and JSON."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.contract import app
from console.engine import CloudChoice
from console.exits import Exit
from console.registry import commands
from console.registry.access import open_access
from console.registry.connection import Access
from console.registry.errors import RegistryError
from contracts.outputs.service import record_path
from tests.console.registry.samples import REGION, SETTINGS, ssm
from tests.contracts.services.kit import edit, sample
from tests.kit.settings import stack_values, to_yaml

PROJECT = Path(__file__).parents[3]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.fixture
def registry(cloud: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty registry; the folder of contracts to publish."""
    monkeypatch.setenv("ATOLL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(commands, "open_access", lambda *_: Access(SETTINGS))
    return sample(tmp_path)


def test_contracts_are_published_found_and_listed(registry: Path) -> None:
    done = run("publish", "--folder", str(registry))
    assert done.exit_code == Exit.OK, done.stderr
    assert "published  order/inventory 1.4.2\n" in done.stdout
    assert "already    order/inventory 1.4.2\n" in run("publish", "order/inventory", "--folder", str(registry)).stdout
    assert run("resolve", "order/inventory", "^1.0.0").stdout == "order/inventory 1.4.2\n"
    assert "order/inventory 1.4.2  1 version\n" in run("list").stdout
    assert run("history", "order/inventory").stdout.startswith("1.4.2  20")
    assert "order/order 1.2.0  ^1.0.0 = 1.0.3\n" in run("consumers", "user/user").stdout


def test_json_is_printed_when_asked(registry: Path) -> None:
    told = json.loads(run("publish", "order/inventory", "--folder", str(registry), "--json").stdout)
    [published] = told["published"]
    assert (published["id"], published["version"], told["already"]) == ("order/inventory", "1.4.2", [])
    found = json.loads(run("resolve", "order/inventory", "--json").stdout)
    assert (found["digest"], found["age_seconds"], found["unreachable"]) == (published["digest"], 0, None)
    where = ("--environment", "dev", "--region", REGION)
    assert json.loads(run("resolve", "order/inventory", *where, "--json").stdout)["deployment"] is None
    assert json.loads(run("list", "--json").stdout)["contracts"][0]["versions"] == 1
    assert json.loads(run("history", "order/inventory", "--json").stdout)["versions"][0]["version"] == "1.4.2"
    assert json.loads(run("consumers", "order/inventory", "--json").stdout)["consumers"] == []


def test_place_is_told_and_a_version_out_of_range_warned_of_when_it_is_deployed(registry: Path) -> None:
    run("publish", "order/inventory", "--folder", str(registry))
    record = {"contract": "order/inventory", "version": "1.3.0", "environment": "dev", "region": REGION}
    value = json.dumps({**record, "account_id": "222222222222", "schema_version": 1})
    ssm().put_parameter(Name=record_path("dev", REGION, "order/inventory"), Value=value, Type="String")
    done = run("resolve", "order/inventory", "~1.4", "--environment", "dev", "--region", REGION)
    assert done.stdout == f"order/inventory 1.4.2\n  runs in dev {REGION} as 1.3.0, account 222222222222\n"
    assert "warning: 1.3.0 is not in ~1.4: deploy 1.4.2 there first." in done.stderr


def test_status_tells_a_refusal_from_a_failure(registry: Path) -> None:
    run("publish", "--folder", str(registry))
    edit(registry, "order/inventory/contract.yaml", "in stock, and", "in stock and")
    refused = run("publish", "--folder", str(registry))
    assert refused.exit_code == Exit.DRIFT
    assert "a published version never changes" in " ".join(refused.stderr.split())
    assert run("resolve", "order/inventory", "^9").exit_code == Exit.FAILED
    assert run("history", "order/nothing").exit_code == Exit.FAILED
    assert run("publish", "order/nothing", "--folder", str(registry)).exit_code == Exit.USAGE
    assert run("resolve", "order/inventory", "not a range").exit_code == Exit.USAGE
    assert run("resolve", "order/inventory", "--environment", "dev").exit_code == Exit.USAGE


def test_status_is_findings_when_the_registry_is_corrupt(registry: Path) -> None:
    run("publish", "--folder", str(registry))
    name = "/atoll/contracts/order/order/1.2.0"
    ssm().put_parameter(Name=name, Value="{}", Type="SecureString", Overwrite=True)
    for path in (registry.parent / "cache").rglob("contents/*/*"):
        path.unlink()
    done = run("consumers", "user/user")
    assert done.exit_code == Exit.FINDINGS
    assert "Traceback" not in done.output


def test_age_is_said_when_the_answer_is_not_new(registry: Path) -> None:
    run("publish", "--folder", str(registry))
    run("list")
    for path in (registry.parent / "cache").rglob("answers/*.json"):
        kept = json.loads(path.read_text())
        path.write_text(json.dumps({**kept, "asked": kept["asked"] - 100}))
    assert "seconds ago; --fresh asks the registry again." in run("list").stderr
    assert run("list", "--fresh").stderr == ""


def test_sdk_is_not_imported_when_the_registry_is_not_used() -> None:
    code = "import sys, console.contract; sys.exit('boto3' in sys.modules or 'pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, check=False).returncode == 0


def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: atoll\n")
    for stack in ("dev", "prod"):
        values = stack_values(f"Pulumi.{stack}.yaml")
        if stack == "prod":
            values["registry"] |= changes
        (tmp_path / f"Pulumi.{stack}.yaml").write_text(to_yaml(values))
    monkeypatch.chdir(tmp_path)


def test_registry_of_the_project_is_that_of_the_hosting_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stacks(tmp_path, monkeypatch)
    found = open_access(CloudChoice.AWS)
    assert found.settings.host
    assert found.deploy_role == "arn:aws:iam::222222222222:role/AtollDeploy"
    named = open_access(CloudChoice.AWS, "prod")
    assert named.settings.account == found.settings.account
    assert named.deploy_role == "arn:aws:iam::444444444444:role/AtollDeploy"


def test_stack_must_be_chosen_when_the_stacks_name_different_registries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stacks(tmp_path, monkeypatch, region="us-west-2")
    with pytest.raises(RegistryError, match="Choose one with --stack STACK"):
        open_access(CloudChoice.AWS)
    assert open_access(CloudChoice.AWS, "prod").settings.region == "us-west-2"


@pytest.mark.parametrize("account", ["1", 12])
def test_message_names_the_file_when_its_registry_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, account: object
) -> None:
    stacks(tmp_path, monkeypatch, account=account)
    with pytest.raises(RegistryError, match=r"Pulumi\.prod\.yaml cannot be read as it is\. See why: atoll settings"):
        open_access(CloudChoice.AWS)


def test_message_says_what_to_add_when_no_stack_names_a_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: atoll\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RegistryError, match="Add a section atoll:registry"):
        open_access(CloudChoice.AWS)
