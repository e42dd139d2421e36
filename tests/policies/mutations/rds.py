"""What must turn the controls of RDS red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

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
)
