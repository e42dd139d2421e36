"""GuardDuty in one region, with every protection (SEC-1)."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws.guardduty._inputs import (
    DetectorFeatureAdditionalConfigurationArgs,
    FilterFindingCriteriaArgs,
    FilterFindingCriteriaCriterionArgs,
)
from pulumi_aws.guardduty.detector import Detector
from pulumi_aws.guardduty.detector_feature import DetectorFeature
from pulumi_aws.guardduty.filter import Filter
from pulumi_aws.guardduty.ip_set import IPSet
from pulumi_aws.guardduty.publishing_destination import PublishingDestination
from pulumi_aws.guardduty.threat_intel_set import ThreatIntelSet

from components.detection.audit_archive import FINDINGS_PREFIX
from contracts.settings.detection import GuardDutySettings

TOKEN = "atoll:detection:GuardDuty"

FEATURES: dict[str, tuple[str, ...]] = {
    "S3_DATA_EVENTS": (),
    "EKS_AUDIT_LOGS": (),
    "EBS_MALWARE_PROTECTION": (),
    "RDS_LOGIN_EVENTS": (),
    "LAMBDA_NETWORK_LOGS": (),
    "RUNTIME_MONITORING": ("EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"),
}
"""Every protection, and the agents that GuardDuty installs and renews itself for it."""


@dataclass(frozen=True, kw_only=True)
class GuardDutyArgs:
    """Wiring of GuardDuty."""

    settings: GuardDutySettings
    archive_arn: pulumi.Input[str]
    """Bucket that findings are kept in, once its policy lets GuardDuty write."""
    key_arn: pulumi.Input[str]
    """Key that they are encrypted with there."""


class GuardDuty(pulumi.ComponentResource):
    """A detector with every protection, whose findings are kept, filtered and enriched as the settings say.

    Makes: the detector; objects, Kubernetes audit logs, malware, database logins, function traffic and run time with
    managed agents; the destination in the bucket of evidence; a filter that archives what matters to nobody; threat
    lists and one list of trusted addresses.
    Costs: see `security.guardduty`; a month is free in a new account. Does not: tell anybody (`FindingNotices`), or
    act (`IncidentResponse`).
    Errors: BadRequestException where the organization's administrator has made the detector: set `delegated`.
    Source: SEC-1; Amazon GuardDuty User Guide, "GuardDuty protection plans", "Suppression rules", "Trusted IP lists".
    """

    detector_id: pulumi.Output[str]

    def __init__(self, name: str, *, args: GuardDutyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-detector` and what belongs to it."""
        super().__init__(TOKEN, name, None, opts)
        child, settings = pulumi.ResourceOptions(parent=self), args.settings
        detector = Detector(
            f"{name}-detector",
            enable=True,
            finding_publishing_frequency=settings.publishing_frequency,
            opts=child,
        )
        for feature, agents in FEATURES.items():
            DetectorFeature(
                f"{name}-detector-{feature.lower().replace('_', '-')}",
                detector_id=detector.id,
                name=feature,
                status="ENABLED",
                additional_configurations=[
                    DetectorFeatureAdditionalConfigurationArgs(name=agent, status="ENABLED") for agent in agents
                ]
                or None,
                opts=child,
            )
        PublishingDestination(
            f"{name}-findings-kept",
            detector_id=detector.id,
            destination_arn=pulumi.Output.concat(args.archive_arn, "/", FINDINGS_PREFIX),
            kms_key_arn=args.key_arn,
            opts=child,
        )
        if settings.archive_below_severity is not None:
            Filter(
                f"{name}-archived",
                name=f"{name}-archived",
                description="Matters to nobody: straight into the archive",
                detector_id=detector.id,
                rank=1,
                action="ARCHIVE",
                finding_criteria=FilterFindingCriteriaArgs(
                    criterions=[
                        FilterFindingCriteriaCriterionArgs(
                            field="severity", less_than=str(settings.archive_below_severity)
                        )
                    ]
                ),
                opts=child,
            )
        for key, location in settings.threat_lists.items():
            ThreatIntelSet(
                f"{name}-threats-{key}",
                name=f"{name}-{key}",
                detector_id=detector.id,
                activate=True,
                format="TXT",
                location=location,
                opts=child,
            )
        if settings.trusted_list is not None:
            IPSet(
                f"{name}-trusted",
                name=f"{name}-trusted",
                detector_id=detector.id,
                activate=True,
                format="TXT",
                location=settings.trusted_list,
                opts=child,
            )
        self.detector_id = detector.id
        self.register_outputs({"detector_id": self.detector_id})
