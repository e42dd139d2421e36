"""Who is calling, where and what."""

import pytest
from multidict import CIMultiDict

from embedded.gateway.scope import api_of_host, read_scope, scope_of_host, with_access_key

SIGNED = "AWS4-HMAC-SHA256 Credential=111122223333/20260101/eu-west-1/monitoring/aws4_request, SignedHeaders=host"


def test_scope_is_read_when_authorization_header_is_signed():
    scope = read_scope(CIMultiDict(authorization=SIGNED))
    assert (scope.access_key, scope.region, scope.service, scope.signed) == (
        "111122223333",
        "eu-west-1",
        "monitoring",
        True,
    )


def test_scope_is_read_when_url_is_presigned():
    query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=ASIAQ%2F20260101%2Fus-west-2%2Fs3%2Faws4_request"
    scope = read_scope(CIMultiDict(), query)
    assert (scope.access_key, scope.region, scope.service) == ("ASIAQ", "us-west-2", "s3")


def test_region_comes_from_the_region_set_when_signed_for_many_regions():
    headers = CIMultiDict(
        {
            "Authorization": "AWS4-ECDSA-P256-SHA256 Credential=AKIA/20260101/s3/aws4_request, SignedHeaders=host",
            "X-Amz-Region-Set": "*,eu-west-1",
        }
    )
    scope = read_scope(headers)
    assert (scope.access_key, scope.region, scope.service) == ("AKIA", "eu-west-1", "s3")


@pytest.mark.parametrize("credential", ["", "AKIA", "AKIA/20260101/us-east-1", "a/b/c/d/e/f"])
def test_call_counts_as_unsigned_when_credential_is_malformed(credential: str):
    scope = read_scope(CIMultiDict(Authorization=f"AWS4-HMAC-SHA256 Credential={credential}"))
    assert not scope.signed
    assert scope.access_key is None


@pytest.mark.parametrize(
    ("host", "service", "region", "account"),
    [
        ("111122223333.s3-control.us-east-1.amazonaws.com", "s3-control", "us-east-1", "111122223333"),
        ("bucket.with.dots.s3.eu-west-1.amazonaws.com:80", "s3", "eu-west-1", None),
        ("iam.amazonaws.com", "iam", None, None),
        ("api.ecr.us-gov-west-1.amazonaws.com", "api.ecr", "us-gov-west-1", None),
        ("sts.cn-north-1.amazonaws.com.cn", "sts", "cn-north-1", None),
        ("127.0.0.1:4566", None, None, None),
        ("amazonaws.com.example.org", None, None, None),
    ],
)
def test_host_is_resolved_when_call_is_not_signed(
    host: str, service: str | None, region: str | None, account: str | None
):
    scope = scope_of_host(host)
    assert (scope.service, scope.region, scope.host_account) == (service, region, account)


def test_only_the_access_key_changes_when_credential_is_rewritten():
    query = "X-Amz-Credential=ASIAQ%2F20260101%2Fus-west-2%2Fs3%2Faws4_request&X-Amz-Signature=abc"
    headers, rewritten = with_access_key({"Authorization": SIGNED, "X-Other": "1"}, query, "444455556666")
    assert headers == {"Authorization": SIGNED.replace("111122223333", "444455556666"), "X-Other": "1"}
    assert rewritten == query.replace("ASIAQ", "444455556666")


@pytest.mark.parametrize(
    ("host", "api"),
    [
        ("0130fafe.execute-api.us-east-1.amazonaws.com", "0130fafe"),
        ("0130fafe.execute-api.localhost:4566", "0130fafe"),
        ("execute-api.us-east-1.amazonaws.com", None),
        ("bucket.s3.amazonaws.com", None),
        ("127.0.0.1:4566", None),
    ],
)
def test_api_is_recognised_when_its_name_is_the_host(host: str, api: str | None):
    assert api_of_host(host) == api
