"""Two versions of a protocol-buffers interface: may their messages meet on the wire, and optionally in JSON?

Rules: the field-updating rules of the Protocol Buffers language guide, in the categories WIRE and WIRE_JSON that buf
made common. Paths are `package.Message.field`, `package.Enum.VALUE` and `package.Service/Method`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum, unique

from contracts.compatibility.proto.descriptor import from_descriptor_set
from contracts.compatibility.proto.model import Enum, Field, Message, Method, Schema
from contracts.compatibility.proto.text import from_text
from contracts.compatibility.verdict import Bump, Change, Severity, breaking, compatible, placed, unknown

Source = str | Mapping[str, str] | bytes
"""One .proto file, several by their import paths, or a serialised FileDescriptorSet."""


@unique
class Rules(StrEnum):
    """What meets: bytes, or bytes and proto3's JSON."""

    WIRE = "wire"
    WIRE_JSON = "wire-json"


_SAME_WIRE = (
    {"int32", "int64", "uint32", "uint64", "bool"},
    {"sint32", "sint64"},
    {"fixed32", "sfixed32"},
    {"fixed64", "sfixed64"},
)
_SAME_JSON = ({"int32", "uint32"}, {"int64", "uint64"}, {"fixed32", "sfixed32"}, {"fixed64", "sfixed64"})


def compare_proto(
    old: Source,
    new: Source,
    *,
    rules: Rules = Rules.WIRE,
    uses: frozenset[str] | None = None,
    consumer: str = "",
    name: str = "proto",
) -> list[Change]:
    """All changes between two versions; with `uses` (methods, fields) breaks elsewhere do not count.

    Raises:
        DocumentError: not readable, incomplete, or outside of what is compared.
    """
    before, after = read(old, f"{name} (old)"), read(new, f"{name} (new)")
    changes: list[Change] = []
    if len(before.packages) == len(after.packages) == 1 and before.packages != after.packages:
        was, now = *before.packages, *after.packages
        changes.append(breaking(was, f"package went from {was or 'none'} to {now or 'none'}"))
    else:
        changes += _messages(before, after, rules) + _enums(before, after, rules) + _services(before, after)
    if uses is not None:
        reached = _reached(before, uses)
        changes = [_met(change, uses, reached) for change in changes]
    return placed(changes, subject="proto", consumer=consumer)


def read(source: Source, where: str) -> Schema:
    """The model of either spelling.

    Raises:
        DocumentError: as `compare_proto`.
    """
    if isinstance(source, bytes):
        return from_descriptor_set(source, where)
    return from_text({where: source} if isinstance(source, str) else source, where)


def _is_reserved(number: int, owner: Message | Enum) -> bool:
    return any(start <= number <= end for start, end in owner.reserved)


def _messages(before: Schema, after: Schema, rules: Rules) -> list[Change]:
    found = [compatible(name, "was added") for name in after.messages if name not in before.messages]
    for name, old in before.messages.items():
        new = after.messages.get(name)
        if new is None:
            found.append(breaking(name, "was removed"))
            continue
        found += _reservations(name, old, new, set(new.fields))
        for number, field in old.fields.items():
            path = f"{name}.{field.name}"
            if number in new.fields:
                found += _field(path, field, new.fields[number], before, after, rules)
            else:
                found.append(_removed(path, f"number {number}", number, [field.name], new, rules))
        found += [
            breaking(f"{name}.{field.name}", "was added and is required")
            if field.label == "required"
            else compatible(f"{name}.{field.name}", "was added")
            for number, field in new.fields.items()
            if number not in old.fields
        ]
    return found


def _removed(path: str, what: str, number: int, names: list[str], new: Message | Enum, rules: Rules) -> Change:
    missing = [] if _is_reserved(number, new) else [what]
    if rules is Rules.WIRE_JSON:
        missing += [f"name {name}" for name in names if name not in new.reserved_names]
    if missing:
        return breaking(path, f"was removed and {' and '.join(missing)} may be given to another")
    return compatible(path, f"was removed, {what} is reserved")


def _reservations(path: str, old: Message | Enum, new: Message | Enum, taken: set[int]) -> list[Change]:
    found = [
        breaking(path, f"number {number} was reserved and is used again")
        for number in sorted(taken)
        if _is_reserved(number, old)
    ]
    gone = [r for r in old.reserved if not _covered(r, new.reserved)]
    found += [breaking(path, f"no longer reserves {start} to {end}") for start, end in gone]
    return found + [
        breaking(path, f"no longer reserves the name {n}") for n in sorted(old.reserved_names - new.reserved_names)
    ]


def _covered(wanted: tuple[int, int], ranges: list[tuple[int, int]]) -> bool:
    start, end = wanted
    for low, high in sorted(ranges):
        if low <= start <= high:
            start = high + 1
    return start > end


