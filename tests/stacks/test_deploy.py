"""The program refuses wrong settings before it declares anything, in words and without a traceback."""

from __future__ import annotations

import pulumi
import pytest

from console.offline import engine_configuration, record_stack
from contracts.outputs.region import RegionOutputs
from graph.record import record
from stacks import deploy
from tests.conftest import PROJECT

DEV = PROJECT / "Pulumi.dev.yaml"


def configuration() -> dict[str, str]:
    return engine_configuration(DEV)[0]


def test_every_problem_is_in_the_message_when_settings_are_wrong() -> None:
    wrong = {**configuration(), "atoll:region": "mars-north-1", "atoll:typo": "1"}
    del wrong["atoll:cost"]
    with pytest.raises(pulumi.RunError) as caught:
        record(deploy, stack="dev", config=wrong, account="222222222222")
    message = str(caught.value)
    for path in ("atoll:region", "atoll:typo", "atoll:cost"):
        assert path in message


def test_layer_is_refused_by_name_when_it_cannot_be_built_yet() -> None:
    other = {**configuration(), "atoll:layer": "organization"}
    with pytest.raises(pulumi.RunError, match="atoll:layer: the layer `organization` cannot be built yet"):
        record(deploy, stack="dev", config=other, account="222222222222")


def test_every_promised_output_is_exported() -> None:
    exported = set(record_stack(DEV).stack_outputs)
    required = {name for name, field in RegionOutputs.model_fields.items() if field.is_required()}
    assert required <= exported <= set(RegionOutputs.model_fields)


def test_every_resource_uses_the_explicit_provider_and_its_account() -> None:
    graph = record_stack(DEV).graph
    provider = graph.named("dev-aws")
    assert provider.inputs["region"] == "us-east-1"
    managed = [node for node in graph if node.package == "aws" and node.custom and not node.is_provider]
    assert len(managed) > 200
    assert {node.provider for node in managed} == {provider.urn}
    assert {node.account for node in managed} == {"222222222222"}


@pytest.mark.parametrize(("stack", "protected"), [("dev", False), ("prod", True)])
def test_data_is_protected_exactly_where_settings_say_so(stack: str, protected: bool) -> None:
    graph = record_stack(PROJECT / f"Pulumi.{stack}.yaml").graph
    database = "aws:rds/cluster:Cluster" if protected else "aws:rds/instance:Instance"
    for kind in (database, "aws:dynamodb/table:Table", "aws:s3/bucket:Bucket", "aws:kms/key:Key"):
        nodes = graph.of_type(kind)
        assert nodes
        assert {node.protect for node in nodes} == {protected}, kind
