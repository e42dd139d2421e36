"""Puts data sources and dashboards into a Grafana workspace, and takes away dashboards that are no longer ours.

Runs once for each change of what it carries, called by the deployment. It makes a token of the workspace's service
account that lives for five minutes, uses it, and deletes it: no key of Grafana is kept anywhere.
"""

from __future__ import annotations

import importlib
import json
import logging
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

log = logging.getLogger()
CONTENT = Path(__file__).with_name("content.json")
TOKEN_SECONDS = 300
TIMEOUT_SECONDS = 15
FOLDER = "atoll"
TAG = "atoll"


class GrafanaError(Exception):
    """Grafana refused something; the message says what, never with the token."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Fill the workspace `workspace_id` at `endpoint` by the account `service_account_id`."""
    boto3: Any = importlib.import_module("boto3")
    grafana = boto3.client("grafana")
    account = {"workspaceId": event["workspace_id"], "serviceAccountId": event["service_account_id"]}
    made = grafana.create_workspace_service_account_token(
        name=f"fill-{context.aws_request_id}", secondsToLive=TOKEN_SECONDS, **account
    )["serviceAccountToken"]
    try:
        content = json.loads(CONTENT.read_text(encoding="utf-8"))
        return fill(f"https://{event['endpoint']}", made["key"], content, event["data_sources"])
    finally:
        grafana.delete_workspace_service_account_token(tokenId=made["id"], **account)


def fill(url: str, token: str, dashboards: list[dict[str, Any]], sources: list[dict[str, Any]]) -> dict[str, Any]:
    """Make what is missing, change what is different, delete dashboards of the folder that are not in the list."""

    def call(method: str, path: str, body: Any = None, *, missing: bool = False) -> Any:
        return _call(url, token, method, path, body, missing=missing)

    for source in sources:
        path = f"/api/datasources/uid/{source['uid']}"
        there = call("GET", path, missing=True)
        if there is None:
            call("POST", "/api/datasources", source)
        else:
            call("PUT", path, source)
    if call("GET", f"/api/folders/{FOLDER}", missing=True) is None:
        call("POST", "/api/folders", {"uid": FOLDER, "title": "Atoll"})
    for dashboard in dashboards:
        call("POST", "/api/dashboards/db", {"dashboard": dashboard, "folderUid": FOLDER, "overwrite": True})
    ours = {dashboard["uid"] for dashboard in dashboards}
    query = urllib.parse.urlencode({"type": "dash-db", "tag": TAG, "folderUIDs": FOLDER})
    gone = [found["uid"] for found in call("GET", f"/api/search?{query}") if found["uid"] not in ours]
    for uid in gone:
        call("DELETE", f"/api/dashboards/uid/{uid}", missing=True)
    log.info("%s data sources, %s dashboards, %s taken away", len(sources), len(dashboards), len(gone))
    return {"dashboards": len(dashboards), "data_sources": len(sources), "deleted": gone}


def _call(url: str, token: str, method: str, path: str, body: Any, *, missing: bool) -> Any:
    """The answer's JSON; None where there is nothing and `missing` allows it."""
    request = urllib.request.Request(
        f"{url}{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        if missing and error.code == 404:
            return None
        said = error.read(500).decode(errors="replace")
        raise GrafanaError(f"{method} {path}: {error.code} {said}") from None
    except OSError as error:
        raise GrafanaError(f"{method} {path}: no answer: {getattr(error, 'reason', error)}") from None
