"""In how many availability zones something stands, told by its subnets."""

from __future__ import annotations

from collections.abc import Iterator

from graph.values import FrozenList, Presence, Secret, Unknown, Value
from policies.readings import Reading
from policies.subject import Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict

SUBNET = "aws:ec2/subnet:Subnet"


def spans(resource: Subject, minimum: int, *subnets: Reading) -> Verdict:
    """Whether properties name subnets in at least so many zones.

    A subnet of this stack counts by its zone, another by its id: that two ids stand in two zones is what AWS itself
    demands of load balancers, and the best that can be told of others.
    """
    certain: set[object] = set()
    unclear = 0
    path = subnets[0].path
    for reading in subnets:
        if not reading.known and not isinstance(reading.value, FrozenList):
            return reading.undecided()
        for item in _items(reading.value):
            if isinstance(item, Secret) or (isinstance(item, Unknown) and not item.references):
                unclear += 1
            else:
                certain.add(_zone(resource, item))
    if len(certain) >= minimum:
        return PASS
    if len(certain) + unclear >= minimum:
        return Undecided(path)
    return Fail(f"{path} spans {len(certain) + unclear} availability zones, it must span at least {minimum}")


def _zone(resource: Subject, item: Value) -> object:
    """Zone of a subnet of the stack, where it is written; else what the subnet is called by."""
    if isinstance(item, Unknown) and len(item.references) == 1:
        node = resource.view.graph.get(item.references[0].urn)
        if node is not None and node.type == SUBNET:
            zone = Subject(resource.view, node).read("availabilityZone")
            return zone.value if isinstance(zone.value, str) else node.urn
    return item


def _items(value: Value | Presence) -> Iterator[Value]:
    if isinstance(value, FrozenList):
        yield from value
    elif value is not None and not isinstance(value, Presence):
        yield value
