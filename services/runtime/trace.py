"""Subsegments for AWS X-Ray, sent to the daemon that Lambda runs beside the function.

The official SDK is left out on purpose: it brings botocore and a compiled library along, and all that is needed is one
datagram per subsegment. Without a daemon, or in a request that is not sampled, nothing is sent.

Source: AWS X-Ray Developer Guide, "Segment documents", "Sending trace data to X-Ray".
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_parent: ContextVar[str | None] = ContextVar("parent", default=None)


def header() -> str | None:
    """The trace header that goes along with calls and events; None outside a trace."""
    fields = _fields()
    if fields is None:
        return None
    parent = _parent.get() or fields.get("Parent", "")
    return f"Root={fields['Root']};Parent={parent};Sampled={fields.get('Sampled', '0')}"


@contextmanager
def subsegment(name: str, **annotations: str | float | bool) -> Generator[None]:
    """Trace what happens inside, such as a call of another service or a transaction.

    Args:
        name: what X-Ray shows; at most 200 characters.
        annotations: what traces are searched by.
    """
    fields = _fields()
    if fields is None or fields.get("Sampled") != "1":
        yield
        return
    document: dict[str, Any] = {
        "id": secrets.token_hex(8),
        "trace_id": fields["Root"],
        "parent_id": _parent.get() or fields.get("Parent", ""),
        "type": "subsegment",
        "name": name[:200],
        "start_time": time.time(),
        "annotations": annotations,
    }
    token = _parent.set(document["id"])
    try:
        yield
    except Exception as error:
        document |= {
            "fault": True,
            "cause": {"exceptions": [{"id": secrets.token_hex(8), "type": type(error).__name__}]},
        }
        raise
    finally:
        _parent.reset(token)
        _send(document | {"end_time": time.time()})


def _fields() -> dict[str, str] | None:
    pairs = (pair.partition("=") for pair in os.environ.get("_X_AMZN_TRACE_ID", "").split(";"))
    fields = {name.strip(): value for name, equals, value in pairs if equals}
    return fields if "Root" in fields else None


def _send(document: dict[str, Any]) -> None:
    host, colon, port = os.environ.get("AWS_XRAY_DAEMON_ADDRESS", "").rpartition(":")
    if not colon or not port.isdigit():
        return
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        try:
            sender.sendto(f'{{"format": "json", "version": 1}}\n{json.dumps(document)}'.encode(), (host, int(port)))
        except OSError:
            return  # a lost trace is no reason to fail
