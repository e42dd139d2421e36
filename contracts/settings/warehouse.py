"""Settings of the data warehouse: Redshift with Spectrum (DB-5)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import Cron, DatabaseName, DatabaseUser, LogRetention, RdsWeeklyWindow

NODE_TYPES = ("ra3.large", "ra3.xlplus", "ra3.4xlarge", "ra3.16xlarge")
"""https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html#rs-ra3-node-types"""


@unique
class WarehouseKind(StrEnum):
    """How the warehouse is sized and paid for."""

    PROVISIONED = "provisioned"
    """Nodes by the hour: steady use."""
    SERVERLESS = "serverless"
    """Processing units by the second of use: nothing is paid while nobody asks."""


class PauseSettings(Settings):
    """When a provisioned warehouse pauses: storage alone is paid then."""

    pause: Cron
    """Such as `cron(0 20 ? * MON-FRI *)`, in UTC."""
    resume: Cron
    """Such as `cron(0 7 ? * MON-FRI *)`, in UTC."""


class ProvisionedSettings(Settings):
    """Nodes of a provisioned cluster."""

    node_type: Annotated[str, one_of(NODE_TYPES, "a node type of Redshift")]
    """`ra3.large` costs about $400 a month and node in us-east-1, `ra3.xlplus` twice that, `ra3.4xlarge` $2,400."""
    nodes: Annotated[int, between(1, 128, "nodes")]
    """Nodes; one is a warehouse without a spare, and `ra3.4xlarge` and larger need two."""
    multi_az: bool
    """Run in two zones; doubles the nodes' cost and needs at least two of them."""
    pause: PauseSettings | None
    """Night and weekend off; null for never."""


class ServerlessSettings(Settings):
    """Capacity of a serverless workgroup."""

    base_capacity: Annotated[int, one_of(tuple(range(8, 513, 8)), "a multiple of 8 processing units", listed=False)]
    """Processing units (RPU) a query starts with, a multiple of 8 from 8 to 512; 8 cost about $3 an hour of use."""
    monthly_hours: Annotated[int, between(1, 500_000, "RPU-hours")]
    """RPU-hours a month after which queries are refused: 8 RPU for 40 hours are 320, about $120."""


class WarehouseSettings(Settings):
    """Redshift: encrypted, private, over TLS alone; it also queries the lake's files where they are (Spectrum)."""

    provisioned: ProvisionedSettings | None
    """A cluster; null for a serverless workgroup. Exactly one of the two is given."""
    serverless: ServerlessSettings | None
    """A workgroup; null for a cluster."""
    database_name: DatabaseName
    """Database that is made with it."""
    username: DatabaseUser
    """Administrator; Redshift keeps and rotates the password in Secrets Manager."""
    snapshot_retention_days: Annotated[int, between(1, 35, "days")]
    """Days that automatic snapshots are kept; a serverless warehouse keeps recovery points for a day by itself."""
    maintenance_window: RdsWeeklyWindow
    """UTC, `ddd:hh:mm-ddd:hh:mm`; for a cluster."""
    log_retention_days: LogRetention
    """Retention of its logs of connections, users and statements."""

    @property
    def kind(self) -> WarehouseKind:
        """Which of the two it is."""
        return WarehouseKind.SERVERLESS if self.serverless else WarehouseKind.PROVISIONED
