"""One Lambda function with everything that it needs to run and to be called (FN-1)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
from pulumi_aws import cloudwatch, lambda_
from pulumi_aws.iam.role import Role
from pulumi_aws.iam.role_policy import RolePolicy

from components.functions import permissions
from components.functions.names import LIVE, check_length, function_role_name
from components.functions.triggers import (
    ObjectSource,
    StreamSource,
    called_by_objects,
    called_by_queues,
    fed_by_streams,
    object_rule_name,
)
from components.identity.roles import Scope
from components.identity.statements import Statement, send_traces, write_logs
from contracts.services import compute

TOKEN = "atoll:functions:Function"
LONGEST_EVENT_AGE_SECONDS = 21_600
"""How long Lambda keeps an asynchronous call that it cannot run: its own maximum, six hours."""
_LOG_LEVELS = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")


@dataclass(frozen=True, kw_only=True)
class FunctionNetwork:
    """Where a function's network interfaces are."""

    subnet_ids: Sequence[pulumi.Input[str]]
    """Private subnets."""
    security_group_ids: Sequence[pulumi.Input[str]]


@dataclass(frozen=True, kw_only=True)
class FunctionKeys:
    """Keys of what a function touches by itself, as ARNs."""

    logs: pulumi.Input[str]
    """Encrypts the log group; its policy admits CloudWatch Logs."""
    variables: pulumi.Input[str]
    """Encrypts the environment variables; its policy admits use through Lambda."""
    messaging: pulumi.Input[str]
    """Encrypts the queues that call the function, and its dead letters."""
    tables: pulumi.Input[str] | None = None
    """Encrypts the tables whose streams call the function; needed for these."""


@dataclass(frozen=True, kw_only=True)
class FunctionArgs:
    """Wiring of a function."""

    function: compute.Function
    """The contract's clause."""
    scope: Scope
    code: pulumi.Archive
    """What `bundle` gives."""
    keys: FunctionKeys
    network: FunctionNetwork | None = None
    """Needed where the clause says `vpc`."""
    variables: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Variables that the platform derives; they win over the contract's own. Nothing secret."""
    statements: Sequence[Statement] = ()
    """What the code may do beyond running: one statement for each need."""
    queue_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])
    """Queue of the contract → ARN, at least those that the clause names (triggers and dead letters)."""
    streams: Mapping[str, StreamSource] = field(default_factory=dict[str, StreamSource])
    """Table of the contract → its stream, at least those that the clause names."""
    objects: Mapping[str, ObjectSource] = field(default_factory=dict[str, ObjectSource])
    """Object store of the contract → its place, at least those that the clause names."""


