"""AWS clients, made once per process, region and identity."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

RENEW_BEFORE = 300
"""Seconds before their end at which the credentials of an assumed role are replaced."""


@dataclass(frozen=True)
class Role:
    """A role of another account that is assumed for a call."""

    arn: str
    """ARN of the role."""
    external_id: str
    """What its trust policy asks for: the id of the consuming contract."""


_assumed: dict[Role, tuple[float, dict[str, str]]] = {}
_lock = threading.Lock()


def client(service: str, *, timeout: float | None = None, role: Role | None = None) -> Any:
    """A client of an AWS service.

    Args:
        service: such as `lambda`.
        timeout: seconds for one request, which is not repeated then; botocore's own rules if left out.
        role: role to assume before; the function's own if left out.
    """
    return _client(service, timeout, tuple(sorted(_credentials(role).items())) if role else ())


def error_code(error: ClientError) -> str:
    """What AWS calls an error, such as `ExecutionAlreadyExists`."""
    return str(error.response.get("Error", {}).get("Code", ""))


@cache
def session() -> botocore.session.Session:
    """One for the process: it keeps what it has read of each service's interface."""
    return botocore.session.get_session()


@cache
def _client(service: str, timeout: float | None, credentials: tuple[tuple[str, str], ...]) -> Any:
    config = None
    if timeout is not None:
        config = Config(connect_timeout=min(timeout, 3), read_timeout=timeout, retries={"total_max_attempts": 1})
    make: Any = session().create_client  # its overloads name every service there is
    return make(service, config=config, **dict(credentials))


def _credentials(role: Role) -> dict[str, str]:
    with _lock:
        ends, credentials = _assumed.get(role, (0.0, {}))
        if ends - time.time() < RENEW_BEFORE:
            answer = client("sts").assume_role(
                RoleArn=role.arn,
                RoleSessionName=role.external_id.replace("/", "-")[:64],
                ExternalId=role.external_id,
            )["Credentials"]
            credentials = {
                "aws_access_key_id": answer["AccessKeyId"],
                "aws_secret_access_key": answer["SecretAccessKey"],
                "aws_session_token": answer["SessionToken"],
            }
            _assumed[role] = answer["Expiration"].timestamp(), credentials
        return credentials
