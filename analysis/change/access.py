"""Rights that are gained or lost, who becomes an administrator, and who may newly take a role."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from analysis.iam.arns import account_of, shown
from analysis.iam.conditions import told
from analysis.iam.findings import Finding, FindingKind
from analysis.iam.model import IamModel, Principal
from contracts.change import AccessDelta, AccessKind, Effect, Origin, OriginKind
from contracts.change.deltas import Part
from graph.documents import Statement
from graph.resource_graph import ResourceGraph

ADMINISTRATIVE = ("*", "iam:*", "organizations:*")
SENSITIVE = ("iam:", "organizations:", "sts:assumerole", "kms:putkeypolicy", "account:")
"""Beginnings of actions by which rights grow."""
MOST = 6
_UNSURE = " if unknown: "
"""How a way says that it hangs on what is known after deployment only."""


class RightFact(Part):
    """One action on one resource that a policy speaks of."""

    allow: bool
    action: str
    resource: str
    conditions: tuple[str, ...]


class TrustFact(Part):
    """Who may take a role."""

    kind: str
    """`AWS`, `Service`, `Federated` or `*`."""
    value: str
    conditions: tuple[str, ...]
    foreign: bool
    """Whether it is of another account, or anyone."""


class PrincipalFact(Part):
    """A role or user of the stack."""

    urn: str
    name: str
    rights: tuple[RightFact, ...]
    trust: tuple[TrustFact, ...]
    unreadable: tuple[str, ...]
    """Policies that cannot be read before deployment."""
    declared: str | None


class FoundFact(Part):
    """A finding of the proofs that nothing explains."""

    kind: str
    subject: str
    message: str
    administrator: bool


class AccessFacts(Part):
    """Who may do what in one revision of a stack."""

    principals: tuple[PrincipalFact, ...]
    findings: tuple[FoundFact, ...]


def access_facts(model: IamModel, found: Iterable[Finding], graph: ResourceGraph) -> AccessFacts:
    """Take from the model of a stack what a comparison needs."""
    return AccessFacts(
        principals=tuple(_principal(each, graph) for each in model.roles if each.urn in graph),
        findings=tuple(
            FoundFact(
                kind=each.kind,
                subject=each.subject,
                message=shown(each.message),
                administrator="→ administrator" in each.message.partition("\n")[0],
            )
            for each in found
            if each.stands and each.kind in {FindingKind.ESCALATION, FindingKind.PUBLIC}
        ),
    )


def _principal(one: Principal, graph: ResourceGraph) -> PrincipalFact:
    rights = dict.fromkeys(
        right for policy in one.policies for statement in policy.statements or () for right in _rights(statement)
    )
    trust = dict.fromkeys(
        fact for statement in (one.trust.statements or () if one.trust else ()) for fact in _trusts(statement, one)
    )
    every = (*one.policies, *((one.trust,) if one.trust else ()))
    node = graph.get(one.urn)
    return PrincipalFact(
        urn=one.urn,
        name=one.name,
        rights=tuple(rights),
        trust=tuple(trust),
        unreadable=tuple(sorted(shown(policy.unreadable) for policy in every if policy.statements is None)),
        declared=str(node.source) if node is not None and node.source else None,
    )


def _rights(statement: Statement) -> Iterator[RightFact]:
    actions = statement.actions or tuple(f"all but {each}" for each in statement.not_actions)
    resources = statement.resources or tuple(f"all but {each}" for each in statement.not_resources)
    conditions = tuple(sorted(shown(told(each)) for each in statement.conditions))
    for action in actions:
        for resource in resources:
            yield RightFact(allow=statement.allow, action=action, resource=shown(resource), conditions=conditions)


def _trusts(statement: Statement, role: Principal) -> Iterator[TrustFact]:
    if not statement.allow:
        return
    conditions = tuple(sorted(shown(told(each)) for each in statement.conditions))
    named = statement.principals or tuple((kind, f"all but {value}") for kind, value in statement.not_principals)
    for kind, value in named:
        account = value if value.isdigit() else account_of(value)
        foreign = value == "*" or value.startswith("all but") or (account is not None and account != role.account)
        yield TrustFact(kind=kind, value=shown(value), conditions=conditions, foreign=foreign)


# -- differences --------------------------------------------------------------------------------------------------


def access_deltas(before: AccessFacts | None, after: AccessFacts | None, stack: str) -> Iterator[AccessDelta]:
    """Compare who may do what in one stack; None where the stack is not there."""
    was = {each.urn: each for each in (before.principals if before else ())}
    now = {each.urn: each for each in (after.principals if after else ())}
    for urn in sorted(was.keys() | now.keys()):
        old, new = was.get(urn), now.get(urn)
        if new is None:
            assert old is not None, "one of the two has the URN"
            sentence = f"{old.name} is gone, and with it {len(old.rights)} rights."
            yield _delta(stack, old, AccessKind.LOST, Effect.INFORMS, sentence)
        elif old is None:
            yield from _new(new, stack)
        else:
            yield from _rights_changed(old, new, stack)
            yield from _trust_changed(old, new, stack)
            yield from _unreadable(new, stack, set(old.unreadable))
    known = {each.name: each for each in (*was.values(), *now.values())}
    for delta in _findings(before, after, stack):
        found = known.get(delta.subject)
        yield delta.model_copy(update={"origins": _origins(found)}) if found is not None else delta


def _new(one: PrincipalFact, stack: str) -> Iterator[AccessDelta]:
    actions = tuple(sorted({right.action for right in one.rights if right.allow}))
    resources = tuple(sorted({right.resource for right in one.rights if right.allow}))
    effect = Effect.WARNS if any(map(_is_sensitive, one.rights)) else Effect.INFORMS
    sentence = f"{one.name} is new and may {_some(actions) or 'do nothing'}"
    sentence += f" on {_some(resources)}." if resources else "."
    kind = AccessKind.ADMINISTRATOR if any(map(_is_administrative, one.rights)) else AccessKind.GAINED
    yield _delta(stack, one, kind, effect, sentence, actions, resources)
    yield from (_trusted(one, trust, stack) for trust in one.trust if trust.foreign)
    yield from _unreadable(one, stack, set())


def _rights_changed(old: PrincipalFact, new: PrincipalFact, stack: str) -> Iterator[AccessDelta]:
    gained, lost = set(new.rights) - set(old.rights), set(old.rights) - set(new.rights)
    for (resource, allow, conditions), actions in _grouped(gained).items():
        rights = [right for right in gained if right.resource == resource and right.conditions == conditions]
        administrator = allow and any(map(_is_administrative, rights))
        kind = AccessKind.ADMINISTRATOR if administrator else AccessKind.GAINED if allow else AccessKind.LOST
        effect = Effect.WARNS if allow and any(map(_is_sensitive, rights)) else Effect.INFORMS
        verb = "may newly" if allow else "is newly denied to"
        sentence = f"{new.name} {verb} {_some(actions)} on {resource}{_when(conditions)}."
        yield _delta(stack, new, kind, effect, sentence, actions, (resource,), conditions)
    for (resource, allow, conditions), actions in _grouped(lost).items():
        kind, effect = (AccessKind.LOST, Effect.INFORMS) if allow else (AccessKind.GAINED, Effect.WARNS)
        verb = "may no longer" if allow else "is no longer denied to"
        sentence = f"{new.name} {verb} {_some(actions)} on {resource}{_when(conditions)}."
        yield _delta(stack, new, kind, effect, sentence, actions, (resource,), conditions)


def _grouped(rights: Iterable[RightFact]) -> Mapping[tuple[str, bool, tuple[str, ...]], tuple[str, ...]]:
    found: dict[tuple[str, bool, tuple[str, ...]], list[str]] = defaultdict(list)
    for right in sorted(rights, key=lambda each: (each.resource, each.action)):
        found[right.resource, right.allow, right.conditions].append(right.action)
    return {key: tuple(dict.fromkeys(actions)) for key, actions in found.items()}


def _trust_changed(old: PrincipalFact, new: PrincipalFact, stack: str) -> Iterator[AccessDelta]:
    for trust in sorted(set(new.trust) - set(old.trust), key=lambda each: each.value):
        yield _trusted(new, trust, stack)
    for trust in sorted(set(old.trust) - set(new.trust), key=lambda each: each.value):
        effect = Effect.IMPROVES if trust.foreign else Effect.INFORMS
        sentence = f"{trust.value} may no longer take {new.name}{_when(trust.conditions)}."
        yield _delta(stack, new, AccessKind.TRUST_LOST, effect, sentence, (), (trust.value,), trust.conditions)


def _trusted(one: PrincipalFact, trust: TrustFact, stack: str) -> AccessDelta:
    effect = Effect.WARNS if trust.foreign else Effect.INFORMS
    who = "anyone" if trust.value == "*" else trust.value
    where = ", of another account," if trust.foreign and trust.value != "*" else ""
    sentence = f"{who}{where} may newly take {one.name}{_when(trust.conditions)}."
    return _delta(stack, one, AccessKind.TRUST_GAINED, effect, sentence, (), (trust.value,), trust.conditions)


def _unreadable(one: PrincipalFact, stack: str, known: set[str]) -> Iterator[AccessDelta]:
    for policy in sorted(set(one.unreadable) - known):
        sentence = f"What {one.name} may do is not known before deployment: {policy}."
        yield _delta(stack, one, AccessKind.UNDECIDED, Effect.UNKNOWN, sentence)


def _findings(before: AccessFacts | None, after: AccessFacts | None, stack: str) -> Iterator[AccessDelta]:
    """Ways to more rights, one difference for each principal that has new ones; and what anyone may newly do."""
    was, now = (dict.fromkeys(facts.findings if facts else ()) for facts in (before, after))
    came, went = [each for each in now if each not in was], [each for each in was if each not in now]
    for some, known in ((came, False), (went, True)):
        ways: dict[tuple[str, bool], list[FoundFact]] = defaultdict(list)
        for found in some:
            if found.kind == FindingKind.PUBLIC:
                kind, effect = (AccessKind.FIXED, Effect.IMPROVES) if known else (AccessKind.PUBLIC, Effect.WARNS)
                sentence = f"{'No longer' if known else 'New'}: {_line(found.message)}."
                yield _finding(found, stack, kind, effect, sentence)
            else:
                ways[found.subject, found.administrator].append(found)
        for (subject, administrator), found in ways.items():
            yield _ways(subject, administrator, found, stack, gone=known)


def _ways(subject: str, administrator: bool, found: list[FoundFact], stack: str, *, gone: bool) -> AccessDelta:
    sure = [each for each in found if _UNSURE not in each.message]
    shortest = min(sure or found, key=lambda each: (len(each.message), each.message))
    what = "an administrator's rights" if administrator else f"the rights of {len(found)} others"
    if gone:
        return _finding(shortest, stack, AccessKind.FIXED, Effect.IMPROVES, f"{subject} has no more way to {what}.")
    kind = AccessKind.ADMINISTRATOR if administrator else AccessKind.GAINED
    may = "has" if sure else "may have"
    sentence = f"{subject} newly {may} ways to {what}, the shortest: {_line(shortest.message)}."
    return _finding(shortest, stack, kind, Effect.WARNS if sure else Effect.UNKNOWN, sentence)


def _finding(found: FoundFact, stack: str, kind: AccessKind, effect: Effect, sentence: str) -> AccessDelta:
    return AccessDelta(effect=effect, stack=stack, subject=found.subject, sentence=sentence, kind=kind)


def _line(message: str) -> str:
    return " ".join(line.strip() for line in message.splitlines())


def _is_administrative(right: RightFact) -> bool:
    return right.allow and right.action in ADMINISTRATIVE and right.resource == "*"


def _is_sensitive(right: RightFact) -> bool:
    action = right.action.lower()
    whole = action == "*" or action.endswith(":*") or action.startswith("all but")
    return right.allow and (whole or action.startswith(SENSITIVE))


def _when(conditions: tuple[str, ...]) -> str:
    return f" when {' and '.join(conditions)}" if conditions else ""


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:MOST]) + (f" and {len(names) - MOST} more" if len(names) > MOST else "")


def _origins(one: PrincipalFact) -> tuple[Origin, ...]:
    """Where a principal is declared, and which it is."""
    declared = (Origin(kind=OriginKind.FILE, at=one.declared),) if one.declared else ()
    return (*declared, Origin(kind=OriginKind.URN, at=one.urn))


def _delta(
    stack: str,
    one: PrincipalFact,
    kind: AccessKind,
    effect: Effect,
    sentence: str,
    actions: tuple[str, ...] = (),
    resources: tuple[str, ...] = (),
    conditions: tuple[str, ...] = (),
) -> AccessDelta:
    return AccessDelta(
        effect=effect,
        stack=stack,
        subject=one.name,
        sentence=sentence,
        origins=_origins(one),
        kind=kind,
        actions=actions,
        resources=resources,
        conditions=conditions,
    )
