"""Circles in a directed graph: one per strongly connected part, found in linear time and without recursion."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def cycles(graph: Graph) -> Iterator[list[str]]:
    """For every strongly connected part a shortest circle through its first node, which is named again at the end."""
    for part in components(graph):
        first = min(part)
        if len(part) > 1 or first in graph.get(first, ()):
            yield _shortest(graph, first, part)


def components(graph: Graph) -> Iterator[set[str]]:
    """Strongly connected parts (Tarjan), each node in one."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in sorted(graph):
        if root in index:
            continue
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        work = [(root, iter(graph[root]))]
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(graph.get(target, ()))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    part: set[str] = set()
                    while node not in part:
                        top = stack.pop()
                        on_stack.discard(top)
                        part.add(top)
                    yield part


def _shortest(graph: Graph, first: str, part: set[str]) -> list[str]:
    came: dict[str, str] = {}
    waiting = deque([first])
    while waiting:
        node = waiting.popleft()
        for target in graph.get(node, ()):
            if target == first:
                path = [first]
                while node != first:
                    path.append(node)
                    node = came[node]
                return [first, *reversed(path)]
            if target in part and target not in came:
                came[target] = node
                waiting.append(target)
    raise ValueError(f"{first} is on no circle")
