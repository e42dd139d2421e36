"""Access points block public access."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict, all_of

SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def check(point: Subject) -> Verdict:
    """Everything is blocked where nobody says otherwise; it cannot be changed after creation."""
    configuration = point.read("publicAccessBlockConfiguration")
    if not configuration.known:
        return configuration.undecided()
    path = configuration.path
    return all_of(*(point.read(f"{path}.{switch}", default=True).must_be(True) for switch in SWITCHES))


CONTROL = Control(
    id="s3-access-point-public-access-blocked",
    title="Access points block public access",
    severity=Severity.CRITICAL,
    rationale="An access point has a policy of its own, which can be public though the one of the bucket is not.",
    remediation=Remediation(
        summary="Leave the four switches on, as they are by default; they cannot be changed later",
        snippet='s3.AccessPoint(name, bucket=bucket.id, public_access_block_configuration={"block_public_acls": True})',
    ),
    catalogue=("S3-14",),
    types=("aws:s3/accessPoint:AccessPoint",),
    check=check,
)
