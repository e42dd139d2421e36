"""One order on a deployed environment, from the customer's request to its fulfilment.

API_URL, API_HOST: as in integration_orders. E2E_SECRET: secret of Secrets Manager with `client_id`, `username` and
`password` of a customer who exists for this alone; E2E_SKU: an article that is in stock.
"""

from __future__ import annotations

import json
import os
import time
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]

from services.order.order.checks.integration_orders import ask

WITHIN_SECONDS = 120.0


def signed_in() -> str:
    """An access token of the customer."""
    client = cast("Any", boto3).client
    secret = client("secretsmanager").get_secret_value(SecretId=os.environ["E2E_SECRET"])
    told: dict[str, str] = json.loads(secret["SecretString"])
    tokens = client("cognito-idp").initiate_auth(
        ClientId=told["client_id"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": told["username"], "PASSWORD": told["password"]},
    )
    return tokens["AuthenticationResult"]["AccessToken"]


def test_an_order_is_fulfilled_when_a_customer_places_it() -> None:
    token = signed_in()
    wish = {"items": [{"sku": os.environ["E2E_SKU"], "count": 1}], "payment_method": "tok_good"}
    status, order = ask("POST", "/api/v1/process", wish, token)
    assert (status, order["status"]) == (202, "placed")
    until = time.monotonic() + WITHIN_SECONDS
    while (seen := ask("GET", f"/api/v1/orders/{order['order_id']}", token=token))[1]["status"] != "fulfilled":
        assert seen[0] == 200
        assert seen[1]["status"] != "rejected", seen
        assert time.monotonic() < until, f"not fulfilled after {WITHIN_SECONDS:.0f} s"
        time.sleep(2)
