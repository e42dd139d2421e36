"""Well-formed identifiers for resources that only the fallback knows."""

from __future__ import annotations

import re
import secrets
import string
import uuid
from collections.abc import Callable
from typing import Any

from embedded.gateway.fallback.memory import Record
from embedded.gateway.fallback.naming import Role, kebab

# Service part of an ARN where it differs from the signing name.
_NAMESPACE = {
    "monitoring": "cloudwatch",
    "email": "ses",
    "route53-recovery-control-config": "route53-recovery-control",
}

# Resource part of an ARN (Service Authorization Reference); {member} is taken from the record, {id} and {name} are its
# own, {uuid} and {short} are new. Where nothing stands here it is ``<kind>/<name or id>``.
_FORMS = {
    ("ce", "AnomalyMonitor"): "anomalymonitor/{uuid}",
    ("ce", "AnomalySubscription"): "anomalysubscription/{uuid}",
    ("cloudwatch", "CompositeAlarm"): "alarm:{name}",
    ("codedeploy", "DeploymentConfig"): "deploymentconfig:{name}",
    ("codestar-connections", "Connection"): "connection/{uuid}",
    ("codeconnections", "Connection"): "connection/{uuid}",
    ("config", "ConformancePack"): "conformance-pack/{name}/{id}",
    ("dax", "ParameterGroup"): "parametergroup/{name}",
    ("eks", "AccessEntry"): "access-entry/{clusterName}/{uuid}",
    ("eks", "Addon"): "addon/{clusterName}/{addonName}/{uuid}",
    ("eks", "PodIdentityAssociation"): "podidentityassociation/{clusterName}/{id}",
    ("elasticache", "CacheParameterGroup"): "parametergroup:{name}",
    ("elasticache", "CacheSubnetGroup"): "subnetgroup:{name}",
    ("globalaccelerator", "Accelerator"): "accelerator/{uuid}",
    ("globalaccelerator", "EndpointGroup"): "{ListenerArn}/endpoint-group/{short}",
    ("globalaccelerator", "Listener"): "{AcceleratorArn}/listener/{short}",
    ("grafana", "Workspace"): "/workspaces/{id}",
    ("oam", "Link"): "link/{uuid}",
    ("oam", "Sink"): "sink/{uuid}",
    ("schemas", "Schema"): "schema/{RegistryName}/{SchemaName}",
    ("xray", "Group"): "group/{name}/{uuid}",
}
_WITHOUT_REGION = frozenset({"ce", "cloudfront", "globalaccelerator", "iam", "organizations", "route53"})


def arn_for(record: Record, signing_name: str) -> str:
    """An ARN for `record` in its account and region."""
    place = record.place
    values = _Values(record)
    form = _FORMS.get((place.service, record.noun), kebab(record.noun) + "/{any}")
    if form.startswith("{"):  # it continues the ARN of its parent
        return form.format_map(values)
    namespace = _NAMESPACE.get(signing_name, signing_name)
    region = "" if place.service in _WITHOUT_REGION else place.region
    return f"arn:{partition_of(place.region)}:{namespace}:{region}:{place.account}:{form.format_map(values)}"


def partition_of(region: str) -> str:
    """``aws``, ``aws-cn`` or ``aws-us-gov``."""
    prefixes = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((partition for prefix, partition in prefixes.items() if region.startswith(prefix)), "aws")


def new_id(noun: str, metadata: dict[str, Any]) -> str:
    """An id that the constraints of its shape allow: the first of the usual forms that fits, else a UUID."""
    pattern, shortest, longest = metadata.get("pattern"), metadata.get("min", 0), metadata.get("max", 2048)
    prefix = kebab(noun).split("-")[-1]
    forms: tuple[Callable[[], str], ...] = (
        lambda: str(uuid.uuid4()),
        lambda: f"{prefix}-{secrets.token_hex(9)[:17]}",
        lambda: f"{prefix[0]}-{secrets.token_hex(5)}",
        lambda: secrets.token_hex(16),
        lambda: secrets.token_hex(5),
        lambda: _letters(string.ascii_uppercase + string.digits, 14),
        lambda: _letters(string.ascii_lowercase + string.digits, 10),
        lambda: _letters(string.digits, 12),
    )
    for form in forms:
        value = form()
        if shortest <= len(value) <= longest and _allowed(pattern, value):
            return value
    return str(uuid.uuid4())[: max(longest, 1)]


def _allowed(pattern: str | None, value: str) -> bool:
    if not pattern:
        return True
    try:
        return re.search(rf"\A(?:{pattern})\Z", value) is not None
    except re.error:  # the models use Java's dialect
        return True


def _letters(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


class _Values(dict[str, str]):
    """The members of a record for ``format_map``; what is missing is made up."""

    def __init__(self, record: Record) -> None:
        super().__init__({name: value for name, value in record.data.items() if isinstance(value, str)})
        self["uuid"] = str(uuid.uuid4())
        self["short"] = secrets.token_hex(4)
        self["name"] = record.own(Role.NAME) or self["uuid"]
        self["id"] = record.own(Role.ID) or self["uuid"]
        self["any"] = record.own(Role.NAME) or record.own(Role.ID) or self["uuid"]

    def __missing__(self, key: str) -> str:
        return self["any"]
