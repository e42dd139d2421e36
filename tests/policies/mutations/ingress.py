"""What must turn the controls of ingress red."""

from __future__ import annotations

from typing import Any

from tests.policies.kit import Mutation

APPROVED = "ec2-internet-reaches-approved-ports-only"
RISKY = "ec2-high-risk-ports-closed-to-internet"
SSH = "ec2-ssh-closed-to-internet"
RDP = "ec2-rdp-closed-to-internet"
POSTGRES = "ec2-postgresql-reached-by-groups-only"
REDIS = "ec2-redis-reached-by-groups-only"
OPEN = (APPROVED, RISKY, SSH, RDP, POSTGRES, REDIS)
"""Controls of ingress: a rule that opens much turns several of them red."""


def _rule(ports: tuple[Any, Any], protocol: str = "tcp", **source: Any) -> dict[str, Any]:
    return {"protocol": protocol, "fromPort": ports[0], "toPort": ports[1], **source}


def _inline(control: str, says: str, *rules: dict[str, Any]) -> Mutation:
    """Rules written into a group that had none."""
    return Mutation(control=control, resource="closed-group", change={"ingress": list(rules)}, says=says, also=OPEN)


def _single(control: str, says: str, **change: Any) -> Mutation:
    """A rule that is a resource of its own, of PostgreSQL until it is changed."""
    return Mutation(control=control, resource="store-postgres", change=change, says=says, also=OPEN)


def _newer(control: str, says: str, **change: Any) -> Mutation:
    """A rule of the newer kind: HTTPS on the edge until it is changed."""
    return Mutation(control=control, resource="edge-https", change=change, says=says, also=OPEN)


