"""Settings of the way from a commit to production (DEL-1)."""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Annotated

from contracts.settings.base import Settings
from contracts.settings.kind import between, one_of, shaped
from contracts.settings.kinds import AccountId, Cron, LogicalName, LogRetention, RoleName, Timezone

Minutes = Annotated[int, between(5, 480, "minutes")]
Branch = Annotated[
    str,
    shaped(
        r"[A-Za-z0-9._/-]{1,128}",
        "the name of a branch, such as main",
        "write the branch without refs/heads/",
    ),
]
Repository = Annotated[
    str,
    shaped(
        r"[A-Za-z0-9._-]{1,100}(/[A-Za-z0-9._-]{1,100})?",
        "owner/name for github, a name for codecommit",
        "write it without a host",
    ),
]
StateBucket = Annotated[
    str,
    shaped(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._/-]*)?",
        "the address of a bucket, such as s3://atoll-state-333333333333",
        "write s3:// and the bucket",
    ),
]


@unique
class SourceKind(StrEnum):
    """Where the code lives."""

    GITHUB = "github"
    CODECOMMIT = "codecommit"


@unique
class StageTest(StrEnum):
    """What is tried on a deployed environment (004, "CI/CD Pipeline Strategy"); each is a build of its own."""

    SMOKE = "smoke"
    INTEGRATION = "integration"
    END_TO_END = "end-to-end"
    PERFORMANCE = "performance"
    SECURITY = "security"


class SourceSettings(Settings):
    """The repository that a commit arrives in."""

    kind: SourceKind
    """`github` by a connection that somebody confirms once in the console; `codecommit` in this account."""
    repository: Repository
    """`owner/name` for github, the name of a repository for codecommit, which is made."""
    branch: Branch
    """A commit to this branch starts the pipeline."""


class StageSettings(Settings):
    """One environment on the way."""

    name: LogicalName
    """Name of the stage."""
    stacks: tuple[LogicalName, ...]
    """Stacks that it deploys, in this order."""
    account: AccountId
    """Account of these stacks."""
    role: RoleName
    """Role in that account that deploys; it must trust this account's deploying build."""
    approval: bool
    """Whether somebody has to say yes first (004: before staging and before production)."""
    tests: tuple[StageTest, ...]
    """What is tried after it has been deployed."""


class WatchSettings(Settings):
    """What looks at changes and at drift beside the pipeline."""

    drift_schedule: Cron
    """When it is looked whether stacks drifted: each resource of each stage is asked about, and a topic is told."""
    timezone: Timezone
    """Time zone of the schedule."""


class DeliverySettings(Settings):
    """Pipeline from a commit to production."""

    source: SourceSettings
    """Where the code comes from."""
    stages: tuple[StageSettings, ...]
    """Environments, in the order that a change passes them."""
    state: StateBucket
    """Where the engine keeps the state of the stacks; the builds that deploy may read and write it."""
    compute: Annotated[
        str,
        one_of(("BUILD_GENERAL1_SMALL", "BUILD_GENERAL1_MEDIUM", "BUILD_GENERAL1_LARGE"), "a size of CodeBuild"),
    ]
    """Size of the builds: small is 2 vCPU at about $0.005 a minute, medium 4 at $0.01, large 8 at $0.02."""
    timeout_minutes: Minutes
    """Longest time of one build."""
    log_retention_days: LogRetention
    """How long the logs of builds are kept."""
    artifacts_kept_days: Annotated[int, between(1, 365, "days")]
    """How long what a build hands to the next is kept."""
    watch: WatchSettings | None = None
    """Report of each change, and drift on a schedule; neither if left out. About $1 a month for builds of six stacks a
    day, each five minutes."""
