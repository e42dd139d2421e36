"""Between plain members and the shapes of a service model: fitting values, tags, what a new resource still lacks."""

from __future__ import annotations

import datetime
import re
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from embedded.gateway.fallback.arns import arn_for, new_id
from embedded.gateway.fallback.memory import Record
from embedded.gateway.fallback.naming import Role, lookup, own_role, role_of, singular
from embedded.gateway.fallback.plain import is_items, is_members
from embedded.gateway.fallback.resources import ResourceKind, element, is_revision, is_status, speaks_of

_TAG_MEMBERS = frozenset({"tags", "taglist", "tagset", "resourcetags", "resourcetaglist"})
_TOUCHED = re.compile(r"creat|modif|updat|lastchange", re.IGNORECASE)
_MODIFIED = re.compile(r"modif|updat|lastchange", re.IGNORECASE)
_ACCOUNT = frozenset({"accountid", "ownerid", "owneraccountid", "awsaccountid", "owneraccount"})
_DEPTH = 4


def fit(shape: Shape, value: Any) -> Any:
    """`value` as far as `shape` can hold it; `None` where it cannot."""
    kind = shape.type_name
    if isinstance(shape, StructureShape):
        if not is_members(value):
            return None
        fitted: dict[str, Any] = {}
        for name, member in shape.members.items():
            key = lookup(value, name)
            item = fit(member, value[key]) if key is not None else None
            if item is not None:
                fitted[name] = item
        return fitted or (None if value else {})
    if isinstance(shape, ListShape):
        if not is_items(value):
            return None
        return [item for entry in value if (item := fit(shape.member, entry)) is not None]
    if isinstance(shape, MapShape):
        return {key: fit(shape.value, item) for key, item in value.items()} if is_members(value) else None
    if kind == "string":
        return value if isinstance(value, str) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind in ("integer", "long", "float", "double"):
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    if kind == "timestamp":
        return value if isinstance(value, datetime.datetime) else None
    return value if isinstance(value, (bytes, str)) else None


def is_tags(member: str, shape: Shape) -> bool:
    """Whether a member holds the tags of its resource: a map, or a list of key and value."""
    if member.lower() not in _TAG_MEMBERS:
        return False
    pair = element(shape) if isinstance(shape, ListShape) else None
    return isinstance(shape, MapShape) or (pair is not None and _pair(pair) is not None)


def read_tags(value: Any) -> dict[str, str]:
    """Tags in either spelling as a dictionary."""
    if is_members(value):
        return {str(key): str(item) for key, item in value.items()}
    tags: dict[str, str] = {}
    for entry in value if is_items(value) else []:
        key = next((item for name, item in entry.items() if name.lower().endswith("key")), None)
        if key is not None:
            tags[key] = next((item for name, item in entry.items() if name.lower().endswith("value")), "")
    return tags


def write_tags(shape: Shape, tags: dict[str, str]) -> Any:
    """Tags as `shape` spells them."""
    if isinstance(shape, MapShape):
        return dict(tags)
    pair = element(shape)
    names = _pair(pair) if pair else None
    return [{names[0]: key, names[1]: value} for key, value in tags.items()] if names else None


def show(shape: StructureShape, record: Record, depth: int = 0) -> dict[str, Any]:
    """A resource in one of its output shapes: its members, its identifiers under other names, its tags."""
    shown: dict[str, Any] = {}
    for name, member in shape.members.items():
        value = _shown(name, member, record, depth)
        if value is not None:
            shown[name] = value
    return shown


def _shown(name: str, shape: Shape, record: Record, depth: int) -> Any:
    if is_tags(name, shape):
        return write_tags(shape, record.tags)
    key = lookup(record.data, name)
    if key is not None and (value := fit(shape, record.data[key])) is not None:
        return value
    role = own_role(name, record.noun)
    if role and shape.type_name == "string":
        return record.own(role)
    if isinstance(shape, StructureShape) and depth < _DEPTH and speaks_of(name, record.noun):
        return show(shape, record, depth + 1) or None
    if isinstance(shape, ListShape):
        return _from_identifiers(name, shape, record)
    return None


def _from_identifiers(name: str, shape: ListShape, record: Record) -> list[dict[str, str]] | None:
    """``SubnetIds: [a]`` on the way in is ``Subnets: [{SubnetIdentifier: a}]`` on the way out."""
    pair = element(shape)
    if pair is None:
        return None
    for suffix in ("Id", "Name", "Arn", "Identifier"):
        key = lookup(record.data, singular(name) + suffix)
        member = next((item for item in pair.members if role_of(item)), None)
        if key and member and isinstance(record.data[key], list):
            return [{member: value} for value in record.data[key] if isinstance(value, str)]
    return None


def complete(record: Record, kind: ResourceKind, signing_name: str, now: datetime.datetime) -> None:
    """Give a new resource what AWS would: id, ARN, times, a settled status, its account and region."""
    members = kind.revisions | {name: shape for shown in reversed(kind.shapes) for name, shape in shown.members.items()}
    waiting_for_arn: list[str] = []
    for name, shape in members.items():
        if lookup(record.data, name) is not None or is_tags(name, shape):
            continue
        role, lower = own_role(name, record.noun), name.lower()
        if role is Role.ARN and shape.type_name == "string":
            waiting_for_arn.append(name)  # it is made of the other identifiers
        elif role is Role.ID and shape.type_name == "string" and record.own(Role.ID) is None:
            record.data[name] = new_id(record.noun, shape.metadata)
        elif is_status(name, shape):
            record.data[name] = kind.ready(name, shape)
        elif shape.type_name == "timestamp" and _TOUCHED.search(name):
            record.data[name] = now
        elif lower in _ACCOUNT and shape.type_name == "string":
            record.data[name] = record.place.account
        elif lower == "region" and shape.type_name == "string":
            record.data[name] = record.place.region
        elif is_revision(name) and shape.type_name == "string":
            record.data[name] = new_id("revision", shape.metadata)
    for name in waiting_for_arn:
        record.data[name] = record.own(Role.ARN) or arn_for(record, signing_name)


def touch(record: Record, now: datetime.datetime) -> None:
    """Set the times of the last change."""
    for name, value in record.data.items():
        if isinstance(value, datetime.datetime) and _MODIFIED.search(name):
            record.data[name] = now


def least(shape: StructureShape) -> dict[str, Any]:
    """The least that satisfies a structure: its required members, enums with their first (usually good) value."""
    return {name: _least(shape.members[name]) for name in shape.required_members if name in shape.members}


def _least(shape: Shape) -> Any:
    if isinstance(shape, StructureShape):
        return least(shape)
    if isinstance(shape, ListShape):
        return []
    if isinstance(shape, MapShape):
        return {}
    enum: list[str] = list(getattr(shape, "enum", None) or [])
    if enum:
        return enum[0]
    plain: dict[str, Any] = {"boolean": False, "integer": 0, "long": 0, "float": 0.0, "double": 0.0, "blob": b""}
    if shape.type_name == "timestamp":
        return datetime.datetime.now(datetime.UTC)
    return plain.get(shape.type_name, "")


def _pair(shape: StructureShape) -> tuple[str, str] | None:
    key = next((name for name in shape.members if name.lower().endswith("key")), None)
    value = next((name for name in shape.members if name.lower().endswith("value")), None)
    return (key, value) if key and value else None
