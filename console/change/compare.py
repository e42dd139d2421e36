"""Two revisions compared: every question asked of both, put together into one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from analysis.change import (
    access_deltas,
    contract_deltas,
    cost_deltas,
    measure_deltas,
    policy_deltas,
    reach_deltas,
    resource_deltas,
)
from console.change.facts import About
from console.change.measuring import QUESTIONS as MEASURED
from console.change.measuring import measures_of
from console.change.recording import Recorded, may_be_of, record_side
from console.change.store import Store
from console.change.tree import Tree, tree_of
from console.past import PastError, folder_as_it_was
from contracts.change import (
    AnyDelta,
    ChangeReport,
    ContractDelta,
    Effect,
    Question,
    Side,
    StackChange,
    assemble,
)
from contracts.services import ContractError, Estate, read
from graph.codec import from_json
from graph.resource_graph import ResourceGraph

SERVICES = "services"
ASKED = (
    *(Question.CONTRACTS, Question.RESOURCES, Question.REACH, Question.ACCESS, Question.POLICIES),
    *(*MEASURED, Question.COST),
)


class NoStackError(LookupError):
    """Neither revision has a stack of these; the message lists what there is."""


def compare(
    root: Path,
    base: str,
    head: str,
    *,
    stacks: Iterable[str] = (),
    environment: str | None = None,
    store: Store | None = None,
) -> ChangeReport:
    """Compare two revisions of a project.

    Args:
        root: folder of the project, in a git repository.
        base: the earlier revision.
        head: the later one, or `worktree`.
        stacks: names; all that either revision has if left out.
        environment: only the stacks of one, such as `staging`.
        store: what was worked out before; the user's cache if left out.

    Raises:
        RevisionError: a revision cannot be read.
        NoStackError: neither revision has a stack that was asked for.
    """
    kept = store or Store()
    before, after, here = tree_of(root, base), tree_of(root, head), tree_of(root, "worktree")
    wanted = _wanted(before, after, stacks)
    if environment is not None:
        wanted = [stack for stack in wanted if any(may_be_of(tree, stack, environment) for tree in (before, after))]
    with ThreadPoolExecutor(max_workers=2) as pool:
        sides = [pool.submit(record_side, tree, wanted, here, kept) for tree in (before, after)]
        contracts = list(_contracts(root, before, after))
        was, now = (side.result() for side in sides)
    if environment is not None:
        wanted = [stack for stack in wanted if environment in {_environment(side.get(stack)) for side in (was, now)}]
        if not wanted:
            raise NoStackError(f"no stack of either revision belongs to the environment {environment}")
    pairs = [_Pair(stack, was.get(stack), now.get(stack)) for stack in wanted]
    deltas: list[AnyDelta] = [*contracts, *(delta for pair in pairs for delta in pair.deltas())]
    was_measured, now_measured = (
        measures_of(root, {pair.stack: side for pair in pairs if (side := pair.side(earlier)) is not None})
        for earlier in (True, False)
    )
    for question in MEASURED:
        deltas += measure_deltas(question, was_measured[question], now_measured[question])
    return assemble(before.revision, after.revision, ASKED, [pair.change() for pair in pairs], deltas)


def _wanted(before: Tree, after: Tree, stacks: Iterable[str]) -> list[str]:
    there = sorted({*before.stack_files(), *after.stack_files()})
    wanted = list(dict.fromkeys(stacks))
    if absent := [stack for stack in wanted if stack not in there]:
        raise NoStackError(f"neither revision has {', '.join(absent)}. Stacks: {', '.join(there)}")
    return wanted or there


def _environment(recorded: Recorded | None) -> str | None:
    return recorded.about.environment if recorded is not None else None


class _Pair:
    """One stack in both revisions."""

    def __init__(self, stack: str, was: Recorded | None, now: Recorded | None) -> None:
        self.stack, self.was, self.now = stack, was, now
        self.after = _graph(now)
        same = was is not None and now is not None and was.graph == now.graph
        self.before = self.after if same else _graph(was)  # reading a graph is most of what a kept answer costs
        self.resources = resource_deltas(self.before, self.after)

    @property
    def _same_program(self) -> bool:
        return self.was is not None and self.now is not None and self.was.content == self.now.content

    def side(self, earlier: bool) -> tuple[About, ResourceGraph] | None:
        """What the stack is in one revision, and its graph; None where either revision cannot say."""
        if Side.BROKEN in (_side(self.was), _side(self.now)):
            return None
        recorded, graph = (self.was, self.before) if earlier else (self.now, self.after)
        return (recorded.about, graph) if recorded is not None and graph is not None else None

    def deltas(self) -> Iterator[AnyDelta]:
        """Differences of every question about this stack; none of a side that is broken can be told."""
        if Side.BROKEN in (_side(self.was), _side(self.now)):
            return
        yield from self.resources.deltas
        one, other = (side.facts if side is not None else None for side in (self.was, self.now))
        yield from reach_deltas(one.reach if one else None, other.reach if other else None, self.stack)
        yield from access_deltas(one.access if one else None, other.access if other else None, self.stack)
        there = {node.urn for node in self.after or ()}
        yield from policy_deltas(one.policies if one else (), other.policies if other else (), self.stack, there)
        yield from cost_deltas(one.cost if one else None, other.cost if other else None, self.stack)

    def change(self) -> StackChange:
        """What is told of the stack as a whole."""
        problems = [side.about.problem for side in (self.now, self.was) if side is not None and side.about.problem]
        one, other = (side.facts if side is not None else None for side in (self.was, self.now))
        problems += list(other.problems) if other is not None else []
        return StackChange(
            stack=self.stack,
            before=_side(self.was),
            after=_side(self.now),
            problem="\n".join(problems) or None,
            resources_before=len(self.before or ()),
            resources_after=len(self.after or ()),
            undecided=0 if self._same_program else self.resources.undecided,
            cost_before=one.cost.total if one is not None else None,
            cost_after=other.cost.total if other is not None else None,
        )


def _graph(recorded: Recorded | None) -> ResourceGraph | None:
    return from_json(recorded.graph) if recorded is not None and recorded.graph is not None else None


def _side(recorded: Recorded | None) -> Side:
    if recorded is None:
        return Side.ABSENT
    return Side.BROKEN if recorded.graph is None or recorded.facts is None else Side.THERE


def _contracts(root: Path, before: Tree, after: Tree) -> Iterator[ContractDelta]:
    """Differences of contracts; where a side cannot be read, that it cannot."""
    try:
        if before.entries.get(SERVICES) == after.entries.get(SERVICES) is not None:
            return  # the same content
        yield from contract_deltas(_estate(root, before), _estate(root, after), SERVICES)
    except ContractError as error:
        told = "; ".join(f"{problem.where}: {problem.value}" for problem in error.problems[:5])
        yield _unreadable(Effect.BLOCKS, f"The contracts are refused: {told}.")
    except PastError as error:
        yield _unreadable(Effect.UNKNOWN, f"The contracts cannot be compared: {error}")


def _estate(root: Path, tree: Tree) -> Estate:
    if SERVICES not in tree.entries:
        return Estate.of(())
    if tree.is_worktree:
        return read(root / SERVICES)
    with folder_as_it_was(tree.revision.commit, root / SERVICES) as folder:
        estate = read(folder, today=date.min)
        _ = estate.edges
        return estate


def _unreadable(effect: Effect, sentence: str) -> ContractDelta:
    return ContractDelta(
        effect=effect, stack=None, subject=SERVICES, sentence=sentence, kind="unreadable", contracts=()
    )
