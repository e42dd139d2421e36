"""What the resources of a stack need of their roles in order to run: logs, traces, triggers, dead letters, targets.

What the code itself does is said by contracts (`contracts.services.grants`); this is what follows from how it runs.
Sources: AWS Lambda Developer Guide, "Defining Lambda function permissions with an execution role"; the pages on event
sources, VPCs and dead-letter queues there; Step Functions, EventBridge Scheduler and AppSync developer guides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from analysis.iam.arns import Arns, service_of
from graph import ResourceGraph
from graph.documents import Condition
from graph.nodes import Node
from graph.paths import look_up
from graph.values import MISSING, FrozenList, Unknown, Value

_ARN: Final = re.compile(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d{12}:(?:\$\{urn:[^}]*\}|[^\"\s,\]}])+")
_CALLS: Final = {
    "lambda": ("lambda:InvokeFunction",),
    "sqs": ("sqs:SendMessage",),
    "sns": ("sns:Publish",),
    "events": ("events:PutEvents",),
    "states": ("states:StartExecution", "states:StartSyncExecution"),
    "iam": ("sts:AssumeRole",),
}
"""Service of a target → what calls it."""
_TRACES: Final = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_SAMPLING: Final = ("xray:GetSamplingRules", "xray:GetSamplingTargets")
_INTERFACES: Final = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:UnassignPrivateIpAddresses",
)
_LOG_DELIVERY: Final = (
    *("logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies"),
    *("logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery"),
)
_WRITE_LOGS: Final = ("logs:CreateLogStream", "logs:PutLogEvents")


@dataclass(frozen=True, slots=True)
class Need:
    """What one role is needed for."""

    role: str
    """ARN."""
    why: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    """A grant must have them too, or stricter ones."""
    contract: bool = False
    """Whether a contract says so, so that a stack without the grant does not work."""


def running_needs(graph: ResourceGraph, arns: Arns) -> tuple[Need, ...]:
    """What follows from how the resources of a stack run."""
    return tuple(_Needs(graph, arns).all())


class _Needs:
    def __init__(self, graph: ResourceGraph, arns: Arns) -> None:
        self.graph, self.arns = graph, arns
        self.roles = {arns.of(node): self._text(node, "role") for node in graph.of_type("aws:lambda/function:Function")}
        """Function → role."""
        self.names = {arn.rpartition(":")[2]: arn for arn in self.roles}
        self.nodes = {arns.of(node): node for node in graph if node.package == "aws" and node.custom}

    def all(self) -> Iterator[Need]:
        for node in self.graph:
            match node.type:
                case "aws:lambda/function:Function":
                    yield from self._function(node)
                case "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
                    role = self._role_of(self._text(node, "functionName"))
                    for outcome in ("onFailure", "onSuccess"):
                        target = self._text(node, f"destinationConfig.{outcome}.destination")
                        yield from self._calls(role, target, "what it gives up goes there")
                case "aws:lambda/eventSourceMapping:EventSourceMapping":
                    yield from self._source(node)
                case "aws:scheduler/schedule:Schedule":
                    role = self._text(node, "target.roleArn")
                    yield from self._calls(role, self._text(node, "target.arn"), "the schedule calls it")
                    yield from self._calls(role, self._text(node, "target.deadLetterConfig.arn"), "failed calls")
                case "aws:cloudwatch/eventTarget:EventTarget":
                    role = self._text(node, "roleArn")
                    yield from self._calls(role, self._text(node, "arn"), "the rule leads there")
                case "aws:sfn/stateMachine:StateMachine":
                    yield from self._workflow(node)
                case "aws:appsync/graphQLApi:GraphQLApi":
                    groups = self._arn(node, "logs", "log-group:/aws/appsync/apis/*")
                    yield Need(self._text(node, "logConfig.cloudwatchLogsRoleArn"), "its log", _WRITE_LOGS, (groups,))
                case "aws:appsync/dataSource:DataSource":
                    function = self._text(node, "lambdaConfig.functionArn")
                    yield from self._calls(self._text(node, "serviceRoleArn"), function, "resolvers call it")
                case "aws:ecs/taskDefinition:TaskDefinition":
                    yield Need(self._text(node, "taskRoleArn"), "traces", (*_TRACES, *_SAMPLING), ("*",))
                case "aws:cognito/userPool:UserPool":
                    sms = self._text(node, "smsConfiguration.snsCallerArn")
                    yield Need(sms, "text messages have no topic", ("sns:Publish",), ("*",))
                case _:
                    pass

    def _function(self, node: Node) -> Iterator[Need]:
        role, name = self._text(node, "role"), self.arns.name(node)
        group = self._text(node, "loggingConfig.logGroup") or f"/aws/lambda/{name}"
        yield Need(role, "its log", _WRITE_LOGS, (self._arn(node, "logs", f"log-group:{group}:*"),))
        if self._text(node, "tracingConfig.mode") == "Active":
            yield Need(role, "traces", _TRACES, ("*",))
        key = self._text(node, "kmsKeyArn")
        if key:
            yield Need(role, "its variables", ("kms:Decrypt",), (key,), (self._via(node, "lambda"),))
        yield from self._calls(role, self._text(node, "deadLetterConfig.targetArn"), "what it gives up goes there")
        subnets, groups = self._texts(node, "vpcConfig.subnetIds"), self._texts(node, "vpcConfig.securityGroupIds")
        if subnets:
            places = (
                self._arn(node, "ec2", "network-interface/*"),
                *(self._arn(node, "ec2", f"subnet/{each}") for each in subnets),
                *(self._arn(node, "ec2", f"security-group/{each}") for each in groups),
            )
            yield Need(role, "its network interfaces", _INTERFACES, places)
            yield Need(role, "its network", ("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"), ("*",))

    def _source(self, node: Node) -> Iterator[Need]:
        role = self._role_of(self._text(node, "functionName"))
        source = self._text(node, "eventSourceArn")
        if service_of(source) == "sqs":
            actions = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
            yield Need(role, "its queue", actions, (source,))
            yield from self._key(role, source, "kmsMasterKeyId", "sqs", ("kms:Decrypt",))
        elif source.endswith("#streamArn}") or service_of(source) == "dynamodb":
            reading = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator")
            yield Need(role, "its stream", reading, (source,))
            for reference in self.graph.references_of(node, "eventSourceArn"):
                table = self.arns.of(self.graph[reference.urn])
                yield Need(role, "its stream", ("dynamodb:ListStreams",), (f"{table}/stream/*",))
                yield from self._key(role, table, "serverSideEncryption.kmsKeyArn", "dynamodb", ("kms:Decrypt",))
        for outcome in ("onFailure", "onSuccess"):
            target = self._text(node, f"destinationConfig.{outcome}.destinationArn")
            yield from self._calls(role, target, "what it gives up goes there")

    def _workflow(self, node: Node) -> Iterator[Need]:
        role, definition = self._text(node, "roleArn"), self._text(node, "definition")
        for target in sorted(set(_ARN.findall(definition))):
            yield from self._calls(role, target, "a state calls it")
        if self._text(node, "loggingConfiguration.level") not in {"", "OFF"}:
            yield Need(role, "its log, which is delivered for it", _LOG_DELIVERY, ("*",))
        yield Need(role, "traces", (*_TRACES, *_SAMPLING), ("*",))

    def _calls(self, role: str, target: str, why: str) -> Iterator[Need]:
        service = service_of(target)
        if not role or service not in _CALLS:
            return
        yield Need(role, why, _CALLS[service], (target,))
        if service == "sqs":
            yield from self._key(role, target, "kmsMasterKeyId", "sqs", ("kms:Decrypt", "kms:GenerateDataKey"))
        elif service == "sns":
            yield from self._key(role, target, "kmsMasterKeyId", "sns", ("kms:Decrypt", "kms:GenerateDataKey"))

    def _key(self, role: str, target: str, path: str, via: str, actions: tuple[str, ...]) -> Iterator[Need]:
        """Use of the key of a resource, through its service."""
        node = self.nodes.get(target)
        key = self._text(node, path) if node is not None else ""
        if node is not None and key:
            yield Need(role, f"the key of {node.name}", actions, (key,), (self._via(node, via),))

    # -- reading --------------------------------------------------------------------------------------------------

    def _role_of(self, function: str) -> str:
        """Role of a function that is named by name or ARN, with or without a qualifier."""
        found = self.names.get(function) or next((arn for arn in self.roles if function.startswith(arn)), "")
        return self.roles.get(found, "")

    def _text(self, node: Node, path: str) -> str:
        value = look_up(node.inputs, path)
        if isinstance(value, FrozenList) and len(value) == 1:
            value = value[0]
        return "" if value is MISSING else self._known(value)  # pyright: ignore[reportArgumentType]

    def _texts(self, node: Node, path: str) -> list[str]:
        value = look_up(node.inputs, path)
        return [self._known(item) for item in value] if isinstance(value, FrozenList) else []

    def _known(self, value: Value) -> str:
        return self.arns.text(value) or "" if isinstance(value, str | Unknown) else ""

    @staticmethod
    def _arn(node: Node, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{node.region}:{node.account}:{rest}"

    @staticmethod
    def _via(node: Node, service: str) -> Condition:
        return Condition("stringequals", "kms:viaservice", (f"{service}.{node.region}.amazonaws.com",))
