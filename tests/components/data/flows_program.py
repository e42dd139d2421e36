"""The program that test_flows_engine.py deploys: warehouse, replication, log archive and rotation, all on.

The search domain is not here: the provider first asks about a new one after ten minutes.
"""

import pulumi
import pulumi_aws
from pulumi_aws import cloudwatch, ec2, kms, s3, sns

from components.data import DatabaseEnd, LakeEnd, ReplicatedFlow, Replication, ReplicationArgs, Warehouse, WarehouseArgs
from components.functions import FunctionKeys
from components.identity.roles import Scope
from components.observability.log_archive import LogArchive, LogArchiveArgs, archive_bucket_name
from components.security import (
    DatabaseLogin,
    DatabaseLoginArgs,
    Rotation,
    RotatorNetwork,
    SecretRotator,
    SecretRotatorArgs,
)
from components.storage import Bucket, BucketArgs, policies
from contracts.settings.data import BucketSettings
from contracts.settings.flows import ReplicationSettings
from contracts.settings.logs import LogArchiveSettings
from contracts.settings.security import ProtectionSettings, SecretSettings
from contracts.settings.warehouse import PauseSettings, ProvisionedSettings, ServerlessSettings, WarehouseSettings

ACCOUNT, REGION = "111122223333", "us-east-1"
LOOSE = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
SECRETS = SecretSettings(rotation_days=30, recovery_window_days=0, rotated=True)
provider = pulumi_aws.Provider("aws", region=REGION)
mine = pulumi.ResourceOptions(provider=provider)
options = pulumi.ResourceOptions(providers=[provider])
scope = Scope(environment="test", region=REGION, account_id=ACCOUNT)
other = Scope(environment="other", region=REGION, account_id=ACCOUNT)

vpc = ec2.Vpc("vpc", cidr_block="10.90.0.0/16", opts=mine)
subnets = {
    f"{REGION}{zone}": ec2.Subnet(
        zone, vpc_id=vpc.id, cidr_block=f"10.90.{number}.0/24", availability_zone=f"{REGION}{zone}", opts=mine
    ).id
    for number, zone in enumerate("abc")
}
group = ec2.SecurityGroup("database", vpc_id=vpc.id, description="Database", opts=mine).id
key = kms.Key("key", description="Everything of this test", opts=mine).arn
topic = sns.Topic("topic", opts=mine).arn
lake = s3.Bucket("lake", bucket="lake-test", force_destroy=True, opts=mine)
accesses = Bucket(
    "accesses",
    args=BucketArgs(
        settings=BucketSettings(
            versioning=True,
            intelligent_tiering=False,
            glacier_ir_after_days=None,
            expire_after_days=30,
            noncurrent_expire_after_days=7,
            event_notifications=False,
        ),
        protection=LOOSE,
        bucket="accesses-test",
        key_arn=None,
        statements=[
            policies.allow_server_access_logs("accesses-test", sources=[archive_bucket_name(scope)], account_id=ACCOUNT)
        ],
    ),
    opts=options,
)
log = cloudwatch.LogGroup("log", retention_in_days=7, opts=mine).name
keys = FunctionKeys(logs=key, variables=key, messaging=key)

for where, provisioned, serverless in (
    (
        scope,
        ProvisionedSettings(
            node_type="ra3.large",
            nodes=2,
            multi_az=False,
            pause=PauseSettings(pause="cron(0 20 ? * MON-FRI *)", resume="cron(0 6 ? * MON-FRI *)"),
        ),
        None,
    ),
    (other, None, ServerlessSettings(base_capacity=8, monthly_hours=320)),
):
    warehouse = Warehouse(
        where.environment,
        args=WarehouseArgs(
            settings=WarehouseSettings(
                provisioned=provisioned,
                serverless=serverless,
                database_name="analytics",
                username="dwadmin",
                snapshot_retention_days=7,
                maintenance_window="sun:07:00-sun:08:00",
                log_retention_days=14,
            ),
            protection=LOOSE,
            scope=where,
            vpc_id=vpc.id,
            subnet_ids=subnets,
            client_group_ids={"tasks": group},
            storage_key_arn=key,
            secrets_key_arn=key,
            logs_key_arn=key,
            lake_bucket="lake-test",
            lake_key_arn=key,
        ),
        opts=options,
    )
    pulumi.export(f"warehouse-{where.environment}", warehouse.exports())

login = DatabaseLogin(
    "test-login",
    args=DatabaseLoginArgs(
        environment="test",
        login="dms_source",
        roles=["rds_replication"],
        host="database.example.internal",
        port=5432,
        database="platform_db",
        master_secret_arn=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:rds!db-1",
        key_arn=key,
        settings=SECRETS,
    ),
    opts=options,
)
rotator = SecretRotator(
    "test-rotate-logins",
    args=SecretRotatorArgs(
        rotation=Rotation.DATABASE_LOGIN,
        scope=scope,
        keys=keys,
        network=RotatorNetwork(
            vpc_id=vpc.id, subnet_ids=list(subnets.values()), door_group_id=group, port=5432, aws_cidr="0.0.0.0/0"
        ),
        settings=SECRETS,
        secrets={"source": login.arn},
        secrets_key_arn=key,
        at_once=True,
    ),
    opts=options,
)
end = DatabaseEnd(
    host="database.example.internal",
    port=5432,
    database="platform_db",
    secret_arn=login.arn,
    secret_key_arn=key,
    group_id=group,
)
outside = DatabaseEnd(
    host="elsewhere.example.internal",
    port=5432,
    database="platform_db",
    secret_arn=login.arn,
    secret_key_arn=key,
    cidr="10.91.0.0/16",
)
Replication(
    "test",
    args=ReplicationArgs(
        settings=ReplicationSettings(
            instance_class="dms.t3.small",
            engine_version="3.6.1",
            storage_gib=20,
            multi_az=True,
            maintenance_window="sun:08:00-sun:09:00",
            log_retention_days=14,
            account_roles=True,
        ),
        scope=scope,
        vpc_id=vpc.id,
        subnet_ids=subnets,
        databases={"own": end, "elsewhere": outside},
        lake=LakeEnd(bucket=lake.bucket, bucket_arn=lake.arn, key_arn=key),
        flows={
            "lake": ReplicatedFlow(source="own", target=None, tables=["public.%"]),
            "copy": ReplicatedFlow(source="own", target="elsewhere", tables=["public.orders"]),
        },
        key_arn=key,
        logs_key_arn=key,
        topic_arn=topic,
    ),
    opts=pulumi.ResourceOptions(providers=[provider], depends_on=[rotator]),
)
LogArchive(
    "test",
    args=LogArchiveArgs(
        settings=LogArchiveSettings(
            groups=("functions",), buffer_mib=16, buffer_seconds=300, glacier_after_days=30, expire_after_days=365
        ),
        protection=LOOSE,
        scope=scope,
        storage_key_arn=key,
        logs_key_arn=key,
        log_retention_days=14,
        access_log_bucket=accesses.policed_name,
        log_groups={"functions": log},
    ),
    opts=options,
)
