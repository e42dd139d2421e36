"""The contracts of the sample: without a finding, true to their code, with the parameters that were asked for."""

from __future__ import annotations

import ast
import importlib
import re
from functools import cache
from importlib import metadata
from pathlib import Path

import pytest

from contracts.services import Estate, LoadedContract, findings, read
from contracts.services.documents import Documents
from tests.services import world
from tests.services.world import CODE, SERVICES

IDS = ["analytics/analytics", "order/inventory", "order/order", "order/payment", "platform/events", "user/user"]
FUNCTIONS = [
    (path.parent.parent.name + "/" + path.parent.name, name)
    for path in sorted(SERVICES.glob("*/*/contract.yaml"))
    for name in re.findall(r"^      handler: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
]


@cache
def estate() -> Estate:
    return read(SERVICES)


def contract(identity: str) -> LoadedContract:
    return next(each for each in estate().contracts if each.contract.id == identity)


def test_contracts_have_no_finding_when_they_are_checked() -> None:
    assert [each.contract.id for each in estate().contracts] == IDS
    assert findings(estate()) == []


@pytest.mark.parametrize(("service", "handler"), sorted(set(FUNCTIONS)))
def test_handler_can_be_called_when_a_contract_names_it(service: str, handler: str) -> None:
    module, _, name = handler.rpartition(".")
    assert callable(getattr(world.entry(service, module), name))


@pytest.mark.parametrize("identity", IDS)
def test_schema_can_be_validated_with_when_code_brings_it(identity: str) -> None:
    import fastjsonschema

    loaded = contract(identity)
    named = {name for name, _ in loaded.documents.texts()}
    for path in (SERVICES / identity / "code" / "schemas").glob("*.json"):
        assert f"code/schemas/{path.name}" in named, f"{path} belongs to no document of the contract"
        documents = Documents(path.parent, identity)
        assert callable(fastjsonschema.compile(documents.values(path.name)))


@pytest.mark.parametrize("identity", IDS)
def test_function_brings_every_package_when_its_code_imports_it(identity: str) -> None:
    """What a module imports at its top, directly or through others, is in `libraries`."""
    for name, function in contract(identity).contract.compute.functions.items():
        code = SERVICES / identity / "code"
        outside = _imported(code / f"{function.handler.rpartition('.')[0]}.py", code, set())
        brought = {library.replace("-", "_") for library in function.libraries} | {"botocore"}
        # A module serves several functions: what it imports must go along with each of them.
        assert outside <= brought, f"{name}: {outside - brought}"


def _imported(path: Path, code: Path, seen: set[Path]) -> set[str]:
    if path in seen:
        return set()
    seen.add(path)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        if getattr(node, "col_offset", 0):
            continue  # inside a function: only where it is called
        for name in names:
            parts = name.split(".")
            local = [root / Path(*parts[:n]) for root in (code, SERVICES) for n in range(1, len(parts) + 1)]
            files = [
                file for each in local for file in (each.with_suffix(".py"), each / "__init__.py") if file.is_file()
            ]
            for file in files:
                found |= _imported(file, code, seen)
            if not files and parts[0] in {"aws_lambda_powertools", "boto3", "botocore", "fastjsonschema", "redis"}:
                found.add(parts[0])
    if path == SERVICES / "runtime" / "sql.py":
        found.add("pg8000")  # imported by name, as it has no types
    return found


def test_packages_are_pure_python_when_functions_bring_them() -> None:
    libraries = {
        library
        for each in estate().contracts
        for f in each.contract.compute.functions.values()
        for library in f.libraries
    }
    assert libraries == {"aws-lambda-powertools", "fastjsonschema", "pg8000", "redis"}
    for library in libraries:
        assert "Root-Is-Purelib: true" in (metadata.distribution(library).read_text("WHEEL") or "")


def test_packages_of_logic_have_names_of_their_own_when_all_are_imported_together() -> None:
    packages = [path.parent.name for code in CODE for path in code.glob("*/__init__.py")]
    assert len(packages) == len(set(packages))
    for package in packages:
        assert importlib.import_module(package).__doc__


def test_functions_have_the_parameters_of_the_architecture_when_they_are_deployed() -> None:
    """FN-1."""
    order, analytics = contract("order/order").contract, contract("analytics/analytics").contract
    api = order.compute.functions["APIProcessing"]
    assert (api.handler, api.timeout_seconds, api.memory_mib) == ("app.lambda_handler", 30, 512)
    assert order.provides.http["orders"].routes["POST /api/v1/process"].function == "APIProcessing"
    data, processor = analytics.compute.functions["DataProcessing"], analytics.compute.functions["EventProcessor"]
    assert (data.timeout_seconds, data.memory_mib) == (900, 3008)
    assert (list(data.triggers.objects), list(data.triggers.queues)) == (["data-bucket"], ["processing-queue"])
    assert (processor.timeout_seconds, processor.memory_mib) == (60, 256)
    assert list(processor.triggers.streams) == ["user-table"]
    assert {name for each in analytics.consumes.values() for name, e in each.events.items() if e.function} == {
        "PaymentCaptured",
        "UserRegistered",
    }
    for function in (api, data, processor):
        assert function.vpc
        assert function.tracing
        assert function.dead_letter


def test_domains_keep_their_data_in_stores_of_their_own_when_they_are_deployed() -> None:
    """DB-4: databases of the user domain, PostgreSQL and Redis for orders, DynamoDB and OpenSearch for analytics."""
    stores = {identity: contract(identity).contract.stores for identity in IDS}
    databases = {identity: [s.database for s in each.postgresql.values()] for identity, each in stores.items()}
    assert databases["user/user"] == ["users", "preferences"]
    assert (databases["order/order"], databases["order/payment"], databases["order/inventory"]) == (
        ["orders"],
        ["payments"],
        ["stock"],
    )
    assert [store.prefix for store in stores["order/order"].redis.values()] == ["order:cart:", "order:notice:"]
    assert list(stores["analytics/analytics"].dynamodb) == ["user-table", "metrics"]
    assert list(stores["analytics/analytics"].opensearch) == ["reports"]
    assert all(not each.shared for each in stores.values())
    for each in stores.values():
        for kind in (each.postgresql, each.dynamodb, each.redis, each.s3, each.opensearch):
            for name, store in kind.items():
                assert store.by or name in {"stock", "payments"}, name
