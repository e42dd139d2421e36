"""Read the policy of a log bucket whatever its principals look like."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from moto.s3.models import FakeBucket

REASON = (
    "moto checks the policy of the target of server access logs and fails with a 500 where a statement's principal is "
    "'*' instead of a map, as every HTTPS-only policy has it; it also wants the resource to be the whole bucket."
)
PRINCIPAL = "logging.s3.amazonaws.com"


def admits(policy: bytes | None, bucket: str, prefix: str | None) -> bool:
    """Whether a bucket policy lets S3 deliver access logs below `prefix`."""
    if not policy:
        return False
    statements: list[dict[str, Any]] = json.loads(policy)["Statement"]
    wanted = f"arn:aws:s3:::{bucket}/{prefix or ''}"
    return any(
        statement.get("Effect") == "Allow"
        and isinstance(statement.get("Principal"), dict)
        and PRINCIPAL in _listed(statement["Principal"].get("Service"))
        and "s3:PutObject" in _listed(statement.get("Action"))
        and any(fnmatchcase(wanted, resource) for resource in _listed(statement.get("Resource")))
        for statement in statements
    )


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


def apply() -> None:
    """Replace moto's check."""

    def check(target_bucket: FakeBucket, target_prefix: str | None) -> bool:
        return admits(target_bucket.policy, target_bucket.name, target_prefix)

    FakeBucket._log_permissions_enabled_policy = staticmethod(check)  # type: ignore[method-assign]
