"""Ingress rules of security groups: inline, `SecurityGroupRule` and `SecurityGroupIngressRule` in one form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from policies.internet import Sources, addresses, prefix_lists
from policies.ports import Ports, read_ports
from policies.readings import Reading
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, Undecided, Verdict, all_of

GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
TYPES = (GROUP, RULE, INGRESS_RULE)
"""Everything that can let something into a group."""
OWNER = "securityGroupId"
"""Property of a rule that names its group."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One ingress rule."""

    name: str
    """How a message calls it."""
    ports: Ports | Undecided
    sources: Sources
    """Addresses and prefix lists."""
    groups: tuple[Subject, ...]
    """Groups of this stack that it admits."""


def rules_of(resource: Subject) -> tuple[Rule, ...] | Undecided:
    """The ingress rules that a resource says itself."""
    return resource.view.once("ingress", resource.urn, lambda: _rules_of(resource))


def _rules_of(resource: Subject) -> tuple[Rule, ...] | Undecided:
    match resource.type:
        case "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":
            return (
                Rule(
                    "it",
                    read_ports(resource.read("ipProtocol"), resource.read("fromPort"), resource.read("toPort")),
                    addresses(resource.read("cidrIpv4"), resource.read("cidrIpv6"))
                    + prefix_lists(resource, resource.read("prefixListId")),
                    _groups(resource, "referencedSecurityGroupId"),
                ),
            )
        case "aws:ec2/securityGroupRule:SecurityGroupRule":
            direction = resource.read("type")
            if not direction.known:
                return direction.undecided()
            return () if direction.value == "egress" else (_classic(resource, resource, "sourceSecurityGroupId", "it"),)
        case _:
            blocks = resource.blocks("ingress")
            if blocks is None:
                return Undecided("ingress")
            return tuple(_classic(resource, block, "securityGroups", f"its rule {block.path}") for block in blocks)


def _classic(resource: Subject, rule: Subject | Block, groups: str, name: str) -> Rule:
    lists: Reading = rule.read("prefixListIds")
    return Rule(
        name,
        read_ports(rule.read("protocol"), rule.read("fromPort"), rule.read("toPort")),
        addresses(rule.read("cidrBlocks"), rule.read("ipv6CidrBlocks")) + prefix_lists(resource, lists),
        _groups(resource, rule.read(groups).path),
    )


def _groups(resource: Subject, path: str) -> tuple[Subject, ...]:
    own = {other.urn for other in resource.referred(OWNER)} | {resource.urn}
    return tuple(other for other in resource.referred(path) if other.type == GROUP and other.urn not in own)


def all_rules_of(group: Subject) -> tuple[Rule, ...]:
    """The rules of a group, its own and those that other resources add to it."""
    return group.view.once("all ingress", group.urn, lambda: _all_rules_of(group))


def _all_rules_of(group: Subject) -> tuple[Rule, ...]:
    found: list[Rule] = []
    others = [rule for kind in (RULE, INGRESS_RULE) for rule in group.companions(kind, OWNER).certain]
    for resource in (group, *others):
        rules = rules_of(resource)
        found += rules if isinstance(rules, tuple) else ()
    return tuple(found)


def reached(rules: Iterable[Rule], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """Ports that the internet reaches over some rules, even where no rule alone admits much of it."""
    known = [(rule.ports, rule.sources) for rule in rules if isinstance(rule.ports, Ports)]
    return tuple(
        port
        for port in wanted
        if sum((sources for ports, sources in known if ports.within(port)), start=Sources()).internet() is True
    )


def closed_to_internet(resource: Subject, wanted: tuple[int, ...]) -> Verdict:
    """Whether the internet reaches none of some ports over the rules of a resource.

    Also not in pieces over several rules of a group, nor by admitting another group that it does reach there.
    """
    rules = rules_of(resource)
    if isinstance(rules, Undecided):
        return rules
    verdicts = [_closed(rule, wanted) for rule in rules]
    if resource.type == GROUP:
        verdicts.append(_closed_together(resource, wanted))
    return all_of(*verdicts) if verdicts else PASS


def _closed(rule: Rule, wanted: tuple[int, ...]) -> Verdict:
    if isinstance(rule.ports, Undecided):
        return rule.ports if rule.sources.internet() is not False else PASS
    ports = rule.ports.within(*wanted)
    if not ports:
        return PASS
    internet = rule.sources.internet()
    if isinstance(internet, Undecided):
        return internet
    if internet:
        return Fail(f"{rule.name} opens {listed(ports)} to the internet")
    for group in rule.groups:
        if open_ports := reached(all_rules_of(group), ports):
            return Fail(f"{rule.name} admits {group}, which the internet reaches on {listed(open_ports)}")
    return PASS


def _closed_together(group: Subject, wanted: tuple[int, ...]) -> Verdict:
    narrow = [rule for rule in all_rules_of(group) if rule.sources.internet() is False]
    ports = reached(narrow, wanted)
    return Fail(f"its rules together open {listed(ports)} to the internet") if ports else PASS


def listed(ports: Iterable[int]) -> str:
    """Ports in a message."""
    some = [str(port) for port in ports]
    return f"port {some[0]}" if len(some) == 1 else f"ports {', '.join(some)}"


def groups_only(resource: Subject, port: int) -> Verdict:
    """Whether a port admits other groups alone, and none of them is reached from the internet."""
    rules = rules_of(resource)
    if isinstance(rules, Undecided):
        return rules
    return all_of(PASS, *(_groups_only(rule, port) for rule in rules))


def _groups_only(rule: Rule, port: int) -> Verdict:
    if isinstance(rule.ports, Undecided):
        return rule.ports
    if not rule.ports.within(port):
        return PASS
    if rule.sources.cidrs:
        return Fail(f"{rule.name} admits addresses to port {port}, it must admit security groups alone")
    if rule.sources.unknown:
        return rule.sources.unknown[0]
    exposed = [g for g in rule.groups if any(r.sources.internet() is True for r in all_rules_of(g))]
    return Fail(f"{rule.name} admits {exposed[0]} to port {port}, which the internet reaches") if exposed else PASS
