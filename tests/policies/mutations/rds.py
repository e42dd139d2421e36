"""What must turn the controls of RDS red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

CLUSTER_KEY = "rds-cluster-storage-encrypted"
MEMBERS = "rds-cluster-has-two-members"
KEPT = "rds-backups-kept-long"
IAM = "rds-iam-login-enabled"
LOGS = "rds-logs-exported"
MONITORED = "rds-monitoring-enhanced"
MASTER = "rds-master-user-renamed"
TLS = "rds-tls-forced"
PASSWORD = "rds-master-password-managed"
GLOBAL = "rds-global-database-spans-regions"
EVENTS = "rds-events-notified"
SNAPSHOTS = "rds-snapshots-never-public"

MUTATIONS = (
    Mutation(
        control="rds-storage-encrypted",
        resource="instance",
        change={"storageEncrypted": "false"},
        says='storageEncrypted is "false", it must be true',
    ),
    Mutation(
        control="rds-storage-encrypted",
        resource="instance",
        change={"storageEncrypted": DELETE},
        says="storageEncrypted is false, it must be true",
    ),
    Mutation(control="rds-storage-encrypted", resource="instance", unknown=("storageEncrypted",)),
    Mutation(
        control=CLUSTER_KEY,
        resource="cluster",
        change={"storageEncrypted": DELETE},
        says="storageEncrypted is false, it must be true",
    ),
    Mutation(control=CLUSTER_KEY, resource="cluster", change={"kmsKeyId": DELETE}, says="kmsKeyId is not set"),
    Mutation(control=CLUSTER_KEY, resource="cluster", unknown=("kmsKeyId",)),
    *(
        Mutation(
            control="rds-instance-not-public",
            resource=resource,
            change={"publiclyAccessible": "true"},
            says='publiclyAccessible is "true", it must be false',
        )
        for resource in ("instance", "member-us-east-1a")
    ),
    Mutation(control="rds-instance-not-public", resource="instance", unknown=("publiclyAccessible",)),
    Mutation(
        control="rds-instance-has-standby",
        resource="instance",
        change={"multiAz": DELETE},
        says="multiAz is false, it must be true",
    ),
    Mutation(control="rds-instance-has-standby", resource="instance", unknown=("multiAz",)),
    Mutation(
        control=MEMBERS,
        resource="cluster",
        remove=("member-us-east-1b",),
        says="it has 1 members, it must have at least 2",
    ),
    Mutation(
        control=MEMBERS,
        resource="cluster",
        of="member-us-east-1b",
        change={"availabilityZone": "us-east-1a"},
        says="all its members are in us-east-1a",
    ),
    Mutation(
        control=MEMBERS,
        resource="cluster",
        change={"dbClusterInstanceClass": "db.r6gd.large"},
        says="a Multi-AZ cluster has its members by itself",
        not_applicable=True,
    ),
    Mutation(control=MEMBERS, resource="cluster", of="member-us-east-1b", unknown=("clusterIdentifier",)),
    Mutation(control=MEMBERS, resource="cluster", of="member-us-east-1b", unknown=("availabilityZone",)),
    *(
        Mutation(
            control=f"rds-{resource}-deletion-protected",
            resource=resource,
            change={"deletionProtection": DELETE},
            says="deletionProtection is false, it must be true",
        )
        for resource in ("instance", "cluster")
    ),
    *(
        Mutation(control=f"rds-{resource}-deletion-protected", resource=resource, unknown=("deletionProtection",))
        for resource in ("instance", "cluster")
    ),
    Mutation(
        control=KEPT,
        resource="instance",
        change={"backupRetentionPeriod": DELETE},
        says="backupRetentionPeriod is 0, it must be at least 35 days",
    ),
    Mutation(
        control=KEPT,
        resource="cluster",
        change={"backupRetentionPeriod": DELETE},
        says="backupRetentionPeriod is 1, it must be at least 35 days",
    ),
    Mutation(
        control=KEPT,
        resource="instance",
        change={"replicateSourceDb": "another"},
        says="it is a replica, and has those of its source",
        not_applicable=True,
    ),
    Mutation(control=KEPT, resource="instance", unknown=("backupRetentionPeriod",)),
    *(
        Mutation(
            control=IAM,
            resource=resource,
            change={"iamDatabaseAuthenticationEnabled": DELETE},
            says="iamDatabaseAuthenticationEnabled is false, it must be true",
        )
        for resource in ("instance", "cluster")
    ),
    Mutation(
        control=IAM,
        resource="instance",
        change={"engine": "sqlserver-se"},
        says="sqlserver-se has no login with IAM",
        not_applicable=True,
        also=(LOGS,),
    ),
    Mutation(control=IAM, resource="instance", unknown=("iamDatabaseAuthenticationEnabled",)),
    *(
        Mutation(
            control=LOGS,
            resource=resource,
            change={"enabledCloudwatchLogsExports": DELETE},
            says='enabledCloudwatchLogsExports is not set, it must contain "postgresql"',
        )
        for resource in ("instance", "cluster")
    ),
    Mutation(
        control=LOGS,
        resource="instance",
        change={"engine": "mysql"},
        says='enabledCloudwatchLogsExports is ["postgresql"], it must contain "audit", "error"',
        also=(TLS,),
    ),
    Mutation(control=LOGS, resource="instance", unknown=("enabledCloudwatchLogsExports",)),
    *(
        Mutation(
            control="rds-minor-upgrades-automatic",
            resource=resource,
            change={"autoMinorVersionUpgrade": False},
            says="autoMinorVersionUpgrade is false, it must be true",
        )
        for resource in ("instance", "member-us-east-1a")
    ),
    Mutation(control="rds-minor-upgrades-automatic", resource="instance", unknown=("autoMinorVersionUpgrade",)),
    *(
        Mutation(
            control="rds-snapshots-tagged",
            resource=resource,
            change={"copyTagsToSnapshot": DELETE},
            says="copyTagsToSnapshot is false, it must be true",
        )
        for resource in ("instance", "cluster")
    ),
    Mutation(control="rds-snapshots-tagged", resource="instance", unknown=("copyTagsToSnapshot",)),
    *(
        Mutation(
            control=MONITORED,
            resource=resource,
            change={"monitoringInterval": DELETE},
            says="monitoringInterval is 0, it must be at least 1 second",
        )
        for resource in ("instance", "member-us-east-1a")
    ),
    Mutation(
        control=MONITORED,
        resource="instance",
        change={"monitoringRoleArn": DELETE},
        says="monitoringRoleArn is not set",
    ),
    Mutation(control=MONITORED, resource="instance", unknown=("monitoringInterval",)),
    Mutation(
        control=MASTER,
        resource="cluster",
        change={"masterUsername": "Postgres"},
        says='masterUsername is "Postgres", it must be none that everybody guesses',
    ),
    Mutation(
        control=MASTER,
        resource="instance",
        change={"username": "root"},
        says='username is "root", it must be none that everybody guesses',
    ),
    Mutation(
        control=MASTER,
        resource="instance",
        change={"username": DELETE},
        says="it has the users of the database that it is made of",
        not_applicable=True,
    ),
    Mutation(control=MASTER, resource="instance", unknown=("username",)),
    Mutation(
        control=TLS,
        resource="instance",
        of="parameters",
        change={"parameters[0].value": "0"},
        says='rds.force_ssl of parameters is "0", it must be 1',
    ),
    Mutation(
        control=TLS,
        resource="cluster",
        of="cluster-parameters",
        change={"parameters[0].value": 0},
        says="rds.force_ssl of cluster-parameters is 0, it must be 1",
    ),
    Mutation(
        control=TLS,
        resource="instance",
        change={"parameterGroupName": DELETE, "engineVersion": "14.9"},
        says='rds.force_ssl is "0", it must be 1',
    ),
    Mutation(
        control=TLS,
        resource="instance",
        change={"parameterGroupName": "default.mysql8.4", "engine": "mysql"},
        says='require_secure_transport is "0", it must be 1',
        also=(LOGS,),
    ),
    Mutation(
        control=TLS,
        resource="instance",
        change={"engine": "oracle-ee"},
        says='"oracle-ee" has no parameter for it',
        not_applicable=True,
        also=(LOGS,),
    ),
    Mutation(control=TLS, resource="instance", change={"parameterGroupName": "of-another-stack"}, undecided=True),
    Mutation(control=TLS, resource="instance", unknown=("parameterGroupName",)),
    Mutation(control=TLS, resource="instance", of="parameters", unknown=("parameters",)),
    Mutation(
        control=PASSWORD,
        resource="instance",
        change={"manageMasterUserPassword": DELETE},
        says="manageMasterUserPassword is false, it must be true",
    ),
    Mutation(
        control=PASSWORD,
        resource="instance",
        change={"password": "hunter2"},
        says="password is set, RDS must make the password",
    ),
    Mutation(
        control=PASSWORD,
        resource="cluster",
        change={"masterPasswordWo": "hunter2"},
        says="masterPasswordWo is set, RDS must make the password",
    ),
    Mutation(
        control=PASSWORD,
        resource="instance",
        change={"replicateSourceDb": "another"},
        says="it is a replica, and has those of its source",
        not_applicable=True,
    ),
    Mutation(control=PASSWORD, resource="instance", unknown=("manageMasterUserPassword",)),
    Mutation(
        control=GLOBAL,
        resource="global",
        change={"storageEncrypted": DELETE},
        says="storageEncrypted is false, it must be true",
    ),
    Mutation(
        control=GLOBAL,
        resource="global",
        change={"deletionProtection": False},
        says="deletionProtection is false, it must be true",
    ),
    Mutation(
        control=GLOBAL,
        resource="global",
        remove=("peer-cluster",),
        says="clusters of 1 regions join it, there must be at least 2",
    ),
    Mutation(control=GLOBAL, resource="global", of="peer-cluster", unknown=("globalClusterIdentifier",)),
    Mutation(control=GLOBAL, resource="global", unknown=("deletionProtection",)),
    Mutation(
        control=EVENTS,
        resource="instance",
        remove=("database-events",),
        says="the stack subscribes to no events of databases",
    ),
    Mutation(
        control=EVENTS,
        resource="instance",
        of="database-events",
        change={"eventCategories": ["failure"]},
        says="no subscription tells of maintenance; no subscription tells of configuration change",
    ),
    Mutation(
        control=EVENTS,
        resource="cluster",
        of="database-events",
        change={"sourceType": "db-instance"},
        says="no subscription tells of failure; no subscription tells of maintenance",
    ),
    Mutation(
        control=EVENTS,
        resource="cluster",
        of="database-events",
        change={"enabled": False},
        says="no subscription tells of failure; no subscription tells of maintenance",
    ),
    Mutation(control=EVENTS, resource="instance", of="database-events", unknown=("eventCategories",)),
    *(
        Mutation(
            control=SNAPSHOTS,
            resource=resource,
            change={"sharedAccounts": ["444455556666", "All"]},
            says="sharedAccounts has all, which is every AWS account",
        )
        for resource in ("snapshot", "cluster-snapshot", "snapshot-copy")
    ),
    Mutation(control=SNAPSHOTS, resource="snapshot", unknown=("sharedAccounts",)),
)
