"""What other services drew: looked up in the contract registry, and written there for others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_aws._inputs import ProviderAssumeRoleArgs, ProviderDefaultTagsArgs
from pulumi_aws.provider import Provider
from pulumi_aws.ssm import get_parameters_by_path_output

from contracts.outputs.region import OutputsError
from contracts.outputs.service import ServiceOutputs, record_path
from contracts.settings import ServiceStackSettings
from contracts.settings.registry import EXTERNAL_ID, PUBLISHER_ROLE, READER_ROLE
from stacks.peers import settled
from stacks.provider import tags


def stack_of(contract: str, environment: str) -> str:
    """Stack that deploys a contract: `order/payment` in dev → `payment-dev`."""
    return f"{contract.split('/')[1]}-{environment}"


class Registry:
    """The registry's account, as reader while the program runs and as publisher for the record at its end."""

    def __init__(self, settings: ServiceStackSettings) -> None:
        self._settings = settings
        self._reader: Provider | None = None

    def provider(self, role: str) -> Provider:
        """A provider that assumes a role of the registry, in its home account and region."""
        registry = self._settings.registry
        return Provider(
            f"{self._settings.environment}-{self._settings.service}-{role.removeprefix('atoll-')}",
            region=registry.region,
            allowed_account_ids=[registry.account],
            default_tags=ProviderDefaultTagsArgs(tags=tags(self._settings, pulumi.get_stack())),
            assume_roles=[
                ProviderAssumeRoleArgs(
                    role_arn=f"arn:aws:iam::{registry.account}:role/{role}",
                    external_id=EXTERNAL_ID,
                    session_name=f"atoll-{pulumi.get_stack()}",
                )
            ],
        )

    def publisher(self) -> Provider:
        """The provider of the deployment record."""
        return self.provider(PUBLISHER_ROLE)

    def outputs_of(self, contract: str, why: str) -> pulumi.Output[ServiceOutputs]:
        """The deployment record of another service of this environment and region.

        Args:
            contract: its id.
            why: what is needed of it, for the message.

        Raises:
            pulumi.RunError: it is not deployed yet.
        """
        settings = self._settings
        path = record_path(settings.environment, settings.region, contract)
        self._reader = self._reader or self.provider(READER_ROLE)
        # Asked for by the path above it: a parameter that is missing is then an answer, and no failure of the engine.
        found = get_parameters_by_path_output(
            path=path.rpartition("/")[0], opts=pulumi.InvokeOptions(provider=self._reader)
        )
        records = pulumi.Output.all(names=found.names, values=found.values)
        answer, known = settled(records)
        stack = stack_of(contract, settings.environment)
        if known and path not in (answer["names"] or []):
            raise pulumi.RunError(
                f"{pulumi.get_stack()} needs {why} of {contract}, which is not deployed in {settings.environment} "
                f"({settings.region}): the registry has no record {path}. Deploy it first:\n  atoll stack up {stack}"
            )
        return pulumi.Output.unsecret(records).apply(lambda got: _read(got, path, contract, stack))


def recorded(part: Mapping[str, str], key: str, what: str, contract: str, environment: str) -> str:
    """One address out of a deployment record.

    Raises:
        pulumi.RunError: it is not there, for the provider was deployed before it was asked for.
    """
    if key not in part:
        raise pulumi.RunError(
            f"{contract} has no {what} of {key} in its record: it was deployed before this was asked for. Deploy it "
            f"again:\n  atoll stack up {stack_of(contract, environment)}"
        )
    return part[key]


def _read(found: Mapping[str, Any], path: str, contract: str, stack: str) -> ServiceOutputs:
    text = dict(zip(found["names"], found["values"], strict=True))[path]
    try:
        return ServiceOutputs.from_record(text, contract=contract, stack=stack)
    except OutputsError as error:
        raise pulumi.RunError(str(error)) from None
