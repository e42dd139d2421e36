"""What the service model says of a kind of resource: the shapes that show it, its identifiers, its settled state."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from typing import Any

import botocore.session
from botocore.exceptions import UnknownServiceError
from botocore.model import ListShape, OperationModel, Shape, StructureShape

from embedded.gateway.catalog import service_model
from embedded.gateway.fallback.naming import Kind, own_role, related, role_of, singular, split

_STATUS = re.compile(r"(?:status|state)(?:value|code)?$", re.IGNORECASE)
_GONE = re.compile(r"delet|stopped|terminat|deregister|fail|error|inactive|disabled", re.IGNORECASE)
# Where neither a waiter nor the order of an enum tells: the first of these that the enum has.
_SETTLED = (
    "active", "available", "enabled", "succeeded", "successful", "success", "create_complete", "complete",
    "completed", "created", "ready", "deployed", "issued", "inservice", "running", "in_use", "in-use", "healthy", "ok",
    "associated", "attached",
)  # fmt: skip


@dataclass(frozen=True)
class ResourceKind:
    """One kind of resource of one service."""

    service: str
    noun: str
    operations: dict[Kind, list[OperationModel]] = field(default_factory=dict[Kind, list[OperationModel]])

    @functools.cached_property
    def shapes(self) -> list[StructureShape]:
        """The structures that show a resource: from reads first, then from what creating and updating answers."""
        found: list[StructureShape] = []
        for kind in (Kind.READ, Kind.CREATE, Kind.UPDATE):
            for operation in self.operations.get(kind, []):
                output = operation.output_shape
                for shape in showing(output, self.noun) if isinstance(output, StructureShape) else []:
                    if all(shape.name != known.name for known in found):
                        found.append(shape)
        return found

    @functools.cached_property
    def key_members(self) -> list[str]:
        """The members that name one resource, as the operations that take one require them."""
        for kind in (Kind.DELETE, Kind.READ, Kind.UPDATE):
            for operation in self.operations.get(kind, []):
                required = required_identifiers(operation)
                if required:
                    return required
        return []

    @functools.cached_property
    def revisions(self) -> dict[str, Shape]:
        """Members beside the resource that change with it: the ``ETag`` of a CloudFront policy."""
        outputs = [item.output_shape for kind in (Kind.READ, Kind.CREATE) for item in self.operations.get(kind, [])]
        return {name: shape for output in outputs if output for name, shape in _members(output) if is_revision(name)}

    def ready(self, member: str, shape: Shape) -> Any:
        """The value of a status member when the resource is ready."""
        if isinstance(shape, StructureShape):
            return {name: self.ready(name, inner) for name, inner in _members(shape) if is_status(name, inner)}
        return self.wanted_status(member, shape)

    def wanted_status(self, member: str, shape: Shape) -> str:
        """What the waiters wait for, else the settled state that an enum has."""
        waited = _waited_for(self.service, self.noun).get(member.lower())
        if waited:
            return waited
        values: list[str] = list(getattr(shape, "enum", None) or [])
        lowered = {value.lower().replace(" ", "_"): value for value in values}
        for settled in _SETTLED:
            if settled in lowered:
                return lowered[settled]
        if values:
            return next((value for value in values if not _GONE.search(value)), values[0])
        model = service_model(self.service)
        return "available" if model and model.protocol in ("query", "ec2") else "ACTIVE"


def is_revision(member: str) -> bool:
    """Whether a member changes with every change of its resource."""
    return member.lower() in ("etag", "revisionid", "locktoken", "updatetoken", "versionid")


def is_status(member: str, shape: Shape) -> bool:
    """Whether a member tells the state of its resource: a word, or a structure that holds one."""
    if not _STATUS.search(member):
        return False
    return shape.type_name == "string" or any(
        is_status(name, inner) for name, inner in _members(shape) if name != member
    )


def required_identifiers(operation: OperationModel) -> list[str]:
    """The required input members that identify something: by suffix; every free word where a resource is only named."""
    shape = operation.input_shape
    if not isinstance(shape, StructureShape):
        return []
    naming = split(operation.name)[0] in (Kind.READ, Kind.DELETE)
    return [
        name
        for name in shape.required_members
        if (role_of(name) and is_identifier(shape.members[name]))
        or (naming and shape.members[name].type_name == "string" and not getattr(shape.members[name], "enum", None))
    ]


def _members(shape: Shape) -> list[tuple[str, Shape]]:
    return list(shape.members.items()) if isinstance(shape, StructureShape) else []


def is_identifier(shape: Shape) -> bool:
    """Whether a shape can hold identifiers: a string or a list of strings."""
    return shape.type_name == "string" or (isinstance(shape, ListShape) and shape.member.type_name == "string")


def speaks_of(member: str, noun: str) -> bool:
    """Whether an output or input member holds resources of a kind: ``addon``, ``SamplingRuleRecords``."""
    name, wanted = singular(member).lower(), noun.lower()
    return name == wanted or name.startswith(wanted) or wanted.endswith(name) or name.endswith(wanted)


def element(shape: Shape) -> StructureShape | None:
    """The structure a member holds, itself or as the element of a list."""
    if isinstance(shape, StructureShape):
        return shape
    if isinstance(shape, ListShape) and isinstance(shape.member, StructureShape):
        return shape.member
    return None


def showing(output: StructureShape, noun: str) -> list[StructureShape]:
    """The structures of an output that show a resource: members that speak of it, the whole, or the only list."""
    speaking = [found for name, shape in output.members.items() if speaks_of(name, noun) and (found := element(shape))]
    if speaking:
        return [inner for outer in speaking for inner in (outer, *_wrapped(outer, noun))]
    if any(own_role(name, noun) and shape.type_name == "string" for name, shape in output.members.items()):
        return [output]
    lists = [found for shape in output.members.values() if isinstance(shape, ListShape) and (found := element(shape))]
    if len(lists) != 1 or not any(own_role(name, noun) for name in lists[0].members):
        return []
    return [lists[0], *_wrapped(lists[0], noun)]


def _wrapped(outer: StructureShape, noun: str) -> list[StructureShape]:
    """``SamplingRuleRecord`` holds the ``SamplingRule`` that is meant."""
    return [shape for name, shape in outer.members.items() if name == noun and isinstance(shape, StructureShape)]


@functools.cache
def resource_kind(service: str, noun: str) -> ResourceKind:
    """Everything the model of `service` says of `noun`."""
    kind_of = ResourceKind(service, noun)
    model = service_model(service)
    if model is None:
        return kind_of
    wider: dict[Kind, list[OperationModel]] = {}
    for name, (kind, spoken) in _vocabulary(service).items():
        if spoken.lower() == noun.lower():
            kind_of.operations.setdefault(kind, []).append(model.operation_model(name))
        elif related(noun, spoken) and kind in (Kind.READ, Kind.DELETE):
            wider.setdefault(kind, []).append(model.operation_model(name))
    for kind, operations in wider.items():  # a CompositeAlarm is described and deleted as one of the alarms
        if kind not in kind_of.operations:
            kind_of.operations[kind] = [item for item in operations if kind is Kind.DELETE or _names(item, noun)]
    return kind_of


def _names(operation: OperationModel, noun: str) -> bool:
    """Whether an output has a member of exactly this kind."""
    output = operation.output_shape
    members = output.members if isinstance(output, StructureShape) else {}
    return any(singular(name).lower() == noun.lower() for name in members)


@functools.cache
def _vocabulary(service: str) -> dict[str, tuple[Kind, str]]:
    model = service_model(service)
    return {name: split(name) for name in model.operation_names} if model else {}


@functools.cache
def _waited_for(service: str, noun: str) -> dict[str, str]:
    """Status member (lower case) → the value the waiters of this kind call success."""
    wanted: dict[str, str] = {}
    for name, waiter in _waiters(service).items():
        if split(waiter["operation"])[1].lower() != noun.lower() or _GONE.search(name):
            continue
        for acceptor in waiter["acceptors"]:
            if acceptor["state"] == "success" and acceptor["matcher"].startswith("path"):
                member = re.split(r"[.\[\]]+", acceptor["argument"].rstrip("[]"))[-1]
                if isinstance(acceptor["expected"], str):
                    wanted.setdefault(member.lower(), acceptor["expected"])
    return wanted


@functools.cache
def _waiters(service: str) -> dict[str, Any]:
    try:
        return botocore.session.get_session().get_waiter_model(service)._waiter_config  # type: ignore[attr-defined]
    except (UnknownServiceError, ValueError):
        return {}
    except Exception:  # no waiters for this service: botocore has no one error for it
        return {}
