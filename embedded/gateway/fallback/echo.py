"""Filling in what an emulator accepts and does not echo: the cause of most differences that never go away.

What a caller told on create and update is remembered beside the identifiers the emulator answered with. When the
emulator later describes the resource and leaves out a member that was told, the member is added. Only members that the
output shape has, and only absent ones: an emulator's own word always stands. Sensitive members are never remembered.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any, cast

from botocore.model import ListShape, Shape, StructureShape
from botocore.parsers import create_parser

from embedded.gateway import wire
from embedded.gateway.catalog import protocol_of
from embedded.gateway.fallback.memory import Memory, Owner, Place, Record, identifying
from embedded.gateway.fallback.naming import Kind, own_role, related, split
from embedded.gateway.fallback.plain import is_members
from embedded.gateway.fallback.question import Question
from embedded.gateway.fallback.resources import element, resource_kind, showing, speaks_of
from embedded.gateway.fallback.shapes import fit, is_tags, show

# Objects and messages, not resources; and sts, whose answers are credentials.
_NEVER = frozenset({"s3", "sts", "sqs", "dynamodbstreams", "kinesis", "firehose", "logs-data"})
_TOLD = "$told"


class Echo:
    """Learns from successful calls and completes later answers."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._settled: set[tuple[int, str]] = set()

    def interested(self, place: Place, action: str) -> bool:
        """Whether the body of this call's answer has to be seen."""
        if place.service in _NEVER:
            return False
        kind, noun = split(action)
        if kind in (Kind.CREATE, Kind.UPDATE):
            return bool(_echoable(place.service, noun)) or _tells_tags(place.service, action)
        if kind is Kind.READ:
            return any((record.number, action) not in self._settled for record in self._memory.find(place, noun))
        return kind is Kind.DELETE and bool(self._memory.nouns(place))

    def observe(self, question: Question, status: int, headers: dict[str, str], body: bytes) -> bytes | None:
        """Learn or fill; the completed body, or `None` to pass the emulator's on as it is."""
        if question.place.service in _NEVER:
            return None
        if question.kind in (Kind.CREATE, Kind.UPDATE):
            self._learn(question, _parsed(question, status, headers, body))
        elif question.kind is Kind.DELETE:
            self._forget(question)
        elif question.kind is Kind.READ:
            return self._fill(question, status, headers, body)
        return None

    def reset(self) -> None:
        """Forget which records need nothing."""
        self._settled.clear()

    def _learn(self, question: Question, output: dict[str, Any]) -> None:
        names = _echoable(question.place.service, question.noun)
        told = {name: value for name, value in question.told.items() if name in names}
        identity = dict(identifying(question.told))
        for shown in _shown(question, output):
            identity |= identifying({name: value for name, value in shown.items() if isinstance(value, str)})
        own = {name: value for name, value in identity.items() if own_role(name, question.noun)}
        if not own or not (told or question.tags):
            return
        known = [record for record in self._memory.find(question.place, question.noun) if _is(record, own)]
        if known:
            record = known[0]
            record.data[_TOLD] = record.data.get(_TOLD, {}) | told
        else:
            record = Record(place=question.place, noun=question.noun, owner=Owner.EMULATOR, data=own | {_TOLD: told})
        record.tags |= question.tags  # asked for only where the emulator cannot list tags itself
        self._memory.keep(record)
        self._settled = {entry for entry in self._settled if entry[0] != record.number}

    def _forget(self, question: Question) -> None:
        values = {
            item
            for value in identifying(question.told).values()
            for item in ([value] if isinstance(value, str) else value)
        }
        found = self._memory.find(question.place, question.noun)
        self._memory.forget([record for record in found if record.identifiers & values])

    def _fill(self, question: Question, status: int, headers: dict[str, str], body: bytes) -> bytes | None:
        records = self._memory.find(question.place, question.noun)
        if not records:
            return None
        output = _parsed(question, status, headers, body)
        changed = False
        for record in records:
            if record.owner is Owner.FALLBACK:
                changed |= _append(question, output, record)
                continue
            matched = filled = False
            for shape, shown in _places(question, output):
                if _is(record, shown):
                    matched = True
                    filled |= _complete(shape, shown, record.data.get(_TOLD, {}))
            if matched and not filled:
                self._settled.add((record.number, question.operation.name))
            changed |= filled
        if not changed:
            return None
        output.pop("ResponseMetadata", None)
        answer = wire.result(question.operation, output, content_type=question.content_type, request_id="filled")
        return answer.body


