"""What watches a region's account, keeps the evidence, and answers to what it sees."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pulumi

from components.detection import (
    AccountScanners,
    AccountScannersArgs,
    AccountTrail,
    AccountTrailArgs,
    AuditArchive,
    AuditArchiveArgs,
    ConfigRecorder,
    ConfigRecorderArgs,
    FindingNotices,
    FindingNoticesArgs,
    GuardDuty,
    GuardDutyArgs,
    IncidentResponse,
    IncidentResponseArgs,
    Macie,
    MacieArgs,
    Remediation,
    RemediationArgs,
    SecurityHub,
    SecurityHubArgs,
    TrailAlarms,
    TrailAlarmsArgs,
)
from components.identity.roles import Scope
from components.security import ConformancePack, ConformancePackArgs
from contracts.settings import StackSettings, Tier
from contracts.settings.detection import RecorderSettings, SecuritySettings
from stacks.region.foundation import Foundation, scope_of
from stacks.region.operations import Operations

PACKS = Path(__file__).with_name("conformance")
"""Conformance packs as `atoll policy runtime --framework <name> --output stacks/region/conformance` writes them."""

INCIDENTS = Path(__file__).parents[2] / "services" / "platform" / "incidents"
"""Functions of incident response."""
TARGET = re.compile(r"^ +TargetId: (\S+)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Security:
    """What watches a region's account."""

    detector_id: pulumi.Output[str] | None
    findings_topic_arn: pulumi.Output[str] | None
    trail_arn: pulumi.Output[str] | None


@dataclass(frozen=True, kw_only=True)
class _Evidence:
    bucket: pulumi.Output[str]
    arn: pulumi.Output[str]
    key_arn: pulumi.Output[str]


def make_security(
    settings: StackSettings, foundation: Foundation, operations: Operations, opts: pulumi.ResourceOptions
) -> Security | None:
    """Everything that `security` asks for; None where it asks for nothing."""
    security = settings.security
    if security is None:
        return None
    scope = scope_of(settings)
    evidence = _evidence(settings, security, foundation, opts)
    trail = _trail(scope, security, evidence, foundation, operations, opts)
    if security.recorder is not None and evidence is not None:
        _record(scope, security, security.recorder, evidence, opts)
    detector = None if security.delegated else _detect(scope, security, evidence, foundation, opts)
    AccountScanners(
        settings.environment,
        args=AccountScannersArgs(
            environment=settings.environment,
            account_id=settings.account.id,
            inspector=None if security.delegated else security.inspector,
            access_analysis=security.access_analysis,
            detective=security.detective and not security.delegated,
        ),
        opts=opts,
    )
    notices = _notices(scope, security, foundation, opts)
    _respond(scope, settings, foundation, notices.topic_arn if notices else operations.topic.arn, opts)
    return Security(
        detector_id=detector.detector_id if detector else None,
        findings_topic_arn=notices.topic_arn if notices else None,
        trail_arn=trail.arn if trail else None,
    )


def _evidence(
    settings: StackSettings, security: SecuritySettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> _Evidence | None:
    if security.archive is None:
        return None
    key = foundation.key("audit")
    archive = AuditArchive(
        settings.environment,
        args=AuditArchiveArgs(
            settings=security.archive,
            protection=settings.protection,
            environment=settings.account_name,
            region=settings.region,
            account_id=settings.account.id,
            key_arn=key,
            log_bucket=foundation.buckets.logs.policed_name,
        ),
        opts=opts,
    )
    return _Evidence(bucket=archive.bucket_name, arn=archive.arn, key_arn=key)


def _trail(
    scope: Scope,
    security: SecuritySettings,
    evidence: _Evidence | None,
    foundation: Foundation,
    operations: Operations,
    opts: pulumi.ResourceOptions,
) -> AccountTrail | None:
    """The account's own trail, and alarms about what it tells."""
    if security.trail is None or evidence is None:
        return None
    trail = AccountTrail(
        scope.environment,
        args=AccountTrailArgs(
            settings=security.trail,
            scope=scope,
            bucket=evidence.bucket,
            key_arn=evidence.key_arn,
            log_key_arn=foundation.key("logs"),
        ),
        opts=opts,
    )
    TrailAlarms(
        scope.environment,
        args=TrailAlarmsArgs(
            environment=scope.environment,
            log_group_name=trail.log_group_name,
            topic_arn=operations.topic.arn,
            break_glass_role=security.break_glass_role,
        ),
        opts=opts,
    )
    return trail


def _record(
    scope: Scope,
    security: SecuritySettings,
    settings: RecorderSettings,
    evidence: _Evidence,
    opts: pulumi.ResourceOptions,
) -> None:
    """The recorder, the packs that judge what it has recorded, and what corrects it."""
    recorder = ConfigRecorder(
        scope.environment,
        args=ConfigRecorderArgs(
            settings=settings,
            scope=scope,
            bucket=evidence.bucket,
            key_arn=evidence.key_arn,
            retention_days=security.archive.retention_days if security.archive else 2557,
        ),
        opts=opts,
    )
    templates = {framework: pack_templates(framework) for framework in settings.frameworks}
    documents = {d for parts in templates.values() for template in parts.values() for d in documents_of(template)}
    remediation = Remediation(
        scope.environment,
        args=RemediationArgs(
            scope=scope,
            recorder=recorder.started,
            documents=documents,
            automatic=settings.automatic_remediation,
        ),
        opts=opts,
    )
    for framework, parts in templates.items():
        ConformancePack(
            f"{scope.environment}-{framework}",
            args=ConformancePackArgs(templates=parts, automation_role_arn=remediation.role_arn),
            opts=pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[recorder.started])),
        )


