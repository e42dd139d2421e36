"""Rules between a group and those of its clients: both sides say so, for neither lets anything through by itself."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule


def admit(
    name: str,
    group: pulumi.Input[str],
    clients: Mapping[str, pulumi.Input[str]],
    port: int,
    what: str,
    opts: pulumi.ResourceOptions,
) -> None:
    """Make `{name}-ingress-<client>` and `{name}-egress-<client>`.

    Args:
        name: of what the clients call.
        group: id of its security group.
        clients: stable key → id of a client's security group.
        port: TCP.
        what: is spoken there, such as `NFS over TLS`.
        opts: of the rules.
    """
    for key, client in clients.items():
        SecurityGroupIngressRule(
            f"{name}-ingress-{key}",
            security_group_id=group,
            referenced_security_group_id=client,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=f"{what} from {key}",
            opts=opts,
        )
        SecurityGroupEgressRule(
            f"{name}-egress-{key}",
            security_group_id=client,
            referenced_security_group_id=group,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            description=what,
            opts=opts,
        )
