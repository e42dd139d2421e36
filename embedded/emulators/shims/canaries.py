"""Canaries that are started, stopped, changed and deleted, as the SDK reads them."""

# pyright: basic, reportAttributeAccessIssue=false

from __future__ import annotations

import json
import time
import uuid
from typing import Any
from urllib.parse import unquote

from moto.core.exceptions import JsonRESTError
from moto.synthetics import urls
from moto.synthetics.responses import SyntheticsResponse

REASON = (
    "moto's Synthetics makes canaries and shows them with timestamps that no SDK reads; it changes and deletes none."
)
FORGOTTEN = ("EnvironmentVariables",)
"""What a run is told and Synthetics does not show again."""


class NoCanaryError(JsonRESTError):
    """There is no canary of that name."""

    code = 404

    def __init__(self, name: str) -> None:
        super().__init__("ResourceNotFoundException", f"Canary not found: {name}")


def shown(told: dict[str, Any], engine_arn: str) -> dict[str, Any]:
    """A canary as Synthetics shows what it was told."""
    run = {"TimeoutInSeconds": 840, "MemoryInMB": 1500, "ActiveTracing": False} | told.get("RunConfig", {})
    code = {"SourceLocationArn": f"{engine_arn}:1", "Handler": told.get("Code", {}).get("Handler", "")}
    schedule = {"DurationInSeconds": 0} | told.get("Schedule", {})
    vpc = told.get("VpcConfig") or {}
    return {
        **{name: value for name, value in told.items() if name not in ("Code", "VpcConfig")},
        "Code": code,
        "EngineArn": engine_arn,
        "RunConfig": {name: value for name, value in run.items() if name not in FORGOTTEN},
        "Schedule": schedule,
        **({"VpcConfig": vpc} if vpc.get("SubnetIds") else {}),
    }


def apply() -> None:
    """Replace what moto answers of canaries, and give it the paths that it lacks."""
    for verb in ("start", "stop"):
        urls.url_paths[f"{{0}}/canary/(?P<name>[^/]+)/{verb}$"] = SyntheticsResponse.dispatch
    urls.url_paths["{0}/tags/(?P<resourceArn>.+)$"] = SyntheticsResponse.dispatch

    def canaries(self: SyntheticsResponse) -> dict[str, dict[str, Any]]:
        return self.synthetics_backend.__dict__.setdefault("told", {})

    def named(self: SyntheticsResponse) -> dict[str, Any]:
        name = unquote(self.path.split("/")[2])
        if name not in canaries(self):
            raise NoCanaryError(name)
        return canaries(self)[name]

    def create(self: SyntheticsResponse) -> str:
        told = json.loads(self.body)
        identifier = str(uuid.uuid4())
        engine = f"arn:aws:lambda:{self.region}:{self.current_account}:function:cwsyn-{told['Name']}-{identifier}"
        now = time.time()
        canary = shown(told, engine) | {
            "Id": identifier,
            "Tags": told.get("Tags", {}),
            "Status": {"State": "READY", "StateReasonCode": "CREATE_COMPLETE"},
            "Timeline": {"Created": now, "LastModified": now},
        }
        canaries(self)[told["Name"]] = canary
        return json.dumps({"Canary": canary})

    def update(self: SyntheticsResponse) -> str:
        canary = named(self)
        canary |= shown(canary | json.loads(self.body), canary["EngineArn"])
        canary["Timeline"]["LastModified"] = time.time()
        return json.dumps({})

    def run(self: SyntheticsResponse, state: str, moment: str) -> str:
        canary = named(self)
        canary["Status"] = {"State": state}
        canary["Timeline"][moment] = time.time()
        return json.dumps({})

    def delete(self: SyntheticsResponse) -> str:
        del canaries(self)[named(self)["Name"]]
        return json.dumps({})

    def tagged(self: SyntheticsResponse) -> dict[str, Any]:
        name = unquote(self.path).rpartition(":canary:")[2]
        if name not in canaries(self):
            raise NoCanaryError(name)
        return canaries(self)[name]["Tags"]

    def tag(self: SyntheticsResponse) -> str:
        tagged(self).update(json.loads(self.body)["Tags"])
        return json.dumps({})

    def untag(self: SyntheticsResponse) -> str:
        for key in self.querystring.get("tagKeys", []):
            tagged(self).pop(key, None)
        return json.dumps({})

    operations = {
        "create_canary": create,
        "get_canary": lambda self: json.dumps({"Canary": named(self)}),
        "describe_canaries": lambda self: json.dumps({"Canaries": list(canaries(self).values())}),
        "update_canary": update,
        "start_canary": lambda self: run(self, "RUNNING", "LastStarted"),
        "stop_canary": lambda self: run(self, "STOPPED", "LastStopped"),
        "delete_canary": delete,
        "list_tags_for_resource": lambda self: json.dumps({"Tags": tagged(self)}),
        "tag_resource": tag,
        "untag_resource": untag,
    }
    for name, operation in operations.items():
        setattr(SyntheticsResponse, name, operation)
