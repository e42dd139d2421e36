"""The image repository of one service."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecr

from contracts.settings.security import ProtectionSettings

TOKEN = "atoll:cluster:ImageRepository"


@dataclass(frozen=True, kw_only=True)
class ImageRepositoryArgs:
    """Wiring of an image repository."""

    repository: str
    """Physical name, known to the delivery pipeline: `<environment>/<service>`."""
    images_kept: int
    """How many of the newest images are kept."""
    protection: ProtectionSettings
    key_arn: pulumi.Input[str]
    """KMS key that encrypts the layers. The encryption of a repository cannot be changed later: changing this replaces
    it."""


class ImageRepository(pulumi.ComponentResource):
    """An ECR repository with immutable tags, scan on push, KMS encryption and a lifecycle policy (ECS-1).

    Makes: the repository, its lifecycle policy. Costs $0.10 per GB and month of layers, and KMS requests.
    Does not: build or push images, allow other accounts to pull, or set the registry's scanning type (one per account).
    Errors: a tag that exists cannot be pushed again (`ImageTagAlreadyExistsException`): push a new one.
    Source: ECS-1; https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """

    name: pulumi.Output[str]
    arn: pulumi.Output[str]
    url: pulumi.Output[str]
    """Registry host and repository name, without a tag."""

    def __init__(self, name: str, *, args: ImageRepositoryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(TOKEN, name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        repository = ecr.Repository(
            f"{name}-repository",
            name=args.repository,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[
                ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=args.key_arn)
            ],
            force_delete=args.protection.force_destroy,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protection.protect),
        )
        ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=json.dumps(lifecycle_policy(args.images_kept)),
            opts=child,
        )
        self.name = repository.name
        self.arn = repository.arn
        self.url = repository.repository_url
        self.register_outputs({"name": self.name, "arn": self.arn, "url": self.url})


def lifecycle_policy(images_kept: int) -> dict[str, object]:
    """Return the ECR lifecycle policy: untagged images go after a day, of the others the newest `images_kept` stay."""
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": "Drop untagged images after one day",
                "selection": {
                    "tagStatus": "untagged",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
                "action": {"type": "expire"},
            },
            {
                "rulePriority": 2,
                "description": f"Keep the newest {images_kept} images",
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": images_kept},
                "action": {"type": "expire"},
            },
        ]
    }
