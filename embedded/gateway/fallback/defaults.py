"""What AWS does and the service models do not say: members set unasked, and members shown under another name.

Kept small: a row stands here only because a client fails, or differs for ever, without it.
"""

from __future__ import annotations

from typing import Any, cast

from embedded.gateway.fallback.memory import Record
from embedded.gateway.fallback.plain import is_members

UNASKED: dict[tuple[str, str], dict[str, Any]] = {
    # AWS shows this one in lower case, against its own model, and the Terraform provider waits for that
    ("apprunner", "AutoScalingConfiguration"): {"Status": "active"},
    # AWS verifies a destination within seconds, and the Terraform provider waits for that
    ("guardduty", "PublishingDestination"): {"status": "PUBLISHING"},
    # in lower case, as the Terraform provider waits for it
    ("dms", "EventSubscription"): {"Status": "active"},
    # a word that the model does not know
    ("cloudwatch", "MetricStream"): {"State": "running"},
    # Secrets Manager keeps the password, and AWS draws the end of the name
    ("redshift-serverless", "Namespace"): {
        "adminPasswordSecretArn": "arn:aws:secretsmanager:{region}:{account}:secret:redshift!{namespaceName}-admin"
    },
    # the Terraform provider reads it without looking whether it is there
    ("rum", "AppMonitor"): {"DataStorage": {"CwLog": {"CwLogEnabled": False}}},
}

# Of each item of a list: the Terraform provider waits for the state of a replication's only destination.
UNASKED_OF_ITEMS: dict[tuple[str, str], dict[str, dict[str, Any]]] = {
    ("efs", "ReplicationConfiguration"): {
        "Destinations": {"Status": "ENABLED", "FileSystemId": "fs-00000000000000001"}
    },
}

# Told as the first, shown as the second (a path).
SHOWN_AS: dict[tuple[str, str], dict[str, str]] = {
    ("apprunner", "Service"): {
        "AutoScalingConfigurationArn": "AutoScalingConfigurationSummary.AutoScalingConfigurationArn"
    },
    ("globalaccelerator", "EndpointGroup"): {"EndpointConfigurations": "EndpointDescriptions"},
    ("dms", "EventSubscription"): {"EventCategories": "EventCategoriesList", "SourceIds": "SourceIdsList"},
    # AWS draws an address from the name
    ("redshift-serverless", "Workgroup"): {"port": "endpoint.port", "workgroupName": "endpoint.address"},
    ("network-firewall", "RuleGroup"): {"Rules": "RulesSource.RulesString"},
    ("lambda", "ProvisionedConcurrencyConfig"): {
        "ProvisionedConcurrentExecutions": "AllocatedProvisionedConcurrentExecutions"
    },
    ("grafana", "Workspace"): {
        "authenticationProviders": "authentication.providers",
        "workspaceDataSources": "dataSources",
        "workspaceDescription": "description",
        "workspaceNotificationDestinations": "notificationDestinations",
    },
}


def settle(record: Record) -> None:
    """Give a told resource what it has unasked, and its members under the names they are shown by."""
    kind = (record.place.service, record.noun)
    known = {"account": record.place.account, "region": record.place.region, **record.data}
    unasked = UNASKED.get(kind, {})
    filled = {name: text.format_map(known) if isinstance(text, str) else text for name, text in unasked.items()}
    record.data = filled | record.data
    for name, more in UNASKED_OF_ITEMS.get(kind, {}).items():
        listed = record.data.get(name)
        if isinstance(listed, list):
            items = cast("list[Any]", listed)
            record.data[name] = [more | item if is_members(item) else item for item in items]
    for told, shown in SHOWN_AS.get(kind, {}).items():
        if told in record.data:
            _set(record.data, shown.split("."), record.data[told])


def _set(members: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = members.get(name)
        members[name] = inner if is_members(inner) else {}
        members = members[name]
    members[path[-1]] = value
