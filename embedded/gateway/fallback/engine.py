"""The fallback: answers a question from the service model and the memory of what was told before.

Create and Put store their input, Describe, Get and List return it in the output's shape, Update and Modify merge,
Delete and Remove remove; what is not there is the service's own not-found error. Everything else is answered with the
least its output shape requires.
"""

from __future__ import annotations

import copy
import datetime
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from botocore.model import ListShape, StructureShape

from embedded.gateway.catalog import HttpCall, Operation
from embedded.gateway.fallback.echo import Echo
from embedded.gateway.fallback.memory import Memory, Owner, Place, Record, identifying
from embedded.gateway.fallback.naming import Kind, Role, own_role, role_of, singular, split
from embedded.gateway.fallback.resources import (
    ResourceKind,
    element,
    is_identifier,
    is_status,
    required_identifiers,
    resource_kind,
    speaks_of,
)
from embedded.gateway.fallback.shapes import complete, is_tags, least, read_tags, show, touch, write_tags
from embedded.gateway.wire import AwsError

_LOG = logging.getLogger("atoll.fallback")
_NOT_FOUND = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|NotExist")
_EXISTS = re.compile(r"AlreadyExist|Exists|Duplicate|Conflict|InUse")
_TAGS = "Tag"
_TAGGING = (Kind.ADD_TAGS, Kind.REMOVE_TAGS, Kind.READ_TAGS)
# Reads of one side of a resource: ``DescribeConformancePackStatus``.
_ASPECTS = ("Status", "State", "StatusDetail", "Detail", "Info", "Summary", "Health")


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
            if isinstance(value, dict) and self._describes(name):
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
        given = identifying(self.told)
        required = {name: given[name] for name in required_identifiers(self.operation.model) if name in given}
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
        return isinstance(member, StructureShape) and name.lower() in (
            noun,
            f"{noun}update",
            f"{noun}input",
            f"{noun}config",
        )

    def _is_tags(self, name: str) -> bool:
        shape = self.operation.model.input_shape
        return isinstance(shape, StructureShape) and name in shape.members and is_tags(name, shape.members[name])


