"""What the policy packs say of a stack in the engine, and what the controls say of its state outside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from embedded.session import Session
from graph.resource_graph import ResourceGraph
from policies.catalogue import controls
from policies.gate import judge
from policies.profiles import profile
from policies.run import run
from policies.waivers import load, today
from tests.stacks.conftest import PROJECT

FOLDERS = tuple(sorted(path.parent for path in (PROJECT / "policies" / "packs").glob("*/PulumiPolicy.yaml")))
CONTROL = re.compile(r"^\s*([a-z0-9]+(?:-[a-z0-9]+)+): ", re.MULTILINE)
Finding = tuple[str, str]
"""Control and URN."""


def packs(*folders: Path) -> list[str]:
    """Arguments that make the engine run packs; all of them where none is named."""
    return [part for folder in folders or FOLDERS for part in ("--policy-pack", str(folder))]


def analyzed(session: Session, exported: Path) -> set[Finding]:
    """What the engine's packs find in an exported state; the corrections find nothing, they correct."""
    judging = [folder for folder in FOLDERS if folder.name != "corrections"]
    done = session.pulumi(
        ["policy", "analyze", "--json", "--file", str(exported), *packs(*judging)], cwd=PROJECT, capture=True
    )
    assert "policyEvent" in done.stdout, f"no pack has said anything\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return {finding for event in _events(done.stdout) for finding in _findings(event)}


def checked(graph: ResourceGraph, environment: str) -> set[Finding]:
    """What all controls find in a state, waived or only told about included."""
    settings = profile(environment)
    done = run(graph, controls().values(), layer="region", settings=settings.settings)
    judgement = judge(done, settings, load(PROJECT / "policies" / "waivers.yaml", today(PROJECT)), graph.stack)
    assert not done.broken
    return {(found.result.control.id, found.result.urn) for found in judgement.findings}


def _events(text: str) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.startswith("{") and "policyEvent" in (parsed := json.loads(line)):
            yield parsed["policyEvent"]


def _findings(event: dict[str, Any]) -> Iterator[Finding]:
    for name in CONTROL.findall(event["message"]):
        if name in controls():
            yield name, event["resourceUrn"]
