"""Subscribe Security Hub to standards."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import json
from typing import Any

from moto.securityhub import urls
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

REASON = "moto's Security Hub has no standards; the provider takes the first subscription of the answer and crashes."


def subscriptions(backend: SecurityHubBackend) -> dict[str, dict[str, Any]]:
    """ARN of each subscription → what the API tells of it; they go with the hub."""
    return backend.__dict__.setdefault("standards_subscriptions", {})


def arn_of(backend: SecurityHubBackend, standard: str) -> str:
    """ARN of the subscription to a standard: its own path, in the account."""
    path = standard.partition("::standards/")[2] or standard.partition(":::ruleset/")[2]
    return f"arn:aws:securityhub:{backend.region_name}:{backend.account_id}:subscription/{path}"


def apply() -> None:
    """Add the three operations."""

    def batch_enable_standards(self: SecurityHubResponse) -> str:
        made = []
        for request in json.loads(self.body)["StandardsSubscriptionRequests"]:
            standard = request["StandardsArn"]
            arn = arn_of(self.securityhub_backend, standard)
            told = {
                "StandardsSubscriptionArn": arn,
                "StandardsArn": standard,
                "StandardsInput": request.get("StandardsInput", {}),
                "StandardsStatus": "READY",
            }
            subscriptions(self.securityhub_backend)[arn] = told
            made.append(told)
        return json.dumps({"StandardsSubscriptions": made})

    def get_enabled_standards(self: SecurityHubResponse) -> str:
        asked = (json.loads(self.body) if self.body else {}).get("StandardsSubscriptionArns")
        found = subscriptions(self.securityhub_backend)
        return json.dumps({"StandardsSubscriptions": [s for arn, s in found.items() if not asked or arn in asked]})

    def batch_disable_standards(self: SecurityHubResponse) -> str:
        found = subscriptions(self.securityhub_backend)
        gone = [found.pop(arn, None) for arn in json.loads(self.body)["StandardsSubscriptionArns"]]
        return json.dumps({"StandardsSubscriptions": [{**s, "StandardsStatus": "DELETING"} for s in gone if s]})

    SecurityHubResponse.batch_enable_standards = batch_enable_standards
    SecurityHubResponse.get_enabled_standards = get_enabled_standards
    SecurityHubResponse.batch_disable_standards = batch_disable_standards
    for path in ("standards/register", "standards/get", "standards/deregister"):
        urls.url_paths[f"{{0}}/{path}$"] = SecurityHubResponse.dispatch
