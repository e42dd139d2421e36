"""Builds beside the pipeline: a report for each change, and a look at what drifted, on a schedule (DEL-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pulumi
from pulumi_aws import cloudwatch, iam, scheduler, sns

from components.delivery.build_project import BuildProject, BuildProjectArgs, Clone
from components.delivery.code_repository import CodeRepository
from components.delivery.delivery_pipeline import topic_policy
from components.identity.service_trust import service_trust
from components.identity.statements import Statement, allow
from contracts.settings.delivery import SourceKind, WatchSettings

TOKEN = "atoll:delivery:ChangeWatch"
START_BUILD = "arn:aws:scheduler:::aws-sdk:codebuild:startBuild"
"""Universal target: EventBridge Scheduler calls CodeBuild itself, no function in between."""
RETRIES, RETRY_FOR_SECONDS = 3, 3600
REPORT, DRIFT = "change-report", "drift"


@dataclass(frozen=True, kw_only=True)
class ChangeWatchArgs:
    """Wiring of the watch."""

    common: BuildProjectArgs
    """What every build shares."""
    watch: WatchSettings
    repository: CodeRepository
    messaging_key_arn: pulumi.Input[str]
    deploying: Sequence[Statement]
    """What it takes to look at a stack: the deployment roles, and the engine's state."""
    state: dict[str, pulumi.Input[str]]
    """Environment variables by which the engine finds its state."""


class ChangeWatch(pulumi.ComponentResource):
    """Two builds that start by themselves, and the topic that is told of drift.

    `change-report` has no rights on what it reports of: it runs the program against a recorder. For CodeCommit a pull
    request starts it, and it writes one comment; for GitHub `.github/workflows/change-report.yml` does that, and this
    build is there to be started by hand. `drift` asks AWS about every resource of every stage, by the deployment roles,
    on a schedule. Costs the minutes of builds: about a cent for a report, three cents a day for six stacks.

    Source: DEL-4; AWS CodeBuild User Guide, "CodeBuild with CodeCommit pull requests"; Amazon EventBridge Scheduler
    User Guide, "Using universal targets".
    """

    builds: dict[str, BuildProject]
    topic_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: ChangeWatchArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make all of it; `name` is the environment."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        environment = args.common.environment
        topic = sns.Topic(
            f"{name}-drift",
            name=f"atoll-{environment}-drift",
            display_name=f"Atoll {environment}: drift",
            kms_master_key_id=args.messaging_key_arn,
            opts=child,
        )
        sns.TopicPolicy(
            f"{name}-drift-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(topic_policy(topic.arn)),
            opts=child,
        )
        stacks = " ".join(stack for stage in args.common.settings.stages for stack in stage.stacks)
        common = replace(args.common, source=_source(args), concurrent=1)
        kinds = (
            replace(common, key=REPORT, concurrent=5, statements=[*_read_source(args), *_comment(args)]),
            replace(
                common,
                key=DRIFT,
                variables={**args.state, "STACKS": stacks, "TOPIC": topic.arn},
                statements=[*_read_source(args), *args.deploying, *_tell(args, topic.arn)],
            ),
        )
        self.builds = {kind.key: BuildProject(f"{name}-build-{kind.key}", args=kind, opts=child) for kind in kinds}
        self.topic_arn = topic.arn
        self._look_on_schedule(name, args)
        if args.repository.repository_arn is not None:
            self._start_on_pull_requests(name, args, args.repository.repository_arn)
        self.register_outputs({"topic_arn": self.topic_arn})

    def _look_on_schedule(self, name: str, args: ChangeWatchArgs) -> None:
        build, environment = self.builds[DRIFT], args.common.environment
        role = self._starter(f"{name}-drift-schedule", "scheduler.amazonaws.com", build, args)
        scheduler.Schedule(
            f"{name}-drift",
            name=f"atoll-{environment}-drift",
            description=f"Looks whether the stacks of {environment}'s pipeline drifted",
            schedule_expression=args.watch.drift_schedule,
            schedule_expression_timezone=args.watch.timezone,
            flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(
                mode="FLEXIBLE", maximum_window_in_minutes=15
            ),
            target=scheduler.ScheduleTargetArgs(
                arn=START_BUILD,
                role_arn=role,
                input=pulumi.Output.json_dumps({"ProjectName": build.name}),
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_retry_attempts=RETRIES, maximum_event_age_in_seconds=RETRY_FOR_SECONDS
                ),
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _start_on_pull_requests(self, name: str, args: ChangeWatchArgs, repository: pulumi.Output[str]) -> None:
        """CodeCommit tells EventBridge of a pull request, which starts the report with its two commits."""
        build, child = self.builds[REPORT], pulumi.ResourceOptions(parent=self)
        role = self._starter(f"{name}-pull-requests", "events.amazonaws.com", build, args)
        rule = cloudwatch.EventRule(
            f"{name}-pull-requests",
            name=f"atoll-{args.common.environment}-pull-requests",
            description="A pull request came, or has new commits",
            event_pattern=pulumi.Output.json_dumps(
                {
                    "source": ["aws.codecommit"],
                    "detail-type": ["CodeCommit Pull Request State Change"],
                    "resources": [repository],
                    "detail": {"event": ["pullRequestCreated", "pullRequestSourceBranchUpdated"]},
                }
            ),
            opts=child,
        )
        detail = {key: f"$.detail.{key}" for key in ("pullRequestId", "sourceCommit", "destinationCommit")}
        given = {
            "PULL_REQUEST": "<pullRequestId>",
            "BEFORE": "<destinationCommit>",
            "AFTER": "<sourceCommit>",
            "REPOSITORY": args.common.settings.source.repository,
        }
        variables = ",".join(f'{{"name":"{key}","value":"{value}","type":"PLAINTEXT"}}' for key, value in given.items())
        cloudwatch.EventTarget(
            f"{name}-pull-requests-report",
            rule=rule.name,
            arn=build.arn,
            role_arn=role,
            input_transformer=cloudwatch.EventTargetInputTransformerArgs(
                input_paths=detail,
                input_template=f'{{"sourceVersion":"<sourceCommit>","environmentVariablesOverride":[{variables}]}}',
            ),
            opts=child,
        )

    def _starter(self, name: str, service: str, build: BuildProject, args: ChangeWatchArgs) -> pulumi.Output[str]:
        """A role of a service that may start one build."""
        child = pulumi.ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-role",
            name=f"atoll-{name}",
            description=f"Starts a build of {args.common.environment}: {build.key}",
            assume_role_policy=pulumi.Output.json_dumps(service_trust("Start", service, args.common.account_id)),
            opts=child,
        )
        iam.RolePolicy(
            f"{name}-role-policy",
            role=role.name,
            policy=pulumi.Output.json_dumps(
                {"Version": "2012-10-17", "Statement": [allow("Start", ["codebuild:StartBuild"], build.arn)]}
            ),
            opts=child,
        )
        return role.arn


