"""Switches of an account that hold for everything in it, whoever makes it."""

from __future__ import annotations

import pulumi
from pulumi_aws.ebs.encryption_by_default import EncryptionByDefault
from pulumi_aws.ebs.snapshot_block_public_access import SnapshotBlockPublicAccess
from pulumi_aws.s3.account_public_access_block import AccountPublicAccessBlock

TOKEN = "atoll:security:AccountSafeguards"


class AccountSafeguards(pulumi.ComponentResource):
    """No public buckets and snapshots, and no new volume in clear, in one account and region.

    The switches are the account's, not the stack's: several stacks of one account set the same, and destroying one of
    them leaves them on (`retain_on_delete`), for the others rely on them. Volumes are encrypted with AWS's own key
    where nobody names another. Costs nothing. Does not change volumes and snapshots that are there already.
    Source: STO-2, SEC-4; https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html
    """

    def __init__(self, name: str, *, opts: pulumi.ResourceOptions | None = None) -> None:
        """Turn the three switches on."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self, retain_on_delete=True)
        AccountPublicAccessBlock(
            f"{name}-account-public-access",
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=child,
        )
        EncryptionByDefault(f"{name}-volumes-encrypted", enabled=True, opts=child)
        SnapshotBlockPublicAccess(f"{name}-snapshots-private", state="block-all-sharing", opts=child)
        self.register_outputs({})
