"""Gather the findings of regions in Security Hub."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import json
import uuid
from typing import Any

from moto.securityhub import urls
from moto.securityhub.models import SecurityHubBackend
from moto.securityhub.responses import SecurityHubResponse

REASON = "moto's Security Hub has no finding aggregators, and the fallback makes up regions for one of all regions."


def aggregators(backend: SecurityHubBackend) -> dict[str, dict[str, Any]]:
    """ARN of each aggregator → what the API tells of it."""
    return backend.__dict__.setdefault("finding_aggregators", {})


def apply() -> None:
    """Add the operations."""

    def create_finding_aggregator(self: SecurityHubResponse) -> str:
        backend, told = self.securityhub_backend, json.loads(self.body)
        arn = f"arn:aws:securityhub:{backend.region_name}:{backend.account_id}:finding-aggregator/{uuid.uuid4()}"
        made = {
            "FindingAggregatorArn": arn,
            "FindingAggregationRegion": backend.region_name,
            "RegionLinkingMode": told["RegionLinkingMode"],
            "Regions": told.get("Regions", []),
        }
        aggregators(backend)[arn] = made
        return json.dumps(made)

    def get_finding_aggregator(self: SecurityHubResponse) -> Any:
        arn = self.path.partition("/findingAggregator/get/")[2].replace("%3A", ":").replace("%2F", "/")
        found = aggregators(self.securityhub_backend).get(arn)
        if found is None:
            return 404, {"x-amzn-errortype": "ResourceNotFoundException"}, json.dumps({"Message": f"no {arn}"})
        return json.dumps(found)

    def list_finding_aggregators(self: SecurityHubResponse) -> str:
        found = [{"FindingAggregatorArn": arn} for arn in aggregators(self.securityhub_backend)]
        return json.dumps({"FindingAggregators": found})

    def update_finding_aggregator(self: SecurityHubResponse) -> str:
        told = json.loads(self.body)
        found = aggregators(self.securityhub_backend)[told["FindingAggregatorArn"]]
        found |= {"RegionLinkingMode": told["RegionLinkingMode"], "Regions": told.get("Regions", [])}
        return json.dumps(found)

    def delete_finding_aggregator(self: SecurityHubResponse) -> str:
        arn = self.path.partition("/findingAggregator/delete/")[2].replace("%3A", ":").replace("%2F", "/")
        aggregators(self.securityhub_backend).pop(arn, None)
        return json.dumps({})

    for operation in (
        create_finding_aggregator,
        get_finding_aggregator,
        list_finding_aggregators,
        update_finding_aggregator,
        delete_finding_aggregator,
    ):
        setattr(SecurityHubResponse, operation.__name__, operation)
    for path in ("create", "list", "update", "get/(?P<arn>.+)", "delete/(?P<arn>.+)"):
        urls.url_paths[f"{{0}}/findingAggregator/{path}$"] = SecurityHubResponse.dispatch
