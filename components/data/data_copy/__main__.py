"""`python -m data_copy plan.json`: do what the plan says, and say what was done as JSON (DB-6).

The plan is what the stack derives from contracts: `flow`, `kind`, `key` (KMS key of the masks), `source`, `target`
(`host`, `port`, `secret`) and `databases`: database → table → column → mask.
"""

from __future__ import annotations

import importlib
import json
import os
import ssl
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .catalog import CatalogError
from .copying import copy
from .masks import MaskError
from .synthetic import invent

ANSWERING = 3600
"""Seconds within which a statement is done."""


def main(arguments: list[str]) -> int:
    """Work through the plan; 0 when all is done, 1 with a report of why not."""
    boto3: Any = importlib.import_module("boto3")
    plan = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))

    def login(end: dict[str, Any]) -> dict[str, Any]:
        """Who logs in there; a secret may be of another region, and is asked for where it is."""
        manager = boto3.client("secretsmanager", region_name=end["secret"].split(":")[3])
        return json.loads(manager.get_secret_value(SecretId=end["secret"])["SecretString"]) | end

    logins = {end: login(plan[end]) for end in ("source", "target") if plan.get(end)}
    key = mask_key(boto3.client("kms"), plan) if plan["kind"] == "sanitised-copy" else b""
    return work(plan, logins, key)


def work(plan: dict[str, Any], logins: dict[str, dict[str, Any]], key: bytes) -> int:
    """Every database of the plan in turn; one that cannot be copied does not keep the others back."""
    failed = 0
    for database, rules in plan["databases"].items():
        try:
            with connected(logins["target"], database) as target:
                if plan["kind"] == "synthetic":
                    done = invent(target, rules, plan["rows"], flow=plan["flow"])
                else:
                    with connected(logins["source"], database) as source:
                        done = copy(source, target, rules, key, flow=f"{plan['flow']}/{database}")
        except (CatalogError, MaskError) as error:
            failed = 1
            _say({"flow": plan["flow"], "database": database, "refused": str(error).splitlines()})
        else:
            _say({"flow": plan["flow"], "database": database, "tables": [asdict(table) for table in done]})
    return failed


def mask_key(kms: Any, plan: dict[str, Any]) -> bytes:
    """The masks' key: a code that KMS makes of the flow's name with a key that nobody can read."""
    return kms.generate_mac(KeyId=plan["key"], MacAlgorithm="HMAC_SHA_256", Message=plan["flow"].encode())["Mac"]


def connected(login: dict[str, Any], database: str) -> Any:
    """A connection over TLS, with times in UTC."""
    native: Any = importlib.import_module("pg8000.native")
    authorities = os.environ.get("DATABASE_AUTHORITIES")
    connection = native.Connection(
        user=login["username"],
        password=login["password"],
        host=login["host"],
        port=int(login["port"]),
        database=database,
        ssl_context=ssl.create_default_context(cafile=authorities)
        if os.environ.get("DATABASE_TLS", "on") == "on"
        else None,
        timeout=ANSWERING,
    )
    connection.run("SET TIME ZONE 'UTC'")
    return connection


def _say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)  # noqa: T201  # the report is the log of the run


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