class Fallback:
    """Answers questions; learns from what emulators were told (see `Echo`)."""

    def __init__(self, path: Path) -> None:
        self.memory = Memory(path)
        self.echo = Echo(self.memory)

    def answer(self, question: Question) -> dict[str, Any]:
        """The members of the operation's output. Raises `AwsError` as the service would."""
        answers = {
            Kind.CREATE: self._create,
            Kind.READ: self._read,
            Kind.UPDATE: self._update,
            Kind.DELETE: self._delete,
            Kind.ADD_TAGS: self._tag,
            Kind.REMOVE_TAGS: self._tag,
            Kind.READ_TAGS: self._tag,
            Kind.ACT: self._act,
        }
        return answers[question.kind](question)

    def holds(self, question: Question) -> bool:
        """Whether the question names a resource that only the fallback has (its kind is in part known to an emulator)."""
        if question.kind in _TAGGING:
            found = self._tagged(question)
            return found is not None and found.owner is Owner.FALLBACK
        if question.kind in (Kind.CREATE, Kind.ACT) or not question.asked:
            return False
        found = self.memory.find(question.place, question.noun, question.asked)
        return any(record.owner is Owner.FALLBACK and _named(record, question.asked) for record in found)

    def claims(self, action: str) -> bool:
        """Whether to ask `holds` before the emulator: one that keeps tags keeps them for anything, even the unknown."""
        return split(action)[0] in _TAGGING and self.memory.has_own

    def interested(self, service: str, action: str, account: str, region: str) -> bool:
        """Whether `observe` wants to see the answer of this call."""
        return self.echo.interested(Place(account=account, region=region, service=service), action)

    def observe(self, question: Question, status: int, headers: dict[str, str], body: bytes) -> bytes | None:
        """Learn from an emulator's answer; the body with what it left out, or `None` when nothing is missing."""
        if status >= 300:
            return None
        try:
            return self.echo.observe(question, status, headers, body)
        except Exception as failed:  # filling in is a convenience: it must never break an answer
            _LOG.warning("echo of %s %s: %r", question.place.service, question.operation.name, failed)
            return None

    def reset(self) -> None:
        """Forget everything."""
        self.memory.clear()
        self.echo.reset()

    def close(self) -> None:
        """Close the memory."""
        self.memory.close()

    def _create(self, question: Question) -> dict[str, Any]:
        made = [self._store(question, told) for told in _each(question)]
        return self._output(question, made)

    def _store(self, question: Question, told: dict[str, Any]) -> Record:
        now = _now()
        draft = Record(place=question.place, noun=question.noun, owner=Owner.FALLBACK, data=dict(told))
        existing = self._same(question, draft)
        if existing and question.operation.name.startswith("Create"):
            raise _error(question, _EXISTS, "ResourceAlreadyExistsException", f"{question.noun} already exists", 409)
        if existing:
            existing.data |= told
            existing.tags |= question.tags
            touch(existing, now)
            return self.memory.keep(existing)
        draft.tags = question.tags
        complete(draft, question.resource, _signing_name(question), now)
        return self.memory.keep(draft)

    def _same(self, question: Question, draft: Record) -> Record | None:
        keys = question.resource.key_members or [name for name in draft.data if own_role(name, draft.noun)]
        named = {key: value for key in keys if (value := _value(draft, key)) is not None}
        if not named:  # nothing names it: either it gets an id of its own, or there is only one
            has_identity = bool(keys) or any(own_role(name, draft.noun) for name in _members(question.resource))
            return None if has_identity else next(iter(self.memory.find(question.place, draft.noun)), None)
        if len(named) < len(keys):
            return None
        found = self.memory.find(question.place, draft.noun, named)
        return next((record for record in found if record.noun == draft.noun), None)

    def _read(self, question: Question) -> dict[str, Any]:
        asked = question.asked
        found = self.memory.find(question.place, question.noun, asked) or self._aspect(question)
        kin = [] if found else self._kin(question)
        if kin:
            return self._parts(question, kin[0])
        if not found and any(own_role(name, question.noun) for name in asked):
            self._refuse_if_modelled(question)
        elif not found and required_identifiers(question.operation.model):
            self._refuse_if_single(question)
        return self._output(question, found)

    def _aspect(self, question: Question) -> list[Record]:
        """The resources one side of which is asked for, with what that side shows completed."""
        base = next((question.noun.removesuffix(end) for end in _ASPECTS if question.noun.endswith(end)), None)
        if not base or base == question.noun:
            return []
        found = [copy.deepcopy(item) for item in self.memory.find(question.place, base, question.asked)]
        for record in found:
            complete(record, question.resource, _signing_name(question), _now())
        return found

    def _kin(self, question: Question) -> list[Record]:
        """Resources of another kind that hold what is asked for: the parameter group that holds the parameters."""
        asked = question.asked
        if not asked or any(own_role(name, question.noun) for name in asked):
            return []
        near = [
            record for noun in self.memory.nouns(question.place) for record in self.memory.find(question.place, noun)
        ]
        return [
            record
            for record in near
            if record.owner is Owner.FALLBACK
            and all(own_role(name, record.noun) and value in record.identifiers for name, value in asked.items())
        ]

    def _parts(self, question: Question, holder: Record) -> dict[str, Any]:
        """The lists of an output, filled with the holder's lists of the same structure."""
        output = question.operation.model.output_shape
        answer = self._output(question, [])
        for name, shape in output.members.items() if isinstance(output, StructureShape) else ():
            inner = element(shape) if isinstance(shape, ListShape) else None
            for value in holder.data.values() if inner else ():
                if (
                    isinstance(value, list)
                    and value
                    and isinstance(value[0], dict)
                    and set(value[0]) <= set(inner.members)
                ):
                    answer[name] = value
        return answer

    def _update(self, question: Question) -> dict[str, Any]:
        found = self.memory.find(question.place, question.noun, question.asked)
        if not found:
            if not question.asked or not any(own_role(name, question.noun) for name in question.asked):
                return self._create(question)  # settings of something else: updating is how they come to be
            raise _not_found(question)
        record = found[0]
        changes = {_plain_name(name, record.data): value for name, value in question.told.items()}
        if question.operation.name.startswith("Modify"):  # parameters that are not mentioned keep their values
            changes |= {name: _merged(record.data.get(name), value) for name, value in changes.items()}
        record.data |= {name: value for name, value in changes.items() if name not in question.asked}
        record.tags |= question.tags
        touch(record, _now())
        return self._output(question, [self.memory.keep(record)])

    def _delete(self, question: Question) -> dict[str, Any]:
        found = self.memory.find(question.place, question.noun, question.asked)
        if not found:
            self._refuse_if_modelled(question)
        self.memory.forget(found)
        for record in found:
            _leaving(record, question.resource)
        return self._output(question, found)

    def _tag(self, question: Question) -> dict[str, Any]:
        record = self._tagged(question)
        if record is None:
            identifier = _tag_target(question)
            record = Record(place=question.place, noun=_TAGS, owner=Owner.EMULATOR, data={"Arn": identifier or ""})
        if question.kind is Kind.ADD_TAGS:
            record.tags |= question.tags
            self.memory.keep(record)
        elif question.kind is Kind.REMOVE_TAGS:
            lists = [value for value in question.members.values() if isinstance(value, list)]
            gone = {key for keys in lists for key in keys if isinstance(key, str)} | set(question.tags)
            record.tags = {key: value for key, value in record.tags.items() if key not in gone}
            self.memory.keep(record)
        output = question.operation.model.output_shape
        if not isinstance(output, StructureShape):
            return {}
        answer = least(output)
        for name, shape in output.members.items():
            if is_tags(name, shape):
                answer[name] = write_tags(shape, record.tags)
        return answer

    def _tagged(self, question: Question) -> Record | None:
        identifier = _tag_target(question)
        return self.memory.identified(question.place, identifier) if identifier else None

    def _act(self, question: Question) -> dict[str, Any]:
        found = self.memory.find(question.place, question.noun, question.asked) if question.asked else []
        return self._output(question, found[:1])

    def _output(self, question: Question, found: list[Record]) -> dict[str, Any]:
        """The output shape with every list that speaks of the kind filled, and the first record in every structure."""
        output = question.operation.model.output_shape
        if not isinstance(output, StructureShape):
            return {}
        answer = least(output)
        lists = [
            name for name, shape in output.members.items() if isinstance(shape, ListShape) and not is_tags(name, shape)
        ]
        spoken = [name for name in lists if speaks_of(name, question.noun)]
        for name in spoken or (lists if len(lists) == 1 and question.kind is Kind.READ else []):
            listed = _listed(output.members[name], name, found)
            if listed is not None:
                answer[name] = listed
        if found:
            rest = {name: value for name, value in show(output, found[0]).items() if name not in spoken}
            answer |= rest
        if question.kind in (Kind.CREATE, Kind.UPDATE, Kind.DELETE):
            self._follow_up(question, output, answer)
        return answer

    def _follow_up(self, question: Question, output: StructureShape, answer: dict[str, Any]) -> None:
        """What an answer starts beside the resource (``update: {id, status}``), remembered so that it can be described."""
        for name, shape in output.members.items():
            noun = name[:1].upper() + name[1:]
            if answer.get(name) or not isinstance(shape, StructureShape):
                continue
            if not any(own_role(member, noun) is Role.ID for member in shape.members):
                continue
            started = Record(place=question.place, noun=noun, owner=Owner.FALLBACK, data={})
            complete(started, resource_kind(question.place.service, noun), _signing_name(question), _now())
            if started.identifiers:
                answer[name] = show(shape, self.memory.keep(started))

    def _refuse_if_modelled(self, question: Question) -> None:
        if any(_NOT_FOUND.search(shape.name) for shape in question.operation.model.error_shapes):
            raise _not_found(question)
        self._refuse_if_single(question)

    def _refuse_if_single(self, question: Question) -> None:
        """A read that answers one resource cannot answer none."""
        output = question.operation.model.output_shape
        single = question.kind is Kind.READ and question.operation.name.startswith(("Get", "Describe"))
        if (
            single
            and isinstance(output, StructureShape)
            and not any(
                isinstance(shape, ListShape) and element(shape) and speaks_of(name, question.noun)
                for name, shape in output.members.items()
            )
        ):
            raise _not_found(question)


