"""Walks a TCP connection through a recorded network: security groups, NACLs and routes, there and back.

Reads nothing but the graph's inputs, so that a wrong rule of a component shows here, whatever its table says.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from tests.kit import GraphView

INTERNET = IPv4Address("198.51.100.7")
NAT_ADDRESS = IPv4Address("203.0.113.9")
REPLY_PORTS = (1024, 3388, 3390, 32768, 65535)
"""Ephemeral ports to try, at the borders of the rules."""


@dataclass(frozen=True)
class Host:
    """An address in a subnet, with its security groups; on the internet without either."""

    address: IPv4Address
    subnet: str | None = None
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Packet:
    """A TCP packet, as a stateless filter sees it."""

    source: IPv4Address
    target: IPv4Address
    port: int


class Network:
    """A recorded network that can be asked why a connection fails."""

    def __init__(
        self,
        view: GraphView,
        *,
        without: frozenset[str] = frozenset(),
        without_entry: tuple[str, str, int] | None = None,
    ) -> None:
        """Read a graph; leave rules out, to ask what a network without them would do.

        `without` names security group rules, `without_entry` one NACL entry by its NACL, direction and number.
        """
        self.view = view
        self.subnets = {
            node.name: IPv4Network(str(node.inputs["cidrBlock"])) for node in self._of("aws:ec2/subnet:Subnet")
        }
        self.acls = {
            subnet: {
                side: [
                    rule
                    for rule in _rules(node.inputs.get(side, ()))
                    if (node.name, side, int(rule["ruleNo"])) != without_entry
                ]
                for side in ("ingress", "egress")
            }
            for node in self._of("aws:ec2/networkAcl:NetworkAcl")
            for subnet in self._targets(node.name, "subnetIds")
        }
        self.group_rules = [
            node
            for kind in ("Ingress", "Egress")
            for node in self._of(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
            if node.name not in without
        ]
        table_of = {
            self._target(node.name, "subnetId"): self._target(node.name, "routeTableId")
            for node in self._of("aws:ec2/routeTableAssociation:RouteTableAssociation")
        }
        self.default_route = {
            subnet: next(
                (
                    node.name
                    for node in self._of("aws:ec2/route:Route")
                    if self._target(node.name, "routeTableId") == table
                ),
                None,
            )
            for subnet, table in table_of.items()
        }

    def host(self, subnet: str, *groups: str, last: int = 10) -> Host:
        """A host in a subnet, with the groups `test-security-group-<group>`."""
        return Host(
            self.subnets[subnet].network_address + last, subnet, frozenset(f"test-security-group-{g}" for g in groups)
        )

    def blocked(self, source: Host, target: Host, port: int) -> list[str]:
        """Why a TCP connection from `source` to `port` of `target` fails; empty where it stands, on any reply port."""
        found = [
            *self._groups(source, "egress", target, port),
            *self._groups(target, "ingress", source, port),
            *self._way(source, target, port),
        ]
        for reply_port in REPLY_PORTS:
            found += [f"reply: {why}" for why in self._way(target, source, reply_port, outward=False)]
        return found

    def _way(self, source: Host, target: Host, port: int, *, outward: bool = True) -> list[str]:
        """NACLs and routes in one direction. Opening a connection needs a route; a reply takes the way back."""
        if source.subnet == target.subnet:
            return []
        if source.subnet and target.subnet:
            packet = Packet(source.address, target.address, port)
            return [*self._filter(source.subnet, "egress", packet), *self._filter(target.subnet, "ingress", packet)]
        inside = source.subnet or target.subnet
        assert inside is not None, "one end must be in the VPC"
        route = self.default_route[inside]
        if route is None:
            return [f"no route from {inside} to the internet"]
        packet = Packet(source.address, target.address, port)
        gateways = self._targets(route, "natGatewayId")
        if not gateways:
            own = "egress" if source.subnet else "ingress"
            return self._filter(inside, own, packet)
        if outward and target.subnet:
            return [f"{inside} cannot be reached from the internet: it is behind NAT"]
        [outer] = self._targets(gateways.pop(), "subnetId")
        if self.view.wiring(self.default_route[outer] or "", "gatewayId") != {"test-internet-gateway.id"}:
            return [f"NAT gateway in {outer} has no way out"]
        if outward:
            translated = Packet(NAT_ADDRESS, target.address, port)
            return [
                *self._filter(inside, "egress", packet),
                *self._filter(outer, "ingress", packet),
                *self._filter(outer, "egress", translated),
            ]
        translated = Packet(source.address, NAT_ADDRESS, port)
        return [
            *self._filter(outer, "ingress", translated),
            *self._filter(outer, "egress", packet),
            *self._filter(inside, "ingress", packet),
        ]

    def _filter(self, subnet: str, side: str, packet: Packet) -> list[str]:
        """The NACL of a subnet: the lowest number that matches decides, nothing that matches denies."""
        far = packet.target if side == "egress" else packet.source
        for rule in self.acls[subnet][side]:
            protocol_matches = rule["protocol"] in ("tcp", "-1")
            port_matches = rule["protocol"] == "-1" or rule["fromPort"] <= packet.port <= rule["toPort"]
            if protocol_matches and port_matches and far in IPv4Network(rule["cidrBlock"]):
                return [] if rule["action"] == "allow" else [f"NACL of {subnet} denies {side} of {packet}"]
        return [f"NACL of {subnet} has no {side} rule for {packet}"]

    def _groups(self, host: Host, side: str, peer: Host, port: int) -> list[str]:
        """The security groups of a host: any rule that matches admits; the internet has none."""
        if host.subnet is None:
            return []
        kind = f"securityGroup{side.capitalize()}Rule"
        for rule in self.group_rules:
            if kind not in rule.type or not self._targets(rule.name, "securityGroupId") & host.groups:
                continue
            cidr = rule.inputs.get("cidrIpv4")
            peer_matches = (
                peer.address in IPv4Network(str(cidr))
                if cidr
                else bool(self._targets(rule.name, "referencedSecurityGroupId") & peer.groups)
            )
            everything = rule.inputs["ipProtocol"] == "-1"
            if peer_matches and (everything or int(rule.inputs["fromPort"]) <= port <= int(rule.inputs["toPort"])):
                return []
        return [f"no {side} rule of {', '.join(sorted(host.groups))} for port {port}"]

    def _of(self, kind: str) -> list[Any]:  # Any: a node's values are what this test wrote
        return list(self.view.graph.of_type(kind))

    def _targets(self, name: str, path: str) -> set[str]:
        return {reference.rsplit(".", 1)[0] for reference in self.view.wiring(name, path)}

    def _target(self, name: str, path: str) -> str:
        [target] = self._targets(name, path)
        return target


def _rules(entries: Any) -> list[dict[str, Any]]:
    return sorted((dict(entry) for entry in entries), key=lambda entry: int(entry["ruleNo"]))
