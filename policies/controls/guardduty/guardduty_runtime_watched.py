"""GuardDuty watches what runs on instances and in containers."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.detectors import feature_on
from policies.subject import View
from policies.verdicts import Verdict


def check(stack: View) -> Verdict:
    """As a feature; there is no older spelling."""
    return feature_on(stack, "RUNTIME_MONITORING")


CONTROL = StackControl(
    id="guardduty-runtime-watched",
    title="GuardDuty watches what runs on instances and in containers",
    severity=Severity.HIGH,
    rationale="A shell in a container, or a miner, is seen by nobody.",
    remediation=Remediation(
        summary="Enable the feature",
        snippet=(
            "guardduty.DetectorFeature(\n"
            '    name, detector_id=detector.id, name="RUNTIME_MONITORING", status="ENABLED"\n'
            ")"
        ),
    ),
    catalogue=("GD-03",),
    layers=("region",),
    check=check,
)
