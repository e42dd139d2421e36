"""Every format is what its standard says, says the same, and is the same bytes for the same input."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import warnings
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
import xmlschema
from sarif_pydantic import Sarif

from policies.evidence import FORMATS
from policies.evidence.junit import FORBIDDEN
from policies.evidence.plain import COLUMNS
from tests.policies.evidence.samples import ADVICE, BACKED_UP, ENCRYPTED, MARKUP, evidence, later

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of their own imports
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
    from trestle.oscal.assessment_results import Model as AssessmentResults

BLOCKS, WAIVED = 2, 1
"""Findings of the sample that block, and that are waived."""


def written(form: str, *frameworks: str, **options: Any) -> str:
    return FORMATS[form](evidence(*frameworks, **options))


def parsed(form: str, *frameworks: str, **options: Any) -> Any:
    return json.loads(written(form, *frameworks, **options))


@pytest.mark.parametrize("form", FORMATS)
def test_format_is_the_same_bytes_when_the_input_is(form: str) -> None:
    assert written(form) == written(form)
    assert written(form) != written(form, as_of=later()) or form == "csv"


@pytest.mark.parametrize("form", FORMATS)
def test_format_tells_findings_waivers_and_advice(form: str) -> None:
    text = written(form)
    assert ENCRYPTED in text
    assert "2026-12-01" in text
    assert ADVICE in text


@pytest.mark.parametrize("form", FORMATS)
def test_format_never_claims_compliance(form: str) -> None:
    said = re.sub(r"compliance[_-]finding|compliance finding|\"compliance\"", "", written(form), flags=re.IGNORECASE)
    assert not re.search(r"\b(is|are|fully) compliant\b|\bcertif(y|ied)\b|\"satisfied\"", said, re.IGNORECASE)


# -- SARIF -------------------------------------------------------------------------------------------------------------

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
GUID = {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"}
LOCATION = {
    "type": "object",
    "required": ["logicalLocations"],
    "additionalProperties": False,
    "properties": {
        "logicalLocations": {"type": "array", "minItems": 1},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {"region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}}},
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "kind", "level", "locations"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "guid": GUID,
        "kind": {"enum": ["pass", "open", "fail"]},
        "level": {"enum": ["none", "note", "warning", "error"]},
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object"},
        "properties": {"type": "object"},
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {"kind": {"enum": ["inSource", "external"]}, "status": {"enum": ["accepted"]}},
            },
        },
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {"results": {"type": "array", "items": RESULT, "uniqueItems": True}},
            },
        },
    },
}
"""The part of SARIF 2.1.0 that is used, closed; no package for Python carries the official schema."""


@pytest.mark.parametrize("broken", [False, True])
def test_sarif_is_sarif(broken: bool) -> None:
    log = parsed("sarif", broken=broken)
    jsonschema.validate(log, SARIF)
    Sarif.model_validate(log)
    [run] = log["runs"]
    assert run["invocations"][0]["executionSuccessful"] is not broken


def test_sarif_rules_results_and_taxa_refer_to_each_other() -> None:
    [run] = parsed("sarif")["runs"]
    rules = run["tool"]["driver"]["rules"]
    taxa = {taxon["guid"] for taxonomy in run["taxonomies"] for taxon in taxonomy["taxa"]}
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])
    assert all(relation["target"]["guid"] in taxa for rule in rules for relation in rule["relationships"])
    assert any(
        "supports, by" in relation["description"]["text"] for rule in rules for relation in rule["relationships"]
    )
    guids = [result["guid"] for result in run["results"]]
    assert len(guids) == len(set(guids))


def test_sarif_kind_follows_the_verdict_when_it_is_waived_or_unknown() -> None:
    [run] = parsed("sarif")["runs"]
    found = {r["locations"][0]["logicalLocations"][0]["name"]: r for r in run["results"] if r["ruleId"] == ENCRYPTED}
    assert {name: (r["kind"], r["level"]) for name, r in found.items()} == {
        "kept": ("pass", "none"),
        "bare": ("fail", "warning"),
        "later": ("open", "none"),
        "copy": ("fail", "warning"),
    }
    [suppression] = found["copy"]["suppressions"]
    assert suppression["justification"].endswith("(data-team@example.com, until 2026-12-01)")
    assert found["bare"]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("samples.py")


# -- OSCAL -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("frameworks", [(), ("gdpr",), ("cis",)])
def test_oscal_is_assessment_results(frameworks: tuple[str, ...]) -> None:
    AssessmentResults.model_validate(parsed("oscal", *frameworks))


def test_oscal_references_are_all_there() -> None:
    [result] = parsed("oscal")["assessment-results"]["results"]
    items = {item["uuid"] for item in result["local-definitions"]["inventory-items"]}
    observations = {observation["uuid"]: observation for observation in result["observations"]}
    subjects = {s["subject-uuid"] for o in observations.values() for s in o.get("subjects", ())}
    related = {r["observation-uuid"] for f in result["findings"] for r in f["related-observations"]}
    assert subjects <= items
    assert related <= observations.keys()
    assert len(observations) == len(result["observations"])


def test_oscal_has_no_finding_that_a_requirement_is_satisfied() -> None:
    [result] = parsed("oscal")["assessment-results"]["results"]
    assert {finding["target"]["status"]["state"] for finding in result["findings"]} == {"not-satisfied"}
    assert "soc2 CC1.1" in result["remarks"].partition("Not proved here")[0]
    assert "rds-snapshots-never-public" in result["remarks"].partition("Not proved here")[2]


# -- OCSF --------------------------------------------------------------------------------------------------------------


def test_ocsf_is_a_compliance_finding_for_each_answer() -> None:
    findings = parsed("ocsf")
    for finding in findings:
        ComplianceFinding.model_validate(finding)
    judged = Counter((f["compliance"]["control"], f["compliance"]["status_id"], f["status_id"]) for f in findings)
    assert judged == {
        (ENCRYPTED, 1, 4): 1,
        (ENCRYPTED, 3, 1): 1,
        (ENCRYPTED, 2, 1): 1,
        (ENCRYPTED, 3, 3): WAIVED,
        (BACKED_UP, 2, 1): 1,
        ("guardduty-enabled", 1, 4): 1,
    }
    assert len({finding["finding_info"]["uid"] for finding in findings}) == len(findings)


# -- JUnit -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("broken", [False, True])
def test_junit_is_what_readers_take(broken: bool) -> None:
    text = written("junit", broken=broken)
    xmlschema.XMLSchema(Path(__file__).with_name("junit.xsd")).validate(text)
    root = ElementTree.fromstring(text)
    assert not FORBIDDEN.search(text)
    assert int(root.attrib["failures"]) == len(root.findall(".//failure")) == BLOCKS
    assert int(root.attrib["skipped"]) == len(root.findall(".//skipped")) == WAIVED + 1
    assert len(root.findall(".//error")) == broken


# -- CSV and JSON ------------------------------------------------------------------------------------------------------


def test_csv_has_a_row_for_each_answer_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(written("csv"), newline="")))
    assert tuple(rows[0]) == COLUMNS
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
    alone = [row for row in rows if (row["framework"], row["requirement"]) == ("soc2", "CC1.1")]
    assert [(row["standing"], row["control"]) for row in alone] == [("no control", "")]
    waived = [row for row in rows if row["verdict"] == "waived"]
    assert {(row["waiver owner"], row["waiver expires"]) for row in waived} == {("data-team@example.com", "2026-12-01")}
    assert {row["mapping source"] for row in rows if row["control"]} <= {
        "Prowler and steampipe agree",
        "Prowler's mapping",
        "steampipe's mapping",
    }


def test_json_holds_the_whole_chain() -> None:
    report = parsed("json", "pci-dss")
    [control] = [c for c in report["controls"] if c["id"] == ENCRYPTED]
    supporting = [r for r in report["requirements"] if ENCRYPTED in {c["control"] for c in r["controls"]}]
    assert {r["id"] for r in supporting} == {s["id"] for s in control["supports"]}
    assert control["proofs"][0].startswith("tests/policies/test_controls.py::test_control_alone_turns_red_when[")
    assert {answer["verdict"] for answer in control["answers"]} == {"pass", "blocks", "waived", "not applicable"}
    assert (report["asOf"], report["commit"]) == ("2026-11-21T12:30:00Z", "abc1234")


# -- HTML --------------------------------------------------------------------------------------------------------------

VOID = {"meta", "br", "input", "img", "link", "hr"}


class Page(HTMLParser):
    """What a page has; fails on tags that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labelled: list[tuple[str, list[str]]] = []
        self.tags: Counter[str] = Counter()
        self.outside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags[tag] += 1
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        if tag in ("select", "input"):
            self.labelled.append((tag, list(self.open)))
        self.outside += [given[name] for name in ("src", "srcset", "action", "data") if name in given]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("broken", [False, True])
