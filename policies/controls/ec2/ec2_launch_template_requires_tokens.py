"""Launch templates require tokens for instance metadata."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import Inputs, inside, number
from policies.instances import MOST_HOPS, TEMPLATES, tokens_required
from policies.subject import Subject
from policies.verdicts import Verdict


def check(template: Subject) -> Verdict:
    """AWS answers without a token where nobody requires one."""
    return tokens_required(template)


def _with_tokens(options: Inputs) -> Inputs:
    """Instances that run already stay as they are; new ones ask with a token."""
    corrected = {**options, "httpTokens": "required"}
    if number(corrected.get("httpPutResponseHopLimit")) > MOST_HOPS:
        corrected["httpPutResponseHopLimit"] = MOST_HOPS
    return corrected


CONTROL = Control(
    id="ec2-launch-template-requires-tokens",
    title="Launch templates require tokens for instance metadata",
    severity=Severity.LOW,
    rationale="A web application that fetches any URL gives the credentials of its instance to whoever asks it to.",
    remediation=Remediation(
        summary="Require tokens (IMDSv2)",
        snippet='ec2.LaunchTemplate(name, metadata_options={"http_tokens": "required"})',
    ),
    catalogue=("EC2-11",),
    types=TEMPLATES,
    check=check,
    correct=inside("metadataOptions", _with_tokens),
)
