"""Look inside remote components while a program is recorded: register the children that their blueprint tells.

A remote component's children are made by a plug-in, which does not run offline. What it would make is data
(`contracts.blueprints`), so it is registered here as the plug-in would: same names, parents, values, dependencies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import resource_pb2

from contracts.blueprints import BLUEPRINTS, Blueprint, BlueprintError, Child, JsonText, Made, Part, Undisclosed
from graph.errors import RecordingError
from graph.paths import look_up
from graph.tracking import OutputTracker
from graph.values import MISSING, Reference
from graph.wire import RESOURCE_SIGNATURE, SIGNATURE, UNKNOWN_TEXT, decode_map

Register: TypeAlias = Callable[[resource_pb2.RegisterResourceRequest], resource_pb2.RegisterResourceResponse]

_CARRIED: Final = ("protect", "stackTrace", "acceptSecrets", "supportsPartialValues")
"""What children have from the component's own registration."""


@dataclass(frozen=True, slots=True)
class Expansion:
    """What the children and outputs of one component are."""

    outputs: Mapping[str, Any]
    """Output (camelCase) → value on the wire, with markers."""
    dependencies: Mapping[str, frozenset[str]]
    """Output → URNs of the resources it takes its value from."""


@dataclass(frozen=True, slots=True)
class _Wired:
    """Something among the component's inputs that a plug-in would get as an output."""

    value: Any
    urns: frozenset[str]


def has_blueprint(request: resource_pb2.RegisterResourceRequest) -> bool:
    """Whether a registration is of a remote component that can be expanded."""
    return request.remote and request.type in BLUEPRINTS


def expand(
    request: resource_pb2.RegisterResourceRequest, urn: str, tracker: OutputTracker, register: Register
) -> Expansion:
    """Register the children of a component that has been registered as `urn`.

    Raises:
        RecordingError: the component is given what its blueprint does not cover.
    """
    wire = json_format.MessageToDict(request.object)
    urns = {name: frozenset(entry.urns) for name, entry in request.propertyDependencies.items()}
    inputs = {name: _wired(value, urns.get(name, frozenset()), tracker) for name, value in wire.items()}
    try:
        blueprint = BLUEPRINTS[request.type](request.name, inputs)
    except BlueprintError as error:
        raise RecordingError(str(error)) from error
    return _Builder(request, urn, tracker, register).build(blueprint)


def _wired(value: Any, urns: frozenset[str], tracker: OutputTracker) -> Any:
    """An input with what is no plain value wrapped, for the blueprint to pass on unseen."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value)
        if SIGNATURE in items:
            return _Wired(items, urns)
        return {key: _wired(item, urns, tracker) for key, item in items.items()}
    if isinstance(value, list):
        return [_wired(item, urns, tracker) for item in cast("list[Any]", value)]
    if isinstance(value, str) and (value == UNKNOWN_TEXT or tracker.decode(value) != value):
        return _Wired(value, urns)
    return int(value) if isinstance(value, float) and value.is_integer() else value


@dataclass
class _Builder:
    """Registers children one after the other."""

    request: resource_pb2.RegisterResourceRequest
    urn: str
    tracker: OutputTracker
    register: Register
    made: dict[str, resource_pb2.RegisterResourceResponse] = field(
        default_factory=dict[str, resource_pb2.RegisterResourceResponse]
    )

    def build(self, blueprint: Blueprint) -> Expansion:
        for child in blueprint.children:
            self.made[child.key] = self.register(self._registration(child))
        for name, template in blueprint.outputs.items():
            if isinstance(template, Made) and template.path:
                origin = Reference(self.made[template.child].urn, template.path)
                self.tracker.pass_on(Reference(self.urn, name), origin)
        outputs = {name: self._filled(template) for name, template in blueprint.outputs.items()}
        urns = {name: frozenset(self._urns(template)) for name, template in blueprint.outputs.items()}
        return Expansion(outputs, urns)

    def _registration(self, child: Child) -> resource_pb2.RegisterResourceRequest:
        inputs = {name: value for name, value in child.inputs.items() if value is not None}
        by_property = {name: sorted(set(self._urns(template))) for name, template in inputs.items()}
        explicit = [self.made[key].urn for key in child.depends_on]
        made = resource_pb2.RegisterResourceRequest(
            type=child.type,
            name=child.name,
            custom=child.custom,
            parent=self.urn if child.parent is None else self.made[child.parent].urn,
            provider=self.request.providers.get(child.type.split(":")[0], "") if child.custom else "",
            object=_struct({name: self._filled(template) for name, template in inputs.items()}),
            dependencies=sorted({*explicit, *(urn for urns in by_property.values() for urn in urns)}),
            propertyDependencies={
                name: resource_pb2.RegisterResourceRequest.PropertyDependencies(urns=urns)
                for name, urns in by_property.items()
            },
            ignoreChanges=list(child.ignore_changes),
        )
        for name in _CARRIED:
            value = getattr(self.request, name)
            if isinstance(value, bool):
                setattr(made, name, value)
            else:
                getattr(made, name).CopyFrom(value)
        return made

    def _filled(self, template: Any) -> Any:
        match template:
            case Made(child, ""):
                response = self.made[child]
                return {SIGNATURE: RESOURCE_SIGNATURE, "urn": response.urn, "id": response.id or UNKNOWN_TEXT}
            case Made():
                return self._output(template)
            case Part(text, separator, index):
                known = self._known(text)
                return known.split(separator)[index] if isinstance(known, str) else self._output(text)
            case JsonText(value):
                return json.dumps(self._filled(value), separators=(",", ":"))
            case _Wired():
                return template.value
            case Undisclosed():
                return UNKNOWN_TEXT
            case Mapping():
                items = cast("Mapping[str, Any]", template)
                return {key: self._filled(value) for key, value in items.items() if value is not None}
            case list() | tuple():
                return [self._filled(item) for item in cast("list[Any]", template)]
            case _:
                return template

    def _output(self, made: Made) -> Any:
        """An output of a child as the wire has it: with a marker that names it, also where the value is known."""
        known = self._known(made)
        if known is not None and not isinstance(known, str):
            return known
        return self.tracker.marker(Reference(self.made[made.child].urn, made.path), known)

    def _known(self, made: Made) -> Any:
        response = self.made[made.child]
        if made.path == "id":
            return response.id or None
        found = look_up(decode_map(json_format.MessageToDict(response.object)), made.path)
        return found if isinstance(found, str | int | float | bool) and found is not MISSING else None

    def _urns(self, template: Any) -> Iterator[str]:
        match template:
            case Made(child):
                yield self.made[child].urn
            case Part(text):
                yield self.made[text.child].urn
            case JsonText(value):
                yield from self._urns(value)
            case _Wired():
                yield from template.urns
            case Mapping():
                for value in cast("Mapping[str, Any]", template).values():
                    yield from self._urns(value)
            case list() | tuple():
                for item in cast("list[Any]", template):
                    yield from self._urns(item)
            case _:
                return


def _struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(dict(properties))
    return struct
