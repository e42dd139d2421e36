"""May a principal do something? As AWS decides it, with what is not known kept apart.

IAM User Guide, "Policy evaluation logic": within an account and across accounts; permissions boundaries; SCPs;
AWS KMS Developer Guide, "Determining access to AWS KMS keys". Resource control policies, endpoint policies and
S3's block of public access are not looked at: they can only take away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.iam.arns import region_of, service_of
from analysis.iam.model import IamModel, Kind, Policy, Principal
from analysis.iam.requests import Allowed, Answer, Context, Denied, Grant, Layer, Request, Undecided
from analysis.iam.statements import Means, Say, says

MUST_BE_NAMED = frozenset({"kms", "sts"})
"""Services whose resource policy (of a key, of a role) must allow; an identity policy alone never does."""
WITH_RESOURCE_POLICIES = frozenset(
    {"s3", "sqs", "sns", "kms", "secretsmanager", "ecr", "lambda", "events", "es", "dynamodb", "logs", "sts"}
    | {"backup", "elasticfilesystem", "execute-api", "kinesis", "glue", "schemas", "codeartifact"}
)
"""Services whose resources may have a policy. IAM User Guide, "AWS services that work with IAM"."""
NOT_IN_STACK = "not in this stack"


def evaluate(model: IamModel, principal: Principal, request: Request) -> Answer:
    """Whether a principal may do something."""
    return _Evaluation(model, principal, request).answer()


@dataclass(frozen=True, slots=True)
class _Layer:
    """What the allowing statements of one layer come to."""

    certain: tuple[Grant, ...]
    conditional: tuple[Grant, ...]
    unknown: tuple[str, ...]

    @property
    def silent(self) -> bool:
        return not (self.certain or self.conditional or self.unknown)

    @property
    def grants(self) -> tuple[Grant, ...]:
        return self.certain or self.conditional


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to be allowed."""

    grants: _Layer | Denied
    provided: tuple[tuple[Grant, ...], ...] = ()
    unknown: tuple[str, ...] = ()
    direct: bool = False

    def unless_silent(self, why: str) -> _Way:
        """The way, or a denial where nothing speaks for it."""
        return _Way(Denied(why)) if isinstance(self.grants, _Layer) and self.grants.silent else self


_FULL = _Layer((Grant(Layer.IDENTITY, "whatever its account decides", ""),), (), ())


