"""The four steps of a rotation, for whatever the secret opens; each may be interrupted and repeated (SEC-3).

Secrets Manager calls `createSecret`, `setSecret`, `testSecret` and `finishSecret` in turn, again and again until each
returns. Until the last one the old value is AWSCURRENT, and what it opens still takes it.
https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
"""

from __future__ import annotations

import importlib
import secrets
import string
from dataclasses import dataclass
from typing import Any, Protocol

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
VALUE_LENGTH = 64
ALPHABET = string.ascii_letters + string.digits
"""Neither ElastiCache nor a connection URL needs any of it escaped."""


class RotationError(RuntimeError):
    """A step that cannot be done (yet); the message says what is to be done and holds no secret."""


@dataclass(frozen=True)
class Versions:
    """The values of a secret while it is rotated."""

    current: str
    pending: str
    previous: str | None
    """What was current before; None for a secret that has never been rotated."""


class Door(Protocol):
    """What a secret opens."""

    def draw(self, current: str) -> str:
        """The next value of the secret."""
        ...

    def put(self, versions: Versions) -> None:
        """Let `pending` open, while `current` still does; done before, it changes nothing."""
        ...

    def test(self, pending: str) -> None:
        """Open with `pending`, or say why not."""
        ...


def rotate(event: dict[str, Any], door: Door, manager: Any = None) -> None:
    """Do the step that Secrets Manager asks for.

    Args:
        event: `SecretId`, `ClientRequestToken` (the version that comes) and `Step`.
        door: what the secret opens.
        manager: client of Secrets Manager; the SDK's own if left out.

    Raises:
        RotationError: the secret is not being rotated to this version, or the step failed.
    """
    client = manager or importlib.import_module("boto3").client("secretsmanager")
    secret, version, step = event["SecretId"], event["ClientRequestToken"], event["Step"]
    stages: dict[str, list[str]] = client.describe_secret(SecretId=secret)["VersionIdsToStages"]
    if CURRENT in stages.get(version, []):
        return  # a repeated last step
    if PENDING not in stages.get(version, []):
        raise RotationError(f"{step}: version {version} of {secret} is not {PENDING}; start the rotation anew")
    if step == "createSecret":
        if _value(client, secret, PENDING, version) is None:
            drawn = door.draw(_current(client, secret))
            client.put_secret_value(
                SecretId=secret, ClientRequestToken=version, SecretString=drawn, VersionStages=[PENDING]
            )
    elif step == "setSecret":
        pending = _pending(client, secret, version)
        door.put(Versions(_current(client, secret), pending, _value(client, secret, PREVIOUS)))
    elif step == "testSecret":
        door.test(_pending(client, secret, version))
    elif step == "finishSecret":
        old = next(each for each, held in stages.items() if CURRENT in held)
        client.update_secret_version_stage(
            SecretId=secret, VersionStage=CURRENT, MoveToVersionId=version, RemoveFromVersionId=old
        )
    else:
        raise RotationError(f"{step} is no step of a rotation")


def draw_password() -> str:
    """A new password of `VALUE_LENGTH` letters and digits from the operating system's random source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(VALUE_LENGTH))


def _current(client: Any, secret: str) -> str:
    current = _value(client, secret, CURRENT)
    if current is None:
        raise RotationError(f"{secret} has no current value; store the one that opens today, then rotate")
    return current


def _pending(client: Any, secret: str, version: str) -> str:
    pending = _value(client, secret, PENDING, version)
    if pending is None:
        raise RotationError(f"version {version} of {secret} has no value; createSecret comes first")
    return pending


def _value(client: Any, secret: str, stage: str, version: str | None = None) -> str | None:
    """The value of a stage; None where there is none (yet)."""
    which = {"VersionStage": stage} | ({"VersionId": version} if version else {})
    try:
        return client.get_secret_value(SecretId=secret, **which)["SecretString"]
    except client.exceptions.ResourceNotFoundException:
        return None
