"""The stacks of a project in the order of their dependencies, derived from their settings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from console.project import ProjectError
from contracts.settings import AnySettings, ServiceStackSettings, StackSettings, load_any, source
from contracts.settings.pair_agreement import disagreements
from contracts.settings.reads import reads
from graph.errors import GraphError

if TYPE_CHECKING:
    from contracts.services.contract import ServiceContract

Contracts: TypeAlias = Mapping[str, list[str]]
_OWNED: Final = re.compile(r"([a-z0-9-]+/[a-z0-9-]+)#[^#]+")


class EstateError(GraphError):
    """The stacks of the project do not fit together; the message names each problem and what to do."""


@dataclass(frozen=True, slots=True, order=True)
class Dependency:
    """One stack that another needs deployed before it."""

    stack: str
    """What is needed."""
    because: str
    """The setting, or the dependency of a contract, that says so."""


@dataclass(frozen=True, slots=True)
class Order:
    """Stacks, each after everything that it depends on."""

    settings: Mapping[str, AnySettings]
    """Stack → its settings, in that order."""
    dependencies: Mapping[str, tuple[Dependency, ...]]
    """Stack → what it depends on directly, sorted."""

    def __iter__(self) -> Iterator[str]:
        return iter(self.settings)

    def needs(self, stack: str) -> tuple[str, ...]:
        """The stacks that one depends on directly, sorted, each once."""
        return tuple(sorted({dependency.stack for dependency in self.dependencies[stack]}))


def stack_file(project: Path, stack: str) -> Path:
    """The settings file of a stack."""
    return project / f"Pulumi.{stack}.yaml"


def stack_of(file: Path) -> str:
    """The stack that a settings file is of."""
    return file.name.removeprefix("Pulumi.").removesuffix(".yaml")


def stacks_of(project: Path, environment: str | None = None) -> list[str]:
    """The stacks of a project, or of one environment, sorted.

    Raises:
        ProjectError: no stack is of the environment; the message lists those that there are.
    """
    names = sorted(map(stack_of, project.glob("Pulumi.*.yaml")))
    if environment is None:
        return names
    known = environments(project)
    found = [name for name in names if known.get(name) == environment]
    if not found:
        there = ", ".join(sorted(set(known.values())))
        raise ProjectError(f"There is no stack of the environment {environment}. Environments: {there}.")
    return found


def environments(project: Path) -> dict[str, str]:
    """Stack → its environment, as its file says, without judging the rest of it; a file that says none is left out."""
    said = {stack_of(file): _environment(file) for file in sorted(project.glob("Pulumi.*.yaml"))}
    return {stack: environment for stack, environment in said.items() if isinstance(environment, str)}


def _environment(file: Path) -> object:
    config: Any = source.read(file).values.get("config")
    return cast("dict[str, Any]", config).get("atoll:environment") if isinstance(config, dict) else None


def order(project: Path, stacks: Iterable[str], *, providers: bool = False) -> Order:
    """Stacks and everything they depend on, each after its dependencies; otherwise by name.

    Args:
        project: folder of the stack files.
        stacks: what is wanted.
        providers: whether a service also depends on the services whose endpoints its contract calls.

    Raises:
        SettingsError: a stack file is wrong.
        EstateError: a dependency has no stack file, dependencies go in a circle, or the stacks of a pair disagree.
    """
    settings: dict[str, AnySettings] = {}
    dependencies: dict[str, tuple[Dependency, ...]] = {}
    waiting, problems = sorted(stacks, reverse=True), list[str]()
    provided = cache(lambda: _contracts(project))  # read once, and only if there is a service
    while waiting:
        stack = waiting.pop()
        if stack in settings:
            continue
        settings[stack] = load_any(stack_file(project, stack))
        dependencies[stack] = tuple(sorted(_needs(project, settings[stack], provided if providers else None)))
        for needed in dependencies[stack]:
            if stack_file(project, needed.stack).is_file():
                waiting.append(needed.stack)
            else:
                problems.append(
                    f"Pulumi.{stack}.yaml  {needed.because}: names the stack {needed.stack}, and there is no "
                    f"{stack_file(project, needed.stack).name}; write it, or name another stack"
                )
    regions = {stack: one for stack, one in settings.items() if isinstance(one, StackSettings)}
    problems += [] if problems else disagreements(regions)
    ordered = _sorted(dependencies, problems)
    if problems:
        raise EstateError("\n".join(problems))
    return Order({stack: settings[stack] for stack in ordered}, {stack: dependencies[stack] for stack in ordered})


def _sorted(dependencies: Mapping[str, tuple[Dependency, ...]], problems: list[str]) -> list[str]:
    """Each stack after those it depends on, in the order of names where that leaves a choice."""
    sorter = TopologicalSorter({stack: {one.stack for one in found} for stack, found in dependencies.items()})
    try:
        sorter.prepare()
    except CycleError as error:
        problems.append(_circle(list(reversed(error.args[1])), dependencies))
        return []
    found: list[str] = []
    while ready := sorted(sorter.get_ready()):
        found += (stack for stack in ready if stack in dependencies)
        sorter.done(*ready)
    return found


def _needs(project: Path, settings: AnySettings, provided: Callable[[], Contracts] | None) -> Iterator[Dependency]:
    yield from (Dependency(read, f"atoll:{setting}") for setting, read in reads(settings).items())
    if provided is None or not isinstance(settings, ServiceStackSettings):
        return
    for provider in provided().get(settings.contract, ()):
        stack = f"{provider.split('/')[1]}-{settings.environment}"
        if stack_file(project, stack).is_file():
            yield Dependency(stack, f"{settings.contract} needs {provider}")


def _contracts(project: Path) -> Contracts:
    """Contract → contracts that have to be deployed before its newest version (CON-4).

    Those are what it calls, whose deployment records it looks up; owners of what it names (`domain/service#name`: a
    bus, a user pool, a store); and who carries the events that it hears.
    """
    from contracts.services import read  # only the stacks of services need contracts

    newest = {name: versions[max(versions)].contract for name, versions in read(project / "services").by_id.items()}
    found: dict[str, list[str]] = {}
    for name, contract in newest.items():
        wanted = {provider for provider, use in contract.consumes.items() if use.calls} | set(_owners(contract))
        for provider, use in contract.consumes.items():
            events = newest[provider].provides.events if provider in newest else {}
            for event in use.events:
                if (heard := events.get(event)) is not None:
                    owner, named, _ = str(heard.bus or heard.topic).partition("#")
                    wanted.add(owner if named else provider)
        found[name] = sorted(wanted.intersection(newest) - {name})
    return found


def _owners(contract: ServiceContract) -> Iterator[str]:
    """Contracts that own something which a contract names, but for what it only consumes."""
    waiting: list[Any] = [contract.model_dump(mode="json", exclude={"consumes"})]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            items = cast("dict[str, Any]", value)
            waiting += [*items, *items.values()]
        elif isinstance(value, list):
            waiting += cast("list[Any]", value)
        elif isinstance(value, str) and (named := _OWNED.fullmatch(value)):
            yield named[1]


def _circle(circle: list[str], dependencies: Mapping[str, tuple[Dependency, ...]]) -> str:
    """`a → b → a`, and which settings make it."""
    steps = [
        f"  Pulumi.{one}.yaml  {next(d.because for d in dependencies[one] if d.stack == other)}: {other}"
        for one, other in pairwise(circle)
    ]
    return "\n".join(
        [
            f"the stacks {' → '.join(circle)} depend on one another in a circle, so that none can be deployed first:",
            *steps,
            "  remove one of these references: what both need is made by one of them, and read by the other",
        ]
    )
