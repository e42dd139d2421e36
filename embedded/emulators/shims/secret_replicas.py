"""Let replicas of a secret tell the key that they were given."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from moto.secretsmanager.models import FakeSecret, ReplicaSecret

REASON = "moto forgets the key of a replica, which the Terraform provider then wants to give it with every update."


def apply() -> None:
    """Keep what each replica was asked for."""
    create = FakeSecret.create_replicas

    def with_keys(
        self: FakeSecret, replica_regions: list[dict[str, str]], force_overwrite: bool
    ) -> list[ReplicaSecret]:
        replicas = create(self, replica_regions, force_overwrite)
        keys = {asked["Region"]: asked.get("KmsKeyId") for asked in replica_regions}
        for replica in replicas:
            if key := keys[replica.region]:
                replica.config["KmsKeyId"] = key
        return replicas

    FakeSecret.create_replicas = with_keys  # type: ignore[method-assign]
