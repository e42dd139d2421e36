"""An item of what another stack exports is known by its path, in values and in text."""

from __future__ import annotations

import pulumi
from pulumi_aws import s3, sns

from graph.values import UNKNOWN, Reference, Unknown
from tests.kit.recording import record_program

REGION = "urn:pulumi:test::atoll::pulumi:pulumi:StackReference::organization/atoll/dev"


def test_item_of_a_stacks_outputs_is_referred_to_by_its_path_when_nothing_is_known_yet() -> None:
    def program() -> None:
        outputs = pulumi.StackReference("organization/atoll/dev").outputs
        keys = outputs["key_arns"]
        sns.Topic("topic", kms_master_key_id=keys["messaging"])
        s3.BucketPolicy("policy", bucket="b", policy=pulumi.Output.json_dumps({"Key": keys["storage"], "Zone": "a"}))

    unknown = {"key_arns": {"messaging": UNKNOWN, "storage": UNKNOWN}}
    graph = record_program(program, stack_outputs={"dev": unknown}).graph
    topic, policy = graph.named("topic"), graph.named("policy")
    assert topic.inputs["kmsMasterKeyId"] == Unknown((Reference(REGION, "outputs.key_arns.messaging"),))
    assert policy.inputs["policy"] == Unknown(
        ('{"Key": "', Reference(REGION, "outputs.key_arns.storage"), '", "Zone": "a"}')
    )


def test_item_is_its_value_when_it_is_known() -> None:
    def program() -> None:
        outputs = pulumi.StackReference("organization/atoll/dev").outputs
        sns.Topic("topic", kms_master_key_id=outputs["key_arns"]["messaging"])

    graph = record_program(program, stack_outputs={"dev": {"key_arns": {"messaging": "arn:aws:kms:key"}}}).graph
    assert graph.named("topic").inputs["kmsMasterKeyId"] == "arn:aws:kms:key"
