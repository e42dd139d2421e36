"""CloudFront in the embedded cloud: a distribution shows what it was told, and leads nowhere that is not there."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

pytestmark = pytest.mark.embedded

PROGRAM = """
import json, boto3
from botocore.exceptions import ClientError
from moto import mock_aws
from embedded.emulators import shims

shims.repair()

def origin(name):
    shield = {"Enabled": True, "OriginShieldRegion": "us-east-1"}
    return {"Id": name, "DomainName": name + ".example", "OriginShield": shield, "OriginAccessControlId": "E1"}

def config(target, reference):
    members = {"Quantity": 2, "Items": [{"OriginId": "a"}, {"OriginId": "b"}]}
    criteria = {"StatusCodes": {"Quantity": 1, "Items": [500]}}
    return {
        "CallerReference": reference,
        "Comment": "",
        "Enabled": True,
        "Origins": {"Quantity": 2, "Items": [origin("a"), origin("b")]},
        "OriginGroups": {"Quantity": 1, "Items": [{"Id": "g", "FailoverCriteria": criteria, "Members": members}]},
        "DefaultCacheBehavior": {"TargetOriginId": target, "ViewerProtocolPolicy": "https-only"},
    }

with mock_aws():
    cdn = boto3.client("cloudfront", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    made = cdn.create_distribution(DistributionConfig=config("g", "1"))["Distribution"]["Id"]
    said = {"kept": cdn.get_distribution(Id=made)["Distribution"]["DistributionConfig"]}
    try:
        cdn.create_distribution(DistributionConfig=config("nothing", "2"))
    except ClientError as error:
        said["refused"] = error.response["Error"]["Code"]
    said["there are"] = cdn.list_distributions()["DistributionList"]["Quantity"]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What moto answers once it is repaired; a process of its own, for the repair is for good."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_distribution_leads_to_a_group_and_shows_it(said: dict[str, Any]) -> None:
    kept = said["kept"]
    assert kept["DefaultCacheBehavior"]["TargetOriginId"] == "g"
    (group,) = kept["OriginGroups"]["Items"]
    assert [member["OriginId"] for member in group["Members"]["Items"]] == ["a", "b"]
    assert {origin["OriginShield"]["OriginShieldRegion"] for origin in kept["Origins"]["Items"]} == {"us-east-1"}
    assert {origin["OriginAccessControlId"] for origin in kept["Origins"]["Items"]} == {"E1"}


def test_distribution_is_refused_when_it_leads_nowhere(said: dict[str, Any]) -> None:
    assert said["refused"] == "NoSuchOrigin"
    assert said["there are"] == 1
