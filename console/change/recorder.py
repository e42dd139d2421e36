"""Run inside a revision, by its own code: record stacks, and write down what each is.

This file is handed to the interpreter as text, so that it works in revisions that do not have it. It imports only what
every revision has had, and never fails as a whole: a stack that cannot be recorded says why.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from typing import Any


def main(project: Path, target: Path, stacks: list[str]) -> None:
    """Write `<stack>.graph.json` and `<stack>.json` for each stack.

    Args:
        project: folder of the stack files.
        target: folder that is there, for the answers.
        stacks: their names.
    """
    from console import lifetime

    lifetime.prepare(["graph"])
    graphs = _together(project, stacks)
    for stack in stacks:
        about: dict[str, Any]
        try:
            graph = graphs[stack] if stack in graphs else _alone(project, stack)
            from graph.codec import to_json

            (target / f"{stack}.graph.json").write_text(to_json(graph), encoding="utf-8")
            about = _about(project, stack)
        except Exception as error:
            about = {"problem": _told(error)}
        (target / f"{stack}.json").write_text(json.dumps(about), encoding="utf-8")


def _together(project: Path, stacks: list[str]) -> dict[str, Any]:
    """Graphs of stacks that can be recorded in one go; none where one of them cannot."""
    try:
        from analysis.reach import drawn_ids
        from console import offline

        record_estate: Any = getattr(offline, "record_estate", None)
        if record_estate is None or len(stacks) < 2:
            return {}
        return {stack: made.graph for stack, made in record_estate(project, stacks, drawn_ids).items()}
    except Exception:
        return {}  # each is tried alone, and says what is wrong with it


def _alone(project: Path, stack: str) -> Any:
    from analysis.reach import drawn_ids
    from console.offline import record_stack

    return record_stack(project / f"Pulumi.{stack}.yaml", drawn_ids).graph


def _about(project: Path, stack: str) -> dict[str, Any]:
    from contracts.settings import load_any
    from stacks.provider import tags

    settings: Any = load_any(project / f"Pulumi.{stack}.yaml")
    cost = getattr(settings, "cost", None)
    return {
        "layer": str(settings.layer),
        "environment": settings.environment,
        "region": str(getattr(settings, "region", "")),
        "contract": getattr(settings, "contract", None),
        "region_stack": getattr(settings, "region_stack", None),
        "peer_stack": getattr(getattr(settings, "pair", None), "peer_stack", None),
        "tags": tags(settings, stack),
        "budget_usd": str(cost.monthly_budget_usd) if cost is not None else None,
    }


def _told(error: Exception) -> str:
    """What to say: messages of this program are written for people and hide secrets; of others, class and place."""
    if type(error).__module__.partition(".")[0] in {"contracts", "graph", "console", "stacks"}:
        return str(error)
    here = str(Path.cwd())
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(here)]
    where = f" at {Path(places[-1].filename).relative_to(here)}:{places[-1].lineno}" if places else ""
    return f"the program raises {type(error).__name__}{where}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
