"""VPCs, their endpoints and the entries of their network ACLs."""

from __future__ import annotations

from collections.abc import Iterator

from policies.internet import Sources, addresses
from policies.ports import Ports, read_ports
from policies.subject import Block, Subject
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict, all_of

VPC = "aws:ec2/vpc:Vpc"
VPCS = (VPC, "aws:ec2/defaultVpc:DefaultVpc")
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
ACL = "aws:ec2/networkAcl:NetworkAcl"
ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
ACLS = (ACL, "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", ACL_RULE)
"""Everything that has entries of a network ACL."""


def has_endpoints(vpc: Subject, *services: str) -> Verdict:
    """Whether a VPC has interface endpoints for some services, such as `ecr.api`, under their usual names."""
    found = vpc.companions(ENDPOINT, "vpcId")
    return all_of(*(_has_endpoint(service, found.certain, found.possible) for service in services))


def _has_endpoint(service: str, certain: tuple[Subject, ...], possible: tuple[Subject, ...]) -> Verdict:
    for endpoint in (*certain, *possible):
        name = endpoint.read("serviceName")
        if not name.known:
            return name.undecided()
        if str(name.value).endswith(f".{service}") and str(name.value).count(".") == 2 + len(service.split(".")):
            kind = endpoint.read("vpcEndpointType", default="Gateway")
            if endpoint in possible:
                return Undecided(f"vpcId of {endpoint}")
            if kind.known and kind.value != "Interface":
                continue
            return all_of(kind.must_be("Interface"), _named(endpoint))
    return Fail(f"it has no interface endpoint for {service}")


def _named(endpoint: Subject) -> Verdict:
    private = endpoint.read("privateDnsEnabled", default=False)
    if private.known and private.must_be(True) != PASS:
        return Fail(f"{endpoint} has no private DNS, so that clients do not find it")
    return private.must_be(True)


def acl_closed_to_internet(acl: Subject, wanted: tuple[int, ...]) -> Verdict:
    """Whether no entry, nor several together, admits the internet on some ports.

    A denying entry before it does not count: it is one change of a number away from being useless.
    """
    if acl.type == ACL_RULE:
        egress = acl.read("egress", default=False)
        if not egress.known:
            return egress.undecided()
        if egress.must_be(True) == PASS:
            return NotApplicable("it is about what goes out")
        return all_of(*_entry(acl, acl, "ruleAction", wanted))
    blocks = acl.blocks("ingress")
    if blocks is None:
        return Undecided("ingress")
    return all_of(PASS, *(v for b in blocks for v in _entry(acl, b, "action", wanted)), _together(acl, blocks, wanted))


def _entry(acl: Subject, entry: Subject | Block, action: str, wanted: tuple[int, ...]) -> Iterator[Verdict]:
    name = "it" if entry is acl else f"its entry {entry.path}" if isinstance(entry, Block) else ""
    decision = entry.read(action)
    if decision.known and str(decision.value).lower() == "deny":
        yield PASS
        return
    ports, sources = _parts(entry)
    internet = sources.internet()
    if internet is False:
        yield PASS
    elif isinstance(ports, Undecided):
        yield ports
    elif not ports.within(*wanted):
        yield PASS
    elif isinstance(internet, Undecided):
        yield internet
    elif not decision.known:
        yield decision.undecided()
    else:
        yield Fail(f"{name} admits the internet to {' and '.join(map(str, ports.within(*wanted)))}")


def _parts(entry: Subject | Block) -> tuple[Ports | Undecided, Sources]:
    ports = read_ports(entry.read("protocol"), entry.read("fromPort"), entry.read("toPort"))
    return ports, addresses(entry.read("cidrBlock"), entry.read("ipv6CidrBlock"))


def _together(acl: Subject, blocks: tuple[Block, ...], wanted: tuple[int, ...]) -> Verdict:
    """Entries that are narrow each; also those that are resources of their own."""
    entries = [(block, "action") for block in blocks]
    entries += [(rule, "ruleAction") for rule in acl.companions(ACL_RULE, "networkAclId").certain if _comes_in(rule)]
    known: list[tuple[Ports, Sources]] = []
    for entry, action in entries:
        ports, sources = _parts(entry)
        if entry.read(action).value != "deny" and isinstance(ports, Ports) and sources.internet() is False:
            known.append((ports, sources))
    for port in wanted:
        if sum((sources for ports, sources in known if ports.within(port)), start=Sources()).internet() is True:
            return Fail(f"its entries together admit the internet to {port}")
    return PASS


def _comes_in(rule: Subject) -> bool:
    return rule.read("egress", default=False).must_be(True) != PASS
