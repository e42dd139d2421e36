"""Function APIProcessing: takes orders over HTTP, and answers pages over GraphQL and WebSocket."""

from __future__ import annotations

from orders import placing
from runtime.operation import Handler

lambda_handler = Handler(
    placing.place,
    {
        "POST /api/v1/process": placing.place,
        "Query.order": placing.get,
        "Mutation.cancelOrder": placing.cancel,
        "$connect": placing.connected,
        "$disconnect": placing.connected,
        "$default": placing.status,
    },
)
