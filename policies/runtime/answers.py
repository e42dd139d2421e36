"""What AWS Config can say about each control: data/config-rules.yaml, validated and looked up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from policies.catalogue import controls, rows
from policies.control import AnyControl

OWN_CONTROL = "Atoll's own question about the program; nothing in the account can be compared with it"
"""Why a control without a row in the catalogue is not asked at run time."""
RULE_NAME = re.compile(r"[a-z][a-z0-9-]{0,63}")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fix(_Model):
    """An automation document of AWS that corrects what a rule finds."""

    document: str = Field(pattern=r"AWS(ConfigRemediation)?-[A-Za-z0-9-]+")
    """Name of the document in Systems Manager."""
    type: str = Field(pattern=r"AWS::[A-Za-z0-9]*::[A-Za-z0-9]+")
    """CloudFormation type of what is corrected; `AWS::::Account` for the account."""
    resource: str | None = None
    """Parameter that takes the id of the resource that was found; None where the document needs none."""
    values: Mapping[str, str] = Field(default_factory=dict[str, str])
    """Its other parameters."""


class _Managed(_Model):
    rule: str = Field(pattern=r"[A-Z][A-Z0-9_]+")
    name: str | None = Field(default=None, pattern=RULE_NAME.pattern)
    parameters: Mapping[str, str] = Field(default_factory=dict[str, str])
    fix: Fix | None = None


class _Guard(_Model):
    name: str = Field(pattern=RULE_NAME.pattern)
    type: str
    policy: str


class _Entry(_Model):
    managed: tuple[_Managed, ...] = ()
    guard: _Guard | None = None
    none: str | None = None
    partly: str | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if sum((bool(self.managed), self.guard is not None, self.none is not None)) != 1:
            raise ValueError("say one of managed, guard and none")
        if self.none is not None and self.partly is not None:
            raise ValueError("`partly` belongs to a rule")
        return self


class Rule(_Model):
    """One rule of AWS Config."""

    name: str
    """Its name; kebab-case."""
    identifier: str | None = None
    """Of the managed rule; None for a custom policy rule."""
    parameters: Mapping[str, str] = Field(default_factory=dict[str, str])
    guard: str | None = None
    """Text of a custom policy rule in CfnGuard; None for a managed one."""
    type: str | None = None
    """CloudFormation type that a custom policy rule is asked of."""
    fix: Fix | None = None


class Answer(_Model):
    """What AWS Config says about one control."""

    rules: tuple[Rule, ...] = ()
    """Empty where it says nothing."""
    gaps: tuple[str, ...] = ()
    """What it leaves open, or, without rules, why there are none."""


@cache
def answers() -> Mapping[str, Answer]:
    """Catalogue row, or id of a control that shares its row with others → what AWS Config says about it.

    Raises:
        LookupError: naming the rows of the catalogue that the file forgets, and what it invents, or two rules
            of one name.
        pydantic.ValidationError: an entry is wrong.
    """
    text = resources.files("policies").joinpath("data/config-rules.yaml").read_text(encoding="utf-8")
    return parse(yaml.safe_load(text))


def parse(raw: Any) -> Mapping[str, Answer]:
    """Validate the file; see `answers`."""
    entries: Mapping[str, Any] = raw
    forgotten = sorted(rows().keys() - entries.keys())
    invented = sorted(entries.keys() - rows().keys() - controls().keys())
    if forgotten or invented:
        raise LookupError(f"config-rules.yaml forgets rows {forgotten}, and {invented} are neither rows nor controls")
    found = {row: _answer(_Entry.model_validate(entry)) for row, entry in entries.items()}
    by_name: dict[str, Rule] = {}
    for row, answer in found.items():
        for rule in answer.rules:
            if by_name.setdefault(rule.name, rule) != rule:
                raise LookupError(f"config-rules.yaml {row}: there is another rule {rule.name}; give this one a name")
    return found


def _answer(entry: _Entry) -> Answer:
    gaps = tuple(filter(None, (entry.none, entry.partly)))
    if entry.guard is not None:
        guard = entry.guard
        return Answer(rules=(Rule(name=guard.name, guard=guard.policy, type=guard.type),), gaps=gaps)
    rules = tuple(
        Rule(
            name=managed.name or managed.rule.lower().replace("_", "-"),
            identifier=managed.rule,
            parameters=managed.parameters,
            fix=managed.fix,
        )
        for managed in entry.managed
    )
    return Answer(rules=rules, gaps=gaps)


def answer_of(control: AnyControl) -> Answer:
    """What AWS Config says about a control: its own entry, else those of all its rows."""
    if control.id in answers():
        return answers()[control.id]
    if not control.catalogue:
        return Answer(gaps=(OWN_CONTROL,))
    found = [answers()[row] for row in control.catalogue]
    return Answer(
        rules=tuple({rule.name: rule for answer in found for rule in answer.rules}.values()),
        gaps=tuple(dict.fromkeys(gap for answer in found for gap in answer.gaps)),
    )
