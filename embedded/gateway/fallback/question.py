"""A call as the fallback sees it: an operation, its parsed input and the place it speaks of."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Protocol

from botocore.model import StructureShape

from embedded.gateway.catalog import HttpCall, Operation
from embedded.gateway.fallback.memory import Place, identifying
from embedded.gateway.fallback.naming import Kind, Role, own_role, role_of, singular, split
from embedded.gateway.fallback.plain import is_items, is_members
from embedded.gateway.fallback.resources import ResourceKind, required_identifiers, resource_kind
from embedded.gateway.fallback.shapes import is_tags, read_tags

_LOG = logging.getLogger("atoll.fallback")


class Caller(Protocol):
    """What the gateway knows of a call."""

    @property
    def call(self) -> HttpCall: ...  # noqa: D102
    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def region(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, kw_only=True)
class Question:
    """An operation with its parsed input, in a place."""

    operation: Operation
    members: dict[str, Any]
    place: Place
    content_type: str = ""

    @classmethod
    def of(cls, operation: Operation | None, caller: Caller) -> Question | None:
        """The question a call asks; `None` when its operation is unknown or its input cannot be read."""
        if operation is None:
            return None
        try:
            members = operation.parse(caller.call)
        except Exception as unreadable:  # the parsers raise whatever a malformed body leads to
            _LOG.info("%s %s cannot be read: %s", operation.service, operation.name, unreadable)
            return None
        place = Place(account=caller.account, region=caller.region, service=operation.service)
        content_type = caller.call.headers.get("Content-Type", "")
        return cls(operation=operation, members=members, place=place, content_type=content_type)

    @property
    def kind(self) -> Kind:
        """What the operation does."""
        return split(self.operation.name)[0]

    @property
    def noun(self) -> str:
        """What it speaks of."""
        return split(self.operation.name)[1]

    @property
    def resource(self) -> ResourceKind:
        """What the model says of that."""
        return resource_kind(self.place.service, self.noun)

    @property
    def told(self) -> dict[str, Any]:
        """The input with the structure that describes the resource unfolded (``SamplingRule: {…}``), without tags."""
        unfolded: dict[str, Any] = {}
        for name, value in self.members.items():
            if is_members(value) and self._describes(name):
                unfolded |= value
            elif not self._is_tags(name):
                unfolded[name] = value
        return unfolded

    @property
    def tags(self) -> dict[str, str]:
        """The tags in the input."""
        found = [read_tags(value) for name, value in self.members.items() if self._is_tags(name)]
        return found[0] if found else {}

    @property
    def asked(self) -> dict[str, Any]:
        """The identifiers that choose a resource: the required ones, else the most specific ones given."""
        told = self.told
        given = identifying(told)
        required = {name: told[name] for name in required_identifiers(self.operation.model) if name in told}
        if required or self.kind in (Kind.READ, Kind.DELETE):
            return required or given
        for role in Role:
            named = {name: value for name, value in given.items() if own_role(name, self.noun) is role}
            if named:
                return named
        return given

    def _describes(self, name: str) -> bool:
        shape = self.operation.model.input_shape
        member = shape.members.get(name) if isinstance(shape, StructureShape) else None
        noun = self.noun.lower()
        spellings = {noun, f"{noun}update", f"{noun}input", f"{noun}config"}
        return isinstance(member, StructureShape) and name.lower() in spellings

    def _is_tags(self, name: str) -> bool:
        shape = self.operation.model.input_shape
        return isinstance(shape, StructureShape) and name in shape.members and is_tags(name, shape.members[name])

    @property
    def each(self) -> list[dict[str, Any]]:
        """One input per resource: ``PutRemediationConfigurations`` tells several at once."""
        told = self.told
        for name, value in told.items():
            if singular(name) == self.noun and is_items(value) and value and is_members(value[0]):
                return [item for item in value if is_members(item)]
        return [told]

    @property
    def tag_target(self) -> str | None:
        """The resource a tag operation means: its first identifier that is not a list of keys."""
        for name, value in self.members.items():
            if isinstance(value, str) and (role_of(name) or name.lower() in ("resource", "arn")):
                return value
        lists = [value for name, value in self.members.items() if is_items(value) and role_of(name)]
        return next((item for value in lists for item in value if isinstance(item, str)), None)

    @property
    def signing_name(self) -> str:
        """The service's name in a signature."""
        model = self.operation.model.service_model
        return str(model.metadata.get("signingName") or model.endpoint_prefix)
