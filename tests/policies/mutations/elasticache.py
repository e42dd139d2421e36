"""What must turn the controls of ElastiCache red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

REST = "elasticache-encrypted-at-rest"
TRANSIT = "elasticache-encrypted-in-transit"
OVER = "elasticache-fails-over"
WHO = "elasticache-authenticated"
PRIVATE = "elasticache-in-private-subnets"
INWARD = "cache-subnet is public: a route of it leads to an internet gateway"

MUTATIONS = (
    Mutation(
        control=REST,
        resource="cache",
        change={"atRestEncryptionEnabled": DELETE},
        says="atRestEncryptionEnabled is false, it must be true",
    ),
    Mutation(
        control=REST,
        resource="cache",
        change={"globalReplicationGroupId": "global"},
        says="it is as the primary group of its global datastore",
        not_applicable=True,
    ),
    Mutation(control=REST, resource="cache", unknown=("atRestEncryptionEnabled",)),
    Mutation(
        control=TRANSIT,
        resource="cache",
        change={"transitEncryptionEnabled": DELETE},
        says="transitEncryptionEnabled is false, it must be true",
    ),
    Mutation(
        control=TRANSIT,
        resource="cache",
        change={"transitEncryptionMode": "preferred"},
        says='transitEncryptionMode is "preferred", it must be "required"',
    ),
    Mutation(
        control=TRANSIT,
        resource="cache",
        change={"globalReplicationGroupId": "global"},
        says="it is as the primary group of its global datastore",
        not_applicable=True,
    ),
    Mutation(control=TRANSIT, resource="cache", unknown=("transitEncryptionMode",)),
    Mutation(
        control=OVER,
        resource="cache",
        change={"automaticFailoverEnabled": DELETE},
        says="automaticFailoverEnabled is false, it must be true",
    ),
    Mutation(
        control=OVER,
        resource="cache",
        change={"multiAzEnabled": "false"},
        says='multiAzEnabled is "false", it must be true',
    ),
    Mutation(control=OVER, resource="cache", unknown=("multiAzEnabled",)),
    Mutation(
        control=WHO,
        resource="cache",
        change={"userGroupIds": []},
        says="neither authToken nor userGroupIds is set",
    ),
    Mutation(control=WHO, resource="cache", unknown=("userGroupIds",)),
    Mutation(
        control="elasticache-snapshots-kept",
        resource="cache",
        change={"snapshotRetentionLimit": DELETE},
        says="snapshotRetentionLimit is 0, it must be at least 15 days",
    ),
    Mutation(control="elasticache-snapshots-kept", resource="cache", unknown=("snapshotRetentionLimit",)),
    Mutation(
        control="elasticache-minor-upgrades-automatic",
        resource="cache",
        change={"autoMinorVersionUpgrade": "false"},
        says='autoMinorVersionUpgrade is "false", it must be true',
    ),
    Mutation(control="elasticache-minor-upgrades-automatic", resource="cache", unknown=("autoMinorVersionUpgrade",)),
    Mutation(
        control=PRIVATE,
        resource="cache",
        change={"subnetGroupName": DELETE},
        says="it is in the default subnet group, which has the default VPC's public subnets",
    ),
    Mutation(
        control=PRIVATE,
        resource="cache",
        of="cache-subnet",
        change={"mapPublicIpOnLaunch": True},
        says="cache-subnet gives public addresses",
        also=("ec2-subnet-without-public-addresses",),
    ),
    Mutation(control=PRIVATE, resource="cache", of="cache-route", change={"gatewayId": "igw-1"}, says=INWARD),
    Mutation(
        control=PRIVATE,
        resource="cache",
        of="cache-routes",
        change={"routes": [{"ipv6CidrBlock": "::/0", "gatewayId": "igw-1"}]},
        says=INWARD,
    ),
    Mutation(control=PRIVATE, resource="cache", change={"subnetGroupName": "of-another-stack"}, undecided=True),
    Mutation(control=PRIVATE, resource="cache", unknown=("subnetGroupName",)),
    Mutation(control=PRIVATE, resource="cache", of="cache-subnets", unknown=("subnetIds",)),
)
