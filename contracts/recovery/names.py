"""Names that plans, what they stand on, and their executions have in common; known before anything is deployed."""

from __future__ import annotations

from contracts.recovery.actions import Store


def health_alarm(environment: str, stack: str) -> str:
    """Alarm on the share of requests that a region fails, in that region."""
    return f"atoll-{environment}-failing-{stack}"


def lag_alarm(environment: str, stack: str, store: Store) -> str:
    """Alarm on how far the copy of a store in a region is behind, in that region."""
    return f"atoll-{environment}-lag-{store}-{stack}"


def writes_parameter(environment: str) -> str:
    """SSM parameter, of one name in both regions, that services ask before they write."""
    return f"/atoll/{environment}/recovery/writes"


def machine(environment: str, plan: str) -> str:
    """State machine of a plan, in the region where the plan runs."""
    return f"{environment}-recovery-{plan}"


def document(environment: str, plan: str) -> str:
    """Automation document of a plan, likewise."""
    return f"Atoll-{environment}-recovery-{plan}"


def step_document(environment: str) -> str:
    """Automation document that does one step of any plan, in any region."""
    return f"Atoll-{environment}-recovery-step"


def role(environment: str, what: str, region: str) -> str:
    """Role of an execution."""
    return f"{environment}-recovery-{what}-{region}"
