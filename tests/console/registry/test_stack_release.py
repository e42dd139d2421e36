"""`atoll stack up` of a service: checked against the registry before anything is created, published after (CON-3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner, Result

from console import stack
from console.engine import Runner
from console.exits import Exit
from console.registry import releasing
from console.registry.connection import Access
from console.registry.parameters import Parameters
from console.registry.releasing import release
from contracts.services import read
from tests.console.registry.samples import SETTINGS, names, ssm
from tests.contracts.services.kit import SAMPLE, edit, sample
from tests.kit.settings import stack_values, to_yaml

INVENTORY = "/atoll/contracts/order/inventory/1.4.2"


@dataclass
class FakeRunner:
    """An engine that notes what it is told, and what the registry holds then."""

    status: Exit = Exit.OK
    runs: list[set[str]] = field(default_factory=list[set[str]])
    environment: dict[str, str] = field(default_factory=dict[str, str])
    notes_creations: bool = True
    session: None = None

    def select(self, _: str) -> None:
        pass

    def export(self, _: str) -> dict[str, Any]:
        return {"version": 3}

    def run(self, *_: str) -> Exit:
        self.runs.append(names())
        return self.status


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch) -> FakeRunner:
    made = FakeRunner()
    monkeypatch.setattr(Runner, "open", lambda _: made)
    return made


@pytest.fixture
def project(cloud: None, runner: FakeRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the sample estate and the stack `inventory-dev`, entered; the folder of its contracts."""
    monkeypatch.setenv("ATOLL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(releasing, "open_access", lambda *_: Access(SETTINGS))
    monkeypatch.setattr(stack, "refuse_findings", lambda _: None)  # the controls have tests of their own
    dev = stack_values("Pulumi.dev.yaml")
    values = {name: dev[name] for name in ("environment", "region", "account", "tags", "protection", "registry")}
    values |= {
        "layer": "service",
        "contract": "order/inventory",
        "region_stack": "dev",
        "hosted_zone": None,
        "search": None,
        "workloads": {
            "spot_percent": 100,
            "tracing": False,
            "architecture": "ARM64",
            "log_retention_days": 7,
            "images_kept": 5,
            "deployment": "rolling",
        },
    }
    values["registry"] = {**values["registry"], "host": False}
    (tmp_path / "Pulumi.yaml").write_text("name: atoll\n")
    (tmp_path / "Pulumi.inventory-dev.yaml").write_text(to_yaml(values))
    monkeypatch.chdir(tmp_path)
    return sample(tmp_path)


def up() -> Result:
    return CliRunner().invoke(stack.app, ["up", "inventory-dev"])


def test_contract_is_published_only_after_its_service_is_deployed(project: Path, runner: FakeRunner) -> None:
    done = up()
    assert done.exit_code == Exit.OK, done.stderr
    assert runner.runs == [set()]
    assert INVENTORY in names()
    assert "Published order/inventory 1.4.2" in done.stderr


def test_nothing_is_published_when_the_deployment_fails(project: Path, runner: FakeRunner) -> None:
    runner.status = Exit.FAILED
    assert up().exit_code == Exit.FAILED
    assert names() == set()


def test_nothing_is_deployed_when_a_registered_consumer_would_break(project: Path, runner: FakeRunner) -> None:
    release(Access(SETTINGS), read(SAMPLE).contracts, lambda _: None)
    edit(project, "order/inventory/contract.yaml", "version: 1.4.2", "version: 1.5.0")
    edit(project, "order/inventory/inventory.proto", "rpc Reserve(", "rpc Keep(")
    done = up()
    assert done.exit_code == Exit.DRIFT
    assert "order/order" in done.stderr
    assert "Traceback" not in done.output
    assert runner.runs == []


def test_status_is_failed_and_says_what_is_deployed_when_publishing_fails(
    project: Path, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Denied:
        def __getattr__(self, name: str) -> Callable[..., Any]:
            if name != "put_parameter":
                return getattr(ssm(), name)
            error: Any = {"Error": {"Code": "AccessDeniedException", "Message": "no"}}
            raise ClientError(error, "PutParameter")

    monkeypatch.setattr(Access, "publisher", lambda _: Parameters("the registry", Denied))
    done = up()
    assert done.exit_code == Exit.FAILED
    assert len(runner.runs) == 1
    said = " ".join(done.stderr.split())
    assert "inventory-dev is deployed, but order/inventory 1.4.2 is not in the registry" in said
    assert "atoll contract publish --stack inventory-dev" in said
    assert names() == set()
