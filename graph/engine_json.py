"""Read a resource as the engine writes it in previews and exported state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias, cast
from urllib.parse import unquote

from graph.errors import FormatError
from graph.nodes import Node, Options, Source
from graph.values import SECRET, UNKNOWN, FrozenMap, Value, join_path
from graph.wire import decode_map, decode_text

JsonObject: TypeAlias = Mapping[str, Any]

_DEFAULT_PROVIDER: Final = re.compile(r"::pulumi:providers:[^:]+::default(_[0-9a-z_]+)?$")
_NANOSECONDS: Final = 1_000_000_000
_SECRET_TEXT: Final = "[secret]"


def parse(document: str | bytes | JsonObject, what: str) -> JsonObject:
    """Parse a JSON document. Raises ``FormatError`` that quotes nothing of it: it may hold secrets."""
    if isinstance(document, Mapping):
        return document
    try:
        parsed: object = json.loads(document)
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise FormatError(f"{what} is not JSON{where}") from None
    if not isinstance(parsed, dict):
        raise FormatError(f"{what} is a JSON {type(parsed).__name__}, not an object")
    return cast("JsonObject", parsed)


def displayed_text(text: str) -> Value:
    """A string of a preview, where the command line has put ``[secret]`` in the place of secrets."""
    return SECRET if text == _SECRET_TEXT else decode_text(text)


def is_default_provider(urn: str) -> bool:
    """Whether a provider's URN is that of one the engine makes when the program names none."""
    return _DEFAULT_PROVIDER.search(urn) is not None


def node_from(state: JsonObject, text: Any = decode_text, *, deployed: bool) -> Node:
    """Turn one resource state into a node. Raises ``FormatError`` if it lacks what every state has."""
    try:
        urn, type_ = str(state["urn"]), str(state["type"])
        inputs, custom = cast("JsonObject", state.get("inputs") or {}), bool(state["custom"])
    except KeyError as error:
        raise FormatError(f"a resource state lacks {error}; is this a preview or an exported stack?") from None
    provider = str(state.get("provider") or "").rsplit("::", 1)[0]
    by_property = cast("Mapping[str, list[str] | None]", state.get("propertyDependencies") or {})
    dependencies = tuple(sorted(state.get("dependencies") or ()))
    return Node(
        urn=urn,
        type=type_,
        name=urn.rsplit("::", 1)[-1],
        custom=custom,
        inputs=_properties(inputs, text),
        outputs=_properties(cast("JsonObject", state.get("outputs") or {}), text),
        id=str(state["id"]) if state.get("id") else (None if deployed or not custom else UNKNOWN),
        parent=state.get("parent"),
        provider=provider if provider and not is_default_provider(provider) else None,
        protect=bool(state.get("protect")),
        external=bool(state.get("external")),
        outputs_registered=not custom and "outputs" in state,
        options=_options(state, dependencies, by_property, inputs),
        dependencies=dependencies,
        property_dependencies=tuple((name, tuple(sorted(urns))) for name, urns in sorted(by_property.items()) if urns),
        defaulted=tuple(sorted(_defaulted(inputs))),
        source=_source(state),
    )


def _properties(properties: JsonObject, text: Any) -> FrozenMap:
    """Properties without the plug-ins' own notes (``__defaults``, ``__internal``, …), at any depth."""
    return decode_map(cast("JsonObject", _without_notes(properties)), text)


def _without_notes(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = cast("JsonObject", value)
        return {key: _without_notes(item) for key, item in items.items() if not key.startswith("__")}
    if isinstance(value, list):
        return [_without_notes(item) for item in cast("list[Any]", value)]
    return value


def _defaulted(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        items = cast("JsonObject", value)
        yield from (join_path(path, name) for name in items.get("__defaults") or ())
        for key, item in items.items():
            if not key.startswith("__"):
                yield from _defaulted(item, join_path(path, key))
    elif isinstance(value, list):
        for index, item in enumerate(cast("list[Any]", value)):
            yield from _defaulted(item, f"{path}[{index}]")


def _options(
    state: JsonObject,
    dependencies: tuple[str, ...],
    by_property: Mapping[str, list[str] | None],
    inputs: JsonObject,
) -> Options:
    implied = {urn for urns in by_property.values() for urn in urns or ()}
    timeouts = cast("Mapping[str, float]", state.get("customTimeouts") or {})
    return Options(
        depends_on=tuple(urn for urn in dependencies if urn not in implied),
        aliases=tuple(sorted(state.get("aliases") or ())),
        ignore_changes=tuple(state.get("ignoreChanges") or ()),
        replace_on_changes=tuple(state.get("replaceOnChanges") or ()),
        additional_secret_outputs=tuple(state.get("additionalSecretOutputs") or ()),
        retain_on_delete=bool(state.get("retainOnDelete")),
        deleted_with=state.get("deletedWith"),
        import_id=state.get("importID"),
        custom_timeouts=FrozenMap({action: _seconds(amount) for action, amount in timeouts.items() if amount}),
        version=inputs.get("version") if str(state["type"]).startswith("pulumi:providers:") else None,
    )


def _seconds(amount: float) -> float:
    """Give a timeout in seconds; some engines write nanoseconds."""
    return amount / _NANOSECONDS if amount >= _NANOSECONDS else amount


def _source(state: JsonObject) -> Source | None:
    """The nearest frame inside the project; ``project:///`` is its root."""
    frames = [state, *(state.get("stackTrace") or ())]
    for frame in frames:
        uri = unquote(str(frame.get("sourcePosition") or ""))
        path, _, line = uri.removeprefix("project:///").partition("#")
        if uri.startswith("project:///") and not path.startswith("../") and "site-packages" not in path:
            return Source(path, int(line.partition(",")[0] or 0))
    return None
