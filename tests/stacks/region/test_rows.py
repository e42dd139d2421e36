"""Each requirement row, as the resources and exact values that the golden stack must hold: ``rows/<area>.yaml``.

    EKS-1:
      - type: aws:eks/cluster:Cluster
        name: staging-eks          # logical name; any resource of the type where left out
        count: 1                   # exactly so many resources match; at least one where left out
        inputs: {vpcConfig.endpointPublicAccess: false}

`tests/stacks/rows.py` says how paths and values are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.stacks.region import golden
from tests.stacks.rows import misfits, resources, unmapped, value_at

ROWS = sorted((Path(__file__).parent / "rows").glob("*.yaml"))
MEMBERS = {"type", "name", "count", "inputs"}


@pytest.mark.parametrize(
    ("row", "entry"),
    [pytest.param(row, entry, id=f"{row}-{entry['type'].rpartition(':')[2]}") for row, entry in resources(*ROWS)],
)
def test_golden_stack_holds_what_the_row_asks(row: str, entry: Mapping[str, Any]) -> None:
    assert set(entry) <= MEMBERS, f"{row}: {sorted(set(entry) - MEMBERS)} means nothing here"
    named, there_are = entry.get("name"), golden.graph().of_type(entry["type"])
    of_type = [node for node in there_are if named is None or node.name == named]
    inputs = entry.get("inputs", {})
    found = [node.name for node in of_type if not misfits(node.inputs, inputs)]
    there = {node.name: {path: value_at(node.inputs, path) for path in inputs} for node in of_type}
    if "count" in entry:
        assert len(found) == entry["count"], there
    else:
        assert found, there or f"no {entry['type']} of that name in the golden stack"


def test_every_row_of_the_files_is_mapped_to_this_file() -> None:
    name = "tests/stacks/region/test_rows.py::test_golden_stack_holds_what_the_row_asks"
    assert unmapped({row for row, _ in resources(*ROWS)}, name) == []