@functools.cache
def _echoable(service: str, noun: str) -> frozenset[str]:
    """The input members of this kind that its descriptions can show: by name, type and not sensitive."""
    kind = resource_kind(service, noun)
    shown: dict[str, Shape] = {}
    for operation in kind.operations.get(Kind.READ, []):
        if isinstance(operation.output_shape, StructureShape):
            for structure in showing(operation.output_shape, noun):
                shown |= structure.members
    told: set[str] = set()
    for operation in (*kind.operations.get(Kind.CREATE, []), *kind.operations.get(Kind.UPDATE, [])):
        for name, shape in _inputs(operation.input_shape, noun):
            same = name in shown and shown[name].type_name == shape.type_name
            if same and not is_tags(name, shape) and not shape.metadata.get("sensitive"):
                told.add(name)
    return frozenset(told)


@functools.cache
def _tells_tags(service: str, action: str) -> bool:
    """Whether tags can be given with this operation."""
    for operations in resource_kind(service, split(action)[1]).operations.values():
        for operation in operations:
            if operation.name == action and isinstance(operation.input_shape, StructureShape):
                return any(is_tags(name, shape) for name, shape in operation.input_shape.members.items())
    return False


def _inputs(shape: Shape | None, noun: str) -> Iterator[tuple[str, Shape]]:
    if isinstance(shape, StructureShape):
        for name, member in shape.members.items():
            yield name, member
            if isinstance(member, StructureShape) and name.lower().startswith(noun.lower()):
                yield from member.members.items()


def _parsed(question: Question, status: int, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    model = question.operation.model
    protocol = protocol_of(model.service_model, question.content_type)
    lowered = {name.lower(): value for name, value in headers.items()}
    response = {"status_code": status, "headers": lowered, "body": body}
    return create_parser(protocol).parse(response, cast("Shape", model.output_shape))  # None is allowed: no output


def _places(question: Question, output: dict[str, Any]) -> Iterator[tuple[StructureShape, dict[str, Any]]]:
    """Every structure in an answer that shows a resource of the asked kind, with its shape."""
    shape = question.operation.model.output_shape
    if not isinstance(shape, StructureShape):
        return
    wanted = {found.name for found in showing(shape, question.noun)}
    if shape.name in wanted:
        yield shape, output
    for name, member in shape.members.items():
        inner = element(member)
        if inner is None or inner.name not in wanted or name not in output:
            continue
        for item in output[name] if isinstance(member, ListShape) else [output[name]]:
            yield inner, item


def _shown(question: Question, output: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (shown for _, shown in _places(question, output))


def _is(record: Record, shown: dict[str, Any]) -> bool:
    """Whether a shown structure is this record: one of its own identifiers says so, and none says otherwise."""
    own = [value for name, value in shown.items() if isinstance(value, str) and own_role(name, record.noun)]
    return any(value in record.identifiers for value in own)


def _complete(shape: StructureShape, shown: dict[str, Any], told: dict[str, Any]) -> bool:
    """Add what was told and is not shown, also inside structures; whether anything was added."""
    added = False
    for name, value in told.items():
        member = shape.members.get(name)
        if member is None or value is None:
            continue
        if shown.get(name) is None:
            fitted = fit(member, value)
            if fitted is not None and fitted != {}:
                shown[name] = fitted
                added = True
        elif isinstance(member, StructureShape) and is_members(value) and is_members(shown[name]):
            added |= _complete(member, shown[name], value)
    return added


def _append(question: Question, output: dict[str, Any], record: Record) -> bool:
    """Put a resource that only the fallback has into the emulator's list of such resources."""
    shape = question.operation.model.output_shape
    if not isinstance(shape, StructureShape) or not related(record.noun, question.noun):
        return False
    if not record.matches(question.asked):
        return False
    added = False
    for name, member in shape.members.items():
        inner = element(member) if isinstance(member, ListShape) else None
        if inner is None or is_tags(name, member) or not speaks_of(name, record.noun):
            continue
        output[name] = [*output.get(name, []), show(inner, record)]
        added = True
    return added