def _field(path: str, old: Field, new: Field, before: Schema, after: Schema, rules: Rules) -> list[Change]:
    found: list[Change] = []
    if old.name != new.name or old.json_name != new.json_name:
        text = f"is called {new.name} now" if old.name != new.name else f"is {new.json_name} in JSON now"
        found.append(breaking(path, text) if rules is Rules.WIRE_JSON else compatible(path, text))
    if old.type != new.type:
        found.append(_type(path, old.type, new.type, {*before.enums, *after.enums}, rules))
    if old.label != new.label:
        text = f"went from {old.label or 'singular'} to {new.label or 'singular'}"
        harmless = {old.label, new.label} == {"", "optional"}
        found.append(compatible(path, text) if harmless else breaking(path, text))
    if old.oneof != new.oneof:
        found.append(breaking(path, f"moved from {_oneof(old)} to {_oneof(new)}"))
    return found


def _oneof(field: Field) -> str:
    return f"oneof {field.oneof}" if field.oneof else "outside of any oneof"


def _type(path: str, old: str, new: str, enums: set[str], rules: Rules) -> Change:
    text = f"type went from {old} to {new}"
    groups = _SAME_WIRE if rules is Rules.WIRE else _SAME_JSON
    if rules is Rules.WIRE and (old, new) == ("string", "bytes"):
        return compatible(path, text)
    if any(old in group and new in group for group in groups):
        if old.endswith("64") and not new.endswith("64"):
            return unknown(path, f"{text}: large values are cut")
        return compatible(path, text)
    if rules is Rules.WIRE and {old, new} & enums and (({old, new} - enums) & _SAME_WIRE[0] or {old, new} <= enums):
        return unknown(path, f"{text}: whether the numbers mean the same is not decided")
    return breaking(path, text)


def _enums(before: Schema, after: Schema, rules: Rules) -> list[Change]:
    found = [compatible(name, "was added") for name in after.enums if name not in before.enums]
    for name, old in before.enums.items():
        new = after.enums.get(name)
        if new is None:
            found.append(breaking(name, "was removed"))
            continue
        found += _reservations(name, old, new, set(new.values))
        for number, names in old.values.items():
            path = f"{name}.{names[0]}"
            if number not in new.values:
                found.append(_removed(path, f"number {number}", number, names, new, rules))
            elif gone := [n for n in names if n not in new.values[number]]:
                text = f"{', '.join(gone)} = {number} is called {', '.join(new.values[number])} now"
                found.append(breaking(path, text) if rules is Rules.WIRE_JSON else compatible(path, text))
        for number, names in new.values.items():
            if number not in old.values:
                text = "was added"
                closed = unknown(f"{name}.{names[0]}", f"{text}: readers of a closed (proto2) enum drop it")
                found.append(closed if old.closed else compatible(f"{name}.{names[0]}", text))
    return found


def _services(before: Schema, after: Schema) -> list[Change]:
    found = [compatible(name, "was added") for name in after.services if name not in before.services]
    for name, methods in before.services.items():
        others = after.services.get(name)
        if others is None:
            found.append(breaking(name, "was removed"))
            continue
        found += [compatible(f"{name}/{method}", "was added") for method in others if method not in methods]
        for method, old in methods.items():
            found += _method(f"{name}/{method}", old, others.get(method))
    return found


def _method(path: str, old: Method, new: Method | None) -> list[Change]:
    if new is None:
        return [breaking(path, "was removed")]
    facts = (
        ("request", old.request, new.request),
        ("response", old.response, new.response),
        ("request stream", old.client_streams, new.client_streams),
        ("response stream", old.server_streams, new.server_streams),
    )
    return [breaking(path, f"{word} went from {_said(was)} to {_said(now)}") for word, was, now in facts if was != now]


def _said(fact: str | bool) -> str:
    return fact if isinstance(fact, str) else ("many messages" if fact else "one message")


def _reached(schema: Schema, uses: frozenset[str]) -> set[str]:
    """Messages and enums that the used methods send, and those of the used fields."""
    waiting = [use.rpartition(".")[0] for use in uses if "/" not in use]
    for use in uses:
        service, _, name = use.partition("/")
        method = schema.services.get(service, {}).get(name)
        waiting += [method.request, method.response] if method else []
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        message = schema.messages.get(name)
        for field in message.fields.values() if message else ():
            if not _listed(name, uses) or f"{name}.{field.name}" in uses:
                waiting.append(field.type.removesuffix(">").rpartition(", ")[2])
    return reached


def _listed(message: str, uses: frozenset[str]) -> bool:
    return any("/" not in use and use.rpartition(".")[0] == message for use in uses)


def _met(change: Change, uses: frozenset[str], reached: set[str]) -> Change:
    """A change outside of what is used is compatible for this consumer; a used field that goes is not."""
    path, owner = change.path, change.path.rpartition(".")[0]
    if path in uses and change.what.startswith("was removed"):
        return replace(change, severity=Severity.BREAKING, bump=Bump.MAJOR)
    by_method = "/" in path or any(use.startswith(f"{path}/") for use in uses)
    used = path in uses or path in reached or any(use.startswith(f"{path}/") for use in uses)
    if not by_method:
        used = used or change.what.startswith("package") or (owner in reached and not _listed(owner, uses))
    if not change.refuses or used:
        return change
    return replace(change, severity=Severity.COMPATIBLE, bump=Bump.MINOR, what=f"{change.what} (not used)")
