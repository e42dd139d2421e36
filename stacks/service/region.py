"""What a service stack reads of its region's stack: values for wiring, and facts on which its composition depends."""

from __future__ import annotations

import pulumi

from components.functions import FunctionKeys
from contracts.outputs.reading import Reading
from contracts.outputs.region import RegionOutputs
from contracts.services.bindings import Service
from contracts.settings import ServiceStackSettings
from stacks.peers import read_peers
from stacks.service.needs import needs


class Region:
    """The outputs of the region's stack.

    Raises:
        pulumi.RunError: the stack is not deployed, is another one than the settings say, or exports too little.
    """

    def __init__(self, settings: ServiceStackSettings, service: Service) -> None:
        """Read and check them; nothing may have been declared before."""
        reading = Reading(
            stack=settings.region_stack,
            setting="atoll:region_stack",
            record=RegionOutputs,
            version=1,
            needs=needs(service),
            place={
                "environment": settings.environment,
                "region": settings.region,
                "account_id": settings.account.id,
            },
        )
        self._peer = read_peers([reading])[settings.region_stack]

    def has(self, output: str) -> bool:
        """Whether the region has such a thing: an ECS cluster, a Kubernetes cluster."""
        return self._peer.has(output)

    def value(self, *path: str) -> pulumi.Output[str]:
        """An output, or a field of one."""
        return self._peer.value(*path)

    def key(self, purpose: str) -> pulumi.Output[str]:
        """ARN of the region's key for a purpose."""
        return self.value("key_arns", purpose)

    @property
    def private_subnets(self) -> list[pulumi.Output[str]]:
        """Private subnets, in the order of their zones."""
        return [self.value("subnet_ids", "private", zone) for zone in self._peer.keys("subnet_ids", "private")]

    @property
    def function_keys(self) -> FunctionKeys:
        """Keys of what functions touch by themselves."""
        return FunctionKeys(
            logs=self.key("logs"),
            variables=self.key("secrets"),
            messaging=self.key("messaging"),
            tables=self.key("database"),
        )
