"""Evidence as JUnit XML: a suite for each control, a case for each resource, so that CI shows it beside the tests."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from policies.evidence.model import Answer, ControlEvidence, Evidence, Status
from policies.evidence.stable import moment

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML document may have."""


def to_junit(evidence: Evidence) -> str:
    """The report. Findings that block are failures; what only advises or is waived is skipped, with the reason."""
    asked = [found for found in evidence.controls if _cases(found)]
    root = ElementTree.Element("testsuites", {"name": f"{evidence.project}/{evidence.stack}", **_counts(asked)})
    for found in asked:
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            {
                "name": found.control.id,
                **_counts([found]),
                "timestamp": moment(evidence.as_of).removesuffix("Z"),
                "time": "0",
            },
        )
        properties = ElementTree.SubElement(suite, "properties")
        for requirement in found.supports:
            value = f"{requirement.framework} {requirement.id} ({requirement.source})"
            ElementTree.SubElement(properties, "property", {"name": "supports", "value": value})
        for proof in found.proofs[:1]:
            ElementTree.SubElement(properties, "property", {"name": "proof", "value": _text(proof)})
        for answer in _cases(found):
            _case(suite, found, answer)
    for problem in evidence.problems:
        suite = ElementTree.SubElement(
            root, "testsuite", {"name": "broken", "tests": "1", "errors": "1", "failures": "0"}
        )
        case = ElementTree.SubElement(suite, "testcase", {"name": "the check itself", "classname": "broken"})
        ElementTree.SubElement(case, "error", {"message": _text(problem)})
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def _cases(found: ControlEvidence) -> list[Answer]:
    return [answer for answer in found.answers if answer.status is not Status.NOT_APPLICABLE]


def _counts(some: list[ControlEvidence]) -> dict[str, str]:
    answers = [answer for found in some for answer in _cases(found)]
    skipped = sum(answer.status in (Status.ADVISES, Status.WAIVED) for answer in answers)
    failures = sum(answer.status is Status.BLOCKS for answer in answers)
    return {"tests": str(len(answers)), "failures": str(failures), "errors": "0", "skipped": str(skipped)}


def _case(suite: ElementTree.Element, found: ControlEvidence, answer: Answer) -> None:
    file, _, line = (answer.source or "").rpartition(":")
    place = {"file": file, "line": line} if file else {}
    attributes = {"name": _text(answer.name), "classname": found.control.id, "time": "0", **place}
    case = ElementTree.SubElement(suite, "testcase", attributes)
    if answer.status is Status.BLOCKS:
        failure = ElementTree.SubElement(
            case, "failure", {"message": _text(answer.says), "type": found.control.severity}
        )
        failure.text = _text(f"{answer.urn}\n{found.control.remediation.summary}.")
    elif answer.status is not Status.PASS:
        ElementTree.SubElement(case, "skipped", {"message": _text(f"{answer.status}: {answer.says}. {_why(answer)}")})


def _why(answer: Answer) -> str:
    waiver = answer.waiver
    return f"{waiver.reason} ({waiver.owner}, until {waiver.expires})" if waiver is not None else answer.why or ""


def _text(value: str) -> str:
    return FORBIDDEN.sub("\ufffd", value)
