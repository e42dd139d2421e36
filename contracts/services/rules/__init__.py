"""What the parts of a contract must be to one another, by subject."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from contracts.services.rules import flow, messages, parameters, references
from contracts.services.rules.engine import Rule, Sections
from contracts.settings.rules.engine import Finding

RULES: tuple[Rule, ...] = (
    references.whole,
    references.existing,
    references.operations,
    references.clients,
    messages.queues,
    messages.topics,
    messages.triggers,
    messages.rules,
    messages.events,
    messages.dependencies_used,
    flow.workflows,
    parameters.http,
    parameters.documents,
    parameters.stores,
    parameters.sizes,
    parameters.users,
    parameters.names,
    parameters.lists,
)
"""Every rule."""


def findings(sections: Mapping[str, Any], today: date) -> list[Finding]:
    """Run every rule over the sections that are valid by themselves."""
    view = Sections(sections, today)
    return [finding for rule in RULES for finding in rule(view)]
