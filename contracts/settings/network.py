"""Settings of the network: address block, zones, NAT and endpoints (NET-1, NET-3, NET-4, NET-6)."""

from __future__ import annotations

from contracts.settings.base import NatMode, Settings, SubnetPreset
from contracts.settings.kinds import AddressBlock, GatewayEndpoint, InterfaceEndpoint, LogRetention, Zone


class NetworkSettings(Settings):
    """One VPC."""

    address_block: AddressBlock
    """Key of the VPC in the address plan (`contracts.addresses`), such as `dev`: its CIDR is looked up there."""
    preset: SubnetPreset
    """Subnet layout inside the block."""
    availability_zones: tuple[Zone, ...]
    """Zones that have subnets, in the order of the preset's third octets; as many as the preset lays out.

    A stack file says letters (`[a, b, c]`), so that another region is one line; read, they are full names.
    """
    workload_zones: tuple[Zone, ...]
    """Zones in which NAT gateways, tasks, databases and caches are placed; a subset of `availability_zones`.

    An ALB and a DB subnet group need subnets in two zones even where everything runs in one (dev).
    """
    nat: NatMode
    """How private subnets reach the internet."""
    gateway_endpoints: tuple[GatewayEndpoint, ...]
    """Gateway endpoints (free): `s3`, `dynamodb`."""
    interface_endpoints: tuple[InterfaceEndpoint, ...]
    """Interface endpoints (priced per zone and hour), such as `ecr.api`, `logs`, `sts`."""
    flow_log_retention_days: LogRetention
    """Retention of the flow log group, one of the values CloudWatch Logs accepts."""
    bastion: bool
    """Make a security group for a bastion host (reached through Session Manager) and admit it to the database."""