def test_page_is_whole_and_needs_nothing_else(broken: bool) -> None:
    text = written("html", broken=broken)
    page = Page(text)
    assert page.open == []
    assert page.outside == []
    assert page.tags["link"] == page.tags["img"] == 0
    assert not re.search(r"url\(|@import|https?://", text)
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_page_runs_no_script_but_its_own() -> None:
    text = written("html")
    [script] = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src &#x27;sha256-{digest}&#x27;" in text
    assert MARKUP not in text
    assert "&lt;img src=x onerror=alert(1)&gt; &amp;" in text


def test_page_can_be_used_without_eyes_and_without_scripts() -> None:
    text = written("html")
    page = Page(text)
    assert '<html lang="en">' in text
    assert all("label" in above for _, above in page.labelled)
    assert 'class="skip" href="#controls"' in text
    assert page.tags["h1"] == 1
    assert page.tags["main"] == 1
    assert 'aria-live="polite"' in text


def test_page_follows_the_system_and_prints() -> None:
    text = written("html")
    for said in ("color-scheme: light dark", '[data-theme="dark"]', "@media print", "@media (max-width"):
        assert said in text


def test_page_does_not_count_sections_as_requirements() -> None:
    text = written("html")
    assert re.search(
        r"controls support \d+ requirements; nothing looks at \d+ whole sections; others are not listed", text
    )
    assert re.search(r"controls support \d+ of its 61 requirements", text)
    assert "whole sections without a control" in text
