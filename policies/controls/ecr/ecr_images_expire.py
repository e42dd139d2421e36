"""Old images are deleted."""

from __future__ import annotations

from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, any_of

LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy"


def check(repository: Subject) -> Verdict:
    """Images stay for ever where nobody says otherwise."""
    found = repository.companions(LIFECYCLE, "repository")
    if found.certain:
        return any_of(*(policy.read("policy").must_be_set() for policy in found.certain))
    return Undecided(f"repository of {found.possible[0]}") if found.possible else Fail("it has no lifecycle policy")


CONTROL = Control(
    id="ecr-images-expire",
    title="Old images are deleted",
    severity=Severity.MEDIUM,
    rationale="Images pile up; each costs storage and scans, and old ones with holes stay deployable.",
    remediation=Remediation(
        summary="Add a lifecycle policy",
        snippet="ecr.LifecyclePolicy(name, repository=repository.name, policy=lifecycle_document)",
    ),
    catalogue=("ECR-03",),
    pillar=Pillar.COST,
    types=("aws:ecr/repository:Repository",),
    check=check,
    looks_around=True,
)
