"""The name of one region, whatever its health is (EDGE-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import route53

from contracts.settings.global_layer import DnsSettings

TOKEN = "atoll:edge:OriginRecord"


@dataclass(frozen=True, kw_only=True)
class AliasTarget:
    """What an alias leads to."""

    dns_name: pulumi.Input[str]
    zone_id: pulumi.Input[str]


@dataclass(frozen=True, kw_only=True)
class OriginRecordArgs:
    """Wiring of the name of one region."""

    zone_id: pulumi.Input[str]
    host: str
    balancer: AliasTarget


class OriginRecord(pulumi.ComponentResource):
    """The name of one region, which leads to its load balancer whatever its health is: what checks and CloudFront ask.

    Makes an alias record (A), which follows the balancer's addresses. Costs nothing: questions to aliases of load
    balancers are free. Source: EDGE-1.
    """

    host: pulumi.Output[str]
    """The name, known once the record is there."""

    def __init__(self, name: str, *, args: OriginRecordArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-record`."""
        super().__init__(TOKEN, name, None, opts)
        record = alias(f"{name}-record", args.zone_id, args.host, "A", args.balancer, parent=self)
        self.host = record.fqdn
        self.register_outputs({"host": self.host})


def origin_host(settings: DnsSettings, stack: str) -> str:
    """Name of one region."""
    return f"origin-{stack}.{settings.zone}"


def alias(
    name: str, zone_id: pulumi.Input[str], host: str, kind: str, target: AliasTarget, *, parent: pulumi.Resource
) -> route53.Record:
    """A record that follows the addresses of something of AWS's, asked for nothing but them."""
    return route53.Record(
        name,
        zone_id=zone_id,
        name=host,
        type=kind,
        aliases=[route53.RecordAliasArgs(name=target.dns_name, zone_id=target.zone_id, evaluate_target_health=False)],
        opts=pulumi.ResourceOptions(parent=parent),
    )
