"""What `atoll contract publish|resolve|list|history|consumers` do and say; the options stand in `console.contract`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import typer

from console.engine import CloudChoice
from console.exits import Exit
from console.project import ProjectError
from console.registry.access import open_access, registry
from console.registry.bundle import Bundle
from console.registry.errors import CorruptError, RefusedPublicationError, RegistryError
from console.registry.reading import Answer, Entry, current
from console.registry.releasing import release
from console.talk import fail as fail_command
from console.talk import result, result_json, say
from contracts.services import ContractError, LoadedContract, Range, Version, read
from contracts.services.reading import NAME

P = ParamSpec("P")
R = TypeVar("R")


def told(command: Callable[P, R]) -> Callable[P, R]:
    """Turn what can go wrong into a message and an exit code."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except (ProjectError, ContractError) as error:
            fail_command(str(error), Exit.USAGE)
        except RefusedPublicationError as error:
            fail_command(str(error), Exit.DRIFT)
        except CorruptError as error:
            fail_command(str(error), Exit.FINDINGS)
        except RegistryError as error:
            fail_command(str(error), Exit.FAILED)

    return run


@told
def publish(folder: Path, only: Sequence[str], cloud: CloudChoice, stack: str | None, *, as_json: bool) -> None:
    """Publish contracts of a folder, all or none."""
    access = open_access(cloud, stack)
    published = release(access, _chosen(folder, only), say)
    if as_json:
        result_json(
            {
                "published": [_bundle(one) for one in published.new],
                "already": [_bundle(one) for one in published.already],
            }
        )
        return
    for bundle in published.new:
        result(f"published  {bundle}")
    for bundle in published.already:
        result(f"already    {bundle}")


@told
def resolve(
    contract_id: str,
    wanted: str,
    environment: str | None,
    region: str | None,
    cloud: CloudChoice,
    stack: str | None,
    *,
    fresh: bool,
    as_json: bool,
) -> None:
    """Say which version a range is bound to, and where that runs."""
    try:
        Range.parse(wanted)
    except ValueError as error:
        raise typer.BadParameter(f"{error}; write it like ^1.2.0", param_hint="RANGE") from None
    if (environment is None) != (region is None):
        raise typer.BadParameter("give both --environment and --region, or neither")
    found = registry(open_access(cloud, stack), fresh=fresh).resolve(
        contract_id, wanted, environment=environment, region=region
    )
    _say_age(found.age_seconds, found.unreachable)
    if as_json:
        deployed = found.deployment
        record = {"deployment": deployed.model_dump(mode="json") if deployed else None} if environment else {}
        result_json({**_entry(found.entry), **record, **_age(found.age_seconds, found.unreachable)})
        return
    result(f"{found.entry.id} {found.entry.version}")
    if environment is not None and found.deployment is None:
        say(f"It is not deployed in {environment} {region}: deploy it with `atoll stack up`.")
    elif found.deployment is not None:
        deployed = found.deployment
        result(f"  runs in {environment} {region} as {deployed.version}, account {deployed.account_id}")
        if Version.parse(deployed.version) not in Range.parse(wanted):
            say(f"warning: {deployed.version} is not in {wanted}: deploy {found.entry.version} there first.")


@told
def list_newest(cloud: CloudChoice, stack: str | None, *, fresh: bool, as_json: bool) -> None:
    """List every contract with its newest version."""
    answer = registry(open_access(cloud, stack), fresh=fresh).entries()
    newest = {entry.id: entry for entry in current(answer.value, {})}
    counts: dict[str, int] = {}
    for entry in answer.value:
        counts[entry.id] = counts.get(entry.id, 0) + 1
    _say_age(answer.age_seconds, answer.unreachable)
    if as_json:
        contracts = [{**_entry(entry), "versions": counts[entry.id]} for entry in newest.values()]
        result_json({"contracts": contracts, **_age(answer.age_seconds, answer.unreachable)})
        return
    for entry in newest.values():
        number = counts[entry.id]
        result(f"{entry.id} {entry.version}  {number} {'version' if number == 1 else 'versions'}")
    if not newest:
        say("Nothing is published yet: atoll contract publish")


@told
def history(contract_id: str, cloud: CloudChoice, stack: str | None, *, fresh: bool, as_json: bool) -> None:
    """List every version of a contract, newest first."""
    reader = registry(open_access(cloud, stack), fresh=fresh)
    answer: Answer[tuple[Entry, ...]] = reader.entries(contract_id)
    if not answer.value:
        raise RegistryError(f"{contract_id} is not published. See what is: atoll contract list")
    _say_age(answer.age_seconds, answer.unreachable)
    newest_first = sorted(answer.value, key=lambda entry: entry.version, reverse=True)
    if as_json:
        versions = [_entry(entry) for entry in newest_first]
        result_json({"id": contract_id, "versions": versions, **_age(answer.age_seconds, answer.unreachable)})
        return
    for entry in newest_first:
        result(f"{entry.version}  {entry.published}  {entry.digest[:12]}  {entry.classification}")


@told
def consumers(contract_id: str, cloud: CloudChoice, stack: str | None, *, fresh: bool, as_json: bool) -> None:
    """List who uses a contract: newest releases and deployed versions."""
    answer = registry(open_access(cloud, stack), fresh=fresh).consumers(contract_id)
    _say_age(answer.age_seconds, answer.unreachable)
    if as_json:
        uses = [
            {
                "id": use.consumer.id,
                "version": str(use.consumer.version),
                "range": use.range,
                "bound": str(use.bound) if use.bound is not None else None,
                "deployed": list(use.deployed),
            }
            for use in answer.value
        ]
        result_json({"id": contract_id, "consumers": uses, **_age(answer.age_seconds, answer.unreachable)})
        return
    for use in answer.value:
        runs = f"  runs in {', '.join(use.deployed)}" if use.deployed else ""
        result(f"{use.consumer.id} {use.consumer.version}  {use.range} = {use.bound or 'nothing'}{runs}")
    if not answer.value:
        say(f"Nobody in the registry uses {contract_id}.")


def _chosen(folder: Path, only: Sequence[str]) -> list[LoadedContract]:
    """The contracts of a folder, or those named by id."""
    found = {loaded.contract.id: loaded for loaded in read(folder).contracts}
    if missing := sorted(set(only) - found.keys()):
        known = ", ".join(sorted(found)) or "none"
        raise ProjectError(f"There is no contract {', '.join(missing)} in {folder} ({NAME} files there: {known}).")
    return [found[one] for one in sorted(only or found)]


def _bundle(bundle: Bundle) -> dict[str, Any]:
    return {"id": bundle.id, "version": str(bundle.version), "digest": bundle.digest}


def _entry(entry: Entry) -> dict[str, Any]:
    values = {key: value for key, value in vars(entry).items() if key not in {"run", "joint"}}
    return {**values, "version": str(entry.version)}


def _age(seconds: int, unreachable: str | None) -> dict[str, Any]:
    return {"age_seconds": seconds, "unreachable": unreachable}


def _say_age(seconds: int, unreachable: str | None) -> None:
    if unreachable is not None:
        say(f"warning: this answer is {seconds} seconds old, because {unreachable}")
    elif seconds:
        say(f"As of {seconds} seconds ago; --fresh asks the registry again.")
