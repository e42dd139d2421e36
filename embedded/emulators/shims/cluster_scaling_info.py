"""Report no scaling of a serverless cluster of the first kind where there is none."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.rds.models import DBCluster

REASON = (
    "moto answers an empty ScalingConfigurationInfo for every cluster, where AWS has one only for engine mode "
    "serverless; every preview would take it away again."
)


def apply() -> None:
    """Answer it only where it was told."""
    told = DBCluster.scaling_configuration_info.fget
    assert told is not None

    def where_there_is_one(self: DBCluster) -> dict[str, Any] | None:
        return told(self) if self.scaling_configuration else None

    DBCluster.scaling_configuration_info = property(where_there_is_one)  # type: ignore[method-assign,assignment]
