"""Shift the traffic of a load balancer away from a zone, and say so."""

# pyright: basic

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from embedded.emulators.replication import PUMP, RESET

REASON = (
    "moto has no ARC zonal shift, and the fallback cannot see that a shift that is started belongs to the managed "
    "resource that is asked about. No traffic is here that would be shifted."
)
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/arc-zonal-shift/")
_DURATION = {"m": 60, "h": 3600}
Application = Callable[..., Iterable[bytes]]


def wrap(application: Application) -> Application:
    """Answer the calls of this one service in front of moto."""
    shifts: dict[tuple[str, str, str], dict[str, Any]] = {}

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == RESET:
            shifts.clear()
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if scope is None:
            return application(environ, start_response)
        place = environ.get("HTTP_X_MOTO_ACCOUNT_ID", ""), scope[1]
        status, told = _answered(environ, shifts, place)
        body = json.dumps(told).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        if status.startswith("4"):
            headers.append(("x-amzn-ErrorType", "ResourceNotFoundException"))
        start_response(status, headers)
        return [body]

    return answer


def _answered(
    environ: dict[str, Any], shifts: dict[tuple[str, str, str], dict[str, Any]], place: tuple[str, str]
) -> tuple[str, dict[str, Any]]:
    """Status and body. One shift at a time and resource, as in AWS."""
    method, path = environ["REQUEST_METHOD"], unquote(environ["PATH_INFO"])
    if method == "POST" and path == "/zonalshifts":
        asked = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        made = {
            "zonalShiftId": str(uuid.uuid4()),
            "resourceIdentifier": asked["resourceIdentifier"],
            "awayFrom": asked["awayFrom"],
            "comment": asked["comment"],
            "status": "ACTIVE",
            "startTime": PUMP.now(),
            "expiryTime": PUMP.now() + int(asked["expiresIn"][:-1]) * _DURATION[asked["expiresIn"][-1]],
        }
        shifts[*place, asked["resourceIdentifier"]] = made
        return "201 Created", made
    if method == "GET" and path.startswith("/managedresources/"):
        arn = path.removeprefix("/managedresources/")
        found = shifts.get((*place, arn))
        applied = [{**found, "appliedStatus": "APPLIED"}] if found and found["expiryTime"] > PUMP.now() else []
        return "200 OK", {"arn": arn, "name": arn.rsplit("/", 2)[-2], "appliedWeights": {}, "zonalShifts": applied}
    if method == "GET" and path == "/zonalshifts":
        items = [found for key, found in shifts.items() if key[:2] == place]
        return "200 OK", {"items": items}
    for key, found in list(shifts.items()):
        if method == "DELETE" and key[:2] == place and path == f"/zonalshifts/{found['zonalShiftId']}":
            return "200 OK", shifts.pop(key) | {"status": "CANCELED"}
    return "404 Not Found", {"message": f"nothing is at {path}"}
