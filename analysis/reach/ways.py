"""Every way from one place to another, as the filters that stand on it. Pure: a network in, filters out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.reach.filters import Entry, GroupRules, Peer, Step, acl_step, group_step, route_step, transit_step, wall
from analysis.reach.network import (
    EPHEMERAL,
    INTERNET,
    Attachment,
    Endpoint,
    Group,
    Network,
    Peering,
    Route,
    Subnet,
    Via,
)
from analysis.reach.spaces import DST, FROM_PORT, NAT_PORT, PORT, SRC, Range

TRANSIT_HOPS = 4
"""Transit gateways that a packet may cross, which is more than AWS recommends and stops a ring of peerings."""


FAR_SIDE = "@far"
"""Ends the key of a peering of transit gateways as the gateway that has accepted it sees it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a packet begins or ends: one subnet of an interface, or a place outside every VPC."""

    name: str = field(compare=False)
    """Of no consequence: what is in the same subnet with the same groups is answered alike, and once."""
    subnet: Subnet | None
    addresses: tuple[tuple[int, Range], ...]
    """(IP version, range): in a subnet one of them is its address, nobody knows which; outside it is all of them."""
    groups: frozenset[str] | None = None
    public: bool = False
    source_ports: Range = EPHEMERAL
    balancer: str | None = None
    """Key of the load balancer that it is, for PrivateLink leads to those."""
    service: str | None = None
    """AWS service behind its public addresses, which are unknown."""

    @property
    def label(self) -> str:
        """What to call it in an answer, which others alike share: its subnet, or the place outside."""
        return self.subnet.name if self.subnet is not None else self.name

    @property
    def versions(self) -> set[int]:
        """IP versions that it speaks."""
        return {version for version, _ in self.addresses}

    def ranges(self, version: int) -> list[Range]:
        """Its addresses of one version."""
        return [one for kind, one in self.addresses if kind == version]


@dataclass(frozen=True, slots=True)
class Way:
    """Filters in the order of a packet: the question's, then the answer's."""

    steps: tuple[Step, ...]
    nat: bool = False
    """Whether a NAT gateway asks on the asker's behalf."""


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
            yield self._from_internet(source, target, there)
        elif there is None and here is not None:
            yield from self._to_internet(source, target, here)
        elif here is not None and there is not None:
            if here.vpc.key == there.vpc.key:
                yield self._within(source, target, here, there)
            else:
                yield from self._across(source, target, here, there)

    # -- pieces ------------------------------------------------------------------------------------------------

    def _out(self, source: Spot, target: Spot, *, private: bool) -> list[Step]:
        """Security groups of the asker."""
        if source.groups is None:
            return []
        peer = Peer(target.groups or frozenset() if private else frozenset(), target.service)
        return [self._groups(source, egress=True, peer=peer)]

    def _in(self, source: Spot, target: Spot, *, private: bool) -> list[Step]:
        """Security groups of the one that is asked."""
        if target.groups is None:
            return []
        return [self._groups(target, egress=False, peer=Peer(source.groups or frozenset() if private else frozenset()))]

    def _groups(self, spot: Spot, *, egress: bool, peer: Peer) -> Step:
        address = DST if egress else SRC
        return group_step(
            [self._rules(key, egress=egress) for key in sorted(spot.groups or ())],
            egress=egress,
            peer=peer,
            protocol=self.protocol,
            version=self.version,
            address=address,
        )

    def _rules(self, key: str, *, egress: bool) -> GroupRules:
        if (key, egress) not in self._sorted_rules:
            group = self.network.groups.get(key) or _foreign(key)
            self._sorted_rules[key, egress] = GroupRules.of(group, group.egress if egress else group.ingress)
        return self._sorted_rules[key, egress]

    @cached_property
    def _sorted_rules(self) -> dict[tuple[str, bool], GroupRules]:
        return {}

    def _acl(self, subnet: Subnet, address: int, *, egress: bool, back: bool, port: int) -> Step:
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

    def _route(self, subnet: Subnet, address: int, via: Via, target: str, *, back: bool, to: str) -> Step:
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

    def _routes(self, subnet: Subnet, *kinds: Via) -> list[Route]:
        """One route for each place that the table of a subnet leads to."""
        found = {
            (route.via, route.target): route
            for route in subnet.table.routes
            if route.via in kinds and (route.block is None or route.block.version == self.version)
        }
        return list(found.values())

    # -- inside ------------------------------------------------------------------------------------------------

    def _within(self, source: Spot, target: Spot, here: Subnet, there: Subnet) -> Way:
        steps = self._out(source, target, private=True)
        if here is there:  # inside a subnet no ACL and no route is asked
            return Way((*steps, *self._in(source, target, private=True)))
        steps += [
            self._route(here, DST, Via.LOCAL, "", back=False, to=target.label),
            self._acl(here, DST, egress=True, back=False, port=PORT),
            self._acl(there, SRC, egress=False, back=False, port=PORT),
            *self._in(source, target, private=True),
            self._route(there, SRC, Via.LOCAL, "", back=True, to=source.label),
            self._acl(there, SRC, egress=True, back=True, port=FROM_PORT),
            self._acl(here, DST, egress=False, back=True, port=FROM_PORT),
        ]
        return Way(tuple(steps))

    # -- the internet ------------------------------------------------------------------------------------------

    def _from_internet(self, source: Spot, target: Spot, there: Subnet) -> Way:
        gateway = there.vpc.gateway
        if gateway is None:
            return Way((wall(there.vpc.name, f"{there.vpc.name} has no internet gateway", unknown=there.vpc.unknown),))
        if self.version == 4 and not target.public:
            return Way((wall(target.label, "it has no public address there"),))
        if not self._is_public(source):
            return Way((wall(source.label, f"the internet does not route {source.label}"),))
        return Way(
            (
                self._acl(there, SRC, egress=False, back=False, port=PORT),
                *self._in(source, target, private=False),
                self._route(there, SRC, Via.INTERNET, gateway, back=True, to=source.label),
                self._acl(there, SRC, egress=True, back=True, port=FROM_PORT),
            )
        )

    def _is_public(self, spot: Spot) -> bool:
        return all(
            any(low <= one[0] and one[1] <= high for low, high in INTERNET[self.version])
            for one in spot.ranges(self.version)
        )

    def _to_internet(self, source: Spot, target: Spot, here: Subnet) -> Iterator[Way]:
        out = self._out(source, target, private=False)
        if not self._is_public(target):
            # Addresses that are nobody's here: only what no graph says, such as a VPN, may lead there.
            no = self._route(here, DST, Via.OPAQUE, "", back=False, to=target.label)
            yield Way((*out, no))
            return
        found = False
        for route in self._routes(here, Via.INTERNET, Via.EGRESS_ONLY, Via.NAT):
            found = True
            go = self._route(here, DST, route.via, route.target, back=False, to=target.label)
            leave = self._acl(here, DST, egress=True, back=False, port=PORT)
            enter = self._acl(here, DST, egress=False, back=True, port=FROM_PORT)
            if route.via is Via.NAT:
                yield self._through_nat(source, target, here, route.target, [*out, go], leave, enter)
            elif route.via is Via.INTERNET and self.version == 4 and not source.public:
                yield Way((*out, go, wall(source.label, "it has no public address there"), leave, enter))
            elif route.via is Via.INTERNET and here.vpc.gateway != route.target:
                yield Way((*out, go, wall(route.name, f"{route.name} is not attached to {here.vpc.name}")))
            else:
                yield Way((*out, go, leave, enter))
        if not found:
            yield Way((*out, self._route(here, DST, Via.INTERNET, "", back=False, to=target.label)))

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
                *([leave, self._acl(subnet, SRC, egress=False, back=False, port=PORT)] if crossing else []),
                self._route(subnet, DST, Via.INTERNET, gateway, back=False, to=target.label),
                self._acl(subnet, DST, egress=True, back=False, port=PORT),
                self._acl(subnet, DST, egress=False, back=True, port=NAT_PORT),
                *(
                    [
                        self._route(subnet, SRC, Via.LOCAL, "", back=True, to=source.label),
                        self._acl(subnet, SRC, egress=True, back=True, port=FROM_PORT),
                    ]
                    if crossing
                    else []
                ),
                *([enter] if crossing else []),
            ),
            nat=True,
        )

    def _to_service(self, source: Spot, target: Spot, service: str) -> Iterator[Way]:
        """An AWS service: by the interface endpoint that has taken its name, else a gateway endpoint, else outside."""
        here = source.subnet
        if here is None:
            yield Way((wall(source.label, "an AWS service is asked over the internet, not over this network"),))
            return
        taken = [e for e in self._endpoints_of(here.vpc.key) if e.service == service and e.private_dns]
        if taken:
            for endpoint in taken:
                for spot in self.spots(endpoint.key):
                    yield from self.between(source, spot)
        elif (name := here.table.services.get(service)) is not None:
            leave = self._acl(here, DST, egress=True, back=False, port=PORT)
            enter = self._acl(here, DST, egress=False, back=True, port=FROM_PORT)
            through = Step(f"gateway endpoint {name}", False, (Entry(f"{service} → {name}", (), allow=True),), "")
            yield Way((*self._out(source, target, private=False), through, leave, enter))
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
        leave = self._acl(here, DST, egress=True, back=False, port=PORT)
        enter = self._acl(there, SRC, egress=False, back=False, port=PORT)
        leave_back = self._acl(there, SRC, egress=True, back=True, port=FROM_PORT)
        enter_back = self._acl(here, DST, egress=False, back=True, port=FROM_PORT)
        found = False
        for route in self._routes(here, Via.PEERING, Via.TRANSIT):
            go = self._route(here, DST, route.via, route.target, back=False, to=target.label)
            back = self._route(there, SRC, route.via, route.target, back=True, to=source.label)
            # Through peering groups see one another, through a transit gateway they see addresses alone.
            out = self._out(source, target, private=route.via is Via.PEERING)
            if route.via is Via.PEERING:
                peering = self.network.peerings.get(route.target)
                ends = frozenset((here.vpc.key, there.vpc.key))
                if peering is None or (peering.vpcs != ends and not peering.unknown):
                    continue
                found = True
                barrier = [*_overlap(peering.name, here, there), *_unsure(peering)]
                into = self._in(source, target, private=True)
                yield Way((*out, go, leave, *barrier, enter, *into, back, leave_back, enter_back))
            else:
                for ahead, last, returning in self._transit(route.target, here, there):
                    found = True
                    back = self._route(there, SRC, Via.TRANSIT, last, back=True, to=source.label)
                    into = self._in(source, target, private=False)
                    yield Way((*out, go, leave, *ahead, *into, back, leave_back, *returning))
        if not found:
            out = self._out(source, target, private=True)
            yield Way((*out, self._route(here, DST, Via.PEERING, "", back=False, to=target.label)))

    def _transit(self, gateway: str, here: Subnet, there: Subnet) -> Iterator[tuple[list[Step], str, list[Step]]]:
        """Ways between two VPCs over transit gateways: filters there, gateway at the far end, filters back."""
        first = self._attachment(gateway, here)
        if first is None:
            reason = f"{here.vpc.name} is not attached to the transit gateway in {here.zone or here.name}"
            yield [wall(gateway, reason)], gateway, []
            return
        for last_gateway, ahead in self._hops(first, there, DST, back=False, left=TRANSIT_HOPS):
            last = self._attachment(last_gateway, there)
            if last is None:
                continue
            returns = [steps for end, steps in self._hops(last, here, SRC, back=True, left=TRANSIT_HOPS) if end]
            returning = returns[0] if returns else [wall(last.name, f"{last.name} has no way back", back=True)]
            near, far = self._border(first, here), self._border(last, there)
            yield (
                [
                    *self._at_border(near, here, egress=False, back=False),
                    *ahead,
                    *self._at_border(far, there, egress=True, back=False),
                    *([] if far is there else [self._acl(there, SRC, egress=False, back=False, port=PORT)]),
                ],
                last_gateway,
                [
                    *self._at_border(far, there, egress=False, back=True),
                    *returning,
                    *self._at_border(near, here, egress=True, back=True),
                    *([] if near is here else [self._acl(here, DST, egress=False, back=True, port=FROM_PORT)]),
                ],
            )

    def _at_border(self, border: Subnet | None, inside: Subnet, *, egress: bool, back: bool) -> list[Step]:
        """The ACL of an attachment's subnet: asked on the way in from its VPC and out to it, and nowhere else.

        Where the interface stands in that very subnet, what comes out of the gateway is not judged at all.

        https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
        """
        if border is None or (border is inside and egress):
            return []
        # Into the gateway the entry compares the sender's address, out of it the receiver's.
        address = DST if back != egress else SRC
        return [self._acl(border, address, egress=egress, back=back, port=FROM_PORT if back else PORT)]

    def _border(self, attachment: Attachment, inside: Subnet) -> Subnet | None:
        subnets = [self.network.subnets[key] for key in attachment.subnets if key in self.network.subnets]
        same = [subnet for subnet in subnets if subnet.zone == inside.zone]
        return (same or subnets or [None])[0]

    def _attachment(self, gateway: str, subnet: Subnet) -> Attachment | None:
        """The attachment of a subnet's VPC, if it has a subnet in the same zone: it serves no other."""
        for one in self.network.attachments.values():
            if one.gateway == gateway and one.vpc == subnet.vpc.key:
                zones = {self.network.subnets[key].zone for key in one.subnets if key in self.network.subnets}
                if subnet.zone in zones:
                    return one
        return None

    def _hops(
        self, entered: Attachment, goal: Subnet, address: int, *, back: bool, left: int
    ) -> Iterator[tuple[str, list[Step]]]:
        """Ways from an attachment to the VPC of a subnet: gateway where it is attached, and tables on the way."""
        if entered.table is None:
            if entered.unknown:
                yield entered.gateway, [wall(entered.name, "its route table is unknown", unknown=entered.unknown)]
            else:
                yield entered.gateway, [wall(entered.name, f"{entered.name} has no route table", back=back)]
            return
        routes = self.network.transit_tables.get(entered.table, ())
        name = entered.table.rsplit("::", 1)[-1]
        ends = [a for a in self.network.attachments.values() if a.gateway == entered.gateway and a.key != entered.key]

        def table(attachment: str) -> Step:
            return transit_step(name, routes, self.version, address, attachment, back=back, to=goal.vpc.name)

        found = False
        for one in ends:
            if one.vpc == goal.vpc.key:
                found = True
                yield entered.gateway, [table(one.key)]
        for one in ends if not found and left else ():
            arrived = self.network.attachments.get(other_side(one.key)) if one.peer_gateway is not None else None
            if arrived is not None:
                for end, more in self._hops(arrived, goal, address, back=back, left=left - 1):
                    found = True
                    yield end, [table(one.key), *more]
        if not found:
            yield entered.gateway, [table("")]

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
                    after += self._in(source, target, private=False)
                for spot in self.spots(endpoint.key):
                    for way in self.between(source, spot):
                        yield Way((*way.steps, *after), way.nat)


