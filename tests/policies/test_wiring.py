"""What controls see of resources that refer to each other in less usual ways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_aws import backup, dynamodb, ec2, kms, s3
from pulumi_aws import vpc as rules

from policies.catalogue import controls
from policies.control import AnyControl
from policies.run import run
from policies.verdicts import Fail, NotApplicable, Pass, Undecided, Verdict
from tests.kit.recording import record_program


def _verdicts(control_id: str, build: Callable[[], Any]) -> dict[str, Verdict]:
    """Resource → what a control says of it."""
    control: AnyControl = controls()[control_id]
    done = run(record_program(build).graph, [control], layer="region")
    assert done.broken == ()
    return {result.name: result.verdict for result in done.results}


def test_default_group_is_open_when_a_rule_names_it_by_its_vpc() -> None:
    def program() -> None:
        network = ec2.Vpc("network", cidr_block="10.0.0.0/16")
        ec2.DefaultSecurityGroup("default", vpc_id=network.id)
        rules.SecurityGroupEgressRule(
            "out", security_group_id=network.default_security_group_id, ip_protocol="-1", cidr_ipv4="0.0.0.0/0"
        )

    found = _verdicts("ec2-default-security-group-closed", program)
    assert found == {"network": Fail("out adds a rule to its default security group")}


def test_group_is_open_when_pieces_of_the_internet_are_rules_of_their_own() -> None:
    def program() -> None:
        group = ec2.SecurityGroup("group")
        for number in (3, 4, 5):
            ec2.SecurityGroupRule(
                f"rule-{number}",
                type="ingress",
                security_group_id=group.id,
                protocol="tcp",
                from_port=22,
                to_port=22,
                cidr_blocks=[f"{number}.0.0.0/8"],
            )

    found = _verdicts("ec2-ssh-closed-to-internet", program)
    assert found["group"] == Fail("its rules together open port 22 to the internet")
    assert {found[f"rule-{number}"] for number in (3, 4, 5)} == {Pass()}


def test_rule_is_decided_when_only_the_length_of_its_address_is_known() -> None:
    def program() -> None:
        address = ec2.Eip("address")
        group = ec2.SecurityGroup("group")
        for length, cidr in ((32, pulumi.Output.concat(address.public_ip, "/32")), (1, address.public_ip.apply(str))):
            rules.SecurityGroupIngressRule(
                f"from-{length}",
                security_group_id=group.id,
                cidr_ipv4=cidr,
                ip_protocol="tcp",
                from_port=22,
                to_port=22,
            )

    found = _verdicts("ec2-ssh-closed-to-internet", program)
    assert found["from-32"] == Pass()
    assert isinstance(found["from-1"], Undecided)


@pytest.mark.parametrize(
    ("selected", "verdict"),
    [
        (None, Pass()),
        ("*", Pass()),
        ("arn:aws:dynamodb:*:*:table/*", Pass()),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/orders", Pass()),
        ("arn:aws:rds:*", Fail("selection does not select it")),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/other", Fail("selection does not select it")),
    ],
)
def test_table_is_backed_up_when_its_arn_is_selected(selected: str | None, verdict: Verdict) -> None:
    def program() -> None:
        table = dynamodb.Table("table", name="orders", attributes=[{"name": "id", "type": "S"}], hash_key="id")
        backup.Selection(
            "selection", plan_id="plan", iam_role_arn="role", resources=[table.arn if selected is None else selected]
        )

    assert _verdicts("dynamodb-in-backup-plan", program) == {"table": verdict}


def test_bucket_is_undecided_when_nobody_knows_where_logs_go() -> None:
    def program() -> None:
        bucket = s3.Bucket("bucket")
        s3.BucketLogging("logging", bucket="other", target_bucket=bucket.tags.apply(str), target_prefix="")

    verdict = _verdicts("s3-bucket-replicated", program)["bucket"]
    assert isinstance(verdict, Undecided)


def test_key_has_its_replica_elsewhere_when_the_profile_says_so() -> None:
    recorded = record_program(lambda: kms.Key("key", multi_region=True)).graph
    control = controls()["kms-multi-region-key-replicated"]
    settings = control.settings.model_validate({"elsewhere": "prod-west"}) if control.settings else None
    done = run(recorded, [control], layer="region", settings={control.id: settings})
    assert [r.verdict for r in done.results] == [NotApplicable("its replica belongs to the stack prod-west")]


def test_resource_wins_when_the_bucket_still_shows_an_older_setting_of_its_own() -> None:
    def program() -> None:
        bucket = s3.Bucket("bucket", versioning={"enabled": False})
        s3.BucketVersioning("versioning", bucket=bucket.id, versioning_configuration={"status": "Enabled"})

    assert _verdicts("s3-bucket-versioned", program) == {"bucket": Pass()}


@pytest.mark.parametrize(
    ("regions", "verdict"),
    [(0, Pass()), (1, Fail("none of its rules copies to another region"))],
)
def test_plan_copies_elsewhere_when_the_environment_has_another_region(regions: int, verdict: Verdict) -> None:
    def program() -> None:
        rule: Any = {"rule_name": "daily", "target_vault_name": "vault", "lifecycle": {"delete_after": 35}}
        backup.Plan("plan", rules=[rule])

    assert _with_regions("backup-plan-copies-to-another-region", regions, program) == verdict


@pytest.mark.parametrize(
    ("regions", "verdict"),
    [(0, NotApplicable("the environment has one region")), (1, Fail("it has no replication"))],
)
def test_bucket_replicates_when_the_environment_has_another_region(regions: int, verdict: Verdict) -> None:
    assert _with_regions("s3-bucket-replicated", regions, lambda: s3.Bucket("bucket")) == verdict


def _with_regions(identifier: str, regions: int, program: Callable[[], Any]) -> Verdict:
    """The only verdict of a control under a profile for so many other regions."""
    control = controls()[identifier]
    settings = control.settings.model_validate({"regions": regions}) if control.settings else None
    (result,) = run(record_program(program).graph, [control], layer="region", settings={identifier: settings}).results
    return result.verdict
