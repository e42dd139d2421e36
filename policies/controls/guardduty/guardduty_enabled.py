"""GuardDuty is on in the stack's region."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.subject import View
from policies.verdicts import Fail, Verdict, any_of

DETECTOR = "aws:guardduty/detector:Detector"


def check(stack: View) -> Verdict:
    """A detector that is not switched off."""
    detectors = stack.of_type(DETECTOR)
    if not detectors:
        return Fail("the stack has no GuardDuty detector")
    return any_of(*(detector.read("enable", default=True).must_be(True) for detector in detectors))


CONTROL = StackControl(
    id="guardduty-enabled",
    title="GuardDuty is on in every region",
    severity=Severity.HIGH,
    rationale="Without it, stolen credentials and mining instances are noticed on the invoice.",
    remediation=Remediation(summary="Add a detector", snippet="guardduty.Detector(name, enable=True)"),
    catalogue=("GD-01",),
    check=check,
)
