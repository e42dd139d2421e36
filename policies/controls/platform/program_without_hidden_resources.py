"""No component keeps its children from the controls."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, NotApplicable, Undecided, Verdict

OWN = "atoll:"


def check(resource: Subject) -> Verdict:
    """A component of another package without children may be a remote one, whose children are made elsewhere."""
    if resource.node.custom:
        return NotApplicable("it is no component")
    if resource.type.startswith(OWN) or resource.view.graph.children(resource.urn):
        return PASS
    return Undecided(f"the children of {resource.type}")


CONTROL = Control(
    id="program-without-hidden-resources",
    title="Every component shows its children",
    severity=Severity.HIGH,
    rationale="What a component makes out of sight is deployed all the same, and nobody has judged it.",
    remediation=Remediation(
        summary="Make the children in this program, or let the recorder expand the component",
        snippet="class Assets(pulumi.ComponentResource): ...",
    ),
    catalogue=(),
    types=("*",),
    check=check,
    looks_around=True,
)
