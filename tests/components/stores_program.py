"""The program that test_stores_engine.py deploys: every store of a region with everything switched on."""

import pulumi
from pulumi_aws import ec2, iam, kms, s3, sns

from components.backup import (
    BackupPlan,
    BackupPlanArgs,
    BackupReports,
    BackupReportsArgs,
    BackupVault,
    BackupVaultArgs,
    Restorable,
    RestoreTests,
    RestoreTestsArgs,
)
from components.data import (
    AuroraCluster,
    DatabaseEvents,
    DatabaseEventsArgs,
    DaxCluster,
    DaxClusterArgs,
    EventSource,
    RedisCache,
    Table,
)
from components.storage import Bucket, FileSystem, FileSystemArgs, VolumeSnapshots, VolumeSnapshotsArgs
from components.storage.bucket import BucketArgs
from contracts.settings.data import BucketSettings
from tests.components.backup.samples import backup_settings
from tests.components.data.samples import (
    LOOSE,
    aurora_args,
    aurora_settings,
    cache_args,
    cache_settings,
    dax_settings,
    indexed_table,
    table_args,
)
from tests.components.storage.samples import file_settings, volume_settings
from tests.kit import ACCOUNT, REGION

vpc = ec2.Vpc("net", cidr_block="10.9.0.0/16")
subnets: dict[str, pulumi.Input[str]] = {
    f"{REGION}{zone}": ec2.Subnet(
        f"net-{zone}", vpc_id=vpc.id, cidr_block=f"10.9.{index}.0/24", availability_zone=f"{REGION}{zone}"
    ).id
    for index, zone in enumerate("abc")
}
zones = tuple(subnets)
clients = ec2.SecurityGroup("clients", vpc_id=vpc.id)
key = kms.Key("key", description="Everything")
topic = sns.Topic("topic", name="atoll-test-alarms")
role = iam.Role(
    "role",
    assume_role_policy=pulumi.Output.json_dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRole",
                    "Principal": {"Service": ["backup.amazonaws.com", "monitoring.rds.amazonaws.com"]},
                }
            ],
        }
    ),
)
keys = {"storage_key_arn": key.arn, "logs_key_arn": key.arn}

cluster = AuroraCluster(
    "test",
    args=aurora_args(
        aurora_settings(),
        subnet_ids=subnets,
        workload_zones=zones,
        security_group_ids=[clients.id],
        secrets_key_arn=key.arn,
        monitoring_role_arn=role.arn,
        **keys,
    ),
)
DatabaseEvents(
    "test",
    args=DatabaseEventsArgs(
        environment="test",
        topic_arn=topic.arn,
        sources={EventSource.CLUSTER: [cluster.watched_identifier], EventSource.INSTANCE: cluster.watched_instances},
    ),
)
RedisCache(
    "test",
    args=cache_args(
        cache_settings(shards=2, replicas_per_shard=1, eviction="allkeys-lru", snapshot_retention_days=7),
        subnet_ids=subnets,
        workload_zones=zones,
        security_group_ids=[clients.id],
        auth_token=pulumi.Output.secret("a-token-of-sixteen-or-more"),
        **keys,
    ),
)
table = Table("test", args=table_args(indexed_table(), key_arn=key.arn))
DaxCluster(
    "test",
    args=DaxClusterArgs(
        settings=dax_settings(),
        environment="test",
        region=REGION,
        account_id=ACCOUNT,
        vpc_id=vpc.id,
        subnet_ids=subnets,
        workload_zones=zones,
        client_groups={"tasks": clients.id},
        table_arns=[table.arn],
        table_key_arn=key.arn,
    ),
)
files = FileSystem(
    "test",
    args=FileSystemArgs(
        settings=file_settings(),
        protection=LOOSE,
        environment="test",
        account_id=ACCOUNT,
        vpc_id=vpc.id,
        subnet_ids=subnets,
        workload_zones=zones,
        client_groups={"tasks": clients.id},
        key_arn=key.arn,
    ),
)
VolumeSnapshots(
    "test",
    args=VolumeSnapshotsArgs(
        settings=volume_settings(), environment="test", region=REGION, account_id=ACCOUNT, key_arn=key.arn
    ),
)
reports = s3.Bucket("reports")
Bucket(
    "test-bucket-locked",
    args=BucketArgs(
        settings=BucketSettings(
            versioning=True,
            intelligent_tiering=False,
            glacier_ir_after_days=None,
            expire_after_days=None,
            noncurrent_expire_after_days=35,
            event_notifications=True,
            locked_days=35,
        ),
        protection=LOOSE,
        bucket="atoll-test-locked",
        key_arn=key.arn,
    ),
)
vault = BackupVault(
    "test",
    args=BackupVaultArgs(
        settings=backup_settings(),
        protection=LOOSE,
        environment="test",
        account_id=ACCOUNT,
        region=REGION,
        key_arn=key.arn,
        topic_arn=topic.arn,
    ),
)
BackupPlan(
    "test",
    args=BackupPlanArgs(
        settings=backup_settings(),
        environment="test",
        vault_name=vault.locked_name,
        role_arn=role.arn,
        resource_arns={"database": cluster.arn, "table": table.arn, "files": files.arn},
    ),
)
tests = backup_settings().restore_tests
assert tests is not None
RestoreTests(
    "test",
    args=RestoreTestsArgs(
        settings=tests,
        environment="test",
        vault_arn=vault.arn,
        role_arn=role.arn,
        metadata={
            Restorable.AURORA: {"dbSubnetGroupName": cluster.subnet_group_name},
            Restorable.TABLE: {},
            Restorable.FILES: {},
        },
    ),
)
BackupReports("test", args=BackupReportsArgs(environment="test", bucket_name=reports.bucket))

pulumi.export("reader_address", cluster.reader_address)
pulumi.export("resource_id", cluster.resource_id)
