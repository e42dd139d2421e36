"""What is taken for a secret, and what is not."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.plain_secrets import looks_secret, names_a_secret
from tests.kit.settings import stack_values


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "db_password",
        "dbPassword",
        "auth-token",
        "client_secret",
        "private_key",
        "apiKey",
        "secretKey",
        "key_material",
        "secrets",
        "authTokens",
    ],
)
def test_name_is_of_a_secret(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize(
    "name", ["partition_key", "sort_key_type", "keys", "rotation_days", "tokenizer", "owner", "stickiness", "access"]
)
def test_name_is_of_no_secret(name: str) -> None:
    assert not names_a_secret(name)


@pytest.mark.parametrize(
    "value",
    [
        "AKIA" + "I" * 16,
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "-----BEGIN PRIVATE KEY-----\nx",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.x",
        "ghp_" + "a1B2" * 9,
        "postgresql://dbadmin:hunter2@db:5432/platform_db",
        "Zx81mK20pQ7vRt5sYb3nLw9c",
    ],
)
def test_value_has_the_shape_of_a_secret(value: str) -> None:
    assert looks_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
        "arn:aws:iam::222222222222:role/AtollDeploy",
        "222222222222.dkr.ecr.us-east-1.amazonaws.com/user@sha256:" + hashlib.sha256(b"").hexdigest(),
        "cron(0 20 ? * MON-FRI *)",
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html",
    ],
)
def test_value_is_plain_when_it_is_only_long(value: str) -> None:
    assert not looks_secret(value)


@given(st.binary(min_size=48, max_size=48))
def test_random_bytes_are_never_missed_when_they_are_random_enough(data: bytes) -> None:
    token = base64.b32encode(hashlib.sha512(data).digest()).decode().strip("=")
    mixed = "".join(c.lower() if index % 2 else c for index, c in enumerate(token))
    assert looks_secret(mixed)


@pytest.mark.parametrize("file", ["Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"])
def test_no_setting_of_the_project_is_taken_for_a_secret(file: str) -> None:
    def texts(value: object) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [value] if isinstance(value, str) else []

    assert [text for text in texts(stack_values(file)) if looks_secret(text)] == []
