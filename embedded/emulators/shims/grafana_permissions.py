"""Who may do what in a Grafana workspace."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

REASON = (
    "moto has no Grafana, and the fallback cannot tell that permissions are added to and taken from a list: "
    "ListPermissions stays empty. This answers for both calls, whatever workspace is named."
)
_PATH = re.compile(r"^/workspaces/([^/]+)/permissions$")

Held = dict[str, set[tuple[str, str, str]]]
"""Workspace → (role, kind of user, id)."""


def update(held: set[tuple[str, str, str]], batch: list[dict[str, Any]]) -> None:
    """Add or revoke, one instruction after the other."""
    for instruction in batch:
        for user in instruction["users"]:
            entry = (instruction["role"], user["type"], user["id"])
            if instruction["action"] == "ADD":
                held.add(entry)
            else:
                held.discard(entry)


def listed(held: set[tuple[str, str, str]], asked: dict[str, list[str]]) -> list[dict[str, Any]]:
    """Those of a kind, a user or a group, as asked."""
    kinds, user, group = asked.get("userType"), asked.get("userId"), asked.get("groupId")
    return [
        {"role": role, "user": {"type": kind, "id": id_}}
        for role, kind, id_ in sorted(held)
        if (not kinds or kind in kinds) and (not user or id_ in user) and (not group or id_ in group)
    ]


def wrap(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Answer the two calls; everything else passes untouched."""
    held: Held = {}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        found = _PATH.match(environ.get("PATH_INFO", ""))
        if found is None or "/grafana/aws4_request" not in environ.get("HTTP_AUTHORIZATION", ""):
            return application(environ, start_response)
        entries = held.setdefault(found[1], set())
        told: dict[str, Any]
        if environ["REQUEST_METHOD"] == "PATCH":
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            update(entries, json.loads(body)["updateInstructionBatch"])
            told = {"errors": []}
        else:
            told = {"permissions": listed(entries, parse_qs(environ.get("QUERY_STRING", "")))}
        text = json.dumps(told).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(text)))])
        return [text]

    return answer
