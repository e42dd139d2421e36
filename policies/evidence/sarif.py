"""Evidence as SARIF 2.1.0: rules are controls, taxa are requirements, waivers are suppressions.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from typing import Any

from policies.control import Severity
from policies.evidence.model import Answer, ControlEvidence, Evidence, Status
from policies.evidence.stable import TOOL, VERSION, as_json, identifier, moment

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {Severity.LOW: "note", Severity.MEDIUM: "warning", Severity.HIGH: "error", Severity.CRITICAL: "error"}
RANKS = {Severity.LOW: 25.0, Severity.MEDIUM: 50.0, Severity.HIGH: 75.0, Severity.CRITICAL: 100.0}
SECURITY_SEVERITY = {Severity.LOW: "2.0", Severity.MEDIUM: "5.0", Severity.HIGH: "8.0", Severity.CRITICAL: "9.5"}
"""As code scanning sorts by: a number below 10."""
KINDS = {Status.PASS: "pass", Status.NOT_APPLICABLE: "notApplicable"}


def to_sarif(evidence: Evidence) -> str:
    """The report; what a control has nothing to say about is left out."""
    places = {found.control.id: number for number, found in enumerate(evidence.controls)}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": TOOL,
                "semanticVersion": VERSION,
                "rules": [_rule(found, evidence) for found in evidence.controls],
                "supportedTaxonomies": [_reference(framework.id, evidence) for framework in evidence.chosen],
            }
        },
        "automationDetails": {"id": f"{evidence.project}/{evidence.stack}/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"PROJECT": {"description": {"text": "The folder with Pulumi.yaml"}}},
        "invocations": [_invocation(evidence)],
        "properties": {"stack": evidence.stack, "profile": evidence.profile, "commit": evidence.commit},
        "taxonomies": [_taxonomy(framework.id, framework.title, evidence) for framework in evidence.chosen],
        "results": [
            _result(found, places[found.control.id], answer, evidence)
            for found in evidence.controls
            for answer in found.answers
            if answer.status is not Status.NOT_APPLICABLE
        ],
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _invocation(evidence: Evidence) -> dict[str, Any]:
    notes = [{"level": "error", "message": {"text": problem}} for problem in evidence.problems]
    made: dict[str, Any] = {"executionSuccessful": not notes, "endTimeUtc": moment(evidence.as_of)}
    return {**made, "toolExecutionNotifications": notes} if notes else made


def _reference(framework: str, evidence: Evidence) -> dict[str, str]:
    return {"name": framework, "guid": identifier(evidence, "taxonomy", framework)}


def _taxonomy(framework: str, title: str, evidence: Evidence) -> dict[str, Any]:
    taxa = [
        {
            "id": r.id,
            "guid": identifier(evidence, "taxon", framework, r.id),
            "properties": {"standing": r.standing, "wholeSection": r.section},
        }
        for r in evidence.requirements
        if r.framework == framework
    ]
    return {
        **_reference(framework, evidence),
        "shortDescription": {"text": title},
        "isComprehensive": False,
        "taxa": taxa,
    }


def _rule(found: ControlEvidence, evidence: Evidence) -> dict[str, Any]:
    control = found.control
    fix = control.remediation
    return {
        "id": control.id,
        "guid": identifier(evidence, "rule", control.id),
        "name": "".join(word.capitalize() for word in control.id.split("-")),
        "shortDescription": {"text": control.title},
        "fullDescription": {"text": control.rationale},
        "help": {
            "text": f"{fix.summary}.\n\n{fix.snippet}",
            "markdown": f"{control.rationale}\n\n{fix.summary}.\n\n```python\n{fix.snippet}\n```",
        },
        "defaultConfiguration": {"level": LEVELS[control.severity], "rank": RANKS[control.severity]},
        "relationships": [
            {
                "target": {
                    "id": r.id,
                    "guid": identifier(evidence, "taxon", r.framework, r.id),
                    "toolComponent": _reference(r.framework, evidence),
                },
                "kinds": ["relevant"],
                "description": {"text": f"supports, by {r.source}"},
            }
            for r in found.supports
        ],
        "properties": {
            "tags": sorted({control.pillar.value, *(r.framework for r in found.supports)}),
            "security-severity": SECURITY_SEVERITY[control.severity],
            "standing": found.standing,
            "proofs": found.proofs,
            "runtime": found.runtime,
        },
    }


def _result(found: ControlEvidence, place: int, answer: Answer, evidence: Evidence) -> dict[str, Any]:
    control = found.control
    kind = KINDS.get(answer.status, "fail" if answer.proved else "open")
    level = LEVELS[control.severity] if kind == "fail" else "none"
    if answer.status is Status.ADVISES and kind == "fail":
        level = "note"
    text = f"{answer.name}: {answer.says or control.title}"
    made: dict[str, Any] = {
        "ruleId": control.id,
        "ruleIndex": place,
        "guid": identifier(evidence, "result", control.id, answer.urn),
        "kind": kind,
        "level": level,
        "message": {"text": f"{text}. {answer.why}" if answer.why else text},
        "locations": [_location(answer)],
        "partialFingerprints": {"controlAndResource/v1": identifier(evidence, control.id, answer.urn)},
        "properties": {"verdict": answer.status},
    }
    if answer.waiver is not None:
        waiver = answer.waiver
        made["suppressions"] = [
            {
                "kind": "external",
                "status": "accepted",
                "justification": f"{waiver.reason} ({waiver.owner}, until {waiver.expires.isoformat()})",
            }
        ]
    return made


def _location(answer: Answer) -> dict[str, Any]:
    made: dict[str, Any] = {
        "logicalLocations": [{"name": answer.name, "fullyQualifiedName": answer.urn, "kind": "resource"}]
    }
    file, _, line = (answer.source or "").rpartition(":")
    if file and line.isdigit():
        made["physicalLocation"] = {
            "artifactLocation": {"uri": file, "uriBaseId": "PROJECT"},
            "region": {"startLine": int(line)},
        }
    return made