MUTATIONS = (
    # Ports beside the approved ones, in the three kinds of rules and all spellings.
    _inline(
        APPROVED,
        "its rule ingress[0] opens port 8443 to the internet; approved are 80, 443",
        _rule((8443, 8443), cidrBlocks=["0.0.0.0/0"]),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens ports 80-443 to the internet; approved are 80, 443",
        _rule(("80", "443"), ipv6CidrBlocks=["::/0"]),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens every port to the internet; approved are 80, 443",
        _rule((0, 0), "-1", cidrBlocks=["10.0.0.0/8", "64.0.0.0/2"]),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens protocol 50 to the internet; approved are 80, 443",
        _rule((0, 0), "50", cidrBlocks=["0.0.0.0/0"]),
    ),
    _inline(
        APPROVED,
        "its rules together open port 7000 to the internet",
        *(_rule((7000, 7000), cidrBlocks=[f"{first}.0.0.0/8"]) for first in (3, 4)),
    ),
    _inline(
        APPROVED,
        "its rule ingress[0] opens port 443 of closed-group to the internet, which is around no load balancer",
        _rule((443, 443), cidrBlocks=["0.0.0.0/0"]),
    ),
    _newer(APPROVED, "it opens ports 440-443 to the internet; approved are 80, 443", fromPort="440", ipProtocol="6"),
    _newer(
        APPROVED,
        "it opens every port to the internet; approved are 80, 443",
        ipProtocol="-1",
        cidrIpv4=None,
        cidrIpv6="2000::/3",
    ),
    Mutation(
        control=APPROVED,
        resource="edge-https",
        remove=("edge-balancer",),
        says="it opens port 443 of edge-group to the internet, which is around no load balancer",
    ),
    # High-risk ports.
    _single(
        RISKY,
        "it opens port 5432 to the internet",
        cidrBlocks=["0.0.0.0/1", "128.0.0.0/1"],
    ),
    _single(RISKY, "it opens port 3306 to the internet", fromPort=3300, toPort=3310, cidrBlocks=["128.0.0.0/1"]),
    _newer(RISKY, "it opens ports 8080, 8088 to the internet", fromPort=8000, toPort=8100),
    Mutation(
        control=RISKY,
        resource="application-offices",
        change={"fromPort": 9200, "toPort": 9200, "prefixListId": "pl-1"},
        undecided=True,
        also=OPEN,
    ),
    # SSH and RDP.
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((20, 25), cidrBlocks=["0.0.0.0/0"])),
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((22, 22), ipv6CidrBlocks=["::/0"])),
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((None, None), cidrBlocks=["0.0.0.0/0"])),
    _inline(SSH, "its rule ingress[0] opens port 22 to the internet", _rule((22, 22), cidrBlocks=["everywhere"])),
    _inline(
        SSH,
        "its rules together open port 22 to the internet",
        _rule((22, 22), cidrBlocks=["5.0.0.0/8"]),
        _rule((0, 100), cidrBlocks=["7.0.0.0/8"]),
    ),
    _newer(SSH, "it opens port 22 to the internet", fromPort=22, toPort=22),
    _newer(SSH, "it opens port 22 to the internet", fromPort="0", toPort="1024", cidrIpv4="128.0.0.0/1"),
    Mutation(
        control=APPROVED,
        resource="application-offices",
        of="prefixes",
        change={"entries": [{"cidr": "0.0.0.0/1"}, {"cidr": "128.0.0.0/1"}]},
        says="it opens port 8443 to the internet; approved are 80, 443",
        also=OPEN,
    ),
    Mutation(
        control=APPROVED,
        resource="application-offices",
        of="prefix",
        change={"cidr": "::/0"},
        says="it opens port 8443 to the internet; approved are 80, 443",
        also=OPEN,
    ),
    _inline(RDP, "its rule ingress[0] opens port 3389 to the internet", _rule((3389, 3389), "17", cidrBlocks=["::/0"])),
    _newer(RDP, "it opens port 3389 to the internet", fromPort=3000, toPort=4000),
    # Databases and caches.
    _inline(
        POSTGRES,
        "its rule ingress[0] admits addresses to port 5432, it must admit security groups alone",
        _rule((0, 65535), cidrBlocks=["10.0.0.0/16"]),
    ),
    _single(
        POSTGRES,
        "it admits addresses to port 5432, it must admit security groups alone",
        cidrBlocks=["10.0.0.0/16"],
        sourceSecurityGroupId=None,
    ),
    Mutation(
        control=POSTGRES,
        resource="store-postgres",
        of="application-group",
        change={"ingress": [_rule((8443, 8443), cidrBlocks=["0.0.0.0/0"])]},
        says="it admits application-group to port 5432, which the internet reaches",
        also=OPEN,
    ),
    Mutation(
        control=RISKY,
        resource="store-postgres",
        of="application-group",
        change={"ingress": [_rule((5000, 6000), cidrBlocks=["0.0.0.0/0"])]},
        says="it admits application-group, which the internet reaches on port 5432",
        also=OPEN,
    ),
    Mutation(
        control=REDIS,
        resource="store-redis",
        change={"cidrBlocks": ["10.0.0.5/32"]},
        says="it admits addresses to port 6379, it must admit security groups alone",
    ),
    _newer(
        REDIS,
        "it admits addresses to port 6379, it must admit security groups alone",
        fromPort=6000,
        toPort=7000,
        cidrIpv4=None,
        cidrIpv6="fd00::/8",
    ),
    # What cannot be read.
    *(
        Mutation(control=control, resource=resource, unknown=(path,), also=OPEN)
        for control, resource, path in (
            (APPROVED, "closed-group", "ingress"),
            (APPROVED, "edge-https", "fromPort"),
            (APPROVED, "edge-https", "securityGroupId"),
            (RISKY, "edge-https", "toPort"),
            (SSH, "edge-https", "ipProtocol"),
            (SSH, "store-postgres", "type"),
            (RDP, "closed-group", "ingress"),
            (POSTGRES, "store-postgres", "cidrBlocks"),
            (REDIS, "store-redis", "fromPort"),
        )
    ),
)
