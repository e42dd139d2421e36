"""`atoll iam …`: who can do what to which resource in a stack, before it is deployed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from console import project
from console.exits import Exit
from console.project import ProjectError
from console.talk import expects, fail, result, result_json, say
from contracts.settings import ServiceStackSettings, SettingsError, load_any
from graph.errors import GraphError

if TYPE_CHECKING:
    from analysis.iam import Answer, Can, Finding, IamModel
    from contracts.services.bindings import Service
    from graph.resource_graph import ResourceGraph

app = typer.Typer(no_args_is_help=True, help="Who can do what to which resource; ways to more rights; unused grants.")
_KNOWN = (SettingsError, ProjectError, GraphError, LookupError)

Stack = Annotated[str, typer.Argument(help="Name of the stack.")]
With = Annotated[list[str] | None, typer.Option("--with", help="Another stack to look at, too; may be repeated.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Check = Annotated[bool, typer.Option("--check", help="For pipelines: exit with 3 if there is something to see.")]


@app.callback()
def iam() -> None:
    """Who can do what to which resource."""


@app.command("who")
@expects(*_KNOWN)
def who_can(
    stack: Stack,
    action: Annotated[str, typer.Argument(help="Such as s3:GetObject.")],
    resource: Annotated[str, typer.Argument(help="ARN, name or alias of a resource.")],
    others: With = None,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Say who can do something to a resource, by which statement, and of whom nobody can tell.

    With --check, exit 3 if anybody can or may be able to.
    """
    from analysis.iam import find_resource, who

    _check_action(action)
    model = _model(stack, others)
    arn = find_resource(model, resource)
    found = who(model, action, arn)
    if as_json:
        result_json({"action": action, "resource": arn, "who": [_as_json(each) for each in found]})
    else:
        _print("\n".join(f"{each.principal}: {each.answer}" for each in found) or f"Nobody can {action} {arn}.")
    if check and found:
        raise typer.Exit(Exit.FINDINGS)


@app.command("can")
@expects(*_KNOWN)
def can_do(
    stack: Stack,
    principal: Annotated[str, typer.Argument(help="Name or ARN of a role or user, of a service, or `anyone`.")],
    action: Annotated[str | None, typer.Argument(help="Such as s3:GetObject; all rights if left out.")] = None,
    resource: Annotated[str | None, typer.Argument(help="ARN, name or alias; every one if left out.")] = None,
    others: With = None,
    as_json: AsJson = False,
    check: Check = False,
) -> None:
    """Say what a principal can do. With --check and an action, exit 3 unless it is allowed."""
    from analysis.iam import Allowed, Denied, can, find_principal, find_resource, rights

    if action is not None:
        _check_action(action)
    model = _model(stack, others)
    found = find_principal(model, principal)
    if action is None:
        lines = rights(model, found)
        if as_json:
            names = ("allow", "actions", "resources", "conditions", "where")
            result_json({"principal": found.arn, "rights": [{n: getattr(r, n) for n in names} for r in lines]})
            return
        for right in lines:
            when = f"\n    when {' and '.join(right.conditions)}" if right.conditions else ""
            verb = "may" if right.allow else "may not"
            _print(
                f"{verb} {', '.join(right.actions)}\n    on {', '.join(right.resources)}{when}\n    by {right.where}"
            )
        return
    answers = can(model, found, action, find_resource(model, resource) if resource else None)
    if as_json:
        result_json([_as_json(each) for each in answers])
    else:
        told = [each for each in answers if resource or not isinstance(each.answer, Denied)]
        _print(
            "\n".join(f"{each.resource}: {each.answer}" for each in told) or f"{found} cannot {action} anything here."
        )
    if check and not any(isinstance(each.answer, Allowed) for each in answers):
        raise typer.Exit(Exit.FINDINGS)


