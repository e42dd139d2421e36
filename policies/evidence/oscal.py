"""Evidence as OSCAL assessment results.

An observation tells what a control saw; a finding says only that a requirement's controls found something. There is
no finding that a requirement is satisfied: controls support requirements, they do not show that one is met.
https://pages.nist.gov/OSCAL/resources/concepts/layer/assessment/assessment-results/
"""

from __future__ import annotations

import re
from typing import Any

from policies.evidence.model import CLAIM, ControlEvidence, Evidence, RequirementEvidence, Standing, Status
from policies.evidence.stable import TOOL, VERSION, as_json, identifier, identifier_of_report, moment

OSCAL_VERSION = "1.2.1"
NAMESPACE = "https://atoll.dev/ns/oscal"
"""Of our own properties."""
FAILING = (Standing.FINDINGS, Standing.EXCEPTIONS, Standing.UNPROVED)


def to_oscal(evidence: Evidence) -> str:
    """The report as one `assessment-results` document."""
    when = moment(evidence.as_of)
    observed = [found for found in evidence.controls if found.answers or found.standing is Standing.UNPROVED]
    result: dict[str, Any] = {
        "uuid": identifier_of_report(evidence),
        "title": f"Controls over stack {evidence.stack}",
        "description": CLAIM,
        "start": when,
        "end": when,
        "props": [
            _prop("stack", evidence.stack),
            _prop("profile", evidence.profile),
            _prop("commit", evidence.commit),
        ],
        "local-definitions": {"inventory-items": _inventory(evidence)},
        "reviewed-controls": {"control-selections": _selections(evidence)},
        "observations": [_observation(found, evidence) for found in observed],
        "findings": [_finding(r, evidence) for r in evidence.requirements if r.standing in FAILING],
        "remarks": _remarks(evidence),
    }
    if not result["local-definitions"]["inventory-items"]:
        del result["local-definitions"]
    for empty in [name for name in ("observations", "findings") if not result[name]]:
        del result[empty]
    plan = identifier(evidence, "plan")
    return as_json(
        {
            "assessment-results": {
                "uuid": identifier(evidence, "document", identifier_of_report(evidence)),
                "metadata": {
                    "title": f"Evidence about stack {evidence.stack} of {evidence.project}",
                    "last-modified": when,
                    "version": VERSION,
                    "oscal-version": OSCAL_VERSION,
                },
                "import-ap": {"href": f"#{plan}", "remarks": "The plan is the catalogue of controls itself."},
                "results": [result],
                "back-matter": {
                    "resources": [
                        {
                            "uuid": plan,
                            "title": "The controls and when each is asked",
                            "rlinks": [{"href": "docs/controls.md"}],
                        }
                    ]
                },
            }
        }
    )


def token(text: str) -> str:
    """An id that OSCAL takes: letters, digits, `-`, `_`, `.`, not beginning with a digit."""
    word = re.sub(r"[^A-Za-z0-9._-]", "-", text)
    return word if word[:1].isalpha() or word[:1] == "_" else f"_{word}"


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NAMESPACE, "value": value.strip() or "none"}


def _inventory(evidence: Evidence) -> list[dict[str, Any]]:
    """Every resource that a control has said something about."""
    found = {answer.urn: answer for control in evidence.controls for answer in control.answers}
    return [
        {
            "uuid": identifier(evidence, "resource", urn),
            "description": answer.name,
            "props": [_prop("urn", urn), _prop("type", answer.type or "stack")],
        }
        for urn, answer in sorted(found.items())
    ]


def _selections(evidence: Evidence) -> list[dict[str, Any]]:
    """The requirements of each framework that some control supports; the others were not reviewed."""
    made: list[dict[str, Any]] = []
    for framework in evidence.chosen:
        reviewed = [r.id for r in evidence.requirements if r.framework == framework.id and r.controls]
        if reviewed:
            made.append(
                {
                    "description": framework.title,
                    "props": [_prop("framework", framework.id)],
                    "include-controls": [{"control-id": token(f"{framework.id}_{name}")} for name in reviewed],
                }
            )
    return made or [{"description": "No control here supports any requirement that was asked for."}]


def _observation(found: ControlEvidence, evidence: Evidence) -> dict[str, Any]:
    control = found.control
    counts = ", ".join(f"{number} {status}" for status, number in sorted(found.counts.items()))
    counts = counts or "nothing to ask before deployment"
    said = [answer for answer in found.answers if answer.status is not Status.NOT_APPLICABLE]
    made: dict[str, Any] = {
        "uuid": identifier(evidence, "observation", control.id),
        "title": control.title,
        "description": f"{control.id}: {counts}. {control.rationale}",
        "props": [
            _prop("control", control.id),
            _prop("severity", control.severity),
            _prop("standing", found.standing),
            *(_prop("proof", proof) for proof in found.proofs[:1]),
            _prop("proofs", str(len(found.proofs))),
            _prop("runtime", found.runtime),
        ],
        "methods": ["TEST"],
        "types": ["finding" if found.standing in FAILING else "control-objective"],
        "collected": moment(evidence.as_of),
    }
    if said:
        made["subjects"] = [
            {
                "subject-uuid": identifier(evidence, "resource", answer.urn),
                "type": "inventory-item",
                "title": answer.name,
                "props": [
                    _prop("verdict", answer.status),
                    *([_prop("says", answer.says)] if answer.says else []),
                    *([_prop("why", answer.why)] if answer.why else []),
                    *([_prop("waiver-owner", answer.waiver.owner)] if answer.waiver else []),
                    *([_prop("waiver-expires", answer.waiver.expires.isoformat())] if answer.waiver else []),
                ],
            }
            for answer in said
        ]
    return made


def _finding(requirement: RequirementEvidence, evidence: Evidence) -> dict[str, Any]:
    target = token(f"{requirement.framework}_{requirement.id}")
    told = [name for name, _ in requirement.controls if evidence.control(name).standing in FAILING]
    return {
        "uuid": identifier(evidence, "finding", target),
        "title": f"{requirement.framework} {requirement.id}: {requirement.standing}",
        "description": f"Of the controls that support it, these have findings or cannot be told: {', '.join(told)}",
        "target": {
            "type": "objective-id",
            "target-id": target,
            "status": {
                "state": "not-satisfied",
                "reason": "other" if requirement.standing is Standing.UNPROVED else "fail",
                "remarks": f"{TOOL}: {requirement.standing}",
            },
        },
        "related-observations": [{"observation-uuid": identifier(evidence, "observation", name)} for name in told],
    }


def _remarks(evidence: Evidence) -> str:
    bare = [f"{r.framework} {r.id}" for r in evidence.requirements if r.standing is Standing.NO_CONTROL]
    unproved = [found.control.id for found in evidence.controls if found.standing is Standing.UNPROVED]
    lines = [f"No control here: {', '.join(bare) or 'none'}.", f"Not proved here: {', '.join(unproved) or 'none'}."]
    lines += [f"Only advised in {evidence.environment}: {control}: {why}" for control, why in evidence.advice]
    return "\n\n".join([*lines, *(f"Broken: {problem}" for problem in evidence.problems)])
