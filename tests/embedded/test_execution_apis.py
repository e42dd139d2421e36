"""HTTP APIs of the execution profile: routes, handlers, and tokens that are really checked."""

from __future__ import annotations

import base64
import http.client
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from embedded.cloud import Cloud
from embedded.containers import Container
from tests.embedded.execution import REGION, Workshop

pytestmark = pytest.mark.embedded

JSON = {"Content_Type": "application/json"}
ECHO = """
import json
def handler(event, context):
    claims = event["requestContext"].get("authorizer", {}).get("jwt", {}).get("claims", {})
    return {"statusCode": 201, "headers": {"x-made": "yes"}, "body": json.dumps({
        "version": event["version"], "path": event["rawPath"], "method": event["requestContext"]["http"]["method"],
        "body": event.get("body"), "user": claims.get("username"), "parameters": event.get("pathParameters")})}
"""


def call(cloud: Cloud, host: str, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, Any]:
    """Status, headers and JSON of an answer; the name is not looked up, the gateway reads it from the Host header."""
    address = urlsplit(cloud.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body and json.dumps(body), {"Host": host, **told})
    answer = connection.getresponse()
    raw = answer.read()
    connection.close()
    return answer.status, answer.headers, json.loads(raw) if raw else None


def pool(work: Workshop) -> tuple[str, str, str]:
    """Pool, client and an access token of a signed-in user."""
    users = work.client("cognito-idp")
    pool_id = users.create_user_pool(PoolName="platform-users")["UserPool"]["Id"]
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    client_id = users.create_user_pool_client(UserPoolId=pool_id, ClientName="web", ExplicitAuthFlows=flows)[
        "UserPoolClient"
    ]["ClientId"]
    users.sign_up(ClientId=client_id, Username="ann", Password="Correct-horse-1")
    users.admin_confirm_sign_up(UserPoolId=pool_id, Username="ann")
    parameters = {"USERNAME": "ann", "PASSWORD": "Correct-horse-1"}
    signed_in = users.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
    return pool_id, client_id, signed_in["AuthenticationResult"]["AccessToken"]


def api(work: Workshop, pool_id: str, client_id: str) -> str:
    """An HTTP API with one protected route on a function; answers its host."""
    apis = work.client("apigatewayv2")
    function = work.function("echo", ECHO)
    cors = {"AllowOrigins": ["https://app.example.com"], "AllowMethods": ["GET", "POST"]}
    made = apis.create_api(Name="shop", ProtocolType="HTTP", CorsConfiguration=cors)
    issuer = f"https://cognito-idp.{REGION}.amazonaws.com/{pool_id}"
    authorizer = apis.create_authorizer(
        ApiId=made["ApiId"],
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer, "Audience": [client_id]},
    )["AuthorizerId"]
    integration = apis.create_integration(
        ApiId=made["ApiId"], IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    apis.create_route(
        ApiId=made["ApiId"],
        RouteKey="ANY /api/v1/{proxy+}",
        Target=f"integrations/{integration}",
        AuthorizationType="JWT",
        AuthorizerId=authorizer,
    )
    apis.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True)
    return f"{made['ApiId']}.execute-api.{REGION}.amazonaws.com"


CONTAINER = """
import http.server, json, os
class Answer(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        told = json.dumps({"path": self.path, "body": body, "host": self.headers["Host"],
            "user": self.headers.get("X-User"), "given": os.environ["GIVEN"]}).encode()
        self.send_response(202)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(told)))
        self.send_header("X-Made", "yes")
        self.end_headers()
        self.wfile.write(told)
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Answer).serve_forever()
"""
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:111111111111:listener/app/internal/0123456789abcdef/0123456789abcdef"


