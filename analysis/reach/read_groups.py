"""Security groups and network ACLs of resource graphs, however their rules are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from analysis.reach.network import ALL_PROTOCOLS, ICMP_TYPES, Acl, AclEntry, Block, Group, GroupRule, block
from analysis.reach.resolve import Resources, flag, items, number
from analysis.reach.spaces import EVERY_PORT, Range
from graph import MISSING, Node
from graph.values import FrozenMap, Presence, Value

GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
DEFAULT_GROUP: Final = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
RULE: Final = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS: Final = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
PREFIX_LIST: Final = "aws:ec2/managedPrefixList:ManagedPrefixList"
PREFIX_ENTRY: Final = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry"
ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
DEFAULT_ACL: Final = "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"
ACL_RULE: Final = "aws:ec2/networkAclRule:NetworkAclRule"

_NUMBERS: Final = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6", "all": ALL_PROTOCOLS}
_ANY: Final = (block("0.0.0.0/0"), block("::/0"))


def protocol_of(value: Value | Presence) -> str | None:
    """A protocol as this package writes it; None where unknown."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    return _NUMBERS.get(value.lower(), value.lower())


def ports_of(protocol: str | None, low: Value | Presence, high: Value | Presence) -> Range | None:
    """The ports of a rule, or its ICMP types (of which -1 is every); None where unknown."""
    if protocol == ALL_PROTOCOLS:
        return EVERY_PORT
    if protocol in ("icmp", "icmpv6"):
        type_ = number(low)
        if type_ is None:
            return ICMP_TYPES if isinstance(low, Presence) else None
        return ICMP_TYPES if type_ == -1 else (type_, type_)
    first, last = number(low), number(high)
    if first is None or last is None:
        return None
    return EVERY_PORT if (first, last) == (-1, -1) else (first, last)


@dataclass
class Groups:
    """Reads security groups."""

    resources: Resources

    def read(self) -> tuple[dict[str, Group], tuple[str, ...]]:
        """Every group with all its rules, and what belongs to a group that is unknown."""
        found = {
            node.urn: Group(
                node.urn,
                node.name,
                tuple(self._inline(node, "ingress")),
                tuple(self._inline(node, "egress")),
                vpc=self.resources.resolve(node, "vpcId").only,
            )
            for node in self.resources.of(GROUP, DEFAULT_GROUP)
        }
        added: dict[tuple[str, bool], list[GroupRule]] = {}
        loose: list[str] = []
        for node in self.resources.of(RULE, INGRESS, EGRESS):
            egress = node.type == EGRESS
            if node.type == RULE:
                kind = self.resources.read(node, "type")
                if not isinstance(kind, str):
                    loose.append(f"{node.name}.type")
                    continue
                egress = kind == "egress"
            owner = self.resources.resolve(node, "securityGroupId")
            if owner.only is None:
                loose.append(f"{node.name}.securityGroupId")
            else:
                rule = self._classic(node, node.inputs, owner.only) if node.type == RULE else self._modern(node)
                added.setdefault((owner.only, egress), []).append(rule)
        for (key, egress), rules in added.items():
            if (group := found.get(key)) is not None:
                found[key] = (
                    replace(group, egress=(*group.egress, *rules))
                    if egress
                    else replace(group, ingress=(*group.ingress, *rules))
                )
        return found, tuple(loose)

    def _inline(self, node: Node, path: str) -> Iterator[GroupRule]:
        held = items(self.resources.read(node, path))
        if held is None:
            yield GroupRule(f"{node.name}.{path}", None, unknown=(f"{node.name}.{path}",))
            return
        for index, one in enumerate(held):
            yield self._classic(node, one, node.urn, f".{path}[{index}]")

    def _classic(self, node: Node, rule: FrozenMap, owner: str, path: str = "") -> GroupRule:
        name = f"{node.name}{path}"
        blocks, services, unknown = self._peers(
            node, name, rule, cidrs=("cidrBlocks", "ipv6CidrBlocks"), lists="prefixListIds"
        )
        groups = self.resources.means(node, f"{name}.securityGroups", rule.get("securityGroups", MISSING))
        source = self.resources.means(node, f"{name}.sourceSecurityGroupId", rule.get("sourceSecurityGroupId", MISSING))
        itself = flag(rule.get("self", MISSING), default=False)
        keys = {*groups.keys, *source.keys, *([owner] if itself else [])}
        unknown += (*groups.unknown, *source.unknown, *((f"{name}.self",) if itself is None else ()))
        return _rule(name, rule, "protocol", blocks, keys, services, unknown)

    def _modern(self, node: Node) -> GroupRule:
        blocks, services, unknown = self._peers(
            node, node.name, node.inputs, cidrs=("cidrIpv4", "cidrIpv6"), lists="prefixListId"
        )
        groups = self.resources.resolve(node, "referencedSecurityGroupId")
        # An account may stand before the group's id.
        keys = {key.rsplit("/", 1)[-1] if key.startswith("outside:") else key for key in groups.keys}
        return _rule(node.name, node.inputs, "ipProtocol", blocks, keys, services, (*unknown, *groups.unknown))

    def _peers(
        self, node: Node, name: str, rule: FrozenMap, *, cidrs: tuple[str, ...], lists: str
    ) -> tuple[tuple[Block, ...], frozenset[str], tuple[str, ...]]:
        blocks: list[Block] = []
        unknown: list[str] = []
        services: set[str] = set()
        for path in cidrs:
            some, missing = self.resources.blocks(node, f"{name}.{path}", rule.get(path, MISSING))
            blocks += some
            unknown += missing
        named = self.resources.means(node, f"{name}.{lists}", rule.get(lists, MISSING))
        unknown += named.unknown
        for key in named.keys:
            target = self.resources.nodes.get(key)
            if target is None:
                unknown.append(f"entries of {self.resources.name(key)}")
            elif target.type == PREFIX_LIST:
                some, missing = prefix_list(self.resources, target)
                blocks += some
                unknown += missing
            else:  # a gateway endpoint's own list
                service = self.resources.read(target, "serviceName")
                services |= {service.rsplit(".", 1)[-1]} if isinstance(service, str) else set[str]()
        return tuple(blocks), frozenset(services), tuple(unknown)


