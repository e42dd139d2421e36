"""Settings of an Aurora PostgreSQL cluster (DB-1, DB-3)."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import Kind, between
from contracts.settings.kinds import (
    AuroraClass,
    AuroraLog,
    AuroraVersion,
    DatabaseName,
    DatabaseUser,
    InsightsRetention,
    MonitoringInterval,
    RdsDailyWindow,
    RdsWeeklyWindow,
)

SERVERLESS_CLASS = "db.serverless"
"""Class of an instance whose size follows its load."""
MOST_CAPACITY = 256
"""Aurora capacity units of one instance. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.html"""


def _capacity_problem(units: float) -> str | None:
    if not 0 <= units <= MOST_CAPACITY:
        return f"it is {'below' if units < 0 else 'above'} the limit"
    return None if (units * 2).is_integer() else "it is no multiple of 0.5"


CapacityUnits = Annotated[
    float,
    Kind(
        f"0 to {MOST_CAPACITY} capacity units in steps of 0.5",
        _capacity_problem,
        {"minimum": 0, "maximum": MOST_CAPACITY, "multipleOf": 0.5},
        "round it to the next half",
    ),
]


class ServerlessSettings(Settings):
    """Bounds between which Serverless v2 instances grow and shrink."""

    minimum_units: CapacityUnits
    """Fewest Aurora capacity units (about 2 GiB of memory each); 0 lets an idle instance pause. About $44 a month for
    each half unit that is always there, in each instance."""
    maximum_units: CapacityUnits
    """Most units, at least 1 and at least `minimum_units`."""


class ReaderScalingSettings(Settings):
    """How many readers there are besides `readers`, by their load."""

    maximum: Annotated[int, between(1, 15, "readers")]
    """Most readers, at least `readers`."""
    cpu_percent: Annotated[int, between(20, 90, "percent")] | None
    """Average CPU of readers to hold; null to leave CPU out."""
    connections: Annotated[int, between(10, 5000, "connections")] | None
    """Average connections of readers to hold; null to leave connections out."""


class AuroraSettings(Settings):
    """One Aurora PostgreSQL cluster, instead of `database`: its storage spans three zones and grows by itself."""

    engine_version: AuroraVersion
    """Release that Aurora PostgreSQL offers and supports, such as `17.5`; in quotes, or YAML makes a number of it."""
    instance_class: AuroraClass
    """Size of each instance, such as `db.t4g.medium` (about $53 a month each), or `db.serverless`."""
    serverless: ServerlessSettings | None
    """Bounds of the size; null exactly when `instance_class` is not `db.serverless`."""
    readers: Annotated[int, between(0, 15, "readers")]
    """Instances besides the writer, each in the next zone; one of them takes over when the writer fails."""
    reader_scaling: ReaderScalingSettings | None
    """Add readers under load; null to keep `readers` of them."""
    database_name: DatabaseName
    """Database that is made with the cluster."""
    username: DatabaseUser
    """Master user; RDS keeps the password in Secrets Manager."""
    backup_retention_days: Annotated[int, between(1, 35, "days")]
    """Days that continuous backups are kept."""
    backup_window: RdsDailyWindow
    """UTC, `hh:mm-hh:mm`, at least 30 minutes."""
    maintenance_window: RdsWeeklyWindow
    """UTC, `ddd:hh:mm-ddd:hh:mm`, at least 30 minutes, not overlapping the backup window; of the cluster and of each
    instance."""
    monitoring_interval_seconds: MonitoringInterval
    """Enhanced monitoring: 0, 1, 5, 10, 15, 30 or 60."""
    performance_insights: bool
    """Record what the database spends its time on."""
    performance_insights_retention_days: InsightsRetention
    """7 (free), a multiple of 31, or 731."""
    iam_authentication: bool
    """Let IAM principals log in with a token."""
    log_exports: tuple[AuroraLog, ...]
    """Logs sent to CloudWatch: `postgresql` (errors and audit included), `iam-db-auth-error`, `instance`."""
    audit: bool
    """Log who changes roles, rights and tables (pgaudit); the amount of log grows with the statements."""
    apply_immediately: bool
    """Apply changes at once, restarting if they need it; otherwise in the next maintenance window."""
