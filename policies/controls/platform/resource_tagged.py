"""Every resource that takes tags says whose it is, who pays and how well its data must be kept (COST-1)."""

from __future__ import annotations

from graph.values import Secret, Unknown
from policies.control import Control, ControlSettings, Pillar, Remediation, Severity, settings_of
from policies.subject import Subject
from policies.taggable import TAGGABLE
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict


class Settings(ControlSettings):
    """Which tags there must be."""

    required: tuple[str, ...] = ("CostCenter", "DataClassification", "Environment", "ManagedBy", "Owner", "Platform")
    """Keys of the tags."""
    classifications: tuple[str, ...] = ("public", "internal", "confidential", "restricted")
    """Values that DataClassification may have."""


def check(resource: Subject) -> Verdict:
    """Its own tags and its provider's default ones together."""
    if resource.type not in TAGGABLE:
        return NotApplicable("it takes no tags")
    settings = settings_of(resource.view, CONTROL)
    tags = resource.view.graph.tags_all(resource.node)
    own = resource.read("tags")
    if not own.known:  # whatever is in there wins over the default tags
        return own.undecided()
    missing = [key for key in settings.required if tags.get(key) in (None, "")]
    if missing:
        return Fail(f"it has no tag {', '.join(missing)}")
    value = tags["DataClassification"]
    if not isinstance(value, Unknown | Secret) and value not in settings.classifications:
        allowed = ", ".join(settings.classifications)
        return Fail(f"its tag DataClassification is {value!r}; it may be one of {allowed}")
    hidden = [key for key in settings.required if isinstance(tags[key], Unknown | Secret)]
    return Undecided(f"tags.{hidden[0]}") if hidden else PASS


CONTROL = Control(
    id="resource-tagged",
    title="Every resource carries the mandatory tags",
    severity=Severity.MEDIUM,
    rationale="Costs, incidents and deletions find their owner by tags; what has none belongs to nobody.",
    remediation=Remediation(
        summary="Make it with the stack's provider, whose default tags hold them all",
        snippet="pulumi.ResourceOptions(provider=provider)",
    ),
    catalogue=("TAG-01",),
    pillar=Pillar.COST,
    settings=Settings,
    types=("aws:*",),
    check=check,
    looks_around=True,
)
