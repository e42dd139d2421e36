"""One resource explained: why it is there, what it costs, who reaches it, who may act on it, and what hangs on it.

Everything is read from graphs; what comes from elsewhere (controls, prices, the text of the program) is handed in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from analysis.change.replacement import held, protection
from analysis.change.sentences import origins
from analysis.cost import Estimate
from analysis.iam.arns import Arns, shown
from analysis.iam.matching import covers
from analysis.iam.model import IamModel, Policy
from analysis.reach.check import parties_of
from analysis.reach.evaluate import Evaluator
from analysis.reach.intents import INTERNET, Intents
from analysis.reach.network import Network
from analysis.reach.places import Places
from analysis.reach.spaces import told
from contracts.change import Origin
from contracts.change.deltas import Part, Usd
from contracts.change.radius import BlastRadius
from contracts.settings.kind import near
from graph.nodes import Node
from graph.resource_graph import ResourceGraph

MOST = 12


class Reason(Part):
    """Why a resource is there."""

    what: str
    origin: Origin | None = None


class Charge(Part):
    """What it costs, one line of an estimate."""

    sku: str
    quantity: str
    usd: Usd
    assumes: tuple[str, ...]
    page: str | None


class Way(Part):
    """Who reaches it."""

    source: str
    ports: str
    sure: bool


class Access(Part):
    """Who may do what to it."""

    principal: str
    actions: tuple[str, ...]
    where: str
    conditional: bool


class Verdict(Part):
    """What a control says of it."""

    control: str
    severity: str
    says: str
    """`pass`, `fail …`, `unknown …`."""


class Explanation(Part):
    """All of it."""

    urn: str
    type: str
    stack: str
    declared: tuple[Origin, ...]
    reasons: tuple[Reason, ...]
    holds: str | None
    """Data in it; None if it can be made again from the program."""
    protected: tuple[str, ...]
    """What keeps it from being deleted."""
    cost: tuple[Charge, ...]
    cost_unknown: tuple[str, ...]
    reached_by: tuple[Way, ...]
    has_address: bool
    access: tuple[Access, ...]
    controls: tuple[Verdict, ...]
    needs: tuple[str, ...]
    needed_by: tuple[str, ...]
    """URNs of what fails, or can no longer be changed, when it is gone."""
    blast: Mapping[str, int]
    """Type → how many of them hang on it, directly or not, in every stack that was looked at."""
    readers: tuple[str, ...]
    """Other stacks that read it."""
    survives: tuple[str, ...]
    """Copies of what it holds, and what makes them."""
    recovery: tuple[str, ...]


class AmbiguousError(LookupError):
    """Several resources, or none, fit; the message lists them."""


def resolve(graphs: Iterable[ResourceGraph], text: str) -> tuple[ResourceGraph, Node]:
    """Find a resource by its URN, the end of it, or its name.

    Raises:
        AmbiguousError: none fits, or several do.
    """
    every = [(graph, node) for graph in graphs for node in graph if not node.is_stack]
    tests: tuple[Callable[[Node], bool], ...] = (
        lambda node: node.urn == text,
        lambda node: node.name == text,
        lambda node: node.urn.endswith(text),
        lambda node: text.lower() in node.name.lower(),
    )
    for fits in tests:
        found = [(graph, node) for graph, node in every if fits(node)]
        managed = [pair for pair in found if pair[1].custom] or found
        if len(managed) == 1:
            return managed[0]
        if managed:
            listed = "\n".join(f"  {node.urn}" for _, node in managed[:MOST])
            more = f"\n  and {len(managed) - MOST} more" if len(managed) > MOST else ""
            raise AmbiguousError(f"{text!r} may be {len(managed)} resources; give one of these:\n{listed}{more}")
    meant = near(text, sorted({node.name for _, node in every}))
    raise AmbiguousError(f"no resource is called {text!r}; {meant or '`atoll graph show STACK` lists them'}")


def explain(
    graph: ResourceGraph,
    node: Node,
    *,
    reasons: Sequence[Reason],
    cost: Estimate,
    pages: Mapping[str, str],
    model: IamModel,
    network: Network,
    intents: Intents,
    controls: Sequence[Verdict],
    recovery: Sequence[str],
    radius: BlastRadius,
) -> Explanation:
    """Put together what is known of a resource; a component stands for all that is in it.

    Args:
        graph: its stack.
        node: the resource.
        reasons: settings, contract and requirements that it comes from.
        cost: estimate of the stack.
        pages: key of a price → its page.
        model: who may do what in the stack.
        network: of the stack.
        intents: roles that the network is looked at by.
        controls: what controls say of it.
        recovery: how it is recovered, in sentences.
        radius: what hangs on it.
    """
    inside = {node.urn, *(child.urn for child in graph.descendants(node.urn))}
    ways, has_address = _ways(network, intents, inside)
    guards = ["the program (protect)"] if node.protect else []
    guards += [f"AWS ({guard})"] if (guard := protection(node)) else []
    guards += ["it stays when it leaves the program (retainOnDelete)"] if node.options.retain_on_delete else []
    return Explanation(
        urn=node.urn,
        type=node.type,
        stack=graph.stack,
        declared=origins(node),
        reasons=tuple(reasons),
        holds=held(node),
        protected=tuple(guards),
        cost=tuple(_charges(cost, pages, inside)),
        cost_unknown=tuple(
            f"{item.resource}: {item.reason}"
            for item in cost.unknown
            if any(graph[urn].name == item.resource and graph[urn].type == item.type for urn in inside)
        ),
        reached_by=ways,
        has_address=has_address,
        access=tuple(_access(graph, model, inside)),
        controls=tuple(controls),
        needs=tuple(other.urn for other in graph.dependencies(node.urn, transitive=False) if not other.is_provider),
        needed_by=tuple(other.urn for other in graph.dependents(node.urn, transitive=False) if other.urn not in inside),
        blast=dict(Counter(hit.type for hit in radius.fails).most_common()),
        readers=radius.readers,
        survives=tuple(f"{copy.where}, by {copy.how}" for copy in radius.survives),
        recovery=tuple(recovery),
    )


def _charges(cost: Estimate, pages: Mapping[str, str], inside: set[str]) -> Iterator[Charge]:
    for line in cost.lines:
        if line.urn in inside:
            quantity = f"{round(line.quantity, 4).normalize():f} {line.unit}"
            yield Charge(sku=line.sku, quantity=quantity, usd=line.usd, assumes=line.assumes, page=pages.get(line.key))


def _ways(network: Network, intents: Intents, inside: set[str]) -> tuple[tuple[Way, ...], bool]:
    mine = [one for key, one in network.interfaces.items() if key.partition("#")[0] in inside]
    if not mine:
        return (), False
    evaluator, places = Evaluator(network), Places(network)
    target = places.interfaces(mine[0].name, mine)
    found: list[Way] = []
    for name, party in parties_of(network, intents).items():
        ports, sure = evaluator.open_ports(party, target)
        if ports:
            found.append(Way(source="the internet" if name == INTERNET else name, ports=told(ports), sure=sure))
    return tuple(found), True


def _access(graph: ResourceGraph, model: IamModel, inside: set[str]) -> Iterator[Access]:
    """Statements that name it, or a pattern that it falls under; what names every resource is told too."""
    arns = Arns((graph,))
    mine = {arns.of(graph[urn]) for urn in inside if graph[urn].custom and graph[urn].package == "aws"}
    for principal in model.roles:
        for policy in principal.policies:
            yield from _allowed(str(principal), policy, mine)
    for each in model.resource_policies:
        if each.resource in mine:
            for statement in each.policy.statements or ():
                for kind, value in statement.principals if statement.allow else ():
                    who = "anyone" if value == "*" else f"{kind.lower()} {shown(value)}"
                    where = f"its own policy ({statement.sid})"
                    actions, conditional = statement.actions, bool(statement.conditions)
                    yield Access(principal=who, actions=actions, where=where, conditional=conditional)


def _allowed(principal: str, policy: Policy, arns: set[str]) -> Iterator[Access]:
    for statement in policy.statements or ():
        named = [pattern for pattern in statement.resources if set(pattern) - {"*", ":"}]
        whole = (arn for arn in arns if not arn.startswith("${"))
        if statement.allow and any(covers(pattern, arn) for arn in whole for pattern in named):
            where = f"{policy.where} ({statement.sid})" if statement.sid else policy.where
            actions, conditional = statement.actions, bool(statement.conditions)
            yield Access(principal=principal, actions=actions, where=where, conditional=conditional)
