"""As whom the layer speaks to its cluster."""

from __future__ import annotations

import json
from typing import Any


def as_role(kubeconfig: str, role_arn: str) -> str:
    """A kubeconfig whose tokens are a role's: the layer is deployed by the role that made the cluster.

    Users that log in without a command, by a certificate, stay as they are.
    """
    told: dict[str, Any] = json.loads(kubeconfig)
    for user in told.get("users", []):
        if command := user["user"].get("exec"):
            command["args"] = [*command["args"], "--role-arn", role_arn]
    return json.dumps(told)
