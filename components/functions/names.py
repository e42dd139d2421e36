"""Names and ARNs of functions and their roles, known before anything is deployed."""

from __future__ import annotations

from components.identity.roles import Scope
from contracts.services.naming import ROLE_SUFFIX, RunnerKind, role_name

LIVE = "live"
"""Alias of the published version, which functions with provisioned concurrency have."""
LONGEST = 64
"""Characters of the name of a function, a schedule or a rule.

https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
"""


def function_arn(scope: Scope, name: str, qualifier: str | None = None) -> str:
    """ARN of the function of this physical name, or of its alias."""
    return scope.arn("lambda", f"function:{name}" + (f":{qualifier}" if qualifier else ""))


def function_role_name(scope: Scope, name: str) -> str:
    """Name of the role of the function of this physical name."""
    return role_name(name, ROLE_SUFFIX[RunnerKind.FUNCTION], scope.region)


def check_length(what: str, name: str, *names: str) -> None:
    """Refuse a component whose physical names AWS would not take.

    Raises:
        ValueError: saying which name is too long.
    """
    for each in (name, *names):
        if len(each) > LONGEST:
            raise ValueError(
                f"{what} {name}: the name {each} has {len(each)} characters, {LONGEST} fit; shorten its name in the "
                "contract, or the environment's"
            )
