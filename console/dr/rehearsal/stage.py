"""What a rehearsal plays on: a cloud, the estate that is deployed in it, and eyes for both regions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3  # pyright: ignore[reportMissingTypeStubs]
from botocore.config import Config

from analysis.resolver import Conditions, Zone
from console.dr.aws import Aws
from console.dr.rehearsal.stores import Client
from contracts.recovery.facts import RecoveryFacts
from embedded.cloud import Cloud

Previews = Callable[[], Mapping[str, tuple[str, ...]]]
"""Stack → what the program would change in it."""


@dataclass(frozen=True)
class Stage:
    """An embedded cloud with an estate in it."""

    cloud: Cloud
    account: str
    """Account of the estate."""
    facts: RecoveryFacts
    zone: Zone
    """Records and checks, as they are deployed."""
    host: str
    """Name that clients use."""
    hosts: Mapping[str, str]
    """Region → host that its health check asks."""
    previews: Previews | None = None
    """None where no program deployed the estate."""
    machinery: tuple[str, ...] = ()
    """Plug-ins, with their versions."""
    aws: Aws = field(init=False)

    def __post_init__(self) -> None:
        """Act in the account, from outside of every region."""
        object.__setattr__(self, "aws", Aws(self.cloud.environment(self.account, self.facts.home)))

    def client(self, service: str, region: str) -> Any:
        """A client from outside: the gateway decides whether it reaches the region."""
        return self.aws.client(service, region)

    def traffic(self, lost: frozenset[str]) -> dict[str, float]:
        """Stack → share of the answers while these regions are lost."""
        conditions = Conditions(
            lost_hosts=frozenset(self.hosts[region] for region in lost if region in self.hosts) | lost,
            alarms=self._alarms(lost),
        )
        return {one.identifier: float(one.probability) for one in self.zone.answers(self.host, conditions)}

    def _alarms(self, lost: frozenset[str]) -> frozenset[str]:
        """Switches that are on, wherever somebody can be asked."""
        found: set[str] = set()
        for facts in self.facts.regions.values():
            if facts.switch is not None and facts.switch.region not in lost:
                watch = self.client("cloudwatch", facts.switch.region)
                told = watch.describe_alarms(AlarmNames=[facts.switch.alarm])["MetricAlarms"]
                found |= {alarm["AlarmName"] for alarm in told if alarm["StateValue"] == "ALARM"}
        return frozenset(found)


def inside(stage: Stage) -> Client:
    """Clients of somebody inside a region that is cut off: they go past the gateway, straight to the emulator."""
    [moto] = [emulator for emulator in stage.cloud.status().emulators if emulator.name == "moto"]

    def client(service: str, region: str) -> Any:
        make: Any = boto3.client  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        made = make(
            service,
            region_name=region,
            endpoint_url=moto.url,
            aws_access_key_id=stage.account,
            aws_secret_access_key="embedded",
            config=Config(retries={"total_max_attempts": 1}),
        )
        made.meta.events.register("before-sign.*.*", _in_account(stage.account))
        return made

    return client


def _in_account(account: str) -> Callable[..., None]:
    def name_it(request: Any, **_: Any) -> None:
        request.headers.add_header("x-moto-account-id", account)

    return name_it
