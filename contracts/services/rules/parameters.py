"""What interfaces, stores, compute and users must be in themselves, and names that can be mistaken for each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from contracts import catalogue, versions
from contracts.services import compute
from contracts.services.confusable import skeleton
from contracts.services.identity import Mfa, ProviderKind
from contracts.services.interfaces import ApiKind, HttpInterface
from contracts.services.rules.engine import Sections
from contracts.settings.data import BillingMode
from contracts.settings.rules.engine import Finding, Path

MOST_APP_RUNNER_INSTANCES = 25
"""https://docs.aws.amazon.com/apprunner/latest/api/API_CreateAutoScalingConfiguration.html"""

DOCUMENT_ENDINGS: dict[str, tuple[str, ...]] = {
    "http": (".yaml", ".yml", ".json"),
    "grpc": (".proto",),
    "graphql": (".graphql",),
    "events": (".json", ".yaml", ".yml"),
}
"""Kind of interface → endings of its documents."""


def http(sections: Sections) -> Iterator[Finding]:
    """HTTP interfaces ask for what their kind of API has."""
    for name, interface in sections.provides.http.items():
        yield from _http(("provides", "http", name), interface)


def _http(path: Path, interface: HttpInterface) -> Iterator[Finding]:
    if interface.usage_plans and interface.kind is not ApiKind.REST:
        yield Finding(
            (*path, "usage_plans"), interface.kind, "kind rest, which alone has usage plans", "write kind: rest"
        )
    if interface.anonymous and interface.authorizer is not None:
        yield Finding((*path, "anonymous"), True, "false beside an authorizer", "remove one of the two")
    if interface.cors is not None and interface.cors.credentials and "*" in interface.cors.origins:
        fix = "name the origins: browsers refuse this combination"
        yield Finding((*path, "cors", "origins"), "*", "origins by name, as credentials is true", fix)
    if not interface.routes:
        yield Finding((*path, "routes"), "no route", "at least one route", "add one such as ANY /{proxy+}")


def documents(sections: Sections) -> Iterator[Finding]:
    """A document is of the language of its interface."""
    for kind, endings in DOCUMENT_ENDINGS.items():
        for name, interface in getattr(sections.provides, kind).items():
            if not interface.document.endswith(endings):
                path: Path = ("provides", kind, name, "document")
                yield Finding(path, interface.document, f"a file ending in {' or '.join(endings)}", "name another file")


def stores(sections: Sections) -> Iterator[Finding]:
    """Tables are whole, and what is shared belongs to the same domain."""
    for name, table in sections.stores.dynamodb.items():
        if (table.billing is BillingMode.PROVISIONED) != (table.capacity is not None):
            allowed = f"{'bounds' if table.capacity is None else 'nothing'}, as billing is {table.billing}"
            yield Finding(("stores", "dynamodb", name, "capacity"), table.capacity and "bounds", allowed, "change one")
    for name, index in sections.stores.opensearch.items():
        table = sections.stores.dynamodb.get(index.fed_from or "")
        if table is not None and table.stream is None:
            path: Path = ("stores", "opensearch", name, "fed_from")
            fix = f"write stores.dynamodb.{index.fed_from}.stream: NEW_AND_OLD_IMAGES"
            yield Finding(path, index.fed_from, "a table with a stream", fix)
    yield from _shared(sections)


def _shared(sections: Sections) -> Iterator[Finding]:
    for reference in sections.stores.shared if sections.id else ():
        owner, path = reference.split("#")[0], ("stores", "shared", reference)
        domain = (sections.id or "").split("/")[0]
        if owner == sections.id:
            yield Finding(path, reference, "a store of another service", "use it by its own name")
        elif owner.split("/")[0] != domain:
            fix = f"consume an operation or an event of {owner}: its data is its own"
            yield Finding(path, reference, f"a store of the domain {domain}", fix)


