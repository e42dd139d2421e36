"""What only a deployment proves: what AWS adds to groups by itself is gone, and what is drawn stays (NET-4, SEC-3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.kit.project import Project

if TYPE_CHECKING:
    from embedded.session import Session

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi
import pulumi_aws
from pulumi_aws.ec2.vpc import Vpc

from components.network import SecurityGroups, SecurityGroupsArgs
from components.security import ManagedSecret, ManagedSecretArgs
from contracts.settings.security import SecretSettings

options = pulumi.ResourceOptions(providers=[pulumi_aws.Provider("aws", region="us-east-1")])
vpc = Vpc("test-vpc", cidr_block="10.3.0.0/16", opts=pulumi.ResourceOptions(provider=options.providers[0]))
groups = SecurityGroups("test", args=SecurityGroupsArgs(environment="test", vpc_id=vpc.id), opts=options)
secret = ManagedSecret(
    "test-cache-auth",
    args=ManagedSecretArgs(
        environment="test",
        purpose="cache-auth",
        description="Opens the cache",
        key_arn="alias/aws/secretsmanager",
        settings=SecretSettings(rotation_days=30, recovery_window_days=0),
    ),
    opts=options,
)
pulumi.export("groups", {str(group): id for group, id in groups.ids.items()})
pulumi.export("secret", secret.arn)
"""


@pytest.fixture(scope="module")
def deployed(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with Project.write(session, tmp_path_factory.mktemp("foundation"), PROGRAM).standing() as project:
        yield project
        ec2 = project.client("ec2")  # a rule that is gone already, as after a lost answer, stops no destruction
        mine = [{"Name": "group-id", "Values": [project.outputs["groups"]["cache"]]}]
        [rule] = ec2.describe_security_group_rules(Filters=mine)["SecurityGroupRules"]
        ec2.revoke_security_group_ingress(GroupId=rule["GroupId"], SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])


def test_data_tier_has_no_egress_when_aws_gave_its_groups_one(deployed: Project) -> None:
    groups = deployed.outputs["groups"]
    described = deployed.client("ec2").describe_security_groups(GroupIds=list(groups.values()))["SecurityGroups"]
    egress = {group["GroupId"]: group["IpPermissionsEgress"] for group in described}
    assert egress[groups["database"]] == []
    assert egress[groups["cache"]] == []
    assert [(each["FromPort"], each["ToPort"]) for each in egress[groups["alb"]]] == [(8080, 8080)]
    assert len(egress[groups["ecs"]]) == 4


def test_secret_keeps_its_first_value_when_the_program_draws_another(deployed: Project) -> None:
    secrets = deployed.client("secretsmanager")
    first = secrets.get_secret_value(SecretId=deployed.outputs["secret"])["SecretString"]
    deployed.up("--expect-no-changes")
    assert secrets.get_secret_value(SecretId=deployed.outputs["secret"])["SecretString"] == first
    assert len(first) == 64


def test_value_is_encrypted_when_the_state_is_exported(deployed: Project) -> None:
    value = deployed.client("secretsmanager").get_secret_value(SecretId=deployed.outputs["secret"])["SecretString"]
    assert value not in deployed.pulumi("stack", "export")
