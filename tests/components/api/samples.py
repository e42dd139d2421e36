"""Wiring for the tests of this folder; every value is stated here."""

from __future__ import annotations

from typing import Any

from components.api import ContainerTarget, FunctionTarget, Targets, TokenIssuer
from contracts.services.interfaces import HttpInterface
from tests.kit import ACCOUNT, REGION

PROCESS_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:dev-order-APIProcessing"
LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/internal/1/2"
LOG_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs"
POOL_ID = f"{REGION}_Ab1Cd2Ef3"

TARGETS = Targets(
    functions={"APIProcessing": FunctionTarget(arn=PROCESS_ARN, name="dev-order-APIProcessing")},
    containers={"order-api": ContainerTarget(listener_arn=LISTENER, vpc_link_id="link-1")},
)
ISSUER = TokenIssuer(user_pool_id=POOL_ID, client_ids={"web-app-client": "client-1"}, region=REGION, account_id=ACCOUNT)

AUTHORIZER: dict[str, Any] = {
    "name": "jwt-authorizer",
    "user_pool": "user/user#platform-users",
    "clients": ["web-app-client"],
    "identity_source": "$request.header.Authorization",
}
DOCUMENT_002: dict[str, Any] = {
    "document": "openapi.yaml",
    "exposure": "public",
    "routes": {
        "ANY /api/v1/{proxy+}": {"container": "order-api"},
        "POST /api/v1/process": {"function": "APIProcessing"},
    },
    "cors": {"origins": ["https://platform.company.com"], "methods": ["GET", "POST", "PUT", "DELETE"]},
    "authorizer": AUTHORIZER,
    "throttling": {"burst": 5000, "rate": 10000},
    "domain": "api.company.com",
    "access_log_days": 30,
}
"""The HTTP API of document 002."""


def http_interface(**changes: Any) -> HttpInterface:
    """Document 002's interface with changes; None takes a field away."""
    values = {key: value for key, value in (DOCUMENT_002 | changes).items() if value is not None}
    return HttpInterface.model_validate(values)
