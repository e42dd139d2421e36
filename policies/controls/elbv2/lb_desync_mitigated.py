"""Application load balancers mitigate ambiguous requests."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.load_balancers import BALANCERS, of_application
from policies.subject import Subject
from policies.verdicts import NotApplicable, Undecided, Verdict


def check(balancer: Subject) -> Verdict:
    """Defensive is what AWS does where nobody says otherwise."""
    kind = of_application(balancer)
    if isinstance(kind, Undecided):
        return kind
    if not kind:
        return NotApplicable("only application load balancers read headers")
    return balancer.read("desyncMitigationMode", default="defensive").must_be_one_of(("defensive", "strictest"))


CONTROL = Control(
    id="lb-desync-mitigated",
    title="Application load balancers mitigate ambiguous requests",
    severity=Severity.MEDIUM,
    rationale="A request that balancer and container read differently lets one caller answer for another.",
    remediation=Remediation(
        summary="Leave desync_mitigation_mode at defensive, or set strictest",
        snippet='lb.LoadBalancer(name, desync_mitigation_mode="defensive")',
    ),
    catalogue=("LB-06",),
    types=BALANCERS,
    check=check,
    correct=setting("desyncMitigationMode", "defensive"),
)
