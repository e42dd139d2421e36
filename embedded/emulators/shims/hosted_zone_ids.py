"""Give hosted zones ids that begin with a Z."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.route53 import models

REASON = "Ids of hosted zones begin with a Z; moto draws any letter, and whoever checks what it is told refuses most."


def apply() -> None:
    """Replace the first letter."""
    drawn = models.create_route53_zone_id

    def with_letter(**given: Any) -> str:
        return f"Z{drawn(**given)[1:]}"

    models.create_route53_zone_id = with_letter
