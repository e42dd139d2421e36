"""Let resources and principals be added to a resource share, and taken from it; and tell its tags."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

import json
from typing import Any

from moto.ram import urls
from moto.ram.exceptions import UnknownResourceException
from moto.ram.models import ResourceShare
from moto.ram.responses import ResourceAccessManagerResponse

REASON = (
    "moto takes what a share holds when the share is made, and has neither AssociateResourceShare nor "
    "DisassociateResourceShare, by which the provider makes associations of their own. It also forgets a share's tags."
)
_PATHS = ("associateresourceshare", "disassociateresourceshare")


def apply() -> None:
    """Add both operations."""
    for path in _PATHS:
        urls.url_paths[f"{{0}}/{path}$"] = ResourceAccessManagerResponse.dispatch
    _tags()
    ResourceAccessManagerResponse.associate_resource_share = lambda self: _change(self, adds=True)  # type: ignore[attr-defined]
    ResourceAccessManagerResponse.disassociate_resource_share = lambda self: _change(self, adds=False)  # type: ignore[attr-defined]


def _tags() -> None:
    make, describe = ResourceShare.__init__, ResourceShare.describe

    def with_tags(self: ResourceShare, account_id: str, region: str, **given: Any) -> None:
        make(self, account_id, region, **given)
        self.tags = given.get("tags") or []

    def told(self: ResourceShare) -> dict[str, Any]:
        return {**describe(self), "tags": self.tags}

    ResourceShare.__init__ = with_tags  # type: ignore[method-assign]
    ResourceShare.describe = told  # type: ignore[method-assign]


def _change(response: ResourceAccessManagerResponse, *, adds: bool) -> str:
    arn = response._get_param("resourceShareArn")
    share = next((one for one in response.ram_backend.resource_shares if one.arn == arn), None)
    if share is None:
        raise UnknownResourceException(f"ResourceShare {arn} could not be found.")
    changed: list[dict[str, Any]] = []
    for member, held, kind in (
        ("resourceArns", share.resource_arns, "RESOURCE"),
        ("principals", share.principals, "PRINCIPAL"),
    ):
        for entity in response._get_param(member) or []:
            if adds and entity not in held:
                held.append(entity)
            elif not adds and entity in held:
                held.remove(entity)
            status = "ASSOCIATED" if adds else "DISASSOCIATED"
            changed.append(
                {"resourceShareArn": arn, "associatedEntity": entity, "associationType": kind, "status": status}
            )
    return json.dumps({"resourceShareAssociations": changed})
