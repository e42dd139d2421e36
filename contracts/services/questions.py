"""The questions asked of an estate. Each looks at every contract and every edge a bounded number of times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import pairwise

from contracts.services.confusable import skeleton
from contracts.services.cycles import cycles
from contracts.services.estate import Edge, Estate, EstateFinding, Kind
from contracts.services.operations import has_field
from contracts.services.reading import LoadedContract
from contracts.services.rules.references import DEFAULT_BUS
from contracts.services.uniqueness import resource_names, service_names
from contracts.settings.errors import Path
from contracts.settings.kind import near

Question = Callable[[Estate], Iterator[EstateFinding]]


def findings(estate: Estate) -> list[EstateFinding]:
    """Ask everything; what refuses a deployment comes first."""
    found = [finding for ask in QUESTIONS for finding in ask(estate)]
    return sorted(found, key=lambda f: (not f.kind.refuses, f.kind, f.problem.file or "", f.problem.line or 0))


def unmet(estate: Estate) -> Iterator[EstateFinding]:
    """What is consumed is provided: the contract, a version in the range, the operations, the events and fields."""
    ids = list(estate.by_id)
    guesses: dict[str, str] = {}  # a name that many misspell is looked for once
    for edge in estate.edges:
        path: Path = ("consumes", edge.provider_id)
        if edge.provider_id not in estate.by_id:
            if edge.provider_id not in guesses:
                guesses[edge.provider_id] = near(edge.provider_id, ids)
            fix = guesses[edge.provider_id] or "write that contract first, or remove the dependency"
            yield _finding(Kind.UNMET, edge, path, edge.provider_id, "a contract of this estate", fix)
        elif edge.provider is None:
            there = ", ".join(map(str, estate.by_id[edge.provider_id]))
            fix = "widen the range after a look at what changed, or keep the older version beside the newer"
            yield _finding(Kind.RANGE, edge, (*path, "version"), edge.dependency.version, f"one that has {there}", fix)
        else:
            yield from _unmet_parts(edge, edge.provider)


def _unmet_parts(edge: Edge, provider: LoadedContract) -> Iterator[EstateFinding]:
    path: Path = ("consumes", edge.provider_id)
    name = f"{edge.provider_id} {provider.contract.version}"
    for operation in edge.dependency.calls:
        if operation not in provider.operations:
            there = sorted(provider.operations)
            allowed = f"an operation of {name}: {', '.join(there) or 'it has none'}"
            fix = near(operation, there) or f"ask {provider.contract.owner.team} for it"
            yield _finding(Kind.UNMET, edge, (*path, "calls", operation), operation, allowed, fix)
    offered = provider.contract.provides.events
    for label, used in edge.dependency.events.items():
        place: Path = (*path, "events", label)
        if label not in offered:
            allowed = f"an event of {name}: {', '.join(offered) or 'it has none'}"
            fix = near(label, list(offered)) or f"ask {provider.contract.owner.team} for it"
            yield _finding(Kind.UNMET, edge, place, label, allowed, fix)
            continue
        schema = provider.documents.values(offered[label].document)
        for index, field in enumerate(used.reads):
            if not has_field(schema, field):
                allowed = f"a field of {name} {label}"
                fix = f"read what {offered[label].document} has"
                yield _finding(Kind.UNMET, edge, (*place, "reads", index), field, allowed, fix)


def unmet_resources(estate: Estate) -> Iterator[EstateFinding]:
    """Buses, topics, user pools and shared stores of other contracts are there."""
    for loaded in estate.contracts:
        for what, path, reference in _references(loaded):
            owner, _, name = reference.partition("#")
            if not name:
                continue
            there = sorted({n for other in estate.by_id.get(owner, {}).values() for n in _resources(other, what)})
            if name not in there:
                allowed = f"a {what} of {owner}: {', '.join(there) or 'there is none'}"
                fix = near(name, there) or f"declare the {what} in {owner} first"
                yield _at(Kind.UNMET, loaded, path, reference, allowed, fix, (owner,))


def _references(loaded: LoadedContract) -> Iterator[tuple[str, Path, str]]:
    contract = loaded.contract
    for name, event in contract.provides.events.items():
        for what in ("bus", "topic"):
            if (reference := getattr(event, what)) and reference != DEFAULT_BUS:
                yield what, ("provides", "events", name, what), reference
    for name, rule in contract.messaging.rules.items():
        yield "bus", ("messaging", "rules", name, "bus"), rule.bus
    for kind in ("http", "graphql"):
        for name, interface in getattr(contract.provides, kind).items():
            if interface.authorizer is not None:
                path: Path = ("provides", kind, name, "authorizer", "user_pool")
                yield "user pool", path, interface.authorizer.user_pool
    for reference in contract.stores.shared:
        yield "store", ("stores", "shared", reference), reference


def _resources(loaded: LoadedContract, what: str) -> list[str]:
    contract = loaded.contract
    stores = contract.stores
    return {
        "bus": list(contract.messaging.buses),
        "topic": list(contract.messaging.topics),
        "user pool": list(contract.identity.user_pools),
        "store": [*stores.postgresql, *stores.dynamodb, *stores.redis, *stores.s3, *stores.opensearch],
    }[what]


def synchronous_cycles(estate: Estate) -> Iterator[EstateFinding]:
    """Services that wait for each other in a circle fall together, and none can be deployed first."""
    waits: dict[str, dict[str, Edge]] = defaultdict(dict)
    for edge in estate.edges:
        if edge.synchronous and edge.provider_id in estate.by_id:
            waits[edge.consumer.contract.id].setdefault(edge.provider_id, edge)
    for cycle in cycles({node: list(targets) for node, targets in waits.items()}):
        edge = waits[cycle[0]][cycle[1]]
        told = " → ".join(cycle)
        fix = "make one of the calls async, or let one of them listen to an event instead"
        path: Path = ("consumes", edge.provider_id)
        yield _at(Kind.CYCLE, edge.consumer, path, told, "no circle of synchronous calls", fix, tuple(cycle[1:]))


def claimed_stores(estate: Estate) -> Iterator[EstateFinding]:
    """A database, table, index or prefix belongs to one service; of another domain it is not even shared."""
    claims: dict[str, list[tuple[str, LoadedContract, Path]]] = defaultdict(list)
    for loaded in (versions[max(versions)] for versions in estate.by_id.values()):
        stores = loaded.contract.stores
        for name, database in stores.postgresql.items():
            claims["postgresql"].append((database.database, loaded, ("stores", "postgresql", name, "database")))
        for name, cache in stores.redis.items():
            claims["redis"].append((cache.prefix, loaded, ("stores", "redis", name, "prefix")))
        for name, objects in stores.s3.items():
            claims[f"s3 {objects.bucket}"].append((objects.prefix, loaded, ("stores", "s3", name, "prefix")))
        for name, index in stores.opensearch.items():
            claims["opensearch"].append((index.index, loaded, ("stores", "opensearch", name, "index")))
    for kind, claimed in claims.items():
        prefixes = kind.startswith(("redis", "s3"))
        holder: tuple[str, LoadedContract, Path] | None = None
        for claim in sorted(claimed, key=lambda c: (c[0], c[1].contract.id)):
            # In this order whatever begins with a prefix stands right behind it.
            if holder is not None and (claim[0].startswith(holder[0]) if prefixes else claim[0] == holder[0]):
                yield _claimed(claim, holder[1])
            else:
                holder = claim


def _claimed(claim: tuple[str, LoadedContract, Path], holder: LoadedContract) -> EstateFinding:
    value, loaded, path = claim
    foreign = loaded.contract.domain != holder.contract.domain
    allowed = f"a store that is not {holder.contract.id}'s"
    fix = (
        f"choose another name; data of {holder.contract.domain} is asked of {holder.contract.id}"
        if foreign
        else "choose another name, or write the other's below stores.shared"
    )
    kind = Kind.FOREIGN_STORE if foreign else Kind.STORE
    return _at(kind, loaded, path, value, allowed, fix, (holder.contract.id,))


def events_provided_twice(estate: Estate) -> Iterator[EstateFinding]:
    """Consumers tell events apart by bus or topic, source and type."""
    first: dict[tuple[str, str, str], LoadedContract] = {}
    for loaded in (versions[max(versions)] for versions in estate.by_id.values()):
        for name, event in loaded.contract.provides.events.items():
            carrier = event.bus or event.topic or ""
            whole = carrier if "#" in carrier or carrier == DEFAULT_BUS else f"{loaded.contract.id}#{carrier}"
            other = first.setdefault((whole, event.source, event.detail_type), loaded)
            if other is not loaded:
                allowed = f"a source and type that {other.contract.id} does not publish there"
                path: Path = ("provides", "events", name)
                found = f"{event.source}: {event.detail_type}"
                fix = "use the service's own source"
                yield _at(Kind.EVENT, loaded, path, found, allowed, fix, (other.contract.id,))


def confusable_ids(estate: Estate) -> Iterator[EstateFinding]:
    """No two contracts, nor domains, that a person takes for the same."""
    seen: dict[str, str] = {}
    domains: dict[str, str] = {}
    for contract_id, versions in estate.by_id.items():
        domain = contract_id.split("/")[0]
        other = seen.setdefault(skeleton(contract_id), contract_id)
        like = domains.setdefault(skeleton(domain), domain)
        if other == contract_id and like != domain:
            other = like
        elif other == contract_id:
            continue
        fix = f"rename one of the two: {other} looks the same"
        allowed = "an id that cannot be mistaken for another"
        yield _at(Kind.CONFUSABLE, versions[max(versions)], ("id",), contract_id, allowed, fix, (other,))


def repeated_versions(estate: Estate) -> Iterator[EstateFinding]:
    """One file is one version of one contract."""
    for loaded in estate.contracts:
        first = estate.by_id[loaded.contract.id][loaded.contract.semver]
        if first is not loaded:
            allowed = f"another version than {first.file} has"
            fix = "remove one of the two, or raise its version"
            yield _at(Kind.REPEATED, loaded, ("version",), loaded.contract.version, allowed, fix, ())


def side_by_side(estate: Estate) -> Iterator[EstateFinding]:
    """Two versions may live side by side; who still needs the older one is told."""
    users: dict[tuple[str, str], list[str]] = defaultdict(list)
    for edge in estate.edges:
        if edge.provider is not None:
            users[edge.provider_id, edge.provider.contract.version].append(edge.consumer.contract.id)
    for contract_id, versions in estate.by_id.items():
        for older, newer in pairwise(sorted(versions)):
            using = sorted(set(users[contract_id, versions[older].contract.version]))
            fix = f"wait for {', '.join(using)} to move on" if using else "retire it: nobody is bound to it"
            found, allowed = f"{older} beside {newer}", "two versions, until the last consumer has moved"
            yield _at(Kind.SIDE_BY_SIDE, versions[older], ("version",), found, allowed, fix, tuple(using))


def orphans(estate: Estate) -> Iterator[EstateFinding]:
    """Contracts that offer something which nobody in the estate consumes; people and pages may."""
    used = {edge.provider_id for edge in estate.edges}
    used |= {ref.partition("#")[0] for loaded in estate.contracts for _, _, ref in _references(loaded) if "#" in ref}
    for contract_id, versions in estate.by_id.items():
        newest = versions[max(versions)]
        public = any(i.exposure == "public" for i in newest.contract.provides.http.values())
        offers = newest.operations or newest.contract.provides.events
        if offers and contract_id not in used and not public:
            allowed = "a consumer, or a public interface"
            yield _at(Kind.ORPHAN, newest, ("provides",), contract_id, allowed, "retire what nobody needs", ())


QUESTIONS: tuple[Question, ...] = (
    unmet,
    unmet_resources,
    synchronous_cycles,
    claimed_stores,
    events_provided_twice,
    confusable_ids,
    service_names,
    resource_names,
    repeated_versions,
    side_by_side,
    orphans,
)
"""Every question."""


def _finding(kind: Kind, edge: Edge, path: Path, found: object, allowed: str, fix: str) -> EstateFinding:
    return _at(kind, edge.consumer, path, found, allowed, fix, (edge.provider_id,))


def _at(
    kind: Kind, loaded: LoadedContract, path: Path, found: object, allowed: str, fix: str, others: tuple[str, ...]
) -> EstateFinding:
    ids = tuple(dict.fromkeys((loaded.contract.id, *others)))
    return EstateFinding(kind, loaded.problem(path, found, allowed, fix), ids)
