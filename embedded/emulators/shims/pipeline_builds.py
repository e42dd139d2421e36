"""Let a pipeline be the source and the destination of a build."""

# pyright: basic, reportAttributeAccessIssue=false, reportReturnType=false

from __future__ import annotations

from typing import Any

from moto.codebuild import responses

REASON = (
    "moto asks every project for the place of its source and its artifacts, also where a pipeline hands them over, and "
    "there is no such place; and it names AWS's own key whatever key a project was given."
)
_HANDED_OVER = "CODEPIPELINE"


def apply() -> None:
    """Ask for a place only where there is one, and keep the key."""
    create = responses.CodeBuildResponse.create_project

    def with_key(self: responses.CodeBuildResponse) -> Any:
        answer = create(self)
        if key := self._get_param("encryptionKey"):
            project = self.codebuild_backend.codebuild_projects[self._get_param("name")]
            project.project_metadata["encryptionKey"] = key
        return answer

    responses.CodeBuildResponse.create_project = with_key
    of_source = responses._validate_required_params_source
    of_artifacts = responses._validate_required_params_artifacts

    def source(told: dict[str, Any]) -> None:
        if told["type"] != _HANDED_OVER:
            of_source(told)

    def artifacts(told: dict[str, Any]) -> None:
        if told["type"] != _HANDED_OVER:
            of_artifacts(told)

    responses._validate_required_params_source = source
    responses._validate_required_params_artifacts = artifacts
