"""Distributions that show what they were told, and may lead to groups of origins."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import copy
from typing import Any

from moto.cloudfront import models
from moto.cloudfront.exceptions import OriginDoesNotExist

REASON = (
    "moto's CloudFront knows no groups of origins and forgets access controls, shields and what it has no class for."
)
EMPTY = {"Quantity": 0}
DEFAULTS: dict[str, Any] = {
    "Aliases": EMPTY,
    "CacheBehaviors": EMPTY,
    "CustomErrorResponses": EMPTY,
    "OriginGroups": EMPTY,
    "DefaultRootObject": "",
    "HttpVersion": "http2",
    "IsIPV6Enabled": True,
    "Logging": {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""},
    "PriceClass": "PriceClass_All",
    "Restrictions": {"GeoRestriction": {"RestrictionType": "none", "Quantity": 0}},
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"},
    "WebACLId": "",
}
"""What CloudFront takes where nobody says."""


def items(of: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The entries of one of CloudFront's lists, which may be left out."""
    return (of or {}).get("Items") or []


def apply() -> None:
    """Keep the whole configuration, once every behaviour leads somewhere."""

    def told(self: models.DistributionConfig, config: dict[str, Any]) -> None:
        kept = {**copy.deepcopy(DEFAULTS), **copy.deepcopy(config)}
        kept["Aliases"]["Quantity"] = len(items(kept["Aliases"]))
        targets = {one["Id"] for name in ("Origins", "OriginGroups") for one in items(kept[name])}
        behaviours = [kept["DefaultCacheBehavior"], *items(kept["CacheBehaviors"])]
        members = [
            member["OriginId"] for group in items(kept["OriginGroups"]) for member in items(group.get("Members"))
        ]
        if not {*members, *(one["TargetOriginId"] for one in behaviours)} <= targets:
            raise OriginDoesNotExist
        self.__dict__.update(kept)
        self.caller_reference = config["CallerReference"]

    models.DistributionConfig.__init__ = told
