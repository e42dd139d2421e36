"""Listeners speak HTTPS or TLS."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.load_balancers import LISTENERS, redirects
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict


def check(listener: Subject) -> Verdict:
    """Plain HTTP passes where all it does is redirect; AWS takes HTTP where nobody names a protocol."""
    protocol = listener.read("protocol", default="HTTP")
    if protocol.known and protocol.value == "GENEVE":
        return NotApplicable("a gateway load balancer hands packets on")
    if protocol.known and protocol.value == "HTTP" and (answer := redirects(listener)) is not None:
        return answer
    return protocol.must_be_one_of(("HTTPS", "TLS"))


CONTROL = Control(
    id="lb-listener-protocol-secure",
    title="Listeners speak HTTPS or TLS",
    severity=Severity.MEDIUM,
    rationale="What a listener takes in clear is read by whoever sits on the way.",
    remediation=Remediation(
        summary="Listen for HTTPS or TLS with a certificate of ACM",
        snippet=(
            "lb.Listener(\n"
            "    name,\n"
            "    port=443,\n"
            '    protocol="HTTPS",\n'
            "    certificate_arn=certificate.arn,\n"
            '    ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",\n'
            ")"
        ),
    ),
    catalogue=("LB-09",),
    companions=("lb-http-redirected",),
    types=LISTENERS,
    check=check,
)
