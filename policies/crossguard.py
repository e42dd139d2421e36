"""Controls as a CrossGuard pack: the same functions, on what the engine knows.

A pack has a policy for each severity rather than for each control: the engine hands every policy the whole stack anew,
and reading it two hundred times would double the time of a preview. Each violation begins with its control.

In a preview the engine has no outputs yet, so a policy document with the ARN of a new resource is unknown to it.
CrossGuard would turn a mandatory policy that touches an unknown into advice and let the preview succeed. Here an
unknown never passes: what the engine cannot tell is looked up in the offline recording of the same program, which
knows which output of which resource every value is, and it fails where that does not know either.

Before a resource is created, the controls that need no other resource are asked again with the values of that moment.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import cast

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy import Severity as EngineSeverity

from contracts.settings import SettingsError, load_any
from graph import ResourceGraph
from graph.nodes import Node
from policies.control import AnyControl, Control, Severity
from policies.engine_resources import of_stack, registered
from policies.gate import Judgement, Outcome, judge
from policies.packs import controls_of
from policies.profiles import Profile, profile, profile_name
from policies.run import Run, run
from policies.verdicts import PASS, Fail, NotApplicable, Undecided, Verdict
from policies.waivers import Waivers
from policies.waivers import load as load_waivers
from policies.waivers import today as waivers_today

PROJECT = Path(__file__).parents[1]
LOOKUP_SECONDS = 120
ADVICE = "advice"
"""Policy that tells what the environment's profile or a waiver lets through."""


def serve(pack: str) -> None:
    """Serve a pack to the engine that has started this process; does not return."""
    PolicyPack(
        f"atoll-{pack}",
        policies=[*policies(controls_of(pack))],
        enforcement_level=EnforcementLevel.MANDATORY,
        description=f"Atoll's {pack} controls",
    )


def policies(controls: Sequence[AnyControl]) -> list[ResourceValidationPolicy | StackValidationPolicy]:
    """For each severity that there is, a policy for resources and one for the stack; and one for advice."""
    made: list[ResourceValidationPolicy | StackValidationPolicy] = [_advice(controls)]
    for severity in Severity:
        some = [control for control in controls if control.severity is severity]
        alone = [control for control in some if isinstance(control, Control) and not control.looks_around]
        if alone:
            made.append(_at_registration(severity, alone))
        if some:
            made.append(_of_stack(severity, some))
    return made


def _at_registration(severity: Severity, controls: Sequence[Control]) -> ResourceValidationPolicy:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        asked = [c for c in controls if args.resource_type in c.types or c.types in {("*",), ("aws:*",)}]
        if not asked:
            return
        node = registered(args, args.props)
        stack = Stack.of(args.urn)
        done = run(stack.graph([node]), asked, layer=stack.layer, settings=stack.profile.settings, exact=False)
        known = tuple(result for result in done.results if isinstance(result.verdict, Fail))
        _report(stack.judge(replace(done, results=known), every_control=False), report, Outcome.BLOCKS)

    return ResourceValidationPolicy(
        name=f"{severity}-at-registration",
        description=f"Controls of severity {severity} that look at one resource",
        validate=validate,
        severity=EngineSeverity(severity.value),
    )


def _of_stack(severity: Severity, controls: Sequence[AnyControl]) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        _report(_judged(args, controls), report, Outcome.BLOCKS)

    return StackValidationPolicy(
        name=severity.value,
        description=f"Controls of severity {severity}",
        validate=validate,
        severity=EngineSeverity(severity.value),
    )


def _advice(controls: Sequence[AnyControl]) -> StackValidationPolicy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        judgement = _judged(args, controls)
        _report(judgement, report, Outcome.ADVISES, Outcome.WAIVED)

    return StackValidationPolicy(
        name=ADVICE,
        description="Findings that do not block in this environment, or that are waived",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def _judged(args: StackValidationArgs, controls: Iterable[AnyControl]) -> Judgement:
    nodes = {node.urn: node for node in map(of_stack, args.resources)}
    if not nodes:
        return Judgement((), ())
    stack = Stack.of(next(iter(nodes)))
    graph = stack.graph(nodes.values())
    done = run(graph, controls, layer=stack.layer, settings=stack.profile.settings, exact=False)
    return stack.judge(_told_by_the_program(done, stack), every_control=False)


def _report(judgement: Judgement, report: ReportViolation, *outcomes: Outcome) -> None:
    if Outcome.BLOCKS in outcomes:
        for problem in judgement.problems:
            report(problem, None)
    for found in judgement.findings:
        if found.outcome in outcomes:
            control = found.result.control
            why = found.why or f"{control.remediation.summary}."
            report(f"{control.id}: {control.title}\n{sentence(found.result.verdict)}. {why}", found.result.urn)


def sentence(verdict: Verdict) -> str:
    """A finding in words, without a full stop."""
    match verdict:
        case Fail(message):
            return message
        case Undecided(path):
            return f"{path} is not known before deployment, and unknown is no pass"
        case _:
            return "it passes"


# -- the stack that is judged ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Stack:
    """The stack that the engine works on, as its own file in the project describes it."""

    project: str
    name: str
    layer: str
    profile: Profile

    @staticmethod
    def of(urn: str) -> Stack:
        """The stack of a resource. The engine tells packs in Python neither its name nor its configuration."""
        name, project = urn.removeprefix("urn:pulumi:").split("::")[:2]
        return _stack(project, name)

    def graph(self, nodes: Iterable[Node]) -> ResourceGraph:
        """Its resources as a graph."""
        return ResourceGraph(nodes, project=self.project, stack=self.name)

    def judge(self, done: Run, *, every_control: bool) -> Judgement:
        """Weigh a run of controls over it."""
        return judge(done, self.profile, _waivers(), self.name, every_control=every_control)


@cache
def _stack(project: str, name: str) -> Stack:
    try:
        settings = load_any(PROJECT / f"Pulumi.{name}.yaml")
    except (SettingsError, OSError):  # a stack that says nothing of itself is judged as production is
        return Stack(project, name, "region", profile("prod"))
    return Stack(project, name, settings.layer, profile(profile_name(settings.environment)))


@cache
def _waivers() -> Waivers:
    return load_waivers(PROJECT / "policies" / "waivers.yaml", waivers_today(PROJECT))


def _told_by_the_program(done: Run, stack: Stack) -> Run:
    """Replace what the engine cannot tell by what the program's recording says."""
    if not any(isinstance(result.verdict, Undecided) for result in done.results):
        return done
    known = _offline_verdicts(stack.name)

    def answer(control: str, urn: str, undecided: Verdict) -> Verdict:
        word, _, rest = known.get(f"{control} {urn}", "").partition(" ")
        match word:
            case "pass":
                return PASS
            case "not-applicable":
                return NotApplicable(rest)
            case "fail":
                return Fail(rest)
            case _:
                return undecided

    results = tuple(
        replace(r, verdict=answer(r.control.id, r.urn, r.verdict)) if isinstance(r.verdict, Undecided) else r
        for r in done.results
    )
    return replace(done, results=results)


@cache
def _offline_verdicts(stack: str) -> Mapping[str, str]:
    """`<control> <urn>` → verdict of the offline recording of this stack; nothing where it cannot be made."""
    command = [sys.executable, "-m", "console", "policy", "verdicts", stack]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    try:
        done = subprocess.run(
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=LOOKUP_SECONDS, check=True
        )
    except subprocess.SubprocessError:
        return {}
    return cast("Mapping[str, str]", json.loads(done.stdout))