def sizes(sections: Sections) -> Iterator[Finding]:
    """Copies, memory and runtimes that AWS has."""
    for path, model in sections.everything():
        if isinstance(model, compute.Scaling) and model.minimum > model.maximum:
            fix = "raise it, or lower the minimum"
            yield Finding((*path, "maximum"), model.maximum, f"at least minimum ({model.minimum})", fix)
    for name, service in sections.compute.ecs.items():
        fitting = catalogue.FARGATE_MEMORY_MIB[service.cpu]
        if service.memory_mib not in fitting:
            nearest = min(fitting, key=lambda size: abs(size - service.memory_mib))
            allowed = f"what Fargate has for cpu {service.cpu}: {fitting[0]} to {fitting[-1]} MiB"
            path = ("compute", "ecs", name, "memory_mib")
            yield Finding(path, service.memory_mib, allowed, f"the nearest is {nearest}; or change cpu")
    for name, service in sections.compute.app_runner.items():
        if service.scaling.minimum < 1 or service.scaling.maximum > MOST_APP_RUNNER_INSTANCES:
            path = ("compute", "app_runner", name, "scaling")
            found = f"{service.scaling.minimum} to {service.scaling.maximum}"
            yield Finding(path, found, f"1 to {MOST_APP_RUNNER_INSTANCES} instances", "stay within what App Runner has")
    for name, function in sections.compute.functions.items():
        if problem := versions.version_problem(versions.Engine.LAMBDA, function.runtime, sections.today):
            supported = ", ".join(versions.supported(versions.Engine.LAMBDA, sections.today))
            yield Finding(("compute", "functions", name, "runtime"), function.runtime, supported, problem)
        if function.libraries and not function.runtime.startswith("python"):
            path = ("compute", "functions", name, "libraries")
            found, allowed = (
                ", ".join(function.libraries),
                f"nothing for {function.runtime}: libraries are Python packages",
            )
            yield Finding(path, found, allowed, "put them into the code's folder")


def users(sections: Sections) -> Iterator[Finding]:
    """Second factors where they are wanted, and what each provider needs."""
    for name, pool in sections.identity.user_pools.items():
        path: Path = ("identity", "user_pools", name)
        if (pool.mfa is Mfa.OFF) == bool(pool.mfa_types):
            allowed = (
                "nothing, as mfa is OFF" if pool.mfa_types else f"SMS_MFA or SOFTWARE_TOKEN_MFA, as mfa is {pool.mfa}"
            )
            yield Finding((*path, "mfa_types"), ", ".join(pool.mfa_types) or None, allowed, "change one of the two")
        for label, provider in pool.providers.items():
            here: Path = (*path, "providers", label)
            needs_url = provider.kind in {ProviderKind.SAML, ProviderKind.OIDC}
            needs_entry = provider.kind is not ProviderKind.SAML
            for field, needed in (("metadata_url", needs_url), ("vault_entry", needs_entry)):
                if (getattr(provider, field) is not None) != needed:
                    allowed = f"{'a value' if needed else 'nothing'} for {provider.kind}"
                    fix = f"add {field}: here" if needed else "remove it"
                    yield Finding((*here, field), getattr(provider, field), allowed, fix)


def names(sections: Sections) -> Iterator[Finding]:
    """No two names in one place that a person takes for the same."""
    for path, mapping in sections.mappings():
        seen: dict[str, str] = {}
        for name in mapping:
            other = seen.setdefault(skeleton(name), name)
            if other != name:
                yield Finding(
                    (*path, name),
                    name,
                    "a name that cannot be mistaken for another",
                    f"{other} looks the same: rename one",
                )


def lists(sections: Sections) -> Iterator[Finding]:
    """Every list in a contract is a set with an order."""
    for path, model in sections.everything():
        for field, value in model.__dict__.items():
            items = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
            for index, item in enumerate(items):
                if item in items[:index]:
                    yield Finding((*path, field, index), item, "each entry once", "remove the second one")