class _Evaluation:
    def __init__(self, model: IamModel, principal: Principal, request: Request) -> None:
        self.model, self.principal, self.request = model, principal, request
        self.service = request.action.partition(":")[0].lower()
        self.context = context_of(model, principal, request)
        resource = request.resource
        self.account = model.account_of(resource) if resource else principal.account
        self.owner = model.owner(resource) if resource else None
        self.of_resource = self._resource_says()
        self.of_identity = self._says(principal.policies, Layer.IDENTITY)

    def _says(self, policies: Iterable[Policy], layer: Layer) -> list[Say]:
        return [say for policy in policies for say in says(policy, layer, self.request, self.context)]

    def _resource_says(self) -> list[Say]:
        resource = self.request.resource
        if resource is None:
            return []
        policies = [each.policy for each in self.model.policies_of(resource)]
        role = self.model.by_arn.get(resource)
        if self.service == "sts" and role is not None and role.trust is not None:
            policies = [role.trust]
        return [
            say
            for policy in policies
            for say in says(policy, Layer.RESOURCE, self.request, self.context, self.principal)
        ]

    # -- the answer -----------------------------------------------------------------------------------------------

    def answer(self) -> Answer:
        guardrails = self.model.guardrails
        bound = self.principal.kind in {Kind.ROLE, Kind.USER}
        limits: list[tuple[Layer, list[Say]]] = []
        if bound:
            levels = guardrails.scps.values()
            limits += [(Layer.SCP, self._says(level, Layer.SCP)) for level in levels]
            if guardrails.session:
                limits.append((Layer.SESSION, self._says(guardrails.session, Layer.SESSION)))
            if self.principal.boundary is not None:
                limits.append((Layer.BOUNDARY, self._says([self.principal.boundary], Layer.BOUNDARY)))
        every = [*self.of_identity, *self.of_resource, *(say for _, each in limits for say in each)]
        denials = [say for say in every if not say.allow]
        for say in denials:
            if not say.unknown and not say.grant.when:
                return Denied(f"{say.grant} denies it", say.grant)
        unknown = [f"{say.unknown} (may deny)" for say in denials if say.unknown]
        unless = [say.grant for say in denials if not say.unknown]
        return self._allowed(limits, unknown, unless)

    def _allowed(self, limits: list[tuple[Layer, list[Say]]], unknown: list[str], unless: list[Grant]) -> Answer:
        answers = [self._within(way, limits, unknown, unless) for way in self._ways()]
        return _best(answers)

    def _within(
        self, way: _Way, limits: list[tuple[Layer, list[Say]]], unknown: list[str], unless: list[Grant]
    ) -> Answer:
        """One way under everything that limits it."""
        if isinstance(way.grants, Denied):
            return way.grants
        unknown = [*unknown, *way.unknown]
        provided = list(way.provided)
        if not way.grants.grants:
            unknown += way.grants.unknown
        for layer, each in limits:
            if way.direct and layer in {Layer.BOUNDARY, Layer.SESSION}:
                continue
            limit = _layer(each)
            if limit.silent:
                return Denied(f"no {layer} allows it")
            if not limit.grants:
                unknown += limit.unknown
            elif not limit.certain:
                provided.append(limit.conditional)
        if unknown:
            return Undecided("; ".join(dict.fromkeys(unknown)))
        return Allowed(way.grants.grants, tuple(provided), (*unless, *self._beyond()))

    def _ways(self) -> list[_Way]:
        """The ways in which policies may allow it; any of them is enough."""
        named = _layer(say for say in self.of_resource if say.means in {Means.NAMED, Means.OPEN})
        delegated = _layer(say for say in self.of_resource if say.means is not Means.NAMED)
        identity = _layer(self.of_identity)
        if self.principal.kind not in {Kind.ROLE, Kind.USER}:
            if self.principal.kind is Kind.ACCOUNT and self._foreign():
                return [self._both(_FULL, _joined(named, delegated))]
            return [_Way(self._or_unseen(named)).unless_silent("no resource policy names it")]
        if self.request.resource is None:
            return [_Way(identity).unless_silent("no identity policy allows it")]
        if self._foreign():
            return [self._both(identity, _joined(named, delegated))]
        # No boundary and no session policy limits a user whom a resource policy names.
        direct = self.principal.kind is Kind.USER
        if self.service in MUST_BE_NAMED:
            by_name = _Way(named, direct=direct).unless_silent("no resource policy names it")
            return [by_name, self._both(identity, delegated)]
        why = "no identity policy and no resource policy allows it"
        by_name = _Way(self._or_unseen(named), direct=direct).unless_silent(why)
        return [by_name, _Way(identity).unless_silent(why)]

    def _both(self, identity: _Layer, resource: _Layer) -> _Way:
        """The identity's policy must allow and the resource's, too."""
        resource = self._or_unseen(resource)
        if resource.silent:
            what = {"kms": "key policy", "sts": "trust policy"}.get(self.service, "resource policy")
            return _Way(Denied(f"no {what} allows it" + (" across accounts" if self._foreign() else "")))
        if identity.silent:
            return _Way(Denied("no identity policy allows it"))
        if not resource.grants:
            return _Way(identity, unknown=resource.unknown)
        return _Way(identity, () if resource.certain else (resource.conditional,))

    # -- what is outside ------------------------------------------------------------------------------------------

    def _foreign(self) -> bool:
        """Whether the resource is in another account than the principal."""
        return (
            self.account is not None and self.principal.account is not None and self.account != self.principal.account
        )

    def _outside(self) -> bool:
        """Whether the resource may have a policy that is in no graph here."""
        return self.request.resource is not None and self.owner is None and self.service in WITH_RESOURCE_POLICIES

    def _or_unseen(self, layer: _Layer) -> _Layer:
        """A layer of resource policies, with the one that nobody can see here."""
        if layer.silent and self._outside():
            return _Layer((), (), (f"policy of {self.request.resource}, which is {NOT_IN_STACK}",))
        return layer

    def _beyond(self) -> tuple[Grant, ...]:
        """A denial that nobody can see here."""
        if self.request.resource != "*" and self._outside():
            where = f"of {self.request.resource}"
            return (Grant(Layer.RESOURCE, where, "", (f"it denies it, for it is {NOT_IN_STACK}",)),)
        return ()


