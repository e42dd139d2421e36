"""Evidence as OCSF Compliance Findings (class 2003): one for each control and resource.

https://schema.ocsf.io/1.5.0/classes/compliance_finding
"""

from __future__ import annotations

from typing import Any

from policies.control import Severity
from policies.evidence.model import Answer, ControlEvidence, Evidence, Status
from policies.evidence.stable import TOOL, VERSION, as_json, identifier

OCSF_VERSION = "1.5.0"
CREATE = 1
SEVERITIES = {Severity.LOW: 2, Severity.MEDIUM: 3, Severity.HIGH: 4, Severity.CRITICAL: 5}
INFORMATIONAL = 1
PASS, WARNING, FAIL = (1, "Pass"), (2, "Warning"), (3, "Fail")
NEW, SUPPRESSED, RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")


def to_ocsf(evidence: Evidence) -> str:
    """A JSON array of findings; what a control has nothing to say about is left out."""
    return as_json(
        [
            _finding(found, answer, evidence)
            for found in evidence.controls
            for answer in found.answers
            if answer.status is not Status.NOT_APPLICABLE
        ]
    )


def _finding(found: ControlEvidence, answer: Answer, evidence: Evidence) -> dict[str, Any]:
    control = found.control
    at = int(evidence.as_of.timestamp() * 1000)
    passed = answer.status is Status.PASS
    judged = PASS if passed else FAIL if answer.proved and answer.status is not Status.ADVISES else WARNING
    status = RESOLVED if passed else SUPPRESSED if answer.status is Status.WAIVED else NEW
    made: dict[str, Any] = {
        "activity_id": CREATE,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": 2003,
        "type_uid": 200300 + CREATE,
        "type_name": "Compliance Finding: Create",
        "time": at,
        "message": f"{answer.name}: {answer.says or control.title}",
        "metadata": {
            "version": OCSF_VERSION,
            "uid": identifier(evidence, "result", control.id, answer.urn),
            "product": {"name": TOOL, "vendor_name": TOOL, "version": VERSION},
        },
        "severity_id": INFORMATIONAL if passed else SEVERITIES[control.severity],
        "severity": "Informational" if passed else control.severity.capitalize(),
        "status_id": status[0],
        "status": status[1],
        "finding_info": {
            "uid": identifier(evidence, "finding", control.id, answer.urn),
            "title": control.title,
            "desc": control.rationale,
            "types": [control.pillar.value],
            "created_time": at,
        },
        "compliance": {
            "control": control.id,
            "desc": control.title,
            "standards": sorted({r.framework for r in found.supports}) or ["atoll"],
            "requirements": [f"{r.framework} {r.id}" for r in found.supports],
            "status_id": judged[0],
            "checks": [{"uid": proof, "name": "mutation that the control must notice"} for proof in found.proofs[:1]],
        },
        "remediation": {"desc": f"{control.remediation.summary}."},
        "resources": [{"uid": answer.urn, "name": answer.name, "type": answer.type or "pulumi:pulumi:Stack"}],
        "unmapped": {
            "verdict": answer.status,
            "mapping_sources": [f"{r.framework} {r.id}: {r.source}" for r in found.supports],
            "proved_before_deployment": answer.proved,
            "runtime": found.runtime,
        },
    }
    if answer.why:
        made["status_detail"] = answer.why
    if answer.waiver is not None:
        made["unmapped"]["waiver"] = {
            "owner": answer.waiver.owner,
            "expires": answer.waiver.expires.isoformat(),
            "granted": answer.waiver.granted.isoformat(),
        }
    return made
