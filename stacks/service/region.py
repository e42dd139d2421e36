"""What a service stack reads of its region's stack: values for wiring, and facts on which its composition depends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pulumi
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage]

from components.functions import FunctionKeys
from contracts.outputs.region import OutputsError, RegionOutputs
from contracts.settings import ServiceStackSettings


def settled(output: pulumi.Output[Any]) -> tuple[Any, bool]:
    """The value of an output that needs no resource of this program, waited for now, and whether all of it is known.

    As the SDK's own data sources do it: composition has to know what there is before it declares anything.
    """
    value = _sync_await(output.future(with_unknowns=True))
    return value, not _holds_unknown(value)


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_unknown(item) for item in cast("Mapping[str, Any]", value).values())
    if isinstance(value, list | tuple):
        return any(_holds_unknown(item) for item in cast("list[Any]", value))
    return isinstance(value, pulumi.output.Unknown)


class Region:
    """The outputs of the region's stack, by StackReference.

    Raises:
        pulumi.RunError: the stack is not deployed, is another one than the settings say, or exports too little.
    """

    def __init__(self, settings: ServiceStackSettings) -> None:
        self._stack = settings.region_stack
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{self._stack}"
        self._outputs = pulumi.StackReference(name).outputs
        exports, known = settled(self._outputs)
        self._facts: Mapping[str, Any] = exports or {}
        if not self._facts:
            raise pulumi.RunError(
                f"the stack {self._stack}, in whose region {settings.contract} runs, exports nothing: deploy it first\n"
                f"  atoll stack up {self._stack}"
            )
        if known:
            try:
                RegionOutputs.from_exports(self._facts, stack=self._stack)
            except OutputsError as error:
                raise pulumi.RunError(str(error)) from None
        for fact, wanted in (
            ("environment", settings.environment),
            ("region", settings.region),
            ("account_id", settings.account.id),
        ):
            if isinstance(found := self._facts.get(fact), str) and found != wanted:
                raise pulumi.RunError(
                    f"atoll:region_stack: the stack {self._stack} is of {fact} {found}, and this one of {wanted}; name "
                    "the stack of the same environment, region and account"
                )

    def has(self, output: str) -> bool:
        """Whether the region has such a thing: an ECS cluster, a Kubernetes cluster."""
        return self._facts.get(output) is not None

    def value(self, *path: str) -> pulumi.Output[str]:
        """An output, or a field of one."""
        found: Any = self._outputs[path[0]]
        for key in path[1:]:
            found = found[key]
        return found

    def key(self, purpose: str) -> pulumi.Output[str]:
        """ARN of the region's key for a purpose."""
        return self.value("key_arns", purpose)

    @property
    def private_subnets(self) -> list[pulumi.Output[str]]:
        """Private subnets, in the order of their zones."""
        zones: Mapping[str, Any] = self._facts["subnet_ids"]["private"]
        return [self.value("subnet_ids", "private", zone) for zone in sorted(zones)]

    @property
    def function_keys(self) -> FunctionKeys:
        """Keys of what functions touch by themselves."""
        return FunctionKeys(
            logs=self.key("logs"),
            variables=self.key("secrets"),
            messaging=self.key("messaging"),
            tables=self.key("database"),
        )
