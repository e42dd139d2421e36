"""What the types say about a place: its description, its keys, whether it is a secret."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from contracts.settings import StackSettings, translate
from contracts.settings.base import Settings


class Login(Settings):
    """A model with a secret, which no stack has."""

    user: str
    """Who."""
    pin: SecretStr | None
    """How."""


class Door(Settings):
    """A model that holds one with a secret."""

    logins: dict[str, Login]
    """Who may pass."""
    width: int
    """Centimetres."""


@pytest.mark.parametrize(
    ("place", "secret"),
    [
        ((), True),
        (("logins",), True),
        (("logins", "x", "pin"), True),
        (("logins", "x", "user"), False),
        (("width",), False),
        (("gone", 1), False),
    ],
)
def test_place_is_secret_when_it_holds_a_secret(place: tuple[str | int, ...], secret: bool) -> None:
    assert translate.is_secret(Door, place) == secret


def test_no_place_in_a_stack_is_secret() -> None:
    assert not translate.is_secret(StackSettings, ())


@pytest.mark.parametrize(
    ("place", "words"),
    [
        (("ecs", "services", "x", "cpu"), "CPU units of the task (1024 = 1 vCPU), a Fargate size"),
        (
            ("traffic", "weight_percent"),
            "Address block of a region stack (`prod`, `prod-west`) → its share in percent; together 100",
        ),
        (("ecs", "gone"), None),
        (("gone", "gone", 3), None),
    ],
)
def test_description_is_the_first_paragraph_of_the_docstring(place: tuple[str | int, ...], words: str | None) -> None:
    assert translate.description(StackSettings, place) == words


def test_keys_are_those_of_the_model_when_a_mapping_or_null_is_in_between() -> None:
    assert translate.keys_at(StackSettings, ("ecs", "services", "x"))[:2] == ["image", "cpu"]
    assert translate.keys_at(StackSettings, ("cost", "off_hours")) == ["timezone", "stop", "start"]
    assert translate.keys_at(StackSettings, ("region",)) == []
