"""Every way from one place to another, as the filters that stand on it. Pure: a network in, filters out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.reach.filters import Entry, Step, wall
from analysis.reach.network import INTERNET, Endpoint, Network, Peering, Subnet, Via
from analysis.reach.spaces import DST, FROM_PORT, NAT_PORT, PORT, SRC
from analysis.reach.spots import Spot, Way, spots_of
from analysis.reach.standing import Standing
from analysis.reach.transit import Transit


@dataclass(frozen=True)
class Ways:
    """The ways in one network for one protocol and IP version."""

    network: Network
    protocol: str
    version: int

    def between(self, source: Spot, target: Spot) -> Iterator[Way]:
        """Every way that could exist; one that begins at a wall where none can."""
        here, there = source.subnet, target.subnet
        if here is None and there is None:
            yield Way((wall(source.label, "both ends are outside of the network"),))
        elif target.service is not None:
            yield from self._to_service(source, target, target.service)
        elif here is None and there is not None:
            yield from self._from_internet(source, target, there)
        elif there is None and here is not None:
            yield from self._to_internet(source, target, here)
        elif here is not None and there is not None:
            if here.vpc.key == there.vpc.key:
                yield self._within(source, target, here, there)
            else:
                yield from self._across(source, target, here, there)

    def shut(self, source: Spot, target: Spot) -> bool:
        """Whether no rule of the groups of one is about the other: then nothing passes, whichever way there is.

        It spares most pairs their ways. Groups stand on all of them but PrivateLink, which shows others than these.
        """
        if target.balancer is not None and target.balancer in self._behind_endpoints:
            return False
        steps = (*self.standing.out(source, target, private=True), *self.standing.into(source, target, private=True))
        return any(not step.entries for step in steps)

    @cached_property
    def _behind_endpoints(self) -> frozenset[str]:
        return frozenset(key for service in self.network.endpoint_services.values() for key in service.balancers)

    @cached_property
    def standing(self) -> Standing:
        """The filters at each place."""
        return Standing(self.network, self.protocol, self.version)

    @cached_property
    def _transit(self) -> Transit:
        return Transit(self.standing)

    # -- inside ------------------------------------------------------------------------------------------------

    def _within(self, source: Spot, target: Spot, here: Subnet, there: Subnet) -> Way:
        steps = self.standing.out(source, target, private=True)
        if here is there:  # inside a subnet no ACL and no route is asked
            return Way((*steps, *self.standing.into(source, target, private=True)))
        steps += [
            self.standing.route(here, DST, Via.LOCAL, "", back=False, to=target.label),
            self.standing.acl(here, DST, egress=True, back=False, port=PORT),
            self.standing.acl(there, SRC, egress=False, back=False, port=PORT),
            *self.standing.into(source, target, private=True),
            self.standing.route(there, SRC, Via.LOCAL, "", back=True, to=source.label),
            self.standing.acl(there, SRC, egress=True, back=True, port=FROM_PORT),
            self.standing.acl(here, DST, egress=False, back=True, port=FROM_PORT),
        ]
        return Way(tuple(steps))

    # -- the internet ------------------------------------------------------------------------------------------

    def _from_internet(self, source: Spot, target: Spot, there: Subnet) -> Iterator[Way]:
        gateway = there.vpc.gateway
        if not self._is_public(source):
            found = list(self._transit.from_outside(source, target, there))
            yield from found or [Way((wall(source.label, f"the internet does not route {source.label}"),))]
        elif gateway is None:
            why = f"{there.vpc.name} has no internet gateway"
            yield Way((wall(there.vpc.name, why, unknown=there.vpc.unknown),))
        elif self.version == 4 and not target.public:
            yield Way((wall(target.label, "it has no public address there"),))
        else:
            yield Way(
                (
                    self.standing.acl(there, SRC, egress=False, back=False, port=PORT),
                    *self.standing.into(source, target, private=False),
                    self.standing.route(there, SRC, Via.INTERNET, gateway, back=True, to=source.label),
                    self.standing.acl(there, SRC, egress=True, back=True, port=FROM_PORT),
                )
            )

    def _is_public(self, spot: Spot) -> bool:
        return all(
            any(low <= one[0] and one[1] <= high for low, high in INTERNET[self.version])
            for one in spot.ranges(self.version)
        )

    def _to_internet(self, source: Spot, target: Spot, here: Subnet) -> Iterator[Way]:
        out = self.standing.out(source, target, private=False)
        if not self._is_public(target):
            # Addresses that are nobody's here: only what no graph says, such as a VPN, may lead there.
            no = self.standing.route(here, DST, Via.OPAQUE, "", back=False, to=target.label)
            yield Way((*out, no))
            for route in self.standing.routes(here, Via.PEERING):
                go = self.standing.route(here, DST, Via.PEERING, route.target, back=False, to=target.label)
                beyond = f"{route.name}: what is behind the peering, which is in none of the graphs"
                yield Way((*out, go, wall(route.name, "it leads out of the network", unknown=(beyond,))))
            for route in self.standing.routes(here, Via.TRANSIT):
                yield from self._transit.to_outside(source, target, here, route.target)
            return
        found = False
        for route in self.standing.routes(here, Via.INTERNET, Via.EGRESS_ONLY, Via.NAT):
            found = True
            go = self.standing.route(here, DST, route.via, route.target, back=False, to=target.label)
            leave = self.standing.acl(here, DST, egress=True, back=False, port=PORT)
            enter = self.standing.acl(here, DST, egress=False, back=True, port=FROM_PORT)
            if route.via is Via.NAT:
                yield self._through_nat(source, target, here, route.target, [*out, go], leave, enter)
            elif route.via is Via.INTERNET and self.version == 4 and not source.public:
                yield Way((*out, go, wall(source.label, "it has no public address there"), leave, enter))
            elif route.via is Via.INTERNET and here.vpc.gateway != route.target:
                yield Way((*out, go, wall(route.name, f"{route.name} is not attached to {here.vpc.name}")))
            else:
                yield Way((*out, go, leave, enter))
        for route in self.standing.routes(here, Via.TRANSIT):
            found = True
            yield from self._transit.to_internet(source, target, here, route.target)
        if not found:
            yield Way((*out, self.standing.route(here, DST, Via.INTERNET, "", back=False, to=target.label)))

    def _through_nat(
        self, source: Spot, target: Spot, here: Subnet, key: str, begin: list[Step], leave: Step, enter: Step
    ) -> Way:
        nat = self.network.nats.get(key)
        subnet = self.network.subnets.get(nat.subnet) if nat is not None else None
        if nat is None or subnet is None:
            return Way((*begin, wall(key, f"{key} is not known", unknown=(f"{key}.subnetId",))))
        gateway = subnet.vpc.gateway
        if not nat.public or gateway is None:
            return Way((*begin, wall(nat.name, f"{nat.name} does not lead to the internet")))
        crossing = subnet is not here
        return Way(
            (
                *begin,
                *([leave, self.standing.acl(subnet, SRC, egress=False, back=False, port=PORT)] if crossing else []),
                self.standing.route(subnet, DST, Via.INTERNET, gateway, back=False, to=target.label),
                self.standing.acl(subnet, DST, egress=True, back=False, port=PORT),
                self.standing.acl(subnet, DST, egress=False, back=True, port=NAT_PORT),
                *(
                    [
                        self.standing.route(subnet, SRC, Via.LOCAL, "", back=True, to=source.label),
                        self.standing.acl(subnet, SRC, egress=True, back=True, port=FROM_PORT),
                    ]
                    if crossing
                    else []
                ),
                *([enter] if crossing else []),
            ),
            nat=True,
        )

    def _to_service(self, source: Spot, target: Spot, service: str) -> Iterator[Way]:
        """An AWS service that no interface endpoint has taken: by a gateway endpoint, else outside."""
        here = source.subnet
        if here is None:
            yield Way((wall(source.label, "an AWS service is asked over the internet, not over this network"),))
            return
        if (name := here.table.services.get(service)) is not None:
            leave = self.standing.acl(here, DST, egress=True, back=False, port=PORT)
            enter = self.standing.acl(here, DST, egress=False, back=True, port=FROM_PORT)
            through = Step(f"gateway endpoint {name}", False, (Entry(f"{service} → {name}", (), allow=True),), "")
            yield Way((*self.standing.out(source, target, private=False), through, leave, enter))
        else:
            yield from self._to_internet(source, target, here)

    def _endpoints_of(self, vpc: str) -> list[Endpoint]:
        return self._by_vpc.get(vpc, [])

    @cached_property
    def _by_vpc(self) -> dict[str, list[Endpoint]]:
        found: dict[str, list[Endpoint]] = {}
        for endpoint in self.network.endpoints.values():
            found.setdefault(endpoint.vpc, []).append(endpoint)
        return found

    def spots(self, key: str) -> list[Spot]:
        """The places of an interface."""
        return spots_of(self.network, key)

    # -- other VPCs --------------------------------------------------------------------------------------------

    def _across(self, source: Spot, target: Spot, here: Subnet, there: Subnet) -> Iterator[Way]:
        yield from self._private_link(source, target, here)
        found = False
        for route in self.standing.routes(here, Via.PEERING, Via.TRANSIT):
            if route.via is Via.TRANSIT:
                found = True
                yield from self._transit.across(source, target, here, there, route.target)
            elif (peering := self.network.peerings.get(route.target)) is not None:
                ends = frozenset((here.vpc.key, there.vpc.key))
                if peering.vpcs == ends or peering.unknown:
                    found = True
                    yield self._by_peering(source, target, here, there, peering)
        if not found:
            out = self.standing.out(source, target, private=True)
            yield Way((*out, self.standing.route(here, DST, Via.PEERING, "", back=False, to=target.label)))

    def _by_peering(self, source: Spot, target: Spot, here: Subnet, there: Subnet, peering: Peering) -> Way:
        make, key = self.standing, peering.key
        return Way(
            (
                *make.out(source, target, private=True),
                make.route(here, DST, Via.PEERING, key, back=False, to=target.label),
                make.acl(here, DST, egress=True, back=False, port=PORT),
                *_overlap(peering.name, here, there),
                *_unsure(peering),
                make.acl(there, SRC, egress=False, back=False, port=PORT),
                *make.into(source, target, private=True),
                make.route(there, SRC, Via.PEERING, key, back=True, to=source.label),
                make.acl(there, SRC, egress=True, back=True, port=FROM_PORT),
                make.acl(here, DST, egress=False, back=True, port=FROM_PORT),
            )
        )

    # -- PrivateLink -------------------------------------------------------------------------------------------

    def _private_link(self, source: Spot, target: Spot, here: Subnet) -> Iterator[Way]:
        for service in self.network.endpoint_services.values():
            if target.balancer not in service.balancers:
                continue
            for endpoint in self._endpoints_of(here.vpc.key):
                if endpoint.provider != service.key:
                    continue
                # Which way of the balancer's groups judges PrivateLink is a setting of the balancer; its clients'
                # groups are never seen there.
                after: list[Step] = []
                account = self.network.interfaces[endpoint.key].account
                if not _admits(service.principals, account):
                    reason = f"{service.name} does not admit account {account}"
                    unknown = (f"{service.name}.allowedPrincipals",) if account is None else ()
                    after.append(wall(service.name, reason, unknown=unknown))
                if service.acceptance:
                    after.append(wall(service.name, "accepts by hand", unknown=(f"{service.name}.acceptance",)))
                if (ports := self.network.listeners.get(target.balancer or "")) is not None:
                    after.append(_listening(target.label, ports))
                if target.groups is not None and self.network.interfaces[target.balancer or ""].kind != "unjudged":
                    after += self.standing.into(source, target, private=False)
                for spot in self.spots(endpoint.key):
                    for way in self.between(source, spot):
                        yield Way((*way.steps, *after), way.nat)


def taken(network: Network, source: Spot, target: Spot) -> list[Spot]:
    """Where an AWS service is for a source: its name leads to the interface endpoints of the VPC that have taken it.

    Which zone's a name leads to is by chance, so that each of them has to be reached.
    """
    if source.subnet is None or target.service is None:
        return []
    vpc = source.subnet.vpc.key
    own = [e for e in network.endpoints.values() if e.vpc == vpc and e.service == target.service and e.private_dns]
    return [spot for endpoint in own for spot in spots_of(network, endpoint.key)]


def _listening(name: str, ports: tuple[int, ...]) -> Step:
    entries = tuple(Entry(f"listens on {port}", ((PORT, (port, port)),), allow=True) for port in ports)
    return Step(f"listeners of {name}", False, entries, f"{name} does not listen there")


def _admits(principals: tuple[str, ...], account: str | None) -> bool:
    return "*" in principals or any(account is not None and f":{account}:" in one for one in principals)


def _overlap(name: str, here: Subnet, there: Subnet) -> list[Step]:
    for one in here.vpc.blocks:
        for other in there.vpc.blocks:
            if one.overlaps(other):
                reason = f"AWS refuses to peer {here.vpc.name} ({one}) and {there.vpc.name} ({other}): they overlap"
                return [wall(name, reason)]
    return []


def _unsure(peering: Peering) -> list[Step]:
    return [wall(peering.name, "its VPCs are unknown", unknown=peering.unknown)] if peering.unknown else []
