"""AWS as the deployment role of a stack sees it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]

from console.registry.connection import KEYS
from contracts.settings import AnySettings

SESSION = "atoll-release"


class Clients:
    """Clients in the region and account of a stack.

    `variables` are those of the embedded cloud; where they are empty, the shell says who asks.
    """

    def __init__(self, settings: AnySettings, variables: Mapping[str, str]) -> None:
        """Take the stack's deployment role, where it has one."""
        self._region = settings.region
        self._endpoint = variables.get("AWS_ENDPOINT_URL")
        self._keys = {argument: variables[name] for name, argument in KEYS.items() if name in variables}
        if settings.account.deploy_role:
            role = f"arn:aws:iam::{settings.account.id}:role/{settings.account.deploy_role}"
            found = self("sts").assume_role(RoleArn=role, RoleSessionName=SESSION)["Credentials"]
            taken = (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
            self._keys = dict(zip(KEYS.values(), taken, strict=True))

    def __call__(self, service: str) -> Any:
        """A client of one service."""
        connect: Any = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return connect(service, region_name=self._region, endpoint_url=self._endpoint, **self._keys)
