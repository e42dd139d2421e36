"""Records in the output shape of an operation."""

from __future__ import annotations

from typing import Any

from botocore.model import ListShape, StructureShape

from embedded.gateway.fallback.memory import Owner, Record
from embedded.gateway.fallback.naming import Kind, Role, own_role, role_of, singular
from embedded.gateway.fallback.plain import is_items, is_members
from embedded.gateway.fallback.question import Question
from embedded.gateway.fallback.resources import ResourceKind, element, is_status, speaks_of
from embedded.gateway.fallback.shapes import is_tags, least, show


def answer_with(question: Question, found: list[Record]) -> dict[str, Any]:
    """The output with every list that speaks of the kind filled, and the first record in every structure."""
    output = question.operation.model.output_shape
    if not isinstance(output, StructureShape):
        return {}
    answer = least(output)
    members = output.members.items()
    lists = [name for name, shape in members if isinstance(shape, ListShape) and not is_tags(name, shape)]
    spoken = [name for name in lists if speaks_of(name, question.noun)]
    for name in spoken or (lists if len(lists) == 1 and question.kind is Kind.READ else []):
        listed = _listed(output.members[name], name, found, question.resource)
        if listed is not None:
            answer[name] = listed
    if found:
        answer |= {name: value for name, value in show(output, found[0]).items() if name not in spoken}
    return answer


def parts_of(question: Question, holder: Record) -> dict[str, Any]:
    """The lists of an output, filled with the holder's lists of the same structure (a group's parameters); settings
    of the holder that nobody changed yet are empty.
    """
    output = question.operation.model.output_shape
    answer = answer_with(question, [])
    for name, shape in output.members.items() if isinstance(output, StructureShape) else ():
        inner = element(shape) if isinstance(shape, ListShape) else None
        if isinstance(shape, StructureShape) and speaks_of(name, question.noun):
            answer[name] = least(shape)  # settings that nobody changed yet
        for value in holder.data.values() if inner else ():
            entry = value[0] if is_items(value) and value else None
            if inner and is_members(entry) and set(entry) <= set(inner.members):
                answer[name] = value
    return answer


def follow_ups(question: Question, answer: dict[str, Any]) -> list[tuple[str, StructureShape, Record]]:
    """What an answer starts beside the resource (``update: {id, status}``): member, shape and an empty record of it."""
    output = question.operation.model.output_shape
    started: list[tuple[str, StructureShape, Record]] = []
    for name, shape in output.members.items() if isinstance(output, StructureShape) else ():
        noun = name[:1].upper() + name[1:]
        if answer.get(name) or not isinstance(shape, StructureShape):
            continue
        if any(own_role(member, noun) is Role.ID for member in shape.members):
            started.append((name, shape, Record(place=question.place, noun=noun, owner=Owner.FALLBACK, data={})))
    return started


def single(question: Question) -> bool:
    """Whether a read answers one resource, so that it cannot answer none."""
    output = question.operation.model.output_shape
    if question.kind is not Kind.READ or not question.operation.name.startswith(("Get", "Describe")):
        return False
    return isinstance(output, StructureShape) and not any(
        isinstance(shape, ListShape) and element(shape) and speaks_of(name, question.noun)
        for name, shape in output.members.items()
    )


def leaving(record: Record, kind: ResourceKind) -> None:
    """Show a deleted resource as AWS does while it goes away."""
    for shape in kind.shapes:
        for name, member in shape.members.items():
            enum: list[str] = getattr(member, "enum", None) or []
            values = {value.lower(): value for value in enum}
            if name in record.data and is_status(name, member) and "deleting" in values:
                record.data[name] = values["deleting"]


def _listed(shape: Any, name: str, found: list[Record], kind: ResourceKind) -> list[Any] | None:
    inner = element(shape)
    if inner is not None:
        return [show(inner, record) for record in found]
    if shape.member.type_name != "string":
        return None
    role = role_of(singular(name)) or Role.NAME
    keys = kind.key_members[-1:]
    return [
        value
        for record in found
        if (value := record.own(role) or record.own(Role.NAME) or record.own(Role.ID) or record.first(keys))
    ]
