"""What was measured, its statistics, and how it is written down: a table for people, JSON for programs."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

_MEBI = 1 << 20
_HEADERS = ("what", "unit", "min", "median", "max", "n", "peak MiB", "target", "median/target")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One thing measured `len(values)` times.

    `target` is an upper limit for the median, None where none was set. `peak_mib` is the largest sum of the resident
    memory of a process tree, one number a run; pages that processes share count once for each of them.
    """

    name: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None
    peak_mib: tuple[float, ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a figure without values: a benchmark that measured nothing must not look like one that did."""
        if not self.values:
            raise ValueError(f"{self.name}: nothing was measured")

    @property
    def median(self) -> float:
        """The median, which one slow run on a busy machine does not move."""
        return statistics.median(self.values)

    @property
    def to_target(self) -> float | None:
        """Median over target: 1.0 or less keeps it."""
        return None if self.target is None else self.median / self.target

    def as_json(self) -> dict[str, Any]:
        """Plain values, the single runs included."""
        return {
            "name": self.name,
            "unit": self.unit,
            "n": len(self.values),
            "min": min(self.values),
            "median": self.median,
            "max": max(self.values),
            "values": list(self.values),
            "peak_mib": max(self.peak_mib, default=None),
            "target": self.target,
            "to_target": self.to_target,
            "note": self.note,
        }


def ratios(
    name: str, of: Sequence[float], to: Sequence[float], *, target: float | None = None, note: str = ""
) -> Figure:
    """How many times `to` each of `of` is, pair by pair: what was measured one after the other had the same machine."""
    pairs = zip(of, to, strict=True)
    return Figure(name=name, unit="ratio", values=tuple(one / other for one, other in pairs), target=target, note=note)


def less(name: str, of: Sequence[float], what: Sequence[float], *, target: float | None = None) -> Figure:
    """Seconds of each of `of` that are not explained by the median of `what`."""
    base = statistics.median(what)
    return Figure(name=name, unit="s", values=tuple(max(0.0, one - base) for one in of), target=target)


def table(figures: Iterable[Figure]) -> str:
    """An aligned table, notes below it."""
    figures = list(figures)
    rows = [_HEADERS, *map(_row, figures)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(_aligned(row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"{figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, *(["", *notes] if notes else [])])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Text to the left, numbers to the right."""
    padded = zip(row, widths, strict=True)
    return [cell.ljust(width) if column < 2 else cell.rjust(width) for column, (cell, width) in enumerate(padded)]


def _row(figure: Figure) -> tuple[str, ...]:
    to_target = figure.to_target
    return (
        figure.name,
        figure.unit,
        _number(min(figure.values)),
        _number(figure.median),
        _number(max(figure.values)),
        str(len(figure.values)),
        f"{max(figure.peak_mib):.0f}" if figure.peak_mib else "",
        "" if figure.target is None else f"≤ {figure.target:g}",
        "" if to_target is None else f"{to_target:.2f}" + (" missed" if to_target > 1 else ""),
    )


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.2f}"


def machine() -> dict[str, Any]:
    """What the numbers depend on, without names that identify the machine."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cpus": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // _MEBI,
        "python": platform.python_version(),
    }


def load_average() -> list[float]:
    """Runnable processes over the last 1, 5 and 15 minutes; more than there are CPUs means that runs waited."""
    return [round(value, 2) for value in os.getloadavg()]
