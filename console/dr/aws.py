"""The calls of a recovery plan, made by boto3: on AWS or on the embedded cloud, as the environment says."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from console.registry.connection import KEYS
from contracts.recovery.calls import Call

SESSION = "atoll-recovery"
_TEMPORARY = (
    "Internal", "RequestTimeout", "RequestLimitExceeded", "ServiceUnavailable", "SlowDown", "Throttling",
    "TooManyRequests",
)  # fmt: skip
_ABSENT = ("NotFound", "NoSuch", "DoesNotExist", "NotExist")


class CallError(Exception):
    """A call did not succeed; the message names service, operation and region."""

    def __init__(self, call: Call, why: str) -> None:
        super().__init__(f"{call.service} {call.operation} in {call.region}: {why}")


class UnreachableError(CallError):
    """The endpoint did not answer: the region is away, or the network is."""


class BusyError(CallError):
    """The service asks to be called again later."""


class AbsentError(CallError):
    """What the call is about does not exist."""


class RefusedError(CallError):
    """The service said no; calling again would not help."""


class Aws:
    """Clients of every region, made when they are first needed; safe to use from several threads.

    `variables` are those of the embedded cloud; where they are empty, the shell says who asks. With `role_arn` that
    role is taken, in `home_region`: a region that is lost gives nobody a role.
    """

    def __init__(self, variables: Mapping[str, str], *, role_arn: str | None = None, home_region: str = "") -> None:
        """Prepare; nothing is called yet."""
        self._endpoint = variables.get("AWS_ENDPOINT_URL")
        self._keys = {argument: variables[name] for name, argument in KEYS.items() if name in variables}
        self._role, self._home = role_arn, home_region
        self._clients: dict[tuple[str, str], Any] = {}
        self._lock = threading.Lock()
        self._config = Config(connect_timeout=5, read_timeout=15, retries={"total_max_attempts": 1})

    def __call__(self, call: Call, arguments: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Make a call and return its answer.

        Raises:
            UnreachableError, BusyError: it may be made again.
            AbsentError, RefusedError: the service's own answer.
        """
        try:
            client = self.client(call.service, call.region)
            return getattr(client, xform_name(call.operation))(**call.given(arguments or {}))
        except ClientError as error:
            raise _said(call, error) from None
        except HTTPClientError as error:  # closed, refused and timed out connections
            raise UnreachableError(call, str(error)) from None
        except BotoCoreError as error:
            raise RefusedError(call, str(error)) from None

    def client(self, service: str, region: str) -> Any:
        """A client of one service in one region."""
        with self._lock:
            if self._role:
                self._take(self._role)
            if (service, region) not in self._clients:
                self._clients[service, region] = self._connect(service, region)
            return self._clients[service, region]

    def _take(self, role: str) -> None:
        taken = self._connect("sts", self._home).assume_role(RoleArn=role, RoleSessionName=SESSION)["Credentials"]
        found = (taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
        self._keys, self._role = dict(zip(KEYS.values(), found, strict=True)), None

    def _connect(self, service: str, region: str) -> Any:
        make: Any = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        return make(service, region_name=region, endpoint_url=self._endpoint, config=self._config, **self._keys)


def _said(call: Call, error: ClientError) -> CallError:
    told: dict[str, Any] = dict(error.response.get("Error", {}))
    code, message = str(told.get("Code", "")), str(told.get("Message", ""))
    answer: dict[str, Any] = dict(error.response.get("ResponseMetadata", {}))
    status = int(answer.get("HTTPStatusCode", 400))
    if code.startswith(_TEMPORARY) or status >= 500:
        return BusyError(call, f"{code}: {message}")
    if any(word in code for word in _ABSENT):
        return AbsentError(call, f"{code}: {message}")
    return RefusedError(call, f"{code}: {message}")
