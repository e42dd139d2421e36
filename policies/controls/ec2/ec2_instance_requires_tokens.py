"""Instances require tokens for instance metadata."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.instances import INSTANCES, TEMPLATE, tokens_required
from policies.subject import Subject
from policies.verdicts import Verdict, all_of


def check(instance: Subject) -> Verdict:
    """AWS answers without a token where neither the instance nor its launch template requires one."""
    templates = [other for other in instance.referred("launchTemplate") if other.type == TEMPLATE]
    if templates and instance.read("metadataOptions").missing:
        return all_of(*(tokens_required(template) for template in templates))
    return tokens_required(instance)


CONTROL = Control(
    id="ec2-instance-requires-tokens",
    title="Instances require tokens for instance metadata",
    severity=Severity.HIGH,
    rationale="A web application that fetches any URL gives the credentials of its instance to whoever asks it to.",
    remediation=Remediation(
        summary="Require tokens (IMDSv2)",
        snippet='ec2.Instance(name, metadata_options={"http_tokens": "required"})',
    ),
    catalogue=("EC2-12",),
    types=INSTANCES,
    check=check,
    looks_around=True,
)
