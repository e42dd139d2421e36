"""Tell which output of which resource an input takes its value from, while a program is being recorded.

An unknown output arrives on the wire as one and the same text, whoever made it. So, before a resource is registered,
every ``Output`` among its inputs that *is* an attribute of another resource (``vpc.id``, ``role.arn``), or an item of
what another stack exports (``outputs["key_arns"]["logs"]``), is replaced by one that carries a marker naming it. The
SDK then serialises as always, translating names as always, and the recorder turns the marker back into an unknown with
its reference (or into the known value, plus the reference).

Text that is put together with ``Output.concat``, ``Output.format`` or ``Output.json_dumps`` is put together twice, as
always and with markers (`graph.templates`), so that a policy document shows its text and what its gaps are filled from.

The program never sees a marker: only what leaves for the engine is replaced, and ``apply`` still does not run on
unknown values. What went through ``apply`` is a new ``Output``; of it only the dependency is known.
"""

from __future__ import annotations

import copy
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

import pulumi
from pulumi import _types  # pyright: ignore[reportPrivateUsage]  # names on the wire are kept nowhere else
from pulumi.output import Unknown as PulumiUnknown

from graph.nodes import PropertyReference
from graph.values import Reference, Unknown, Value, join_path
from graph.wire import SECRET_SIGNATURE, SIGNATURE, UNKNOWN_TEXT, decode_text

_KNOWN: Final = "="
_PLAIN: Final = frozenset({str, int, float, bool, type(None)})


