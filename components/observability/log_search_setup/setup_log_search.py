"""Sets a search domain for logs up: life cycle, template, who may write and read; it may run again (OBS-4).

The function is the domain's master user: it signs its requests with its role. Nothing is taken away when the resource
is deleted, for the domain goes with it.
"""

from __future__ import annotations

import importlib
import json
import os
from typing import Any, Protocol, cast

POLICY = "atoll-logs"
"""Id of the ISM policy."""
WRITER, READER = "atoll_log_writer", "atoll_log_reader"


class SetupError(RuntimeError):
    """The domain refused something; the message has what it answered."""


class Domain(Protocol):
    """Requests to the domain."""

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Status and answer."""
        ...


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Do what `endpoint`, `policy`, `template`, `writers` and `readers` of the event say."""
    if event.get("tf", {}).get("action") == "delete":
        return {"done": []}
    return {"done": set_up(Signed(event["endpoint"]), event)}


def set_up(domain: Domain, wanted: dict[str, Any]) -> list[str]:
    """Bring the domain to what is wanted; what is so already stays untouched.

    Raises:
        SetupError: the domain refused something.
    """
    done = [_policy(domain, wanted["policy"])]
    _put(domain, f"_index_template/{POLICY}", wanted["template"])
    patterns = wanted["template"]["index_patterns"]
    for role, actions, people in (
        (WRITER, ["crud", "create_index"], wanted["writers"]),
        (READER, ["read", "search"], wanted["readers"]),
    ):
        cluster = ["cluster_monitor", "cluster_composite_ops"] if role == WRITER else ["cluster_composite_ops_ro"]
        given = {"index_patterns": patterns, "allowed_actions": actions}
        _put(
            domain,
            f"_plugins/_security/api/roles/{role}",
            {"cluster_permissions": cluster, "index_permissions": [given]},
        )
        _put(domain, f"_plugins/_security/api/rolesmapping/{role}", {"backend_roles": sorted(people)})
        done.append(f"role {role}")
    done.append(_adopt(domain, patterns))
    return done


def _policy(domain: Domain, policy: dict[str, Any]) -> str:
    """Put the policy; a changed one must say which revision it replaces."""
    path = f"_plugins/_ism/policies/{POLICY}"
    status, found = domain("GET", path)
    if status == 404:
        _put(domain, path, {"policy": policy})
        return "policy made"
    if status != 200:
        raise SetupError(f"GET {path}: {status} {json.dumps(found)[:300]}")
    if _same(policy, found["policy"]):
        return "policy kept"
    _put(domain, f"{path}?if_seq_no={found['_seq_no']}&if_primary_term={found['_primary_term']}", {"policy": policy})
    return "policy changed"


def _adopt(domain: Domain, patterns: list[str]) -> str:
    """Give the policy to indexes that are older than it, and its new revision to those that follow an old one."""
    names = ",".join(patterns)
    for action, body in (("add", {"policy_id": POLICY}), ("change_policy", {"policy_id": POLICY})):
        status, answer = domain("POST", f"_plugins/_ism/{action}/{names}", body)
        if status not in (200, 404):  # 404: there is no such index yet
            raise SetupError(f"POST _plugins/_ism/{action}: {status} {json.dumps(answer)[:300]}")
    return "indexes adopted"


def _same(wanted: Any, found: Any) -> bool:
    """Whether everything wanted is there; the domain adds fields of its own."""
    if isinstance(wanted, dict):
        fields = cast("dict[str, Any]", wanted)
        there = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        return all(key in there and _same(value, there[key]) for key, value in fields.items())
    if isinstance(wanted, list):
        items = cast("list[Any]", wanted)
        others = cast("list[Any]", found) if isinstance(found, list) else []
        return len(items) == len(others) and all(_same(*pair) for pair in zip(items, others, strict=True))
    return wanted == found


def _put(domain: Domain, path: str, body: Any) -> None:
    status, answer = domain("PUT", path, body)
    if status not in (200, 201):
        raise SetupError(f"PUT {path}: {status} {json.dumps(answer)[:300]}")


class Signed:
    """Requests signed with the function's own role."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint.rstrip("/")

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """Send one request, over TLS with the certificate verified."""
        auth: Any = importlib.import_module("botocore.auth")
        request_module: Any = importlib.import_module("botocore.awsrequest")
        http: Any = importlib.import_module("botocore.httpsession")
        session: Any = importlib.import_module("boto3").Session()
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = request_module.AWSRequest(method, f"{self._endpoint}/{path}", headers=headers, data=data)
        auth.SigV4Auth(session.get_credentials(), "es", os.environ["AWS_REGION"]).add_auth(request)
        answer = http.URLLib3Session(timeout=30).send(request.prepare())
        return answer.status_code, json.loads(answer.content or b"{}")
