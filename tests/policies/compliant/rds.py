"""Databases as they should be."""

from __future__ import annotations

from typing import Any

from pulumi_aws import rds

KEY = "arn:aws:kms:us-east-1:111122223333:key/database"
MONITORED: Any = {
    "monitoring_interval": 60,
    "monitoring_role_arn": "arn:aws:iam::111122223333:role/monitoring",
    "auto_minor_version_upgrade": True,
}
KEPT: Any = {
    "storage_encrypted": True,
    "kms_key_id": KEY,
    "deletion_protection": True,
    "backup_retention_period": 35,
    "iam_database_authentication_enabled": True,
    "enabled_cloudwatch_logs_exports": ["postgresql"],
    "copy_tags_to_snapshot": True,
    "manage_master_user_password": True,
}


def program() -> None:
    """An instance, and a global database of Aurora whose peer is another stack's."""
    parameters = rds.ParameterGroup(
        "parameters", family="postgres17", parameters=[{"name": "rds.force_ssl", "value": "1"}]
    )
    rds.Instance(
        "instance",
        engine="postgres",
        engine_version="17.6",
        instance_class="db.t3.micro",
        username="dbadmin",
        multi_az=True,
        parameter_group_name=parameters.name,
        **KEPT,
        **MONITORED,
    )
    cluster_parameters = rds.ClusterParameterGroup(
        "cluster-parameters", family="aurora-postgresql17", parameters=[{"name": "rds.force_ssl", "value": "1"}]
    )
    whole = rds.GlobalCluster(
        "global", global_cluster_identifier="atoll", storage_encrypted=True, deletion_protection=True
    )
    cluster = rds.Cluster(
        "cluster",
        engine="aurora-postgresql",
        engine_version="17.6",
        master_username="dbadmin",
        global_cluster_identifier=whole.id,
        db_cluster_parameter_group_name=cluster_parameters.name,
        **KEPT,
    )
    peer = rds.Cluster(
        "peer-cluster",
        region="us-west-2",
        engine="aurora-postgresql",
        engine_version="17.6",
        global_cluster_identifier="atoll",
        **{key: value for key, value in KEPT.items() if key != "manage_master_user_password"},
    )
    for owner, zones in ((cluster, ("us-east-1a", "us-east-1b")), (peer, ("us-west-2a", "us-west-2b"))):
        for zone in zones:
            rds.ClusterInstance(
                f"member-{zone}",
                cluster_identifier=owner.id,
                engine=rds.EngineType.AURORA_POSTGRESQL,
                instance_class="db.r6g.large",
                availability_zone=zone,
                publicly_accessible=False,
                **MONITORED,
            )
    rds.EventSubscription("database-events", sns_topic="arn:aws:sns:us-east-1:111122223333:alarms")
    rds.Snapshot("snapshot", db_instance_identifier="instance", db_snapshot_identifier="snapshot")
    rds.ClusterSnapshot("cluster-snapshot", db_cluster_identifier="cluster", db_cluster_snapshot_identifier="snapshot")
    rds.SnapshotCopy(
        "snapshot-copy", source_db_snapshot_identifier="snapshot", target_db_snapshot_identifier="snapshot-copy"
    )
