"""Where the code of the platform comes from."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
from pulumi_aws import codecommit, codestarconnections

from contracts.settings.delivery import SourceKind, SourceSettings

TOKEN = "atoll:delivery:CodeRepository"


@dataclass(frozen=True, kw_only=True)
class CodeRepositoryArgs:
    """Wiring of a source of code."""

    environment: str
    settings: SourceSettings
    key_arn: pulumi.Input[str]
    """Key that encrypts a repository in CodeCommit."""


class CodeRepository(pulumi.ComponentResource):
    """A connection to GitHub, or a repository in CodeCommit.

    A connection is pending until somebody with rights on the GitHub organization confirms it in the console
    (Developer Tools, Connections); until then the source stage of a pipeline fails and says so. Branch protection is a
    matter of GitHub's own settings. Costs nothing for a connection, $1 a month for each active user of CodeCommit above
    five.

    Source: DEL-1; Developer Tools console User Guide, "Update a pending connection".
    """

    connection_arn: pulumi.Output[str] | None
    """Connection to GitHub; None for CodeCommit."""
    repository_arn: pulumi.Output[str] | None
    """Repository in CodeCommit; None for GitHub."""

    def __init__(self, name: str, *, args: CodeRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-github` or `{name}-repository`."""
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.connection_arn, self.repository_arn = None, None
        if args.settings.kind is SourceKind.GITHUB:
            connection = codestarconnections.Connection(
                f"{name}-github", name=f"atoll-{args.environment}", provider_type="GitHub", opts=child
            )
            self.connection_arn = connection.arn
        else:
            repository = codecommit.Repository(
                f"{name}-repository",
                repository_name=args.settings.repository,
                description=f"Platform of {args.environment}",
                default_branch=args.settings.branch,
                kms_key_id=args.key_arn,
                opts=child,
            )
            self.repository_arn = repository.arn
        self.register_outputs({"connection_arn": self.connection_arn, "repository_arn": self.repository_arn})
