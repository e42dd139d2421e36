"""What one stack reads of another, said and checked before anything is declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from pydantic import ValidationError

from contracts.outputs.base import VERSION_OUTPUT, StackOutputs


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One stack that another reads.

    Raises ``ValueError`` when the reader was written for another version than the record has: whoever changes a record
    looks at every reader of it.
    """

    stack: str
    """Stack that is read."""
    setting: str
    """Setting of the reader that names it, such as `atoll:region_stack`."""
    record: type[StackOutputs]
    """What it is expected to export."""
    version: int
    """Version of the record for which the reader was written."""
    needs: Mapping[str, str] = field(default_factory=dict[str, str])
    """Path of an output that the record leaves open (`kubernetes.karpenter.queue`, `key_arns.logs`) → what for."""
    place: Mapping[str, str] = field(default_factory=dict[str, str])
    """Output (`environment`, `region` …) → what it has to be."""

    def __post_init__(self) -> None:
        """Hold the reader to the record."""
        if self.version != self.record.VERSION:
            raise ValueError(
                f"a reader of {self.record.__name__} was written for version {self.version}, which is now "
                f"{self.record.VERSION}: look at what it reads"
            )


@dataclass(frozen=True, kw_only=True)
class Unfit:
    """A stack that cannot be read: what is wrong with its outputs, and what to do."""

    reading: Reading
    problems: tuple[str, ...]
    next: str


def refusal(
    reader: str, readings: Iterable[tuple[Reading, Mapping[str, Any]]], is_unknown: Callable[[Any], bool]
) -> str | None:
    """Why a stack cannot be deployed on what others export, every problem of all of them; None when it can.

    Args:
        reader: the stack that reads.
        readings: what it reads, and what that stack exports: nothing if it was never deployed.
        is_unknown: whether a value is one that a deployment still has to draw; it is taken to be right.
    """
    found = [unfit for reading, exports in readings if (unfit := _unfit(reader, reading, exports, is_unknown))]
    if not found:
        return None
    return "\n".join([f"{reader} cannot use what it reads of other stacks; nothing was created:", *map(_told, found)])


def _told(unfit: Unfit) -> str:
    lines = [f"  {unfit.reading.stack}  ({unfit.reading.setting})", *(f"    {line}" for line in unfit.problems)]
    return "\n".join([*lines, f"    next: {unfit.next}"])


def _unfit(
    reader: str, reading: Reading, exports: Mapping[str, Any], is_unknown: Callable[[Any], bool]
) -> Unfit | None:
    stack, deploy = reading.stack, f"atoll stack up {reading.stack}"
    if not exports:
        wanted = ", ".join(reading.needs) or "all of its outputs"
        told = f"exports nothing: it was never deployed, or is destroyed; {reader} reads {wanted}"
        return Unfit(reading=reading, problems=(told,), next=deploy)
    version = exports.get(VERSION_OUTPUT)
    if isinstance(version, int | float) and version != reading.version:  # the engine hands numbers on as floats
        told = f"{VERSION_OUTPUT}: {stack} exports version {version:g}, and {reader} reads version {reading.version}"
        newer = version > reading.version
        step = f"this program is older than what deployed {stack}: update it, and run the command again"
        return Unfit(reading=reading, problems=(told,), next=step if newer else deploy)
    misplaced = [
        f"{output}: {found}, and {reader} is of {wanted}"
        for output, wanted in reading.place.items()
        if isinstance(found := exports.get(output), str) and found != wanted
    ]
    if misplaced:
        step = f"name the stack of the same {' and '.join(reading.place)} in {reading.setting} of Pulumi.{reader}.yaml"
        return Unfit(reading=reading, problems=tuple(misplaced), next=step)
    problems = (*_wrong(reading.record, exports, is_unknown), *_missing(reading.needs, exports, is_unknown))
    if not problems:
        return None
    return Unfit(reading=reading, problems=problems, next=f"{deploy}  # with this version of the program")


def _wrong(record: type[StackOutputs], exports: Mapping[str, Any], is_unknown: Callable[[Any], bool]) -> Iterator[str]:
    """What the record itself says."""
    try:
        record.model_validate(dict(exports))
    except ValidationError as error:
        for one in error.errors(include_url=False):
            path = ".".join(map(str, one["loc"]))
            if one["type"] == "missing":
                yield f"{path}: is not exported"
            elif not is_unknown(one["input"]):
                yield f"{path}: {one['msg'].lower()}"


def _missing(needs: Mapping[str, str], exports: Mapping[str, Any], is_unknown: Callable[[Any], bool]) -> Iterator[str]:
    for path, why in needs.items():
        if not has(exports, path.split("."), is_unknown):
            yield f"{path}: is not exported, and is needed for {why}"


def has(exports: Mapping[str, Any], path: Iterable[str], is_unknown: Callable[[Any], bool]) -> bool:
    """Whether there is such an output, or a field of one; what is not known yet is there."""
    found: Any = exports
    for key in path:
        if is_unknown(found):
            return True
        found = cast("Mapping[str, Any]", found).get(key) if isinstance(found, Mapping) else None
    return found is not None