def _each(question: Question) -> list[dict[str, Any]]:
    """One input per resource: ``PutRemediationConfigurations`` tells several at once."""
    for name, value in question.told.items():
        if singular(name) == question.noun and isinstance(value, list) and value and isinstance(value[0], dict):
            return [item for item in value if isinstance(item, dict)]
    return [question.told]


def _listed(shape: Any, name: str, found: list[Record]) -> list[Any] | None:
    inner = element(shape)
    if inner is not None:
        return [show(inner, record) for record in found]
    if shape.member.type_name != "string":
        return None
    role = role_of(singular(name)) or Role.NAME
    values = [record.own(role) or record.own(Role.NAME) or record.own(Role.ID) for record in found]
    return [value for value in values if value]


def _merged(old: Any, new: Any) -> Any:
    """A list of named entries with the new ones laid over the old ones; anything else is simply the new value."""
    if not (isinstance(old, list) and isinstance(new, list) and old and new and isinstance(new[0], dict)):
        return new
    name = next((member for member in new[0] if role_of(member) is Role.NAME), None)
    if name is None:
        return new
    return list({entry.get(name): entry for entry in (*old, *new)}.values())


def _leaving(record: Record, kind: ResourceKind) -> None:
    """Show a deleted resource as AWS does while it goes away."""
    for shape in kind.shapes:
        for name, member in shape.members.items():
            values = {value.lower(): value for value in getattr(member, "enum", None) or []}
            if name in record.data and is_status(name, member) and "deleting" in values:
                record.data[name] = values["deleting"]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _value(record: Record, member: str) -> str | None:
    value = record.data.get(member)
    if isinstance(value, str):
        return value
    role = own_role(member, record.noun)
    return record.own(role) if role else None


