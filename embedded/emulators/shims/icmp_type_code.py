"""Keep the ICMP type and code of a network ACL entry."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.ec2.responses.network_acls import NetworkACLs

REASON = (
    "moto looks for Icmp.Type and Icmp.Code, while the query protocol's parser names the structure IcmpTypeCode, so "
    "both are lost and a refresh shows every ICMP entry as changed."
)
_STALE, _CURRENT = "Icmp.", "IcmpTypeCode."


def apply() -> None:
    """Look the parameter up under its current name."""
    look_up = NetworkACLs._get_param

    def under_current_name(self: NetworkACLs, name: str, *args: Any, **given: Any) -> Any:
        if name.startswith(_STALE):
            name = _CURRENT + name.removeprefix(_STALE)
        return look_up(self, name, *args, **given)

    NetworkACLs._get_param = under_current_name  # type: ignore[method-assign]
