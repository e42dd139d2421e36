"""Search domains are in a VPC."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(domain: Subject) -> Verdict:
    """A domain is public where nobody says otherwise."""
    return domain.read("vpcOptions.subnetIds").must_be_set()


CONTROL = Control(
    id="opensearch-in-vpc",
    title="Search domains are in a VPC",
    severity=Severity.CRITICAL,
    rationale="Outside a VPC the domain answers the internet, and only its policy stands before it.",
    remediation=Remediation(
        summary="Give it private subnets",
        snippet=(
            'opensearch.Domain(\n    name, vpc_options={"subnet_ids": subnet_ids, "security_group_ids": [group.id]},\n)'
        ),
    ),
    catalogue=("OS-02",),
    types=("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
    check=check,
)
