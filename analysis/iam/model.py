"""Who there is and which policies have a say: principals, resources that hold roles, policies in resolved form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum, unique
from functools import cached_property

from analysis.iam.arns import account_of
from analysis.iam.requests import Layer
from graph.documents import Statement


@unique
class Kind(StrEnum):
    """What a principal is."""

    ROLE = "role"
    USER = "user"
    SERVICE = "service"
    FEDERATED = "federated"
    ACCOUNT = "account"
    """Another account: who acts for it is decided there."""
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy. Statements are None where it cannot be read; `unreadable` says which property that is."""

    where: str
    statements: tuple[Statement, ...] | None
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """The policy of one resource, or of none in particular (`resource` empty: its statements name what it is for)."""

    resource: str
    policy: Policy


@dataclass(frozen=True, slots=True)
class Principal:
    """One that makes requests."""

    kind: Kind
    arn: str
    """ARN of a role or user, `arn:aws:iam::<account>:root`, a service's or provider's name, or `*`."""
    name: str
    """As people call it."""
    urn: str = ""
    policies: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    trust: Policy | None = None

    @property
    def account(self) -> str | None:
        """12 digits; None for services and anyone, or if not known."""
        return account_of(self.arn)

    def __str__(self) -> str:
        return f"{self.kind} {self.name}" if self.kind is not Kind.ANYONE else "anyone"


@dataclass(frozen=True, slots=True)
class Holder:
    """A resource that runs with a role: who may change it may use the role."""

    arn: str
    name: str
    type: str
    role: str
    """ARN."""


@dataclass(frozen=True, kw_only=True)
class Guardrails:
    """Policies from outside the graph that limit what its principals may do."""

    scps: Mapping[str, tuple[Policy, ...]] = field(default_factory=dict[str, "tuple[Policy, ...]"])
    """Level, from the root to the account → policies there, each of which must be passed; empty: none is attached."""
    session: tuple[Policy, ...] = ()
    """Session policies; empty if the session has none."""


@dataclass(frozen=True, eq=False)
class IamModel:
    """Everything that has a say in who may do what in some stacks."""

    principals: tuple[Principal, ...]
    """Roles and users, then whoever resource and trust policies name; sorted."""
    resource_policies: tuple[ResourcePolicy, ...]
    resources: Mapping[str, str]
    """ARN → account (12 digits, or empty if not known), of every resource of the graphs whose ARN has a form."""
    holders: tuple[Holder, ...]
    aliases: Mapping[str, tuple[str, ...]]
    """ARN of a key → its aliases."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Logical name of a resource → its ARN; of those whose ARN has a form."""
    guardrails: Guardrails = field(default_factory=Guardrails)

    @cached_property
    def roles(self) -> tuple[Principal, ...]:
        """Roles and users of the graphs."""
        return tuple(p for p in self.principals if p.kind in {Kind.ROLE, Kind.USER})

    @cached_property
    def by_arn(self) -> Mapping[str, Principal]:
        """ARN or name → principal."""
        return {principal.arn: principal for principal in self.principals}

    @cached_property
    def _policies(self) -> Mapping[str, tuple[ResourcePolicy, ...]]:
        found: dict[str, list[ResourcePolicy]] = {}
        for each in self.resource_policies:
            found.setdefault(each.resource, []).append(each)
        return {resource: tuple(each) for resource, each in found.items()}

    def owner(self, resource: str) -> str | None:
        """The resource of the graphs that an ARN is or is a part of (object, index, alias, stream); None: outside."""
        text = resource
        while text:
            if text in self.resources:
                return text
            cut = max(_last(text, "/"), _last(text, ":"))
            text = text[:cut] if cut > 0 else ""
        return None

    def policies_of(self, resource: str) -> tuple[ResourcePolicy, ...]:
        """Policies of a resource, and those that are for no resource in particular."""
        owner = self.owner(resource)
        return (*(self._policies.get(owner, ()) if owner else ()), *self._policies.get("", ()))

    def account_of(self, resource: str) -> str | None:
        """Account of a resource; None if it is not known."""
        owner = self.owner(resource)
        return account_of(resource) or (self.resources[owner] or None if owner else None)

    def within(self, guardrails: Guardrails) -> IamModel:
        """The same under other guardrails."""
        return replace(self, guardrails=guardrails)


def _last(text: str, separator: str) -> int:
    """Last place of a separator outside a placeholder."""
    place = text.rfind(separator)
    return (
        place
        if place == -1 or "${" not in text or text.rfind("${", 0, place) <= text.rfind("}", 0, place)
        else (_last(text[: text.rfind("${", 0, place)], separator))
    )


LAYER_OF_TRUST = Layer.RESOURCE
"""A trust policy is the resource policy of a role."""
