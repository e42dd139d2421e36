"""From a commit to production: source, builds, and one stage for each environment (DEL-1, document 004)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import codepipeline, iam, sns

from components.delivery.build_project import BuildProject
from components.delivery.code_repository import CodeRepository
from components.identity.statements import allow
from contracts.settings.delivery import DeliverySettings, SourceKind, StageSettings

TOKEN = "atoll:delivery:DeliveryPipeline"
SOURCE, IMAGES = "Source", "Images"
PARALLEL, AFTERWARDS = 1, 2
"""Run order of actions in a stage: equal numbers run side by side."""
BUILDS = ("validate", "test", "scan")
"""What a commit passes before images are built: contracts and policies, tests, and the search for weaknesses."""


@dataclass(frozen=True, kw_only=True)
class DeliveryPipelineArgs:
    """Wiring of the pipeline."""

    environment: str
    region: str
    account_id: str
    settings: DeliverySettings
    repository: CodeRepository
    builds: Mapping[str, BuildProject]
    """`validate`, `test`, `scan`, `image`, `deploy`, `verify`."""
    artifacts_bucket: pulumi.Input[str]
    storage_key_arn: pulumi.Input[str]
    messaging_key_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    role_name: pulumi.Input[str]
    """CICDPipelineRole of the environment (IAM-1), which gets what the source and the approvals need."""


class DeliveryPipeline(pulumi.ComponentResource):
    """A CodePipeline of type V2: source, build, and for each environment approval, deployment and its tests.

    A newer commit waits for the run before it (QUEUED), so that no environment is deployed by two at once. An approval
    waits seven days, AWS's limit, and then fails the run; who may approve is a matter of
    `codepipeline:PutApprovalResult` on the action. What fails is not rolled back by the pipeline: stacks are
    deployments of a commit, and the earlier commit deployed again is the way back; ECS services roll back by themselves
    (ECS-3). Costs $0.002 for each minute that an action runs, the first 100 of a month free, and the builds.

    Source: DEL-1; AWS CodePipeline User Guide, "Pipeline types", "Manage approval actions in stages".
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    approvals_topic_arn: pulumi.Output[str]

    def __init__(self, name: str, *, args: DeliveryPipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-pipeline`, the topic of its approvals, and its role's rights on them."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topic = sns.Topic(
            f"{name}-approvals",
            name=f"atoll-{args.environment}-approvals",
            display_name=f"Atoll {args.environment}: approvals",
            kms_master_key_id=args.messaging_key_arn,
            opts=child,
        )
        sns.TopicPolicy(
            f"{name}-approvals-policy",
            arn=topic.arn,
            policy=pulumi.Output.json_dumps(topic_policy(topic.arn)),
            opts=child,
        )
        policy = iam.RolePolicy(
            f"{name}-pipeline-policy",
            name="delivery-pipeline",
            role=args.role_name,
            policy=pulumi.Output.json_dumps(_permissions(args, topic.arn)),
            opts=child,
        )
        pipeline = codepipeline.Pipeline(
            f"{name}-pipeline",
            name=f"atoll-{args.environment}-delivery",
            pipeline_type="V2",
            execution_mode="QUEUED",
            role_arn=args.role_arn,
            artifact_stores=[
                codepipeline.PipelineArtifactStoreArgs(
                    type="S3",
                    location=args.artifacts_bucket,
                    encryption_key=codepipeline.PipelineArtifactStoreEncryptionKeyArgs(
                        type="KMS", id=args.storage_key_arn
                    ),
                )
            ],
            stages=[
                _source(args),
                _build(args),
                *(_environment(args, stage, topic.arn) for stage in args.settings.stages),
            ],
            triggers=_triggers(args.settings),
            # It starts with a run of its own, which needs the rights.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[policy]),
        )
        self.name, self.arn, self.approvals_topic_arn = pipeline.name, pipeline.arn, topic.arn
        self.register_outputs({"name": self.name, "arn": self.arn, "approvals_topic_arn": self.approvals_topic_arn})


def _source(args: DeliveryPipelineArgs) -> codepipeline.PipelineStageArgs:
    source = args.settings.source
    if source.kind is SourceKind.GITHUB:
        assert args.repository.connection_arn is not None, "a repository of GitHub has a connection"
        provider = "CodeStarSourceConnection"
        configuration: dict[str, pulumi.Input[str]] = {
            "ConnectionArn": args.repository.connection_arn,
            "FullRepositoryId": source.repository,
            "BranchName": source.branch,
            "DetectChanges": "false",  # the trigger does, by branch
        }
    else:
        provider = "CodeCommit"
        configuration = {
            "RepositoryName": source.repository,
            "BranchName": source.branch,
            "PollForSourceChanges": "false",
        }
    action = codepipeline.PipelineStageActionArgs(
        name="Commit",
        category="Source",
        owner="AWS",
        provider=provider,
        version="1",
        run_order=PARALLEL,
        output_artifacts=[SOURCE],
        namespace=SOURCE,
        configuration=configuration,
    )
    return codepipeline.PipelineStageArgs(name="Source", actions=[action])


def _build(args: DeliveryPipelineArgs) -> codepipeline.PipelineStageArgs:
    commit = {"COMMIT": f"#{{{SOURCE}.CommitId}}"}
    stacks = {"STACKS": " ".join(stack for stage in args.settings.stages for stack in stage.stacks)}
    return codepipeline.PipelineStageArgs(
        name="Build",
        actions=[
            *(_run(args, build.capitalize(), build, PARALLEL, {**commit, **stacks}) for build in BUILDS),
            _run(args, "Images", "image", AFTERWARDS, commit, makes=IMAGES),
        ],
    )


def _environment(
    args: DeliveryPipelineArgs, stage: StageSettings, topic_arn: pulumi.Input[str]
) -> codepipeline.PipelineStageArgs:
    """Approval where asked, then the deployment, then its tests side by side."""
    place: dict[str, str] = {
        "STACKS": " ".join(stage.stacks),
        "ROLE_ARN": f"arn:aws:iam::{stage.account}:role/{stage.role}",
        "COMMIT": f"#{{{SOURCE}.CommitId}}",
    }
    actions: list[codepipeline.PipelineStageActionArgs] = []
    if stage.approval:
        actions.append(
            codepipeline.PipelineStageActionArgs(
                name="Approve",
                category="Approval",
                owner="AWS",
                provider="Manual",
                version="1",
                run_order=1,
                configuration={
                    "NotificationArn": topic_arn,
                    "CustomData": f"Deploy commit #{{{SOURCE}.CommitId}} to {', '.join(stage.stacks)}?",
                },
            )
        )
    actions.append(_run(args, "Deploy", "deploy", len(actions) + 1, place))
    after = len(actions) + 1
    actions += [
        _run(args, f"Test-{test.value}", "verify", after, {**place, "TEST": test.value}) for test in stage.tests
    ]
    return codepipeline.PipelineStageArgs(name=f"Deploy-{stage.name}", actions=actions)


def _run(
    args: DeliveryPipelineArgs,
    name: str,
    build: str,
    order: int,
    variables: Mapping[str, str],
    *,
    makes: str | None = None,
) -> codepipeline.PipelineStageActionArgs:
    told = [{"name": key, "type": "PLAINTEXT", "value": value} for key, value in sorted(variables.items())]
    return codepipeline.PipelineStageActionArgs(
        name=name,
        category="Build",
        owner="AWS",
        provider="CodeBuild",
        version="1",
        run_order=order,
        input_artifacts=[SOURCE],
        output_artifacts=[makes] if makes else None,
        configuration={"ProjectName": args.builds[build].name, "EnvironmentVariables": json.dumps(told)},
    )


def _triggers(settings: DeliverySettings) -> list[codepipeline.PipelineTriggerArgs] | None:
    """Pushes to the branch. CodeCommit tells EventBridge, whose rule AWS makes with the pipeline's source."""
    if settings.source.kind is not SourceKind.GITHUB:
        return None
    push = codepipeline.PipelineTriggerGitConfigurationPushArgs(
        branches=codepipeline.PipelineTriggerGitConfigurationPushBranchesArgs(includes=[settings.source.branch])
    )
    return [
        codepipeline.PipelineTriggerArgs(
            provider_type="CodeStarSourceConnection",
            git_configuration=codepipeline.PipelineTriggerGitConfigurationArgs(
                source_action_name="Commit", pushes=[push]
            ),
        )
    ]


def _permissions(args: DeliveryPipelineArgs, topic_arn: pulumi.Input[str]) -> dict[str, object]:
    return {"Version": "2012-10-17", "Statement": [*_read_source(args.repository), *_ask(args, topic_arn)]}


def _read_source(repository: CodeRepository) -> Iterator[dict[str, object]]:
    if repository.connection_arn is not None:
        yield allow("ReadGitHub", ["codestar-connections:UseConnection"], repository.connection_arn)
    if repository.repository_arn is not None:
        actions = [
            "codecommit:GetBranch",
            "codecommit:GetCommit",
            "codecommit:GetUploadArchiveStatus",
            "codecommit:UploadArchive",
        ]
        yield allow("ReadCodeCommit", actions, repository.repository_arn)


def _ask(args: DeliveryPipelineArgs, topic_arn: pulumi.Input[str]) -> Iterator[dict[str, object]]:
    if any(stage.approval for stage in args.settings.stages):
        yield allow("AskForApproval", ["sns:Publish"], topic_arn)
        yield allow("EncryptQuestions", ["kms:Decrypt", "kms:GenerateDataKey"], args.messaging_key_arn)


def topic_policy(topic_arn: pulumi.Input[str]) -> dict[str, object]:
    """Rights to publish come from the pipeline's role; here is only what nobody may."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DenyInsecureTransport",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sns:Publish",
                "Resource": topic_arn,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            }
        ],
    }
