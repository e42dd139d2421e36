"""What each kind of environment enforces: thresholds, and which controls only advise there, with the reason.

The profile belongs to those who govern, not to the stack that is judged: a stack cannot lower its own bar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, cast

import yaml
from pydantic import ValidationError

from policies.catalogue import controls
from policies.control import ControlSettings

NAMES = ("dev", "staging", "prod")
FIELDS = frozenset({"advisory", "settings"})


class ProfileError(Exception):
    """A profile is wrong; every problem is in the message."""


@dataclass(frozen=True, slots=True)
class Profile:
    """How strict an environment is."""

    name: str
    advisory: Mapping[str, str]
    """Control that is only told about → why it does not block there."""
    settings: Mapping[str, ControlSettings]
    """Control → its thresholds."""


def profile_name(environment: str) -> str:
    """The profile of an environment: on-demand ones follow dev, and what is not known follows prod."""
    if environment in NAMES:
        return environment
    return "dev" if environment.startswith("env-") else "prod"


@cache
def profile(name: str) -> Profile:
    """Load a profile.

    Raises:
        ProfileError: with everything that is wrong in it.
    """
    text = resources.files(__name__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return parse(name, yaml.safe_load(text))


def parse(name: str, values: Any) -> Profile:
    """Validate a profile.

    Raises:
        ProfileError: an unknown field or control, an advice without a reason, settings that the control does not have.
    """
    if not isinstance(values, dict):
        raise ProfileError(f"profiles/{name}.yaml is no mapping; it has the keys {', '.join(sorted(FIELDS))}")
    raw = cast("dict[str, Any]", values)
    problems = [f"{key}: no such part; there are {', '.join(sorted(FIELDS))}" for key in raw.keys() - FIELDS]
    advisory = cast("dict[str, Any]", raw.get("advisory") or {})
    for control, reason in advisory.items():
        if control not in controls():
            problems.append(f"advisory.{control}: no such control; `atoll policy list` shows them")
        if not isinstance(reason, str) or len(reason.split()) < 3:
            problems.append(f"advisory.{control}: say in a sentence why it does not block in {name}")
    settings: dict[str, ControlSettings] = {}
    for control, given in cast("dict[str, Any]", raw.get("settings") or {}).items():
        model = controls()[control].settings if control in controls() else None
        if model is None:
            problems.append(f"settings.{control}: no control of this name has settings")
            continue
        try:
            settings[control] = model.model_validate(given, strict=True)
        except ValidationError as error:
            problems += [
                f"settings.{control}.{'.'.join(map(str, e['loc']))}: {e['msg'].lower()}"
                for e in error.errors(include_url=False)
            ]
    if problems:
        raise ProfileError(f"profiles/{name}.yaml is refused:\n" + "\n".join(f"  {p}" for p in sorted(problems)))
    return Profile(name, advisory, settings)
