"""Keep all the settings of a Lambda function."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

REASON = (
    "moto forgets where a function's dead letters and logs go, and ignores changes of these, of its traces and of its "
    "key, so every preview would set them again."
)
SHOWN = ("DeadLetterConfig", "LoggingConfig")
"""Never kept."""
CHANGED = {"TracingConfig": "tracing_config", "KMSKeyArn": "kms_key_arn"}
"""Kept when the function is made, ignored when it is changed: member → attribute."""
_ATTRIBUTE = "atoll_settings"


def apply() -> None:
    """Keep the settings with the function, and report them."""
    make, change = LambdaFunction.__init__, LambdaFunction.update_configuration
    report = LambdaFunction.get_configuration

    def with_settings(self: LambdaFunction, account_id: str, spec: dict[str, Any], *args: Any, **kwargs: Any) -> None:
        make(self, account_id, spec, *args, **kwargs)
        setattr(self, _ATTRIBUTE, _told(spec))

    def with_changes(self: LambdaFunction, config_updates: dict[str, Any]) -> dict[str, Any]:
        setattr(self, _ATTRIBUTE, getattr(self, _ATTRIBUTE, {}) | _told(config_updates))
        for member, attribute in CHANGED.items():
            if member in config_updates:
                setattr(self, attribute, config_updates[member])
        return change(self, config_updates)

    def with_report(self: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
        return report(self, on_create) | getattr(self, _ATTRIBUTE, {})

    LambdaFunction.__init__ = with_settings  # type: ignore[method-assign]
    LambdaFunction.update_configuration = with_changes  # type: ignore[method-assign]
    LambdaFunction.get_configuration = with_report  # type: ignore[method-assign]


def _told(spec: dict[str, Any]) -> dict[str, Any]:
    return {member: spec[member] for member in SHOWN if spec.get(member)}
