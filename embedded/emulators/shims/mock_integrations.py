"""Take a REST API's document whose mock integrations have no address and no method."""

from __future__ import annotations

from typing import Any

from moto.apigateway.models import APIGatewayBackend

REASON = (
    "moto reads integrations of an OpenAPI document and hands on only what each one says, although its own functions "
    "ask for the address and the method of every integration: a mock, which has neither, ends in a TypeError."
)


def apply() -> None:
    """Fill in what an integration of a document leaves out."""
    put: Any = APIGatewayBackend.put_integration

    def completed(self: APIGatewayBackend, *args: Any, **kwargs: Any) -> Any:
        # The REST calls give everything, the first parts by position; only documents give names alone.
        unsaid = {} if args else {"uri": "", "integration_method": ""}
        return put(self, *args, **(unsaid | kwargs))

    APIGatewayBackend.put_integration = completed  # type: ignore[method-assign]
