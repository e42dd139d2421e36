"""Generated estates: folders of contracts with documents, of which everyone calls a few of those before it."""

from __future__ import annotations

import json
from pathlib import Path

DOMAINS = 20
EACH = 5
"""Contracts that a contract uses."""
CHANGED = 10
"""One contract of so many differs between the earlier and the later estate."""


def write(folder: Path, contracts: int, *, later: bool) -> int:
    """Write an estate; how many uses there are.

    In the later one every `CHANGED`th contract has one operation, one answered field and one event field more, and the
    minor version that these need.
    """
    edges = 0
    for number in range(contracts):
        home = folder / _id(number)
        home.mkdir(parents=True)
        used = range(max(0, number - EACH), number)
        edges += len(used)
        grown = later and number % CHANGED == 0
        (home / "contract.yaml").write_text(_contract(number, used, "1.1.0" if grown else "1.0.0"), encoding="utf-8")
        (home / "openapi.yaml").write_text(_openapi(number, grown=grown), encoding="utf-8")
        (home / "changed.json").write_text(json.dumps(_event(grown=grown), indent=2), encoding="utf-8")
    return edges


def _id(number: int) -> str:
    return f"domain{number % DOMAINS}x/service{number}x"


def _contract(number: int, used: range, version: str) -> str:
    uses = "".join(_USE.format(id=_id(other), other=other) for other in used)
    consumes = f"\nconsumes:\n{uses}" if used else ""
    return _CONTRACT.format(id=_id(number), number=number, version=version, consumes=consumes)


def _openapi(number: int, *, grown: bool) -> str:
    more, operation = ("\n        note: {type: string}", _MORE.format(number=number)) if grown else ("", "")
    return _OPENAPI.format(number=number, more=more) + operation


def _event(*, grown: bool) -> dict[str, object]:
    fields = {
        "id": {"type": "string"},
        "total": {"type": "object", "properties": {"value": {"type": "number"}, "currency": {"enum": ["EUR", "USD"]}}},
        "items": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}}},
    }
    more = {"note": {"type": "string"}} if grown else {}
    return {"type": "object", "required": ["id"], "properties": fields | more}


_CONTRACT = """\
id: {id}
version: {version}
description: Keeps the things of number {number}, and tells others when one of them changed.
owner: {{team: team-{number}, email: team@example.com}}
data_classification: internal
slo: {{availability_percent: 99.9, latency_p95_ms: 300, error_rate_percent: 0.5}}

provides:
  http:
    things:
      document: openapi.yaml
      exposure: internal
      routes:
        ANY /{{proxy+}}: {{function: api}}
      throttling: {{burst: 200, rate: 100}}
      access_log_days: 30
  events:
    Changed{number}:
      detail_type: Thing {number} Changed
      source: service-{number}
      document: changed.json
      topic: changes
{consumes}
stores:
  postgresql:
    things: {{database: things_{number}}}
  redis:
    things: {{prefix: "things{number}x:", time_to_live_seconds: 3600}}

compute:
  functions:
    api:
      runtime: python3.13
      handler: app.handler
      timeout_seconds: 30
      memory_mib: 512
      environment: {{LOG_LEVEL: INFO}}
    worker:
      runtime: python3.13
      handler: worker.handler
      timeout_seconds: 60
      memory_mib: 256
      triggers:
        queues:
          work: {{batch_size: 10}}

messaging:
  queues:
    work: {{type: standard, visibility_timeout_seconds: 360, dead_letter: {{after_receives: 3}}}}
  topics:
    changes: {{type: standard}}
"""
_USE = """\
  {id}:
    version: ^1.0.0
    calls:
      getThing{other}: {{interaction: sync, timeout_ms: 500, reads: [id, "items[].sku"]}}
      putThing{other}: {{interaction: async, sends: [id, total.value], reads: [id]}}
    events:
      Changed{other}: {{reads: [id, total.value], queue: work}}
"""
_OPENAPI = """\
openapi: 3.1.0
info: {{title: Things of number {number}, version: 1.0.0}}
components:
  schemas:
    Thing:
      type: object
      required: [id, total]
      properties:
        id: {{type: string, maxLength: 40}}
        total:
          type: object
          properties:
            value: {{type: number}}
            currency: {{enum: [EUR, USD]}}
        items:
          type: array
          items: {{type: object, properties: {{sku: {{type: string}}, count: {{type: integer}}}}}}{more}
paths:
  /things/{{id}}:
    get:
      operationId: getThing{number}
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
      responses:
        "200":
          description: The thing.
          content:
            application/json:
              schema: {{$ref: "#/components/schemas/Thing"}}
        "404": {{description: There is none.}}
    put:
      operationId: putThing{number}
      parameters:
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {{$ref: "#/components/schemas/Thing"}}
      responses:
        "200":
          description: The thing as it is now.
          content:
            application/json:
              schema: {{$ref: "#/components/schemas/Thing"}}
"""
_MORE = """\
  /things:
    get:
      operationId: listThings{number}
      responses:
        "200": {{description: All of them.}}
"""