def _members(kind: ResourceKind) -> set[str]:
    return {name for shape in kind.shapes for name, member in shape.members.items() if is_identifier(member)}


def _plain_name(name: str, known: dict[str, Any]) -> str:
    """``NewName`` changes ``Name``."""
    bare = name.removeprefix("New")
    return bare if bare != name and bare in known else name


def _named(record: Record, asked: dict[str, Any]) -> bool:
    """Whether `asked` names this very record and not merely allows it."""
    values = {item for value in asked.values() for item in ([value] if isinstance(value, str) else value)}
    return bool(values & record.identifiers)


def _tag_target(question: Question) -> str | None:
    """The resource a tag operation means: its first identifier that is not a list of keys."""
    for name, value in question.members.items():
        if isinstance(value, str) and (role_of(name) or name.lower() in ("resource", "arn")):
            return value
    lists = [value for name, value in question.members.items() if isinstance(value, list) and role_of(name)]
    return next((item for value in lists for item in value if isinstance(item, str)), None)


def _signing_name(question: Question) -> str:
    model = question.operation.model.service_model
    return str(model.metadata.get("signingName") or model.endpoint_prefix)


def _not_found(question: Question) -> AwsError:
    asked = ", ".join(f"{name} {value}" for name, value in question.asked.items()) or "nothing was named"
    return _error(question, _NOT_FOUND, "ResourceNotFoundException", f"{question.noun} not found: {asked}", 404)


def _error(question: Question, pattern: re.Pattern[str], otherwise: str, message: str, status: int) -> AwsError:
    """The service's own error for this: the one that names the kind, else any that fits, else the usual name."""
    names = [shape.name for shape in question.operation.model.error_shapes if pattern.search(shape.name)]
    names.sort(key=lambda name: question.noun.lower() not in name.lower())
    if not names:
        return AwsError(otherwise, message, status)
    shape = next(shape for shape in question.operation.model.error_shapes if shape.name == names[0])
    modelled = shape.metadata.get("error", {})
    return AwsError(modelled.get("code", names[0]), message, modelled.get("httpStatusCode"))
