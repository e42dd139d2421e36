"""Listeners for TLS use a current security policy and a certificate."""

from __future__ import annotations

import re

from policies.control import Control, Remediation, Severity
from policies.load_balancers import LISTENERS
from policies.subject import Subject
from policies.verdicts import NotApplicable, Verdict, all_of

STRONG = re.compile(r"ELBSecurityPolicy-TLS13-1-[23](-Res)?(-FIPS)?(-PQ)?-20\d\d-\d\d")
"""Names of policies without TLS 1.0 and 1.1 and without CBC ciphers. ELB guide, "Security policies"."""


def check(listener: Subject) -> Verdict:
    """AWS takes ELBSecurityPolicy-2016-08, with TLS 1.0, where nobody names a policy."""
    protocol = listener.read("protocol", default="HTTP")
    if not protocol.known:
        return protocol.undecided()
    if protocol.value not in {"HTTPS", "TLS"}:
        return NotApplicable("it does not end TLS")
    policy = listener.read("sslPolicy", default="ELBSecurityPolicy-2016-08")
    return all_of(
        policy.must(lambda value: STRONG.fullmatch(str(value)) is not None, "a policy with TLS 1.2 and 1.3 only"),
        listener.read("certificateArn").must_be_set(),
    )


CONTROL = Control(
    id="lb-tls-policy-strong",
    title="Listeners for TLS use a current security policy and a certificate",
    severity=Severity.MEDIUM,
    rationale="Old protocols and ciphers let a recorded conversation be read later.",
    remediation=Remediation(
        summary="Set ssl_policy to one with TLS 1.2 and 1.3 only",
        snippet=(
            "lb.Listener(\n"
            "    name,\n"
            '    protocol="HTTPS",\n'
            '    ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",\n'
            "    certificate_arn=certificate.arn,\n"
            ")"
        ),
    ),
    catalogue=("LB-02",),
    types=LISTENERS,
    check=check,
)
