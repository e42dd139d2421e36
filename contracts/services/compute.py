"""What runs a service: Lambda functions, ECS services, EKS deployments, App Runner services (FN-1, API-2)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.services.base import Clause
from contracts.services.kinds import (
    CodeEntry,
    LibraryName,
    ObjectPrefix,
    Port,
    ResourceName,
    Runtime,
    VariableName,
    Words,
)
from contracts.settings.base import DeploymentStrategy
from contracts.settings.kind import between, one_of
from contracts.settings.kinds import FargateCpu, Image, LogRetention, Percent, UrlPath

Architecture = Annotated[str, one_of(("arm64", "x86_64"), "an architecture")]


class QueueTrigger(Clause):
    """How a function takes messages from a queue."""

    batch_size: Annotated[int, between(1, 10000, "messages")] = 10
    """Messages at a time; 10 if left out, and at most 10 from a FIFO queue."""
    batching_window_seconds: Annotated[int, between(0, 300, "seconds")] = 0
    """How long to gather a batch; 0 if left out, needed above 10 messages."""
    maximum_concurrency: Annotated[int, between(2, 1000, "invocations")] | None = None
    """Batches at once; unbounded if left out."""
    partial_failures: bool = True
    """Return only the failed messages of a batch to the queue; true if left out."""


class StreamTrigger(Clause):
    """How a function takes changes from a DynamoDB stream."""

    batch_size: Annotated[int, between(1, 10000, "records")] = 100
    """Records at a time; 100 if left out."""
    starting_position: Annotated[str, one_of(("LATEST", "TRIM_HORIZON"), "a position")] = "LATEST"
    """Where to begin; LATEST if left out."""
    maximum_retries: Annotated[int, between(0, 10000, "retries")] = 3
    """Retries of a batch before it goes to the dead letters; 3 if left out."""
    bisect_on_error: bool = True
    """Halve a failed batch to find the bad record; true if left out."""


class ObjectTrigger(Clause):
    """Which objects of an S3 store call a function."""

    events: tuple[Annotated[str, one_of(("created", "removed", "restored"), "an event of an object")], ...]
    """`created`, `removed`, `restored`."""
    below: ObjectPrefix | None = None
    """Further part of the prefix; the store's whole prefix if left out."""
    suffix: Annotated[str, one_of((".csv", ".json", ".parquet", ".gz", ".jpg", ".png", ".pdf"), "a suffix")] | None = (
        None
    )
    """Ending of the key; any if left out."""


class Triggers(Clause):
    """What calls a function, beside routes, rules, topics, schedules and workflows."""

    queues: dict[ResourceName, QueueTrigger] = Field(default_factory=dict[ResourceName, QueueTrigger])
    """Queue of this contract → how; none if left out."""
    streams: dict[ResourceName, StreamTrigger] = Field(default_factory=dict[ResourceName, StreamTrigger])
    """DynamoDB store of this contract with a stream → how; none if left out."""
    objects: dict[ResourceName, ObjectTrigger] = Field(default_factory=dict[ResourceName, ObjectTrigger])
    """S3 store of this contract → which events; none if left out."""


class Function(Clause):
    """One Lambda function."""

    runtime: Runtime
    """Such as `python3.13`."""
    handler: CodeEntry
    """Where it begins, such as `app.lambda_handler`."""
    timeout_seconds: Annotated[int, between(1, 900, "seconds")]
    """Longest run in seconds, 1 to 900."""
    memory_mib: Annotated[int, between(128, 10240, "MiB")]
    """Memory in MiB, 128 to 10240; the CPU grows with it."""
    libraries: tuple[LibraryName, ...] = ()
    """Pure Python packages of the project that go along with the code, such as `pg8000`; their own requirements come
    by themselves. None if left out."""
    architecture: Architecture = "arm64"
    """`arm64` or `x86_64`; `arm64` if left out."""
    vpc: bool = True
    """Whether it runs in the private subnets; true if left out."""
    tracing: bool = True
    """Send traces to X-Ray; true if left out."""
    dead_letter: ResourceName | None = None
    """Queue of this contract for events that failed for good; left out for functions that are only called
    synchronously."""
    retries: Annotated[int, between(0, 2, "retries")] = 2
    """Retries of asynchronous calls; 2 if left out."""
    reserved_concurrency: Annotated[int, between(0, 1000, "invocations")] | None = None
    """Runs at once at most; the account's limit if left out."""
    provisioned_concurrency: Annotated[int, between(1, 1000, "invocations")] | None = None
    """Environments kept warm; none if left out."""
    environment: dict[VariableName, Words] = Field(default_factory=dict[VariableName, Words])
    """Variables, never secrets; addresses of stores, queues and dependencies come by themselves. None if left out."""
    log_days: LogRetention = 30
    """Days that the log is kept; 30 if left out."""
    triggers: Triggers = Triggers()
    """Queues, streams and objects that call it; none if left out."""


