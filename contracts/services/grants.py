"""What each function and container of a contract may do, and nothing else: one grant for each need (CON-4, CON-7).

A grant names exact actions and exact resources. How a function runs (its log, its traces, its triggers and dead
letters) and what a workflow's states call is granted by their components, which know it; here stands what the code
itself does: calls, events, queues, topics, stores. Take a clause out of the contract, and its grant is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.services.base import Access
from contracts.services.bindings import Service, StoreUse, Use
from contracts.services.naming import Names, Runner, RunnerKind, postgres_role
from contracts.services.stores import DynamoStore, ObjectStore, PostgresStore, RedisStore, SearchStore
from contracts.services.workflows import WorkflowKind

_TABLE_READS = ("dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:Query")
_TABLE_WRITES = (
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
)
"""No Scan: it reads a whole table, and a contract that needs it has the wrong key."""
_SEARCH_READS = ("es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost")
_SEARCH_WRITES = ("es:ESHttpDelete", "es:ESHttpPut")


@dataclass(frozen=True)
class Grant:
    """One need: these actions on these resources, under these conditions."""

    sid: str
    actions: tuple[str, ...]
    resources: Sequence[Any]
    """ARNs as text; those that hold an id which AWS draws may be values that are known later."""
    conditions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, "Mapping[str, Any]"])
    """Operator → condition key → value or values."""

    def statement(self) -> dict[str, Any]:
        """As IAM writes it."""
        written: dict[str, Any] = {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources) if len(self.resources) > 1 else self.resources[0],
        }
        return written | ({"Condition": {k: dict(v) for k, v in self.conditions.items()}} if self.conditions else {})


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """What holds an id that AWS draws, and so is no plain text until it stands: text, or a value known later."""

    database_user_arn: Callable[[str], Any]
    """PostgreSQL role → ARN for `rds-db:connect`."""
    cache_token_arn: Any
    """Secret with the token of the cache."""


def grants(service: Service, runner: Runner, drawn: Drawn) -> list[Grant]:
    """Everything that the code of one function or container may do, sorted by need; nothing for a workflow."""
    if runner.kind is RunnerKind.WORKFLOW:
        return []
    needs = [
        *_calls(service, runner),
        *_messages(service, runner),
        *_events(service, runner),
        *_workflows(service, runner),
        *_stores(service, runner, drawn),
    ]
    return _merged(needs)


def callable_by(uses: Iterable[Use]) -> list[Grant]:
    """What a role for a consumer of another account may do: exactly its calls."""
    return _merged(grant for use in uses for grant in _call(use))


def _calls(service: Service, runner: Runner) -> Iterator[Grant]:
    for use in service.uses_of(runner):
        if use.foreign and _by_aws(use):
            yield Grant("TakeRoles", ("sts:AssumeRole",), (use.provider.role_for_arn(use.consumer.service),))
        else:
            yield from _call(use)


def _by_aws(use: Use) -> bool:
    """Whether an AWS API makes the call; containers are called over HTTP, which IAM does not see."""
    return use.endpoint.handler is not None and use.endpoint.handler.kind is not RunnerKind.CONTAINER


def _call(use: Use) -> Iterator[Grant]:
    handler = use.endpoint.handler
    if handler is None or handler.kind is RunnerKind.CONTAINER:
        return
    if handler.kind is RunnerKind.FUNCTION:
        yield Grant("CallFunctions", ("lambda:InvokeFunction",), (use.provider.function_arn(handler.key),))
    else:
        yield _start(use.provider, handler.key)


def _start(names: Names, workflow: str) -> Grant:
    express = names.contract.provides.workflows[workflow].kind is WorkflowKind.EXPRESS
    arn = names.state_machine_arn(workflow)
    if express:
        return Grant("RunWorkflows", ("states:StartSyncExecution",), (arn,))
    return Grant("StartWorkflows", ("states:StartExecution",), (arn,))


def _workflows(service: Service, runner: Runner) -> Iterator[Grant]:
    for key in service.starts(runner):
        yield _start(service.names, key)
    if any(service.answers(runner)):
        # AWS limits these to no resource. They need the task's token, which only the function that asks is given.
        yield Grant("ReportDecisions", ("states:SendTaskFailure", "states:SendTaskSuccess"), ("*",))


def _messages(service: Service, runner: Runner) -> Iterator[Grant]:
    names = service.names
    sent, received = list(service.sends_to(runner)), list(service.receives_from(runner))
    topics = list(service.publishes_on(runner))
    for key in sent:
        yield Grant("SendMessages", ("sqs:SendMessage",), (names.queue_arn(key),))
    for key in received:
        actions = ("sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
        yield Grant("TakeMessages", actions, (names.queue_arn(key),))
    for owner, key in topics:
        yield Grant("PublishMessages", ("sns:Publish",), (owner.topic_arn(key),))
    for grants_key, through in ((sent or received, "sqs"), (topics, "sns")):
        if grants_key:
            yield _use_key(service, "messaging", through, ("kms:Decrypt", "kms:GenerateDataKey"))


def _events(service: Service, runner: Runner) -> Iterator[Grant]:
    """Events of exactly the sources and types that the contract publishes, on exactly those buses."""
    types: dict[tuple[str, str], list[str]] = defaultdict(list)
    for event in service.loaded.contract.provides.events.values():
        if event.bus is not None and runner in service.by(event.by):
            owner, key = service.resolve(event.bus)
            types[owner.bus_arn(key), event.source].append(event.detail_type)
    for index, ((arn, source), details) in enumerate(sorted(types.items())):
        conditions = {"StringEquals": {"events:source": source, "events:detail-type": sorted(details)}}
        yield Grant(f"PutEvents{index or ''}", ("events:PutEvents",), (arn,), conditions)


def _stores(service: Service, runner: Runner, drawn: Drawn) -> Iterator[Grant]:
    place = service.place
    parameters: list[str] = []
    for use in service.stores(runner):
        match use.store:
            case PostgresStore():
                yield Grant(
                    "LogInToDatabase", ("rds-db:connect",), (drawn.database_user_arn(database_user(service, use)),)
                )
                parameters.append("database/url")
            case DynamoStore():
                yield from _table(use)
            case RedisStore():
                yield Grant("ReadCacheToken", ("secretsmanager:GetSecretValue",), (drawn.cache_token_arn,))
                parameters.append("cache/url")
            case ObjectStore():
                yield from _objects(use)
            case SearchStore():
                yield index_grant(use)
        if isinstance(use.store, DynamoStore | ObjectStore):
            purpose, through = ("database", "dynamodb") if isinstance(use.store, DynamoStore) else ("storage", "s3")
            writes = use.access is Access.READ_WRITE
            yield _use_key(service, purpose, through, ("kms:Decrypt", *(["kms:GenerateDataKey"] if writes else [])))
    for parameter in dict.fromkeys(parameters):
        arn = place.arn("ssm", f"parameter/atoll/{place.environment}/{parameter}")
        yield Grant("ReadAddresses", ("ssm:GetParameter",), (arn,))
    if parameters:
        through = [
            f"{name}.{place.region}.amazonaws.com"
            for name in ("ssm", *(["secretsmanager"] if "cache/url" in parameters else []))
        ]
        yield _use_key(service, "secrets", through, ("kms:Decrypt",))


def database_user(service: Service, use: StoreUse) -> str:
    """PostgreSQL role as whom a service uses a database: the owner's own, or the consumer's beside it."""
    assert isinstance(use.store, PostgresStore)
    if use.owner.contract.id == service.loaded.contract.id:
        return postgres_role(use.store.database)
    return f"{service.names.service.replace('-', '_')}_{use.store.database}"


def _table(use: StoreUse) -> Iterator[Grant]:
    assert isinstance(use.store, DynamoStore)
    arn = use.owner.table_arn(use.key)
    indexes = tuple(f"{arn}/index/{name}" for name in use.store.indexes)
    writes = use.access is Access.READ_WRITE
    yield Grant("WriteTables" if writes else "ReadTables", (*_TABLE_READS, *(_TABLE_WRITES if writes else ())), (arn,))
    if indexes:
        yield Grant("QueryIndexes", ("dynamodb:Query",), indexes)


def _objects(use: StoreUse) -> Iterator[Grant]:
    assert isinstance(use.store, ObjectStore)
    bucket, prefix = f"arn:aws:s3:::{bucket_of(use.owner, use.store.bucket)}", use.store.prefix
    conditions = {"StringLike": {"s3:prefix": f"{prefix}*"}}
    yield Grant(f"List{_word(use.owner, use.key)}", ("s3:ListBucket",), (bucket,), conditions)
    if use.access is Access.READ_WRITE:
        actions = ("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject")
        yield Grant("WriteObjects", actions, (f"{bucket}/{prefix}*",))
    else:
        yield Grant("ReadObjects", ("s3:GetObject",), (f"{bucket}/{prefix}*",))


def index_grant(use: StoreUse) -> Grant:
    """What one who uses a search index may do with it; the domain's own policy says the same."""
    assert isinstance(use.store, SearchStore)
    domain = use.owner.place.arn("es", f"domain/{use.owner.search_domain()}")
    writes = use.access is Access.READ_WRITE
    index = use.store.index
    return Grant(
        "WriteIndexes" if writes else "ReadIndexes",
        (*_SEARCH_READS, *(_SEARCH_WRITES if writes else ())),
        (f"{domain}/{index}", f"{domain}/{index}/*"),
    )


