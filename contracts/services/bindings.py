"""What one contract of an estate comes down to in one place: who runs, who calls whom, who hears what.

Everything here is pure: names and ARNs are plain text that follow from the contracts, the environment, the region and
the accounts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from contracts.services.base import Access
from contracts.services.dependencies import Call, Interaction, Subscription
from contracts.services.estate import Estate
from contracts.services.interfaces import Event
from contracts.services.naming import DEFAULT_BUS, Names, Place, Runner, RunnerKind, variable
from contracts.services.reading import LoadedContract
from contracts.services.routing import Endpoint, endpoints
from contracts.services.semver import Range
from contracts.services.stores import DynamoStore, ObjectStore, PostgresStore, RedisStore, SearchStore
from contracts.services.workflows import State, StateKind
from contracts.settings.errors import Path, Problem

AnyStore = PostgresStore | DynamoStore | RedisStore | ObjectStore | SearchStore


@dataclass(frozen=True)
class Use:
    """One thing that runs calls one operation of another contract."""

    runner: Runner
    """Who calls, of the consumer."""
    consumer: Names
    """The consumer."""
    provider: Names
    """Who is called."""
    endpoint: Endpoint
    """What answers there."""
    call: Call
    """How, as the consumer's contract says."""

    @property
    def foreign(self) -> bool:
        """Whether the provider is in another account."""
        return self.provider.place.account != self.consumer.place.account


@dataclass(frozen=True)
class Heard:
    """One type of event that arrives."""

    label: str
    """The provider's name for the event."""
    subscription: Subscription
    """Where it arrives."""
    event: Event
    """What it is."""
    consumer: Names
    """Who hears it."""
    provider: Names
    """Who publishes it."""
    carrier: Names
    """Whose bus or topic carries it."""
    name: str
    """That contract's name for the bus or topic."""

    @property
    def foreign(self) -> bool:
        """Whether bus or topic are in another account."""
        return self.carrier.place.account != self.consumer.place.account


@dataclass(frozen=True)
class StoreUse:
    """One store that a thing of the contract uses: its own, or one that is shared within the domain."""

    key: str
    """Name of the store in its owner's contract."""
    store: AnyStore
    owner: Names
    access: Access


