"""Let an interface leave the security groups of its instance."""

# pyright: basic

from __future__ import annotations

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterfaceBackend

REASON = (
    "moto shows an attached interface in its instance's groups beside its own, for ever; in AWS an instance has no "
    "groups but those of its interfaces, so that an instance that is cut off would seem to be reachable."
)


def apply() -> None:
    """Change the instance's groups with those of its interface."""
    modify = NetworkInterfaceBackend.modify_network_interface_attribute

    def modify_both(self: Any, eni_id: str, group_ids: list[str], *args: Any, **kwargs: Any) -> None:
        modify(self, eni_id, group_ids, *args, **kwargs)
        interface = self.get_network_interface(eni_id)
        if group_ids and interface.instance:
            interface.instance.security_groups = list(interface._group_set)

    NetworkInterfaceBackend.modify_network_interface_attribute = modify_both
