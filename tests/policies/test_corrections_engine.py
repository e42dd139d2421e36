"""Wrong values, corrected in the real engine before they reach the cloud, and not seen again by the next preview."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from graph import ResourceGraph, state
from policies.remediation import correcting
from policies.run import run
from policies.verdicts import Fail

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PACK = Path(__file__).parents[2] / "policies" / "packs" / "corrections"
PROGRAM = """
import json
import pulumi
import pulumi_aws as aws
options = pulumi.ResourceOptions(provider=aws.Provider("aws", region="us-east-1"))
key = aws.kms.Key("key", description=pulumi.Output.secret("quiet"), enable_key_rotation=False,
    deletion_window_in_days=7, opts=options)
last = aws.sqs.Queue("last", opts=options)
aws.sqs.Queue("queue", sqs_managed_sse_enabled=False, tags={"note": pulumi.Output.secret("quiet")},
    redrive_policy=last.arn.apply(lambda arn: json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})),
    opts=options)
aws.sqs.Queue("late", sqs_managed_sse_enabled=last.arn.apply(lambda _: False), opts=options)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=options)
aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", map_public_ip_on_launch=True, opts=options)
aws.ec2.LaunchTemplate("template", image_id="ami-12345678", opts=options,
    metadata_options={"http_tokens": "optional", "http_put_response_hop_limit": 9, "instance_metadata_tags": "enabled"},
    network_interfaces=[{"associate_public_ip_address": "true", "device_index": 0}])
"""


@dataclass(frozen=True)
class Seen:
    """What the engine previewed, deployed and previewed again."""

    previewed: dict[str, dict[str, Any]]
    """Logical name → inputs of the first preview."""
    deployed: ResourceGraph
    ciphers: str
    """The state as it is exported without secrets."""
    changes: dict[str, int]


@pytest.fixture(scope="module")
def seen(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    folder = tmp_path_factory.mktemp("corrections")
    (folder / "Pulumi.yaml").write_text("name: corrections\nruntime:\n  name: python\n")
    (folder / "__main__.py").write_text(PROGRAM)

    def pulumi(*arguments: str) -> str:
        done = session.pulumi([*arguments, "--stack", "corrected"], cwd=folder, capture=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    pulumi("stack", "init", "--no-select")
    pack = ("--policy-pack", str(PACK))
    steps = json.loads(pulumi("preview", "--json", *pack))["steps"]
    try:
        pulumi("up", "--yes", "--skip-preview", "--suppress-progress", *pack)
        exported = pulumi("stack", "export")
        again = json.loads(pulumi("preview", "--json", *pack))
        yield Seen(
            previewed={step["urn"].rsplit("::", 1)[-1]: step["newState"].get("inputs", {}) for step in steps},
            deployed=state.load(exported, account="000000000000"),
            ciphers=exported,
            changes=again["changeSummary"],
        )
    finally:
        pulumi("destroy", "--yes", "--skip-preview", "--suppress-progress")


def test_what_is_deployed_is_right_when_the_program_is_wrong(seen: Seen) -> None:
    def value(name: str, path: str) -> object:
        return seen.deployed.property(seen.deployed.named(name), path)

    assert value("key", "enableKeyRotation") is True
    assert value("key", "deletionWindowInDays") == 30
    assert value("queue", "sqsManagedSseEnabled") is True
    assert value("late", "sqsManagedSseEnabled") is True
    assert value("subnet", "mapPublicIpOnLaunch") is False
    assert value("template", "metadataOptions.httpTokens") == "required"
    assert value("template", "metadataOptions.httpPutResponseHopLimit") == 2
    assert value("template", "networkInterfaces[0].associatePublicIpAddress") == "false"


def test_everything_else_stays_when_a_resource_is_corrected(seen: Seen) -> None:
    queue, late = seen.previewed["queue"], seen.previewed["late"]
    assert queue["sqsManagedSseEnabled"] is True
    assert "redrivePolicy" in queue
    assert late.get("sqsManagedSseEnabled") is not True
    assert seen.deployed.named("queue").inputs["redrivePolicy"] is not None
    template = seen.deployed.named("template")
    assert seen.deployed.property(template, "metadataOptions.instanceMetadataTags") == "enabled"
    assert "quiet" not in seen.ciphers


def test_second_preview_is_empty_when_the_pack_is_the_same(seen: Seen) -> None:
    assert set(seen.changes) == {"same"}


def test_controls_pass_on_what_was_corrected(seen: Seen) -> None:
    done = run(seen.deployed, correcting(), layer="region")
    assert done.broken == ()
    assert [result for result in done.results if isinstance(result.verdict, Fail)] == []
    assert {result.name for result in done.passed} >= {"key", "queue", "late", "subnet", "template"}