def _best(answers: Sequence[Answer]) -> Answer:
    """The widest of some answers; where several allow alike, what allows in any of them."""

    def rank(answer: Answer) -> int:
        match answer:
            case Allowed():
                return int(answer.conditional)
            case Undecided():
                return 2
            case Denied():
                return 3

    best = min(answers, key=rank)
    if not isinstance(best, Allowed):
        return best if isinstance(best, Undecided) else answers[-1]
    alike = [a for a in answers if isinstance(a, Allowed) and (a.provided, a.unless) == (best.provided, best.unless)]
    grants = tuple(dict.fromkeys(grant for answer in alike for grant in answer.by))
    certain = tuple(grant for grant in grants if not grant.when)
    return Allowed(certain or grants, best.provided, best.unless)


def _layer(each: Iterable[Say]) -> _Layer:
    allowing = [say for say in each if say.allow]
    return _Layer(
        tuple(say.grant for say in allowing if not say.unknown and not say.grant.when),
        tuple(say.grant for say in allowing if not say.unknown and say.grant.when),
        tuple(say.unknown for say in allowing if say.unknown),
    )


def _joined(*layers: _Layer) -> _Layer:
    def all_of(each: Sequence[tuple[Grant, ...]]) -> tuple[Grant, ...]:
        return tuple(dict.fromkeys(grant for grants in each for grant in grants))

    return _Layer(
        all_of([layer.certain for layer in layers]),
        all_of([layer.conditional for layer in layers]),
        tuple(dict.fromkeys(text for layer in layers for text in layer.unknown)),
    )


def context_of(model: IamModel, principal: Principal, request: Request) -> Context:
    """Condition keys that are known without a request, and those that the question states.

    IAM User Guide, "AWS global condition context keys"; AWS KMS Developer Guide, "Condition keys for AWS KMS".
    """
    found: dict[str, tuple[str, ...] | None] = {}
    resource = request.resource
    if principal.kind in {Kind.ROLE, Kind.USER}:
        found["aws:principalarn"] = (principal.arn,)
        found["aws:principalisawsservice"] = ("false",)
        found["aws:principaltype"] = ("AssumedRole" if principal.kind is Kind.ROLE else "User",)
    if principal.kind is Kind.SERVICE:
        found["aws:principalisawsservice"] = ("true",)
    if principal.kind is Kind.ANYONE:
        found["aws:principalarn"] = found["aws:principalaccount"] = None
    if principal.account is not None:
        found["aws:principalaccount"] = found["kms:calleraccount"] = (principal.account,)
    if resource is not None:
        account, region = model.account_of(resource), region_of(resource)
        if account is not None:
            found["aws:resourceaccount"] = (account,)
        if region is not None and service_of(resource) not in {"s3", "iam"}:
            found["aws:requestedregion"] = (region,)
        if resource in model.aliases:
            found["kms:resourcealiases"] = model.aliases[resource] or None
    return {**found, **request.context}
