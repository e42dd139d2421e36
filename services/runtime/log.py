"""Structured logs in JSON, each line with the id that ties together everything one request led to."""

from __future__ import annotations

import re
import uuid

from aws_lambda_powertools import Logger

logger = Logger(service=None)
"""Logger of the process; its service is `POWERTOOLS_SERVICE_NAME`, its level `LOG_LEVEL`."""

_PLAIN = re.compile(r"[A-Za-z0-9_.:=/-]{1,128}")


def correlate(correlation_id: str | None) -> str:
    """Begin to log under an id, a new one if there is none; returns it.

    What is no plain id is not taken over: it comes from outside, and would be copied into logs and headers.
    """
    chosen = correlation_id if correlation_id and _PLAIN.fullmatch(correlation_id) else str(uuid.uuid4())
    logger.set_correlation_id(chosen)
    return chosen


def correlation_id() -> str:
    """The id that is logged under; a new one if nothing has begun."""
    return logger.get_correlation_id() or correlate(None)
