"""What must turn the controls of DynamoDB red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

PITR = "dynamodb-point-in-time-recovery"
KEY = "dynamodb-encrypted-with-customer-key"
SCALES = "dynamodb-capacity-scales"
PEER = "dynamodb-replicated-to-peer-region"

MUTATIONS = (
    Mutation(
        control=PITR,
        resource="table",
        change={"pointInTimeRecovery": DELETE},
        says="pointInTimeRecovery.enabled is false, it must be true",
    ),
    Mutation(
        control=PITR,
        resource="table",
        change={"replicas[0].pointInTimeRecovery": DELETE},
        says="replicas[0].pointInTimeRecovery is false, it must be true",
    ),
    Mutation(
        control=PITR,
        resource="table-replica",
        change={"pointInTimeRecovery": False},
        says="pointInTimeRecovery is false, it must be true",
    ),
    Mutation(control=PITR, resource="table", unknown=("pointInTimeRecovery",)),
    Mutation(control=PITR, resource="table", unknown=("replicas",), also=(KEY, PEER)),
    Mutation(
        control=KEY,
        resource="table",
        change={"serverSideEncryption.kmsKeyArn": DELETE},
        says="serverSideEncryption.kmsKeyArn is not set",
    ),
    Mutation(
        control=KEY,
        resource="table",
        change={"serverSideEncryption.enabled": False},
        says="serverSideEncryption.enabled is false, it must be true",
    ),
    Mutation(
        control=KEY,
        resource="table",
        change={"replicas[0].kmsKeyArn": DELETE},
        says="replicas[0].kmsKeyArn is not set",
    ),
    Mutation(control=KEY, resource="table-replica", change={"kmsKeyArn": DELETE}, says="kmsKeyArn is not set"),
    Mutation(control=KEY, resource="table", unknown=("serverSideEncryption",)),
    Mutation(
        control="dynamodb-deletion-protected",
        resource="table",
        change={"deletionProtectionEnabled": DELETE},
        says="deletionProtectionEnabled is false, it must be true",
    ),
    Mutation(
        control="dynamodb-deletion-protected",
        resource="table-replica",
        change={"deletionProtectionEnabled": "false"},
        says='deletionProtectionEnabled is "false", it must be true',
    ),
    Mutation(control="dynamodb-deletion-protected", resource="table", unknown=("deletionProtectionEnabled",)),
    Mutation(
        control=SCALES,
        resource="table",
        change={"billingMode": DELETE},
        says="nothing scales its ReadCapacityUnits; nothing scales its WriteCapacityUnits",
    ),
    Mutation(
        control=SCALES,
        resource="scaled-table",
        remove=("scaled-table-write",),
        says="nothing scales its WriteCapacityUnits",
    ),
    Mutation(
        control=SCALES,
        resource="scaled-table",
        of="scaled-table-read",
        change={"resourceId": "table/another"},
        says="nothing scales its ReadCapacityUnits",
    ),
    Mutation(control=SCALES, resource="table", unknown=("billingMode",)),
    Mutation(control=SCALES, resource="scaled-table", of="scaled-table-read", unknown=("resourceId",)),
    Mutation(control=SCALES, resource="scaled-table", of="scaled-table-read", unknown=("scalableDimension",)),
    Mutation(
        control=PEER,
        resource="table",
        change={"replicas": DELETE},
        says="it has 0 replicas, it must have at least 1",
    ),
    Mutation(
        control=PEER,
        resource="scaled-table",
        remove=("table-replica",),
        says="it has 0 replicas, it must have at least 1",
    ),
    Mutation(control=PEER, resource="table", unknown=("replicas",), also=(KEY, PITR)),
    Mutation(control=PEER, resource="scaled-table", of="table-replica", unknown=("globalTableArn",)),
)
