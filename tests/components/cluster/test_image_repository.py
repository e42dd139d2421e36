from __future__ import annotations

import json

import pytest

from components.cluster import ImageRepository, ImageRepositoryArgs
from contracts.settings.security import ProtectionSettings
from tests.kit import GraphView, record_component


def record(*, protected: bool) -> GraphView:
    protection = ProtectionSettings(
        protect=protected, deletion_protection=protected, final_snapshot=protected, force_destroy=not protected
    )
    args = ImageRepositoryArgs(repository="test/user", images_kept=7, protection=protection, key_arn="arn:key")
    return record_component(lambda: ImageRepository("test-user", args=args))


def test_repository_and_its_policy_are_made_when_recorded() -> None:
    view = record(protected=True)

    view.assert_children(
        "test-user",
        [
            ("aws:ecr/repository:Repository", "test-user-repository"),
            ("aws:ecr/lifecyclePolicy:LifecyclePolicy", "test-user-lifecycle"),
        ],
    )
    view.assert_wired("test-user-lifecycle", "repository", "test-user-repository.name")


@pytest.mark.parametrize("protected", [True, False])
def test_images_are_immutable_scanned_and_encrypted_when_protection_varies(protected: bool) -> None:
    view = record(protected=protected)

    assert view.node("test-user-repository").inputs == {
        "name": "test/user",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "arn:key"}],
        "forceDelete": not protected,
    }
    assert view.node("test-user-repository").protect is protected


def test_newest_images_are_kept_when_the_count_is_set() -> None:
    policy = record(protected=True).value("test-user-lifecycle", "policy")

    assert isinstance(policy, str)
    untagged, oldest = (rule["selection"] for rule in json.loads(policy)["rules"])
    assert untagged == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 1,
    }
    assert oldest == {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 7}
