"""Functions, workflows and schedules of a service."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi

from components.functions import (
    CodeError,
    Function,
    FunctionArgs,
    FunctionNetwork,
    ObjectSource,
    Schedule,
    ScheduleArgs,
    ScheduleGroup,
    StreamSource,
    bundle,
)
from components.workflows import Callee, Callees, StateMachine, StateMachineArgs
from contracts.services.compute import Function as Clause
from contracts.services.naming import LIVE, Runner, RunnerKind
from stacks.service.data import Data, search_endpoint
from stacks.service.messaging import Messaging
from stacks.service.order import after
from stacks.service.plan import Plan

SHARED = "runtime"
"""Package beside the domains that every Python function gets."""


@dataclass(frozen=True, kw_only=True)
class Code:
    """What runs without containers."""

    functions: dict[str, Function]
    workflows: dict[str, StateMachine]


def archives(plan: Plan) -> dict[str, pulumi.Archive]:
    """Function → its archive, before anything is declared.

    Raises:
        pulumi.RunError: with everything that is wrong with the code of any function.
    """
    folder = plan.service.loaded.folder
    shared = plan.estate_folder / SHARED
    found: dict[str, pulumi.Archive] = {}
    problems: list[str] = []
    for key, clause in plan.contract.compute.functions.items():
        try:
            found[key] = bundle(key, clause, service=folder, shared=shared if shared.is_dir() else None)
        except CodeError as error:
            problems.append(str(error))
    if problems:
        raise pulumi.RunError("\n".join(problems))
    return found


def make_code(
    plan: Plan, code: dict[str, pulumi.Archive], messaging: Messaging, data: Data, network: FunctionNetwork | None
) -> Code:
    """Functions, the workflows that call them, and the schedules that begin either."""
    functions = {
        key: _function(plan, key, clause, code[key], messaging, data, network)
        for key, clause in plan.contract.compute.functions.items()
    }
    callees = callees_of(plan)
    workflows = {
        key: StateMachine(
            plan.names.name(key),
            args=StateMachineArgs(
                workflow=workflow, scope=plan.scope, callees=callees, logs_key_arn=plan.region.key("logs")
            ),
            opts=after(plan.opts, list(functions.values())),
        )
        for key, workflow in plan.contract.provides.workflows.items()
    }
    made = Code(functions=functions, workflows=workflows)
    _schedules(plan, made, messaging)
    return made


def callees_of(plan: Plan) -> Callees:
    """Functions of the contract and of others that states of its workflows call."""
    names = plan.names
    functions = {key: Callee(arn=names.function_arn(key)) for key in plan.contract.compute.functions}
    operations: dict[str, Callee] = {}
    for use in plan.service.uses:
        handler = use.endpoint.handler
        if use.runner.kind is RunnerKind.WORKFLOW and handler is not None and handler.kind is RunnerKind.FUNCTION:
            role = use.provider.role_for_arn(names.service) if use.foreign else None
            reference = f"{use.provider.contract.id}#{use.endpoint.operation}"
            operations[reference] = Callee(arn=use.provider.function_arn(handler.key), role_arn=role)
    return Callees(functions=functions, operations=operations)


def _function(
    plan: Plan,
    key: str,
    clause: Clause,
    code: pulumi.Archive,
    messaging: Messaging,
    data: Data,
    network: FunctionNetwork | None,
) -> Function:
    runner = Runner(RunnerKind.FUNCTION, key)
    named = {*clause.triggers.queues, *([clause.dead_letter] if clause.dead_letter else [])}
    return Function(
        plan.names.name(key),
        args=FunctionArgs(
            function=clause,
            scope=plan.scope,
            code=code,
            keys=plan.region.function_keys,
            network=network,
            variables=plan.variables(runner, search_endpoint(data)),
            statements=plan.statements(runner),
            queue_arns={queue: messaging.queues[queue].arn for queue in sorted(named)},
            streams=_streams(clause, data),
            objects=_objects(plan, clause),
        ),
        opts=plan.opts,
    )


def _streams(clause: Clause, data: Data) -> dict[str, StreamSource]:
    found: dict[str, StreamSource] = {}
    for store in clause.triggers.streams:
        table = data.tables[store]
        assert table.stream_arn is not None  # a trigger of a table without a stream is refused with the contract
        found[store] = StreamSource(arn=table.stream_arn, table_arn=table.arn)
    return found


def _objects(plan: Plan, clause: Clause) -> dict[str, ObjectSource]:
    stores = plan.contract.stores.s3
    return {
        store: ObjectSource(
            bucket=plan.region.value("buckets", stores[store].bucket, "name"), prefix=stores[store].prefix
        )
        for store in clause.triggers.objects
    }


def _schedules(plan: Plan, code: Code, messaging: Messaging) -> None:
    runs = plan.contract.schedules
    if not runs:
        return
    group = ScheduleGroup(plan.names.prefix, opts=plan.opts)
    for key, run in runs.items():
        target = code.functions[run.function].called_arn if run.function else code.workflows[str(run.workflow)].arn
        Schedule(
            plan.names.name(key),
            args=ScheduleArgs(
                run=run,
                scope=plan.scope,
                group=plan.names.prefix,
                group_name=group.group_name,
                target_arn=target,
                dead_letter_arn=messaging.queues[run.dead_letter].arn if run.dead_letter else None,
                messaging_key_arn=plan.region.key("messaging") if run.dead_letter else None,
            ),
            opts=plan.opts,
        )


def is_warm(clause: Clause) -> str | None:
    """Alias that callers of a function call; None for the function itself."""
    return LIVE if clause.provisioned_concurrency is not None else None
