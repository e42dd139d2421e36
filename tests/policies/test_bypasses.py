"""Ways around the controls that need no engine to be tried."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.dynamic import CreateResult, Resource, ResourceProvider
from pulumi_aws import rds

from policies.catalogue import controls
from policies.control import Control
from policies.run import run
from policies.verdicts import Fail, Undecided
from tests.kit.recording import record_program


class Anything(ResourceProvider):
    """A provider whose code could do anything."""

    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make what nobody sees."""
        return CreateResult("id", {})


class Thing(Resource):
    """Something of that provider."""

    def __init__(self) -> None:
        """Declare it."""
        super().__init__(Anything(), "thing", {})


def test_dynamic_provider_is_refused() -> None:
    graph = record_program(Thing).graph
    done = run(graph, [controls()["program-known-providers-only"]], layer="region")
    assert [result.verdict for result in done.findings] == [
        Fail("pulumi-python:dynamic:Resource is a dynamic provider: what it does is code, which no control can read")
    ]


def test_secret_value_is_no_pass() -> None:
    def program() -> None:
        rds.Instance("database", instance_class="db.t3.micro", storage_encrypted=pulumi.Output.secret(False))

    done = run(record_program(program).graph, [controls()["rds-storage-encrypted"]], layer="region")
    assert [result.verdict for result in done.findings] == [Undecided("storageEncrypted (secret)")]


def test_value_behind_apply_is_no_pass() -> None:
    def program() -> None:
        first = rds.Instance("first", instance_class="db.t3.micro", storage_encrypted=True)
        rds.Instance("second", instance_class="db.t3.micro", storage_encrypted=first.arn.apply(lambda _: False))

    done = run(record_program(program).graph, [controls()["rds-storage-encrypted"]], layer="region")
    assert [(result.name, result.verdict) for result in done.findings] == [("second", Undecided("storageEncrypted"))]


def test_control_that_raises_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(_: object) -> Any:
        raise KeyError("a value that may be secret")

    control = controls()["rds-storage-encrypted"]
    assert isinstance(control, Control)
    broken = Control(**{**control.__dict__, "check": explode})
    graph = record_program(lambda: rds.Instance("database", instance_class="db.t3.micro")).graph
    done = run(graph, [broken], layer="region")
    assert [b.error for b in done.broken] == ["KeyError"]
    assert done.results == ()
