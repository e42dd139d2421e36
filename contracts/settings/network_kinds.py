"""Kinds of values in the settings of networks: CIDRs, addresses, AS numbers, and ids that AWS drew elsewhere."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from contracts.settings.kind import Kind, between, matching

PRIVATE_RANGES = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
"""Addresses that no internet route leads to (RFC 1918, RFC 6598)."""
LEAST_PREFIX = 8
PRIVATE_ASNS = (range(64512, 65535), range(4_200_000_000, 4_294_967_295))
"""Numbers that an autonomous system may take without asking (RFC 6996)."""
AWS_PUBLIC_ASN = 7224
"""AWS's own, which a customer's side may not have."""


def _network_problem(text: str) -> str | None:
    try:
        found = IPv4Network(text)
    except ValueError:
        try:
            return f"did you mean {IPv4Network(text, strict=False)}?"
        except ValueError:
            return "it is no IPv4 network"
    if "/" not in text:
        return f"did you mean {found}?"
    if not any(found.subnet_of(one) for one in PRIVATE_RANGES):
        return "it is not within private addresses"
    return None


def _address_problem(text: str) -> str | None:
    try:
        found = IPv4Address(text)
    except AddressValueError:
        return "it is no IPv4 address"
    return None if found.is_global else "no packet of the internet gets there"


def _asn_problem(number: int) -> str | None:
    return None if any(number in one for one in PRIVATE_ASNS) else "it is somebody's"


def _customer_asn_problem(number: int) -> str | None:
    if not 1 <= number <= PRIVATE_ASNS[1][-1]:
        return "it is out of range"
    return "it is AWS's own" if number == AWS_PUBLIC_ASN else None


def _drawn(prefix: str, what: str, where: str) -> Kind:
    pattern = rf"{prefix}-[0-9a-f]{{8,17}}"
    return matching(pattern, f"the id of {what}, such as {prefix}-0a1b2c3d4e5f60718", _not_id(pattern, prefix), where)


def _not_id(pattern: str, prefix: str) -> _Shape:
    return _Shape(pattern, f"it does not look like {prefix}-…")


class _Shape:
    """A problem where text has not a shape."""

    def __init__(self, pattern: str, reason: str) -> None:
        self._pattern, self._reason = re.compile(pattern), reason

    def __call__(self, text: str) -> str | None:
        return None if self._pattern.fullmatch(text) else self._reason


_CIDR = r"([0-9]{1,3}\.){3}[0-9]{1,3}/([89]|[12][0-9]|3[0-2])"
_ORGANIZATION = r"arn:aws:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}"

PrivateNetwork = Annotated[
    str,
    matching(
        _CIDR,
        "a private IPv4 network such as 192.168.0.0/24",
        _network_problem,
        "write the first address, a slash and the length of the prefix",
    ),
]
PublicAddress = Annotated[
    str,
    matching(
        r"([0-9]{1,3}\.){3}[0-9]{1,3}",
        "a public IPv4 address such as 52.94.76.10, without a length",
        _address_problem,
        "ask whoever runs the device for the address that the internet sees",
    ),
]
AmazonAsn = Annotated[
    int,
    Kind(
        "64512 to 65534, or 4200000000 to 4294967294",
        _asn_problem,
        {"anyOf": [{"minimum": one[0], "maximum": one[-1]} for one in PRIVATE_ASNS]},
        "take a private AS number that no other gateway has",
    ),
]
CustomerAsn = Annotated[
    int,
    Kind(
        "1 to 4294967294, but for 7224",
        _customer_asn_problem,
        {"minimum": 1, "maximum": PRIVATE_ASNS[1][-1]},
        "use the AS number of the other side; without one 65000",
    ),
]
Vlan = Annotated[int, between(1, 4094, "(a VLAN of IEEE 802.1Q)")]
TransitGatewayId = Annotated[
    str, _drawn("tgw", "a transit gateway", "the other stack exports it as transit_gateway.id")
]
TransitAttachmentId = Annotated[
    str, _drawn("tgw-attach", "an attachment", "the other stack exports it as transit_gateway.peering_ids")
]
VpcId = Annotated[str, _drawn("vpc", "a VPC", "the other stack exports it as vpc_id")]
PeeringId = Annotated[str, _drawn("pcx", "a peering connection", "the other stack exports it as vpc_peering_ids")]
DirectConnectId = Annotated[
    str,
    matching(
        r"dxcon-[0-9a-z]{8,}",
        "the id of a Direct Connect connection, such as dxcon-fg1234ab",
        _Shape(r"dxcon-[0-9a-z]{8,}", "it does not look like dxcon-…"),
        "`aws directconnect describe-connections` shows it",
    ),
]
OrganizationArn = Annotated[
    str,
    matching(
        _ORGANIZATION,
        "the ARN of an organization, arn:aws:organizations::<account>:organization/o-…",
        _Shape(_ORGANIZATION, "it is no such ARN"),
        "`aws organizations describe-organization` shows it",
    ),
]
