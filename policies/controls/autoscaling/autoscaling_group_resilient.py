"""Auto Scaling groups use a template, several zones and types, and the health of their balancer."""

from __future__ import annotations

from graph.values import FrozenList, FrozenMap
from policies.control import Control, Pillar, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, Verdict, all_of
from policies.zones import spans


def check(group: Subject) -> Verdict:
    """Health of the balancer is asked of groups that are behind one."""
    mixed = "mixedInstancesPolicy.launchTemplate"
    behind = any(not group.read(name).missing for name in ("targetGroupArns", "loadBalancers", "trafficSources"))
    zones = group.read("vpcZoneIdentifiers")
    return all_of(
        group.read("launchConfiguration").must_not_be_set(),
        group.read(f"{mixed}.launchTemplateSpecification").must_be_set(),
        group.read(f"{mixed}.overrides").must(_several, "several instance types"),
        spans(group, 2, group.read("availabilityZones") if zones.missing else zones),
        group.read("healthCheckType", default="EC2").must_be("ELB") if behind else PASS,
    )


def _several(overrides: object) -> bool:
    if not isinstance(overrides, FrozenList):
        return False
    return len(overrides) > 1 or any(isinstance(o, FrozenMap) and o.get("instanceRequirements") for o in overrides)


CONTROL = Control(
    id="autoscaling-group-resilient",
    title="Auto Scaling groups use a template, several zones and types, and the health of their balancer",
    severity=Severity.MEDIUM,
    rationale="When a zone fails, or a type is sold out, no instance starts; a hung one stays.",
    remediation=Remediation(
        summary="Mix instance types of a launch template over several zones",
        snippet=(
            "autoscaling.Group(\n"
            "    name,\n"
            "    vpc_zone_identifiers=subnet_ids,\n"
            '    health_check_type="ELB",\n'
            "    mixed_instances_policy=policy,\n"
            ")"
        ),
    ),
    catalogue=("ASG-01",),
    pillar=Pillar.RELIABILITY,
    types=("aws:autoscaling/group:Group",),
    check=check,
    looks_around=True,
)