def other_side(key: str) -> str:
    """Key of the other end of a peering of transit gateways, which is one attachment to each of them."""
    return key.removesuffix(FAR_SIDE) if key.endswith(FAR_SIDE) else key + FAR_SIDE


def _listening(name: str, ports: tuple[int, ...]) -> Step:
    entries = tuple(Entry(f"listens on {port}", ((PORT, (port, port)),), allow=True) for port in ports)
    return Step(f"listeners of {name}", False, entries, f"{name} does not listen there")


def _admits(principals: tuple[str, ...], account: str | None) -> bool:
    return "*" in principals or any(account is not None and f":{account}:" in one for one in principals)


def _foreign(key: str) -> Group:
    """A group that no graph has: what it lets through nobody knows."""
    name = key.removeprefix("outside:")
    return Group(key, name, unknown=(f"rules of {name}, which is in none of the graphs",))


def _overlap(name: str, here: Subnet, there: Subnet) -> list[Step]:
    for one in here.vpc.blocks:
        for other in there.vpc.blocks:
            if one.overlaps(other):
                reason = f"AWS refuses to peer {here.vpc.name} ({one}) and {there.vpc.name} ({other}): they overlap"
                return [wall(name, reason)]
    return []


def _unsure(peering: Peering) -> list[Step]:
    return [wall(peering.name, "its VPCs are unknown", unknown=peering.unknown)] if peering.unknown else []


def spots_of(network: Network, key: str) -> list[Spot]:
    """The places in which an interface may be, one a subnet that is known."""
    one = network.interfaces[key]
    found: list[Spot] = []
    for subnet_key in one.subnets:
        subnet = network.subnets.get(subnet_key)
        if subnet is None:
            continue
        blocks = [one.address] if one.address is not None else list(subnet.blocks)
        found.append(
            Spot(
                one.name,
                subnet,
                tuple((block.version, block.range) for block in blocks),
                one.groups,
                one.public,
                one.source_ports,
                key if "load balancer" in one.kind else None,
            )
        )
    return found
