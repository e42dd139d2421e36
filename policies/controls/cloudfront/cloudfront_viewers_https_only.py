"""Distributions serve viewers over HTTPS only."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import Inputs, each, in_turn, inside
from policies.distributions import DISTRIBUTION, each_behaviour
from policies.subject import Subject
from policies.verdicts import Verdict


def check(distribution: Subject) -> Verdict:
    """Every behaviour says so."""
    return each_behaviour(
        distribution,
        lambda behaviour: behaviour.read("viewerProtocolPolicy").must_be_one_of(("redirect-to-https", "https-only")),
    )


def _redirected(behaviour: Inputs) -> Inputs:
    """Viewers who ask without TLS are sent to where there is."""
    wrong = behaviour.get("viewerProtocolPolicy") in {None, "allow-all"}
    return {**behaviour, "viewerProtocolPolicy": "redirect-to-https"} if wrong else behaviour


CONTROL = Control(
    id="cloudfront-viewers-https-only",
    title="Distributions serve viewers over HTTPS only",
    severity=Severity.MEDIUM,
    rationale="Pages and cookies travel in clear to whoever asks for them so.",
    remediation=Remediation(
        summary="Redirect or refuse plain HTTP in every behaviour",
        snippet=(
            "cloudfront.Distribution(\n"
            '    name, default_cache_behavior={"viewer_protocol_policy": "redirect-to-https"}\n'
            ")"
        ),
    ),
    catalogue=("CF-01",),
    types=(DISTRIBUTION,),
    check=check,
    correct=in_turn(inside("defaultCacheBehavior", _redirected), each("orderedCacheBehaviors", _redirected)),
)
