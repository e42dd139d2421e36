"""Distributions log requests."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.distributions import DISTRIBUTION
from policies.related import has_companion
from policies.subject import Subject
from policies.verdicts import Verdict, any_of

SOURCE = "aws:cloudwatch/logDeliverySource:LogDeliverySource"


def check(distribution: Subject) -> Verdict:
    """Either logging of its own, or a delivery source that refers to it."""
    own = distribution.read("loggingConfig.bucket").must_be_set()
    return any_of(own, has_companion(distribution, "no log delivery source has it", (SOURCE, "resourceArn")))


CONTROL = Control(
    id="cloudfront-access-logged",
    title="Distributions log requests",
    severity=Severity.MEDIUM,
    rationale="Without logs nobody can say who fetched what.",
    remediation=Remediation(
        summary="Set logging_config, or deliver standard logs (v2) from a log delivery source",
        snippet='cloudfront.Distribution(name, logging_config={"bucket": logs.bucket_domain_name})',
    ),
    catalogue=("CF-03",),
    types=(DISTRIBUTION,),
    check=check,
    looks_around=True,
)
