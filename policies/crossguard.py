"""Controls as a CrossGuard pack: the same functions, on what the engine knows.

What only the program knows: in a preview the engine has no outputs yet, so a policy document with the ARN of a new
resource is unknown to it. CrossGuard would turn such a mandatory policy into advice and let the preview succeed. Here
an unknown never passes: what the engine cannot tell is looked up in the offline recording of the same program, which
knows which output of which resource every value is, and fails where that does not know either.

Before a resource is created, the controls that need no other resource are asked again with the values of that moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as EngineSeverity

from contracts.plain_secrets import names_a_secret
from graph import ResourceGraph
from graph.nodes import Node
from graph.values import SECRET, FrozenMap, Value
from graph.wire import decode
from policies.control import AnyControl, Control, Severity
from policies.packs import controls_of
from policies.profiles import profile, profile_name
from policies.run import Result, Run, run
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict

PROJECT = Path(__file__).parents[1]
LOOKUP_SECONDS = 120
SEVERITIES = {
    Severity.LOW: EngineSeverity.LOW,
    Severity.MEDIUM: EngineSeverity.MEDIUM,
    Severity.HIGH: EngineSeverity.HIGH,
    Severity.CRITICAL: EngineSeverity.CRITICAL,
}


def serve(pack: str) -> None:
    """Serve a pack to the engine that has started this process; does not return."""
    PolicyPack(
        f"atoll-{pack}",
        policies=[*policies(controls_of(pack))],
        enforcement_level=EnforcementLevel.MANDATORY,
        description=f"Atoll's {pack} controls",
    )


def policies(controls: Iterable[AnyControl]) -> list[ResourceValidationPolicy | StackValidationPolicy]:
    """One policy a control; those that look at one resource alone have one for its registration, too."""
    made: list[ResourceValidationPolicy | StackValidationPolicy] = []
    for control in controls:
        if isinstance(control, Control) and not control.looks_around:
            made.append(_at_registration(control))
        made.append(_of_stack(control))
    return made


def _described(control: AnyControl) -> dict[str, Any]:
    return {
        "description": control.title,
        "enforcement_level": _level(control),
        "severity": SEVERITIES[control.severity],
        "remediation_steps": control.remediation.summary,
    }


def _level(control: AnyControl) -> EnforcementLevel:
    advisory = profile(profile_name(environment())).advisory
    return EnforcementLevel.ADVISORY if control.id in advisory else EnforcementLevel.MANDATORY


def _at_registration(control: Control) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if "aws:*" not in control.types and args.resource_type not in control.types:
            return
        node = _node(args.urn, args.resource_type, args.name, args.props, custom=args.provider is not None)
        graph = ResourceGraph([node], project=pulumi.get_project(), stack=pulumi.get_stack())
        done = run(graph, [control], layer="", settings=_settings(), exact=False)
        for broken in done.broken:
            report(f"the control itself has failed: {broken.error}", args.urn)
        for result in done.results:
            if isinstance(result.verdict, Fail):  # what is unknown here is judged with the whole stack
                report(_sentence(result), args.urn)

    return ResourceValidationPolicy(name=f"{control.id}-at-registration", validate=validate, **_described(control))


def _of_stack(control: AnyControl) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        done = _run_on(args, control)
        for broken in done.broken:
            report(f"the control itself has failed: {broken.error}", broken.urn)
        for result in done.findings:
            verdict = result.verdict
            if isinstance(verdict, Undecided):
                verdict = _told_by_the_program(control.id, result.urn, verdict)
            if isinstance(verdict, Fail | Undecided):
                report(_sentence(Result(control, result.urn, result.name, verdict)), result.urn)

    return StackValidationPolicy(name=control.id, validate=validate, **_described(control))


def _run_on(args: StackValidationArgs, control: AnyControl) -> Run:
    graph = graph_of(args.resources)
    return run(graph, [control], layer=layer(), settings=_settings(), exact=False)


@cache
def _settings() -> Mapping[str, Any]:
    return profile(profile_name(environment())).settings


def environment() -> str:
    """The stack's environment as its own configuration says; what says nothing is judged as production is."""
    return _configuration().get("atoll:environment", "prod")


def layer() -> str:
    """The stack's layer as its own configuration says."""
    return _configuration().get("atoll:layer", "region")


def _configuration() -> Mapping[str, str]:
    return cast("Mapping[str, str]", json.loads(os.environ.get("PULUMI_CONFIG", "{}")))


def graph_of(resources: Iterable[PolicyResource]) -> ResourceGraph:
    """The engine's resources as a graph; outputs are where their inputs are, as the engine gives them."""
    nodes = [_stack_node(resource) for resource in resources]
    unique = {node.urn: node for node in nodes}  # a replacement is there twice: the new one comes last
    return ResourceGraph(unique.values(), project=pulumi.get_project(), stack=pulumi.get_stack())


def _stack_node(resource: PolicyResource) -> Node:
    by_property = resource.property_dependencies or {}
    return _node(
        resource.urn,
        resource.resource_type,
        resource.name,
        resource.props,
        custom=resource.provider is not None or resource.resource_type.startswith("pulumi:providers:"),
        parent=resource.parent.urn if resource.parent is not None else None,
        provider=resource.provider.urn if resource.provider is not None else None,
        dependencies=tuple(sorted(d.urn for d in resource.dependencies or ())),
        property_dependencies=tuple(
            (name, tuple(sorted(d.urn for d in found))) for name, found in sorted(by_property.items()) if found
        ),
    )


def _node(urn: str, kind: str, name: str, props: Any, **rest: Any) -> Node:
    values = _values(props["__target"])  # what the proxy stands for: asking the proxy for an unknown would raise
    return Node(urn=urn, type=kind, name=name, inputs=values, outputs=values, **rest)


def _values(properties: Mapping[str, Any]) -> FrozenMap:
    """Decode; what stands under the name of a secret is not kept, for the engine has taken the marks away."""

    def value(name: str, item: Any) -> Value:
        return SECRET if isinstance(item, str) and names_a_secret(name) else decode(_plain(item))

    return FrozenMap({name: value(name, item) for name, item in properties.items() if not name.startswith("__")})


def _plain(item: Any) -> Any:
    if isinstance(item, pulumi.Asset | pulumi.Archive):
        return None
    if isinstance(item, dict):
        return {key: _plain(inner) for key, inner in cast("dict[str, Any]", item).items()}
    return [_plain(inner) for inner in cast("list[Any]", item)] if isinstance(item, list) else item


def _sentence(result: Result) -> str:
    match result.verdict:
        case Fail(message):
            return f"{message}. {result.control.remediation.summary}."
        case Undecided(path):
            return (
                f"{path} is not known before deployment, and unknown is no pass. {result.control.remediation.summary}."
            )
        case _:
            return ""


def _told_by_the_program(control: str, urn: str, undecided: Undecided) -> Verdict:
    answer, _, message = _offline_verdicts().get(f"{control} {urn}", "").partition(" ")
    match answer:
        case "pass":
            return PASS
        case "not-applicable":
            return NotApplicable(message)
        case "fail":
            return Fail(message)
        case _:
            return undecided


@cache
def _offline_verdicts() -> Mapping[str, str]:
    """`<control> <urn>` → verdict of the offline recording of this stack; nothing where it cannot be made."""
    command = [sys.executable, "-m", "console", "policy", "verdicts", pulumi.get_stack()]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    done = subprocess.run(
        command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=LOOKUP_SECONDS, check=False
    )
    if done.returncode:
        return {}
    return cast("Mapping[str, str]", json.loads(done.stdout))
