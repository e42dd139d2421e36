"""Wiring for the tests of this folder; every value is stated here."""

from __future__ import annotations

from typing import Any

from contracts.services.identity import UserPool
from contracts.settings.security import ProtectionSettings

LOOSE = ProtectionSettings(protect=False, deletion_protection=False, final_snapshot=False, force_destroy=True)
TIGHT = ProtectionSettings(protect=True, deletion_protection=True, final_snapshot=True, force_destroy=False)

CLIENT: dict[str, Any] = {
    "generate_secret": False,
    "auth_flows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "read_attributes": ["email", "name", "phone_number"],
    "write_attributes": ["email", "name", "phone_number"],
}
DOCUMENT_002: dict[str, Any] = {
    "password_policy": {
        "minimum_length": 8,
        "uppercase": True,
        "lowercase": True,
        "numbers": True,
        "symbols": True,
    },
    "mfa": "OPTIONAL",
    "mfa_types": ["SMS_MFA", "SOFTWARE_TOKEN_MFA"],
    "clients": {"web-app-client": CLIENT},
}
"""The user pool of document 002."""


def pool_clause(**changes: Any) -> UserPool:
    """Document 002's pool with changes."""
    return UserPool.model_validate(DOCUMENT_002 | changes)


def client(**changes: Any) -> dict[str, Any]:
    """Document 002's client with changes, as the only one."""
    return {"web-app-client": CLIENT | changes}
