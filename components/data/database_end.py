"""A PostgreSQL database at one end of a flow of rows, and the group of what speaks to such databases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.ec2.security_group import SecurityGroup
from pulumi_aws.vpc.security_group_egress_rule import SecurityGroupEgressRule
from pulumi_aws.vpc.security_group_ingress_rule import SecurityGroupIngressRule

HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class DatabaseEnd:
    """A PostgreSQL database that rows come from or go to."""

    host: pulumi.Input[str]
    port: pulumi.Input[int]
    database: str
    secret_arn: pulumi.Input[str]
    """Secret with the login."""
    secret_key_arn: pulumi.Input[str]
    group_id: pulumi.Input[str] | None = None
    """Its security group, which gets the other half of the rule; None where it is outside the VPC."""
    cidr: str | None = None
    """Its addresses, where it has no group here."""


def client_group(
    prefix: str,
    ends: Mapping[str, DatabaseEnd],
    *,
    what: str,
    tag: str,
    vpc_id: pulumi.Input[str],
    of_aws: str,
    opts: pulumi.ResourceOptions,
) -> pulumi.Output[str]:
    """Id of a group that nothing enters, and that databases and the APIs of AWS are reached from.

    Args:
        prefix: of the logical names.
        ends: key → database that is spoken to; its own group gets the other half of the rule.
        what: what stands in the group, as people see it.
        tag: its name in the console.
        vpc_id: where it is.
        of_aws: what of AWS is called, for the description of the rule.
        opts: options of every resource.
    """
    group = SecurityGroup(
        f"{prefix}-security-group",
        description=f"{what}: nothing in, databases and APIs of AWS out",
        vpc_id=vpc_id,
        tags={"Name": tag},
        opts=opts,
    ).id
    for key, end in ends.items():
        SecurityGroupEgressRule(
            f"{prefix}-egress-{key}",
            security_group_id=group,
            referenced_security_group_id=end.group_id,
            cidr_ipv4=end.cidr if end.group_id is None else None,
            ip_protocol="tcp",
            from_port=end.port,
            to_port=end.port,
            description=f"PostgreSQL of {key}",
            opts=opts,
        )
        if end.group_id is not None:
            SecurityGroupIngressRule(
                f"{prefix}-ingress-{key}",
                security_group_id=end.group_id,
                referenced_security_group_id=group,
                ip_protocol="tcp",
                from_port=end.port,
                to_port=end.port,
                description=what,
                opts=opts,
            )
    SecurityGroupEgressRule(
        f"{prefix}-egress-aws",
        security_group_id=group,
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="tcp",
        from_port=HTTPS,
        to_port=HTTPS,
        description=of_aws,
        opts=opts,
    )
    return group
