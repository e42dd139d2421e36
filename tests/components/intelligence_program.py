"""The program that test_intelligence_engine.py deploys: what acts or judges by itself."""

import pulumi
import pulumi_aws
from pulumi_aws import cloudwatch, ec2, ecr, ecs, kms, s3, sns

from components.identity.roles import Scope
from components.intelligence import (
    DevOpsGuru,
    DevOpsGuruArgs,
    HealedService,
    RiskEndpoint,
    RiskEndpointArgs,
    SelfHealing,
    SelfHealingArgs,
)
from contracts.settings.intelligence import (
    DevOpsGuruSettings,
    Remedy,
    RiskScoringSettings,
    SelfHealingSettings,
)

ACCOUNT, REGION = "111122223333", "us-east-1"
provider = pulumi_aws.Provider("aws", region=REGION)
mine = pulumi.ResourceOptions(provider=provider)
options = pulumi.ResourceOptions(providers=[provider])
scope = Scope("test", REGION, ACCOUNT)

key = kms.Key("key", enable_key_rotation=True, opts=mine)
topic = sns.Topic("alarms", kms_master_key_id=key.arn, opts=mine)
bucket = s3.Bucket("telemetry", force_destroy=True, opts=mine)
repository = ecr.Repository("change-risk", opts=mine)
vpc = ec2.Vpc("vpc", cidr_block="10.9.0.0/16", opts=mine)
subnet = ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24", availability_zone=f"{REGION}a", opts=mine)
log = cloudwatch.LogGroup("postgresql", opts=mine)
cluster = ecs.Cluster("cluster", name="atoll-test", opts=mine)
service = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/atoll-test/user"

DevOpsGuru(
    "test",
    args=DevOpsGuruArgs(
        environment="test", settings=DevOpsGuruSettings(least_severity="HIGH"), topic_arn=topic.arn, key_arn=key.arn
    ),
    opts=options,
)
RiskEndpoint(
    "test",
    args=RiskEndpointArgs(
        scope=scope,
        settings=RiskScoringSettings(
            image="0.1.0", model_key="models/change-risk.tar.gz", instance_type="ml.t2.medium", capture_percent=100
        ),
        model_key="models/change-risk.tar.gz",
        image=pulumi.Output.concat(repository.repository_url, ":0.1.0"),
        repository_arn=repository.arn,
        bucket=bucket.bucket,
        bucket_arn=bucket.arn,
        bucket_key_arn=key.arn,
        vpc_id=vpc.id,
        vpc_cidr="10.9.0.0/16",
        subnet_ids=[subnet.id],
    ),
    opts=options,
)
healing = SelfHealing(
    "test",
    args=SelfHealingArgs(
        scope=scope,
        settings=SelfHealingSettings(
            remedies=tuple(Remedy), cool_down_minutes=30, failed_logins=50, log_retention_days=30
        ),
        cluster_name=cluster.name,
        cluster_arn=cluster.arn,
        services={
            "user": HealedService(
                name="user",
                arn=service,
                maximum=5,
                unhealthy_alarm="atoll-test-alb-user-UnhealthyHosts",
                cpu_alarm="atoll-test-ecs-user-HighCPUUtilization",
            )
        },
        database="atoll-test",
        database_arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:db:atoll-test",
        database_is_cluster=False,
        database_log_group=log.name,
        topic_arn=topic.arn,
        messaging_key_arn=key.arn,
        logs_key_arn=key.arn,
    ),
    opts=options,
)
pulumi.export("state_machine", healing.state_machine_arn)
