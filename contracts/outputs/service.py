"""What a service stack exports, and what its deployment record in the registry says: addresses and ids, no secret."""

from __future__ import annotations

import json
from typing import Annotated, Any, ClassVar, Self, cast

from pydantic import Field, ValidationError

from contracts.outputs.base import VERSION_OUTPUT, Arn, Name, Outputs, OutputsError, StackOutputs
from contracts.settings.registry import DEPLOYMENTS_PATH


class HttpOutputs(Outputs):
    """One HTTP, WebSocket or GraphQL API."""

    id: Name
    """Id that API Gateway or AppSync drew."""
    endpoint: Name
    """Address without a slash at its end."""


class UserPoolOutputs(Outputs):
    """One user pool."""

    id: Name
    """Id that Cognito drew."""
    clients: dict[str, Name]
    """Client in the contract → its id."""


class ServiceOutputs(StackOutputs):
    """Everything that others may know of a deployed service; every field is one stack output of the same name."""

    VERSION: ClassVar[int] = 1

    contract: Name
    """Id of the contract."""
    version: Name
    """Version that runs."""
    environment: Name
    """Environment of the stack."""
    region: Name
    """Its region."""
    account_id: Annotated[str, Field(pattern="^[0-9]{12}$")]
    """Its account."""
    security_group_id: str | None = None
    """Group of its functions and containers; null if nothing of it runs."""
    http: dict[str, HttpOutputs] = Field(default_factory=dict[str, HttpOutputs])
    """HTTP interface → its API."""
    websocket: dict[str, HttpOutputs] = Field(default_factory=dict[str, HttpOutputs])
    """WebSocket interface → its API."""
    graphql: dict[str, HttpOutputs] = Field(default_factory=dict[str, HttpOutputs])
    """GraphQL interface → its API."""
    containers: dict[str, Name] = Field(default_factory=dict[str, Name])
    """Container → address at which services of the environment reach it."""
    endpoint_services: dict[str, Name] = Field(default_factory=dict[str, Name])
    """Container → name of its PrivateLink endpoint service, for other accounts."""
    user_pools: dict[str, UserPoolOutputs] = Field(default_factory=dict[str, UserPoolOutputs])
    """User pool → its ids."""
    functions: dict[str, Arn] = Field(default_factory=dict[str, Arn])
    """Function → what its callers call."""
    workflows: dict[str, Arn] = Field(default_factory=dict[str, Arn])
    """Workflow → its state machine."""

    @classmethod
    def from_record(cls, text: str, *, contract: str, stack: str) -> Self:
        """Read a deployment record.

        Raises:
            OutputsError: it is not what a service stack writes, or not in this version.
        """
        try:
            told: Any = json.loads(text)
            version = cast("dict[str, Any]", told).get(VERSION_OUTPUT) if isinstance(told, dict) else None
            if version is not None and version != cls.VERSION:
                raise OutputsError(
                    f"the deployment record of {contract} has version {version}, and this program reads version "
                    f"{cls.VERSION}; deploy it again with this version of the program: atoll stack up {stack}"
                )
            return cls.model_validate(told)
        except OutputsError:
            raise
        except (ValidationError, ValueError) as error:
            raise OutputsError(
                f"the deployment record of {contract} cannot be read ({type(error).__name__}); deploy it again with "
                f"this version of the program: atoll stack up {stack}"
            ) from None


def record_path(environment: str, region: str, contract: str) -> str:
    """Parameter of a deployment record: `/atoll/deployments/<environment>/<region>/<domain>/<service>`."""
    return f"{DEPLOYMENTS_PATH}/{environment}/{region}/{contract}"
