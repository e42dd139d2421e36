"""Settings of the network: address block, zones, NAT and endpoints (NET-1, NET-3, NET-4, NET-6)."""

from __future__ import annotations

from contracts.settings.base import NatMode, Settings, SubnetPreset


class NetworkSettings(Settings):
    """One VPC."""

    address_block: str
    """Key of the VPC in the address plan (`contracts.addresses`), such as `dev`: its CIDR is looked up there."""
    preset: SubnetPreset
    """Subnet layout inside the block."""
    availability_zones: tuple[str, ...]
    """Zones that have subnets, in the order of the preset's third octets."""
    workload_zones: tuple[str, ...]
    """Zones in which NAT gateways, tasks, databases and caches are placed; a subset of `availability_zones`.

    An ALB and a DB subnet group need subnets in two zones even where everything runs in one (dev).
    """
    nat: NatMode
    gateway_endpoints: tuple[str, ...]
    """Gateway endpoints (free): `s3`, `dynamodb`."""
    interface_endpoints: tuple[str, ...]
    """Interface endpoints (priced per zone and hour), such as `ecr.api`, `logs`, `sts`."""
    flow_log_retention_days: int
    """Retention of the flow log group, one of the values CloudWatch Logs accepts."""
    bastion: bool
    """Make a security group for a bastion host (reached through Session Manager) and admit it to the database."""
