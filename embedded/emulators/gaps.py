"""The table of what the embedded cloud cannot hold: read from ``gaps.yaml``, shown in ``docs/embedded-cloud.md``.

``python -m embedded.emulators.gaps`` writes the table into the document; a test keeps the two the same.
"""

from __future__ import annotations

from enum import StrEnum, unique
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from ruamel.yaml import YAML

SOURCE = Path(__file__).with_name("gaps.yaml")
DOCUMENT = Path(__file__).parents[2] / "docs" / "embedded-cloud.md"
BEGIN, END = "<!-- gaps: begin (python -m embedded.emulators.gaps) -->", "<!-- gaps: end -->"


@unique
class Remedy(StrEnum):
    """What is done instead."""

    SHIM = "shim"
    FALLBACK = "fallback"
    FILLED = "filled"
    PROFILE = "profile"
    LOCAL = "local"
    PLANNED = "planned"


_TEXT = {
    Remedy.FALLBACK: "fallback from the service model",
    Remedy.FILLED: "filled in from memory",
    Remedy.PROFILE: "MiniStack, with its profile on",
    Remedy.LOCAL: "its program as a local process, `embedded.containers`",
    Remedy.PLANNED: "planned only",
}


@unique
class Checked(StrEnum):
    """How far the remedy was tried."""

    PROVIDER = "provider"
    BOTO3 = "boto3"
    MODEL = "model"
    NO = "no"


class Gap(BaseModel):
    """One row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str = Field(min_length=3)
    why: str = Field(min_length=5)
    remedy: Remedy
    checked: Checked
    shim: str | None = None

    @model_validator(mode="after")
    def _named(self) -> Gap:
        if (self.shim is not None) != (self.remedy is Remedy.SHIM):
            raise ValueError(f"{self.what}: a shim is named when, and only when, the remedy is a shim")
        return self

    @property
    def instead(self) -> str:
        """The remedy in words."""
        return f"shim `{self.shim}`" if self.shim else _TEXT[self.remedy]


def gaps() -> list[Gap]:
    """Every row, in the order of the file. Raises `pydantic.ValidationError` naming every wrong one."""
    rows: Any = YAML(typ="safe", pure=True).load(SOURCE)  # pyright: ignore[reportUnknownMemberType]
    return TypeAdapter(list[Gap]).validate_python(rows)


MERGED = {
    Remedy.FALLBACK: ("types that no emulator has, listed below", "they are stored and shown, and do nothing"),
    Remedy.FILLED: ("types whose settings an emulator forgets, listed below", "they are accepted and not shown"),
}
"""Remedies whose rows are one gap: what is said of each of them is the same."""


def differences() -> list[tuple[str, str, str]]:
    """What is not as in AWS in spite of every remedy: what, why, and what is done instead."""
    merged = {remedy: [gap for gap in gaps() if gap.remedy is remedy] for remedy in MERGED}
    found = [(f"{len(merged[remedy])} {what}", why, _TEXT[remedy]) for remedy, (what, why) in MERGED.items()]
    single = [gap for gap in gaps() if gap.remedy not in MERGED and gap.remedy is not Remedy.SHIM]
    return [*found, *((_code(gap.what), gap.why, gap.instead) for gap in single)]


def table() -> str:
    """The differences, then the rows behind those that are many, then the faults that are mended, as Markdown."""
    lines = ["| what | why | instead |", "|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in differences()]
    for title, remedy in (
        ("### Stored and shown, from the service model", Remedy.FALLBACK),
        ("### Filled in from memory", Remedy.FILLED),
        ("### Faults of the emulators that are mended", Remedy.SHIM),
    ):
        lines += ["", title, "", "| what | why | instead | checked |", "|---|---|---|---|"]
        some = [gap for gap in gaps() if gap.remedy is remedy]
        lines += [f"| {_code(gap.what)} | {gap.why} | {gap.instead} | {gap.checked.value} |" for gap in some]
    return "\n".join(lines)


def with_table(document: str) -> str:
    """The document with the current table between its marks."""
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


def _code(what: str) -> str:
    return f"`{what}`" if what.startswith("aws:") and " " not in what else what


if __name__ == "__main__":
    DOCUMENT.write_text(with_table(DOCUMENT.read_text()))
