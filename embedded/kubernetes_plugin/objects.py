"""Kubernetes objects as plain JSON: what is sent, what is compared, and the paths of what differs."""

from __future__ import annotations

import base64
import copy
import re
from collections.abc import Iterator
from typing import Any, Final, cast

from embedded.aws_plugin.values import Props, Secret, Unknown, Value, reveal
from embedded.kubernetes_plugin.api import Object

FIELD_MANAGER: Final = "__fieldManager"
INITIAL_VERSION: Final = "__initialApiVersion"
# Members of metadata that the server writes; an import leaves them out of the inputs.
_WRITTEN: Final = (
    "creationTimestamp",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
)
_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*\Z")
Step = str | int
Path = tuple[Step, ...]


def plain(props: Props) -> Object:
    """Inputs as an object: without secrets' wrappers, our own members, and what is null (None must hold no unknown)."""
    return cast(
        "Object", _without_nulls({key: reveal(item) for key, item in props.items() if not key.startswith("__")})
    )


def _without_nulls(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def to_send(inputs: Object) -> Object:
    """The body of an apply. `stringData` becomes `data`: applied, it would never be removed again."""
    body = {key: item for key, item in inputs.items() if key != "status"}
    if body.get("kind") == "Secret" and body.get("apiVersion") == "v1" and "stringData" in body:
        texts = cast("dict[str, str]", body.pop("stringData") or {})
        encoded = {key: base64.b64encode(str(text).encode()).decode() for key, text in texts.items()}
        body["data"] = {**(body.get("data") or {}), **encoded}
    return body


def comparable(live: Object) -> Object:
    """A live object without what its server writes about it."""
    out = {key: item for key, item in live.items() if key != "status"}
    out["metadata"] = {key: item for key, item in live.get("metadata", {}).items() if key not in _WRITTEN}
    return out


def imported(live: Object) -> Props:
    """Inputs that would make a live object."""
    return cast("Props", copy.deepcopy(comparable(live)))


def as_state(live: Object, manager: str, inputs: Props) -> Props:
    """Outputs: the live object without the record of its managers; secret where the inputs are, and in Secrets."""
    out = cast("Props", copy.deepcopy(live))
    metadata = out.get("metadata")
    if isinstance(metadata, dict):
        metadata.pop("managedFields", None)
    out = {key: _secret_like(item, inputs.get(key)) for key, item in out.items()}
    if live.get("kind") == "Secret" and live.get("apiVersion") == "v1":
        out |= {key: Secret(reveal(out[key])) for key in ("data", "stringData") if out.get(key) is not None}
    given = inputs.get("stringData")
    if given is not None and "stringData" not in out:
        out["stringData"] = Secret(reveal(given))
    return out | {FIELD_MANAGER: manager, INITIAL_VERSION: str(live.get("apiVersion", ""))}


def as_preview(live: Object, manager: str, inputs: Props) -> Props:
    """Outputs of a dry run: without what will be other in earnest, so that the engine holds it for unknown."""
    trimmed = {key: item for key, item in live.items() if key != "status"}
    metadata = dict(live.get("metadata", {}))
    for name in ("creationTimestamp", "generation", "resourceVersion", "uid"):
        metadata.pop(name, None)
    return as_state({**trimmed, "metadata": metadata}, manager, inputs)


def _secret_like(value: Value, given: Value) -> Value:
    """The live value with secrets where the input has them; a whole list if any of its items has one."""
    if isinstance(given, Secret):
        return Secret(value)
    if isinstance(value, dict) and isinstance(given, dict):
        return {key: _secret_like(item, given.get(key)) for key, item in value.items()}
    if isinstance(value, list) and isinstance(given, list) and len(value) == len(given):
        return [_secret_like(item, other) for item, other in zip(value, given, strict=True)]
    return value


def differences(old: Any, new: Any, at: Path = ()) -> Iterator[Path]:
    """The paths of what differs between two values; what is new or gone as a whole is one path."""
    if isinstance(old, dict) and isinstance(new, dict):
        before, after = cast("dict[str, Any]", old), cast("dict[str, Any]", new)
        for key in sorted({*before, *after}):
            if key not in before or key not in after:
                yield (*at, key)
            else:
                yield from differences(before[key], after[key], (*at, key))
    elif isinstance(old, list) and isinstance(new, list):
        first, second = cast("list[Any]", old), cast("list[Any]", new)
        for index in range(max(len(first), len(second))):
            if index >= len(first) or index >= len(second):
                yield (*at, index)
            else:
                yield from differences(first[index], second[index], (*at, index))
    elif isinstance(old, Unknown) or isinstance(new, Unknown) or old != new:
        yield at


def look(value: Any, path: Path) -> tuple[bool, Any]:
    """Whether something is at a path, and what."""
    for step in path:
        if isinstance(value, dict) and step in value:
            value = cast("dict[Step, Any]", value)[step]
        elif isinstance(value, list) and isinstance(step, int) and step < len(cast("list[Any]", value)):
            value = cast("list[Any]", value)[step]
        else:
            return False, None
    return True, value


def put(value: Any, path: Path, there: bool, new: Any) -> None:
    """Write `new` at a path, or remove what is there unless `there`. A path that does not exist is left alone."""
    found, holder = look(value, path[:-1])
    if not found or not path:
        return
    step = path[-1]
    if isinstance(holder, dict):
        if there:
            holder[step] = copy.deepcopy(new)
        else:
            cast("dict[Step, Any]", holder).pop(step, None)
    elif isinstance(holder, list) and isinstance(step, int):
        items = cast("list[Any]", holder)
        if there and step < len(items):
            items[step] = copy.deepcopy(new)
        elif there:
            items.append(copy.deepcopy(new))
        elif step < len(items):
            items.pop(step)


def text_of(path: Path) -> str:
    """A path as Pulumi writes one: ``spec.ports[0].name``, ``metadata.labels["a.b/c"]``."""
    out = ""
    for step in path:
        if isinstance(step, int):
            out += f"[{step}]"
        elif _PLAIN_KEY.match(step):
            out += f".{step}" if out else step
        else:
            quoted = step.replace("\\", "\\\\").replace('"', '\\"')
            out += f'["{quoted}"]'
    return out


def path_of(text: str) -> Path:
    """A path from Pulumi's writing, or from an error of the API (``spec.ports[0].name``, ``spec.hosts[a]``)."""
    steps: list[Step] = []
    for quoted, index, bare, name in re.findall(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[([^\]]*)\]|([^.\[\]]+)', text):
        if index:
            steps.append(int(index))
        else:
            steps.append(re.sub(r"\\(.)", r"\1", quoted) or bare or name)
    return tuple(steps)


def keep_live(body: Object, live: Object, ignored: list[str]) -> None:
    """Let the cluster have its way where the program ignores changes: what is live there is what we apply."""
    for text in ignored:
        for path in _expanded(live, path_of(text)):
            there, value = look(live, path)
            put(body, path, there, value)


def _expanded(value: Any, path: Path) -> Iterator[Path]:
    if "*" not in path:
        yield path
        return
    star = path.index("*")
    found, holder = look(value, path[:star])
    keys: list[Step] = []
    if found and isinstance(holder, dict):
        keys = list(cast("dict[Step, Any]", holder))
    elif found and isinstance(holder, list):
        keys = list(range(len(cast("list[Any]", holder))))
    for key in keys:
        yield from _expanded(value, (*path[:star], key, *path[star + 1 :]))
