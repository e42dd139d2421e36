"""The first version of a contract, which passes every check and is then changed to what the service really does."""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum, unique
from pathlib import Path

from contracts.services import schema
from contracts.services.kinds import CONTRACT_ID
from contracts.services.reading import NAME


@unique
class Shape(StrEnum):
    """What kind of service is begun."""

    REST = "rest"
    """Operations over HTTP, on Lambda, with a database."""
    EVENT = "event"
    """Publishes events, and takes work from a queue."""
    BATCH = "batch"
    """Works by the clock on objects."""


class ScaffoldError(ValueError):
    """A contract cannot be begun there; the message says why and what to do."""


def create(folder: Path, contract_id: str, shape: Shape) -> list[Path]:
    """Write a contract and its documents.

    Args:
        folder: where contracts are kept, such as `services/`.
        contract_id: `domain/service`.
        shape: what kind of service it is.

    Returns:
        The files that were written.

    Raises:
        ScaffoldError: the id is none, or the contract is there already.
    """
    if problem := CONTRACT_ID.problem(contract_id):
        allowed = f"Allowed: {CONTRACT_ID.allowed}; {CONTRACT_ID.fix}."
        raise ScaffoldError(f"{contract_id!r} is no contract id: {problem}. {allowed}")
    home = folder / contract_id
    if (home / NAME).exists():
        raise ScaffoldError(f"{home / NAME} is there already. Change it, or choose another id.")
    files: list[Path] = []
    home.mkdir(parents=True, exist_ok=True)
    for name, text in _files(home, contract_id, shape).items():
        if not (home / name).exists():
            (home / name).write_text(text, encoding="utf-8")
            files.append(home / name)
    return files


def _files(home: Path, contract_id: str, shape: Shape) -> Mapping[str, str]:
    domain, service = contract_id.split("/")
    words = {
        "modeline": schema.MODELINE + Path(os.path.relpath(schema.FILE, home)).as_posix(),
        "id": contract_id,
        "service": service,
        "team": f"{domain[:19].rstrip('-')}-team",
        "database": service.replace("-", "_"),
        "title": service.replace("-", " ").capitalize(),
        "event": "".join(part.capitalize() for part in service.split("-")) + "Changed",
    }
    body, documents = _SHAPES[shape]
    texts = {NAME: _HEAD + body, **documents}
    return {name: _filled(text, words) for name, text in texts.items()}


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(f"<{word}>", value)
    return text


_HEAD = """\
<modeline>
id: <id>
version: 0.1.0
description: What the service is for, in a sentence or two.
owner: {team: <team>, email: <team>@example.com}
data_classification: internal
slo: {availability_percent: 99.9, latency_p95_ms: 500, error_rate_percent: 1}
"""

_REST = """
provides:
  http:
    <service>:
      document: openapi.yaml
      exposure: internal
      routes:
        ANY /{proxy+}: {function: api}

stores:
  postgresql:
    <service>: {database: <database>}

compute:
  functions:
    api: {runtime: python3.13, handler: app.handler, timeout_seconds: 30, memory_mib: 512}
"""

_OPENAPI = """\
openapi: 3.1.0
info: {title: <title>, version: 0.1.0}
paths:
  /items/{id}:
    get:
      operationId: getItem
      responses:
        "200": {description: The item.}
        "404": {description: There is none.}
"""

_EVENT = """
provides:
  events:
    <event>:
      detail_type: <event>
      source: <service>
      document: event.json
      topic: events

compute:
  functions:
    worker:
      runtime: python3.13
      handler: app.handler
      timeout_seconds: 30
      memory_mib: 256
      triggers:
        queues:
          work: {batch_size: 10}

messaging:
  queues:
    work: {type: standard, visibility_timeout_seconds: 180, dead_letter: {after_receives: 3}}
  topics:
    events: {type: standard}
"""

_SCHEMA = """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": {"type": "string"}
  }
}
"""

_BATCH = """
stores:
  s3:
    input: {bucket: uploads, prefix: <service>/}

compute:
  functions:
    job: {runtime: python3.13, handler: app.handler, timeout_seconds: 900, memory_mib: 1024, dead_letter: failed}

messaging:
  queues:
    failed: {type: standard, retention_seconds: 1209600, dead_letter: null}

schedules:
  nightly: {expression: "cron(0 2 * * ? *)", function: job, dead_letter: failed}
"""

_SHAPES: dict[Shape, tuple[str, dict[str, str]]] = {
    Shape.REST: (_REST, {"openapi.yaml": _OPENAPI}),
    Shape.EVENT: (_EVENT, {"event.json": _SCHEMA}),
    Shape.BATCH: (_BATCH, {}),
}