class OutputTracker:
    """Knows the outputs of every resource made so far and marks those that are passed straight on."""

    def __init__(self) -> None:
        self._pending: list[pulumi.Resource] = []
        self._owners: dict[int, tuple[pulumi.Resource, str]] = {}
        self._kept: list[pulumi.Output[Any]] = []  # identities are only good while the objects live
        self._twins: dict[int, pulumi.Output[Any]] = {}
        self._items: list[tuple[pulumi.Output[Any], str | int, pulumi.Output[Any]]] = []
        self._references: list[Reference] = []
        self._passed_on: dict[Reference, Reference] = {}
        # Plain ASCII, so that JSON text does not escape it; random, so that no program's own text looks like it.
        self._open = f"@{secrets.token_hex(8)}:"
        self._marker = re.compile(f"{self._open}(\\d+)({_KNOWN}?)@")

    def add_twin(self, plain: pulumi.Output[Any], marked: pulumi.Output[Any]) -> None:
        """Remember that an output has the same text as another one that carries markers."""
        self._twins[id(plain)] = marked
        self._kept.append(plain)

    def add_item(self, whole: pulumi.Output[Any], key: str | int, item: pulumi.Output[Any]) -> None:
        """Remember that an output is an item of another one."""
        self._items.append((whole, key, item))

    def add(self, resource: pulumi.Resource) -> None:
        """Remember a resource; its outputs exist once its constructor has gone on to register it."""
        self._pending.append(resource)

    def mark(self, value: Any) -> Any:
        """A copy of an input in which outputs that are passed straight on carry their marker."""
        self._index_outputs()
        return self._mark(value)

    def _mark(self, value: Any) -> Any:
        if type(value) in _PLAIN:  # most are
            return value
        if isinstance(value, pulumi.Output):
            return self._mark_output(cast("pulumi.Output[Any]", value))
        if isinstance(value, str | bytes | int | float | pulumi.Resource | pulumi.Asset | pulumi.Archive):
            return value
        if _types.is_input_type(cast("type[Any]", type(value))) and not isinstance(value, dict):
            clone = copy.copy(value)
            clone.__dict__.update({key: self._mark(item) for key, item in value.__dict__.items()})
            return clone
        if isinstance(value, Mapping):
            mapping = cast("Mapping[Any, Any]", value)
            return {key: self._mark(mapping[key]) for key in mapping}
        if isinstance(value, list | tuple):
            return [self._mark(item) for item in cast("list[Any]", value)]
        return value

    def _mark_output(self, output: pulumi.Output[Any]) -> pulumi.Output[Any]:
        if (twin := self._twins.get(id(output))) is not None:
            return twin
        owner = self._owners.get(id(output))
        if owner is None:
            return output
        self._twins[id(output)] = marked = self._marked(output, *owner)  # most are passed to several
        return marked

    def _index_outputs(self) -> None:
        while self._pending:
            resource = self._pending.pop()
            names = _types.resource_py_to_pulumi_names(type(resource))
            for attribute, value in list(vars(resource).items()):
                if not isinstance(value, pulumi.Output):
                    continue
                output = cast("pulumi.Output[Any]", value)
                if id(output) not in self._owners:
                    name = names.get(attribute) or resource.translate_input_property(attribute) or attribute
                    self._owners[id(output)] = (resource, name)
                    self._kept.append(output)
        items, self._items = self._items, []
        for whole, key, item in items:  # in the order of their making, so that an item of an item finds its whole
            owner = self._owners.get(id(whole))
            # What another stack exports is called the same on the wire; names inside other outputs are translated.
            if owner is not None and isinstance(owner[0], pulumi.StackReference):
                path = f"{owner[1]}[{key}]" if isinstance(key, int) else join_path(owner[1], key)
                self._owners[id(item)] = (owner[0], path)
                self._kept.append(item)

    def _marked(self, output: pulumi.Output[Any], resource: pulumi.Resource, name: str) -> pulumi.Output[Any]:
        made_by = _urn(resource)

        def with_marker(content: Any) -> Any:
            if isinstance(content, PulumiUnknown):
                return made_by.apply(lambda urn: self._mark_reference(Reference(urn, name), ""))
            if type(content) is str:
                text: str = content
                return made_by.apply(lambda urn: self._mark_reference(Reference(urn, name), _KNOWN) + text)
            return content  # a known number or list has no room for a marker: the dependency is enough

        return output.apply(with_marker, run_with_unknowns=True)

    def pass_on(self, output: Reference, origin: Reference) -> None:
        """Remember that a component's output is nothing but an output of one of its children."""
        self._passed_on[output] = origin

    def marker(self, reference: Reference, known: str | None) -> str:
        """How the wire says that a text is another resource's output: a marker, then the value if it is known."""
        return self._mark_reference(reference, "") if known is None else self._mark_reference(reference, _KNOWN) + known

    def _mark_reference(self, reference: Reference, known: str) -> str:
        self._references.append(self._passed_on.get(reference, reference))
        return f"{self._open}{len(self._references) - 1}{known}@"

    def decode(self, text: str) -> Value:
        """A wire string as a value: markers become references of an unknown, or vanish where the value is known."""
        if self._open not in text:
            return decode_text(text)
        parts: list[str | Reference] = []
        position = 0
        for match in self._marker.finditer(text):
            parts.append(text[position : match.start()])
            if not match[2]:
                parts.append(self._references[int(match[1])])
            position = match.end()
        parts.append(text[position:])
        merged = _merged(parts)
        return merged[0] if len(merged) == 1 and isinstance(merged[0], str) else Unknown(merged)

    def unmark(self, value: Any) -> Any:
        """Properties on the wire as the program may see them: no marker, unknowns as the engine writes them."""
        if isinstance(value, str):
            decoded = self.decode(value)
            return decoded if isinstance(decoded, str) else UNKNOWN_TEXT
        if isinstance(value, Mapping):
            return {key: self.unmark(item) for key, item in cast("Mapping[str, Any]", value).items()}
        if isinstance(value, Sequence):
            return [self.unmark(item) for item in cast("Sequence[Any]", value)]
        return value

    def references_in(self, properties: object, path: str = "") -> Iterator[PropertyReference]:
        """Where properties on the wire take their value from another resource's output, secrets included."""
        if isinstance(properties, str):
            for match in self._marker.finditer(properties):
                yield PropertyReference(path, self._references[int(match[1])])
        elif isinstance(properties, Mapping):
            mapping = cast("Mapping[str, object]", properties)
            if mapping.get(SIGNATURE) == SECRET_SIGNATURE:
                yield from self.references_in(mapping.get("value"), path)
            else:
                for key, item in mapping.items():
                    yield from self.references_in(item, join_path(path, key))
        elif isinstance(properties, Sequence):
            for index, item in enumerate(cast("Sequence[object]", properties)):
                yield from self.references_in(item, f"{path}[{index}]")


def _urn(resource: pulumi.Resource) -> pulumi.Output[str]:
    """The URN of a resource, without the dependency that it brings for a component.

    What a component re-exposes depends on what made it. Its own URN would stand for all of its children, of which the
    one that takes the value may be one.
    """
    if isinstance(resource, pulumi.CustomResource):
        return resource.urn
    return pulumi.Output(set(), cast("Any", resource.urn).future(), resource.urn.is_known())


def _merged(parts: list[str | Reference]) -> tuple[str | Reference, ...]:
    """Parts without empty text and with neighbouring texts joined; never empty."""
    merged: list[str | Reference] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part:
            merged.append(part)
    return tuple(merged) or ("",)
