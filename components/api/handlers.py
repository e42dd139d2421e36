"""What answers a route, and how a component finds it among what the stack made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import pulumi

from contracts.services.interfaces import Handler


@dataclass(frozen=True, kw_only=True)
class FunctionTarget:
    """A Lambda function that answers."""

    arn: pulumi.Input[str]
    """What is called: the function's ARN, with `:<alias>` where an alias is called."""
    name: pulumi.Input[str]
    """Name of the function; when it is an output, the permission waits for the function."""
    alias: pulumi.Input[str] | None = None
    """Alias that is called, the end of `arn`; None for the function's latest version."""


@dataclass(frozen=True, kw_only=True)
class ContainerTarget:
    """A container behind the internal load balancer, reached through a VPC link."""

    listener_arn: pulumi.Input[str]
    """Listener of the internal application load balancer."""
    vpc_link_id: pulumi.Input[str]
    """VPC link (version 2) into its subnets."""
    strip_prefix: bool = True
    """Hand on only what `{proxy+}` stands for (document 002's `http://internal-alb…/{proxy}`); the whole path if
    false. Routes without `{proxy+}` always keep their path."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Headers that are set on the way, such as the host by which the load balancer finds the container."""
    server_name: str | None = None
    """Name in the listener's certificate; None for a listener without TLS."""


@dataclass(frozen=True, kw_only=True)
class UrlTarget:
    """A container at an address: behind a `RestVpcLink`, or an App Runner service with its own address."""

    base_url: pulumi.Input[str]
    """Such as `https://x.us-east-1.awsapprunner.com`, without a slash at its end."""
    vpc_link_id: pulumi.Input[str] | None = None
    """VPC link of REST APIs (version 1); None for an address on the internet. HTTP APIs take no such link."""
    strip_prefix: bool = True
    """As in `ContainerTarget`."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    """Headers that are set on the way."""


@dataclass(frozen=True, kw_only=True)
class Targets:
    """Everything that can answer, by the names of the contract."""

    functions: Mapping[str, FunctionTarget] = field(default_factory=dict[str, FunctionTarget])
    containers: Mapping[str, ContainerTarget | UrlTarget] = field(
        default_factory=dict[str, "ContainerTarget | UrlTarget"]
    )

    def check(self, routes: Iterable[tuple[str, Handler]], *, where: str) -> None:
        """Refuse handlers that are not among the targets.

        Raises:
            ValueError: naming every route without a target, and what there is.
        """
        problems = [
            f"  {route}: no {kind} {wanted}; there are {', '.join(sorted(known)) or 'none'}"
            for route, handler in routes
            for kind, wanted, known in (
                ("function", handler.function, self.functions),
                ("container", handler.container, self.containers),
            )
            if wanted is not None and wanted not in known
        ]
        if problems:
            raise ValueError(f"{where}: what answers was not handed to the component\n" + "\n".join(problems))


def function_uri(region: str, target: FunctionTarget) -> pulumi.Output[str]:
    """The address by which API Gateway calls a function."""
    return pulumi.Output.concat(
        f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/", target.arn, "/invocations"
    )
