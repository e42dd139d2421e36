"""Listeners for plain HTTP redirect to HTTPS."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.load_balancers import LISTENERS, redirects
from policies.subject import Subject
from policies.verdicts import Fail, NotApplicable, Verdict


def check(listener: Subject) -> Verdict:
    """HTTP is what AWS takes where nobody names a protocol."""
    protocol = listener.read("protocol", default="HTTP")
    if not protocol.known:
        return protocol.undecided()
    if protocol.value != "HTTP":
        return NotApplicable("it does not speak plain HTTP")
    answer = redirects(listener)
    return Fail("it answers plain HTTP with something else than a redirect to HTTPS") if answer is None else answer


CONTROL = Control(
    id="lb-http-redirected",
    title="Listeners for plain HTTP redirect to HTTPS",
    severity=Severity.MEDIUM,
    rationale="Who types the name of a site without https sends the first request, cookies included, in clear.",
    remediation=Remediation(
        summary="Let the listener on port 80 only redirect",
        snippet=(
            "lb.Listener(\n"
            "    name,\n"
            "    port=80,\n"
            '    protocol="HTTP",\n'
            "    default_actions=[\n"
            "        {\n"
            '            "type": "redirect",\n'
            '            "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"},\n'
            "        }\n"
            "    ],\n"
            ")"
        ),
    ),
    catalogue=("LB-01",),
    companions=("lb-listener-protocol-secure",),
    types=LISTENERS,
    check=check,
)
