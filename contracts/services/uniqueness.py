"""Names that must be one of a kind: of stacks, which carry the service alone, and of what AWS knows by name.

A stack is `<service>-<environment>`, and a resource `<environment>-<service>-<key>`: hyphens join parts that may have
hyphens themselves, so that different parts can make one name.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.services.estate import Estate, EstateFinding, Kind
from contracts.services.naming import DEAD_LETTER_SUFFIX
from contracts.services.reading import LoadedContract
from contracts.settings.errors import Path

ON_DEMAND = "-env"
"""How the name of an on-demand environment goes on behind a service's: stack `mail-env-x`."""


def service_names(estate: Estate) -> Iterator[EstateFinding]:
    """Each service has its own stacks: its name is in one domain only, and no stack could be another service's."""
    first: dict[str, LoadedContract] = {}
    for loaded in _newest(estate):
        service = _service(loaded)
        other = first.setdefault(service, loaded)
        if other is not loaded:
            allowed = (
                f"a service whose name no other domain uses: stack {service}-<environment> is {other.contract.id}'s"
            )
            yield _at(
                Kind.SERVICE, loaded, ("id",), loaded.contract.id, allowed, "rename one of the two services", other
            )
    for service, loaded in first.items():
        at = service.find(ON_DEMAND)
        while at > 0:
            stem, rest = service[:at], service[at + len(ON_DEMAND) :]
            if stem in first and (not rest or rest.startswith("-")):
                allowed = f"a service whose stacks cannot be {first[stem].contract.id}'s in an environment env-…"
                fix = f"choose a name that does not begin with {stem}{ON_DEMAND}"
                yield _at(Kind.SERVICE, loaded, ("id",), loaded.contract.id, allowed, fix, first[stem])
            at = service.find(ON_DEMAND, at + 1)


def resource_names(estate: Estate) -> Iterator[EstateFinding]:
    """No two resources of one kind get the same name in AWS, whichever services they belong to."""
    taken: dict[tuple[str, str], tuple[LoadedContract, Path]] = {}
    for loaded in _newest(estate):
        for kind, name, path in _names(loaded):
            other, place = taken.setdefault((kind, name), (loaded, path))
            if (place == path and other is loaded) or (other is not loaded and _service(other) == _service(loaded)):
                continue
            found = f"{kind} <environment>-{name}"
            allowed = f"a name that {'.'.join(map(str, place))} of {other.contract.id} does not make as well"
            yield _at(Kind.NAME, loaded, path, found, allowed, "rename one of the two", other)


def _names(loaded: LoadedContract) -> Iterator[tuple[str, str, Path]]:
    """Kind, name behind the environment, and place of whatever AWS knows by a name that is unique in a region."""
    contract = loaded.contract
    parts = (
        ("queue", ("messaging", "queues"), contract.messaging.queues),
        ("topic", ("messaging", "topics"), contract.messaging.topics),
        ("bus", ("messaging", "buses"), contract.messaging.buses),
        ("rule", ("messaging", "rules"), contract.messaging.rules),
        ("function", ("compute", "functions"), contract.compute.functions),
        ("container", ("compute", "ecs"), contract.compute.ecs),
        ("workflow", ("provides", "workflows"), contract.provides.workflows),
        ("table", ("stores", "dynamodb"), contract.stores.dynamodb),
        ("schedule", ("schedules",), contract.schedules),
    )
    for kind, path, named in parts:
        for key in named:
            yield kind, f"{_service(loaded)}-{key}", (*path, key)
    for key, queue in contract.messaging.queues.items():
        if queue.dead_letter is not None:
            name = f"{_service(loaded)}-{key}{DEAD_LETTER_SUFFIX}"
            yield "queue", name, ("messaging", "queues", key, "dead_letter")


def _newest(estate: Estate) -> Iterator[LoadedContract]:
    return (versions[max(versions)] for versions in estate.by_id.values())


def _service(loaded: LoadedContract) -> str:
    return loaded.contract.id.split("/")[1]


def _at(
    kind: Kind, loaded: LoadedContract, path: Path, found: str, allowed: str, fix: str, other: LoadedContract
) -> EstateFinding:
    ids = tuple(dict.fromkeys((loaded.contract.id, other.contract.id)))
    return EstateFinding(kind, loaded.problem(path, found, allowed, fix), ids)
