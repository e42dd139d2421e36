"""The life of an index of logs, as OpenSearch's Index State Management is told it (OBS-4): a pure function."""

from __future__ import annotations

from typing import Any

from contracts.settings.logs import LogSearchSettings

PATTERNS = ("logs-*",)
"""Indexes of logs; Fluent Bit begins one a day, `logs-<year>.<month>.<day>`."""
HOT, WARM, DELETED = "hot", "warm", "deleted"


def life_policy(settings: LogSearchSettings) -> dict[str, Any]:
    """Hot for `hot_days`, then warm (UltraWarm, else merged and read only), and deleted after `warm_days` more.

    Ages count from the index's creation. A step that fails is tried three times, then stands in the index's history.
    https://docs.opensearch.org/latest/im-plugin/ism/policies/
    """
    retry = {"count": 3, "backoff": "exponential", "delay": "1h"}
    if settings.warm is not None:
        keep: list[dict[str, Any]] = [{"warm_migration": {}, "retry": retry, "timeout": "24h"}]
    else:
        keep = [
            {"read_only": {}, "retry": retry},
            {"force_merge": {"max_num_segments": 1}, "retry": retry, "timeout": "24h"},
        ]
    return {
        "description": f"Logs: hot {settings.hot_days} days, warm {settings.warm_days} days, then deleted",
        "default_state": HOT,
        "states": [
            {"name": HOT, "actions": [], "transitions": [_after(WARM, settings.hot_days)]},
            {"name": WARM, "actions": keep, "transitions": [_after(DELETED, settings.hot_days + settings.warm_days)]},
            {"name": DELETED, "actions": [{"delete": {}, "retry": retry}], "transitions": []},
        ],
        "ism_template": [{"index_patterns": list(PATTERNS), "priority": 100}],
    }


def index_template(settings: LogSearchSettings) -> dict[str, Any]:
    """Shards and fields of a day's index: a shard a data node up to three, a copy where there is a second node."""
    return {
        "index_patterns": list(PATTERNS),
        "priority": 100,
        "template": {
            "settings": {
                "number_of_shards": min(settings.instances, 3),
                "number_of_replicas": 1 if settings.instances > 1 else 0,
                "index.refresh_interval": "10s",
                "index.codec": "best_compression",
            },
            "mappings": {
                "properties": {
                    "@timestamp": {"type": "date"},
                    "level": {"type": "keyword"},
                    "message": {"type": "text"},
                    "service": {"type": "keyword"},
                    "trace_id": {"type": "keyword"},
                }
            },
        },
    }


def _after(state: str, days: int) -> dict[str, Any]:
    return {"state_name": state, "conditions": {"min_index_age": f"{days}d"}}