@app.command()
@expects(*_KNOWN)
def escalate(stack: Stack, others: With = None, as_json: AsJson = False, check: Check = False) -> None:
    """Print the shortest way of each principal to an administrator's rights or another principal's.

    With --check, exit 3 if any of them is not explained.
    """
    from analysis.iam import FindingKind

    kinds = {FindingKind.ESCALATION, FindingKind.PUBLIC, FindingKind.UNREADABLE}
    _report(stack, others, {str(kind) for kind in kinds}, as_json, check)


@app.command()
@expects(*_KNOWN)
def unused(stack: Stack, others: With = None, as_json: AsJson = False, check: Check = False) -> None:
    """Print grants of a service's stack that nothing asks for, and what its contract needs and nothing grants.

    With --check, exit 3 if there are any that are not explained.
    """
    if not isinstance(load_any(project.stack_file(stack)), ServiceStackSettings):
        fail(f"{stack} is no stack of a service: it has no contract to hold its grants against.", Exit.USAGE)
    from analysis.iam import FindingKind

    kinds = {FindingKind.UNUSED, FindingKind.MISSING, FindingKind.UNREADABLE}
    _report(stack, others, {str(kind) for kind in kinds}, as_json, check)


def _print(text: str) -> None:
    """Print a result with placeholders as people call them."""
    from analysis.iam.arns import shown

    result(shown(text))


def _report(stack: str, others: list[str] | None, kinds: set[str], as_json: bool, check: bool) -> None:
    found = [each for each in findings(stack, others) if each.kind in kinds]
    if as_json:
        names = ("kind", "subject", "message", "why")
        result_json({"stack": stack, "findings": [{name: getattr(each, name) for name in names} for each in found]})
    else:
        for each in found:
            _print(f"{each.kind}: {each.message}" + (f"\n  meant: {each.why}" if each.why else ""))
    standing = [each for each in found if each.stands]
    say(f"{len(standing)} finding(s), {len(found) - len(standing)} more with a reason.")
    if check and standing:
        raise typer.Exit(Exit.FINDINGS)


def findings(stack: str, others: list[str] | None = None) -> tuple[Finding, ...]:
    """Everything that the proofs find in a stack."""
    from analysis.iam import check

    graphs = _graphs(stack, others)
    return check(*graphs, service=_service(stack))


def _model(stack: str, others: list[str] | None) -> IamModel:
    from analysis.iam import read_model

    return read_model(*_graphs(stack, others))


def _graphs(stack: str, others: Iterable[str] | None) -> list[ResourceGraph]:
    """The stack, that of its region if it is a service's, and others."""
    from console.offline import record_stack

    settings = load_any(project.stack_file(stack))
    region = [settings.region_stack] if isinstance(settings, ServiceStackSettings) else []
    return [record_stack(project.stack_file(name)).graph for name in dict.fromkeys([stack, *region, *(others or ())])]


def _service(stack: str) -> Service | None:
    """The contract of a service's stack, in its place; it has been found good, for the stack was recorded."""
    settings = load_any(project.stack_file(stack))
    if not isinstance(settings, ServiceStackSettings):
        return None
    from stacks.service.plan import SERVICES, checked_service

    return checked_service(settings, SERVICES)


def _check_action(text: str) -> None:
    service, colon, operation = text.partition(":")
    if not (service and colon and operation) or "*" in text:
        fail(f"`{text}` is no action; write it like s3:GetObject.", Exit.USAGE)


def _as_json(each: Can) -> dict[str, Any]:
    return {"principal": each.principal.arn, "kind": each.principal.kind, "resource": each.resource} | _told(
        each.answer
    )


def _told(answer: Answer) -> dict[str, Any]:
    from analysis.iam import Allowed, Denied

    match answer:
        case Allowed():
            grants = {
                "by": [str(grant) for grant in answer.by],
                "provided": [[str(grant) for grant in group] for group in answer.provided],
                "unless": [str(grant) for grant in answer.unless],
            }
            return {"answer": "allowed", "conditional": answer.conditional, **grants}
        case Denied():
            return {"answer": "denied", "why": answer.why}
        case _:
            return {"answer": "unknown", "property": answer.property}
