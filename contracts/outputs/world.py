"""What the global stack exports: where traffic enters, what decides where it goes, and what recovery moves."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from contracts.outputs.base import Arn, Name, Outputs, StackOutputs
from contracts.settings.global_layer import RoutingPolicy
from contracts.settings.kinds import Percent

ZoneId = Annotated[str, Field(pattern="^Z[A-Z0-9]+$")]


class ZoneOutputs(Outputs):
    """The public zone."""

    id: ZoneId
    """The zone."""
    name: Name
    """Its name."""
    name_servers: tuple[str, ...]
    """Servers that the registrar names; empty for a zone that was there already."""
    ds_record: str | None = None
    """DS record that the registrar is given once the zone is signed; null for a zone that this stack does not sign."""


class EvacuationOutputs(Outputs):
    """A metric that takes a region out of the answers while it is 1, kept in the other region."""

    region: Name
    """Region in which the metric is put: not the one that it takes out."""
    namespace: Name
    """Namespace of the metric."""
    metric: Name
    """Name of the metric."""
    dimensions: dict[str, str]
    """Its dimensions."""
    alarm: Name
    """Alarm on it, in the same region: ALARM while the region is evacuated."""


class EndpointOutputs(Outputs):
    """One region, as the world sees it."""

    stack: Name
    """Its stack."""
    region: Name
    """Its region."""
    host: Name
    """Name that leads to its load balancer whatever its health is."""
    weight_percent: Percent
    """Its share, as the records or dials were made with."""
    health_check_id: Name
    """Check that decides whether it is answered: what it answers, and that nobody has evacuated it."""
    endpoint_check_id: Name
    """Check of what it answers alone."""
    switch: EvacuationOutputs
    """How somebody takes it out of the answers."""


class TrafficOutputs(Outputs):
    """How clients are led to regions."""

    host: Name
    """Name that clients use."""
    policy: RoutingPolicy | None
    """How DNS chooses; null where an accelerator does."""
    ttl_seconds: Annotated[int, Field(ge=1)] | None
    """Seconds that an answer is kept; null where an accelerator chooses, whose addresses never change."""
    endpoints: dict[str, EndpointOutputs]
    """Stack → region."""


class AcceleratorOutputs(Outputs):
    """Global Accelerator."""

    arn: Arn
    """The accelerator."""
    dns_name: Name
    """Its name."""
    endpoint_group_arns: dict[str, Arn]
    """Stack → endpoint group, whose dial evacuates it."""


class DistributionOutputs(Outputs):
    """CloudFront."""

    id: Name
    """The distribution."""
    arn: Arn
    """Its ARN."""
    domain: Name
    """Name that viewers use."""
    dns_name: Name
    """Name that AWS gave it."""


class PeeringOutputs(Outputs):
    """The peering of the transit gateways."""

    id: Annotated[str, Field(pattern="^tgw-attach-[0-9a-f]+$")]
    """The attachment, which has one id in both regions."""
    asked_by: Name
    """Stack that asked."""
    accepted_by: Name
    """Stack that accepted."""


class WorldOutputs(StackOutputs):
    """Everything the global stack exports; every field is one stack output of the same name."""

    VERSION: ClassVar[int] = 1

    environment: Name
    """Environment of the stack."""
    region: Name
    """us-east-1."""
    account_id: Annotated[str, Field(pattern="^[0-9]{12}$")]
    """Its account."""
    zone: ZoneOutputs
    """The zone."""
    traffic: TrafficOutputs
    """How clients are led to regions."""
    replicated_buckets: dict[str, dict[str, Name]]
    """Role → stack → bucket; empty without replication."""
    accelerator: AcceleratorOutputs | None = None
    """Global Accelerator; null without one."""
    distribution: DistributionOutputs | None = None
    """CloudFront; null without one."""
    web_acl_arn: Arn | None = None
    """Web ACL before CloudFront; null without one."""
    peering: PeeringOutputs | None = None
    """Peering of the transit gateways; null without one."""
