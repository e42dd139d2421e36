"""JSON Schemas of the answers that programs read; `python -m contracts.published` brings their files up to date."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from contracts.change.drift import DriftReport
from contracts.change.radius import BlastRadius
from contracts.change.report import ChangeReport
from contracts.estate.preview import EstatePreview
from contracts.field_docs import described_schema
from contracts.recovery.parity_report import ParityReport
from contracts.recovery.report import RecoveryReport
from contracts.settings.schema import tidy


@dataclass(frozen=True)
class Published:
    """The schema of one answer, and the file in which it is kept."""

    name: str
    """Such as `change-report`: part of the file's name and of the schema's id."""
    model: type[BaseModel]
    """The answer."""
    FILE: Path = field(init=False)
    """Where the generated schema is kept."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "FILE", Path(__file__).parent / "schemas" / f"{self.name}.schema.json")

    def render(self) -> str:
        """The text of the file."""
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$id": f"urn:atoll:schema:{self.name}",
            "title": f"Atoll {self.name.replace('-', ' ')}",
            **tidy(described_schema(self.model, "serialization")),
        }
        return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"

    def is_current(self) -> bool:
        """Whether the file on disk is what the model says."""
        return self.FILE.is_file() and self.FILE.read_text(encoding="utf-8") == self.render()

    def write(self) -> None:
        """Bring the file up to date."""
        self.FILE.write_text(self.render(), encoding="utf-8")


CHANGE_REPORT = Published("change-report", ChangeReport)
RECOVERY_REPORT = Published("recovery-report", RecoveryReport)
PARITY_REPORT = Published("parity-report", ParityReport)
ESTATE_PREVIEW = Published("estate-preview", EstatePreview)
BLAST_RADIUS = Published("blast-radius", BlastRadius)
DRIFT_REPORT = Published("drift-report", DriftReport)
ALL = (CHANGE_REPORT, DRIFT_REPORT, RECOVERY_REPORT, PARITY_REPORT, ESTATE_PREVIEW, BLAST_RADIUS)


if __name__ == "__main__":
    for each in ALL:
        each.write()
