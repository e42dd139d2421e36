"""Secure parameters of an environment in SSM Parameter Store."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws.ssm.parameter import Parameter

TOKEN = "atoll:security:SecureParameters"
PATH = re.compile(r"[a-z0-9][a-z0-9_.-]*(/[a-z0-9][a-z0-9_.-]*){0,12}")
"""A path below `/atoll/<environment>/`: lower case, AWS's 15 levels less our two and the leading one."""


@dataclass(frozen=True, kw_only=True)
class SecureParametersArgs:
    """Wiring of the secure parameters of one environment."""

    environment: str
    key_arn: pulumi.Input[str]
    """KMS key that encrypts them: the `secrets` key."""
    values: Mapping[str, pulumi.Input[str]]
    """Path below `/atoll/<environment>/` → value, at most 4 KB each."""


def check_paths(paths: Mapping[str, object]) -> None:
    """Refuse paths that SSM would refuse or that would leave the environment's tree.

    Raises:
        ValueError: naming every bad path.
    """
    bad = sorted(path for path in paths if not PATH.fullmatch(path))
    if bad:
        raise ValueError(
            f"secure parameters: {', '.join(map(repr, bad))} cannot follow /atoll/<environment>/; "
            "use lower-case words of letters, digits, `_`, `.`, `-`, separated by single slashes, without a leading one"
        )


class SecureParameters(pulumi.ComponentResource):
    """SecureString parameters `/atoll/<environment>/<path>`, encrypted by a customer-managed key.

    Values are Pulumi secrets from the moment they enter, whatever the caller passes. Standard tier: no rotation and no
    resource policy; what must rotate belongs in a `ManagedSecret`.
    Costs: nothing; KMS requests USD 0.03 per 10,000.
    Errors: ValueError naming every path that is not allowed.
    Source: SEC-3; document 004, "Encryption Strategy";
    https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
    """

    arns: dict[str, pulumi.Output[str]]
    """Path → ARN, as a task definition's `valueFrom` takes it."""
    names: dict[str, str]
    """Path → full name."""

    def __init__(self, name: str, *, args: SecureParametersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        """Make `{name}-parameter-<path>` for each path."""
        check_paths(args.values)
        super().__init__(TOKEN, name, None, opts)
        self.names = {path: f"/atoll/{args.environment}/{path}" for path in args.values}
        self.arns = {
            path: Parameter(
                f"{name}-parameter-{path}",
                name=self.names[path],
                type="SecureString",
                key_id=args.key_arn,
                value=pulumi.Output.secret(value),
                opts=pulumi.ResourceOptions(parent=self),
            ).arn
            for path, value in args.values.items()
        }
        self.register_outputs({"arns": self.arns, "names": self.names})