def bucket_of(owner: Names, role: str) -> str:
    """Physical name of a bucket of the platform, in the owner's account."""
    return f"app-{role}-{owner.place.environment}-{owner.place.account}"


def _word(owner: Names, key: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in f"{owner.service}-{key}".split("-"))


def _use_key(service: Service, purpose: str, through: str | list[str], actions: tuple[str, ...]) -> Grant:
    """Use the environment's key of a purpose, through one AWS service; its alias is known beforehand.

    https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html
    """
    place = service.place
    via = through if isinstance(through, list) else f"{through}.{place.region}.amazonaws.com"
    conditions: dict[str, dict[str, Any]] = {
        "ForAnyValue:StringEquals": {"kms:ResourceAliases": [f"alias/atoll-{place.environment}-{purpose}"]},
        "StringEquals": {"kms:ViaService": via},
    }
    word = "Sns" if through == "sns" else "Sqs" if through == "sqs" else purpose.capitalize()
    return Grant(f"Use{word}Key", actions, (place.arn("kms", "key/*"),), conditions)


def _merged(needs: Iterable[Grant]) -> list[Grant]:
    """Grants of one name, with all their actions and resources; of one name they have one meaning."""
    found: dict[tuple[str, str], Grant] = {}
    for need in needs:
        key = need.sid, repr(need.conditions)
        other = found.get(key)
        if other is not None:
            actions = tuple(sorted({*other.actions, *need.actions}))
            resources = [
                *other.resources,
                *(arn for arn in need.resources if not any(arn is r or _same(arn, r) for r in other.resources)),
            ]
            need = Grant(need.sid, actions, tuple(resources), need.conditions)
        found[key] = need
    return sorted(found.values(), key=lambda grant: grant.sid)


def _same(one: Any, other: Any) -> bool:
    """Whether two ARNs are one; of values that are known later only the same one is."""
    return isinstance(one, str) and isinstance(other, str) and one == other
