"""Rotates the AUTH token of an ElastiCache replication group, which takes the old token beside the new one (SEC-3).

ROTATE adds a token and keeps the one before, so that clients change over when they reconnect. The one before stays
until the next rotation, which retires it with SET before it adds another: a token that leaked is dead after two
rotations. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html#auth-modifyng-token
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .steps import RotationError, Versions, draw_password, rotate

ANSWERING = 5
"""Seconds within which the cache answers."""
PAUSE = 5.0
"""Seconds between two looks at a group that is being changed."""
RESERVE = 20.0
"""Seconds left of the function's time below which it gives up; Secrets Manager calls it again."""


def handler(event: dict[str, Any], context: Any) -> None:
    """One step, for the group of `CACHE_GROUP` at `CACHE_HOST`:`CACHE_PORT`, and for `CACHE_FOLLOWERS`, each written
    `region/group`."""
    boto3: Any = importlib.import_module("boto3")
    pairs = [text.split("/") for text in os.environ.get("CACHE_FOLLOWERS", "").split()]
    followers = [(boto3.client("elasticache", region_name=region), group) for region, group in pairs]

    def patient() -> bool:
        return context.get_remaining_time_in_millis() / 1000 > RESERVE

    rotate(event, CacheDoor(boto3.client("elasticache"), os.environ["CACHE_GROUP"], patient, followers=followers))


@dataclass(frozen=True)
class CacheDoor:
    """A replication group, which tokens open."""

    elasticache: Any
    """Client of ElastiCache."""
    group: str
    """Id of the replication group."""
    patient: Callable[[], bool]
    """Whether there is time to wait on."""
    pause: float = PAUSE
    followers: Sequence[tuple[Any, str]] = ()
    """Client of ElastiCache in another region, and the group there that has the same token."""

    def draw(self, current: str) -> str:
        """A new token."""
        return draw_password()

    def put(self, versions: Versions) -> None:
        """Let the cache take the pending token beside the current one."""
        caches = [(self.elasticache, self.group), *(each for each in self.followers if _stands(*each))]
        for cache in caches:
            self._settle(*cache)
        if opens(versions.pending):
            return
        # Followers first: whoever finds the pending token to open the cache that is asked finds it taken everywhere.
        for cache in reversed(caches):
            if versions.previous and opens(versions.previous):
                self._change(*cache, versions.current, "SET")
            self._change(*cache, versions.pending, "ROTATE")

    def test(self, pending: str) -> None:
        """Log in with it."""
        if not opens(pending):
            raise RotationError(f"the cache {self.group} does not take the new token; setSecret has to run again")

    def _change(self, cache: Any, name: str, token: str, strategy: str) -> None:
        cache.modify_replication_group(
            ReplicationGroupId=name,
            AuthToken=token,
            AuthTokenUpdateStrategy=strategy,
            ApplyImmediately=True,
        )
        self._settle(cache, name)

    def _settle(self, cache: Any, name: str) -> None:
        """Until the group has taken its last change: it refuses another one before."""
        while True:
            [group] = cache.describe_replication_groups(ReplicationGroupId=name)["ReplicationGroups"]
            if group["Status"] == "available":
                return
            if not self.patient():
                raise RotationError(f"the cache {name} is still {group['Status']}; the step is repeated later")
            time.sleep(self.pause)


def _stands(cache: Any, name: str) -> bool:
    """Whether the group is there: the other region may not have been deployed yet."""
    try:
        cache.describe_replication_groups(ReplicationGroupId=name)
    except cache.exceptions.ReplicationGroupNotFoundFault:
        return False
    return True


def opens(token: str) -> bool:
    """Whether the cache takes a token; it is asked over TLS unless `CACHE_TLS` says off (tests)."""
    redis: Any = importlib.import_module("redis")
    client = redis.Redis(
        host=os.environ["CACHE_HOST"],
        port=int(os.environ["CACHE_PORT"]),
        password=token,
        ssl=os.environ.get("CACHE_TLS", "on") == "on",
        socket_timeout=ANSWERING,
        socket_connect_timeout=ANSWERING,
    )
    try:
        client.ping()
    except redis.exceptions.AuthenticationError:
        return False
    finally:
        client.close()
    return True
