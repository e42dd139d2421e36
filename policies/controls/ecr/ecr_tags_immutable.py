"""Tags of images never move."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Verdict


def check(repository: Subject) -> Verdict:
    """Tags move where nobody says otherwise."""
    return repository.read("imageTagMutability", default="MUTABLE").must_be("IMMUTABLE")


CONTROL = Control(
    id="ecr-tags-immutable",
    title="Tags of images never move",
    severity=Severity.MEDIUM,
    rationale="What was tested under a tag is not what runs under it.",
    remediation=Remediation(
        summary="Make tags immutable", snippet='ecr.Repository(name, image_tag_mutability="IMMUTABLE")'
    ),
    catalogue=("ECR-02",),
    types=("aws:ecr/repository:Repository",),
    check=check,
)
