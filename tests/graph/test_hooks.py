"""What a recording can be told: computed outputs, data sources, files, and resources that exist already."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi_aws import get_availability_zones, get_caller_identity, get_region, s3, sqs

from graph import Node
from graph.errors import RecordingError
from graph.record import record
from graph.values import UNKNOWN, Asset, Secret, Unknown
from tests.kit import record_component, record_program


def test_apply_runs_and_the_reference_stays_when_a_hook_knows_the_output() -> None:
    def queue_arn(node: Node) -> Mapping[str, Any]:
        return {"arn": f"arn:aws:sqs:::{node.inputs['name']}", "id": "url"} if node.name == "q" else {}

    def program() -> None:
        queue = sqs.Queue("q", name="known")
        s3.Bucket("b", tags={"arn": queue.arn, "upper": queue.arn.apply(str.upper), "id": queue.id})

    view = record_component(program, outputs=queue_arn)
    assert view.value("b", "tags") == {"arn": "arn:aws:sqs:::known", "upper": "ARN:AWS:SQS:::KNOWN", "id": "url"}
    assert view.wiring("b", "tags") == {"q.arn", "q.id"}
    assert view.value("q", "arn") == "arn:aws:sqs:::known"
    assert view.value("b", "id") == UNKNOWN


def test_output_is_unknown_or_secret_when_a_hook_says_so() -> None:
    def hook(node: Node) -> Mapping[str, Any]:
        return {"arn": Unknown(), "url": Secret()} if node.name == "q" else {}

    def program() -> None:
        queue = sqs.Queue("q")
        s3.Bucket("b", tags={"arn": queue.arn, "url": queue.url})

    view = record_component(program, outputs=hook)
    assert isinstance(view.value("b", "tags.arn"), Unknown)
    assert isinstance(view.value("b", "tags.url"), Secret)


def test_data_source_is_answered_by_its_hook_when_one_is_given() -> None:
    asked: list[Mapping[str, Any]] = []

    def parameter(args: Mapping[str, Any]) -> Mapping[str, Any]:
        asked.append(args)
        return {"value": "ami-1", "name": args["name"]}

    from pulumi_aws import ssm

    def program() -> None:
        pulumi.export("ami", ssm.get_parameter(name="/aws/ami").value)

    recording = record_program(program, invokes={"aws:ssm/getParameter:getParameter": parameter})
    assert recording.stack_outputs["ami"] == "ami-1"
    assert asked == [{"name": "/aws/ami"}]


def test_zones_and_region_come_from_the_region_when_asked() -> None:
    def program() -> None:
        pulumi.export("zones", get_availability_zones().names)
        pulumi.export("region", get_region().region)

    outputs = record_program(program, config={"aws:region": "us-west-2"}).stack_outputs
    assert outputs == {"zones": ["us-west-2a", "us-west-2b", "us-west-2c", "us-west-2d"], "region": "us-west-2"}


def test_account_is_asked_for_when_the_program_wants_it_and_none_was_given() -> None:
    with pytest.raises(RecordingError, match="account="):
        record(get_caller_identity)


def test_existing_resource_is_external_with_its_id_when_it_is_read() -> None:
    view = record_component(lambda: s3.Bucket.get("shared", "bucket-id"))
    node = view.node("shared")
    assert (node.external, node.id) == (True, "bucket-id")


def test_files_are_known_by_their_content_when_they_are_uploaded(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("content")

    def program() -> None:
        s3.BucketObjectv2("file", bucket="b", source=pulumi.FileAsset(str(tmp_path / "a.txt")))
        s3.BucketObjectv2("text", bucket="b", source=pulumi.StringAsset("content"))
        s3.BucketObjectv2("folder", bucket="b", source=pulumi.FileArchive(str(tmp_path)))

    view = record_component(program)
    digest = hashlib.sha256(b"content").hexdigest()
    assert view.value("file", "source") == view.value("text", "source") == Asset("asset", digest)
    assert view.value("folder", "source") == Asset("archive", None)
    assert str(tmp_path) not in repr(view.node("folder"))
