"""Which emulator, which account, which operation."""

from pathlib import Path

import pytest

from embedded.gateway.accounts import DEFAULT_ACCOUNT, Accounts
from embedded.gateway.catalog import HttpCall, ServiceIndex, find_operation
from embedded.gateway.routes import ROUTES, Emulator, Profile, route
from embedded.gateway.scope import EXECUTE_API

DEV_SERVICES = [
    "ec2",
    "iam",
    "sts",
    "kms",
    "secretsmanager",
    "ssm",
    "ecs",
    "ecr",
    "elbv2",
    "application-autoscaling",
    "codedeploy",
    "servicediscovery",
    "rds",
    "elasticache",
    "dynamodb",
    "s3",
    "logs",
    "cloudwatch",
    "sns",
    "sqs",
    "budgets",
    "scheduler",
    "acm",
    "wafv2",
    "route53",
    "events",
    "xray",
]


@pytest.fixture(scope="module")
def index() -> ServiceIndex:
    return ServiceIndex.build()


@pytest.mark.parametrize("service", DEV_SERVICES)
def test_moto_answers_when_no_profile_is_on(service: str):
    assert route(service, "Anything") is Emulator.MOTO


def test_services_that_call_one_another_move_together_when_execution_is_on():
    group = ("lambda", "stepfunctions", "events", "scheduler", "sqs", "sns", "dynamodb")
    assert {route(service, None, [Profile.EXECUTION]) for service in group} == {Emulator.MINISTACK}
    assert route("ec2", None, [Profile.EXECUTION]) is Emulator.MOTO


def test_vpc_links_stay_on_moto_when_execution_is_on():
    assert route("apigatewayv2", "CreateVpcLink", [Profile.EXECUTION]) is Emulator.MOTO
    assert route("apigatewayv2", "CreateApi", [Profile.EXECUTION]) is Emulator.MINISTACK
    assert route("s3control", "PutPublicAccessBlock", [Profile.EXECUTION]) is Emulator.MOTO
    assert route("s3control", "CreateAccessPoint", [Profile.EXECUTION]) is Emulator.MINISTACK


def test_every_route_names_a_known_service_and_a_reason(index: ServiceIndex):
    known = {name for services in index.by_endpoint.values() for name in services} | {"*", EXECUTE_API}
    assert {row.service for row in ROUTES} <= known
    assert all(row.why for row in ROUTES)


@pytest.mark.parametrize(
    ("signing", "target", "version", "service"),
    [
        ("monitoring", None, None, "cloudwatch"),
        ("elasticloadbalancing", None, "2012-06-01", "elb"),
        ("elasticloadbalancing", None, "2015-12-01", "elbv2"),
        ("dynamodb", "DynamoDBStreams_20120810", None, "dynamodbstreams"),
        ("rds", None, "2014-10-31", "rds"),
        ("states", None, None, "stepfunctions"),
        (None, None, "2011-06-15", "sts"),
        (None, "AWSCognitoIdentityProviderService", None, "cognito-idp"),
    ],
)
def test_service_is_recognised_when_several_share_a_name(
    index: ServiceIndex, signing: str | None, target: str | None, version: str | None, service: str
):
    found = index.candidates(signing_name=signing, signed=signing is not None, target=target, version=version)
    assert found[0] == service


def test_s3control_is_recognised_when_only_the_host_tells(index: ServiceIndex):
    assert index.candidates(signing_name="s3-control", signed=False, target=None, version=None)[0] == "s3control"


def test_s3control_is_recognised_when_it_is_signed_as_s3(index: ServiceIndex):
    found = index.candidates(signing_name="s3", signed=True, target=None, version=None, endpoint="s3-control")
    assert found[:2] == ["s3control", "s3"]


def test_nothing_is_guessed_when_service_is_unknown(index: ServiceIndex):
    assert index.candidates(signing_name="no-such-service", signed=True, target=None, version=None) == []


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "candidates", "operation"),
    [
        ("POST", "/clusters/c/addons", {}, b"{}", ["eks"], "CreateAddon"),
        ("GET", "/bkt?policy", {}, b"", ["s3"], "GetBucketPolicy"),
        ("GET", "/bkt/key?versionId=1", {}, b"", ["s3"], "GetObject"),
        ("POST", "/", {"X-Amz-Target": "AmazonSSM.GetParameter"}, b"{}", ["ssm"], "GetParameter"),
        (
            "POST",
            "/",
            {"X-Amz-Target": "Other_20191201.GetConnection"},
            b"{}",
            ["codestar-connections"],
            "GetConnection",
        ),
        (
            "POST",
            "/",
            {"Content-Type": "application/x-www-form-urlencoded"},
            b"Action=DescribeVpcs&Version=2016-11-15",
            ["ec2"],
            "DescribeVpcs",
        ),
        ("GET", "/v2/apis", {}, b"", ["apigateway", "apigatewayv2"], "GetApis"),
    ],
)
def test_operation_is_found_when_call_speaks_its_protocol(
    method: str, path: str, headers: dict[str, str], body: bytes, candidates: list[str], operation: str
):
    found = find_operation(HttpCall(method, f"http://localhost{path}", headers, body), candidates)
    assert found is not None
    assert found.name == operation


def test_no_operation_is_found_when_path_belongs_to_no_service():
    assert find_operation(HttpCall("POST", "http://localhost/no/such/path", {}, b""), ["eks"]) is None


def test_account_follows_the_access_key_when_role_is_assumed(tmp_path: Path):
    accounts = Accounts(tmp_path / "accounts.json")
    body = b"Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A444455556666%3Arole%2Fdeploy"
    accounts.remember(body, b"<AccessKeyId>ASIAEXAMPLEEXAMPLE01</AccessKeyId>", "111122223333")
    assert accounts.of("111122223333") == "111122223333"
    assert accounts.of("ASIAEXAMPLEEXAMPLE01") == "444455556666"
    assert accounts.of("AKIAUNKNOWN") == accounts.of(None) == DEFAULT_ACCOUNT
    assert Accounts(tmp_path / "accounts.json").of("ASIAEXAMPLEEXAMPLE01") == "444455556666"
    accounts.reset()
    assert Accounts(tmp_path / "accounts.json").of("ASIAEXAMPLEEXAMPLE01") == DEFAULT_ACCOUNT


def test_key_belongs_to_the_caller_when_no_role_is_named(tmp_path: Path):
    accounts = Accounts(tmp_path / "accounts.json")
    accounts.remember(b"Action=CreateAccessKey", b"<AccessKeyId>AKIAEXAMPLEEXAMPLE01</AccessKeyId>", "111122223333")
    assert accounts.of("AKIAEXAMPLEEXAMPLE01") == "111122223333"
