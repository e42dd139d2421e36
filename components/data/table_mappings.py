"""What DMS is told about tables and tasks, as JSON (DB-6): pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

COMMITTED = "atoll_committed"
"""Column of the lake's files with when it was committed."""


def table_mappings(tables: Sequence[str]) -> dict[str, Any]:
    """Selection rules for `schema.table`; `%` stands for all tables of a schema.

    Raises:
        ValueError: a selection has no schema, no table, or a schema that is a pattern, or is there twice.

    https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.html
    """
    problems = [table for table in tables if table.count(".") != 1 or not all(table.split(".")) or table[0] == "%"]
    problems += sorted({table for table in tables if tables.count(table) > 1})
    if problems or not tables:
        raise ValueError(f"tables {', '.join(problems) or 'are missing'}: name each once as schema.table or schema.%")
    rules: list[dict[str, Any]] = []
    for number, table in enumerate(tables, start=1):
        schema, _, name = table.partition(".")
        rules.append(
            {
                "rule-type": "selection",
                "rule-id": str(number),
                "rule-name": f"select-{number}",
                "object-locator": {"schema-name": schema, "table-name": name},
                "rule-action": "include",
                "filters": [],
            }
        )
    return {"rules": rules}


def task_settings(*, validated: bool) -> dict[str, Any]:
    """Settings of a task: what differs from DMS's own.

    Rows that cannot be applied stop a table, not the task, and are logged; both sides are compared where both are
    databases. https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
    """
    parts = ("SOURCE_CAPTURE", "SOURCE_UNLOAD", "TARGET_APPLY", "TARGET_LOAD", "TASK_MANAGER")
    return {
        "TargetMetadata": {"SupportLobs": True, "FullLobMode": False, "LimitedSizeLobMode": True, "LobMaxSize": 1024},
        "FullLoadSettings": {"TargetTablePrepMode": "DO_NOTHING", "MaxFullLoadSubTasks": 4, "CommitRate": 10_000},
        "Logging": {
            "EnableLogging": True,
            "LogComponents": [{"Id": part, "Severity": "LOGGER_SEVERITY_DEFAULT"} for part in parts],
        },
        "ChangeProcessingDdlHandlingPolicy": {
            "HandleSourceTableDropped": False,
            "HandleSourceTableTruncated": False,
            "HandleSourceTableAltered": True,
        },
        "ErrorBehavior": {
            "DataErrorPolicy": "SUSPEND_TABLE",
            "TableErrorPolicy": "SUSPEND_TABLE",
            "RecoverableErrorCount": -1,
            "RecoverableErrorInterval": 5,
            "RecoverableErrorThrottlingMax": 1800,
        },
        "ValidationSettings": {"EnableValidation": validated, "ThreadCount": 5},
    }
