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
from pathlib import Path
from typing import Any

from botocore.model import StructureShape

from embedded.gateway.fallback.defaults import settle
from embedded.gateway.fallback.echo import Echo
from embedded.gateway.fallback.memory import Memory, Owner, Place, Record
from embedded.gateway.fallback.naming import Kind, Role, own_role, role_of, split
from embedded.gateway.fallback.output import answer_with, follow_ups, leaving, parts_of, single
from embedded.gateway.fallback.plain import is_items, is_members
from embedded.gateway.fallback.question import Question
from embedded.gateway.fallback.refusals import already_exists, can_be_missing, not_found
from embedded.gateway.fallback.resources import ResourceKind, is_identifier, required_identifiers, resource_kind
from embedded.gateway.fallback.shapes import complete, is_tags, least, show, touch, write_tags

_LOG = logging.getLogger("atoll.fallback")
_TAGGING = (Kind.ADD_TAGS, Kind.REMOVE_TAGS, Kind.READ_TAGS)
# Reads of one side of a resource: ``DescribeConformancePackStatus``.
_ASPECTS = ("StatusDetail", "Status", "State", "Detail", "Info", "Summary", "Health")


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
        """Whether the question names a resource that only the fallback has, of a kind that an emulator half knows."""
        if question.kind in _TAGGING:
            found = self._tagged(question)
            return found is not None and found.owner is Owner.FALLBACK
        if question.kind in (Kind.CREATE, Kind.ACT) or not question.asked:
            return False
        found = self.memory.find(question.place, question.noun, question.asked)
        mine = [record for record in found if record.owner is Owner.FALLBACK]
        return any(_named(record, question.asked) for record in mine)

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
        return self._changed(question, [self._store(question, told) for told in question.each])

    def _store(self, question: Question, told: dict[str, Any]) -> Record:
        now = _now()
        draft = Record(place=question.place, noun=question.noun, owner=Owner.FALLBACK, data=dict(told))
        existing = self._same(question, draft)
        if existing and question.operation.name.startswith("Create"):
            raise already_exists(question)
        if existing:
            existing.data |= told
            settle(existing)
            existing.tags |= question.tags
            touch(existing, now)
            return self.memory.keep(existing)
        settle(draft)
        draft.tags = question.tags
        complete(draft, question.resource, question.signing_name, now)
        return self.memory.keep(draft)

    def _same(self, question: Question, draft: Record) -> Record | None:
        """The record that the draft would be, if it exists."""
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
        if found:
            return answer_with(question, found)
        holders = self._holders(question)
        if holders:
            return parts_of(question, holders[0])
        named = any(own_role(name, question.noun) for name in asked)
        if named and can_be_missing(question):
            raise not_found(question)
        if (named or required_identifiers(question.operation.model)) and single(question):
            raise not_found(question)
        return answer_with(question, [])

    def _aspect(self, question: Question) -> list[Record]:
        """The resources one side of which is asked for, with what that side shows completed."""
        base = next((question.noun.removesuffix(end) for end in _ASPECTS if question.noun.endswith(end)), None)
        if not base:
            return []
        found = [copy.deepcopy(item) for item in self.memory.find(question.place, base, question.asked)]
        for record in found:
            complete(record, question.resource, question.signing_name, _now())
        return found

    def _holders(self, question: Question) -> list[Record]:
        """Resources of another kind that hold what is asked for: the parameter group that holds the parameters."""
        asked = question.asked
        if not asked or any(own_role(name, question.noun) for name in asked):
            return []
        nouns = self.memory.nouns(question.place)
        return [
            record
            for noun in nouns
            for record in self.memory.find(question.place, noun)
            if record.owner is Owner.FALLBACK
            and all(own_role(name, record.noun) and value in record.identifiers for name, value in asked.items())
        ]

    def _update(self, question: Question) -> dict[str, Any]:
        found = self.memory.find(question.place, question.noun, question.asked)
        if not found:
            if not any(own_role(name, question.noun) for name in question.asked):
                return self._create(question)  # settings of something else: updating is how they come to be
            raise not_found(question)
        record = found[0]
        changes = {_plain_name(name, record.data): value for name, value in question.told.items()}
        if question.operation.name.startswith("Modify"):  # parameters that are not mentioned keep their values
            changes |= {name: _merged(record.data.get(name), value) for name, value in changes.items()}
        record.data |= {name: value for name, value in changes.items() if name not in question.asked}
        settle(record)
        record.tags |= question.tags
        touch(record, _now())
        return self._changed(question, [self.memory.keep(record)])

    def _delete(self, question: Question) -> dict[str, Any]:
        found = self.memory.find(question.place, question.noun, question.asked)
        if not found and can_be_missing(question):
            raise not_found(question)
        self.memory.forget(found)
        for record in found:
            leaving(record, question.resource)
        return self._changed(question, found)

    def _changed(self, question: Question, found: list[Record]) -> dict[str, Any]:
        """The answer to a change, with what the change started remembered so that it can be described."""
        answer = answer_with(question, found)
        for name, shape, started in follow_ups(question, answer):
            complete(started, resource_kind(question.place.service, started.noun), question.signing_name, _now())
            if started.identifiers:
                answer[name] = show(shape, self.memory.keep(started))
        return answer

    def _tag(self, question: Question) -> dict[str, Any]:
        record = self._tagged(question)
        if record is None:
            target = question.tag_target or ""
            record = Record(place=question.place, noun="Tag", owner=Owner.EMULATOR, data={"Arn": target})
        if question.kind is Kind.ADD_TAGS:
            record.tags |= question.tags
            self.memory.keep(record)
        elif question.kind is Kind.REMOVE_TAGS:
            lists = [value for value in question.members.values() if is_items(value)]
            gone = {key for keys in lists for key in keys if isinstance(key, str)} | set(question.tags)
            record.tags = {key: value for key, value in record.tags.items() if key not in gone}
            self.memory.keep(record)
        output = question.operation.model.output_shape
        if not isinstance(output, StructureShape):
            return {}
        written = {
            name: write_tags(shape, record.tags) for name, shape in output.members.items() if is_tags(name, shape)
        }
        return least(output) | written

    def _tagged(self, question: Question) -> Record | None:
        target = question.tag_target
        if not target:
            return None
        bare = re.split("[:/]", target)[-1]  # some services tag by an ARN that their own answers never show
        return self.memory.identified(question.place, target) or self.memory.identified(question.place, bare)

    def _act(self, question: Question) -> dict[str, Any]:
        found = self.memory.find(question.place, question.noun, question.asked) if question.asked else []
        return answer_with(question, found[:1])


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


def _merged(old: Any, new: Any) -> Any:
    """A list of named entries with the new ones laid over the old ones; anything else is simply the new value."""
    if not (is_items(old) and is_items(new) and old and new and is_members(new[0])):
        return new
    name = next((member for member in new[0] if role_of(member) is Role.NAME), None)
    if name is None:
        return new
    return list({entry.get(name): entry for entry in (*old, *new)}.values())


def _named(record: Record, asked: dict[str, Any]) -> bool:
    """Whether `asked` names this very record, by its identifiers or its parent's, and not merely allows it."""
    values = {item for value in asked.values() for item in ([value] if isinstance(value, str) else value)}
    parents = {value for name in asked if isinstance(value := record.data.get(name), str)}
    return bool(values & (record.identifiers | parents))
