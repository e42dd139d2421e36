"""Let a Redshift cluster become available, and remember what it was told."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.redshift.models import Cluster
from moto.redshift.responses import RedshiftResponse

REASON = (
    "moto's clusters have no ClusterAvailabilityStatus, which the Terraform provider waits for, no nodes, no "
    "administrator's secret, and forget zones, the default role and the keys of secrets."
)
_TOLD = {
    "MasterPasswordSecretKmsKeyId": "master_password_secret_kms_key_id",
    "DefaultIamRoleArn": "default_iam_role_arn",
}


def _secret(cluster: Cluster) -> str:
    name = f"redshift!{cluster.cluster_identifier}-{cluster.master_username}-{cluster.unique_cluster_id[:6]}"
    return f"arn:aws:secretsmanager:{cluster.region}:{cluster.redshift_backend.account_id}:secret:{name}"


def _tell(cluster: Cluster, response: RedshiftResponse) -> None:
    """Keep what moto drops of a request."""
    for parameter, attribute in _TOLD.items():
        if (value := response._get_param(parameter)) is not None:
            setattr(cluster, attribute, value)
    if response._get_param("MultiAZ") is not None:
        cluster.multi_az = "Enabled" if response._get_bool_param("MultiAZ") else "Disabled"
    if response._get_param("AvailabilityZoneRelocation") is not None:
        wanted = response._get_bool_param("AvailabilityZoneRelocation")
        cluster.availability_zone_relocation_status = "enabled" if wanted else "disabled"
    if response._get_bool_param("ManageMasterPassword"):
        cluster.master_password_secret_arn = _secret(cluster)


def _nodes(cluster: Cluster) -> list[dict[str, str]]:
    """A leader and its workers where there are several nodes; one that is both otherwise."""
    workers = range(cluster.number_of_nodes) if cluster.number_of_nodes > 1 else ()
    roles = ["LEADER" if workers else "SHARED", *(f"COMPUTE-{number}" for number in workers)]
    return [{"NodeRole": role, "PrivateIPAddress": f"10.0.0.{number + 10}"} for number, role in enumerate(roles)]


def apply() -> None:
    """Give clusters the state, and requests a memory."""
    Cluster.multi_az, Cluster.availability_zone_relocation_status = "Disabled", "disabled"
    Cluster.cluster_availability_status = property(
        lambda self: "Available" if self.status == "available" else "Paused" if self.status == "paused" else "Modifying"
    )
    Cluster.cluster_nodes = property(_nodes)
    for name in ("create_cluster", "modify_cluster"):
        setattr(RedshiftResponse, name, _remembering(getattr(RedshiftResponse, name)))


def _remembering(method: Any) -> Any:
    def told(self: RedshiftResponse) -> Any:
        answer = method(self)
        _tell(answer.result["Cluster"], self)
        return answer

    return told