class Function(pulumi.ComponentResource):
    """A function called `<name>`, with a role of its own, its log, its dead letters and what calls it.

    Makes: the role `<name>-function`, the encrypted log group `/aws/lambda/<name>`, the function (JSON logs, traces),
    how often asynchronous calls are retried, and of each trigger an event source mapping, or a rule on the default
    bus with the permission to call. With provisioned concurrency also a published version, the alias `live` and the
    warm environments; whoever calls must then call the alias (`called_arn`, `qualifier`), and the triggers do.

    Costs: USD 0.0000133334 a GB-second on arm64 and USD 0.20 a million calls; provisioned concurrency USD
    0.0000033334 a GB-second, day and night (us-east-1).
    Does not make: the permissions of other callers (who calls makes them), queues, alarms. The buckets of object
    triggers must send their events to EventBridge.
    Units: seconds, MiB.

    Raises:
        ValueError: a name is too long for AWS; something that the clause names is not wired, all at once; more is
            kept warm than may run; two statements have one Sid.

    Source: FN-1; AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC",
    "Configuring error handling settings for asynchronous invocation", "Configuring advanced logging controls".
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    """Without a qualifier."""
    called_arn: pulumi.Output[str]
    """What callers call: the alias if there is one, else the function."""
    qualifier: str | None
    """`live`, or None without an alias; goes into `lambda.Permission` beside the name."""
    role_arn: pulumi.Output[str]
    role_name: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(self, name: str, *, args: FunctionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        rules = [object_rule_name(name, store) for store in args.function.triggers.objects]
        check_length("function", name, *rules)
        _check_wiring(name, args)
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        clause = args.function
        log = cloudwatch.LogGroup(
            f"{name}-logs",
            name=f"/aws/lambda/{name}",
            retention_in_days=clause.log_days,
            kms_key_id=args.keys.logs,
            opts=child,
        )
        role = Role(
            f"{name}-role",
            name=function_role_name(args.scope, name),
            description=f"What the function {name} may do",
            assume_role_policy=pulumi.Output.json_dumps(permissions.function_trust(args.scope)),
            opts=child,
        )
        policy = RolePolicy(
            f"{name}-permissions",
            role=role.name,
            policy=pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": function_statements(name, args)}),
            opts=child,
        )
        function = self._function(name, args, role, [policy, log])
        self.qualifier = LIVE if clause.provisioned_concurrency else None
        called = self._alias(name, args, function) if self.qualifier else function
        lambda_.FunctionEventInvokeConfig(
            f"{name}-retries",
            function_name=function.name,
            qualifier=called.name if self.qualifier else None,
            maximum_retry_attempts=clause.retries,
            maximum_event_age_in_seconds=LONGEST_EVENT_AGE_SECONDS,
            opts=child,
        )
        dead_letters = args.queue_arns[clause.dead_letter] if clause.dead_letter else None
        called_by_queues(self, name, called.arn, clause.triggers.queues, args.queue_arns)
        fed_by_streams(self, name, called.arn, clause.triggers.streams, args.streams, dead_letters)
        called_by_objects(
            self,
            name,
            function.name,
            called.arn,
            self.qualifier,
            clause.triggers.objects,
            args.objects,
            dead_letters,
        )
        self.name, self.arn, self.called_arn = function.name, function.arn, called.arn
        self.role_arn, self.role_name, self.log_group_name = role.arn, role.name, log.name
        self.register_outputs(
            {
                "name": self.name,
                "arn": self.arn,
                "called_arn": self.called_arn,
                "role_arn": self.role_arn,
                "log_group_name": self.log_group_name,
            }
        )

    def _function(
        self, name: str, args: FunctionArgs, role: Role, after: Sequence[pulumi.Resource]
    ) -> lambda_.Function:
        clause = args.function
        network = args.network if clause.vpc else None
        return lambda_.Function(
            f"{name}-function",
            name=name,
            role=role.arn,
            code=args.code,
            runtime=clause.runtime,
            handler=clause.handler,
            timeout=clause.timeout_seconds,
            memory_size=clause.memory_mib,
            architectures=[clause.architecture],
            publish=clause.provisioned_concurrency is not None,
            reserved_concurrent_executions=clause.reserved_concurrency,
            environment=lambda_.FunctionEnvironmentArgs(variables={**clause.environment, **args.variables}),
            kms_key_arn=args.keys.variables,
            tracing_config=lambda_.FunctionTracingConfigArgs(mode="Active" if clause.tracing else "PassThrough"),
            logging_config=lambda_.FunctionLoggingConfigArgs(
                log_format="JSON",
                log_group=f"/aws/lambda/{name}",
                application_log_level=log_level(clause.environment),
                system_log_level="INFO",
            ),
            vpc_config=lambda_.FunctionVpcConfigArgs(
                subnet_ids=list(network.subnet_ids), security_group_ids=list(network.security_group_ids)
            )
            if network
            else None,
            dead_letter_config=lambda_.FunctionDeadLetterConfigArgs(target_arn=args.queue_arns[clause.dead_letter])
            if clause.dead_letter
            else None,
            # Lambda checks the role's permissions while it makes the function, and would make a log group of its own.
            opts=pulumi.ResourceOptions(parent=self, depends_on=after),
        )

    def _alias(self, name: str, args: FunctionArgs, function: lambda_.Function) -> lambda_.Alias:
        child = pulumi.ResourceOptions(parent=self)
        alias = lambda_.Alias(
            f"{name}-live",
            name=LIVE,
            description="The version that is called, and kept warm",
            function_name=function.name,
            function_version=function.version,
            opts=child,
        )
        lambda_.ProvisionedConcurrencyConfig(
            f"{name}-warm",
            function_name=function.name,
            qualifier=alias.name,
            provisioned_concurrent_executions=args.function.provisioned_concurrency or 0,
            opts=child,
        )
        return alias


def log_level(variables: Mapping[str, str]) -> str:
    """What Lambda lets through to the log: what the contract's own LOG_LEVEL says, else INFO."""
    wanted = variables.get("LOG_LEVEL", "INFO").upper()
    return wanted if wanted in _LOG_LEVELS else "INFO"


