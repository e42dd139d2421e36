"""Evidence as JSON and as CSV."""

from __future__ import annotations

import csv
import io
from typing import Any

from policies.evidence.model import CLAIM, Answer, ControlEvidence, Evidence
from policies.evidence.stable import as_json, moment
from policies.waivers import Waiver

COLUMNS = (
    "framework",
    "requirement",
    "standing",
    "control",
    "severity",
    "mapping source",
    "resource",
    "type",
    "declared",
    "verdict",
    "says",
    "proved before deployment",
    "why",
    "waiver owner",
    "waiver expires",
    "proofs",
    "at run time",
)
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def to_json(evidence: Evidence) -> str:
    """The whole report for programs; the other formats say parts of it."""
    return as_json(
        {
            "project": evidence.project,
            "stack": evidence.stack,
            "environment": evidence.environment,
            "profile": evidence.profile,
            "commit": evidence.commit,
            "asOf": moment(evidence.as_of),
            "claim": CLAIM,
            "frameworks": [{"id": f.id, "title": f.title} for f in evidence.chosen],
            "requirements": [
                {
                    "framework": r.framework,
                    "id": r.id,
                    "wholeSection": r.section,
                    "standing": r.standing,
                    "controls": [{"control": control, "source": source} for control, source in r.controls],
                    "rowsWithoutControl": r.unbuilt,
                }
                for r in evidence.requirements
            ],
            "controls": [_control(found) for found in evidence.controls],
            "waivers": [_waiver(waiver) for waiver in evidence.waivers],
            "advice": [{"control": control, "why": why} for control, why in evidence.advice],
            "problems": evidence.problems,
        }
    )


def _control(found: ControlEvidence) -> dict[str, Any]:
    control = found.control
    return {
        "id": control.id,
        "title": control.title,
        "severity": control.severity,
        "pillar": control.pillar,
        "why": control.rationale,
        "fix": control.remediation.summary,
        "catalogue": control.catalogue,
        "standing": found.standing,
        "supports": [{"framework": r.framework, "id": r.id, "source": r.source} for r in found.supports],
        "runtime": found.runtime,
        "proofs": found.proofs,
        "answers": [_answer(answer) for answer in found.answers],
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "urn": answer.urn,
        "name": answer.name,
        "type": answer.type,
        "declared": answer.source,
        "verdict": answer.status,
        "says": answer.says,
        "provedBeforeDeployment": answer.proved,
        "why": answer.why,
        "waiver": _waiver(answer.waiver) if answer.waiver is not None else None,
    }


def _waiver(waiver: Waiver) -> dict[str, str]:
    return {
        "control": waiver.control,
        "target": waiver.target,
        "reason": waiver.reason,
        "owner": waiver.owner,
        "granted": waiver.granted.isoformat(),
        "expires": waiver.expires.isoformat(),
    }


def to_csv(evidence: Evidence) -> str:
    """A row for each requirement, control and resource; requirements without any have a row of their own."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    by_id = {found.control.id: found for found in evidence.controls}
    for requirement in evidence.requirements:
        head = (requirement.framework, requirement.id, requirement.standing)
        if not requirement.controls:
            writer.writerow(_row(*head))
        for name, source in requirement.controls:
            found = by_id[name]
            for answer in found.answers or (None,):
                writer.writerow(_row(*head, name, found.control.severity, source, *_cells(answer), *_tail(found)))
    return text.getvalue()


def _cells(answer: Answer | None) -> tuple[str, ...]:
    if answer is None:
        return ("",) * 9
    waiver = answer.waiver
    return (
        answer.urn,
        answer.type,
        answer.source or "",
        answer.status,
        answer.says,
        "yes" if answer.proved else "not proved here",
        answer.why or "",
        waiver.owner if waiver is not None else "",
        waiver.expires.isoformat() if waiver is not None else "",
    )


def _tail(found: ControlEvidence) -> tuple[str, ...]:
    return (" ".join(found.proofs[:1]), found.runtime)


def _row(*cells: str) -> list[str]:
    """Cells of a row, filled up; a spreadsheet must not take any for a formula."""
    safe = [f"'{cell}" if cell.startswith(FORMULA) else str(cell) for cell in cells]
    return safe + [""] * (len(COLUMNS) - len(safe))
