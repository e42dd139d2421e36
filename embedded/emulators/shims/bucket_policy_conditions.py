"""Do not enforce bucket-policy statements that carry a condition."""

from __future__ import annotations

import json
from typing import Any, cast

from moto.iam.access_control import IAMPolicy, PermissionResult
from moto.s3.models import FakeBucket

REASON = (
    "moto enforces bucket policies and ignores their conditions, so a policy that denies plain HTTP "
    "(aws:SecureTransport) denies every call. A statement that cannot be judged is left out of the decision; "
    "the policy itself reads back unchanged."
)


def without_conditions(policy: bytes) -> bytes:
    """The policy with only the statements that moto can judge; a document that is not JSON is returned as it is."""
    try:
        document: dict[str, Any] = json.loads(policy)
    except ValueError:
        return policy
    told: Any = document.get("Statement", [])
    statements = cast("list[dict[str, Any]]", told if isinstance(told, list) else [told])
    return json.dumps(document | {"Statement": [item for item in statements if not item.get("Condition")]}).encode()


def permission(self: FakeBucket, action: str, resource: str) -> Any:
    """What the policy says of `action`, as `FakeBucket.get_permission` answers it."""
    if self.policy is None:
        return PermissionResult.NEUTRAL
    return IAMPolicy(without_conditions(self.policy).decode()).is_action_permitted(action, resource)


def apply() -> None:
    """Let buckets judge by the reduced policy."""
    FakeBucket.get_permission = permission  # type: ignore[method-assign]