@dataclass(frozen=True, eq=False)
class Service:
    """One contract of an estate, in one place."""

    loaded: LoadedContract
    estate: Estate
    place: Place
    accounts: Mapping[str, str]
    """Contract → its account, where that is another one."""

    @cached_property
    def names(self) -> Names:
        """Its own names."""
        return Names(self.loaded.contract, self.place)

    def names_of(self, other: LoadedContract) -> Names:
        """Names of another contract in the same environment and region."""
        account = self.accounts.get(other.contract.id, self.place.account)
        return Names(other.contract, Place(self.place.environment, self.place.region, account))

    @cached_property
    def workers(self) -> tuple[Runner, ...]:
        """Functions and containers, in the contract's order."""
        compute = self.loaded.contract.compute
        containers = [*compute.ecs, *compute.eks, *compute.app_runner]
        return (
            *(Runner(RunnerKind.FUNCTION, key) for key in compute.functions),
            *(Runner(RunnerKind.CONTAINER, key) for key in containers),
        )

    @cached_property
    def workflows(self) -> tuple[Runner, ...]:
        """State machines, in the contract's order."""
        return tuple(Runner(RunnerKind.WORKFLOW, key) for key in self.loaded.contract.provides.workflows)

    @property
    def runners(self) -> tuple[Runner, ...]:
        """Everything that has a role of its own."""
        return (*self.workers, *self.workflows)

    def by(self, names: Sequence[str]) -> tuple[Runner, ...]:
        """The functions and containers of these names; all of them if none is named."""
        return tuple(runner for runner in self.workers if not names or runner.key in names)

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every call of another contract that leads somewhere, by each that makes it."""
        return tuple(use for use in self._uses() if use.endpoint.handler is not None)

    def uses_of(self, runner: Runner) -> Iterator[Use]:
        """Calls that one of them makes."""
        return (use for use in self.uses if use.runner == runner)

    def _uses(self) -> Iterator[Use]:
        by_workflow = self._calls_of_workflows
        for provider_id, dependency in self.loaded.contract.consumes.items():
            provider = self._bound(provider_id)
            if provider is None:
                continue
            answered, names = endpoints(provider), self.names_of(provider)
            for operation, call in dependency.calls.items():
                endpoint = answered.get(operation, Endpoint(operation, None))
                stating = by_workflow.get(f"{provider_id}#{operation}", ())
                # A call that a workflow's states make is made by nobody else, unless the contract names them.
                callers = self.by(call.by) if call.by or not stating else ()
                for runner in (*callers, *stating):
                    yield Use(runner, self.names, names, endpoint, call)

    @cached_property
    def _calls_of_workflows(self) -> Mapping[str, tuple[Runner, ...]]:
        """`domain/service#operation` → workflows with a state that calls it."""
        found: dict[str, tuple[Runner, ...]] = {}
        for runner in self.workflows:
            for state in states_of(self.loaded, runner.key):
                if state.operation is not None and runner not in found.get(state.operation, ()):
                    found[state.operation] = (*found.get(state.operation, ()), runner)
        return found

    def _bound(self, provider_id: str) -> LoadedContract | None:
        versions = self.estate.by_id.get(provider_id, {})
        wanted = self.loaded.contract.consumes.get(provider_id)
        best = Range.parse(wanted.version).best(versions) if wanted else max(versions, default=None)
        return versions[best] if best is not None else None

    def resolve(self, reference: str) -> tuple[Names, str]:
        """Whose thing a reference names, and what that contract calls it: `platform/events#x`, or a name of its own.

        Raises:
            KeyError: the estate has no such contract; its questions find that before.
        """
        owner, hash_, name = reference.rpartition("#")
        if not hash_ or owner == self.loaded.contract.id:
            return self.names, name
        bound = self._bound(owner)
        if bound is None:
            raise KeyError(owner)
        return self.names_of(bound), name

    @cached_property
    def heard(self) -> tuple[Heard, ...]:
        """Events of other contracts that arrive here."""
        found: list[Heard] = []
        for provider_id, dependency in self.loaded.contract.consumes.items():
            provider = self._bound(provider_id)
            for label, subscription in dependency.events.items() if provider else ():
                assert provider is not None
                event = provider.contract.provides.events.get(label)
                if event is None:
                    continue
                theirs = Service(provider, self.estate, self.names_of(provider).place, self.accounts)
                carrier, name = theirs.resolve(str(event.bus or event.topic))
                account = self.accounts.get(carrier.contract.id, self.place.account)
                carrier = Names(carrier.contract, Place(self.place.environment, self.place.region, account))
                found.append(Heard(label, subscription, event, self.names, theirs.names, carrier, name))
        return tuple(found)

    @cached_property
    def others(self) -> tuple[Service, ...]:
        """The newest version of every other contract, each in its own account of this environment."""
        newest = (versions[max(versions)] for versions in self.estate.by_id.values())
        return tuple(
            Service(other, self.estate, self.names_of(other).place, {**self.accounts, self.loaded.contract.id: here})
            for here in (self.place.account,)
            for other in newest
            if other.contract.id != self.loaded.contract.id
        )

    @cached_property
    def foreign_callers(self) -> Mapping[str, tuple[Use, ...]]:
        """Service in another account → its calls of this contract."""
        found = {
            other.names.service: tuple(use for use in other.uses if use.provider.contract.id == self.loaded.contract.id)
            for other in self.others
            if other.place.account != self.place.account
        }
        return {service: uses for service, uses in found.items() if uses}

    @cached_property
    def foreign_listeners(self) -> tuple[Heard, ...]:
        """Events on buses of this contract that are heard in other accounts."""
        return tuple(
            heard
            for other in self.others
            for heard in other.heard
            if heard.carrier.contract.id == self.loaded.contract.id and heard.foreign and heard.event.bus
        )

    def stores(self, runner: Runner) -> Iterator[StoreUse]:
        """Stores that one of them uses: the contract's own by `by`, and those shared with it."""
        stores = self.loaded.contract.stores
        for kind in (stores.postgresql, stores.dynamodb, stores.redis, stores.s3, stores.opensearch):
            for key, store in kind.items():
                if runner in self.by(store.by):
                    yield StoreUse(key, store, self.names, Access.READ_WRITE)
        if runner.kind is not RunnerKind.WORKFLOW:
            for reference, access in stores.shared.items():
                yield self.shared(reference, access)

    def shared(self, reference: str, access: Access) -> StoreUse:
        """A store of another service of the domain."""
        owner, key = self.resolve(reference)
        theirs = owner.contract.stores
        every: dict[str, AnyStore] = {
            **theirs.postgresql, **theirs.dynamodb, **theirs.redis, **theirs.s3, **theirs.opensearch
        }  # fmt: skip
        return StoreUse(key, every[key], owner, access)

    @cached_property
    def fed_queues(self) -> frozenset[str]:
        """Queues that something other than the contract's own code fills, or that hold dead letters."""
        contract = self.loaded.contract
        found = {heard.subscription.queue for heard in self.heard}
        for topic in contract.messaging.topics.values():
            for receiver in topic.subscriptions.values():
                found |= {receiver.queue, receiver.dead_letter}
        for rule in contract.messaging.rules.values():
            for target in rule.targets.values():
                found |= {target.queue, target.dead_letter}
        found |= {function.dead_letter for function in contract.compute.functions.values()}
        found |= {run.dead_letter for run in contract.schedules.values()}
        return frozenset(name for name in found if name is not None)

    def sends_to(self, runner: Runner) -> Iterator[str]:
        """Queues that one of them fills: those that name it, and those that nothing else fills or takes from."""
        if runner not in self.workers:
            return
        for key, queue in self.loaded.contract.messaging.queues.items():
            filled = key in self.fed_queues or runner.key in self._takers(key)
            if runner.key in queue.by or (not queue.by and not filled):
                yield key

    def receives_from(self, runner: Runner) -> Iterator[str]:
        """Queues that a container empties: those from which no function takes, dead letters aside."""
        if runner.kind is not RunnerKind.CONTAINER:
            return
        for key, queue in self.loaded.contract.messaging.queues.items():
            if queue.dead_letter is not None and not self._takers(key):
                yield key

    def _takers(self, queue: str) -> list[str]:
        functions = self.loaded.contract.compute.functions
        return [key for key, function in functions.items() if queue in function.triggers.queues]

    @cached_property
    def fed_topics(self) -> frozenset[str]:
        """Topics that rules of the contract publish on, or that its events name."""
        contract = self.loaded.contract
        targets = (target for rule in contract.messaging.rules.values() for target in rule.targets.values())
        named = (event.topic for event in contract.provides.events.values())
        return frozenset(
            name for name in (*(target.topic for target in targets), *named) if name is not None and "#" not in name
        )

    def publishes_on(self, runner: Runner) -> Iterator[tuple[Names, str]]:
        """Topics that one of them publishes on: of its events, those that name it, and those nobody else uses."""
        if runner not in self.workers:
            return
        for event in self.loaded.contract.provides.events.values():
            if event.topic is not None and runner in self.by(event.by):
                yield self.resolve(event.topic)
        for key, topic in self.loaded.contract.messaging.topics.items():
            if runner.key in topic.by or (not topic.by and key not in self.fed_topics):
                yield self.names, key

    def starts(self, runner: Runner) -> Iterator[str]:
        """Workflows of the contract that one of them starts."""
        if runner not in self.workers:
            return
        for key, workflow in self.loaded.contract.provides.workflows.items():
            called = {state.function for state in states_of(self.loaded, key)}
            if runner.key in workflow.by or (not workflow.by and runner.key not in called):
                yield key

    def answers(self, runner: Runner) -> Iterator[str]:
        """Workflows whose approvals one of them asks for: it gets their token, and reports the decision."""
        if runner.kind is not RunnerKind.FUNCTION:
            return
        for key in self.loaded.contract.provides.workflows:
            states = states_of(self.loaded, key)
            if any(state.type is StateKind.APPROVAL and state.function == runner.key for state in states):
                yield key

    def problems(self) -> Iterator[Problem]:
        """What cannot be deployed although the estate allows it."""
        for path, name, longest, source in self.names.too_long():
            yield self.loaded.problem(
                path, name, f"a name of at most {longest} characters in AWS", f"shorten it ({source})"
            )
        yield from self._unanswered()
        yield from self._repeated_variables()

    def _unanswered(self) -> Iterator[Problem]:
        for use in self._uses():
            path: Path = ("consumes", use.provider.contract.id, "calls", use.endpoint.operation)
            handler, team = use.endpoint.handler, use.provider.contract.owner.team
            if handler is None:
                allowed = f"an operation that a route of {use.provider.contract.id} leads to"
                yield self.loaded.problem(path, use.endpoint.operation, allowed, f"ask {team} to add the route")
            elif use.runner.kind is RunnerKind.WORKFLOW and handler.kind is RunnerKind.CONTAINER:
                allowed = f"an operation that a function answers, for {use.runner}"
                fix = f"let a function of this contract make the call, or ask {team} to answer it with one"
                yield self.loaded.problem(path, f"{use.endpoint.operation}, answered by {handler}", allowed, fix)
        for heard in self.heard:
            if heard.event.topic is not None and heard.foreign:
                place: Path = ("consumes", heard.provider.contract.id, "events", heard.label)
                fix = f"ask {heard.provider.contract.owner.team} to publish it on a bus, which reaches other accounts"
                yield self.loaded.problem(place, heard.label, "an event on a bus, for another account", fix)

    def _repeated_variables(self) -> Iterator[Problem]:
        """Two operations of one name would give one variable two meanings."""
        seen: dict[str, str] = {}
        for provider_id, dependency in self.loaded.contract.consumes.items():
            for operation in dependency.calls:
                other = seen.setdefault(variable(operation), f"{provider_id}#{operation}")
                if other != f"{provider_id}#{operation}":
                    path: Path = ("consumes", provider_id, "calls", operation)
                    allowed = f"an operation whose variable is not that of {other}"
                    yield self.loaded.problem(path, operation, allowed, "ask one of the two to rename its operation")


def states_of(loaded: LoadedContract, workflow: str) -> Iterator[State]:
    """Every state of a workflow, those in branches included."""
    waiting = [loaded.contract.provides.workflows[workflow].states]
    while waiting:
        for state in waiting.pop().values():
            yield state
            waiting += [branch.states for branch in state.branches]


def waits(use: Use) -> bool:
    """Whether the caller waits for the answer."""
    return use.call.interaction is Interaction.SYNC


def on_bus(heard: Heard) -> str:
    """Physical name of the bus that carries an event."""
    return DEFAULT_BUS if heard.name == DEFAULT_BUS else heard.carrier.bus(heard.name)
