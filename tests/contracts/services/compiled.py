"""The sample services in their place, with edits, and what they are granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from contracts.services import Estate, read
from contracts.services.bindings import Service
from contracts.services.contract import ServiceContract
from contracts.services.grants import Drawn, grants
from contracts.services.naming import Place, Runner, RunnerKind
from tests.contracts.services.kit import SAMPLE, TODAY

PROJECT = Path(__file__).resolve().parents[3]
ACCOUNT, OTHER, REGION = "222222222222", "333333333333", "us-east-1"
DRAWN = Drawn(
    database_user_arn=lambda role: f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:db-ABC123/{role}",
    cache_token_arn=f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:token",
)
Right = tuple[Runner, str, str]
"""Who, which action, on what."""


@cache
def estate(folder: str = "services") -> Estate:
    return read(PROJECT / "services" if folder == "services" else SAMPLE, today=TODAY)


def service(
    contract_id: str,
    *,
    folder: str = "services",
    accounts: dict[str, str] | None = None,
    account: str = ACCOUNT,
    **changes: Any,
) -> Service:
    """A contract of the sample; `changes` replace parts of it, without any check of the whole."""
    known = estate(folder)
    loaded = next(each for each in known.contracts if each.contract.id == contract_id)
    edited: ServiceContract = loaded.contract.model_copy(update=changes)
    return Service(replace(loaded, contract=edited), known, Place("dev", REGION, account), accounts or {})


def rights(of: Service) -> set[Right]:
    """Every action on every resource that code is granted, and what states of workflows call."""
    found: set[Right] = set()
    for runner in of.workers:
        for grant in grants(of, runner, DRAWN):
            found |= {(runner, action, str(resource)) for action in grant.actions for resource in grant.resources}
    for use in of.uses:
        handler = use.endpoint.handler
        if use.runner.kind is RunnerKind.WORKFLOW and handler is not None and handler.kind is RunnerKind.FUNCTION:
            found.add((use.runner, "lambda:InvokeFunction", use.provider.function_arn(handler.key)))
    return found


def ids() -> list[str]:
    return [loaded.contract.id for loaded in estate().contracts]


def calls() -> Iterator[tuple[str, str, str]]:
    """Consumer, provider and operation of every call in the sample."""
    for loaded in estate().contracts:
        for provider, dependency in loaded.contract.consumes.items():
            for operation in dependency.calls:
                yield loaded.contract.id, provider, operation
