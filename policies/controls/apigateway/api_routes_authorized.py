"""Routes of HTTP and WebSocket APIs ask who calls."""

from __future__ import annotations

from policies.control import Control, Remediation, Severity
from policies.subject import Subject
from policies.verdicts import PASS, NotApplicable, Verdict, all_of


def check(route: Subject) -> Verdict:
    """NONE where nobody says otherwise. Of a WebSocket API only $connect can ask."""
    key = route.read("routeKey")
    sockets = any(api.read("protocolType").value == "WEBSOCKET" for api in route.referred("apiId"))
    if sockets and key.known and key.value != "$connect":
        return NotApplicable("it is asked when the connection is made")
    if key.known and str(key.value).startswith(("$disconnect", "OPTIONS ")):
        return NotApplicable("such a route cannot ask who calls")
    kind = route.read("authorizationType", default="NONE")
    authorizer = PASS if kind.known and kind.value == "AWS_IAM" else route.read("authorizerId").must_be_set()
    asks = kind.must_be_one_of(("AWS_IAM", "JWT", "CUSTOM"))
    return all_of(asks, authorizer) if asks == PASS else asks


CONTROL = Control(
    id="api-routes-authorized",
    title="Routes of HTTP and WebSocket APIs ask who calls",
    severity=Severity.MEDIUM,
    rationale="Everyone on the internet uses what stands behind the route.",
    remediation=Remediation(
        summary="Name an authorizer",
        snippet='apigatewayv2.Route(name, authorization_type="JWT", authorizer_id=authorizer.id)',
    ),
    catalogue=("API-01",),
    types=("aws:apigatewayv2/route:Route",),
    check=check,
    looks_around=True,
)
