"""What a resource graph is made of: nodes with their options and source, and the edges between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from graph.values import FrozenMap, Reference, Value

STACK_REFERENCE_TYPE: Final = "pulumi:pulumi:StackReference"
"""Type of the resource that stands for another stack."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Where the program declares a resource: path relative to the project, line counted from 1."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Resource options as the engine receives them; property names are camelCase, timeouts are seconds."""

    depends_on: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    retain_on_delete: bool = False
    deleted_with: str | None = None
    import_id: str | None = None
    custom_timeouts: FrozenMap = field(default_factory=FrozenMap)
    version: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class PropertyReference:
    """One place of a resource's inputs that takes its value, whole or in part, from another resource's output."""

    path: str
    target: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One resource.

    ``provider`` is the URN of an explicit provider, None for a default one. ``id`` is None for components and
    unknown before deployment. ``property_dependencies`` maps each top-level input to the URNs it depends on;
    ``references`` says, where the program passes an output straight on, which one. ``defaulted`` are the input paths
    that the provider, not the program, has set (auto-names and the like); a recording has none.
    """

    urn: str
    type: str
    name: str
    custom: bool
    inputs: FrozenMap = field(default_factory=FrozenMap)
    outputs: FrozenMap = field(default_factory=FrozenMap)
    id: Value = None
    parent: str | None = None
    provider: str | None = None
    region: Value = None
    account: Value = None
    protect: bool = False
    external: bool = False
    outputs_registered: bool = False
    options: Options = field(default_factory=Options)
    dependencies: tuple[str, ...] = ()
    property_dependencies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    references: tuple[PropertyReference, ...] = ()
    defaulted: tuple[str, ...] = ()
    source: Source | None = None

    @property
    def package(self) -> str:
        """The provider package, ``aws`` for ``aws:s3/bucket:Bucket``; the provided one for a provider resource."""
        parts = self.type.split(":")
        return parts[2] if self.is_provider else parts[0]

    @property
    def is_provider(self) -> bool:
        """Whether this node is an explicit provider."""
        return self.type.startswith("pulumi:providers:")

    @property
    def is_stack(self) -> bool:
        """Whether this node is the root of the stack."""
        return self.type == "pulumi:pulumi:Stack"

    def __str__(self) -> str:
        return f"{self.type} {self.name}" + (f" ({self.source})" if self.source else "")


class EdgeKind(StrEnum):
    """Why one resource points to another."""

    PARENT = "parent"
    PROVIDER = "provider"
    DEPENDENCY = "dependency"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    """From ``source`` (URN) to ``target`` (URN). ``path`` is the input that makes it, ``output`` what it reads there.

    Both are empty where the edge is not made by a property, or the output is not known.
    """

    source: str
    target: str
    kind: EdgeKind
    path: str = ""
    output: str = ""
