"""Report that a bucket sends its events to EventBridge."""

from __future__ import annotations

import re
from typing import Any

from moto.s3.responses import S3Response

REASON = (
    "moto keeps the EventBridge switch of a bucket's notifications, and leaves it out of GetBucketNotification, so "
    "every preview would switch it on again."
)
_ELEMENT = re.compile(
    r"<NotificationConfiguration(?P<attributes>[^>]*?)(?:/>|>(?P<content>.*)</NotificationConfiguration>)", re.DOTALL
)


def with_switch(body: str) -> str:
    """The answer with the switch in it."""
    return _ELEMENT.sub(
        lambda found: (
            f"<NotificationConfiguration{found['attributes']}>{found['content'] or ''}"
            "<EventBridgeConfiguration/></NotificationConfiguration>"
        ),
        body,
    )


def apply() -> None:
    """Complete the answer."""
    answer = S3Response.get_bucket_notification

    def complete(self: S3Response) -> Any:
        status, headers, body = answer(self)
        configuration = self.backend.get_bucket_notification_configuration(self.bucket_name)
        if configuration and configuration.event_bridge is not None:
            body = with_switch(body if isinstance(body, str) else body.decode())
        return status, headers, body

    S3Response.get_bucket_notification = complete  # type: ignore[method-assign]
