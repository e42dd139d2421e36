"""The tests that prove that a control sees: data/proofs.json, written by `atoll policy docs --write`.

They are the mutations of a compliant stack, as pytest names them; the file is checked against what pytest collects.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

FILE = Path(__file__).parents[1] / "data" / "proofs.json"
TEST = "tests/policies/test_controls.py::test_control_alone_turns_red_when"


@cache
def proofs() -> Mapping[str, tuple[str, ...]]:
    """Control → node ids of the tests that prove that it sees."""
    text = resources.files("policies").joinpath("data/proofs.json").read_text(encoding="utf-8")
    return {control: tuple(f"{TEST}[{said}]" for said in some) for control, some in json.loads(text).items()}


def render(node_ids: Iterable[str]) -> str:
    """The file for the node ids that pytest has collected."""
    found: dict[str, list[str]] = {}
    for node_id in node_ids:
        test, _, said = node_id.strip().partition("[")
        if test == TEST and said.endswith("]"):
            said = said.removesuffix("]")
            found.setdefault(said.partition(":")[0], []).append(said)
    return json.dumps({control: sorted(found[control]) for control in sorted(found)}, indent=1) + "\n"
