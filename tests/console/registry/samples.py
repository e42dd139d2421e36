"""A registry in moto's memory, contracts to publish, and a clock that stands still."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from console.registry.bundle import Bundle, canonical
from console.registry.cache import Cache
from console.registry.parameters import Parameters
from console.registry.publishing import Published, Publisher
from console.registry.reading import Registry
from contracts.services import LoadedContract, load
from contracts.services.scaffold import Shape, create
from contracts.settings.registry import RegistrySettings

HOME_ACCOUNT, REGION = "222222222222", "us-east-1"
SETTINGS = RegistrySettings(
    account=HOME_ACCOUNT,
    region=REGION,
    host=True,
    organization_id=None,
    trusted_accounts=("111111111111",),
    staleness_seconds=300,
)
PUBLISHED_AT = "2026-11-21T10:00:00+00:00"


def ssm() -> Any:
    """A client of the emulator, as the account that holds the registry."""
    return boto3.client("ssm", region_name=REGION)


def parameters(client: Any | None = None) -> Parameters:
    return Parameters("the registry", lambda: client or ssm())


def contract(
    folder: Path, contract_id: str = "order/order", version: str = "1.0.0", *, extra: str = "", classified: bool = False
) -> LoadedContract:
    """A contract of `atoll contract new`, with a version and more clauses."""
    home = folder / version
    path = home / contract_id / "contract.yaml"
    if not path.exists():
        create(home, contract_id, Shape.BATCH)
    text = path.read_text(encoding="utf-8")
    text = "\n".join(f"version: {version}" if line.startswith("version:") else line for line in text.splitlines())
    if classified:
        text = text.replace("data_classification: internal", "data_classification: confidential")
    path.write_text(f"{text}\n{extra}", encoding="utf-8")
    return load(path)


def bundle(folder: Path, contract_id: str = "order/order", version: str = "1.0.0", **how: Any) -> Bundle:
    return Bundle.of(contract(folder, contract_id, version, **how))


def noise(size: int) -> str:
    """Text that no compression makes smaller than about six tenths, the same every time."""
    blocks = (hashlib.sha512(str(index).encode()).hexdigest() for index in range(size // 128 + 1))
    return "".join(blocks)[:size]


def large(bundled: Bundle, size: int = 40_000) -> Bundle:
    """The same contract with a document that needs several parts."""
    values: dict[str, Any] = json.loads(bundled.content)
    values["documents"]["notes.json"] = noise(size)
    return dataclasses.replace(bundled, content=canonical(values))


def nothing_against(_: object) -> None:
    """A check that refuses nothing."""


@dataclass
class Clock:
    """Stands still unless told, or slept."""

    seconds: float = 1_000_000.0
    slept: list[float] = field(default_factory=list[float])

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def publisher(client: Any | None = None, clock: Clock | None = None) -> Publisher:
    clock = clock or Clock()
    return Publisher(parameters(client), sleep=clock.sleep, clock=clock, now=lambda: PUBLISHED_AT)


def publish(*bundles: Bundle, client: Any | None = None) -> Published:
    return publisher(client).publish(bundles, nothing_against)


def reader(folder: Path, *, client: Any | None = None, clock: Clock | None = None, fresh: bool = False) -> Registry:
    return Registry(parameters(client), Cache(folder / "cache", clock or Clock()), 300, fresh=fresh)


def names(client: Any | None = None) -> set[str]:
    """Every parameter that there is."""
    pages = (client or ssm()).get_paginator("describe_parameters").paginate()
    return {one["Name"] for page in pages for one in page["Parameters"]}


def visible(folder: Path) -> list[str]:
    """Every version that a reader sees, asked anew."""
    return [f"{entry.id} {entry.version}" for entry in reader(folder, fresh=True).entries().value]
