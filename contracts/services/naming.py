"""Physical names of everything a contract makes, and their ARNs, as plain text before anything is made.

The name of a component is its name in AWS: `<environment>-<service>-<key>`, the key being the contract's own name for
the thing. So a policy can name what another stack makes, and no stack reads another one for an ARN.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from hashlib import sha256

from contracts.services.base import Delivery
from contracts.services.contract import ServiceContract
from contracts.settings.errors import Path

FIFO_SUFFIX = ".fifo"
DEAD_LETTER_SUFFIX = "-dlq"
DEFAULT_BUS = "default"
"""The bus of every account, on which AWS puts its own events."""

LIVE = "live"
"""Alias of a function that is kept warm."""


@unique
class RunnerKind(StrEnum):
    """What runs something."""

    FUNCTION = "function"
    CONTAINER = "container"
    WORKFLOW = "workflow"


@dataclass(frozen=True, order=True)
class Runner:
    """A function, container or workflow of one contract."""

    kind: RunnerKind
    key: str
    """The contract's name for it."""

    def __str__(self) -> str:
        """`function APIProcessing`, for messages."""
        return f"{self.kind} {self.key}"


ROLE_SUFFIX = {RunnerKind.FUNCTION: "function", RunnerKind.CONTAINER: "task", RunnerKind.WORKFLOW: "workflow"}
"""What runs → end of its role's name."""

LONGEST_ROLE = 64
"""Characters. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
_LIMITS = {
    ("messaging", "queues"): (80, "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html"),
    ("messaging", "rules"): (64, "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"),
    ("compute", "functions"): (64, "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"),
    ("provides", "workflows"): (80, "https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html"),
    ("schedules",): (64, "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"),
}  # fmt: skip
"""Part of a contract → longest name in characters, and who says so."""


@dataclass(frozen=True)
class Place:
    """Where a service is deployed."""

    environment: str
    region: str
    account: str
    """12 digits."""

    def arn(self, service: str, resource: str) -> str:
        """ARN of a regional resource."""
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Names:
    """Physical names and ARNs of one contract in one place."""

    contract: ServiceContract
    place: Place

    @property
    def service(self) -> str:
        """The service, the second half of the id."""
        return self.contract.id.split("/")[1]

    @property
    def prefix(self) -> str:
        """What every name begins with: `<environment>-<service>`."""
        return f"{self.place.environment}-{self.service}"

    def name(self, key: str) -> str:
        """Name of the component and, without `.fifo`, in AWS."""
        return f"{self.prefix}-{key}"

    def queue(self, key: str) -> str:
        """Name of a queue in AWS."""
        return self.name(key) + _suffix(self.contract.messaging.queues[key].type)

    def queue_arn(self, key: str) -> str:
        """ARN of a queue."""
        return self.place.arn("sqs", self.queue(key))

    def dead_letter_arn(self, key: str) -> str:
        """ARN of the dead-letter queue beside a queue."""
        suffix = _suffix(self.contract.messaging.queues[key].type)
        return self.place.arn("sqs", self.name(key) + DEAD_LETTER_SUFFIX + suffix)

    def queue_url(self, key: str) -> str:
        """URL of a queue."""
        return f"https://sqs.{self.place.region}.amazonaws.com/{self.place.account}/{self.queue(key)}"

    def topic(self, key: str) -> str:
        """Name of a topic in AWS."""
        return self.name(key) + _suffix(self.contract.messaging.topics[key].type)

    def topic_arn(self, key: str) -> str:
        """ARN of a topic."""
        return self.place.arn("sns", self.topic(key))

    def bus(self, key: str) -> str:
        """Name of a bus in AWS; `default` is every account's own."""
        return key if key == DEFAULT_BUS else self.name(key)

    def bus_arn(self, key: str) -> str:
        """ARN of a bus."""
        return self.place.arn("events", f"event-bus/{self.bus(key)}")

    def function_arn(self, key: str) -> str:
        """ARN of what callers of a function call: of its alias where it is kept warm."""
        warm = self.contract.compute.functions[key].provisioned_concurrency is not None
        return self.place.arn("lambda", f"function:{self.name(key)}" + (f":{LIVE}" if warm else ""))

    def state_machine_arn(self, key: str) -> str:
        """ARN of the state machine of a workflow."""
        return self.place.arn("states", f"stateMachine:{self.name(key)}")

    def table_arn(self, key: str) -> str:
        """ARN of a table."""
        return self.place.arn("dynamodb", f"table/{self.name(key)}")

    def role(self, runner: Runner) -> str:
        """Role of a function, container or workflow."""
        return role_name(self.name(runner.key), ROLE_SUFFIX[runner.kind], self.place.region)

    def role_arn(self, runner: Runner) -> str:
        """ARN of the role of a function, container or workflow."""
        return f"arn:aws:iam::{self.place.account}:role/{self.role(runner)}"

    def search_domain(self) -> str:
        """Name of the service's OpenSearch domain: at most 28 lower-case letters, digits and hyphens."""
        return self.prefix[:28].rstrip("-")

    def role_for(self, consumer: str) -> str:
        """Role that a consumer of another account assumes; `consumer` is its service."""
        return role_name(self.prefix, f"for-{consumer}", self.place.region)

    def role_for_arn(self, consumer: str) -> str:
        """ARN of that role."""
        return f"arn:aws:iam::{self.place.account}:role/{self.role_for(consumer)}"

    def too_long(self) -> Iterator[tuple[Path, str, int, str]]:
        """Path in the contract, name, longest length and source of each name that AWS does not take."""
        for path, (longest, source) in _LIMITS.items():
            part: object = self.contract
            for step in path:
                part = getattr(part, step)
            assert isinstance(part, dict)
            for key in map(str, part):  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
                name = self.name(key)
                if path == ("messaging", "queues"):
                    name = self.queue(key)
                    if self.contract.messaging.queues[key].dead_letter is not None:
                        name = self.dead_letter_arn(key).rpartition(":")[2]
                if len(name) > longest:
                    yield (*path, key), name, longest, source


def role_name(name: str, kind: str, region: str) -> str:
    """Name of a role, `<name>-<kind>-<region>`: IAM has no regions, and one account may have an environment in two.

    One that AWS would not take is shortened; it stays plain text that others can work out.
    """
    return shortened(f"{name}-{kind}-{region}", LONGEST_ROLE)


def shortened(name: str, longest: int) -> str:
    """The name, or its beginning and eight hexadecimal digits that stand for the whole of it.

    For names that have less room than the component's (archives, load balancers, roles).
    """
    if len(name) <= longest:
        return name
    return f"{name[: longest - 9]}-{sha256(name.encode()).hexdigest()[:8]}"


def variable(key: str) -> str:
    """A name as an environment variable: `OrderProcessing` → `ORDER_PROCESSING`, `RuleDLQ` → `RULE_DLQ`."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", key)
    return re.sub(r"[.-]+", "_", split).upper()


def postgres_role(database: str) -> str:
    """PostgreSQL role of the service that owns a database: the database's own name, for no other service has it."""
    return database


def _suffix(delivery: Delivery) -> str:
    return FIFO_SUFFIX if delivery is Delivery.FIFO else ""