def _rule(
    name: str,
    rule: FrozenMap,
    protocol_key: str,
    blocks: tuple[Block, ...],
    groups: set[str],
    services: frozenset[str],
    unknown: tuple[str, ...],
) -> GroupRule:
    protocol = protocol_of(rule.get(protocol_key, MISSING))
    ports = ports_of(protocol, rule.get("fromPort", MISSING), rule.get("toPort", MISSING))
    if protocol is None or ports is None:
        what = f"{name}.{protocol_key if protocol is None else 'fromPort'}"
        return GroupRule(name, protocol, unknown=(*unknown, what))
    return GroupRule(name, protocol, ports, blocks, frozenset(groups), services, unknown)


def prefix_list(resources: Resources, node: Node) -> tuple[list[Block], list[str]]:
    """The blocks of a prefix list of this account."""
    blocks: list[Block] = []
    unknown: list[str] = []
    entries = items(resources.read(node, "entries"))
    if entries is None:
        return [], [f"{node.name}.entries"]
    for entry in entries:
        some, missing = resources.blocks(node, f"{node.name}.entries", entry.get("cidr", MISSING))
        blocks += some
        unknown += missing
    for other in resources.of(PREFIX_ENTRY):
        owner = resources.resolve(other, "prefixListId")
        if owner.only in (None, node.urn):
            some, missing = resources.blocks(other, f"{other.name}.cidr", resources.read(other, "cidr"))
            if owner.only is None:
                unknown.append(f"{other.name}.prefixListId")
            else:
                blocks += some
                unknown += missing
    return blocks, unknown


def open_acl(name: str) -> Acl:
    """The ACL that AWS makes with a VPC: everything may pass."""
    entries = tuple(AclEntry(100 + n, True, ALL_PROTOCOLS, EVERY_PORT, one) for n, one in enumerate(_ANY))
    return Acl(name, entries, entries)


def open_group(key: str, name: str) -> Group:
    """The group that AWS makes with a VPC: its members may call each other and everything."""
    inside = GroupRule("AWS's default rule", ALL_PROTOCOLS, groups=frozenset({key}))
    return Group(key, name, (inside,), (GroupRule("AWS's default rule", ALL_PROTOCOLS, blocks=_ANY),))


def read_acls(resources: Resources) -> tuple[Mapping[str, Acl], tuple[str, ...]]:
    """Every network ACL with all its entries, by URN, and rules of which the ACL is unknown."""
    found: dict[str, Acl] = {}
    for node in resources.of(ACL, DEFAULT_ACL):
        sides: dict[str, tuple[AclEntry, ...]] = {}
        unknown: list[str] = []
        for path in ("ingress", "egress"):
            held = items(resources.read(node, path))
            if held is None:
                unknown.append(f"{node.name}.{path}")
            sides[path] = tuple(
                _entry(resources, node, f"{node.name}.{path}[{index}]", one, "ruleNo", "action")
                for index, one in enumerate(held or ())
            )
        found[node.urn] = Acl(node.name, sides["ingress"], sides["egress"], tuple(unknown))
    loose: list[str] = []
    for node in resources.of(ACL_RULE):
        owner = resources.resolve(node, "networkAclId").only
        egress = flag(resources.read(node, "egress"), default=False)
        if owner is None or egress is None:
            loose.append(f"{node.name}.networkAclId" if owner is None else f"{node.name}.egress")
        elif (acl := found.get(owner)) is not None:
            entry = _entry(resources, node, node.name, node.inputs, "ruleNumber", "ruleAction")
            side = "egress" if egress else "ingress"
            found[owner] = replace(acl, **{side: (*getattr(acl, side), entry)})
    return found, tuple(loose)


def _entry(resources: Resources, node: Node, name: str, one: FrozenMap, number_key: str, action_key: str) -> AclEntry:
    protocol = protocol_of(one.get("protocol", MISSING))
    place, action = number(one.get(number_key, MISSING)), one.get(action_key, MISSING)
    low, high = one.get("fromPort", MISSING), one.get("toPort", MISSING)
    if protocol in ("icmp", "icmpv6"):
        low = high = one.get("icmpType", MISSING)
    ports = ports_of(protocol, low, high)
    unknown: list[str] = []
    blocks: list[Block] = []
    for path in ("cidrBlock", "ipv6CidrBlock"):
        if one.get(path) != "":
            some, missing = resources.blocks(node, f"{name}.{path}", one.get(path, MISSING))
            blocks += some
            unknown += missing
    unknown += [f"{name}.protocol"] if protocol is None else []
    unknown += [f"{name}.fromPort"] if ports is None else []
    unknown += [f"{name}.{number_key}"] if place is None else []
    unknown += [f"{name}.{action_key}"] if not isinstance(action, str) else []
    return AclEntry(
        place if place is not None else 0,
        action == "allow",
        protocol if ports is not None else None,
        ports or EVERY_PORT,
        blocks[0] if blocks else None,
        tuple(unknown),
    )
