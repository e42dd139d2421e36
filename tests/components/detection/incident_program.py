"""The program that test_incident_engine.py deploys: incident response, as a region stack makes it."""

from pathlib import Path

import pulumi
import pulumi_aws
from pulumi_aws import ec2, sns

from components.detection import IncidentResponse, IncidentResponseArgs
from components.identity.roles import Scope
from components.security import Keys, KeysArgs
from contracts.settings.detection import IncidentSettings
from contracts.settings.security import KeySettings, ProtectionSettings

ACCOUNT, REGION = "111111111111", "us-east-1"
SCOPE = Scope(environment="test", region=REGION, account_id=ACCOUNT)
CODE = Path(pulumi.Config().require("code"))
provider = pulumi_aws.Provider("aws", region=REGION)
mine = pulumi.ResourceOptions(provider=provider)
options = pulumi.ResourceOptions(providers=[provider])

keys = Keys(
    "test",
    args=KeysArgs(
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        settings=KeySettings(
            purposes=("logs", "secrets", "messaging"),
            rotation_period_days=365,
            deletion_window_days=7,
            multi_region=False,
        ),
        protection=ProtectionSettings(
            protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True
        ),
    ),
    opts=options,
)
vpc = ec2.Vpc("vpc", cidr_block="10.9.0.0/16", enable_dns_hostnames=True, opts=mine)
subnet = ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24", availability_zone=f"{REGION}a", opts=mine)
own = ec2.SecurityGroup("own", vpc_id=vpc.id, description="What the workloads of this test are in", opts=mine)
topic = sns.Topic("findings", name="test-findings", opts=mine)
response = IncidentResponse(
    "test",
    args=IncidentResponseArgs(
        settings=IncidentSettings(contain_from_severity=7, approval_hours=1, log_retention_days=14),
        scope=SCOPE,
        code=CODE,
        topic_arn=topic.arn,
        logs_key_arn=keys.arns["logs"],
        secrets_key_arn=keys.arns["secrets"],
        messaging_key_arn=keys.arns["messaging"],
        vpc_id=vpc.id,
        subnet_ids=[subnet.id],
        investigators=[f"arn:aws:iam::{ACCOUNT}:role/AdminRole"],
    ),
    opts=options,
)
pulumi.export("machine_arn", response.machine_arn)
pulumi.export("topic_arn", topic.arn)
pulumi.export("subnet_id", subnet.id)
pulumi.export("group_id", own.id)
