"""What the names in a service model mean: verbs, nouns and identifiers.

AWS is regular enough to be read by its names. ``CreateCacheParameterGroup`` makes a ``CacheParameterGroup``, which
``DescribeCacheParameterGroups`` lists; ``MonitorArn`` is the ARN of an ``AnomalyMonitor``, while ``clusterName`` names
the parent of an ``Addon``.
"""

from __future__ import annotations

import functools
import re
from enum import StrEnum, unique


@unique
class Kind(StrEnum):
    """What an operation does to the memory."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"
    ADD_TAGS = "add-tags"
    REMOVE_TAGS = "remove-tags"
    READ_TAGS = "read-tags"
    ACT = "act"  # anything else: answered with the least that its output shape requires


@unique
class Role(StrEnum):
    """The part an identifier plays; the order is from the most to the least specific."""

    ARN = "arn"
    ID = "id"
    NAME = "name"


_VERBS = {
    Kind.CREATE: (
        "Create", "Put", "Register", "Import", "Allocate", "Request", "Provision", "Associate", "Attach", "Enable",
        "Add",
    ),
    Kind.READ: ("Describe", "BatchGet", "Get", "List", "Lookup", "Search"),
    Kind.UPDATE: ("Update", "Modify", "Change", "Set", "Replace"),
    Kind.DELETE: (
        "BatchDelete", "Delete", "Remove", "Deregister", "Release", "Disassociate", "Detach", "Disable", "Terminate",
    ),
}  # fmt: skip
_TAG_SUFFIX = r"(?:s|sForResource|sToResource|sFromResource|sOfResource|sForResources|sForStream)?"
_TAG_KINDS = (
    (Kind.ADD_TAGS, re.compile(rf"^(?:Tag[A-Z]\w*|(?:Add|Create|Put|Set|Change)\w*Tag{_TAG_SUFFIX})$")),
    (Kind.REMOVE_TAGS, re.compile(rf"^(?:Untag[A-Z]\w*|(?:Remove|Delete)\w*Tag{_TAG_SUFFIX})$")),
    (Kind.READ_TAGS, re.compile(rf"^(?:List|Get|Describe)\w*Tag{_TAG_SUFFIX}$")),
)
_ROLE_SUFFIX = (
    (re.compile(r"arn(?:list|s)?$", re.IGNORECASE), Role.ARN),
    (re.compile(r"(?:id|ids|identifier|identifiers|idlist)$"), Role.ID),
    (re.compile(r"(?:Id|Ids|Identifier|Identifiers|IdList|ID)$"), Role.ID),
    (re.compile(r"(?:name|names)$"), Role.NAME),
    (re.compile(r"(?:Name|Names|NameList)$"), Role.NAME),
)


@functools.cache
def split(operation: str) -> tuple[Kind, str]:
    """The kind of an operation and the singular noun it speaks of."""
    for kind, pattern in _TAG_KINDS:
        if pattern.match(operation):
            return kind, "Tag"
    for kind, verbs in _VERBS.items():
        for verb in verbs:
            rest = operation[len(verb) :]
            if operation.startswith(verb) and rest[:1].isupper():
                # what AssociateAccessPolicy makes is listed by ListAssociatedAccessPolicies
                return kind, singular(rest.removeprefix("Associated") if kind is Kind.READ else rest)
    return Kind.ACT, singular(re.sub(r"^[A-Z][a-z]+", "", operation) or operation)


def singular(noun: str) -> str:
    """``Policies`` → ``Policy``, ``Addresses`` → ``Address``, ``Databases`` → ``Database``, ``Status`` stays."""
    lower = noun.lower()
    if lower.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if lower.endswith(("sses", "xes", "ches", "shes", "iases")):
        return noun[:-2]
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")):
        return noun[:-1]
    return noun


def related(record_noun: str, asked_noun: str) -> bool:
    """Whether a question about `asked_noun` may mean a `record_noun`: the same, or a kind of it (composite alarm)."""
    record, asked = record_noun.lower(), asked_noun.lower()
    return record == asked or record.endswith(asked)


@functools.cache
def role_of(member: str) -> Role | None:
    """The role of a member by its suffix; `None` for members that identify nothing."""
    return next((role for pattern, role in _ROLE_SUFFIX if pattern.search(member)), None)


@functools.cache
def own_role(member: str, noun: str) -> Role | None:
    """The role of `member` when it identifies the `noun` itself and not a parent.

    For ``Addon``: ``addonName`` → name, ``arn`` → ARN, ``clusterName`` → `None`. For ``Domain``: ``domain`` → name.
    """
    if member.lower() == noun.lower():
        return Role.NAME
    for pattern, role in _ROLE_SUFFIX:
        found = pattern.search(member)
        if found:
            prefix = member[: found.start()].lower().replace("_", "")
            return role if noun.lower().endswith(prefix) else None
    return None


def kebab(noun: str) -> str:
    """``ConformancePack`` → ``conformance-pack``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", noun).lower()


def lookup(members: dict[str, object], name: str) -> str | None:
    """The key of `members` that means `name`: without regard to case or plural."""
    if name in members:
        return name
    wanted = singular(name).lower()
    return next((key for key in members if singular(key).lower() == wanted), None)
