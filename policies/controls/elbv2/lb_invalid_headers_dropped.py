"""Application load balancers drop headers with invalid names."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import setting
from policies.load_balancers import BALANCERS, of_application
from policies.subject import Subject
from policies.verdicts import NotApplicable, Undecided, Verdict


def check(balancer: Subject) -> Verdict:
    """AWS hands them on where nobody says otherwise."""
    kind = of_application(balancer)
    if isinstance(kind, Undecided):
        return kind
    if not kind:
        return NotApplicable("only application load balancers read headers")
    return balancer.read("dropInvalidHeaderFields", default=False).must_be(True)


CONTROL = Control(
    id="lb-invalid-headers-dropped",
    title="Application load balancers drop headers with invalid names",
    severity=Severity.MEDIUM,
    rationale="Headers that no client may send are how requests are smuggled past the balancer to a container.",
    remediation=Remediation(
        summary="Set drop_invalid_header_fields", snippet="lb.LoadBalancer(name, drop_invalid_header_fields=True)"
    ),
    catalogue=("LB-03",),
    types=BALANCERS,
    check=check,
    correct=setting("dropInvalidHeaderFields", True),
)
