"""What a finding of GuardDuty is about, and which containment it asks for; pure."""

from __future__ import annotations

from typing import Any

LABELS = ((9, "CRITICAL"), (7, "HIGH"), (4, "MEDIUM"), (0, "LOW"))
"""Least severity in numbers → in words, as Security Hub has them."""
Json = dict[str, Any]
NOTHING = "none"
"""Kind of what is only told to people."""
NO_TARGET: tuple[str, dict[str, str]] = (NOTHING, {})


class NoFindingError(ValueError):
    """An event that tells of no finding."""


def triage(event: Json, least: float) -> Json:
    """Finding, kind of containment and target of an event of EventBridge.

    Args:
        event: an event `GuardDuty Finding`.
        least: least severity that is acted on.

    Raises:
        NoFindingError: the event holds no finding.
    """
    detail: Json = event.get("detail") or {}
    if not {"id", "type", "severity", "resource"} <= detail.keys():
        raise NoFindingError("the event holds no finding of GuardDuty: detail has no id, type, severity and resource")
    severity = float(detail["severity"])
    finding = {
        "id": str(detail["id"]),
        "type": str(detail["type"]),
        "title": str(detail.get("title", detail["type"])),
        "severity": severity,
        "label": next(label for lowest, label in LABELS if severity >= lowest),
        "account": str(event.get("account", "")),
        "region": str(event.get("region", "")),
    }
    kind, target = target_of(detail["resource"])
    service: Json = detail.get("service") or {}
    further: Json = service.get("additionalInfo") or {}
    sample = bool(further.get("sample"))
    if severity < least or service.get("archived") or sample:
        kind = NOTHING
    return {"finding": finding, "kind": kind, "target": target}


def target_of(resource: Json) -> tuple[str, dict[str, str]]:
    """Kind of containment and what it is done to; `none` where there is nothing that can be contained."""
    match resource.get("resourceType"):
        case "Instance":
            instance: Json = resource.get("instanceDetails") or {}
            return ("instance", {"instance": str(instance["instanceId"])}) if instance.get("instanceId") else NO_TARGET
        case "ECSCluster":
            cluster: Json = resource.get("ecsClusterDetails") or {}
            task: Json = cluster.get("taskDetails") or {}
            where = {"cluster": str(cluster.get("arn", cluster.get("name", ""))), "task": str(task.get("arn", ""))}
            return ("task", where) if all(where.values()) else NO_TARGET
        case "AccessKey":
            return _identity(resource.get("accessKeyDetails") or {})
        case "S3Bucket":
            buckets: list[Json] = resource.get("s3BucketDetails") or []
            return ("bucket", {"bucket": str(buckets[0]["name"])}) if buckets else NO_TARGET
        case _:
            return NO_TARGET


def _identity(details: Json) -> tuple[str, dict[str, str]]:
    """A role's sessions or a user's key; the root user and services of AWS cannot be contained by the account."""
    user, key = str(details.get("userName", "")), str(details.get("accessKeyId", ""))
    match details.get("userType"):
        case "AssumedRole" | "Role" if user:
            return "role", {"role": user}
        case "IAMUser" if user and key:
            return "access-key", {"user": user, "key": key}
        case _:
            return NO_TARGET
