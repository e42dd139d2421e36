"""Evidence about one stack: requirement → controls → resources → verdict → test → source of the mapping.

It never claims more than that a control supports a requirement: whether an organisation meets one is for its auditor.
There is no clock in it: two reports of the same input are the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from graph import ResourceGraph
from policies.catalogue import Requirement, requirements, rows
from policies.control import AnyControl
from policies.evidence.frameworks import Framework, frameworks, natural
from policies.evidence.proofs import proofs
from policies.gate import Judged, Judgement, Outcome
from policies.run import Result, Run
from policies.runtime.places import only_at_runtime, places_of
from policies.verdicts import Fail, NotApplicable, Pass, Undecided
from policies.waivers import Waiver

CLAIM = (
    "A control supports a requirement, as the named source of the mapping says. No report shows that an organisation "
    "meets a requirement: processes and people are not in the program."
)


@unique
class Status(StrEnum):
    """What a control said about a resource, and what became of it."""

    PASS = "pass"
    BLOCKS = "blocks"
    ADVISES = "advises"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"


@unique
class Standing(StrEnum):
    """What is known about a control, or about a requirement."""

    FINDINGS = "findings"
    """Something fails or cannot be told."""
    EXCEPTIONS = "exceptions"
    """What fails is waived or only advises here."""
    SUPPORTED = "supported"
    """Everything that was asked passes."""
    NOTHING = "nothing to check"
    """There are controls but no resource of their kind in this stack."""
    UNPROVED = "not proved here"
    """It cannot be told before deployment."""
    NO_CONTROL = "no control"
    """Nothing here looks at it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a control said about one resource."""

    urn: str
    name: str
    type: str
    """Type token; empty for the stack as a whole."""
    source: str | None
    """Where the program declares it, such as `stacks/region/data.py:40`."""
    status: Status
    says: str
    """Sentence of the control; empty where it passes."""
    proved: bool
    """False where a property is not known before deployment."""
    why: str | None
    """Reason of the waiver or the profile."""
    waiver: Waiver | None


@dataclass(frozen=True, slots=True)
class ControlEvidence:
    """A control and everything that it said."""

    control: AnyControl
    standing: Standing
    answers: tuple[Answer, ...]
    proofs: tuple[str, ...]
    """Node ids of the tests that prove that it sees."""
    runtime: str
    """What AWS Config asks of the same, or why nothing."""
    supports: tuple[Requirement, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """Status → number of resources."""
        return Counter(answer.status for answer in self.answers)


@dataclass(frozen=True, slots=True)
class RequirementEvidence:
    """A requirement and the controls that support it."""

    framework: str
    id: str
    section: bool
    """Whether it stands for a whole section that no control supports."""
    standing: Standing
    controls: tuple[tuple[str, str], ...]
    """Control and source of the mapping."""
    unbuilt: tuple[str, ...]
    """Rows of the catalogue that map to it and have no control."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The report."""

    project: str
    stack: str
    environment: str
    profile: str
    """Profile that says what blocks."""
    commit: str
    """Newest commit of the program; `unknown` outside a repository."""
    as_of: datetime
    """Time of the newest commit, or the day that was asked for; UTC."""
    chosen: tuple[Framework, ...]
    controls: tuple[ControlEvidence, ...]
    requirements: tuple[RequirementEvidence, ...]
    waivers: tuple[Waiver, ...]
    """Those of this stack that hold on that day."""
    advice: tuple[tuple[str, str], ...]
    """Control that does not block in this environment, and the profile's reason."""
    problems: tuple[str, ...]
    """Controls that raised and waivers that are wrong."""

    def control(self, name: str) -> ControlEvidence:
        """The evidence of one control."""
        return next(found for found in self.controls if found.control.id == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What the report is about."""

    environment: str
    profile: str
    commit: str
    as_of: datetime
    advice: Mapping[str, str]
    """Of the profile."""
    waivers: Sequence[Waiver]
    frameworks: Sequence[str]
    """Those that the report is limited to; all where there are none."""


def build(
    graph: ResourceGraph, asked: Iterable[AnyControl], done: Run, judgement: Judgement, about: Subject
) -> Evidence:
    """Put the evidence of a run together.

    Raises:
        LookupError: a framework is unknown.
    """
    unknown = sorted(set(about.frameworks) - frameworks().keys())
    if unknown:
        raise LookupError(f"there is no framework {', '.join(unknown)}; there are {', '.join(sorted(frameworks()))}")
    chosen = tuple(f for name, f in frameworks().items() if not about.frameworks or name in about.frameworks)
    names = {framework.id for framework in chosen}
    wanted = [c for c in asked if not about.frameworks or any(r.framework in names for r in requirements(c))]
    outcomes = {(judged.result.control.id, judged.result.urn): judged for judged in judgement.findings}
    by_control: dict[str, list[Answer]] = {control.id: [] for control in wanted}
    for result in done.results:
        if result.control.id in by_control:
            by_control[result.control.id].append(_answer(result, outcomes, graph))
    controls = tuple(_control(control, tuple(by_control[control.id]), names) for control in wanted)
    return Evidence(
        project=graph.project,
        stack=graph.stack,
        environment=about.environment,
        profile=about.profile,
        commit=about.commit,
        as_of=about.as_of,
        chosen=chosen,
        controls=controls,
        requirements=tuple(r for framework in chosen for r in _requirements(framework, controls)),
        waivers=tuple(w for w in about.waivers if w.target.split("::")[0] == f"urn:pulumi:{graph.stack}"),
        advice=tuple(sorted((c, why) for c, why in about.advice.items() if c in by_control)),
        problems=judgement.problems,
    )


def _answer(result: Result, outcomes: Mapping[tuple[str, str], Judged], graph: ResourceGraph) -> Answer:
    node = graph.get(result.urn)
    judged = outcomes.get((result.control.id, result.urn))
    status, says, proved = Status.PASS, "", True
    match result.verdict:
        case Pass():
            pass
        case NotApplicable(reason):
            status, says = Status.NOT_APPLICABLE, reason
        case Fail(message):
            says = message
        case Undecided(path):
            says, proved = f"{path} is not known before deployment, and unknown is no pass", False
    if judged is not None:
        status = {Outcome.BLOCKS: Status.BLOCKS, Outcome.ADVISES: Status.ADVISES}.get(judged.outcome, Status.WAIVED)
    return Answer(
        urn=result.urn,
        name=result.name,
        type="" if node is None or node.is_stack else node.type,
        source=str(node.source) if node is not None and node.source is not None else None,
        status=status,
        says=says,
        proved=proved,
        why=judged.why if judged is not None else None,
        waiver=judged.waiver if judged is not None else None,
    )


def _control(control: AnyControl, answers: tuple[Answer, ...], frameworks: set[str]) -> ControlEvidence:
    return ControlEvidence(
        control=control,
        standing=_standing_of_control(control, answers),
        answers=answers,
        proofs=proofs().get(control.id, ()),
        runtime=places_of(control).runtime,
        supports=tuple(
            sorted(
                (r for r in requirements(control) if r.framework in frameworks),
                key=lambda r: (r.framework, natural(r.id)),
            )
        ),
    )


def _standing_of_control(control: AnyControl, answers: Sequence[Answer]) -> Standing:
    found = {answer.status for answer in answers}
    unproved = any(not answer.proved for answer in answers)
    if Status.BLOCKS in found and any(a.proved for a in answers if a.status is Status.BLOCKS):
        return Standing.FINDINGS
    if only_at_runtime(control) or unproved:
        return Standing.UNPROVED
    if found & {Status.ADVISES, Status.WAIVED}:
        return Standing.EXCEPTIONS
    return Standing.SUPPORTED if Status.PASS in found else Standing.NOTHING


_WORST = (Standing.FINDINGS, Standing.UNPROVED, Standing.EXCEPTIONS, Standing.SUPPORTED, Standing.NOTHING)


def _requirements(framework: Framework, controls: Sequence[ControlEvidence]) -> Iterable[RequirementEvidence]:
    supporting: dict[str, list[tuple[ControlEvidence, str]]] = {}
    for evidence in controls:
        for requirement in evidence.supports:
            if requirement.framework == framework.id:
                supporting.setdefault(requirement.id, []).append((evidence, requirement.source))
    built = {row for evidence in controls for row in evidence.control.catalogue}
    for name in framework.requirements:
        found = supporting.get(name, [])
        standings = {evidence.standing for evidence, _ in found}
        yield RequirementEvidence(
            framework=framework.id,
            id=name,
            section=name in framework.sections,
            standing=next((s for s in _WORST if s in standings), Standing.NO_CONTROL),
            controls=tuple((evidence.control.id, source) for evidence, source in found),
            unbuilt=tuple(
                row.id
                for row in rows().values()
                if row.id not in built and any((r.framework, r.id) == (framework.id, name) for r in row.requirements)
            ),
        )
