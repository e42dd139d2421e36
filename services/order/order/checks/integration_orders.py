"""The API of orders on a deployed environment: every operation is there, and none answers a stranger.

API_URL: where, such as https://api.company.com. API_HOST: the host to name, where that is another one.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

URL = os.environ.get("API_URL", "https://api.company.com").rstrip("/")
ORDER = "00000000-0000-4000-8000-000000000000"
OPERATIONS = [
    ("POST", "/api/v1/process"),
    ("GET", f"/api/v1/orders/{ORDER}"),
    ("POST", f"/api/v1/orders/{ORDER}/decision"),
    ("GET", "/api/v1/notices"),
]


def ask(method: str, path: str, body: Any = None, token: str | None = None) -> tuple[int, Any]:
    """Status and JSON of one request."""
    headers = {"Content-Type": "application/json"}
    headers |= {"Host": os.environ["API_HOST"]} if "API_HOST" in os.environ else {}
    headers |= {"Authorization": f"Bearer {token}"} if token else {}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        return error.code, None


def test_a_stranger_is_refused_when_nobody_is_signed_in() -> None:
    assert {path: ask(method, path, {})[0] for method, path in OPERATIONS} == {path: 401 for _, path in OPERATIONS}


def test_a_stranger_is_refused_when_the_token_is_none() -> None:
    none = "eyJhbGciOiJub25lIn0.e30."
    answers = {path: ask(method, path, {}, token=none)[0] for method, path in OPERATIONS}
    assert answers == {path: 401 for _, path in OPERATIONS}
