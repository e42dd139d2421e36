"""GuardDuty watches the audit logs of Kubernetes."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.detectors import feature_on
from policies.subject import View
from policies.verdicts import Verdict


def check(stack: View) -> Verdict:
    """As a feature, or as the older data source."""
    return feature_on(stack, "EKS_AUDIT_LOGS", "datasources.kubernetes.auditLogs.enable")


CONTROL = StackControl(
    id="guardduty-eks-audit-logs-watched",
    title="GuardDuty watches the audit logs of Kubernetes",
    severity=Severity.HIGH,
    rationale="Stolen credentials of a cluster are used unseen.",
    remediation=Remediation(
        summary="Enable the feature",
        snippet=(
            'guardduty.DetectorFeature(\n    name, detector_id=detector.id, name="EKS_AUDIT_LOGS", status="ENABLED"\n)'
        ),
    ),
    catalogue=("GD-02",),
    layers=("region",),
    check=check,
)
