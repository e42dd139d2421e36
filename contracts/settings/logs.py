"""Settings of log analytics: a search domain for recent logs, an archive for all (OBS-4)."""

from __future__ import annotations

from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of

DATA_TYPES = (
    "t3.small.search",
    "t3.medium.search",
    "m7g.medium.search",
    "m7g.large.search",
    "r7g.large.search",
    "r7g.xlarge.search",
)
"""https://docs.aws.amazon.com/opensearch-service/latest/developerguide/supported-instance-types.html"""


class WarmSettings(Settings):
    """UltraWarm: indexes that are read and no longer written, in S3 with a cache in front."""

    instance_type: Annotated[str, one_of(("ultrawarm1.medium.search", "ultrawarm1.large.search"), "a warm node type")]
    """`ultrawarm1.medium.search` costs about $174 a month and node, for 1.5 TiB; the large one $1,957 for 20 TiB."""
    nodes: Annotated[int, between(2, 150, "nodes")]
    """Warm nodes, at least two; UltraWarm needs three master nodes beside the data nodes."""
    cold: bool
    """Also offer cold storage, indexes detached from all nodes until they are asked for ($0.024 a GiB and month)."""


class LogSearchSettings(Settings):
    """An OpenSearch domain that Fluent Bit sends logs to, hot for some days, warm for the rest."""

    instance_type: Annotated[str, one_of(DATA_TYPES, "an instance type of OpenSearch")]
    """Size of a data node: `t3.small.search` about $26 a month, `m7g.large.search` $99, `r7g.large.search` $131."""
    instances: Annotated[int, between(1, 80, "nodes")]
    """Data nodes; spread over as many zones as there are, three at most."""
    volume_gib: Annotated[int, between(10, 3584, "GiB")]
    """gp3 storage of each node in GiB; $0.122 a GiB and month."""
    masters: Annotated[str, one_of(("m7g.medium.search", "m7g.large.search", "m7g.xlarge.search"), "a type")] | None
    """Type of three dedicated master nodes, from about $150 a month in all; null for none, which `warm` does not
    allow."""
    warm: WarmSettings | None
    """Where indexes go after `hot_days`; null keeps them on the data nodes, merged and read only."""
    hot_days: Annotated[int, between(1, 365, "days")]
    """Days on the data nodes, written and searched (30)."""
    warm_days: Annotated[int, between(1, 3650, "days")]
    """Days after that, searched only (365); then they are deleted, and are in the archive alone."""
    off_peak_hour: Annotated[int, between(0, 23, "o'clock UTC")]
    """UTC hour at which the daily window of ten hours begins in which AWS updates the domain."""


class LogArchiveSettings(Settings):
    """All logs of chosen groups in a bucket, compressed: Kinesis Data Firehose, about $0.029 a GB."""

    groups: tuple[Annotated[str, one_of(("services", "functions", "database", "cache", "flow"), "what is logged")], ...]
    """What is sent by CloudWatch itself; Fluent Bit sends what runs on Kubernetes. `flow` is what VPCs note of their
    traffic, the largest by far."""
    buffer_mib: Annotated[int, between(1, 128, "MiB")]
    """MiB that are gathered into one object, or"""
    buffer_seconds: Annotated[int, between(60, 900, "seconds")]
    """seconds, whichever is reached first."""
    glacier_after_days: Annotated[int, between(1, 3650, "days")]
    """Days until objects move to Glacier Instant Retrieval."""
    expire_after_days: Annotated[int, between(2, 3650, "days")]
    """Days until they are deleted, more than `glacier_after_days`; 2557 are seven years."""


class LogAnalyticsSettings(Settings):
    """Where logs go beside CloudWatch."""

    search: LogSearchSettings | None
    """The domain; null for none, with the archive alone."""
    archive: LogArchiveSettings | None
    """The archive; null for none."""
