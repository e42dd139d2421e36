"""What must turn the controls of CodeBuild, ECR and Step Functions red."""

from __future__ import annotations

from tests.policies.kit import DELETE, Mutation

CLEAN = "codebuild-without-plain-credentials"
VALUE = "environment.environmentVariables[0].value"
NAME = "environment.environmentVariables[0].name"

MUTATIONS = (
    *(
        Mutation(
            control=CLEAN,
            resource="build",
            change={NAME: name},
            says=f"environment.environmentVariables[0] sets {name} in clear",
        )
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "databasePassword")
    ),
    Mutation(
        control=CLEAN,
        resource="build",
        change={VALUE: "AKIA" + "ABCDEFGHIJKLMNOP"},
        says="environment.environmentVariables[0] looks like a secret",
    ),
    Mutation(
        control=CLEAN,
        resource="build",
        change={"environment.environmentVariables[1].type": DELETE},
        says="environment.environmentVariables[1] sets TOKEN in clear",
    ),
    Mutation(
        control=CLEAN,
        resource="build",
        unknown=("environment",),
        also=("codebuild-not-privileged",),
    ),
    Mutation(
        control="codebuild-not-privileged",
        resource="build",
        change={"environment.privilegedMode": True},
        says="environment.privilegedMode is true, it must be false",
    ),
    Mutation(control="codebuild-not-privileged", resource="build", unknown=("environment.privilegedMode",)),
    Mutation(
        control="codebuild-logged",
        resource="build",
        change={"logsConfig": {"cloudwatchLogs": {"status": "DISABLED"}}},
        says=(
            'logsConfig.cloudwatchLogs.status is "DISABLED", it must be "ENABLED"; '
            'logsConfig.s3Logs.status is "DISABLED", it must be "ENABLED"'
        ),
    ),
    Mutation(control="codebuild-logged", resource="build", unknown=("logsConfig",)),
    Mutation(
        control="ecr-images-scanned",
        resource="repository",
        change={"imageScanningConfiguration": DELETE},
        says="imageScanningConfiguration.scanOnPush is false, it must be true",
    ),
    Mutation(control="ecr-images-scanned", resource="repository", unknown=("imageScanningConfiguration",)),
    Mutation(
        control="ecr-tags-immutable",
        resource="repository",
        change={"imageTagMutability": DELETE},
        says='imageTagMutability is "MUTABLE", it must be "IMMUTABLE"',
    ),
    Mutation(
        control="ecr-tags-immutable",
        resource="repository",
        change={"imageTagMutability": "IMMUTABLE_WITH_EXCLUSION"},
        says='imageTagMutability is "IMMUTABLE_WITH_EXCLUSION", it must be "IMMUTABLE"',
    ),
    Mutation(control="ecr-tags-immutable", resource="repository", unknown=("imageTagMutability",)),
    Mutation(
        control="ecr-images-expire",
        resource="repository",
        remove=("repository-lifecycle",),
        says="it has no lifecycle policy",
    ),
    Mutation(
        control="ecr-images-expire",
        resource="repository",
        of="repository-lifecycle",
        change={"policy": ""},
        says="policy is not set",
    ),
    Mutation(control="ecr-images-expire", resource="repository", of="repository-lifecycle", unknown=("repository",)),
    Mutation(
        control="sfn-state-machine-logged",
        resource="machine",
        change={"loggingConfiguration": DELETE},
        says=(
            'loggingConfiguration.level is "OFF", it must be one of "ERROR", "ALL"; '
            "loggingConfiguration.logDestination is not set"
        ),
    ),
    Mutation(control="sfn-state-machine-logged", resource="machine", unknown=("loggingConfiguration",)),
)
