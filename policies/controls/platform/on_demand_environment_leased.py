"""An on-demand environment says until when it lives (CON-5)."""

from __future__ import annotations

from datetime import date, timedelta

from graph.values import FrozenMap, Secret, Unknown
from policies.control import ControlSettings, Pillar, Remediation, Severity, StackControl, settings_of
from policies.subject import View
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict

TAG = "ExpiresAt"


class Settings(ControlSettings):
    """How long such an environment may live."""

    longest_days: int = 30
    """Days from today."""


def check(stack: View) -> Verdict:
    """The default tags of every AWS provider, since they reach all that it makes, under those of each resource."""
    providers = [node for node in stack.graph if node.is_provider and node.package == "aws"]
    resources = list(stack.of_aws())
    tags = [stack.graph.tags_all(resource.node) for resource in resources] or [FrozenMap() for _ in providers]
    environments = {str(each.get("Environment", "")) for each in tags}
    if not any(environment.startswith("env-") for environment in environments):
        return NotApplicable("it is no on-demand environment")
    for each in tags:
        value = each.get(TAG)
        if isinstance(value, Unknown | Secret):
            return Undecided(f"tags.{TAG}")
        problem = _problem(value, stack.today, settings_of(stack, CONTROL).longest_days)
        if problem is not None:
            return Fail(problem)
    hidden = [str(resource) for resource in resources if not resource.read("tags").known]
    return Undecided(f"tags of {hidden[0]}") if hidden else PASS


def _problem(value: object, today: date, longest: int) -> str | None:
    if not isinstance(value, str):
        return f"something in it has no tag {TAG}"
    try:
        end = date.fromisoformat(value)
    except ValueError:
        return f"its tag {TAG} is {value!r}, which is no date such as 2026-12-31"
    if end < today:
        return f"its lease ended on {end}"
    if end > today + timedelta(days=longest):
        return f"its lease lasts until {end}; it may last {longest} days"
    return None


CONTROL = StackControl(
    id="on-demand-environment-leased",
    title="Every on-demand environment has a lease that ends",
    severity=Severity.MEDIUM,
    rationale="An environment that nobody removes is paid for as long as nobody looks.",
    remediation=Remediation(
        summary="Give the environment a lease, so that its provider tags everything with ExpiresAt",
        snippet='ProviderDefaultTagsArgs(tags={"ExpiresAt": "2026-12-31"})',
    ),
    catalogue=(),
    pillar=Pillar.COST,
    settings=Settings,
    layers=("region", "service"),
    check=check,
)
