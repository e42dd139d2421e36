"""The other end of the Pulumi SDK while a program is recorded: answers like an engine in preview, and takes notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final, NoReturn, TypeAlias, cast
from urllib.parse import unquote, urlparse

from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.runtime import mocks
from pulumi.runtime.proto import engine_pb2, resource_pb2

from graph.errors import RecordingError
from graph.expansion import expand, has_blueprint
from graph.invokes import InvokeHook
from graph.nodes import STACK_REFERENCE_TYPE, Node, Options, Source
from graph.tracking import OutputTracker
from graph.values import UNKNOWN, FrozenMap, ResourceReference, Secret, Unknown, Value
from graph.wire import SECRET_SIGNATURE, SIGNATURE, UNKNOWN_TEXT, decode_map

STACK_TYPE: Final = "pulumi:pulumi:Stack"

READ_OUTPUTS: Final = "pulumi:pulumi:readStackOutputs"
"""The engine's question for what a stack exports, which is no resource."""

_RECORDER: Final = Path(__file__).with_name("record.py")

ProviderModel: TypeAlias = Callable[[Node], Mapping[str, Any]]
"""Outputs (camelCase) of a resource that can be known before deployment; may also give ``id``."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message the program wrote to Pulumi's log. ``severity`` is debug, info, warning or error."""

    severity: str
    message: str
    urn: str = ""


class RecordingEngine:
    """Takes the program's log messages."""

    def __init__(self) -> None:
        self.diagnostics: list[Diagnostic] = []

    def Log(self, request: engine_pb2.LogRequest) -> empty_pb2.Empty:  # noqa: N802 - the engine's name
        """Keep one message."""
        severity = engine_pb2.LogSeverity.Name(request.severity).lower()
        if severity != "debug":
            self.diagnostics.append(Diagnostic(severity, request.message, request.urn))
        return empty_pb2.Empty()


class _NoMocks(mocks.Mocks):
    """The base class wants mocks; this monitor answers by itself."""

    def call(self, args: mocks.MockCallArgs) -> Any:
        raise RecordingError(f"{args.token} has no answer offline")

    def new_resource(self, args: mocks.MockResourceArgs) -> Any:
        raise RecordingError(f"{args.typ} has no answer offline")


