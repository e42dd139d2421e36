"""The service's own keys in Redis: below its prefix, and never for ever."""

from __future__ import annotations

import os
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import redis
from redis.cluster import RedisCluster
from runtime.settings import ConfigurationError, key, parameter, secret, variable

ANSWERING = 2
"""Seconds within which Redis answers."""


class Cache:
    """One key prefix of the contract's `stores.redis`."""

    def __init__(self, name: str, *, seconds: int) -> None:
        """Use a store.

        Args:
            name: the contract's name for it; its prefix is in `<KEY>_CACHE_PREFIX`.
            seconds: how long a key lives, as the contract has it.
        """
        self._name = name
        self._seconds = seconds

    def get(self, name: str) -> str | None:
        """The value of a key; None if there is none (any more)."""
        return _client().get(self._key(name))

    def put(self, name: str, value: str) -> None:
        """Set a key for its time."""
        _client().set(self._key(name), value, ex=self._seconds)

    def remove(self, name: str) -> None:
        """Remove a key, if it is there."""
        _client().delete(self._key(name))

    def push(self, name: str, value: str, *, score: float, most: int) -> None:
        """Put a value into a sorted list, where it is once; the lowest scores go when there are more than `most`."""
        place = self._key(name)
        _client().zadd(place, {value: score})
        _client().zremrangebyrank(place, 0, -most - 1)
        _client().expire(place, self._seconds)

    def newest(self, name: str, most: int) -> list[str]:
        """Values of a sorted list, highest score first."""
        return list(_client().zrevrange(self._key(name), 0, most - 1))

    def _key(self, name: str) -> str:
        return f"{variable(f'{key(self._name)}_CACHE_PREFIX')}{name}"


@cache
def _client() -> Any:
    """The connection of the process: `rediss://` is the platform's cluster, `redis://` a single server without TLS.

    Raises:
        ConfigurationError: the address is none of Redis.
    """
    url = urlsplit(parameter(variable("CACHE_URL_PARAMETER")))
    if url.scheme not in {"redis", "rediss"} or not url.hostname:
        raise ConfigurationError("the SSM parameter of CACHE_URL_PARAMETER holds no redis:// or rediss:// address")
    settings: dict[str, Any] = {
        "host": url.hostname,
        "port": url.port or 6379,
        "username": os.environ.get("CACHE_USER"),
        "password": secret(variable("CACHE_TOKEN_SECRET")) if os.environ.get("CACHE_TOKEN_SECRET") else None,
        "decode_responses": True,
        "socket_timeout": ANSWERING,
        "socket_connect_timeout": ANSWERING,
    }
    return RedisCluster(**settings, ssl=True) if url.scheme == "rediss" else redis.Redis(**settings)
