"""Which emulator answers which service: one table, read from the top, first match wins.

moto is the default because it knows the most control planes, and what fails over between regions does so there (see
``embedded.emulators.replication``). MiniStack *executes* (functions, state machines, rules). Services that call one
another must live on the same side, or an EventBridge rule on one emulator would look for its queue on the other; so
rows are grouped into profiles, and a profile moves a whole group at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum, unique

from embedded.gateway.scope import EXECUTE_API


@unique
class Emulator(StrEnum):
    """The programs behind the gateway."""

    MOTO = "moto"
    MINISTACK = "ministack"


@unique
class Profile(StrEnum):
    """Groups of routes that are switched on together when the cloud is started (`Cloud.start(..., profiles=...)`)."""

    BREADTH = "breadth"  # always on
    EXECUTION = "execution"  # functions, workflows, events and queues really run


@dataclass(frozen=True, kw_only=True)
class Route:
    """One row: calls of `service` (a botocore name, ``*`` for all), only `actions` when given, go to `emulator`."""

    service: str
    emulator: Emulator
    profile: Profile
    why: str
    actions: frozenset[str] | None = None

    def matches(self, service: str, action: str | None) -> bool:
        """Whether this row speaks for the call."""
        return self.service in ("*", service) and (self.actions is None or action in self.actions)


def _group(profile: Profile, why: str, *services: str) -> tuple[Route, ...]:
    return tuple(Route(service=service, emulator=Emulator.MINISTACK, profile=profile, why=why) for service in services)


ROUTES: tuple[Route, ...] = (
    Route(
        service="apigatewayv2",
        actions=frozenset({"CreateVpcLink", "DeleteVpcLink", "GetVpcLink", "GetVpcLinks", "UpdateVpcLink"}),
        emulator=Emulator.MOTO,
        profile=Profile.EXECUTION,
        why="MiniStack knows no VPC links; what is behind them is found without (embedded.containers)",
    ),
    Route(
        service="s3control",
        actions=frozenset({"DeletePublicAccessBlock", "GetPublicAccessBlock", "PutPublicAccessBlock"}),
        emulator=Emulator.MOTO,
        profile=Profile.EXECUTION,
        why="MiniStack has a block for each bucket and none for the account",
    ),
    *_group(
        Profile.EXECUTION,
        "they invoke one another: handlers, state machines, rules and redrives really run",
        "lambda", "stepfunctions", "events", "scheduler", "pipes", "sqs", "sns",
        "apigatewayv2", "apigatewaymanagementapi", EXECUTE_API, "cognito-idp",
        "dynamodb", "dynamodbstreams", "kinesis", "s3", "s3control", "logs",
    ),
    Route(service="*", emulator=Emulator.MOTO, profile=Profile.BREADTH, why="the widest control plane"),
)  # fmt: skip


def route(service: str, action: str | None, profiles: Iterable[Profile] = ()) -> Emulator:
    """The emulator for a call; `profiles` are the switched-on groups (breadth is always on)."""
    active = {Profile.BREADTH, *profiles}
    return next(row.emulator for row in ROUTES if row.profile in active and row.matches(service, action))
