"""The filters that stand at a place: security groups, network ACLs and route tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from analysis.reach.filters import GroupRules, Peer, Step, acl_step, group_step, route_step
from analysis.reach.network import Group, Network, Route, Subnet, Via
from analysis.reach.spaces import DST, SRC
from analysis.reach.spots import Spot


@dataclass(frozen=True)
class Standing:
    """Makes filters for one protocol and IP version, each once."""

    network: Network
    protocol: str
    version: int

    def out(self, source: Spot, target: Spot, *, private: bool) -> list[Step]:
        """Security groups of the asker."""
        if source.groups is None:
            return []
        peer = Peer(target.groups or frozenset() if private else frozenset(), target.service)
        return [self._judged(source, egress=True, peer=peer)]

    def into(self, source: Spot, target: Spot, *, private: bool) -> list[Step]:
        """Security groups of the one that is asked."""
        if target.groups is None:
            return []
        return [self._judged(target, egress=False, peer=Peer(source.groups or frozenset() if private else frozenset()))]

    def _judged(self, spot: Spot, *, egress: bool, peer: Peer) -> Step:
        key = (spot.groups, egress, peer)
        if (step := self._steps.get(key)) is None:
            step = self._steps[key] = group_step(
                [self._rules(group, egress=egress) for group in sorted(spot.groups or ())],
                egress=egress,
                peer=peer,
                protocol=self.protocol,
                version=self.version,
                address=DST if egress else SRC,
            )
        return step

    def _rules(self, key: str, *, egress: bool) -> GroupRules:
        if (key, egress) not in self._sorted_rules:
            group = self.network.groups.get(key) or _foreign(key)
            self._sorted_rules[key, egress] = GroupRules.of(group, group.egress if egress else group.ingress)
        return self._sorted_rules[key, egress]

    @cached_property
    def _sorted_rules(self) -> dict[tuple[str, bool], GroupRules]:
        return {}

    def acl(self, subnet: Subnet, address: int, *, egress: bool, back: bool, port: int) -> Step:
        """What crosses the border of a subnet; `address` and `port` are the dimensions that its entries compare."""
        key = (subnet, address, egress, back, port)
        if (step := self._steps.get(key)) is None:
            step = self._steps[key] = acl_step(
                subnet.acl,
                egress=egress,
                back=back,
                protocol=self.protocol,
                version=self.version,
                address=address,
                port=port,
            )
        return step

    def route(self, subnet: Subnet, address: int, via: Via, target: str, *, back: bool, to: str) -> Step:
        """The table of a subnet sends a packet to a gateway; `address` is the dimension of where it goes."""

        def accepts(route: Route) -> bool:
            return route.via is via and (route.target == target or via is Via.LOCAL)

        key = (subnet, address, via, target, back, to)
        if (step := self._steps.get(key)) is None:
            step = self._steps[key] = route_step(subnet.table, self.version, address, accepts, back=back, to=to)
        return step

    @cached_property
    def _steps(self) -> dict[tuple[Any, ...], Step]:
        """Filters that stand on many ways."""
        return {}

    def routes(self, subnet: Subnet, *kinds: Via) -> list[Route]:
        """One route for each place that the table of a subnet leads to."""
        found = {
            (route.via, route.target): route
            for route in subnet.table.routes
            if route.via in kinds and (route.block is None or route.block.version == self.version)
        }
        return list(found.values())


def _foreign(key: str) -> Group:
    """A group that no graph has: what it lets through nobody knows."""
    name = key.removeprefix("outside:")
    return Group(key, name, unknown=(f"rules of {name}, which is in none of the graphs",))
