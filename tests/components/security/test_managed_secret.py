"""Managed secrets: drawn once, encrypted by our key, never shown (SEC-3)."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from components.security import ManagedSecret, ManagedSecretArgs
from components.security.managed_secret import draw_value
from graph.values import Secret
from tests.components.security.samples import KEY, inputs_of, secrets
from tests.kit import GraphView, record_component

LAMBDA = "arn:aws:lambda:us-east-1:111122223333:function:rotate"


def record_secret(**changes: Any) -> GraphView:
    values: dict[str, Any] = {
        "environment": "test",
        "purpose": "cache-auth",
        "description": "Opens the cache",
        "key_arn": KEY,
        "settings": secrets(),
    }

    def program() -> None:
        made = ManagedSecret("test-cache-auth", args=ManagedSecretArgs(**(values | changes)))
        pulumi.export("value", made.value)

    return record_component(program)


def test_children_are_secret_and_version_when_nothing_rotates() -> None:
    record_secret().assert_children(
        "test-cache-auth",
        {
            ("aws:secretsmanager/secret:Secret", "test-cache-auth-secret"),
            ("aws:secretsmanager/secretVersion:SecretVersion", "test-cache-auth-version"),
        },
    )


@pytest.mark.parametrize("window", [0, 7, 30])
def test_secret_is_encrypted_and_recoverable_as_set_when_made(window: int) -> None:
    made = inputs_of(record_secret(settings=secrets(recovery_window_days=window)), "test-cache-auth-secret")
    assert (made["kmsKeyId"], made["recoveryWindowInDays"]) == (KEY, window)
    assert made["namePrefix"] == "atoll/test/cache-auth-"
    assert "name" not in made


def test_later_draws_are_ignored_when_value_is_drawn() -> None:
    view = record_secret()
    assert view.node("test-cache-auth-version").options.ignore_changes == ("secretString",)
    view.assert_wired("test-cache-auth-version", "secretId", "test-cache-auth-secret.arn")


def test_changes_are_followed_when_value_is_given() -> None:
    view = record_secret(value="given from outside")
    assert view.node("test-cache-auth-version").options.ignore_changes == ()


@pytest.mark.parametrize("value", [None, "given from outside"])
def test_value_is_never_in_clear_when_recorded(value: str | None) -> None:
    view = record_secret(value=value)
    assert isinstance(view.value("test-cache-auth-version", "secretString"), Secret)
    assert isinstance(view.graph.stack_outputs["value"], Secret)


def test_consumers_are_seen_when_they_take_the_value() -> None:
    exported = record_secret().graph.stack_outputs["value"]
    assert isinstance(exported, Secret)
    assert exported.unknown is None or "test-cache-auth-version" in str(exported.unknown)


def test_rotation_is_scheduled_after_the_first_value_when_a_function_is_given() -> None:
    view = record_secret(rotation_lambda_arn=LAMBDA, settings=secrets(rotation_days=45))
    rotation = inputs_of(view, "test-cache-auth-rotation")
    assert rotation["rotationLambdaArn"] == LAMBDA
    assert dict(rotation["rotationRules"]) == {"automaticallyAfterDays": 45}
    view.assert_depends("test-cache-auth-rotation", "test-cache-auth-version")


def test_values_differ_and_suit_elasticache_when_drawn() -> None:
    drawn = {draw_value() for _ in range(50)}
    assert len(drawn) == 50
    assert all(len(value) == 64 and value.isascii() and value.isalnum() for value in drawn)
