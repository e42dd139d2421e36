"""Who is calling, where and what: read from the signature of a request, else from its host.

AWS signs every call with a *credential scope*: ``<access key>/<date>/<region>/<service>/aws4_request``. It stands in
the ``Authorization`` header, or in the ``X-Amz-Credential`` query member of a presigned URL. SigV4A leaves the region
out of the scope and names it in ``X-Amz-Region-Set``. Calls that are not signed (web identity, SAML, anonymous S3,
requests that arrive through ``HTTP_PROXY``) are resolved from the host name instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

DEFAULT_REGION = "us-east-1"
SIGV4A = "AWS4-ECDSA-P256-SHA256"
EXECUTE_API = "execute-api"
"""The service name of calls *to* an API of API Gateway, which no SDK has a model of."""

_CREDENTIAL = re.compile(r"Credential=([^,\s]+)")
_REGION = re.compile(r"^[a-z]{2}(?:-[a-z]+)+-\d$")
_AWS_SUFFIX = re.compile(r"\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$")
_API_HOST = re.compile(r"^([a-z0-9]{8,12})\.execute-api\.", re.IGNORECASE)
_ACCOUNT_LABEL = re.compile(r"^\d{12}$")


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What the request says about itself; `None` where it says nothing.

    `service` is the *signing name* (``monitoring``, not ``cloudwatch``) or, for an unsigned call, the endpoint
    prefix found in the host. `access_key` is never a secret: it is the public half of a credential.
    """

    access_key: str | None = None
    region: str | None = None
    service: str | None = None
    host_account: str | None = None
    host_service: str | None = None
    """Endpoint prefix found in the host, which tells apart services that sign with one name: S3 and S3 Control."""
    signed: bool = False


def read_scope(headers: Mapping[str, str], query: str = "", host: str = "") -> Scope:
    """The scope of a request.

    `headers` must be case-insensitive (aiohttp's are), `query` is the raw query string, `host` the host without port.
    A malformed credential counts as unsigned: an emulator, not the gateway, is to judge it.
    """
    credential, multi_region = _credential(headers, query)
    from_host = scope_of_host(host)
    parts = credential.split("/") if credential else []
    if multi_region and len(parts) == 4:
        access_key, _, service, _ = parts
        region = _first_region(headers.get("X-Amz-Region-Set") or _one(parse_qs(query), "X-Amz-Region-Set"))
    elif not multi_region and len(parts) == 5:
        access_key, _, region, service, _ = parts
    else:
        return from_host
    return Scope(
        access_key=access_key,
        region=region or from_host.region,
        service=service.lower(),
        host_account=from_host.host_account,
        host_service=from_host.host_service,
        signed=True,
    )


def scope_of_host(host: str) -> Scope:
    """Region, endpoint prefix and account of an AWS host name; an empty scope for any other host.

    ``111122223333.s3-control.us-east-1.amazonaws.com`` → s3-control, us-east-1, 111122223333;
    ``bucket.s3.amazonaws.com`` → s3; ``iam.amazonaws.com`` → iam; ``api.ecr.eu-west-1.amazonaws.com`` → api.ecr.
    """
    name = host.rsplit(":", 1)[0].lower()
    if not _AWS_SUFFIX.search(name):
        return Scope()
    labels = [label for label in _AWS_SUFFIX.sub("", name).split(".") if label not in ("dualstack", "vpce")]
    region = next((label for label in labels if _REGION.match(label)), None)
    account = labels[0] if labels and _ACCOUNT_LABEL.match(labels[0]) else None
    rest = [label for label in labels if label not in (region, account)]
    if "s3" in rest:  # virtual-hosted buckets put any number of labels in front
        rest = ["s3"]
    service = ".".join(rest) or None
    return Scope(region=region, service=service, host_account=account, host_service=service)


def api_of_host(host: str) -> str | None:
    """The id of the API that ``<id>.execute-api.<anything>`` names."""
    found = _API_HOST.match(host)
    return found.group(1).lower() if found else None


def with_access_key(headers: Mapping[str, str], query: str, access_key: str) -> tuple[dict[str, str], str]:
    """The same headers and query, signed in the name of another access key.

    MiniStack takes a twelve-digit access key as the account. The signature is left as it is: emulators do not check it.
    """
    changed = dict(headers)
    for name, value in headers.items():
        if name.lower() == "authorization":
            changed[name] = re.sub(r"Credential=[^/,\s]+", f"Credential={access_key}", value, count=1)
    rewritten = re.sub(r"(X-Amz-Credential=)[^&/%]+", rf"\g<1>{access_key}", query, count=1)
    return changed, rewritten


def _credential(headers: Mapping[str, str], query: str) -> tuple[str | None, bool]:
    authorization = headers.get("Authorization", "")
    found = _CREDENTIAL.search(authorization)
    if found:
        return found.group(1), authorization.startswith(SIGV4A)
    if "X-Amz-Credential=" in query:
        members = parse_qs(query)
        return _one(members, "X-Amz-Credential"), _one(members, "X-Amz-Algorithm") == SIGV4A
    return None, False


def _one(members: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(members.get(name, [])), None)


def _first_region(region_set: str | None) -> str | None:
    regions = [part.strip() for part in (region_set or "").split(",")]
    return next((region for region in regions if _REGION.match(region)), None)
