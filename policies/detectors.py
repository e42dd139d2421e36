"""Features of GuardDuty detectors, as resources of their own and as the older data sources."""

from __future__ import annotations

from policies.subject import Subject, View
from policies.verdicts import Fail, Verdict, all_of, any_of

DETECTOR = "aws:guardduty/detector:Detector"
FEATURE = "aws:guardduty/detectorFeature:DetectorFeature"


def feature_on(stack: View, name: str, older: str | None = None) -> Verdict:
    """Whether a feature is enabled.

    Args:
        stack: where to look.
        name: such as `EKS_AUDIT_LOGS`.
        older: property of the detector that said so before there were features.
    """
    verdicts = [_is_on(feature, name) for feature in stack.of_type(FEATURE)]
    if older is not None:
        verdicts += [
            detector.read(older).must_be(True)
            for detector in stack.of_type(DETECTOR)
            if not detector.read("datasources").missing
        ]
    return any_of(Fail(f"the stack does not enable {name}"), *(v for v in verdicts if not isinstance(v, Fail)))


def _is_on(feature: Subject, name: str) -> Verdict:
    return all_of(feature.read("name").must_be(name), feature.read("status").must_be("ENABLED"))