def _detect(
    scope: Scope,
    security: SecuritySettings,
    evidence: _Evidence | None,
    foundation: Foundation,
    opts: pulumi.ResourceOptions,
) -> GuardDuty | None:
    """What the organization's security account would do for this one."""
    if security.security_hub is not None:
        SecurityHub(
            scope.environment, args=SecurityHubArgs(settings=security.security_hub, region=scope.region), opts=opts
        )
    if evidence is None:
        return None
    if security.macie is not None:
        buckets = foundation.buckets
        Macie(
            scope.environment,
            args=MacieArgs(
                settings=security.macie,
                account_id=scope.account_id,
                buckets={
                    "assets": buckets.assets.bucket_name,
                    "uploads": buckets.uploads.bucket_name,
                    "backups": buckets.backups.bucket_name,
                },
                archive_bucket=evidence.bucket,
                key_arn=evidence.key_arn,
            ),
            opts=opts,
        )
    if security.guardduty is None:
        return None
    return GuardDuty(
        scope.environment,
        args=GuardDutyArgs(settings=security.guardduty, archive_arn=evidence.arn, key_arn=evidence.key_arn),
        opts=opts,
    )


def _notices(
    scope: Scope, security: SecuritySettings, foundation: Foundation, opts: pulumi.ResourceOptions
) -> FindingNotices | None:
    if security.findings is None:
        return None
    return FindingNotices(
        scope.environment,
        args=FindingNoticesArgs(
            settings=security.findings,
            environment=scope.environment,
            account_id=scope.account_id,
            region=scope.region,
            key_arn=foundation.key("messaging"),
        ),
        opts=opts,
    )


def _respond(
    scope: Scope,
    settings: StackSettings,
    foundation: Foundation,
    topic_arn: pulumi.Output[str],
    opts: pulumi.ResourceOptions,
) -> None:
    """Contain what GuardDuty finds, whoever runs it."""
    security = settings.security
    if security is None or security.incidents is None:
        return
    private = foundation.vpc.subnet_ids[Tier.PRIVATE]
    role = security.break_glass_role
    IncidentResponse(
        scope.environment,
        args=IncidentResponseArgs(
            settings=security.incidents,
            scope=scope,
            code=INCIDENTS,
            topic_arn=topic_arn,
            logs_key_arn=foundation.key("logs"),
            secrets_key_arn=foundation.key("secrets"),
            messaging_key_arn=foundation.key("messaging"),
            vpc_id=foundation.vpc.vpc_id,
            subnet_ids=[private[zone] for zone in settings.network.workload_zones],
            investigators=[f"arn:aws:iam::{scope.account_id}:role/{role}"] if role is not None else [],
        ),
        opts=opts,
    )


def pack_templates(framework: str) -> dict[str, str]:
    """Name of each part of a framework's conformance pack → its template."""
    files = sorted({*PACKS.glob(f"atoll-{framework}.yaml"), *PACKS.glob(f"atoll-{framework}-[0-9].yaml")})
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def documents_of(template: str) -> set[str]:
    """Automation documents that a conformance pack may start."""
    return set(TARGET.findall(template))
