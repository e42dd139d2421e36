"""What every error of Parameter Store says: what, where, why, and the next command; no traceback, no credentials."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ReadTimeoutError,
)

from console.registry.errors import RegistryError, UnreachableError
from console.registry.parameters import LONGEST_REASON, Parameters

WHERE = "the contract registry of account 222222222222 in us-east-1"


def failing(error: Exception) -> Parameters:
    class Client:
        def __getattr__(self, _: str) -> Any:
            raise error

    return Parameters(WHERE, Client)


def refused(code: str, message: str = "because", status: int = 400) -> ClientError:
    response: Any = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, "GetParameters")


@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (ReadTimeoutError(endpoint_url="https://ssm"), UnreachableError, "Check the network and try again."),
        (ConnectTimeoutError(endpoint_url="https://ssm"), UnreachableError, "Check the network and try again."),
        (EndpointConnectionError(endpoint_url="https://ssm"), UnreachableError, "Check the network and try again."),
        (refused("ThrottlingException"), UnreachableError, "AWS is busy (ThrottlingException), also after retries."),
        (refused("Strange", status=503), UnreachableError, "Try again in a minute."),
        (NoCredentialsError(), RegistryError, "there are no AWS credentials. Log in (aws sso login)"),
        (NoRegionError(), RegistryError, "atoll doctor"),
        (refused("AccessDenied"), RegistryError, "access denied (because). The account must be in registry.trusted_"),
        (refused("ExpiredTokenException"), RegistryError, "access denied"),
        (refused("ParameterLimitExceeded"), RegistryError, "Ask AWS for a higher quota of Parameter Store."),
        (
            refused("InvalidKeyId"),
            RegistryError,
            "the key alias/atoll-registry is not there. Deploy the stack that hosts",
        ),
        (refused("ValidationException"), RegistryError, "ValidationException: because"),
    ],
)
def test_error_says_what_where_why_and_what_to_do(error: Exception, kind: type[RegistryError], says: str) -> None:
    with pytest.raises(RegistryError) as caught:
        failing(error).get("/atoll/contracts/a/b/1.0.0")
    assert type(caught.value) is kind
    said = str(caught.value)
    assert said.startswith(f"cannot read /atoll/contracts/a/b/1.0.0 in {WHERE}: ")
    assert says in said
    assert caught.value.__suppress_context__


def test_reason_is_cut_when_it_is_long() -> None:
    with pytest.raises(RegistryError) as caught:
        failing(refused("ValidationException", "x\n" * 5000)).get("/a")
    assert len(str(caught.value)) < LONGEST_REASON + 200
    assert "\n" not in str(caught.value)


def test_connection_is_made_only_when_it_is_needed() -> None:
    made: list[int] = []
    Parameters(WHERE, lambda: made.append(1))
    assert made == []


def test_names_are_asked_for_ten_at_a_time_when_there_are_many() -> None:
    asked: list[int] = []

    class Client:
        def get_parameters(self, *, Names: list[str], WithDecryption: bool) -> Any:  # noqa: N803 - AWS's names
            assert WithDecryption
            asked.append(len(Names))
            return {"Parameters": [{"Name": name, "Value": "v"} for name in Names]}

    assert len(Parameters(WHERE, Client).get_many([f"/{n}" for n in range(25)])) == 25
    assert asked == [10, 10, 5]
