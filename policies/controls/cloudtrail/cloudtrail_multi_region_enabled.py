"""A trail records management events of all regions."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import Subject, View
from policies.trails import TRAIL, records_management
from policies.verdicts import Verdict, all_of


def check(stack: View) -> Verdict:
    """Logging and global events are on where nobody says otherwise, other regions are not."""
    return any_on(stack, TRAIL, "the stack has no trail", _complete)


def _complete(trail: Subject) -> Verdict:
    return all_of(
        trail.read("isMultiRegionTrail", default=False).must_be(True),
        trail.read("includeGlobalServiceEvents", default=True).must_be(True),
        trail.read("enableLogging", default=True).must_be(True),
        records_management(trail),
    )


CONTROL = StackControl(
    id="cloudtrail-multi-region-enabled",
    title="A trail records management events of all regions",
    severity=Severity.HIGH,
    rationale="What an intruder does in a region that nobody uses is never seen.",
    remediation=Remediation(
        summary="Make the trail multi-region and leave its events unselected",
        snippet="cloudtrail.Trail(name, is_multi_region_trail=True, include_global_service_events=True)",
    ),
    catalogue=("CT-01",),
    layers=("organization",),
    check=check,
)
