"""Evidence that an auditor can follow, in the formats that people and programs read (GOV-2)."""

from collections.abc import Callable, Mapping

from policies.evidence.html import to_html
from policies.evidence.junit import to_junit
from policies.evidence.model import Evidence, Subject, build
from policies.evidence.ocsf import to_ocsf
from policies.evidence.oscal import to_oscal
from policies.evidence.plain import to_csv, to_json
from policies.evidence.sarif import to_sarif

FORMATS: Mapping[str, Callable[[Evidence], str]] = {
    "csv": to_csv,
    "html": to_html,
    "json": to_json,
    "junit": to_junit,
    "ocsf": to_ocsf,
    "oscal": to_oscal,
    "sarif": to_sarif,
}
"""Format → how it is written."""

__all__ = ["FORMATS", "Evidence", "Subject", "build"]
