"""AWS Config records every kind of resource, global ones included."""

from __future__ import annotations

from policies.control import Remediation, Severity, StackControl
from policies.related import any_on
from policies.subject import Subject, View
from policies.verdicts import Verdict, all_of


def check(stack: View) -> Verdict:
    """All but global types are recorded where nobody says otherwise; a recorder is off until its status says on."""
    return all_of(
        any_on(stack, "aws:cfg/recorder:Recorder", "the stack has no Config recorder", _everything),
        any_on(
            stack,
            "aws:cfg/recorderStatus:RecorderStatus",
            "the stack does not start its Config recorder",
            lambda status: status.read("isEnabled", default=False).must_be(True),
        ),
    )


def _everything(recorder: Subject) -> Verdict:
    return all_of(
        recorder.read("recordingGroup.allSupported", default=True).must_be(True),
        recorder.read("recordingGroup.includeGlobalResourceTypes", default=False).must_be(True),
    )


CONTROL = StackControl(
    id="config-records-everything",
    title="AWS Config records every kind of resource, global ones included",
    severity=Severity.MEDIUM,
    rationale="Nobody can say what a resource was like before an incident, and no rule sees it.",
    remediation=Remediation(
        summary="Record all supported types, and switch the recorder on",
        snippet=(
            "cfg.Recorder(\n"
            "    name,\n"
            "    role_arn=role.arn,\n"
            '    recording_group={"all_supported": True, "include_global_resource_types": True},\n'
            ")"
        ),
    ),
    catalogue=("CFG-01",),
    layers=("region",),
    check=check,
)
