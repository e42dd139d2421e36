"""The settings of one service stack: one contract, in one environment and region."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import Field, ValidationInfo, model_validator

from contracts.settings.base import DeploymentStrategy, Layer, Settings
from contracts.settings.kind import between, matching, one_of
from contracts.settings.kinds import AccountId, ContractId, EnvironmentName, LogicalName, LogRetention, Percent, Region
from contracts.settings.operations import TagSettings
from contracts.settings.registry import RegistrySettings
from contracts.settings.rules import follow
from contracts.settings.security import ProtectionSettings
from contracts.settings.stack import AccountSettings

__all__ = ["SearchSettings", "ServiceStackSettings"]

HostedZoneId = Annotated[
    str,
    matching(
        "Z[A-Z0-9]{1,31}",
        "the id of a hosted zone such as Z0123456789ABC",
        lambda text: None if re.fullmatch("Z[A-Z0-9]{1,31}", text) else "it is no such id",
        "copy it from `aws route53 list-hosted-zones`, or leave it out",
    ),
]


class SearchSettings(Settings):
    """The OpenSearch domain of one service, for environments whose region stack has none to share."""

    instance_type: Annotated[
        str,
        one_of(
            ("t3.small.search", "t3.medium.search", "m7g.medium.search", "m7g.large.search", "r7g.large.search"),
            "an instance type of OpenSearch",
        ),
    ]
    """Size of a data node; `t3.small.search`, the smallest, costs about USD 26 a month in us-east-1."""
    instances: Annotated[int, between(1, 10, "nodes")]
    """Data nodes; more than one are spread over as many zones, at most three."""
    volume_gib: Annotated[int, between(10, 3584, "GiB")]
    """gp3 storage of each node in GiB."""


class WorkloadSettings(Settings):
    """How containers and functions of the stack run, where contracts leave it to the environment."""

    spot_percent: Percent
    """Share of Fargate tasks on spot capacity."""
    tracing: bool
    """Run the trace collector beside each container."""
    architecture: Annotated[str, one_of(("ARM64", "X86_64"), "an architecture")]
    """Processor of Fargate tasks."""
    log_retention_days: LogRetention
    """Retention of containers' and state machines' logs, where the contract says nothing."""
    images_kept: Annotated[int, between(1, 1000, "images")]
    """Images that a repository keeps."""
    deployment: DeploymentStrategy
    """How new tasks replace old ones where the environment overrules the contract: `rolling` in dev (ECS-3)."""


class ServiceStackSettings(Settings):
    """Everything a service stack can be told; what the service is stands in its contract."""

    layer: Layer
    """What the stack is: `service`."""
    environment: EnvironmentName
    """dev, staging, prod, or env-<name>."""
    region: Region
    """AWS region of everything in the stack."""
    account: AccountSettings
    """Account of everything in the stack."""
    tags: TagSettings
    """Tags of everything in the stack."""
    protection: ProtectionSettings
    """How hard it is to delete what holds data."""
    contract: ContractId
    """Contract that is deployed, such as `order/order`."""
    region_stack: LogicalName
    """Stack of the region in which the service runs, such as `dev`; its outputs are read."""
    registry: RegistrySettings
    """Where contracts and deployment records are kept."""
    accounts: dict[ContractId, AccountId] = Field(default_factory=dict[ContractId, AccountId])
    """Contract → account in which it is deployed in this environment, where that is another one; none if left out."""
    replica_regions: tuple[Region, ...] = ()
    """Other regions of the environment, into which replicated tables are copied; none if left out."""
    hosted_zone: HostedZoneId | None = None
    """Public hosted zone of custom domain names; left out, their DNS is kept elsewhere."""
    workloads: WorkloadSettings
    """How containers run where contracts leave it to the environment."""
    burn_rates: bool = False
    """Alarms on how fast each API burns the error budget of its contract, about $4 a month and API;
    false if left out."""
    search: SearchSettings | None = None
    """OpenSearch domain of the service; left out where its contract keeps no index."""

    @model_validator(mode="after")
    def _follow_the_rules(self, info: ValidationInfo) -> ServiceStackSettings:
        context: dict[str, Any] = info.context or {}
        follow(self, context.get("today", date.today()))
        return self

    @property
    def service(self) -> str:
        """Name of the service, the second half of the contract's id."""
        return self.contract.split("/")[1]

    def account_of(self, contract_id: str) -> str:
        """Account in which a contract is deployed in this environment."""
        return self.accounts.get(contract_id, self.account.id)
