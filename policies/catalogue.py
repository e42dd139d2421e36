"""Every control there is, found by its file, and the rows of data/controls.csv that say where each comes from."""

from __future__ import annotations

import csv
import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from policies import controls as package
from policies.control import AnyControl, Control, StackControl

FRAMEWORK_COLUMNS: Mapping[str, str] = {
    "cis": "cis_aws_5_0",
    "pci-dss": "pci_dss_4_0",
    "soc2": "soc2_tsc",
    "iso27001": "iso27001_2022",
    "gdpr": "gdpr",
}
"""Framework → its column in the catalogue."""
SOURCES: Mapping[str, str] = {
    "*": "Prowler and steampipe agree",
    "p": "Prowler's mapping",
    "s": "steampipe's mapping",
    "": "Prowler's mapping",  # the column of ISO 27001 has no marks: it is Prowler's alone
}
"""Mark behind a requirement id → where the mapping comes from."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """A requirement of a framework that a control supports, and who says so."""

    framework: str
    id: str
    source: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the catalogue."""

    id: str
    tier: str
    title: str
    types: tuple[str, ...]
    evaluable_at: str
    severity: str
    fsbp_id: str
    fix: str
    requirements: tuple[Requirement, ...]


@cache
def rows() -> Mapping[str, Row]:
    """Catalogue id → row."""
    text = resources.files("policies").joinpath("data/controls.csv").read_text(encoding="utf-8")
    return {raw["control_id"]: _row(raw) for raw in csv.DictReader(text.splitlines())}


def _row(raw: dict[str, str]) -> Row:
    requirements = [
        Requirement(framework, item.rstrip("*ps"), SOURCES[item[len(item.rstrip("*ps")) :][:1]])
        for framework, column in FRAMEWORK_COLUMNS.items()
        for item in filter(None, raw[column].split(";"))
    ]
    return Row(
        id=raw["control_id"],
        tier=raw["tier"],
        title=raw["title"],
        types=tuple(kind for kind in raw["pulumi_type"].split(";") if kind != "n/a"),
        evaluable_at=raw["evaluable_at"],
        severity=raw["severity"],
        fsbp_id=raw["fsbp_id"],
        fix=raw["auto_remediation"],
        requirements=tuple(requirements),
    )


@cache
def controls() -> Mapping[str, AnyControl]:
    """Control id → control, sorted by id.

    Raises:
        LookupError: a file below controls/ has no CONTROL, or another id than its name says.
    """
    found: dict[str, AnyControl] = {}
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.ispkg:
            continue
        control = getattr(importlib.import_module(module.name), "CONTROL", None)
        wanted = module.name.rsplit(".", 1)[-1].replace("_", "-")
        if not isinstance(control, Control | StackControl) or control.id != wanted:
            raise LookupError(f"{module.name} has no CONTROL with the id {wanted}")
        found[control.id] = control
    return dict(sorted(found.items()))


def requirements(control: AnyControl) -> tuple[Requirement, ...]:
    """What a control supports, over all its rows."""
    return tuple(dict.fromkeys(r for row in control.catalogue for r in rows()[row].requirements))
