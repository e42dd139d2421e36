"""One step of a recovery plan, in any region; the script of an Automation document, so it stands alone.

It gets the same pieces that the state machine is compiled from: look, change, look again.
"""

from __future__ import annotations

import functools
import importlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

Ask = Callable[[dict[str, Any], dict[str, Any]], Any]
POLL_SECONDS = 10
LONGEST_SECONDS = 540
"""A script of an automation is ended after ten minutes; the step is tried again, and goes on where it was."""


def handler(events: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Do what the document was given."""
    boto3: Any = importlib.import_module("boto3")  # Automation has it, and the role of the document

    def ask(call: dict[str, Any], parameters: dict[str, Any]) -> Any:
        client = boto3.client(call["service"], region_name=call["region"])
        name = "".join(f"_{c.lower()}" if c.isupper() else c for c in _worded(call["operation"])).lstrip("_")
        return getattr(client, name)(**parameters)

    done = perform(
        json.loads(events["Pieces"]),
        json.loads(events["Arguments"]),
        ask,
        seconds=min(int(events["Seconds"]), LONGEST_SECONDS),
        dry_run=events["DryRun"] == "true",
    )
    return {"done": done}


def perform(
    pieces: list[dict[str, Any]],
    arguments: Mapping[str, str],
    ask: Ask,
    *,
    seconds: int,
    dry_run: bool = False,
    pause: Callable[[float], None] = time.sleep,
) -> list[str]:
    """Do pieces in their order; answers what was changed.

    Raises:
        RuntimeError: something is not so, or has not come about in time.
    """
    done: list[str] = []
    for piece in pieces:
        kind = piece["kind"]
        if kind == "Demand":
            so = _watch(piece["read"], arguments, ask, seconds if piece["patient"] and not dry_run else 0, pause)
            if not so and not piece["waived"] and not (dry_run and piece["patient"]):
                raise RuntimeError(piece["otherwise"])
        elif kind == "Listing":
            done.append(json.dumps(_at(piece["at"], _answer(piece["call"], arguments, ask)), default=str))
        elif not (piece["already"] and _so(piece["already"], arguments, ask)):
            if dry_run:
                continue
            _answer(piece["call"], arguments, ask)
            done.append(piece["call"]["operation"])
            if piece["until"] and not _watch(piece["until"], arguments, ask, seconds, pause):
                raise RuntimeError(f"{piece['call']['operation']} has not come about in {seconds} s")
    return done


def _watch(
    read: dict[str, Any], arguments: Mapping[str, str], ask: Ask, seconds: int, pause: Callable[[float], None]
) -> bool:
    for _ in range(0, seconds + 1, POLL_SECONDS):
        if _so(read, arguments, ask):
            return True
        if seconds:
            pause(POLL_SECONDS)
    return False


def _so(read: dict[str, Any], arguments: Mapping[str, str], ask: Ask) -> bool:
    try:
        found = _at(read["at"], _answer(read["call"], arguments, ask))
    except Exception as error:  # what is not there yet is not so; what cannot be asked neither
        print(f"{read['call']['operation']}: {error}")  # noqa: T201 - the log of the automation
        return False
    if read["comparison"] == "equals":
        return bool(found == read["value"])
    return isinstance(found, int | float) and found >= read["value"]


def _answer(call: dict[str, Any], arguments: Mapping[str, str], ask: Ask) -> Any:
    return ask(call, {name: _filled(value, arguments) for name, value in call["parameters"].items()})


def _filled(value: Any, arguments: Mapping[str, str]) -> Any:
    given: Any = value
    if isinstance(value, dict):
        if given.keys() == {"argument"}:
            return arguments[given["argument"]]
        return {key: _filled(item, arguments) for key, item in given.items()}
    return [_filled(item, arguments) for item in given] if isinstance(value, list) else given


def _at(path: list[Any], answer: Any) -> Any:
    return functools.reduce(_one, path, answer)


def _one(found: Any, part: Any) -> Any:
    if not found:
        return None
    if isinstance(part, int):
        return found[part] if len(found) > part else None
    if isinstance(part, str):
        return found.get(part)
    return next((item for item in found if item.get(part["field"]) == part["equals"]), None)


def _worded(operation: str) -> str:
    """`DescribeDBClusters` → `DescribeDbClusters`: an acronym is one word."""
    return operation.replace("DBC", "DbC").replace("DBI", "DbI")
