"""Keep the parameters of a Redshift cluster parameter group."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.core.responses import ActionResult
from moto.redshift.models import RedshiftBackend
from moto.redshift.responses import RedshiftResponse

REASON = (
    "moto has no ModifyClusterParameterGroup and shows every group with the engine's own values, also when only the "
    "user's are asked for, so a refresh undoes the whole group."
)


def apply() -> None:
    """Remember what is set, forget what is reset, and tell the two sources apart."""
    described = RedshiftBackend.describe_cluster_parameters

    def with_told(self: RedshiftBackend, parameter_group_name: str) -> list[dict[str, Any]]:
        defaults = described(self, parameter_group_name)
        told = _told(self, parameter_group_name)
        return [*(one for one in defaults if one["ParameterName"] not in told), *told.values()]

    def describe_cluster_parameters(self: RedshiftResponse) -> ActionResult:
        shown = self.redshift_backend.describe_cluster_parameters(self._get_param("ParameterGroupName"))
        source = self._get_param("Source")
        return ActionResult({"Parameters": [one for one in shown if source in (None, one["Source"])]})

    def modify_cluster_parameter_group(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ParameterGroupName")
        told = _told(self.redshift_backend, name)
        for parameter in self._get_param("Parameters", []):
            told[parameter["ParameterName"]] = {"ApplyType": "static", **parameter, "Source": "user"}
        return _changed(name)

    def reset_cluster_parameter_group(self: RedshiftResponse) -> ActionResult:
        name = self._get_param("ParameterGroupName")
        told = _told(self.redshift_backend, name)
        everything = self._get_bool_param("ResetAllParameters", False)
        for reset in list(told) if everything else [one["ParameterName"] for one in self._get_param("Parameters", [])]:
            told.pop(reset, None)
        return _changed(name)

    RedshiftBackend.describe_cluster_parameters = with_told  # type: ignore[method-assign]
    RedshiftResponse.describe_cluster_parameters = describe_cluster_parameters  # type: ignore[method-assign]
    RedshiftResponse.modify_cluster_parameter_group = modify_cluster_parameter_group  # type: ignore[attr-defined]
    RedshiftResponse.reset_cluster_parameter_group = reset_cluster_parameter_group  # type: ignore[attr-defined]


def _told(backend: RedshiftBackend, group: str) -> dict[str, dict[str, Any]]:
    """The parameters of a group that a user has set, by name; refuses a group that is not there."""
    [found] = backend.describe_cluster_parameter_groups(group)
    return vars(found).setdefault("told", {})


def _changed(group: str) -> ActionResult:
    status = "Your parameter group has been updated. Changes take effect when the cluster is next started."
    return ActionResult({"ParameterGroupName": group, "ParameterGroupStatus": status})