class Scaling(Clause):
    """How many copies run."""

    minimum: Annotated[int, between(0, 1000, "copies")]
    """Fewest copies."""
    maximum: Annotated[int, between(1, 1000, "copies")]
    """Most copies, at least `minimum`."""
    cpu_percent: Percent = 70
    """Average CPU to hold, in percent; 70 if left out."""


class EcsService(Clause):
    """One service on ECS with Fargate."""

    image: Image
    """Tag of the service's repository, or a full reference."""
    cpu: FargateCpu
    """CPU units of the task (1024 = 1 vCPU)."""
    memory_mib: int
    """Memory of the task in MiB, a value Fargate allows for `cpu`."""
    port: Port = 8080
    """Port of the container; 8080 if left out."""
    health_path: UrlPath = "/health"
    """Path that answers 200 when it is well; `/health` if left out."""
    scaling: Scaling
    """How many tasks run."""
    deployment: DeploymentStrategy = DeploymentStrategy.ROLLING
    """How a new version replaces the old one; rolling if left out."""
    environment: dict[VariableName, Words] = Field(default_factory=dict[VariableName, Words])
    """Variables, never secrets; none if left out."""


class EksDeployment(Clause):
    """One deployment on the environment's Kubernetes cluster."""

    image: Image
    """Tag of the service's repository, or a full reference."""
    cpu_millicores: Annotated[int, between(10, 64000, "millicores")]
    """CPU that each pod asks for (1000 = 1 vCPU)."""
    memory_mib: Annotated[int, between(16, 524_288, "MiB")]
    """Memory that each pod asks for, and may not exceed."""
    port: Port = 8080
    """Port of the container; 8080 if left out."""
    health_path: UrlPath = "/health"
    """Path that answers 200 when it is well; `/health` if left out."""
    scaling: Scaling
    """How many pods run."""
    deployment: DeploymentStrategy = DeploymentStrategy.CANARY
    """How a new version replaces the old one, which comes back by itself when errors or latency rise; canary if left
    out."""
    environment: dict[VariableName, Words] = Field(default_factory=dict[VariableName, Words])
    """Variables, never secrets; none if left out."""


class AppRunnerService(Clause):
    """One service on App Runner, which brings its own load balancer and address."""

    image: Image
    """Tag of the service's repository, or a full reference."""
    cpu: Annotated[int, one_of((256, 512, 1024, 2048, 4096), "CPU units of App Runner")]
    """CPU units (1024 = 1 vCPU)."""
    memory_mib: Annotated[int, one_of((512, 1024, 2048, 3072, 4096, 6144, 8192, 10240, 12288), "MiB of App Runner")]
    """Memory in MiB."""
    port: Port = 8080
    """Port of the container; 8080 if left out."""
    requests_per_instance: Annotated[int, between(1, 200, "requests")] = 100
    """Requests at once that one instance takes; 100 if left out."""
    scaling: Scaling
    """How many instances run, 1 to 25."""


class Compute(Clause):
    """Everything that runs."""

    functions: dict[ResourceName, Function] = Field(default_factory=dict[ResourceName, Function])
    """Lambda functions; none if left out."""
    ecs: dict[ResourceName, EcsService] = Field(default_factory=dict[ResourceName, EcsService])
    """Services on ECS; none if left out."""
    eks: dict[ResourceName, EksDeployment] = Field(default_factory=dict[ResourceName, EksDeployment])
    """Deployments on EKS; none if left out."""
    app_runner: dict[ResourceName, AppRunnerService] = Field(default_factory=dict[ResourceName, AppRunnerService])
    """Services on App Runner; none if left out."""
