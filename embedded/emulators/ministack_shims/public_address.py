"""Let the addresses that MiniStack hands out lead through the gateway."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from embedded.emulators.ministack_shims import part

REASON = (
    "MiniStack puts its own port into queue URLs and API endpoints. Whoever followed them would go past the gateway: "
    "no faults, no journal, and no account of an assumed role."
)


def apply() -> None:
    """Name the gateway's port; `AWS_ENDPOINT_URL` is what handlers are given too."""
    port = str(urlsplit(os.environ["AWS_ENDPOINT_URL"]).port)
    for name in ("apigateway", "sns"):
        part(f"services.{name}")._PORT = port
    part("services.cognito")._MINISTACK_PORT = port
    sqs = part("services.sqs")
    sqs.DEFAULT_PORT = port
    sqs._CANONICAL_NETLOC = f"{sqs.DEFAULT_HOST}:{port}"
