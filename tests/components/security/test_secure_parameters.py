"""Secure parameters: encrypted, below the environment's path, secret from the start (SEC-3)."""

from __future__ import annotations

import pytest

from components.security import SecureParameters, SecureParametersArgs
from graph.values import Secret
from tests.components.security.samples import KEY, inputs_of
from tests.kit import GraphView, record_component


def record_parameters(values: dict[str, str]) -> GraphView:
    return record_component(
        lambda: SecureParameters("test", args=SecureParametersArgs(environment="test", key_arn=KEY, values=values))
    )


def test_parameter_is_a_secure_string_below_the_environment_when_made() -> None:
    view = record_parameters({"cache/endpoint": "a", "flag": "b"})
    view.assert_children(
        "test",
        {
            ("aws:ssm/parameter:Parameter", "test-parameter-cache/endpoint"),
            ("aws:ssm/parameter:Parameter", "test-parameter-flag"),
        },
    )
    made = inputs_of(view, "test-parameter-cache/endpoint")
    assert (made["name"], made["type"], made["keyId"]) == ("/atoll/test/cache/endpoint", "SecureString", KEY)


def test_value_is_secret_when_a_plain_one_is_passed() -> None:
    view = record_parameters({"flag": "plain"})
    assert isinstance(view.value("test-parameter-flag", "value"), Secret)


@pytest.mark.parametrize("path", ["/flag", "../prod/flag", "a//b", "a/", "Flag", "a b", "", "a/../b"])
def test_path_is_refused_when_it_could_leave_the_environment(path: str) -> None:
    with pytest.raises(ValueError, match=r"cannot follow /atoll/<environment>/"):
        record_parameters({"good": "x", path: "y"})


def test_refusal_names_every_path_and_no_value_when_several_are_bad() -> None:
    with pytest.raises(ValueError, match="secure parameters") as caught:
        record_parameters({"/one": "hunter2", "Two": "hunter2"})
    assert "'/one', 'Two'" in str(caught.value)
    assert "hunter2" not in str(caught.value)