def function_statements(name: str, args: FunctionArgs) -> list[Statement]:
    """Everything the function's role may do: how it runs, its triggers, its dead letters, and what was given."""
    clause, scope, keys = args.function, args.scope, args.keys
    statements = [
        write_logs(scope, f"/aws/lambda/{name}"),
        permissions.use_key("DecryptVariables", ["kms:Decrypt"], keys.variables, scope, "lambda"),
    ]
    if clause.tracing:
        statements.append(send_traces())
    if clause.vpc and args.network:
        network = args.network
        statements += permissions.attach_to_vpc(scope, name, network.subnet_ids, network.security_group_ids)
    if clause.dead_letter:
        statements.append(permissions.send_dead_letters(args.queue_arns[clause.dead_letter]))
    if clause.triggers.queues:
        statements.append(permissions.take_batches([args.queue_arns[queue] for queue in clause.triggers.queues]))
    if clause.dead_letter or clause.triggers.queues:
        actions = ["kms:Decrypt", *(["kms:GenerateDataKey"] if clause.dead_letter else [])]
        statements.append(permissions.use_key("UseQueueKey", actions, keys.messaging, scope, "sqs"))
    if clause.triggers.streams and keys.tables is not None:
        streams = [args.streams[table] for table in clause.triggers.streams]
        statements += permissions.read_streams([each.arn for each in streams], [each.table_arn for each in streams])
        statements.append(permissions.use_key("DecryptStreams", ["kms:Decrypt"], keys.tables, scope, "dynamodb"))
    statements += args.statements
    twice = sorted(sid for sid, count in Counter(each["Sid"] for each in statements).items() if count > 1)
    if twice:
        raise ValueError(f"function {name}: statements share the Sid {', '.join(twice)}, which IAM refuses")
    return statements


def _check_wiring(name: str, args: FunctionArgs) -> None:
    """Refuse a function whose clause names what is not there: one sentence for each."""
    clause = args.function
    queues = [*clause.triggers.queues, *([clause.dead_letter] if clause.dead_letter else [])]
    missing = [f"queue_arns[{queue!r}]" for queue in queues if queue not in args.queue_arns]
    missing += [f"streams[{table!r}]" for table in clause.triggers.streams if table not in args.streams]
    missing += [f"objects[{store!r}]" for store in clause.triggers.objects if store not in args.objects]
    if clause.triggers.streams and args.keys.tables is None:
        missing.append("keys.tables, for its streams")
    if clause.vpc and args.network is None:
        missing.append("network, as its clause says vpc")
    if missing:
        raise ValueError(f"function {name} lacks {'; '.join(missing)}")
    warm, most = clause.provisioned_concurrency, clause.reserved_concurrency
    if warm is not None and most is not None and warm > most:
        raise ValueError(f"function {name}: provisioned_concurrency {warm} is above reserved_concurrency {most}")
