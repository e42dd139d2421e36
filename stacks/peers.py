"""Other stacks, as a stack reads them: checked all at once before it declares anything, then values for wiring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, cast

import pulumi
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage]

from contracts.outputs.reading import Reading, has, refusal

NEVER_DEPLOYED = ("unknown stack", "no stack named")
"""How the engine's backends say that there is no such stack."""
READ_OUTPUTS = "pulumi:pulumi:readStackOutputs"
"""The engine's own question for what a stack exports."""


class Peer:
    """The outputs of another stack, by StackReference."""

    def __init__(self, stack: str, outputs: pulumi.Output[Mapping[str, Any]], facts: Mapping[str, Any]) -> None:
        """Keep the outputs.

        Args:
            stack: whose they are.
            outputs: for wiring.
            facts: the same, as far as it is known, on which composition depends.
        """
        self.stack = stack
        self._outputs = outputs
        self._facts = facts

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its outputs as far as they are known; what is not known yet is the SDK's `Unknown`."""
        return self._facts

    def has(self, *path: str) -> bool:
        """Whether the stack has such a thing; what is not known yet is there."""
        return has(self._facts, path, _is_unknown)

    def value(self, *path: str) -> pulumi.Output[Any]:
        """An output, or a field of one."""
        found: Any = self._outputs
        for key in path:
            found = found[key]
        return found

    def keys(self, *path: str) -> list[str]:
        """The keys below a path, sorted: names of tables, zones of subnets. Keys are known when their values are not.

        Raises:
            pulumi.RunError: nothing with keys is there.
        """
        found: Any = self._facts
        for key in path:
            found = cast("Mapping[str, Any]", found).get(key) if isinstance(found, Mapping) else None
        if not isinstance(found, Mapping):
            raise pulumi.RunError(
                f"{pulumi.get_stack()} reads {'.'.join(path)} of {self.stack}, which does not export it: deploy it "
                f"again with this version of the program\n  atoll stack up {self.stack}"
            )
        return sorted(cast("Mapping[str, Any]", found))


P = TypeVar("P", bound=Peer)


def read_peers(readings: Iterable[Reading], kind: type[P] = Peer) -> dict[str, P]:
    """Stack → its outputs, checked.

    Call it before anything is declared.

    Args:
        readings: what is read; one for each stack.
        kind: what the outputs are held in.

    Raises:
        pulumi.RunError: a stack was never deployed, lacks an output, exports it in another version, or is of another
            place; with every problem of all stacks, each with its next command.
    """
    peers: dict[str, P] = {}
    found: list[tuple[Reading, Mapping[str, Any]]] = []
    for reading in readings:
        name = f"{pulumi.get_organization()}/{pulumi.get_project()}/{reading.stack}"
        if not _is_there(name):
            found.append((reading, {}))
            continue
        outputs = pulumi.StackReference(name).outputs
        facts: Mapping[str, Any] = settled(outputs)[0] or {}
        found.append((reading, facts))
        peers[reading.stack] = kind(reading.stack, cast("pulumi.Output[Mapping[str, Any]]", outputs), facts)
    problem = refusal(pulumi.get_stack(), found, _is_unknown)
    if problem is not None:
        raise pulumi.RunError(problem)
    return peers


def _is_there(name: str) -> bool:
    """Whether the backend knows a stack.

    A `StackReference` to one that it does not know ends the deployment with three words of the engine's; a question
    that fails is answered to the program, which can say more.
    """
    try:
        pulumi.runtime.invoke(READ_OUTPUTS, {"name": name})
    except Exception as error:  # the SDK hands on whatever the engine answered
        if any(said in str(error) for said in NEVER_DEPLOYED):
            return False
        raise
    return True


def settled(output: pulumi.Output[Any]) -> tuple[Any, bool]:
    """The value of an output that needs no resource of this program, waited for now, and whether all of it is known.

    As the SDK's own data sources do it: composition has to know what there is before it declares anything.
    """
    value = _sync_await(output.future(with_unknowns=True))
    return value, not _holds_unknown(value)


def _is_unknown(value: Any) -> bool:
    return isinstance(value, pulumi.output.Unknown)


def _holds_unknown(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_holds_unknown(item) for item in cast("Mapping[str, Any]", value).values())
    if isinstance(value, list | tuple):
        return any(_holds_unknown(item) for item in cast("list[Any]", value))
    return _is_unknown(value)
