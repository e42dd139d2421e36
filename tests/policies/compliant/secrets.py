"""Secrets and documents of Systems Manager as they should be."""

from __future__ import annotations

from pulumi_aws import secretsmanager, ssm

from tests.policies.compliant.messages import PARTNER


def program() -> None:
    """A secret that is rotated and replicated, and a document that is shared with an account."""
    secret = secretsmanager.Secret(
        "secret",
        kms_key_id="alias/secrets",
        policy=PARTNER,
        replicas=[{"region": "us-west-2", "kms_key_id": "arn:aws:kms:us-west-2:111122223333:key/secrets"}],
    )
    secretsmanager.SecretPolicy("secret-policy", secret_arn=secret.arn, policy=PARTNER)
    secretsmanager.SecretRotation(
        "secret-rotation", secret_id=secret.id, rotation_rules={"automatically_after_days": 30}
    )
    ssm.Document(
        "document",
        content="{}",
        document_type="Command",
        permissions={"type": "Share", "account_ids": "444455556666"},
    )
