"""Settings of what watches an account and answers to what it sees (SEC-1, SEC-2, SEC-5)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from pydantic import Field

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of, shaped
from contracts.settings.kinds import Email, LogicalName, LogRetention, RoleName

Days = Annotated[int, between(1, 3650, "days")]
ListAddress = Annotated[
    str,
    shaped(
        r"https://s3\.[a-z0-9-]+\.amazonaws\.com/[a-z0-9.-]{3,63}/\S+",
        "the address of an object, such as https://s3.us-east-1.amazonaws.com/bucket/list.txt",
        "write region, bucket and key in this form",
    ),
]
Framework = Annotated[
    str, one_of(("baseline", "gdpr", "iso27001", "pci-dss", "reliability", "soc2"), "a pack of controls")
]


@unique
class Standard(StrEnum):
    """Standards of Security Hub, each in the newest version that the pinned provider can subscribe to."""

    FOUNDATIONAL = "aws-foundational-security-best-practices/v/1.0.0"
    CIS = "cis-aws-foundations-benchmark/v/5.0.0"
    PCI_DSS = "pci-dss/v/4.0.1"
    NIST_800_53 = "nist-800-53/v/5.0.0"


class GuardDutySettings(Settings):
    """Threat detection, with every protection that GuardDuty has."""

    publishing_frequency: Annotated[
        str, one_of(("FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"), "how often a known finding is told again")
    ]
    """How often updates of a finding are published; a new finding always is at once."""
    archive_below_severity: Annotated[int, between(1, 8, "as severity")] | None = None
    """Findings of a lower severity go straight into the archive; nothing is archived if left out."""
    threat_lists: dict[LogicalName, ListAddress] = Field(default_factory=dict[LogicalName, ListAddress])
    """Name → text file in S3 of addresses that are hostile; none if left out."""
    trusted_list: ListAddress | None = None
    """Text file in S3 of addresses that no finding is about (one list for an account); none if left out."""


class SecurityHubSettings(Settings):
    """Where findings come together, and the standards that the account is measured by."""

    standards: tuple[Standard, ...]
    """Standards; each check costs USD 0.001, about USD 10 a month and standard for a small account."""
    aggregate: bool
    """Gather the findings of all regions here; one region of an account at most."""


class MacieSettings(Settings):
    """Search of buckets for personal data and credentials."""

    jobs: dict[LogicalName, Annotated[str, one_of(("DAILY", "WEEKLY", "MONTHLY", "ONCE"), "how often")]]
    """Bucket of the environment (`assets`, `uploads`, `backups`) → how often it is searched; USD 1 a GB searched."""
    sampling_percent: Annotated[int, between(1, 100, "percent")] = 100
    """Share of the objects that a job reads; 100 if left out."""


class InspectorSettings(Settings):
    """Search of instances, images and functions for known holes."""

    resource_types: tuple[Annotated[str, one_of(("EC2", "ECR", "LAMBDA", "LAMBDA_CODE"), "what is scanned")], ...]
    """What is scanned; about USD 1.25 an instance, 0.09 an image and 0.30 a function a month."""


class AccessAnalysisSettings(Settings):
    """Analyzers of who can reach what."""

    unused_access_days: Annotated[int, between(1, 365, "days")] | None
    """Report access that nobody used for so long, USD 0.20 a role and month; off if null."""


class FindingsSettings(Settings):
    """Who hears of findings."""

    severities: tuple[Annotated[str, one_of(("CRITICAL", "HIGH", "MEDIUM", "LOW"), "a severity")], ...]
    """Severities of Security Hub that somebody is told of."""
    emails: tuple[Email, ...]
    """Subscribed to the topic of findings."""


class ArchiveSettings(Settings):
    """The bucket of evidence: trail, configuration history, findings."""

    lock_days: Annotated[int, between(35, 3650, "days")]
    """Days during which nobody, the root user included, can delete or change an object (compliance mode)."""
    glacier_after_days: Days | None
    """Days after which objects move to Glacier Instant Retrieval; never if null."""
    retention_days: Days
    """Days after which objects are deleted."""


class TrailSettings(Settings):
    """The account's own CloudTrail, where no trail of the organization covers it.

    The first copy of management events is free; data events cost USD 1 a million, insights USD 0.35 a million.
    """

    log_retention_days: LogRetention
    """Retention of the log group that alarms read (USD 0.50 a GB)."""
    data_events: bool
    """Record who reads and writes objects, items of tables, and calls functions."""
    insights: bool
    """Have CloudTrail tell of unusual rates of calls and errors."""


class RecorderSettings(Settings):
    """AWS Config: what every resource was like, at USD 0.003 a change."""

    global_resources: bool
    """Record IAM here, too; in one region of an account."""
    delivery_hours: Annotated[int, one_of((1, 3, 6, 12, 24), "hours")]
    """How often a snapshot is delivered to the bucket."""
    aggregate: bool
    """Show all regions of the account in one place."""
    frameworks: tuple[Framework, ...]
    """Packs of controls that are asked of the running account as conformance packs, at USD 0.001 an evaluation."""
    automatic_remediation: bool
    """Let Systems Manager correct what a rule finds by itself; a person starts it if false."""


class IncidentSettings(Settings):
    """Containment of what GuardDuty finds. Costs cents: functions and state transitions when something happens."""

    contain_from_severity: Annotated[int, between(1, 8, "as severity of GuardDuty")]
    """Least severity of a finding that is acted on: 7 is high, 4 medium."""
    approval_hours: Annotated[int, between(1, 8760, "hours")]
    """How long containment waits for a person to lift it; then it stays, until somebody lifts it by hand."""
    log_retention_days: LogRetention
    """Retention of the logs of functions and workflow."""


class SecuritySettings(Settings):
    """What watches the account of a region stack, and what happens when it sees something."""

    delegated: bool
    """The organization's security account runs GuardDuty, Security Hub, Macie, Inspector and Detective for this
    account: the stack then makes none of them, and only what stays in the account."""
    archive: ArchiveSettings | None = None
    """The bucket of evidence; needed by GuardDuty, Macie, trail and recorder; none if left out."""
    guardduty: GuardDutySettings | None = None
    """Threat detection: about USD 4 a million events, 1 a GB of flow logs, 1.50 a monitored vCPU; none if left out."""
    security_hub: SecurityHubSettings | None = None
    """Findings in one place; none if left out."""
    macie: MacieSettings | None = None
    """Search for personal data: USD 0.10 a bucket and month, and the jobs; none if left out."""
    inspector: InspectorSettings | None = None
    """Search for known holes; none if left out."""
    access_analysis: AccessAnalysisSettings | None = None
    """Who outside can reach what (free), and what nobody uses; none if left out."""
    detective: bool = False
    """Graph of events for investigations, about USD 2 a GB taken in; false if left out."""
    findings: FindingsSettings | None = None
    """Tell people of findings; nobody if left out."""
    trail: TrailSettings | None = None
    """The account's own trail; left out where the organization's covers it."""
    recorder: RecorderSettings | None = None
    """AWS Config; left out where the organization's covers it."""
    incidents: IncidentSettings | None = None
    """Contain compromised resources by workflow; none if left out."""
    break_glass_role: RoleName | None = None
    """Role for emergencies whose every use raises an alarm (needs the trail); none if left out."""