def test_private_integration_reaches_the_container_that_its_host_names(cloud: Cloud, work: Workshop, tmp_path: Path):
    pool_id, client_id, token = pool(work)
    host = api(work, pool_id, client_id)
    apis, api_id = work.client("apigatewayv2"), host.split(".")[0]
    told = {
        "overwrite:header.host": "orders.internal",
        "overwrite:header.x-user": "$context.authorizer.claims.username",
    }
    told["overwrite:path"] = "/$request.path.proxy"
    private = apis.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=LISTENER,
        ConnectionType="VPC_LINK",
        ConnectionId="abc123",
        PayloadFormatVersion="1.0",
        RequestParameters=told,
        TlsConfig={"ServerNameToVerify": "orders.internal"},
    )["IntegrationId"]
    [route] = apis.get_routes(ApiId=api_id)["Items"]
    apis.update_route(ApiId=api_id, RouteId=route["RouteId"], Target=f"integrations/{private}")
    read = apis.get_integration(ApiId=api_id, IntegrationId=private)
    assert (read["ConnectionId"], read["TlsConfig"]) == ("abc123", {"ServerNameToVerify": "orders.internal"})

    asked = (cloud, host, "POST", "/api/v1/orders?a=1", {"n": 1})
    sent = {**JSON, "Authorization": f"Bearer {token}"}
    assert call(*asked, **sent)[0] == 503, "no container, no healthy target"
    (tmp_path / "server.py").write_text(CONTAINER)
    container = Container.running(
        cloud, "orders", ["server.py"], cwd=tmp_path, account=work.account, variables={"GIVEN": "value"}
    )
    with container as running:
        running.serve(LISTENER, host="orders.internal")
        status, headers, answer = call(*asked, **sent)
    assert (status, headers["X-Made"]) == (202, "yes")
    expected = {"path": "/orders?a=1", "body": '{"n": 1}', "host": "orders.internal", "user": "ann"}
    assert answer == expected | {"given": "value"}
    assert call(*asked, **sent)[0] == 503, "the container has ended"


def forged(token: str, **claims: Any) -> str:
    """The token with other claims under the old signature."""
    head, body, signature = token.split(".")
    told = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    again = base64.urlsafe_b64encode(json.dumps(told | claims).encode()).rstrip(b"=").decode()
    return f"{head}.{again}.{signature}"


def test_function_answers_when_the_token_is_good(cloud: Cloud, work: Workshop):
    pool_id, client_id, token = pool(work)
    host = api(work, pool_id, client_id)
    status, headers, told = call(
        cloud, host, "POST", "/api/v1/orders", {"n": 1}, **JSON, Authorization=f"Bearer {token}"
    )
    assert (status, headers["x-made"]) == (201, "yes")
    assert told == {
        "version": "2.0",
        "path": "/api/v1/orders",
        "method": "POST",
        "body": '{"n": 1}',
        "user": "ann",
        "parameters": {"proxy": "orders"},
    }
    [journalled] = [entry for entry in cloud.journal() if entry.service == "execute-api"]
    assert (journalled.action, journalled.status, journalled.route) == ("POST /api/v1/orders", 201, "ministack")


def test_token_is_refused_when_missing_forged_expired_or_for_others(cloud: Cloud, work: Workshop):
    pool_id, client_id, token = pool(work)
    host = api(work, pool_id, client_id)
    _, _, foreign = pool(work)
    for refused in (None, "x.y.z", forged(token, username="eve"), forged(token, exp=1), foreign):
        headers = {"Authorization": f"Bearer {refused}"} if refused else {}
        status, _, told = call(cloud, host, "GET", "/api/v1/orders", **headers)
        assert (status, told) == (401, {"message": "Unauthorized"}), refused


def test_browser_is_told_which_origins_may_call(cloud: Cloud, work: Workshop):
    pool_id, client_id, _ = pool(work)
    host = api(work, pool_id, client_id)
    asked = {"Origin": "https://app.example.com", "Access_Control_Request_Method": "POST"}
    status, headers, _ = call(cloud, host, "OPTIONS", "/api/v1/orders", **asked)
    assert (status, headers["Access-Control-Allow-Origin"]) == (204, "https://app.example.com")
    status, headers, _ = call(cloud, host, "OPTIONS", "/api/v1/orders", **asked | {"Origin": "https://evil.example"})
    assert headers["Access-Control-Allow-Origin"] is None


def test_password_is_judged_by_the_policy_and_wrong_ones_are_refused(work: Workshop):
    users = work.client("cognito-idp")
    _, client_id, _ = pool(work)
    with pytest.raises(users.exceptions.InvalidPasswordException):
        users.sign_up(ClientId=client_id, Username="bob", Password="short")
    wrong = {"USERNAME": "ann", "PASSWORD": "Wrong-horse-1"}
    with pytest.raises(users.exceptions.NotAuthorizedException):
        users.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=wrong)


def test_unknown_api_and_route_are_not_found(cloud: Cloud, work: Workshop):
    pool_id, client_id, _ = pool(work)
    host = api(work, pool_id, client_id)
    assert call(cloud, host, "GET", "/elsewhere")[0] == 404
    assert call(cloud, f"0123abcd.execute-api.{REGION}.amazonaws.com", "GET", "/api/v1/orders")[0] == 404
