"""Ways over transit gateways: between VPCs, out to the internet through another's NAT, and to what is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from analysis.reach.filters import Step, transit_step, wall
from analysis.reach.network import Attachment, NatGateway, Network, Subnet, Via
from analysis.reach.spaces import DST, FROM_PORT, NAT_PORT, PORT, SRC
from analysis.reach.spots import Spot, Way
from analysis.reach.standing import Standing

TRANSIT_HOPS = 4
"""Transit gateways that a packet may cross, which is more than AWS recommends and stops a ring of peerings."""
FAR_SIDE = "@far"
"""Ends the key of a peering of transit gateways as the gateway that has accepted it sees it."""


@dataclass(frozen=True)
class Transit:
    """The ways over transit gateways in one network, for one protocol and IP version."""

    standing: Standing

    @property
    def _network(self) -> Network:
        return self.standing.network

    # -- to another VPC ----------------------------------------------------------------------------------------

    def across(self, source: Spot, target: Spot, here: Subnet, there: Subnet, gateway: str) -> Iterator[Way]:
        """Ways to a subnet of another VPC, by a route to a gateway."""
        go = self.standing.route(here, DST, Via.TRANSIT, gateway, back=False, to=target.label)
        leave = self.standing.acl(here, DST, egress=True, back=False, port=PORT)
        leave_back = self.standing.acl(there, SRC, egress=True, back=True, port=FROM_PORT)
        for ahead, last, returning, references in self._between(gateway, here, there):
            # Groups see addresses alone; where both sides ask for it, what comes in sees groups, too.
            out = self.standing.out(source, target, private=False)
            into = self.standing.into(source, target, private=references)
            back = self.standing.route(there, SRC, Via.TRANSIT, last, back=True, to=source.label)
            yield Way((*out, go, leave, *ahead, *into, back, leave_back, *returning))

    def _between(self, gateway: str, here: Subnet, there: Subnet) -> Iterator[tuple[list[Step], str, list[Step], bool]]:
        """Filters there, gateway at the far end, filters back, and whether groups see one another."""
        first = self._attachment(gateway, here)
        if first is None:
            yield [self._not_attached(gateway, here)], gateway, [], False
            return
        for last_gateway, ahead in self._hops(first, there, DST, back=False, left=TRANSIT_HOPS):
            last = self._attachment(last_gateway, there)
            if last is None:
                continue
            returning = self._way_back(last, here)
            near, far = self._border(first, here), self._border(last, there)
            yield (
                [
                    *self._at_border(near, here, egress=False, back=False),
                    *ahead,
                    *self._at_border(far, there, egress=True, back=False),
                    *([] if far is there else [self.standing.acl(there, SRC, egress=False, back=False, port=PORT)]),
                ],
                last_gateway,
                [
                    *self._at_border(far, there, egress=False, back=True),
                    *returning,
                    *self._at_border(near, here, egress=True, back=True),
                    *([] if near is here else [self.standing.acl(here, DST, egress=False, back=True, port=FROM_PORT)]),
                ],
                first.references and last.references and last_gateway == gateway,
            )

    def _way_back(self, last: Attachment, here: Subnet) -> list[Step]:
        returns = [steps for end, steps in self._hops(last, here, SRC, back=True, left=TRANSIT_HOPS) if end]
        return returns[0] if returns else [wall(last.name, f"{last.name} has no way back", back=True)]

    # -- to the internet through another VPC -------------------------------------------------------------------

    def to_internet(self, source: Spot, target: Spot, here: Subnet, gateway: str) -> Iterator[Way]:
        """Ways out by the NAT gateways of VPCs at the same transit gateway.

        https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-nat-igw.html
        """
        out = self.standing.out(source, target, private=False)
        go = self.standing.route(here, DST, Via.TRANSIT, gateway, back=False, to=target.label)
        first = self._attachment(gateway, here)
        if first is None:
            yield Way((*out, go, self._not_attached(gateway, here)))
            return
        begin = [*out, go, self.standing.acl(here, DST, egress=True, back=False, port=PORT)]
        near = self._border(first, here)
        begin += self._at_border(near, here, egress=False, back=False)
        found = False
        for last in self._ends(first):
            border = self._border(last, here)
            for route in self.standing.routes(border, Via.NAT) if border is not None else []:
                nat = self._network.nats.get(route.target)
                subnet = self._network.subnets.get(nat.subnet) if nat is not None else None
                if border is None or nat is None or subnet is None:
                    continue
                found = True
                ahead = self._table(first, last.key, DST, back=False, to=target.label)
                yield Way(
                    (*begin, ahead, *self._by_nat(source, target, last, border, nat, subnet, near, here)), nat=True
                )
        if not found:
            yield Way((*begin, self._table(first, "", DST, back=False, to=target.label)))

    def _by_nat(
        self,
        source: Spot,
        target: Spot,
        last: Attachment,
        border: Subnet,
        nat: NatGateway,
        subnet: Subnet,
        near: Subnet | None,
        here: Subnet,
    ) -> list[Step]:
        """From the attachment of the VPC that others leave through, to the internet and back to the asker."""
        gateway = subnet.vpc.gateway
        if not nat.public or gateway is None:
            return [wall(nat.name, f"{nat.name} does not lead to the internet")]
        returning = self._attachment(last.gateway, subnet)
        back_border = self._border(last, subnet)
        if returning is None:
            zone = subnet.zone or subnet.name
            return [wall(nat.name, f"{subnet.vpc.name} is not attached to the transit gateway in {zone}", back=True)]
        make = self.standing
        return [
            *self._at_border(border, subnet, egress=True, back=False),
            make.route(border, DST, Via.NAT, nat.key, back=False, to=target.label),
            *([] if border is subnet else [make.acl(subnet, SRC, egress=False, back=False, port=PORT)]),
            make.route(subnet, DST, Via.INTERNET, gateway, back=False, to=target.label),
            make.acl(subnet, DST, egress=True, back=False, port=PORT),
            make.acl(subnet, DST, egress=False, back=True, port=NAT_PORT),
            make.route(subnet, SRC, Via.TRANSIT, last.gateway, back=True, to=source.label),
            make.acl(subnet, SRC, egress=True, back=True, port=FROM_PORT),
            *self._at_border(back_border, subnet, egress=False, back=True),
            *self._way_back(last, here),
            *self._at_border(near, here, egress=True, back=True),
            *([] if near is here else [make.acl(here, DST, egress=False, back=True, port=FROM_PORT)]),
        ]

    # -- to and from what is not ours --------------------------------------------------------------------------

    def to_outside(self, source: Spot, target: Spot, here: Subnet, gateway: str) -> Iterator[Way]:
        """Ways to private addresses that are in no VPC: into a VPN or a line, of which nothing more is known."""
        out = self.standing.out(source, target, private=False)
        go = self.standing.route(here, DST, Via.TRANSIT, gateway, back=False, to=target.label)
        first = self._attachment(gateway, here)
        if first is None:
            yield Way((*out, go, self._not_attached(gateway, here)))
            return
        leave = self.standing.acl(here, DST, egress=True, back=False, port=PORT)
        begin = [*out, go, leave, *self._at_border(self._border(first, here), here, egress=False, back=False)]
        outside = [one for one in self._attachments(gateway) if one.outside]
        for one in outside:
            yield Way((*begin, self._table(first, one.key, DST, back=False, to=target.label), _beyond(one)))
        if not outside:
            yield Way((*begin, self._table(first, "", DST, back=False, to=target.label)))

    def from_outside(self, source: Spot, target: Spot, there: Subnet) -> Iterator[Way]:
        """Ways from such addresses to a subnet."""
        for last in self._network.attachments.values():
            serving = self._attachment(last.gateway, there)
            if last.vpc != there.vpc.key or serving is None:
                continue
            far = self._border(last, there)
            for one in self._attachments(last.gateway):
                if not one.outside:
                    continue
                yield Way(
                    (
                        _beyond(one),
                        self._table(one, last.key, DST, back=False, to=target.label),
                        *self._at_border(far, there, egress=True, back=False),
                        *([] if far is there else [self.standing.acl(there, SRC, egress=False, back=False, port=PORT)]),
                        *self.standing.into(source, target, private=False),
                        self.standing.route(there, SRC, Via.TRANSIT, last.gateway, back=True, to=source.label),
                        self.standing.acl(there, SRC, egress=True, back=True, port=FROM_PORT),
                        *self._at_border(far, there, egress=False, back=True),
                        self._table(last, one.key, SRC, back=True, to=source.label),
                    )
                )

    # -- borders -----------------------------------------------------------------------------------------------

    def _at_border(self, border: Subnet | None, inside: Subnet, *, egress: bool, back: bool) -> list[Step]:
        """The ACL of an attachment's subnet: asked on the way in from its VPC and out to it, and nowhere else.

        Where the interface stands in that very subnet, what comes out of the gateway is not judged at all.

        https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
        """
        if border is None or (border is inside and egress):
            return []
        # Into the gateway the entry compares the sender's address, out of it the receiver's.
        address = DST if back != egress else SRC
        return [self.standing.acl(border, address, egress=egress, back=back, port=FROM_PORT if back else PORT)]

    def _border(self, attachment: Attachment, inside: Subnet) -> Subnet | None:
        subnets = [self._network.subnets[key] for key in attachment.subnets if key in self._network.subnets]
        same = [subnet for subnet in subnets if subnet.zone == inside.zone]
        return (same or subnets or [None])[0]

    def _attachment(self, gateway: str, subnet: Subnet) -> Attachment | None:
        """The attachment of a subnet's VPC, if it has a subnet in the same zone: it serves no other."""
        for one in self._attachments(gateway):
            if one.vpc == subnet.vpc.key:
                zones = {self._network.subnets[key].zone for key in one.subnets if key in self._network.subnets}
                if subnet.zone in zones:
                    return one
        return None

    @staticmethod
    def _not_attached(gateway: str, here: Subnet) -> Step:
        return wall(gateway, f"{here.vpc.name} is not attached to the transit gateway in {here.zone or here.name}")

    # -- tables ------------------------------------------------------------------------------------------------

    def _attachments(self, gateway: str) -> list[Attachment]:
        return [one for one in self._network.attachments.values() if one.gateway == gateway]

    def _ends(self, entered: Attachment) -> list[Attachment]:
        return [one for one in self._attachments(entered.gateway) if one.key != entered.key]

    def _table(self, entered: Attachment, attachment: str, address: int, *, back: bool, to: str) -> Step:
        """The table of what comes in by one attachment leads to another."""
        if entered.table is None:
            return wall(entered.name, f"{entered.name} has no route table", back=back, unknown=entered.unknown)
        key = (entered.table, attachment, address, back, to)
        if (step := self._tables.get(key)) is None:
            routes = self._network.transit_tables.get(entered.table, ())
            name = entered.table.rsplit("::", 1)[-1]
            step = transit_step(name, routes, self.standing.version, address, attachment, back=back, to=to)
            self._tables[key] = step
        return step

    @cached_property
    def _tables(self) -> dict[tuple[str, str, int, bool, str], Step]:
        """Tables that stand on many ways."""
        return {}

    def _hops(
        self, entered: Attachment, goal: Subnet, address: int, *, back: bool, left: int
    ) -> Iterator[tuple[str, list[Step]]]:
        """Ways from an attachment to the VPC of a subnet: gateway where it is attached, and tables on the way."""
        to = goal.vpc.name
        if entered.table is None:
            yield entered.gateway, [self._table(entered, "", address, back=back, to=to)]
            return
        found = False
        for one in self._ends(entered):
            if one.vpc == goal.vpc.key:
                found = True
                yield entered.gateway, [self._table(entered, one.key, address, back=back, to=to)]
        for one in self._ends(entered) if not found and left else ():
            arrived = self._network.attachments.get(other_side(one.key)) if one.peer_gateway is not None else None
            if arrived is not None:
                for end, more in self._hops(arrived, goal, address, back=back, left=left - 1):
                    found = True
                    yield end, [self._table(entered, one.key, address, back=back, to=to), *more]
        if not found:
            yield entered.gateway, [self._table(entered, "", address, back=back, to=to)]


def other_side(key: str) -> str:
    """Key of the other end of a peering of transit gateways, which is one attachment to each of them."""
    return key.removesuffix(FAR_SIDE) if key.endswith(FAR_SIDE) else key + FAR_SIDE


def _beyond(attachment: Attachment) -> Step:
    what = f"{attachment.name}: what is behind it does with packets"
    return wall(attachment.name, "it leads out of the network", unknown=(what,))