@dataclass
class RecordingMonitor(mocks.MockMonitor):
    """Records every registration as a node. New resources have no id and no computed outputs, as in a first preview."""

    project: str
    stack: str
    tracker: OutputTracker
    invokes: Mapping[str, InvokeHook]
    stack_outputs: Mapping[str, Mapping[str, Any]]
    model: ProviderModel
    root: Path
    nodes: dict[str, Node] = field(default_factory=dict[str, Node])

    def __post_init__(self) -> None:
        super().__init__(_NoMocks())

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The URN as the engine makes it: the types of all parents but the stack, then the resource's own."""
        chain = parent.split("::")[2] if parent else ""
        qualified = f"{chain}${type_}" if chain and chain != STACK_TYPE else type_
        return f"urn:pulumi:{self.stack}::{self.project}::{qualified}::{name}"

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceResponse:  # noqa: N802
        """Note a new resource; its inputs come back as outputs, and what a provider would compute stays unknown."""
        node = replace(
            self._node(request, request.object, custom=request.custom),
            protect=request.protect,
            options=_options(request),
            property_dependencies=_property_dependencies(request),
        )
        known = dict(self.model(node)) if request.custom else {}
        identifier = str(known.pop("id", ""))
        properties = _struct({**self.tracker.unmark(request.object), **known})
        outputs = {**node.inputs, **self._decode(_struct(known))} if request.custom else {}
        self._add(replace(node, id=(identifier or UNKNOWN) if node.custom else None, outputs=FrozenMap(outputs)))
        if has_blueprint(request):
            return self._expand(request, node.urn)
        return resource_pb2.RegisterResourceResponse(urn=node.urn, id=identifier, object=properties)

    def _expand(self, request: resource_pb2.RegisterResourceRequest, urn: str) -> Any:
        """Register the children of a remote component and give its outputs, as its plug-in would."""
        expansion = expand(request, urn, self.tracker, self.RegisterResource)
        outputs = decode_map(expansion.outputs, self.tracker.decode)
        self.nodes[urn] = replace(self.nodes[urn], outputs=outputs, outputs_registered=True)
        # A resource would be read back by the SDK, from an engine that is not there.
        told = {
            name: value for name, value in expansion.outputs.items() if not isinstance(outputs[name], ResourceReference)
        }
        dependencies = {
            name: resource_pb2.RegisterResourceResponse.PropertyDependencies(urns=sorted(urns))
            for name, urns in expansion.dependencies.items()
        }
        return resource_pb2.RegisterResourceResponse(
            urn=urn, object=_struct(self.tracker.unmark(told)), propertyDependencies=dependencies
        )

    def ReadResource(self, request: resource_pb2.ReadResourceRequest) -> resource_pb2.ReadResourceResponse:  # noqa: N802
        """Note a resource that exists already: another stack's outputs, or one that ``get`` reads."""
        node = replace(
            self._node(request, request.properties, custom=True),
            external=True,
            options=Options(depends_on=tuple(sorted(request.dependencies))),
        )
        outputs = dict(self.tracker.unmark(request.properties))
        if request.type == STACK_REFERENCE_TYPE:
            given = self.outputs_of_stack(request.id)
            outputs.update({"name": request.id, "outputs": given, "secretOutputNames": []})
        outputs.update(self.model(node))
        properties = _struct(outputs)
        self._add(replace(node, id=self.tracker.decode(request.id), outputs=self._decode(properties)))
        return resource_pb2.ReadResourceResponse(urn=node.urn, properties=properties)

    def RegisterResourceOutputs(self, request: resource_pb2.RegisterResourceOutputsRequest) -> empty_pb2.Empty:  # noqa: N802
        """Note what a component (or the stack) says it gives."""
        node = self.nodes[request.urn]
        self.nodes[request.urn] = replace(node, outputs=self._decode(request.outputs), outputs_registered=True)
        return empty_pb2.Empty()

    def Invoke(self, request: resource_pb2.ResourceInvokeRequest) -> resource_pb2.ResourceInvokeResponse:  # noqa: N802
        """Answer a data source from the hooks, and the engine's own question for another stack's outputs."""
        hook = self.invokes.get(request.tok)
        if request.tok == READ_OUTPUTS:
            hook = self._read_outputs
        if hook is None:
            raise RecordingError(
                f"data source {request.tok} has no answer offline: a program should need only its settings. "
                f"Take the value from settings or from a resource, or give `record` a hook for it "
                f"(`invokes={{{request.tok!r}: ...}}`). Answered are: {', '.join(sorted(self.invokes))}"
            )
        response = resource_pb2.ResourceInvokeResponse()
        getattr(response, "return").CopyFrom(
            _struct(hook(self.tracker.unmark(request.args)))
        )  # the field is a Python keyword
        return response

    def _read_outputs(self, args: Mapping[str, Any]) -> Mapping[str, Any]:
        name = str(args.get("name"))
        return {"name": name, "outputs": self.outputs_of_stack(name), "secretOutputNames": []}

    def Call(self, request: resource_pb2.ResourceCallRequest) -> NoReturn:  # noqa: N802
        """Refuse a method call on a resource: it runs in a plug-in."""
        raise RecordingError(f"method {request.tok} runs in a provider plug-in and has no answer offline")

    def _add(self, node: Node) -> None:
        if (other := self.nodes.get(node.urn)) is not None:
            raise RecordingError(
                f"two resources of type {node.type} are named {node.name!r}: at {other.source} and {node.source}. "
                "Names are unique per type and parent: give one another name"
            )
        self.nodes[node.urn] = node

    def _decode(self, properties: struct_pb2.Struct) -> FrozenMap:
        return decode_map(_plain(properties), self.tracker.decode)

    def _node(
        self,
        request: resource_pb2.RegisterResourceRequest | resource_pb2.ReadResourceRequest,
        properties: struct_pb2.Struct,
        *,
        custom: bool,
    ) -> Node:
        wire = _plain(properties)
        return Node(
            urn=self.make_urn(request.parent, request.type, request.name),
            type=request.type,
            name=request.name,
            custom=custom,
            inputs=decode_map(wire, self.tracker.decode),
            parent=request.parent or None,
            provider=request.provider.rsplit("::", 1)[0] or None,
            dependencies=tuple(sorted(request.dependencies)),
            references=tuple(sorted(self.tracker.references_in(wire))),
            source=_source(cast("Any", request).stackTrace.frames, self.root),
        )

    def outputs_of_stack(self, name: str) -> Mapping[str, Any]:
        """The outputs given for another stack. Raises ``RecordingError`` that names the stacks that were given."""
        given = self.stack_outputs.get(name) or self.stack_outputs.get(name.rsplit("/", 1)[-1])
        if given is None:
            raise RecordingError(
                f"the program reads the outputs of stack {name!r}, which were not given; "
                f"give `record` its outputs (`stack_outputs={{{name!r}: ...}}`). "
                f"Given are: {', '.join(sorted(self.stack_outputs)) or 'none'}"
            )
        return given


