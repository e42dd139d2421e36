"""Load balancers deliver access logs to a bucket."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.load_balancers import BALANCERS
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict, all_of


def check(balancer: Subject) -> Verdict:
    """Nothing is logged where nobody says so; gateway load balancers cannot."""
    kind = balancer.read("loadBalancerType", default="application")
    if kind.known and kind.value == "gateway":
        return NotApplicable("a gateway load balancer has no access logs")
    enabled = balancer.read("accessLogs.enabled", default=False)
    return all_of(enabled.must_be(True), balancer.read("accessLogs.bucket").must_be_set())


CONTROL = Control(
    id="lb-access-logged",
    title="Load balancers deliver access logs to a bucket",
    severity=Severity.MEDIUM,
    rationale="Without them nobody can say who called what before an incident.",
    remediation=Remediation(
        summary="Send access logs to the bucket of logs",
        snippet='lb.LoadBalancer(name, access_logs={"bucket": logs.id, "enabled": True})',
    ),
    catalogue=("LB-04",),
    types=BALANCERS,
    check=check,
)
