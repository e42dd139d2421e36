"""Reads the variables that the platform derives from the contract, by the names the contract gives things."""

from __future__ import annotations

import os
import re
from functools import cache


class ConfigurationError(RuntimeError):
    """A variable is missing, or holds what it cannot."""


def key(name: str) -> str:
    """A contract's name for something as part of a variable: `OrderPlaced` and `order-placed` → `ORDER_PLACED`.

    `APIProcessing` → `API_PROCESSING`.
    """
    return re.sub(r"[.-]", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)).upper()


def variable(name: str) -> str:
    """A variable that must be there.

    Raises:
        ConfigurationError: it is not, or it is empty.
    """
    if value := os.environ.get(name):
        return value
    raise ConfigurationError(
        f"{name} is not set. The platform sets it from contract.yaml: look whether the contract lets this function "
        "use it (`by`), and deploy the service again"
    )


def number(name: str, default: float) -> float:
    """A variable that holds a number.

    Raises:
        ConfigurationError: it holds something else.
    """
    text = os.environ.get(name, "")
    try:
        return float(text) if text else default
    except ValueError:
        raise ConfigurationError(f"{name} is {text!r}, which is no number; correct it and deploy again") from None


@cache
def parameter(name: str) -> str:
    """The value of an SSM parameter, read once per process; addresses change with a deployment, which starts anew."""
    from aws_lambda_powertools.utilities import parameters

    return str(parameters.get_parameter(name, decrypt=True))  # pyright: ignore[reportUnknownMemberType]


def secret(name: str) -> str:
    """The value of a Secrets Manager entry, read again after five minutes, as secrets rotate."""
    from aws_lambda_powertools.utilities import parameters

    return str(parameters.get_secret(name, max_age=300))  # pyright: ignore[reportUnknownMemberType]
