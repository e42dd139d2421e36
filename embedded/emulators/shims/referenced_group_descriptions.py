"""Report the description of a security group rule that refers to a group."""

from __future__ import annotations

from moto.ec2.models.security_groups import SecurityGroupRule

REASON = (
    "moto reads a rule's description from its address range alone, so rules between groups lose theirs, and a refresh "
    "shows each of them as changed."
)


def apply() -> None:
    """Fall back to the description that came with the group."""

    def description(self: SecurityGroupRule) -> str | None:
        return self.ip_range.get("Description") or (self.source_group or {}).get("Description")

    SecurityGroupRule.description = property(description)  # type: ignore[assignment,method-assign]