def _source(args: ChangeWatchArgs) -> Clone:
    """The repository itself: a pipeline hands over files without their history."""
    source = args.common.settings.source
    if source.kind is SourceKind.GITHUB:
        address = f"https://github.com/{source.repository}.git"
        return Clone(type="GITHUB", location=address, connection_arn=args.repository.connection_arn)
    address = f"https://git-codecommit.{args.common.region}.amazonaws.com/v1/repos/{source.repository}"
    return Clone(type="CODECOMMIT", location=address, connection_arn=None)


def _read_source(args: ChangeWatchArgs) -> list[Statement]:
    if args.repository.connection_arn is not None:
        actions = ["codestar-connections:GetConnection", "codestar-connections:GetConnectionToken"]
        return [allow("UseConnection", actions, args.repository.connection_arn)]
    assert args.repository.repository_arn is not None, "CodeCommit has a repository"
    return [allow("ReadSource", ["codecommit:GitPull"], args.repository.repository_arn)]


def _comment(args: ChangeWatchArgs) -> list[Statement]:
    if args.repository.repository_arn is None:
        return []
    actions = ["codecommit:GetCommentsForPullRequest", "codecommit:PostCommentForPullRequest"]
    return [allow("Comment", [*actions, "codecommit:UpdateComment"], args.repository.repository_arn)]


def _tell(args: ChangeWatchArgs, topic_arn: pulumi.Input[str]) -> list[Statement]:
    return [
        allow("TellOfDrift", ["sns:Publish"], topic_arn),
        allow("UseTopicKey", ["kms:Decrypt", "kms:GenerateDataKey"], args.messaging_key_arn),
    ]
