"""Ways from what a principal may do to more: to an administrator's rights, or to those of another principal.

A step is one known method; a path is the shortest chain of steps. What cannot be told before deployment is a step
that is possible: it is reported, and said to be so.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from analysis.iam.evaluate import evaluate
from analysis.iam.methods import Method, methods
from analysis.iam.model import Holder, IamModel, Kind, Principal
from analysis.iam.requests import Allowed, Answer, Context, Denied, Request, Undecided

ADMINISTRATOR: Final = "administrator"
"""Target of a path: whoever has every right."""
OTHER: Final = "any-other-one-of-the-account"
"""A name that nobody gives: what covers it covers what is outside the stack too."""


@dataclass(frozen=True, slots=True)
class Step:
    """One method that works."""

    source: str
    """Name of the principal."""
    method: str
    target: str
    """Name of the principal, or `administrator`."""
    how: str
    """In words."""
    certain: bool
    """Whether it works without conditions that only a request decides, and nothing of it is unknown."""
    open: tuple[str, ...] = ()
    """What it hangs on."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """The shortest way of one principal to one target."""

    source: str
    target: str
    steps: tuple[Step, ...]

    def __str__(self) -> str:
        lines = [f"{self.source} → {self.target}"]
        for step in self.steps:
            lines.append(f"  {step.source} {step.how} [{step.method}]")
            lines += [f"    if {each}" for each in step.open]
        return "\n".join(lines)


def escalations(model: IamModel) -> tuple[Escalation, ...]:
    """The shortest path of every principal to every target it can reach, sorted."""
    return tuple(_Search(model).found())


class _Search:
    def __init__(self, model: IamModel) -> None:
        self.accounts = sorted({p.account for p in model.roles if p.account})
        self.others = tuple(
            Principal(kind, f"arn:aws:iam::{account}:{kind}/{OTHER}", f"any {kind} of {account}")
            for account in self.accounts
            for kind in (Kind.ROLE, Kind.USER)
        )
        # Things outside the stack that anybody may change: none of their own policies is taken for a reason.
        outside = {self._outside(form, account): account for form in _FORMS.values() for account in self.accounts}
        self.model = replace(model, resources={**model.resources, **outside})
        self.administrators = {p.name for p in model.roles if self._is_administrator(p)}
        self.allowed = lru_cache(maxsize=None)(self._allowed)

    def found(self) -> Iterator[Escalation]:
        steps: dict[str, list[Step]] = {}
        rewrites: dict[str, dict[str, Step]] = {}
        for principal in self.model.principals:
            if principal.kind is Kind.SERVICE or principal.name in self.administrators:
                continue  # AWS itself takes roles as they say; an administrator has nothing to gain
            steps[principal.name] = list(self._steps(principal))
            rewrites[principal.name] = {step.target: step for step in self._rewrites(principal)}
        for principal in self.model.principals:
            if principal.name in steps:
                yield from self._paths(principal, steps, rewrites)

    # -- paths ----------------------------------------------------------------------------------------------------

    def _paths(
        self, start: Principal, steps: Mapping[str, list[Step]], rewrites: Mapping[str, Mapping[str, Step]]
    ) -> Iterator[Escalation]:
        reached: dict[str, tuple[Step, ...]] = {start.name: ()}
        todo = deque([start.name])
        while todo:
            at = todo.popleft()
            for step in steps.get(at, ()):
                if step.target not in reached:
                    reached[step.target] = (*reached[at], step)
                    todo.append(step.target)
            for mine in tuple(reached):
                for one, other in ((at, mine), (mine, at)):
                    rewrite = rewrites.get(one, {}).get(other)
                    if rewrite is not None and ADMINISTRATOR not in reached:
                        final = Step(one, rewrite.method, ADMINISTRATOR, rewrite.how, rewrite.certain, rewrite.open)
                        both = dict.fromkeys((*reached[one], *reached[other]))
                        reached[ADMINISTRATOR] = (*both, final)
        for target, path in reached.items():
            if path and not self._by_design(start, target, path):
                yield Escalation(start.name, target, path)

    def _by_design(self, start: Principal, target: str, path: tuple[Step, ...]) -> bool:
        """Whether a path is what a trust policy is there for: an outsider takes a role that names it, and no more."""
        outsider = start.kind in {Kind.ACCOUNT, Kind.FEDERATED}
        return outsider and len(path) == 1 and target != ADMINISTRATOR and target not in self.administrators

    # -- steps ----------------------------------------------------------------------------------------------------

    def _steps(self, principal: Principal) -> Iterator[Step]:
        yield from self._assumes(principal)
        if principal.kind not in {Kind.ROLE, Kind.USER}:
            return
        for method in methods("pass"):
            yield from self._passes(principal, method)
        for method in methods("change"):
            yield from self._changes(principal, method)
        for method in methods("take"):
            for target in self._all(method.kind):
                answers = self._needs(principal, method, target.arn)
                if answers is not None and target.name != principal.name:
                    yield self._step(principal, method, target, f"{method.what} {target}", answers)
        for method in methods("administer"):
            answers = self._needs(principal, method, None)
            if answers is not None:
                yield _made(principal, method.id, ADMINISTRATOR, method.what, answers)

    def _assumes(self, principal: Principal) -> Iterator[Step]:
        web = principal.kind is Kind.FEDERATED
        action = "sts:AssumeRoleWithWebIdentity" if web else "sts:AssumeRole"
        for target in self.model.roles:
            if target.kind is Kind.ROLE and target.name != principal.name:
                answer = evaluate(self.model, principal, Request(action, target.arn))
                if not isinstance(answer, Denied):
                    yield self._step(principal, None, target, f"takes {target}", (answer,))
        for other in self.others:
            if other.kind is Kind.ROLE and principal.kind in {Kind.ROLE, Kind.USER}:
                answer = self.allowed(principal.arn, action, other.arn, None)
                if not isinstance(answer, Denied):
                    yield self._step(principal, None, other, f"takes {other}, whose trust is not known", (answer,))

    def _passes(self, principal: Principal, method: Method) -> Iterator[Step]:
        if isinstance(self.allowed(principal.arn, "iam:PassRole", None, None), Denied):
            return
        needed = self._needs(principal, method, None)
        if needed is None:
            return
        service = Principal(Kind.SERVICE, method.service, method.service)
        for target in self._all("role"):
            passed = self.allowed(principal.arn, "iam:PassRole", target.arn, method.service)
            if isinstance(passed, Denied) or target.name == principal.name:
                continue
            if target.trust is not None:
                trusted = evaluate(self.model, service, Request("sts:AssumeRole", target.arn))
                if isinstance(trusted, Denied):
                    continue
            how = f"hands {target} to {method.service} and {method.what}"
            yield self._step(principal, method, target, how, (passed, *needed))

    def _changes(self, principal: Principal, method: Method) -> Iterator[Step]:
        for holder in (*self.model.holders, *self._other_holders(method)):
            if holder.type != method.holder:
                continue
            target = self.model.by_arn.get(holder.role) or Principal(Kind.ROLE, holder.role, holder.role)
            answers = self._needs(principal, method, holder.arn if method.asks == "holder" else None)
            if answers is not None and target.name != principal.name:
                yield self._step(principal, method, target, f"{method.what} {holder.name}, which is {target}", answers)

    def _other_holders(self, method: Method) -> Iterator[Holder]:
        """What runs outside the stack, with roles that nobody knows here."""
        form = _FORMS.get(method.holder)
        for account in self.accounts if form else ():
            role = f"arn:aws:iam::{account}:role/{OTHER}"
            yield Holder(self._outside(form or "", account), f"any other one of {account}", method.holder, role)

    def _rewrites(self, principal: Principal) -> Iterator[Step]:
        """Whose policies a principal may write."""
        if principal.kind not in {Kind.ROLE, Kind.USER}:
            return
        for method in methods("rewrite"):
            for target in self.model.roles:
                if target.kind == method.kind:
                    answers = self._needs(principal, method, target.arn)
                    if answers is not None:
                        yield self._step(principal, method, target, f"{method.what} {target}", answers)

    @staticmethod
    def _outside(form: str, account: str) -> str:
        return form.format(account=account, name=OTHER)

    # -- questions ------------------------------------------------------------------------------------------------

    def _needs(self, principal: Principal, method: Method, resource: str | None) -> tuple[Answer, ...] | None:
        """An answer for each need that is not denied; None if one of them is."""
        found: list[Answer] = []
        for group in method.needs:
            answers = [self.allowed(principal.arn, action, resource, None) for action in group]
            best = min(answers, key=_rank)
            if isinstance(best, Denied):
                return None
            found.append(best)
        return tuple(found)

    def _allowed(self, arn: str, action: str, resource: str | None, passed_to: str | None) -> Answer:
        principal = self.model.by_arn[arn]
        if not _speaks_of(principal, action):
            return Denied("no policy speaks of it")
        context: Context = {"iam:passedtoservice": (passed_to,)} if passed_to else {}
        return evaluate(self.model, principal, Request(action, resource, context))

    def _all(self, kind: str) -> Iterable[Principal]:
        return [p for p in (*self.model.roles, *self.others) if p.kind == kind]

    def _is_administrator(self, principal: Principal) -> bool:
        user = f"arn:aws:iam::{principal.account}:user/{OTHER}"
        probes = (("atoll:Anything", f"arn:aws:atoll:::{OTHER}"), ("iam:CreateUser", user))
        return all(isinstance(evaluate(self.model, principal, Request(*probe)), Allowed) for probe in probes)

    def _step(
        self, principal: Principal, method: Method | None, target: Principal, how: str, answers: tuple[Answer, ...]
    ) -> Step:
        """A step; whoever may have any role or user of an account may have its administrator."""
        anybody = target.arn.endswith(f"/{OTHER}") or target.arn == OTHER or target.name in self.administrators
        name = ADMINISTRATOR if anybody else target.name
        return _made(principal, method.id if method else "assume-role", name, how, answers)


def _made(principal: Principal, method: str, target: str, how: str, answers: tuple[Answer, ...]) -> Step:
    hangs_on = tuple(dict.fromkeys(text for answer in answers for text in _open(answer)))
    return Step(principal.name, method, target, how, not hangs_on, hangs_on)


def _open(answer: Answer) -> Iterator[str]:
    match answer:
        case Undecided(what):
            yield f"unknown: {what}"
        case Allowed() as allowed:
            if all(grant.when for grant in allowed.by):
                yield " or ".join(" and ".join(grant.when) for grant in allowed.by)
            for group in allowed.provided:
                yield " or ".join(" and ".join(grant.when) for grant in group)
            for grant in allowed.unless:
                yield f"not: {' and '.join(grant.when)}"
        case Denied():
            pass


def _rank(answer: Answer) -> int:
    match answer:
        case Allowed() as allowed:
            return int(allowed.conditional)
        case Undecided():
            return 2
        case Denied():
            return 3


def _speaks_of(principal: Principal, action: str) -> bool:
    """Whether an identity policy may allow an action at all: most of them do not speak of most."""
    return any(
        policy.statements is None or any(s.allows(action) for s in policy.statements) for policy in principal.policies
    )


_FORMS: Final = {
    "aws:lambda/function:Function": "arn:aws:lambda:us-east-1:{account}:function:{name}",
    "aws:ec2/instance:Instance": "arn:aws:ec2:us-east-1:{account}:instance/{name}",
    "aws:codebuild/project:Project": "arn:aws:codebuild:us-east-1:{account}:project/{name}",
    "aws:sfn/stateMachine:StateMachine": "arn:aws:states:us-east-1:{account}:stateMachine:{name}",
    "aws:glue/job:Job": "arn:aws:glue:us-east-1:{account}:job/{name}",
    "aws:cloudformation/stack:Stack": "arn:aws:cloudformation:us-east-1:{account}:stack/{name}/{name}",
}
"""Type of what runs with a role → ARN of one that is in no stack here."""
