"""Writes documents into the service's own index of OpenSearch, signed with IAM."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from runtime import trace
from runtime.clients import session
from runtime.settings import ConfigurationError, key, variable

LARGEST_BULK = 500
"""Documents of one request."""


class IndexingError(RuntimeError):
    """Documents were not taken; they may be sent again, as their ids stay the same."""


_http = URLLib3Session(timeout=10)


def index(name: str, documents: Mapping[str, dict[str, Any]]) -> None:
    """Write documents by id; writing one again replaces it by the same.

    Args:
        name: the contract's name for the index; `<KEY>_INDEX` and `SEARCH_ENDPOINT` say where it is.
        documents: id → document.

    Raises:
        IndexingError: some were not taken, with how many and why the first was not.
    """
    target = variable(f"{key(name)}_INDEX")
    items = list(documents.items())
    with trace.subsegment(f"index {target}"):
        for start in range(0, len(items), LARGEST_BULK):
            _bulk(target, items[start : start + LARGEST_BULK])


def _bulk(target: str, items: list[tuple[str, dict[str, Any]]]) -> None:
    lines = [json.dumps(part) for identity, document in items for part in ({"index": {"_id": identity}}, document)]
    endpoint = variable("SEARCH_ENDPOINT")
    address = endpoint if "://" in endpoint else f"https://{endpoint}"
    request = AWSRequest(
        "POST",
        f"{address.rstrip('/')}/{target}/_bulk",
        headers={"Content-Type": "application/x-ndjson"},
        data="\n".join([*lines, ""]).encode(),
    )
    credentials = session().get_credentials()
    if credentials is None:
        raise ConfigurationError("there are no AWS credentials to sign with; the function's role brings them")
    SigV4Auth(credentials, "es", session().get_config_variable("region")).add_auth(request)
    answer = _http.send(request.prepare())
    if answer.status_code != 200:
        raise IndexingError(f"{target} answered {answer.status_code} to {len(items)} documents")
    told = json.loads(answer.content)
    failed = [item["index"] for item in told["items"] if item["index"].get("error")] if told.get("errors") else []
    if failed:
        raise IndexingError(
            f"{target} refused {len(failed)} of {len(items)} documents: {failed[0]['error'].get('type')}"
        )
