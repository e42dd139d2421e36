"""A region in a minute: what `RegionOutputs` promises and service stacks really touch, and nothing else.

The program runs as the stack of a project called `atoll`, so that service stacks read it by StackReference.
"""

import pulumi
from pulumi_aws import cloudwatch, ec2, ecs, rds, s3, secretsmanager, servicediscovery, sns
from pulumi_aws._inputs import ProviderAssumeRoleArgs
from pulumi_aws.provider import Provider

from components.security import Keys, KeysArgs
from contracts.settings.security import KeySettings, ProtectionSettings

ACCOUNT, REGION, ENVIRONMENT = "222222222222", "us-east-1", "dev"
provider = Provider(
    "aws",
    region=REGION,
    assume_roles=[ProviderAssumeRoleArgs(role_arn=f"arn:aws:iam::{ACCOUNT}:role/AtollDeploy", session_name="light")],
)
opts = pulumi.ResourceOptions(provider=provider)
keys = Keys(
    ENVIRONMENT,
    args=KeysArgs(
        environment=ENVIRONMENT,
        region=REGION,
        account_id=ACCOUNT,
        settings=KeySettings(
            purposes=("database", "storage", "secrets", "logs", "messaging"),
            rotation_period_days=365,
            deletion_window_days=7,
            multi_region=False,
        ),
        protection=ProtectionSettings(
            protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True
        ),
    ),
    opts=pulumi.ResourceOptions(providers=[provider]),
)
vpc = ec2.Vpc("vpc", cidr_block="10.3.0.0/16", opts=opts)
subnets = {
    f"{REGION}{zone}": ec2.Subnet(
        f"subnet-{zone}", vpc_id=vpc.id, cidr_block=f"10.3.{index}.0/24", availability_zone=f"{REGION}{zone}", opts=opts
    ).id
    for index, zone in enumerate("ab")
}
groups = {
    name: ec2.SecurityGroup(f"group-{name}", description=name, vpc_id=vpc.id, opts=opts).id
    for name in ("alb", "ecs", "database", "cache")
}
cluster = ecs.Cluster("cluster", opts=opts)
namespace = servicediscovery.PrivateDnsNamespace(
    "namespace", name=f"{ENVIRONMENT}.atoll.internal", vpc=vpc.id, opts=opts
)
log = cloudwatch.LogGroup("log", name=f"/aws/ecs/app-service-{ENVIRONMENT}", opts=opts)
database = rds.Instance(
    "database",
    engine="postgres",
    instance_class="db.t3.micro",
    allocated_storage=20,
    db_name="platform_db",
    username="dbadmin",
    manage_master_user_password=True,
    skip_final_snapshot=True,
    opts=opts,
)
token = secretsmanager.Secret("token", opts=opts)
topic = sns.Topic("alarms", opts=opts)
buckets = {
    role: s3.Bucket(f"bucket-{role}", bucket=f"app-{role}-{ENVIRONMENT}-{ACCOUNT}", force_destroy=True, opts=opts)
    for role in ("assets", "uploads", "backups", "logs")
}
alb = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
for name, value in {
    "environment": ENVIRONMENT,
    "region": REGION,
    "account_id": ACCOUNT,
    "vpc_id": vpc.id,
    "vpc_cidr": vpc.cidr_block,
    "subnet_ids": dict.fromkeys(("public", "private", "database"), subnets),
    "security_group_ids": groups,
    "load_balancer": {
        "arn": f"{alb}:loadbalancer/app/light/1",
        "dns_name": "light.example",
        "zone_id": "Z35SXDOTRQ7X7K",
        "listener_arn": f"{alb}:listener/app/light/1/2",
    },
    "cluster": {
        "arn": cluster.arn,
        "name": cluster.name,
        "namespace_id": namespace.id,
        "namespace_name": namespace.name,
        "log_group": log.name,
    },
    "database": {
        "arn": database.arn,
        "resource_id": database.resource_id,
        "endpoint": database.address,
        "port": database.port,
        "name": "platform_db",
        "secret_arn": database.master_user_secrets[0].secret_arn,
    },
    "cache": {"id": "light", "endpoint": "light.cache", "port": 6379, "secret_arn": token.arn},
    "tables": {},
    "buckets": {role: {"name": bucket.bucket, "arn": bucket.arn} for role, bucket in buckets.items()},
    "key_arns": keys.arns,
    "log_groups": {},
    "dashboards": {},
    "alarm_topic_arn": topic.arn,
}.items():
    pulumi.export(name, value)
