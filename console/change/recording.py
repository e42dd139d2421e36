"""Graphs and facts of the stacks of one revision: worked out once for each content, in processes of their own."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from pathlib import Path

from console.change.facts import WAIVERS, About, Facts
from console.change.store import Store
from console.change.tree import PROGRAM, WORKTREE, RevisionError, Tree, blob, copy, tree_of

FORMAT = "2"
"""Raised when what is kept changes its form."""
QUESTIONS = ("analysis", "policies", "contracts", "graph", "console/change", "uv.lock")
"""What decides facts, beside the graph: the questions are always those of the work tree."""
SECONDS = 300
_REGION_STACK = re.compile(r"^\s+atoll:region_stack:\s*['\"]?([A-Za-z0-9-]+)", re.MULTILINE)
_ENVIRONMENT = re.compile(r"^\s+atoll:environment:\s*['\"]?([A-Za-z0-9-]+)", re.MULTILINE)


@dataclass(frozen=True)
class Recorded:
    """One stack in one revision."""

    about: About
    graph: bytes | None
    """JSON of its graph; None where there is a problem."""
    facts: Facts | None
    content: str
    """Name of everything that decides the graph: where it is the same, so is what is known after deployment only."""


def record_side(tree: Tree, stacks: Iterable[str], questions: Tree, store: Store) -> dict[str, Recorded]:
    """Record those of some stacks that a revision has.

    Args:
        tree: the revision.
        stacks: names; one that the revision does not have is left out.
        questions: the work tree, whose questions are asked.
        store: what was worked out before.

    Raises:
        RevisionError: the revision cannot be read, or no program in it runs.
    """
    there = tree.stack_files()
    wanted = [stack for stack in dict.fromkeys(stacks) if stack in there]
    joined = {stack: _joined(tree, there, stack) for stack in wanted}
    every = list(dict.fromkeys([*wanted, *(other for some in joined.values() for other in some)]))
    waivers = blob(tree, WAIVERS.as_posix())
    names = {stack: _name(tree, there, stack) for stack in every}
    with tempfile.TemporaryDirectory(prefix="atoll-change-") as folder:
        work = Path(folder)
        _graphs(tree, names, work, store)
        if waivers is not None:
            (work / "waivers.yaml").write_bytes(waivers)
        asked = {
            stack: (_question_name(work, [stack, *joined[stack]], questions, waivers), joined[stack])
            for stack in wanted
        }
        _facts(tree.root, asked, work, store)
        return {stack: _read(work, stack, names[stack]) for stack in wanted}


def may_be_of(tree: Tree, stack: str, environment: str) -> bool:
    """Whether a stack may belong to an environment, by its own file: what does not is not recorded."""
    file = tree.stack_files().get(stack)
    text = (blob(tree, file) or b"").decode(errors="replace") if file is not None else ""
    return bool(text) and set(_ENVIRONMENT.findall(text)) <= {environment}


def _joined(tree: Tree, there: Mapping[str, str], stack: str) -> list[str]:
    """The stacks that one stands on, by its own file."""
    text = (blob(tree, there[stack]) or b"").decode(errors="replace")
    return [other for other in dict.fromkeys(_REGION_STACK.findall(text)) if other in there and other != stack]


def _name(tree: Tree, there: Mapping[str, str], stack: str) -> str:
    interpreter = f"{sys.implementation.cache_tag} {FORMAT}"
    return tree.key([*PROGRAM, *there.values(), "Pulumi.yaml"], interpreter, stack)


def _question_name(work: Path, stacks: Sequence[str], questions: Tree, waivers: bytes | None) -> str:
    """A name for what is asked: by the graphs themselves, for another program that says the same has the same facts."""
    files = [work / f"{stack}{suffix}" for stack in stacks for suffix in (".json", ".graph.json")]
    graphs = [hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "-" for file in files]
    told = (waivers or b"").decode(errors="replace")
    return questions.key(QUESTIONS, *graphs, told, date.today().isoformat())  # versions and waivers end on a day


def _graphs(tree: Tree, names: Mapping[str, str], work: Path, store: Store) -> None:
    """Put the graph of each stack into a folder: from the store, or from a run of the program."""
    missing: list[str] = []
    for stack, name in names.items():
        about, graph = store.get(f"{name}.json"), store.get(f"{name}.graph.json")
        if about is None or (graph is None and About.model_validate_json(about).problem is None):
            missing.append(stack)
            continue
        (work / f"{stack}.json").write_bytes(about)
        if graph is not None:
            (work / f"{stack}.graph.json").write_bytes(graph)
    if not missing:
        return
    program = resources.files("console.change").joinpath("recorder.py").read_text(encoding="utf-8")
    if tree.is_worktree:
        _run(["-c", program, str(tree.root), str(work), *missing], tree.root, tree)
    else:
        with tempfile.TemporaryDirectory(prefix="atoll-revision-") as folder:
            copy(tree, Path(folder))
            _run(["-c", program, folder, str(work), *missing], Path(folder), tree)
    if tree.is_worktree and tree_of(tree.root, WORKTREE).entries != tree.entries:
        return  # somebody has written meanwhile: nobody knows which content this is
    for stack in missing:
        for suffix in (".graph.json", ".json"):
            file = work / f"{stack}{suffix}"
            if file.is_file():
                store.put(f"{names[stack]}{suffix}", file.read_bytes())


def _facts(root: Path, asked: Mapping[str, tuple[str, Sequence[str]]], work: Path, store: Store) -> None:
    missing: list[str] = []
    for stack, (name, joined) in asked.items():
        kept = store.get(f"{name}.facts.json")
        if kept is not None:
            (work / f"{stack}.facts.json").write_bytes(kept)
        elif (work / f"{stack}.graph.json").is_file():
            missing.append(",".join([stack, *(other for other in joined if (work / f"{other}.graph.json").is_file())]))
    if missing:
        _run(["-m", "console.change.facts", str(work), *missing], root, None)
    for name in missing:
        stack = name.partition(",")[0]
        store.put(f"{asked[stack][0]}.facts.json", (work / f"{stack}.facts.json").read_bytes())


def _read(work: Path, stack: str, content: str) -> Recorded:
    about = About.model_validate(json.loads((work / f"{stack}.json").read_bytes()))
    graph, facts = work / f"{stack}.graph.json", work / f"{stack}.facts.json"
    return Recorded(
        about,
        graph.read_bytes() if graph.is_file() else None,
        Facts.model_validate_json(facts.read_bytes()) if facts.is_file() else None,
        content,
    )


def _run(arguments: Sequence[str], folder: Path, tree: Tree | None) -> None:
    """Run this interpreter in a folder, whose code comes first; it gets no credentials, for it needs none."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    command = [sys.executable, *arguments]
    env = {**kept, "PYTHONPATH": str(folder)}
    what = f"the program of {tree.revision.name}" if tree is not None else "the questions"
    try:
        done = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, check=False, timeout=SECONDS
        )
    except subprocess.TimeoutExpired:
        raise RevisionError(f"{what} took more than {SECONDS} seconds.") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise RevisionError(f"{what} cannot be run: {last}. Its own environment may differ from this one: `uv sync`.")
