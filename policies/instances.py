"""Instances, and the templates that they are made of."""

from __future__ import annotations

from policies.subject import Block, Subject
from policies.verdicts import PASS, Verdict, all_of

INSTANCES = ("aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest")
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration"
TEMPLATES = (TEMPLATE, CONFIGURATION)
MOST_HOPS = 2
"""One for the instance itself, one more for containers on it."""


def tokens_required(resource: Subject | Block) -> Verdict:
    """Whether its metadata is given only to those who ask with a token (IMDSv2), or to nobody.

    AWS gives it without one where nobody says otherwise, unless the image or the account does.
    """
    options = "metadataOptions"
    endpoint = resource.read(f"{options}.httpEndpoint", default="enabled")
    if endpoint.known and endpoint.value == "disabled":
        return PASS
    return all_of(
        resource.read(f"{options}.httpTokens", default="optional").must_be("required"),
        resource.read(f"{options}.httpPutResponseHopLimit", default=1).must_be_at_most(MOST_HOPS),
    )
