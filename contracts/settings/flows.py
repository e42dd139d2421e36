"""Settings of data flows: replication, sanitised copies, synthetic data (DB-6)."""

from __future__ import annotations

import re
from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.settings.base import Settings
from contracts.settings.kind import between, matching, one_of
from contracts.settings.kinds import ContractId, Cron, DatabaseName, LogicalName, LogRetention, RdsWeeklyWindow

REGION = "region"
"""The stack's own PostgreSQL, as an end of a flow."""
LAKE = "lake"
"""Parquet files below `lake/` of the bucket for backups, as the target of a replication; Spectrum reads them."""

_SECRET = r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:.+"
_KEY = r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+"
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
_TABLES = r"[a-z_][a-z0-9_]{0,62}\.([a-z_][a-z0-9_]{0,62}|%)"


Host = Annotated[
    str, matching(_HOST, "a host name", lambda t: None if re.fullmatch(_HOST, t) else "it is no host name")
]
SecretArn = Annotated[
    str, matching(_SECRET, "the ARN of a secret", lambda t: None if re.fullmatch(_SECRET, t) else "it is no such ARN")
]
KeyArn = Annotated[
    str, matching(_KEY, "the ARN of a KMS key", lambda t: None if re.fullmatch(_KEY, t) else "it is no such ARN")
]
TableSelection = Annotated[
    str,
    matching(
        _TABLES,
        "schema.table, or schema.% for all tables of a schema",
        lambda t: None if re.fullmatch(_TABLES, t) else "it is no such selection",
        "write it like public.orders or public.%",
    ),
]


@unique
class FlowKind(StrEnum):
    """What happens to the rows on their way."""

    REPLICATION = "replication"
    """Copied as they are, then kept in step: full load and change data capture (DMS)."""
    SANITISED_COPY = "sanitised-copy"
    """Copied with every personal value masked: production data for staging (004)."""
    SYNTHETIC = "synthetic"
    """Invented from the schema alone: data for dev (004)."""


class EndpointSettings(Settings):
    """A PostgreSQL database outside the stack, reached over TLS through peering or the transit gateway."""

    host: Host
    """Name under which its certificate is valid."""
    port: Annotated[int, between(1, 65535, "as a TCP port")]
    """TCP port."""
    database: DatabaseName
    """Database; the login's secret may say otherwise."""
    login_arn: SecretArn
    """Secret with `username` and `password`, whose policy admits this account."""
    login_kms_arn: KeyArn
    """Key of that secret, whose policy admits this account."""
    cidr: Annotated[str, matching(r"[0-9.]+/[0-9]+", "an IPv4 block", lambda t: None if "/" in t else "it has no size")]
    """Addresses that it has, for the security groups."""


class ReplicationSettings(Settings):
    """The DMS replication instance that carries all replications."""

    instance_class: Annotated[
        str,
        one_of(
            ("dms.t3.micro", "dms.t3.small", "dms.t3.medium", "dms.t3.large", "dms.r6i.large", "dms.r6i.xlarge"),
            "a class of DMS",
        ),
    ]
    """Size: `dms.t3.small` about $27 a month, `dms.t3.medium` $54, `dms.r6i.large` $161; twice that with `multi_az`."""
    engine_version: Annotated[str, one_of(("3.5.4", "3.6.1"), "a version of DMS")]
    """Version of the replication engine."""
    storage_gib: Annotated[int, between(5, 6144, "GiB")]
    """Storage for what is not applied yet and for logs, in GiB."""
    multi_az: bool
    """Keep a standby in another zone; without it a failure means a pause, and after a long one a full load again."""
    maintenance_window: RdsWeeklyWindow
    """UTC, `ddd:hh:mm-ddd:hh:mm`, at least 30 minutes."""
    log_retention_days: LogRetention
    """Retention of the tasks' logs."""
    account_roles: bool
    """Make the two roles that DMS asks for by name; true in exactly one stack of an account."""


class DataFlowSettings(Settings):
    """One flow of rows."""

    kind: FlowKind
    """`replication`, `sanitised-copy` or `synthetic`."""
    source: LogicalName | None
    """`region`, or one of `endpoints`; null exactly for synthetic data."""
    target: LogicalName
    """`region`, one of `endpoints`, or `lake` for a replication."""
    schedule: Cron | None
    """When it runs, in UTC; null for a replication, which never stops, and for what is started by hand."""
    tables: tuple[TableSelection, ...] = ()
    """What is replicated; left out for the other kinds, whose tables are those of `contracts`."""
    contracts: tuple[ContractId, ...] = ()
    """Services whose tables are copied or invented, by the classification in their contracts; left out for a
    replication."""
    rows: Annotated[int, between(1, 10_000_000, "rows")] = 1000
    """Rows of each table that are invented, for synthetic data; 1000 if left out."""


class DataFlowsSettings(Settings):
    """Flows of rows between databases."""

    replication: ReplicationSettings | None
    """What carries replications; null without any."""
    endpoints: dict[LogicalName, EndpointSettings] = Field(default_factory=dict[LogicalName, EndpointSettings])
    """Databases outside the stack, by name; none if left out."""
    flows: dict[LogicalName, DataFlowSettings]
    """Name → flow."""
    build_type: Annotated[str, one_of(("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM"), "a size of CodeBuild")] = (
        "BUILD_GENERAL1_SMALL"
    )
    """Size of the machine that copies and invents; small (2 vCPU, about $0.0034 a minute of copying) if left out."""

    @property
    def replicates_region(self) -> bool:
        """Whether changes of the stack's own database are read as they happen."""
        return any(flow.kind is FlowKind.REPLICATION and flow.source == REGION for flow in self.flows.values())
