"""The calls to Parameter Store that the registry makes, each with an error that says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError
from botocore.exceptions import ConnectionError as NoConnectionError

from console.registry.bundle import tier
from console.registry.errors import RegistryError, UnreachableError
from contracts.settings.registry import KEY_ALIAS, PENDING, PUBLISHED, STATE_TAG

R = TypeVar("R")
MOST_AT_ONCE = 10
"""Parameters of one GetParameters."""
PAGE = 50
"""Parameters of one page of DescribeParameters."""
BUSY = frozenset(
    {"InternalServerError", "RequestLimitExceeded", "ServiceUnavailable", "Throttling", "ThrottlingException"}
    | {"TooManyUpdates", "RequestTimeout", "InternalFailure", "503", "500"}
)
"""Error codes that say nothing about the request; botocore has retried before one is seen."""
LONGEST_REASON = 300


@dataclass(frozen=True)
class Described:
    """A parameter without its value."""

    name: str
    description: str


class Parameters:
    """Parameter Store of the registry's account and region; nothing is called before it is needed."""

    def __init__(self, where: str, connect: Callable[[], Any]) -> None:
        """`where` names the registry in messages; `connect` gives an SSM client with the right credentials."""
        self._where = where
        self._connect = connect

    @cached_property
    def _client(self) -> Any:
        return self._connect()

    def get(self, name: str) -> str | None:
        """The value of a parameter, decrypted; None if there is none."""
        return self.get_many([name]).get(name)

    def get_many(self, names: Sequence[str]) -> dict[str, str]:
        """Name → value of those that exist."""
        found: dict[str, str] = {}
        for at in range(0, len(names), MOST_AT_ONCE):
            some = list(names[at : at + MOST_AT_ONCE])
            answer = self._call("read", some[0], lambda c, s=some: c.get_parameters(Names=s, WithDecryption=True))
            found.update({one["Name"]: one["Value"] for one in answer["Parameters"]})
        return found

    def below(self, path: str) -> dict[str, str]:
        """Name → value of everything below a path."""
        pages = self._pages("get_parameters_by_path", Path=path, Recursive=True, WithDecryption=True)
        return {one["Name"]: one["Value"] for page in self._read(path, pages) for one in page["Parameters"]}

    def describe(self, path: str, *, deep: bool = False) -> list[Described]:
        """What is directly below a path, or anywhere below it, without the values."""
        how = {"Key": "Path", "Option": "Recursive" if deep else "OneLevel", "Values": [path]}
        pages = self._pages("describe_parameters", ParameterFilters=[how], PaginationConfig={"PageSize": PAGE})
        return [
            Described(one["Name"], one.get("Description", ""))
            for page in self._read(path, pages)
            for one in page["Parameters"]
        ]

    def create(self, name: str, value: str, *, description: str = "", secure: bool) -> bool:
        """Write a parameter that does not exist yet, marked as pending; False if it exists."""
        kind: dict[str, Any] = {"Type": "SecureString", "KeyId": KEY_ALIAS} if secure else {"Type": "String"}
        if description:
            kind["Description"] = description
        tags = [{"Key": STATE_TAG, "Value": PENDING}]
        try:
            self._call(
                "write",
                name,
                lambda c: c.put_parameter(Name=name, Value=value, Tier=tier(value), Overwrite=False, Tags=tags, **kind),
            )
        except _ExistsError:
            return False
        return True

    def seal(self, name: str) -> None:
        """Mark a parameter as published: the publisher can no longer delete it."""
        tags = [{"Key": STATE_TAG, "Value": PUBLISHED}]
        self._call("mark", name, lambda c: c.add_tags_to_resource(ResourceType="Parameter", ResourceId=name, Tags=tags))

    def delete(self, name: str) -> None:
        """Delete a parameter; nothing happens if there is none."""
        try:
            self._call("delete", name, lambda c: c.delete_parameter(Name=name))
        except _MissingError:
            return

    def _pages(self, operation: str, **arguments: Any) -> Callable[[Any], Iterator[Any]]:
        return lambda client: iter(client.get_paginator(operation).paginate(**arguments))

    def _read(self, path: str, pages: Callable[[Any], Iterator[Any]]) -> list[Mapping[str, Any]]:
        return self._call("list", path, lambda client: list(pages(client)))

    def _call(self, verb: str, name: str, call: Callable[[Any], R]) -> R:
        what = f"cannot {verb} {name} in {self._where}"
        try:
            return call(self._client)
        except ClientError as error:
            raise self._refused(what, error) from None
        except NoCredentialsError:
            raise RegistryError(
                f"{what}: there are no AWS credentials. Log in (aws sso login), or use the embedded cloud: "
                "--cloud embedded"
            ) from None
        except (HTTPClientError, NoConnectionError) as error:
            raise UnreachableError(f"{what}: no answer ({_words(error)}). Check the network and try again.") from None
        except BotoCoreError as error:
            raise RegistryError(f"{what}: {_words(error)}. Check the AWS configuration with: atoll doctor") from None

    def _refused(self, what: str, error: ClientError) -> RegistryError:
        code: str = error.response.get("Error", {}).get("Code", "")
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        reason = " ".join(str(error.response.get("Error", {}).get("Message", "")).split())[:LONGEST_REASON]
        match code:
            case "ParameterAlreadyExists":
                return _ExistsError(what)
            case "ParameterNotFound":
                return _MissingError(what)
            case "AccessDenied" | "AccessDeniedException" | "UnrecognizedClientException" | "ExpiredTokenException":
                return RegistryError(
                    f"{what}: access denied ({reason}). The account must be in registry.trusted_accounts, and the "
                    "caller allowed to assume the registry's role; then deploy the stack that hosts the registry: "
                    "atoll stack up <stack>"
                )
            case "InvalidKeyId":
                return RegistryError(
                    f"{what}: the key {KEY_ALIAS} is not there. Deploy the stack that hosts the registry: "
                    "atoll stack up <stack>"
                )
            case "ParameterLimitExceeded" | "ParameterMaxVersionLimitExceeded":
                return RegistryError(f"{what}: {reason}. Ask AWS for a higher quota of Parameter Store.")
            case _ if code in BUSY or status >= 500:
                return UnreachableError(f"{what}: AWS is busy ({code}), also after retries. Try again in a minute.")
            case _:
                return RegistryError(f"{what}: {code}: {reason}")


class _ExistsError(RegistryError):
    pass


class _MissingError(RegistryError):
    pass


def _words(error: Exception) -> str:
    """An SDK error in one line; its kind where it has nothing to say. It never carries credentials."""
    return " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
