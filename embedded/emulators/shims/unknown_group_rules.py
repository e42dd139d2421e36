"""Refuse a security group rule that is not there by the code that AWS uses."""

# pyright: basic

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.ec2.exceptions import InvalidPermissionNotFoundError, InvalidSecurityGroupRuleIdNotFoundError
from moto.ec2.models.security_groups import SecurityGroupBackend

REASON = (
    "moto answers InvalidPermission.NotFound where AWS says InvalidSecurityGroupRuleId.NotFound, so a deletion that "
    "is tried again after its answer was lost fails instead of finding its work done."
)


def apply() -> None:
    """Name the code of AWS where the rule was given by its id."""

    def by_id(revoke: Callable[..., None]) -> Callable[..., None]:
        def revoked(self: SecurityGroupBackend, *args: Any, **given: Any) -> None:
            try:
                revoke(self, *args, **given)
            except InvalidPermissionNotFoundError:
                if identifiers := given.get("security_rule_ids"):
                    raise InvalidSecurityGroupRuleIdNotFoundError(", ".join(identifiers)) from None
                raise

        return revoked

    for name in ("revoke_security_group_ingress", "revoke_security_group_egress"):
        setattr(SecurityGroupBackend, name, by_id(getattr(SecurityGroupBackend, name)))
