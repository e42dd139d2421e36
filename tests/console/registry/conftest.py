"""A registry in moto's memory for every test of this folder that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.console.registry.samples import HOME_ACCOUNT, REGION


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty Parameter Store; nothing leaves the process."""
    from moto import mock_aws

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("MOTO_ACCOUNT_ID", HOME_ACCOUNT)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        from boto3 import client

        key = client("kms", region_name=REGION).create_key()["KeyMetadata"]["KeyId"]
        client("kms", region_name=REGION).create_alias(AliasName="alias/atoll-registry", TargetKeyId=key)
        yield
