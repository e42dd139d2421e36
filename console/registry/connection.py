"""How the registry is reached: its home region, through its roles, from whatever account the caller is in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config

from console.registry.parameters import Parameters
from contracts.settings.registry import EXTERNAL_ID, PUBLISHER_ROLE, READER_ROLE, RegistrySettings

PATIENCE = Config(
    retries={"mode": "standard", "total_max_attempts": 5}, connect_timeout=5, read_timeout=20, max_pool_connections=4
)
"""Up to five attempts with growing pauses, as every AWS SDK does it."""
KEYS = {
    "AWS_ACCESS_KEY_ID": "aws_access_key_id",
    "AWS_SECRET_ACCESS_KEY": "aws_secret_access_key",
    "AWS_SESSION_TOKEN": "aws_session_token",
}
"""Variable → argument of a client."""
SESSION = "atoll-registry"
"""Name of the sessions, which CloudTrail shows beside the caller's own identity."""


@dataclass(frozen=True)
class Access:
    """Where the registry is and with what the caller starts."""

    settings: RegistrySettings
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    """`AWS_…` variables of the embedded cloud; empty for AWS as the shell is set up."""
    deploy_role: str | None = None
    """ARN of the role as which stacks are deployed; it publishes. None: the caller publishes as itself."""
    generation: str = ""
    """Which life of the embedded cloud this is; another one has other contents."""

    @property
    def where(self) -> str:
        """The registry in words."""
        return f"the contract registry of account {self.settings.account} in {self.settings.region}"

    def reader(self) -> Parameters:
        """Parameters as `atoll-registry-reader`."""
        return Parameters(self.where, partial(self._client, [self._role(READER_ROLE)]))

    def publisher(self) -> Parameters:
        """Parameters as `atoll-registry-publisher`."""
        before = [self.deploy_role] if self.deploy_role else []
        return Parameters(self.where, partial(self._client, [*before, self._role(PUBLISHER_ROLE)]))

    def _role(self, name: str) -> str:
        return f"arn:aws:iam::{self.settings.account}:role/{name}"

    @cached_property
    def _session(self) -> boto3.Session:
        return boto3.Session(region_name=self.settings.region)

    def _client(self, roles: list[str]) -> Any:
        """An SSM client after assuming each role from the one before."""
        keys = {argument: self.variables[name] for name, argument in KEYS.items() if name in self.variables}
        for role in roles:
            stated = {} if role == self.deploy_role else {"ExternalId": EXTERNAL_ID}
            sts = self._service("sts", keys)
            found = sts.assume_role(RoleArn=role, RoleSessionName=SESSION, **stated)["Credentials"]
            keys = dict(
                zip(KEYS.values(), (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"]), strict=True)
            )
        return self._service("ssm", keys)

    def _service(self, name: str, keys: Mapping[str, str]) -> Any:
        """A client with these keys, or with those of the shell if there are none."""
        connect: Any = self._session.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return connect(name, endpoint_url=self.variables.get("AWS_ENDPOINT_URL"), config=PATIENCE, **keys)
