"""No repository of images is open to everyone."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.grants import nothing_for_everyone
from policies.subject import Subject
from policies.verdicts import Verdict


def check(repository: Subject) -> Verdict:
    """Only the own account may use it where there is no policy."""
    return nothing_for_everyone(repository.read("policy"))


CONTROL = Control(
    id="ecr-repository-without-public-grant",
    title="No repository of images is open to everyone",
    severity=Severity.CRITICAL,
    rationale="Everyone pulls the images, and what is in them, or pushes one of their own.",
    remediation=Remediation(
        summary="Name the principals, or limit the statement to an account or an organization",
        snippet=(
            "statement = {\n"
            '    "Effect": "Allow", "Principal": {"AWS": partner_role_arn},\n'
            '    "Action": "ecr:BatchGetImage", "Resource": "*",\n'
            "}"
        ),
    ),
    catalogue=("ECR-04",),
    types=("aws:ecr/repositoryPolicy:RepositoryPolicy",),
    check=check,
)