def _property_dependencies(
    request: resource_pb2.RegisterResourceRequest,
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    by_property = {name: tuple(sorted(entry.urns)) for name, entry in request.propertyDependencies.items()}
    return tuple((name, urns) for name, urns in sorted(by_property.items()) if urns)


def _options(request: resource_pb2.RegisterResourceRequest) -> Options:
    timeouts = request.customTimeouts
    durations = {"create": timeouts.create, "update": timeouts.update, "delete": timeouts.delete}
    seconds = {action: _seconds(duration) for action, duration in durations.items() if duration}
    by_property = {urn for entry in request.propertyDependencies.values() for urn in entry.urns}
    return Options(
        depends_on=tuple(sorted(set(request.dependencies) - by_property)),
        aliases=tuple(sorted(_alias(alias) for alias in cast("Any", request).aliases)),
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith or None,
        import_id=request.importId or None,
        custom_timeouts=FrozenMap(seconds),
        version=request.version or None,
    )


def _alias(alias: Any) -> str:
    """An alias as its URN, or as the parts that differ from the resource's own (``name=old``)."""
    if alias.urn:
        return alias.urn
    spec = alias.spec
    parent = "none" if spec.noParent else spec.parentUrn
    parts = {"name": spec.name, "type": spec.type, "project": spec.project, "stack": spec.stack, "parent": parent}
    return ",".join(f"{key}={value}" for key, value in sorted(parts.items()) if value)


_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s)")
_UNIT_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def _seconds(duration: str) -> Value:
    """A Go duration (``1h30m``) in seconds."""
    total = sum((float(amount) * _UNIT_SECONDS[unit] for amount, unit in _DURATION.findall(duration)), 0.0)
    return int(total) if total.is_integer() else total


def _source(frames: Sequence[Any], root: Path) -> Source | None:
    """The nearest frame of the program inside the project, relative to it; else the nearest file's bare name."""
    nearest: Source | None = None
    for frame in frames:
        path = _path(frame.pc.uri)
        if path == _RECORDER:
            break  # below this frame is whoever asked for the recording
        if (inside := _inside(path, root)) is not None:
            return Source(inside, frame.pc.line)
        nearest = nearest or Source(path.name, frame.pc.line)
    return nearest


@cache
def _path(uri: str) -> Path:
    return Path(unquote(urlparse(uri).path))


@cache
def _inside(path: Path, root: Path) -> str | None:
    """A file of the project, relative to its root; None for a library's."""
    inside = path.is_relative_to(root) and "site-packages" not in path.parts
    return path.relative_to(root).as_posix() if inside else None


def _plain(properties: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(properties)


def _struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update({key: _wire(value) for key, value in properties.items()})
    return struct


def _wire(value: Any) -> Any:
    """What a hook returned, in the wire's notation."""
    match value:
        case Unknown():
            return UNKNOWN_TEXT
        case Secret():
            return {SIGNATURE: SECRET_SIGNATURE, "value": UNKNOWN_TEXT}
        case Mapping():
            return {key: _wire(item) for key, item in cast("Mapping[str, Any]", value).items()}
        case list() | tuple():
            return [_wire(item) for item in cast("list[Any]", value)]
        case _:
            return value
