"""User pools as they should be."""

from __future__ import annotations

from pulumi_aws import cognito


def program() -> None:
    """A user pool and an identity pool."""
    cognito.UserPool(
        "users",
        mfa_configuration="ON",
        software_token_mfa_configuration={"enabled": True},
        password_policy={
            "minimum_length": 12,
            "require_lowercase": True,
            "require_uppercase": True,
            "require_numbers": True,
            "require_symbols": True,
        },
        user_pool_add_ons={"advanced_security_mode": "ENFORCED"},
        deletion_protection="ACTIVE",
    )
    cognito.IdentityPool("identities", identity_pool_name="identities", allow_unauthenticated_identities=False)
