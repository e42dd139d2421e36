"""Waivers: one control, one resource, a reason, an owner and an end. One that is not exactly so fails the check."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

import yaml

from contracts.names import email_problem
from policies.catalogue import controls
from policies.run import Result

LONGEST_DAYS = 90
FIELDS = ("control", "target", "reason", "owner", "granted", "expires")
TARGET = re.compile(r"urn:pulumi:[^*?\s]+::[^*?\s]+::[^*?\s]+::[^*?]+")


@dataclass(frozen=True, slots=True)
class Waiver:
    """One exception."""

    control: str
    """Id of the control."""
    target: str
    """URN of the one resource."""
    reason: str
    owner: str
    """E-mail address of who answers for it."""
    granted: date
    expires: date


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers that hold, and what is wrong with the others."""

    valid: tuple[Waiver, ...]
    problems: tuple[str, ...]

    def of(self, result: Result) -> Waiver | None:
        """The waiver of a finding, if there is one."""
        return next((w for w in self.valid if (w.control, w.target) == (result.control.id, result.urn)), None)

    def unused(self, findings: Iterable[Result], stack: str) -> tuple[str, ...]:
        """Waivers of this stack for which there is nothing to waive."""
        found = {(result.control.id, result.urn) for result in findings}
        return tuple(
            f"{waiver.control} for {waiver.target}: nothing fails there (any more); remove the waiver"
            for waiver in self.valid
            if waiver.target.split("::")[0].removeprefix("urn:pulumi:") == stack
            and (waiver.control, waiver.target) not in found
        )


def today(project: Path) -> date:
    """The clock's date, or that of the newest commit if it is later: a clock put back revives no waiver."""
    command = ["git", "log", "-1", "--format=%cs"]
    try:
        done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
        committed = date.fromisoformat(done.stdout.strip())
    except (OSError, subprocess.SubprocessError, ValueError):  # no repository: the clock is all there is
        return date.today()
    return max(date.today(), committed)


def load(path: Path, today: date) -> Waivers:
    """Read waivers; a file that is not there holds none.

    Args:
        path: such as policies/waivers.yaml.
        today: see `today`.
    """
    if not path.is_file():
        return Waivers((), ())
    try:
        raw: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" line {mark.line + 1}" if mark is not None else ""
        return Waivers((), (f"{path.name}{where}: it is no YAML",))
    return parse(raw, today, path.name)


def parse(raw: Any, today: date, file: str = "waivers.yaml") -> Waivers:
    """Validate waivers; each that is wrong holds nothing and is told."""
    entries: Any = cast("dict[str, Any]", raw).get("waivers") if isinstance(raw, dict) else ([] if raw is None else raw)
    if not isinstance(entries, list):
        return Waivers((), (f"{file}: `waivers:` must be a list",))
    valid: list[Waiver] = []
    problems: list[str] = []
    for number, entry in enumerate(cast("list[Any]", entries)):
        wrong = list(_problems(entry, today))
        if wrong:
            problems += [f"{file} waivers[{number}]: {problem}" for problem in wrong]
        else:
            valid.append(Waiver(**entry))
    return Waivers(tuple(valid), tuple(problems))


def _problems(entry: Any, today: date) -> Iterable[str]:
    if not isinstance(entry, dict):
        yield f"it must have {', '.join(FIELDS)}"
        return
    values = cast("Mapping[str, Any]", entry)
    for name in FIELDS:
        if values.get(name) in (None, ""):
            yield f"{name}: nothing; every waiver has {', '.join(FIELDS)}"
    for name in sorted(set(values) - set(FIELDS)):
        yield f"{name}: no such part of a waiver"
    control, target, owner = values.get("control"), values.get("target"), values.get("owner")
    if control and control not in controls():
        yield f"control: {control} is no control; `atoll policy list` shows them"
    if target and (not isinstance(target, str) or TARGET.fullmatch(target) is None):
        yield f"target: {target} is not the URN of one resource; patterns are refused"
    if owner and (not isinstance(owner, str) or email_problem(owner)):
        yield f"owner: {owner} is no e-mail address"
    if isinstance(values.get("reason"), str) and len(values["reason"].split()) < 5:
        yield "reason: say in a sentence why, and what protects the resource meanwhile"
    yield from _dates(values, today)


def _dates(values: Mapping[str, Any], today: date) -> Iterable[str]:
    granted, expires = values.get("granted"), values.get("expires")
    for name, day in (("granted", granted), ("expires", expires)):
        if day and type(day) is not date:
            yield f"{name}: {day} is no date such as 2026-11-30"
    if type(granted) is not date or type(expires) is not date:
        return
    if granted > today:
        yield f"granted: {granted} is after today, {today}; is the clock right?"
    if (expires - granted).days > LONGEST_DAYS:
        yield f"expires: {expires} is {(expires - granted).days} days after it was granted; at most {LONGEST_DAYS}"
    if expires < granted:
        yield f"expires: {expires} is before it was granted"
    if expires < today:
        yield f"expires: it ended on {expires}; correct the resource or grant a new waiver"
