"""`atoll contract publish|resolve|list|history|consumers`: the options. The SDK is imported when one is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from console.cloud_choice import CloudChoice

Contract = Annotated[str, typer.Argument(metavar="DOMAIN/SERVICE", help="Identity of the contract.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Where = Annotated[
    CloudChoice,
    typer.Option("--cloud", envvar="ATOLL_CLOUD", help="Where: the embedded cloud, or AWS as the shell is set up."),
]
Stack = Annotated[
    str | None,
    typer.Option("-s", "--stack", help="Stack whose settings name the registry; if left out, the one that hosts it."),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Ask the registry, whatever was asked before.")]


def publish(
    contracts: Annotated[
        list[str] | None,
        typer.Argument(metavar="[DOMAIN/SERVICE]...", help="Contracts; all of the folder if left out."),
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Folder of all contracts; services/ if left out.")] = None,
    cloud: Where = CloudChoice.EMBEDDED,
    stack: Stack = None,
    as_json: AsJson = False,
) -> None:
    """Publish contracts, all or none; what is published with the same content already is left alone.

    Exit code 0: published, 1: the registry failed, 2: bad contracts, 5: refused, since it would break a consumer.
    """
    from console.project import root
    from console.registry import commands

    commands.publish(folder or root() / "services", contracts or (), cloud, stack, as_json=as_json)


def resolve(
    contract: Contract,
    wanted: Annotated[str, typer.Argument(metavar="[RANGE]", help="Versions that will do, such as ^1.2.0.")] = "*",
    environment: Annotated[str | None, typer.Option(help="Environment, to say where it runs.")] = None,
    region: Annotated[str | None, typer.Option(help="Region, to say where it runs.")] = None,
    cloud: Where = CloudChoice.EMBEDDED,
    stack: Stack = None,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """Say which published version a range is bound to, and where it runs."""
    from console.registry import commands

    commands.resolve(contract, wanted, environment, region, cloud, stack, fresh=fresh, as_json=as_json)


def list_newest(
    cloud: Where = CloudChoice.EMBEDDED, stack: Stack = None, fresh: Fresh = False, as_json: AsJson = False
) -> None:
    """List every published contract with its newest version."""
    from console.registry import commands

    commands.list_newest(cloud, stack, fresh=fresh, as_json=as_json)


def history(
    contract: Contract,
    cloud: Where = CloudChoice.EMBEDDED,
    stack: Stack = None,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """List every published version of a contract, newest first."""
    from console.registry import commands

    commands.history(contract, cloud, stack, fresh=fresh, as_json=as_json)


def consumers(
    contract: Contract,
    cloud: Where = CloudChoice.EMBEDDED,
    stack: Stack = None,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """List who uses a contract: newest releases and deployed versions."""
    from console.registry import commands

    commands.consumers(contract, cloud, stack, fresh=fresh, as_json=as_json)


def add_to(app: typer.Typer) -> None:
    """Add the registry's commands to `atoll contract`."""
    for name, command in (
        ("publish", publish),
        ("resolve", resolve),
        ("list", list_newest),
        ("history", history),
        ("consumers", consumers),
    ):
        app.command(name)(command)
