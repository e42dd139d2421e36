"""Which region gets which share of the traffic."""

from __future__ import annotations

from analysis.diagrams.scene import Scene


def shares(scene: Scene) -> dict[str, int]:
    """Region → percent, from the weighted records of DNS or the accelerator's dials; empty without."""
    weights: dict[str, int] = {}
    for record in scene.of("aws:route53/record:Record"):
        weight = scene.number(record, "weightedRoutingPolicies[0].weight")
        region = _region(scene, f"{scene.text(record, 'setIdentifier')} {record.name}")
        if weight and region:
            weights[region] = max(weight, weights.get(region, 0))
    for group in scene.of("aws:globalaccelerator/endpointGroup:EndpointGroup"):
        region = scene.text(group, "endpointGroupRegion")
        if region in scene.regions and not weights.get(region):
            weights[region] = scene.number(group, "trafficDialPercentage")
    total = sum(weights.values())
    return {region: round(100 * weight / total) for region, weight in weights.items()} if total else {}


def second_origin(scene: Scene) -> str | None:
    """The region whose origin the CDN asks when the first one answers with an error; None where there is none."""
    for distribution in scene.of("aws:cloudfront/distribution:Distribution"):
        named = scene.text(distribution, "originGroups[0].members[1].originId")
        if named:
            return _region(scene, named)
    return None


def _region(scene: Scene, said: str) -> str | None:
    """The region that a record's words name: by its own name, or by that of a stack in it."""
    by_name = next((region for region in scene.regions if region in said), None)
    if by_name:
        return by_name
    words = said.split()
    for stack in sorted(scene.estate, key=len, reverse=True):
        if any(word == stack or word.endswith(f"-{stack}") for word in words):
            vpcs = [node for node in scene.of("aws:ec2/vpc:Vpc") if node.urn.startswith(f"urn:pulumi:{stack}::")]
            if vpcs:
                return scene.region_of(vpcs[0])
    return None
