"""GuardDuty watches objects, logins of databases, functions and volumes."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.detectors import feature_on
from policies.subject import View
from policies.verdicts import Verdict, all_of

FEATURES = {
    "S3_DATA_EVENTS": "datasources.s3Logs.enable",
    "RDS_LOGIN_EVENTS": None,
    "LAMBDA_NETWORK_LOGS": None,
    "EBS_MALWARE_PROTECTION": "datasources.malwareProtection.scanEc2InstanceWithFindings.ebsVolumes.enable",
}
"""Feature of a detector → the older property that says the same."""


def check(stack: View) -> Verdict:
    """As features, or as the older data sources where there were any."""
    return all_of(*(feature_on(stack, name, older) for name, older in FEATURES.items()))


CONTROL = StackControl(
    id="guardduty-data-watched",
    title="GuardDuty watches objects, logins of databases, functions and volumes",
    severity=Severity.HIGH,
    rationale="Data leaves through a bucket, a database, a function or a disk that nobody watches.",
    remediation=Remediation(
        summary="Enable the four features",
        snippet=(
            "for feature in (\n"
            '    "S3_DATA_EVENTS",\n'
            '    "RDS_LOGIN_EVENTS",\n'
            '    "LAMBDA_NETWORK_LOGS",\n'
            '    "EBS_MALWARE_PROTECTION",\n'
            "):\n"
            '    guardduty.DetectorFeature(feature, detector_id=detector.id, name=feature, status="ENABLED")'
        ),
    ),
    catalogue=("GD-04",),
    layers=("region",),
    check=check,
)
