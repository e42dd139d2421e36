"""Distributions fail over to a second origin."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.distributions import DISTRIBUTION
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of, any_of

SERVER_ERRORS = (500, 502, 503, 504)


def check(distribution: Subject) -> Verdict:
    """There is no failover where nobody groups origins."""
    groups = distribution.blocks("originGroups")
    if groups is None:
        return Undecided("originGroups")
    return any_of(*(_fails_over(group) for group in groups)) if groups else Fail("it has no origin group")


def _fails_over(group: Block) -> Verdict:
    members = group.blocks("members")
    if members is None:
        return Undecided(f"{group.path}.members")
    origins = [member.read("originId") for member in members]
    hidden = [origin for origin in origins if origin.must_be_set() != PASS]
    certain = len({origin.value for origin in origins if origin not in hidden})
    no_second = Fail(f"{group.path} has no second origin")
    two = PASS if certain > 1 else Undecided(hidden[0].path) if hidden and len(origins) > 1 else no_second
    return all_of(two, group.read("failoverCriteria.statusCodes").must_contain(*SERVER_ERRORS))


CONTROL = Control(
    id="cloudfront-origins-fail-over",
    title="Distributions fail over to a second origin",
    severity=Severity.LOW,
    rationale="When the origin's region fails, the site fails with it.",
    remediation=Remediation(
        summary="Add an origin group with the statuses that mean failure",
        snippet=(
            "cloudfront.Distribution(\n"
            "    name,\n"
            "    origin_groups=[\n"
            "        {\n"
            '            "origin_id": "both",\n'
            '            "failover_criteria": {"status_codes": [500, 502, 503, 504]},\n'
            '            "members": [{"origin_id": "first"}, {"origin_id": "second"}],\n'
            "        }\n"
            "    ],\n"
            ")"
        ),
    ),
    catalogue=("CF-04",),
    pillar=Pillar.RELIABILITY,
    types=(DISTRIBUTION,),
    check=check,
)
