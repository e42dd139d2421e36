"""Clusters have Container Insights."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.corrections import Inputs, containing, each
from policies.subject import Subject
from policies.verdicts import Fail, Undecided, Verdict, all_of

NAME = "containerInsights"
ON = {"name": NAME, "value": "enabled"}


def check(cluster: Subject) -> Verdict:
    """It is off where neither the cluster nor the account says otherwise."""
    settings = cluster.blocks("settings")
    if settings is None:
        return Undecided("settings")
    values = [setting.read("value") for setting in settings if setting.read("name").value == NAME]
    if not values:
        return Fail("it does not set containerInsights")
    return all_of(*(value.must_be_one_of(("enabled", "enhanced")) for value in values))


def correct(inputs: Inputs) -> Inputs:
    """Beside the cluster's other settings."""
    return containing("settings", ON)(each("settings", _switched_on)(inputs))


def _switched_on(setting: Inputs) -> Inputs:
    return {**setting, **ON} if setting.get("name") == NAME else setting


CONTROL = Control(
    id="ecs-container-insights-on",
    title="Clusters have Container Insights",
    severity=Severity.MEDIUM,
    rationale="Nobody sees that a task runs out of memory again and again.",
    remediation=Remediation(
        summary="Switch it on",
        snippet='ecs.Cluster(name, settings=[{"name": "containerInsights", "value": "enhanced"}])',
    ),
    catalogue=("ECS-09",),
    types=("aws:ecs/cluster:Cluster",),
    check=check,
    correct=correct,
)
